#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/base/status_macros.h"
#include "tools/patron/commands.h"
#include "tools/patron/json_out.h"
#include "tools/patron/print.h"
#include "tools/patron/table.h"
#include "tools/patron/values.h"

namespace patron::cli {
namespace {

void PrintVersions(Context& context,
                   const std::vector<wire::IndexVersion>& versions) {
  if (context.json) {
    for (const wire::IndexVersion& version : versions)
      context.out << ToLine(ToJson(version)) << '\n';
    return;
  }
  Table table({{"version", false, true},
               {"built (UTC)"},
               {"state", false, true},
               {"products", true},
               {"recall", true},
               {"learned up to", true}});
  for (const wire::IndexVersion& version : versions)
    table.AddRow({version.version, FormatMinute(version.built_at_us),
                  !version.problem.empty() ? version.problem
                  : version.serving        ? "serving"
                  : version.trial_percent > 0
                      ? absl::StrCat("on trial, ", version.trial_percent, " %")
                      : "ready",
                  FormatCount(version.products),
                  absl::StrFormat("%.3f", version.ann_recall),
                  FormatCount(version.log_position)});
  table.Print(context.out);
}

void PrintRanker(std::ostream& out, const wire::IndexVersion& version) {
  if (version.features.empty()) {
    out << "no order was learned: products stand by the plain blend\n";
    return;
  }
  out << absl::StrFormat(
      "learned order: Recall@10 %.4f, NDCG@10 %.4f of customers that it did "
      "not learn from\n",
      version.recall_at_10, version.ndcg_at_10);
  Table table({{"feature", false, true}, {"share of the gain", true}});
  for (const wire::FeatureShare& feature : version.features)
    table.AddRow(
        {feature.feature, absl::StrFormat("%.1f %%", 100 * feature.share)});
  table.Print(out);
}

std::string MeanText(double minor, const std::string& currency) {
  return FormatMoney(std::llround(minor), currency);
}

std::vector<std::string> RowOf(const wire::TrialArm& arm,
                               const std::string& currency) {
  const double customers =
      static_cast<double>(std::max<int64_t>(1, arm.customers));
  return {arm.version,
          FormatCount(arm.customers),
          FormatCount(arm.buyers),
          MeanText(static_cast<double>(arm.spend) / customers, currency),
          FormatCount(arm.shown),
          FormatCount(arm.clicked),
          FormatCount(arm.bought)};
}

void PrintReport(std::ostream& out, const wire::TrialReport& report) {
  Table table({{"version", false, true},
               {"customers", true},
               {"buyers", true},
               {"mean spend", true},
               {"shown", true},
               {"clicked", true},
               {"bought", true}});
  table.AddRow(RowOf(report.serving, report.currency));
  table.AddRow(RowOf(report.trial, report.currency));
  table.Print(out);
  out << "since " << FormatMinute(report.started_at_us) << " UTC, "
      << report.percent << " % on trial\n";
  if (report.enough)
    out << "difference of mean spend " << MeanText(report.lift, report.currency)
        << ", 95 % interval " << MeanText(report.low, report.currency) << " to "
        << MeanText(report.high, report.currency) << '\n';
  if (!report.note.empty()) out << report.note << '\n';
}

void PrintStats(std::ostream& out, const wire::Stats& stats) {
  Sheet sheet;
  sheet.Add("customers", FormatCount(stats.customers));
  sheet.Add("products", FormatCount(stats.products));
  sheet.Add("stores", FormatCount(stats.stores));
  sheet.Add("purchases", FormatCount(stats.purchases));
  sheet.Add("purchase lines", FormatCount(stats.purchase_lines));
  sheet.Add("amounts", AmountsText(stats.amounts));
  sheet.Add("discounts", AmountsText(stats.discounts));
  sheet.Add("returns", FormatCount(stats.returns));
  sheet.Add("events", FormatCount(stats.events));
  sheet.Add("log position", FormatCount(stats.log_position));
  sheet.Add("index", stats.index_version.empty() ? "none published yet"
                                                 : stats.index_version);
  sheet.Add("store on disk", FormatBytes(stats.store_bytes));
  sheet.Add("memory", FormatBytes(stats.resident_bytes));
  sheet.Add("up for",
            absl::FormatDuration(absl::Seconds(stats.uptime_ms / 1000)));
  sheet.Add("started in", absl::StrCat(stats.start_up_ms, " ms"));
  sheet.Add("server", stats.server_version);
  sheet.Add("artefacts", stats.artefacts_path);
  sheet.Print(out);
}

}  // namespace

absl::StatusOr<int> RunIndexList(Context& context, const Args&) {
  std::vector<wire::IndexVersion> versions;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Admin([&](wire::AdminClient& client) {
        client.listIndexes(versions);
      }));
  PrintVersions(context, versions);
  return kExitOk;
}

