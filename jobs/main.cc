// patron-jobs: the nightly jobs, one command each.

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "jobs/build_index.h"
#include "jobs/fit_value.h"
#include "jobs/learn_response.h"
#include "jobs/settle.h"
#include "server/api/client/client.h"
#include "server/base/clock.h"
#include "server/base/status_macros.h"
#include "server/prediction/prediction.h"

ABSL_FLAG(std::string, server, "127.0.0.1:7450",
          "Address of patrond; it must run on this machine");
ABSL_FLAG(std::string, token_file, "",
          "File that holds the token of the jobs role; the environment's "
          "PATRON_TOKEN is used where this is empty");
ABSL_FLAG(std::string, version, "",
          "Name of the index version; empty = the time of the build");
ABSL_FLAG(std::string, time_zone, "UTC",
          "The shop's time zone, as patrond has it");
ABSL_FLAG(int, threads, 2, "Threads to learn with");
ABSL_FLAG(bool, rank, true,
          "build-index: learn the home page's order; else it is the blend");
ABSL_FLAG(int, windows, 2,
          "build-index: weeks back from today whose purchases the order is "
          "learned from");
ABSL_FLAG(double, margin, 0.005,
          "build-index: NDCG@10 on held-out customers that the new order may "
          "lose against the serving one and still be published");
ABSL_FLAG(bool, publish, true, "Ask the server to serve the new version");
ABSL_FLAG(std::string, out, "prediction.toml",
          "fit-value: the file to write, in the folder of the shop's files");
ABSL_FLAG(int32_t, from, 0,
          "settle: the customer to go on with, as a run that was cut off told");
ABSL_FLAG(int32_t, customers_a_call, 1000,
          "settle: customers settled at once, 1 to 10000");
ABSL_FLAG(bool, json, false, "Print the run report as one JSON object");

