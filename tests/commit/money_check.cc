#include "tests/commit/money_check.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/check.h"
#include "server/base/clock.h"
#include "server/commit/engine.h"
#include "server/loyalty/accounts.h"
#include "server/store/codec.h"
#include "tests/commit/money_crash.h"

namespace patron::testing {
namespace {

using store::Family;

struct OfferSums {
  int64_t uses = 0, reserved = 0, discount = 0, reserved_discount = 0;
  friend bool operator==(const OfferSums&, const OfferSums&) = default;
};

std::string ToString(const OfferSums& sums) {
  return absl::StrCat(sums.uses, " uses of ", sums.discount, ", ",
                      sums.reserved, " reserved of ", sums.reserved_discount);
}

// All rows, decoded.
struct Rows {
  std::map<std::string, wire::PurchaseRow> purchases;  // by receipt
  std::map<std::string, wire::ReservationRow> reservations;
  std::map<std::string, wire::CodeRow> codes;
  std::map<std::string, int> entries;  // how many have a cause
};

template <typename Row, typename Take>
void ReadRows(const store::Store& store, Family family, const char* name,
              Take take, std::vector<std::string>& problems) {
  const absl::Status status = store.Scan(
      family, "", "", [&](absl::string_view key, absl::string_view bytes) {
        const auto row = store::Decode<Row>(bytes, name);
        if (row.ok()) {
          take(std::string(key), *row);
        } else {
          problems.push_back(row.status().ToString());
        }
        return true;
      });
  if (!status.ok()) problems.push_back(status.ToString());
}

Rows ReadAll(const store::Store& store, std::vector<std::string>& problems) {
  Rows rows;
  ReadRows<wire::PurchaseRow>(
      store, Family::kPurchases, "purchase",
      [&](const std::string&, const wire::PurchaseRow& row) {
        if (!rows.purchases.emplace(row.receipt_id, row).second)
          problems.push_back(absl::StrCat(row.receipt_id, " stands twice"));
      },
      problems);
  ReadRows<wire::ReservationRow>(
      store, Family::kReservations, "reservation",
      [&](const std::string& id, const wire::ReservationRow& row) {
        rows.reservations[id] = row;
      },
      problems);
  ReadRows<wire::CodeRow>(
      store, Family::kCodes, "code",
      [&](const std::string& code, const wire::CodeRow& row) {
        rows.codes[code] = row;
      },
      problems);
  ReadRows<wire::EntriesRow>(
      store, Family::kEntries, "entries",
      [&](const std::string&, const wire::EntriesRow& row) {
        for (const wire::Entry& entry : row.entries)
          ++rows.entries[absl::StrCat(wire::to_string(entry.kind), " ",
                                      entry.cause)];
      },
      problems);
  return rows;
}

// ---- what was answered

bool HasReturn(const Rows& rows, const wire::PurchaseReturn& asked) {
  const auto at = rows.purchases.find(asked.receipt_id);
  if (at == rows.purchases.end()) return false;
  return std::count_if(at->second.returns.begin(), at->second.returns.end(),
                       [&](const wire::StoredReturn& one) {
                         return one.return_id == asked.return_id;
                       }) == 1;
}

bool IsClosed(const Rows& rows, const std::string& id,
              wire::ReservationState::type state) {
  const auto at = rows.reservations.find(id);
  return at != rows.reservations.end() && at->second.state == state;
}

bool IsThereOnce(const Rows& rows, const wire::CommandBody& body) {
  if (body.__isset.reserve)
    return rows.reservations.contains(body.reserve.reservation_id);
  if (body.__isset.commit_reservation)
    return IsClosed(rows, body.commit_reservation.reservation_id,
                    wire::ReservationState::COMMITTED) &&
           rows.purchases.contains(body.commit_reservation.receipt_id);
  if (body.__isset.release_reservation)
    return IsClosed(rows, body.release_reservation.reservation_id,
                    wire::ReservationState::RELEASED);
  if (body.__isset.record_return) return HasReturn(rows, body.record_return);
  const auto at =
      rows.entries.find(absl::StrCat("ADJUST ", body.adjust_points.reason));
  return at != rows.entries.end() && at->second == 1;
}

void CheckAnswered(const Rows& rows, const std::map<int, bool>& answered,
                   std::vector<std::string>& problems) {
  for (const auto& [number, refused] : answered)
    if (!refused && !IsThereOnce(rows, MoneyCommand(number)))
      problems.push_back(absl::StrCat("command ", number,
                                      " was answered and is not there "
                                      "once"));
  for (const auto& [cause, count] : rows.entries)
    if (count > 1 && cause.rfind("ADJUST ", 0) == 0)
      problems.push_back(absl::StrCat(cause, " counts ", count, " times"));
}

// ---- offers and codes

std::map<std::string, OfferSums> SumsOf(const commit::State& state,
                                        const Rows& rows) {
  std::map<std::string, OfferSums> sums;
  const auto sums_of = [&](int32_t offer) -> OfferSums& {
    return sums[std::string(
        state.ordinals.offers.IdOf(static_cast<uint32_t>(offer)))];
  };
  for (const auto& [receipt, purchase] : rows.purchases)
    for (const wire::UsedOfferRow& used : purchase.effects.offers) {
      OfferSums& one = sums_of(used.offer);
      one.uses += !used.use_returned;
      for (const int64_t discount : used.by_line) one.discount += discount;
      one.discount -= used.returned;
    }
  for (const auto& [id, reservation] : rows.reservations)
    if (reservation.state == wire::ReservationState::OPEN)
      for (const wire::ReservedOffer& use : reservation.offers) {
        ++sums_of(use.used.offer).reserved;
        sums_of(use.used.offer).reserved_discount += use.discount;
      }
  return sums;
}

void CheckOffers(const commit::State& state, const Rows& rows,
                 std::vector<std::string>& problems) {
  std::map<std::string, OfferSums> sums = SumsOf(state, rows);
  for (const char* id : {"sale", "coupon"}) {
    OfferSums counted;
    const auto bytes =
        state.store->Get(Family::kMeta, absl::StrCat("offer:", id));
    if (bytes.ok() && bytes->has_value()) {
      const auto row = store::Decode<wire::OfferCountRow>(**bytes, "offer");
      if (row.ok())
        counted = {row->uses, row->reserved_uses, row->discount,
                   row->reserved_discount};
    }
    if (counted != sums[id])
      problems.push_back(absl::StrCat("offer ", id, " counts ",
                                      ToString(counted), ", it is ",
                                      ToString(sums[id])));
  }
  const int64_t taken = sums["sale"].discount + sums["sale"].reserved_discount;
  if (taken > kMoneyBudget)
    problems.push_back(
        absl::StrCat("offer sale took ", taken, " of a budget ", kMoneyBudget));
}

void CheckCodes(const Rows& rows, std::vector<std::string>& problems) {
  std::map<std::string, std::pair<int64_t, int64_t>> taken;  // used, reserved
  for (const auto& [receipt, purchase] : rows.purchases)
    for (const wire::UsedOfferRow& used : purchase.effects.offers)
      if (!used.use_returned) ++taken[used.code].first;
  for (const auto& [id, reservation] : rows.reservations)
    if (reservation.state == wire::ReservationState::OPEN)
      for (const wire::ReservedOffer& use : reservation.offers)
        ++taken[use.used.code].second;
  for (const auto& [code, row] : rows.codes) {
    const auto [used, reserved] = taken[code];
    if (row.used != used || row.reserved != reserved ||
        row.uses_left != 1 - used || used + reserved > 1)
      problems.push_back(absl::StrCat("code ", code, " says used ", row.used,
                                      ", reserved ", row.reserved, ", left ",
                                      row.uses_left, "; it is used ", used,
                                      ", reserved ", reserved));
  }
}

void CheckBooks(const commit::State& state,
                std::vector<std::string>& problems) {
  const auto report = loyalty::CheckBooks(*state.store, {"club"});
  if (!report.ok()) {
    problems.push_back(report.status().ToString());
    return;
  }
  problems.insert(problems.end(), report->problems.begin(),
                  report->problems.end());
}

// ---- nothing is stuck

std::vector<std::string> OpenIn(const commit::State& state) {
  std::vector<std::string> open, ignored;
  ReadRows<wire::ReservationRow>(
      *state.store, Family::kReservations, "reservation",
      [&](const std::string& id, const wire::ReservationRow& row) {
        if (row.state == wire::ReservationState::OPEN) open.push_back(id);
      },
      ignored);
  return open;
}

// Of three reservations one is committed, one released, one left.
void CloseSome(commit::Engine& engine, const std::vector<std::string>& open,
               std::vector<std::string>& problems) {
  std::vector<wire::CommandBody> bodies;
  for (size_t at = 0; at < open.size(); ++at) {
    wire::CommandBody body;
    if (at % 3 == 0) {
      body.__isset.commit_reservation = true;
      body.commit_reservation.reservation_id = open[at];
      body.commit_reservation.receipt_id = absl::StrCat("late ", open[at]);
    } else if (at % 3 == 1) {
      body.__isset.release_reservation = true;
      body.release_reservation.reservation_id = open[at];
    } else {
      continue;
    }
    bodies.push_back(std::move(body));
  }
  for (const auto& reply : engine.ExecuteAll(std::move(bodies), "parent"))
    if (!reply.ok()) problems.push_back(reply.status().ToString());
}

void ExpireRest(commit::Engine& engine, size_t open,
                std::vector<std::string>& problems) {
  // Each command gives back some of them.
  std::vector<wire::CommandBody> bodies(open / 32 + 1);
  for (wire::CommandBody& body : bodies)
    body.__isset.expire_reservations = true;
  for (const auto& reply : engine.ExecuteAll(std::move(bodies), "parent"))
    if (!reply.ok()) problems.push_back(reply.status().ToString());
}

void CheckNothingHeld(const commit::State& state,
                      std::vector<std::string>& problems) {
  for (const std::string& id : OpenIn(state))
    problems.push_back(absl::StrCat("reservation ", id, " is stuck"));
  state.accounts.ForEach(
      [&](CustomerOrdinal customer, const wire::AccountRow& row) {
        for (const wire::ProgrammeAccount& account : row.programmes)
          if (account.held != 0)
            problems.push_back(absl::StrCat("customer ", customer.value(),
                                            " holds ", account.held));
      });
  for (const char* id : {"sale", "coupon"}) {
    const auto offer = state.ordinals.offers.Find(id);
    if (offer && state.holdings.Count(*offer).reserved_uses != 0)
      problems.push_back(absl::StrCat("offer ", id, " is reserved"));
  }
}

}  // namespace

std::vector<std::string> MoneyProblems(const commit::State& state,
                                       const std::map<int, bool>& answered) {
  std::vector<std::string> problems;
  const Rows rows = ReadAll(*state.store, problems);
  CheckAnswered(rows, answered, problems);
  CheckBooks(state, problems);
  CheckOffers(state, rows, problems);
  CheckCodes(rows, problems);
  return problems;
}

std::vector<std::string> StuckMoney(const std::string& path) {
  store::StoreOptions options;
  options.sync = false;  // nobody kills this process
  auto state = commit::State::Open(path, options);
  if (!state.ok()) return {state.status().ToString()};
  const auto applied = commit::ReadApplied(*(*state)->store);
  PATRON_CHECK_OK(applied.status());
  SimulatedClock clock(applied->logged_at);
  auto engine = commit::Engine::Open(**state, clock, {});
  PATRON_CHECK_OK(engine.status());

  std::vector<std::string> problems;
  const std::vector<std::string> open = OpenIn(**state);
  CloseSome(**engine, open, problems);
  clock.Advance(absl::Hours(2));
  ExpireRest(**engine, open.size(), problems);
  (*engine)->Stop();
  CheckNothingHeld(**state, problems);
  // What was answered was looked at before; now some of it is closed otherwise.
  for (std::string& problem : MoneyProblems(**state, {}))
    problems.push_back(std::move(problem));
  return problems;
}

}  // namespace patron::testing
