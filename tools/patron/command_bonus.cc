// Points for many customers, from a file, in batches that are safe to repeat.
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "tools/patron/commands.h"
#include "tools/patron/console.h"
#include "tools/patron/csv_reader.h"
#include "tools/patron/input.h"
#include "tools/patron/json_out.h"
#include "tools/patron/values.h"

namespace patron::cli {
namespace {

constexpr size_t kBonusesPerCall = 1000;

absl::StatusOr<wire::Bonus> BonusOf(const std::string& path,
                                    const CsvRow& row) {
  const std::string where = absl::StrCat(path, ":", row.line, ": ");
  if (!row.problem.empty())
    return absl::InvalidArgumentError(absl::StrCat(where, row.problem));
  if (row.fields.size() != 2)
    return absl::InvalidArgumentError(absl::StrCat(
        where, row.fields.size(), " columns, wanted customer_id,points"));
  wire::Bonus bonus;
  bonus.customer_id = std::string(row.fields[0]);
  PATRON_RETURN_IF_ERROR(CheckId(where + "customer_id", row.fields[0]));
  PATRON_ASSIGN_OR_RETURN(
      bonus.points,
      ParseWhole(where + "points", row.fields[1], {1, kMaxAmount}));
  return bonus;
}

// All rows before the first call, so that a wrong row gives nobody anything.
absl::StatusOr<std::vector<wire::Bonus>> ReadBonuses(const std::string& path) {
  PATRON_ASSIGN_OR_RETURN(const auto input, OpenInput(path));
  InputWindow window(*input);
  CsvReader reader(window, ',');
  CsvRow row;
  std::vector<wire::Bonus> bonuses;
  for (bool first = true;; first = false) {
    PATRON_ASSIGN_OR_RETURN(const bool more, reader.Next(row));
    if (!more) return bonuses;
    const bool is_header =
        first && !row.fields.empty() && row.fields[0] == "customer_id";
    if (is_header) continue;
    PATRON_ASSIGN_OR_RETURN(bonuses.emplace_back(), BonusOf(path, row));
  }
}

absl::Status GiveBatch(Connection& connection, const Args& args, size_t number,
                       std::vector<wire::Bonus> batch) {
  const std::string request_id =
      absl::StrCat(args.Get("bonus-id"), "/", number);
  return connection.Marketing([&](wire::MarketingClient& client) {
    client.giveBonus(request_id, args.positional()[0], args.Get("reason"),
                     batch);
  });
}

absl::Status Stopped(const absl::Status& status, size_t number, size_t given) {
  return absl::Status(
      status.code(),
      absl::StrCat("batch ", number, ": ", status.message(), "; ",
                   FormatCount(given),
                   " customers before it have theirs: repeat with the same "
                   "--bonus-id"));
}

}  // namespace

absl::StatusOr<int> RunPointsBonus(Context& context, const Args& args) {
  for (const char* flag : {"bonus-id", "reason"})
    if (args.Get(flag).empty())
      return UsageError(absl::StrCat("no --", flag, " given"));
  PATRON_ASSIGN_OR_RETURN(const std::vector<wire::Bonus> bonuses,
                          ReadBonuses(args.positional()[1]));
  Connection connection(context.server);
  Console console(context.err, context.err_is_terminal);
  int64_t points = 0;
  for (size_t at = 0; at < bonuses.size(); at += kBonusesPerCall) {
    const auto begin = bonuses.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end = begin + static_cast<std::ptrdiff_t>(std::min(
                                 kBonusesPerCall, bonuses.size() - at));
    const size_t number = at / kBonusesPerCall + 1;
    const absl::Status status =
        GiveBatch(connection, args, number, {begin, end});
    if (!status.ok()) return Stopped(status, number, at);
    for (auto bonus = begin; bonus != end; ++bonus) points += bonus->points;
    console.Progress(absl::StrCat(FormatCount(at), " customers"));
  }
  console.Done();
  if (context.json)
    context.out << ToLine({{"bonus_id", args.Get("bonus-id")},
                           {"customers", bonuses.size()},
                           {"points", points}})
                << '\n';
  else
    context.out << "bonus " << args.Get("bonus-id") << ": "
                << FormatCount(points) << " points for "
                << FormatCount(static_cast<int64_t>(bonuses.size()))
                << (bonuses.size() == 1 ? " customer\n" : " customers\n");
  return kExitOk;
}

}  // namespace patron::cli