namespace patron::jobs {
namespace {

constexpr char kUsage[] =
    "Patron's nightly jobs.\n\n"
    "  patron-jobs build-index [--server=127.0.0.1:7450] [--version=V] "
    "[--json]\n\n"
    "    Asks the server for a checkpoint, learns from its purchases, writes "
    "an\n"
    "    index version beside the others and has the server publish it. A "
    "version\n"
    "    whose order foretells the last week worse than that of the serving "
    "one, "
    "or\n"
    "    that the server refuses, changes nothing: the one before goes on "
    "serving.\n\n"
    "  patron-jobs learn-response [--server=127.0.0.1:7450] [--version=V] "
    "[--json]\n\n"
    "    Learns from a checkpoint which personal offers were used, and writes "
    "a\n"
    "    response model beside the others; next best offers take the newest "
    "one.\n\n"
    "  patron-jobs fit-value [--server=127.0.0.1:7450] "
    "[--out=SHOP/prediction.toml] [--json]\n\n"
    "    Learns from a checkpoint when customers come back and what they pay, "
    "and\n"
    "    writes it as a file for `patron apply SHOP`: from then on rules know "
    "what\n"
    "    is predicted (predicted_churn and the like).\n\n"
    "  patron-jobs settle [--server=127.0.0.1:7450] [--from=CUSTOMER] "
    "[--json]\n\n"
    "    Expires points, reviews tiers and gives birthday points of all "
    "customers.\n"
    "    Doing it twice adds nothing; a run that was cut off tells where to go "
    "on.\n";

absl::StatusOr<std::string> ReadToken() {
  const std::string file = absl::GetFlag(FLAGS_token_file);
  if (file.empty()) {
    const char* token = std::getenv("PATRON_TOKEN");
    return std::string(token == nullptr ? "" : token);
  }
  std::FILE* in = std::fopen(file.c_str(), "r");
  if (in == nullptr)
    return absl::NotFoundError(
        absl::StrCat("token_file: ", file, " cannot be read"));
  char buffer[1024];
  std::string token(buffer, std::fread(buffer, 1, sizeof buffer, in));
  std::fclose(in);
  while (!token.empty() && absl::ascii_isspace(token.back())) token.pop_back();
  return token;
}

// A bar on a terminal; nothing where the output is a file.
void ShowProgress(absl::string_view stage, uint64_t done, uint64_t total) {
  static const bool terminal = ::isatty(STDERR_FILENO) != 0;
  if (!terminal) return;
  constexpr int kWidth = 30;
  const int filled = total == 0 ? 0 : static_cast<int>(kWidth * done / total);
  std::fprintf(stderr, "\r\033[K  %-28.*s [%s%s]",
               static_cast<int>(stage.size()), stage.data(),
               std::string(filled, '#').c_str(),
               std::string(kWidth - filled, ' ').c_str());
}

void ClearProgress() {
  if (::isatty(STDERR_FILENO) != 0) std::fputs("\r\033[K", stderr);
}

nlohmann::ordered_json ToJson(const RankerQuality& quality) {
  return {{"customers", quality.customers},
          {"recall_at_10", quality.recall_at_10},
          {"ndcg_at_10", quality.ndcg_at_10},
          {"hit_at_10", quality.hit_at_10}};
}

// What the training of the order came to; null where there was none.
nlohmann::ordered_json RankerJson(const BuildIndexReport& report) {
  const TrainedRanker& ranker = report.ranker;
  if (ranker.trees == 0) return nullptr;
  nlohmann::ordered_json json = {
      {"objective", ranker.objective}, {"trees", ranker.trees},
      {"examples", ranker.examples},   {"rows", ranker.rows},
      {"ceiling", ranker.ceiling},     {"learned", ToJson(ranker.learned)},
      {"plain", ToJson(ranker.plain)}};
  if (ranker.running.customers > 0) json["running"] = ToJson(ranker.running);
  for (size_t i = 0; i < std::min<size_t>(10, ranker.gains.size()); ++i)
    json["features"][ranker.gains[i].first] = ranker.gains[i].second;
  return json;
}

void ReportJson(const BuildIndexReport& report, bool published) {
  const index::Manifest& m = report.manifest;
  const nlohmann::ordered_json json = {
      {"job", "build-index"},
      {"version", m.version},
      {"published", published},
      {"log_position", m.log_position},
      {"products", m.products},
      {"customers", m.customers},
      {"receipts", m.receipts},
      {"lines", m.lines},
      {"ann_recall", m.ann.recall},
      {"reading_s", absl::ToDoubleSeconds(report.reading)},
      {"training_s", absl::ToDoubleSeconds(report.training)},
      {"learning_s", absl::ToDoubleSeconds(report.learning)},
      {"writing_s", absl::ToDoubleSeconds(report.writing)},
      {"ranker", RankerJson(report)},
      {"no_ranker", report.no_ranker}};
  std::puts(json.dump().c_str());
}

void ReportQuality(absl::string_view name, const RankerQuality& quality) {
  if (quality.customers == 0) return;
  absl::PrintF("    %-16s recall@10 %.4f, ndcg@10 %.4f, hit@10 %.4f\n", name,
               quality.recall_at_10, quality.ndcg_at_10, quality.hit_at_10);
}

void ReportRanker(const BuildIndexReport& report) {
  const TrainedRanker& ranker = report.ranker;
  if (ranker.trees == 0) {
    absl::PrintF("  no learned order: %s\n", report.no_ranker);
    return;
  }
  absl::PrintF(
      "  order learned in %.1f s: %s, %d trees, %d customers, %d rows;\n"
      "  of %d customers held out, %.1f%% of what they bought was a "
      "candidate\n",
      absl::ToDoubleSeconds(report.training), ranker.objective, ranker.trees,
      ranker.examples, ranker.rows, ranker.learned.customers,
      100 * ranker.ceiling);
  ReportQuality("learned", ranker.learned);
  ReportQuality("plain", ranker.plain);
  ReportQuality("serving version", ranker.running);
  for (size_t i = 0; i < std::min<size_t>(5, ranker.gains.size()); ++i)
    absl::PrintF("    %4.1f%% of the gain: %s\n", 100 * ranker.gains[i].second,
                 ranker.gains[i].first);
}

void Report(const BuildIndexReport& report, bool published) {
  if (absl::GetFlag(FLAGS_json)) return ReportJson(report, published);
  const index::Manifest& m = report.manifest;
  const char* fate = published ? "is serving"
                     : report.publishable
                         ? "is written, not published"
                         : "is written, not published: its "
                           "order is worse than the serving one";
  absl::PrintF(
      "index %s %s: %d products, %d customers, %d lines\n"
      "  read %.1f s, learned %.1f s, written %.1f s; ANN recall@10 %.3f\n",
      m.version, fate, m.products, m.customers, m.lines,
      absl::ToDoubleSeconds(report.reading),
      absl::ToDoubleSeconds(report.learning),
      absl::ToDoubleSeconds(report.writing), m.ann.recall);
  ReportRanker(report);
}

absl::Status Publish(client::Connection& server, const std::string& version) {
  return server.Admin([&version](wire::AdminClient& admin) {
    wire::IndexVersion published;
    admin.publishIndex(published, version);
  });
}

absl::StatusOr<client::ConnectionOptions> ReadConnection() {
  client::ConnectionOptions connection;
  PATRON_ASSIGN_OR_RETURN(connection.address,
                          client::ParseAddress(absl::GetFlag(FLAGS_server)));
  PATRON_ASSIGN_OR_RETURN(connection.token, ReadToken());
  return connection;
}

absl::StatusOr<absl::TimeZone> ShopZone() {
  absl::TimeZone zone;
  if (absl::LoadTimeZone(absl::GetFlag(FLAGS_time_zone), &zone)) return zone;
  return absl::InvalidArgumentError(
      absl::StrCat("time_zone: no zone ", absl::GetFlag(FLAGS_time_zone)));
}

// Hands `work` a checkpoint and what the server told of itself. The checkpoint
// goes in any case: it holds disk space as the store moves on. Work takes
// longer than a server lets a connection rest.
absl::Status WithCheckpoint(
    client::Connection& server,
    absl::FunctionRef<absl::Status(const std::string& checkpoint,
                                   const wire::Stats& stats)>
        work) {
  wire::CheckpointInfo checkpoint;
  wire::Stats stats;
  PATRON_RETURN_IF_ERROR(server.Admin([&](wire::AdminClient& admin) {
    admin.stats(stats);
    admin.createCheckpoint(checkpoint);
  }));
  server.Close();
  const absl::Status worked = work(checkpoint.path, stats);
  const absl::Status dropped =
      server.Admin([&checkpoint](wire::AdminClient& admin) {
        admin.dropCheckpoint(checkpoint.path);
      });
  return worked.ok() ? dropped : worked;
}

template <typename Report>
absl::Status Take(absl::StatusOr<Report> result, Report& report) {
  if (!result.ok()) return result.status();
  report = *std::move(result);
  return absl::OkStatus();
}

absl::Status RunBuildIndex() {
  BuildIndexOptions options;
  PATRON_ASSIGN_OR_RETURN(options.time_zone, ShopZone());
  options.version = absl::GetFlag(FLAGS_version);
  options.learn.threads = absl::GetFlag(FLAGS_threads);
  options.rank = absl::GetFlag(FLAGS_rank);
  options.ranker.windows = absl::GetFlag(FLAGS_windows);
  options.margin = absl::GetFlag(FLAGS_margin);
  PATRON_ASSIGN_OR_RETURN(auto connection, ReadConnection());
  client::Connection server(std::move(connection));

  BuildIndexReport report;
  PATRON_RETURN_IF_ERROR(WithCheckpoint(
      server, [&](const std::string& checkpoint, const wire::Stats& stats) {
        options.checkpoint = checkpoint;
        options.artefacts = stats.artefacts_path;
        options.running_version = stats.index_version;
        absl::Status built =
            Take(BuildIndex(options, RealClock(), ShowProgress), report);
        ClearProgress();
        return built;
      }));
  const bool publish = absl::GetFlag(FLAGS_publish) && report.publishable;
  if (publish) PATRON_RETURN_IF_ERROR(Publish(server, report.manifest.version));
  Report(report, publish);
  return absl::OkStatus();
}

absl::Status RunLearnResponse() {
  LearnResponseOptions options;
  PATRON_ASSIGN_OR_RETURN(options.time_zone, ShopZone());
  options.version = absl::GetFlag(FLAGS_version);
  PATRON_ASSIGN_OR_RETURN(auto connection, ReadConnection());
  client::Connection server(std::move(connection));
  LearnResponseReport report;
  PATRON_RETURN_IF_ERROR(WithCheckpoint(
      server, [&](const std::string& checkpoint, const wire::Stats& stats) {
        options.checkpoint = checkpoint;
        options.artefacts = stats.artefacts_path;
        return Take(LearnResponse(options, RealClock()), report);
      }));
  const std::string name = report.file.filename().string();
  if (absl::GetFlag(FLAGS_json)) {
    const nlohmann::ordered_json json = {{"job", "learn-response"},
                                         {"file", name},
                                         {"examples", report.examples},
                                         {"used", report.used}};
    std::puts(json.dump().c_str());
  } else {
    absl::PrintF("response model %s: %d offers issued, %d used\n", name,
                 report.examples, report.used);
  }
  return absl::OkStatus();
}

void ReportFit(const FitValueReport& report, const std::string& file) {
  const prediction::Model model = prediction::FromWire(report.prediction);
  const prediction::PurchaseModel& m = model.purchases;
  if (absl::GetFlag(FLAGS_json)) {
    nlohmann::ordered_json json = {
        {"job", "fit-value"},
        {"file", file},
        {"customers", report.customers},
        {"repeaters", report.repeaters},
        {"r", m.r},
        {"alpha", m.alpha},
        {"a", m.a},
        {"b", m.b},
        {"amounts", nullptr},
        {"took_s", absl::ToDoubleSeconds(report.took)}};
    if (model.amounts)
      json["amounts"] = {{"currency", model.currency},
                         {"p", model.amounts->p},
                         {"q", model.amounts->q},
                         {"v", model.amounts->v}};
    std::puts(json.dump().c_str());
    return;
  }
  absl::PrintF(
      "%s: %d customers, %d of whom came back, in %.1f s\n"
      "  one of them buys so often in a year: %.2f times after the first; %s\n"
      "  take it to the server with `patron apply`\n",
      file, report.customers, report.repeaters,
      absl::ToDoubleSeconds(report.took),
      prediction::ExpectedPurchases(m, {}, 365),
      model.amounts ? "amounts are learned" : "too little for amounts");
}

absl::Status RunFitValue() {
  FitValueOptions options;
  options.file = absl::GetFlag(FLAGS_out);
  PATRON_ASSIGN_OR_RETURN(options.time_zone, ShopZone());
  PATRON_ASSIGN_OR_RETURN(auto connection, ReadConnection());
  client::Connection server(std::move(connection));
  FitValueReport report;
  PATRON_RETURN_IF_ERROR(WithCheckpoint(
      server, [&](const std::string& checkpoint, const wire::Stats&) {
        options.checkpoint = checkpoint;
        return Take(FitValue(options, RealClock()), report);
      }));
  ReportFit(report, options.file.string());
  return absl::OkStatus();
}

void ReportSettled(const SettleReport& report) {
  if (absl::GetFlag(FLAGS_json)) {
    const nlohmann::ordered_json json = {
        {"job", "settle"},
        {"accounts", report.accounts},
        {"calls", report.calls},
        {"next_customer", report.next_customer},
        {"took_s", absl::ToDoubleSeconds(report.took)}};
    std::puts(json.dump().c_str());
    return;
  }
  absl::PrintF("settled %d accounts in %d calls, %.1f s\n", report.accounts,
               report.calls, absl::ToDoubleSeconds(report.took));
}

absl::Status RunSettle() {
  SettleOptions options;
  options.from = absl::GetFlag(FLAGS_from);
  options.customers_a_call = absl::GetFlag(FLAGS_customers_a_call);
  PATRON_ASSIGN_OR_RETURN(auto connection, ReadConnection());
  client::Connection server(std::move(connection));
  wire::Stats stats;
  PATRON_RETURN_IF_ERROR(
      server.Admin([&](wire::AdminClient& admin) { admin.stats(stats); }));

  const auto call = [&](int32_t first,
                        int32_t count) -> absl::StatusOr<wire::SettleReply> {
    wire::SettleReply reply;
    PATRON_RETURN_IF_ERROR(server.Admin([&](wire::AdminClient& admin) {
      admin.settleAccounts(reply, first, count);
    }));
    return reply;
  };
  const auto progress = [&stats](int32_t next) {
    ShowProgress(
        "settling accounts", static_cast<uint64_t>(next),
        static_cast<uint64_t>(std::max<int64_t>(stats.customers, next)));
  };
  SettleReport report;
  absl::Status status = Settle(options, RealClock(), call, progress, report);
  ClearProgress();
  if (status.ok()) ReportSettled(report);
  if (status.ok() || report.calls == 0) return status;
  return absl::Status(status.code(),
                      absl::StrCat(status.message(), "\n  ", report.accounts,
                                   " accounts are settled; go on with --from=",
                                   report.next_customer));
}

// The jobs there are.
struct Job {
  absl::string_view name;
  absl::Status (*run)();
};
constexpr Job kJobs[] = {{"build-index", RunBuildIndex},
                         {"fit-value", RunFitValue},
                         {"learn-response", RunLearnResponse},
                         {"settle", RunSettle}};

int Main(const std::vector<char*>& arguments) {
  if (arguments.size() == 2)
    for (const Job& job : kJobs)
      if (job.name == arguments[1]) {
        const absl::Status status = job.run();
        if (status.ok()) return 0;
        std::fprintf(stderr, "patron-jobs %s: %s\n", arguments[1],
                     std::string(status.message()).c_str());
        return 1;
      }
  std::fputs(kUsage, stderr);
  return 2;
}

}  // namespace
}  // namespace patron::jobs

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage(patron::jobs::kUsage);
  absl::FlagsUsageConfig help;
  help.contains_help_flags = [](absl::string_view file) {
    return absl::EndsWith(file, "jobs/main.cc");
  };
  absl::SetFlagsUsageConfig(help);
  return patron::jobs::Main(absl::ParseCommandLine(argc, argv));
}