absl::StatusOr<int> RunIndexShow(Context& context, const Args& args) {
  std::vector<wire::IndexVersion> versions;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Admin([&](wire::AdminClient& client) {
        client.listIndexes(versions);
      }));
  for (const wire::IndexVersion& version : versions) {
    if (version.version != args.positional()[0]) continue;
    PrintVersions(context, {version});
    if (!context.json) PrintRanker(context.out, version);
    return kExitOk;
  }
  return absl::NotFoundError(
      absl::StrCat("version: no index ", args.positional()[0]));
}

absl::StatusOr<int> RunIndexPublish(Context& context, const Args& args) {
  wire::IndexVersion version;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Admin([&](wire::AdminClient& client) {
        client.publishIndex(version, args.positional()[0]);
      }));
  PrintVersions(context, {version});
  return kExitOk;
}

absl::StatusOr<int> RunIndexRollback(Context& context, const Args&) {
  wire::IndexVersion version;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Admin([&](wire::AdminClient& client) {
        client.rollbackIndex(version);
      }));
  PrintVersions(context, {version});
  return kExitOk;
}

absl::StatusOr<int> RunTrialStart(Context& context, const Args& args) {
  PATRON_ASSIGN_OR_RETURN(const int64_t percent,
                          args.Number("percent", 10, {1, 99}));
  wire::IndexVersion version;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Admin([&](wire::AdminClient& client) {
        client.startTrial(version, args.positional()[0],
                          static_cast<int32_t>(percent));
      }));
  PrintVersions(context, {version});
  return kExitOk;
}

absl::StatusOr<int> RunTrialReport(Context& context, const Args&) {
  wire::TrialReport report;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Admin([&](wire::AdminClient& client) {
        client.trialReport(report);
      }));
  if (context.json) {
    context.out << ToLine(ToJson(report)) << '\n';
  } else {
    PrintReport(context.out, report);
  }
  return kExitOk;
}

absl::StatusOr<int> RunTrialStop(Context& context, const Args&) {
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Admin([&](wire::AdminClient& client) {
        client.stopTrial();
      }));
  if (!context.json) context.out << "the serving version answers everybody\n";
  return kExitOk;
}

absl::StatusOr<int> RunCheckpointCreate(Context& context, const Args&) {
  wire::CheckpointInfo checkpoint;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Admin([&](wire::AdminClient& client) {
        client.createCheckpoint(checkpoint);
      }));
  if (context.json) {
    context.out << ToLine(ToJson(checkpoint)) << '\n';
    return kExitOk;
  }
  Sheet sheet;
  sheet.Add("checkpoint", checkpoint.path);
  sheet.Add("log position", FormatCount(checkpoint.log_position));
  sheet.Add("store", checkpoint.store_uuid);
  sheet.Print(context.out);
  return kExitOk;
}

absl::StatusOr<int> RunCheckpointDrop(Context& context, const Args& args) {
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Admin([&](wire::AdminClient& client) {
        client.dropCheckpoint(args.positional()[0]);
      }));
  if (!context.json) context.out << "dropped " << args.positional()[0] << '\n';
  return kExitOk;
}

absl::StatusOr<int> RunStats(Context& context, const Args&) {
  wire::Stats stats;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Admin([&](wire::AdminClient& client) {
        client.stats(stats);
      }));
  if (context.json)
    context.out << ToLine(ToJson(stats)) << '\n';
  else
    PrintStats(context.out, stats);
  return kExitOk;
}

}  // namespace patron::cli
