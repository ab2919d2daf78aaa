// Sums are kept in unsigned 64 bits here: they wrap instead of overflowing, and
// two sums are equal exactly when they are equal so.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/base/status_macros.h"
#include "server/loyalty/accounts.h"
#include "server/store/keys.h"

namespace patron::loyalty {
namespace {

using store::Family;
using wire::EntryKind;

constexpr size_t kPageCustomers = 4096;

int64_t Sum(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) +
                              static_cast<uint64_t>(b));
}
int64_t Difference(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) -
                              static_cast<uint64_t>(b));
}
void Add(int64_t value, int64_t& sum) { sum = Sum(sum, value); }

// Of one customer and programme, from two sides.
struct Sums {
  int64_t balance = 0;
  int64_t held = 0;
};
struct Sides {
  Sums account;
  Sums entries;
};
using SidesByProgramme = std::map<std::string, Sides>;
using Page = std::map<uint32_t, SidesByProgramme>;  // by customer

// Net of what came in and went out.
int64_t NetOf(const wire::PointsTotalsRow& totals) {
  const int64_t in = Sum(Sum(totals.earned, totals.adjusted), totals.refunded);
  const int64_t out = Sum(Sum(totals.spent, totals.expired), totals.reversed);
  return Difference(in, out);
}

class Checker {
 public:
  Checker(const store::Store& store,
          const std::vector<std::string>& programme_ids)
      : store_(store), programme_ids_(programme_ids) {
    for (const std::string& id : programme_ids) totals_[id];
  }

  absl::StatusOr<wire::BooksReport> Run() {
    PATRON_RETURN_IF_ERROR(ReadReservations());
    PATRON_RETURN_IF_ERROR(CheckAccounts());
    for (const auto& [key, points] : reserved_)
      Problem(absl::StrCat("customer ", key.first, ", programme ",
                           IdOf(key.second), ": no account, but ", points,
                           " in open reservations"));
    PATRON_RETURN_IF_ERROR(CheckTotals());
    if (problems_ > kMostProblems)
      report_.problems.push_back(
          absl::StrCat("… and ", problems_ - kMostProblems, " more"));
    return std::move(report_);
  }

 private:
  using Owner = std::pair<uint32_t, int32_t>;  // customer, programme ordinal

  void Problem(std::string text) {
    if (problems_++ < kMostProblems)
      report_.problems.push_back(std::move(text));
  }

  std::string IdOf(int32_t ordinal) const {
    const bool known =
        ordinal >= 0 && static_cast<size_t>(ordinal) < programme_ids_.size();
    return known ? programme_ids_[ordinal] : absl::StrCat("#", ordinal);
  }

  // Calls `visit` with each decoded row.
  template <typename Row, typename Visit>
  absl::Status Each(Family family, absl::string_view begin,
                    absl::string_view end, absl::string_view what,
                    const Visit& visit) {
    absl::Status problem;
    PATRON_RETURN_IF_ERROR(
        store_.Scan(family, begin, end,
                    [&](absl::string_view key, absl::string_view value) {
                      const auto row = store::Decode<Row>(value, what);
                      problem = row.ok() ? visit(key, *row) : row.status();
                      return problem.ok();
                    }));
    return problem;
  }

  absl::Status ReadReservations() {
    return Each<wire::ReservationRow>(
        Family::kReservations, "", "", "reservation",
        [this](absl::string_view, const wire::ReservationRow& row) {
          if (row.state != wire::ReservationState::OPEN)
            return absl::OkStatus();
          ++report_.open_reservations;
          for (const wire::HeldPoints& held : row.held)
            for (const wire::Lot& lot : held.lots)
              Add(lot.points, reserved_[Owner(row.customer, held.programme)]);
          return absl::OkStatus();
        });
  }

  // Page by page of accounts; the entries between the first customer of a page
  // and the first of the next are read beside them.
  absl::Status CheckAccounts() {
    std::string begin;
    do {
      Page page;
      PATRON_ASSIGN_OR_RETURN(const std::string end, ReadAccounts(begin, page));
      PATRON_RETURN_IF_ERROR(ReadEntries(begin, end, page));
      for (const auto& [customer, programmes] : page)
        for (const auto& [id, sides] : programmes) Compare(customer, id, sides);
      begin = end;
    } while (!begin.empty());
    return absl::OkStatus();
  }

  // Answers where the next page begins; "" after the last.
  absl::StatusOr<std::string> ReadAccounts(const std::string& begin,
                                           Page& page) {
    std::string end;
    absl::Status problem;
    size_t customers = 0;
    PATRON_RETURN_IF_ERROR(
        store_.Scan(Family::kAccounts, begin, "",
                    [&](absl::string_view key, absl::string_view value) {
                      if (customers++ == kPageCustomers) {
                        end = std::string(key);
                        return false;
                      }
                      problem = ReadAccount(key, value, page);
                      return problem.ok();
                    }));
    PATRON_RETURN_IF_ERROR(problem);
    return end;
  }

  absl::Status ReadAccount(absl::string_view key, absl::string_view value,
                           Page& page) {
    PATRON_ASSIGN_OR_RETURN(const auto customer, store::DecodeCustomerKey(key));
    PATRON_ASSIGN_OR_RETURN(const auto row,
                            store::Decode<wire::AccountRow>(value, "account"));
    ++report_.accounts;
    for (const wire::ProgrammeAccount& account : row.programmes) {
      const std::string id = IdOf(account.programme);
      Sums& sums = page[customer.value()][id].account;
      for (const wire::Lot& lot : account.lots) Add(lot.points, sums.balance);
      Add(-account.debt, sums.balance);
      Add(account.held, sums.held);
      CheckShape(customer.value(), id, account);
      CheckHeld(customer.value(), id, account);
    }
    return absl::OkStatus();
  }

  void CheckShape(uint32_t customer, const std::string& id,
                  const wire::ProgrammeAccount& account) {
    const std::string where =
        absl::StrCat("customer ", customer, ", programme ", id, ": ");
    if (account.debt < 0 || account.held < 0)
      Problem(absl::StrCat(where, "debt ", account.debt, " and held ",
                           account.held, " must not be negative"));
    if (account.debt > 0 && !account.lots.empty())
      Problem(absl::StrCat(where, "debt ", account.debt, " beside ",
                           account.lots.size(), " lots"));
    for (size_t i = 0; i < account.lots.size(); ++i) {
      const wire::Lot& lot = account.lots[i];
      if (lot.points <= 0)
        Problem(absl::StrCat(where, "lot ", i, " of ", lot.points, " points"));
      if (i > 0 && !StandsBefore(account.lots[i - 1], lot))
        Problem(absl::StrCat(where, "lot ", i, " stands out of order"));
    }
  }

  static bool StandsBefore(const wire::Lot& a, const wire::Lot& b) {
    if (a.expiry_day == b.expiry_day) return a.available_day < b.available_day;
    if (a.expiry_day == 0) return false;
    return b.expiry_day == 0 || a.expiry_day < b.expiry_day;
  }

  void CheckHeld(uint32_t customer, const std::string& id,
                 const wire::ProgrammeAccount& account) {
    int64_t reserved = 0;
    const auto at = reserved_.find(Owner(customer, account.programme));
    if (at != reserved_.end()) {
      reserved = at->second;
      reserved_.erase(at);
    }
    if (reserved != account.held)
      Problem(absl::StrCat("customer ", customer, ", programme ", id, ": held ",
                           account.held, ", open reservations hold ",
                           reserved));
  }

  absl::Status ReadEntries(const std::string& begin, const std::string& end,
                           Page& page) {
    return Each<wire::EntriesRow>(
        Family::kEntries, begin, end, "entries",
        [&](absl::string_view key, const wire::EntriesRow& row) {
          const auto parts = store::DecodeEntriesKey(key);
          if (!parts.ok()) return parts.status();
          for (const wire::Entry& entry : row.entries)
            AddEntry(entry, page[parts->customer.value()]);
          return absl::OkStatus();
        });
  }

  void AddEntry(const wire::Entry& entry, SidesByProgramme& programmes) {
    ++report_.entries;
    Sums& sums = programmes[entry.programme_id].entries;
    Add(entry.points, sums.balance);
    Add(entry.held, sums.held);
    AddToTotals(entry, totals_[entry.programme_id]);
  }

  void Compare(uint32_t customer, const std::string& id, const Sides& sides) {
    const auto compare = [&](absl::string_view what, int64_t account,
                             int64_t entries) {
      if (account != entries)
        Problem(absl::StrCat("customer ", customer, ", programme ", id, ": ",
                             what, " ", account, ", entries add up to ",
                             entries));
    };
    compare("balance", sides.account.balance, sides.entries.balance);
    compare("held", sides.account.held, sides.entries.held);
    Add(sides.account.balance, account_sums_[id].balance);
    Add(sides.account.held, account_sums_[id].held);
  }

  absl::Status CheckTotals() {
    std::map<std::string, wire::PointsTotalsRow> kept;
    const std::string prefix = TotalsKey("");
    PATRON_RETURN_IF_ERROR(Each<wire::PointsTotalsRow>(
        Family::kMeta, prefix, PrefixEnd(prefix), "points totals",
        [&](absl::string_view key, const wire::PointsTotalsRow& row) {
          kept[std::string(absl::StripPrefix(key, prefix))] = row;
          return absl::OkStatus();
        }));
    for (const auto& [id, row] : kept) totals_[id];
    for (const auto& [id, counted] : totals_)
      CompareTotals(id, kept[id], counted);
    return absl::OkStatus();
  }

  static std::string PrefixEnd(std::string prefix) {
    ++prefix.back();
    return prefix;
  }

  void CompareTotals(const std::string& id, const wire::PointsTotalsRow& kept,
                     const wire::PointsTotalsRow& counted) {
    const auto compare = [&](absl::string_view what, int64_t sum,
                             absl::string_view other, int64_t wanted) {
      if (sum != wanted)
        Problem(absl::StrCat("programme ", id, ": ", what, " ", sum, ", ",
                             other, " ", wanted));
    };
    constexpr absl::string_view kEntries = "entries add up to";
    compare("earned", kept.earned, kEntries, counted.earned);
    compare("adjusted", kept.adjusted, kEntries, counted.adjusted);
    compare("refunded", kept.refunded, kEntries, counted.refunded);
    compare("spent", kept.spent, kEntries, counted.spent);
    compare("expired", kept.expired, kEntries, counted.expired);
    compare("reversed", kept.reversed, kEntries, counted.reversed);
    compare("balance", kept.balance, kEntries, counted.balance);
    compare("held", kept.held, kEntries, counted.held);
    const Sums& accounts = account_sums_[id];
    compare("balance", kept.balance, "accounts add up to", accounts.balance);
    compare("held", kept.held, "accounts add up to", accounts.held);
    compare("came in less went out", NetOf(kept), "balance and held are",
            Sum(kept.balance, kept.held));
  }

  const store::Store& store_;
  const std::vector<std::string>& programme_ids_;
  wire::BooksReport report_;
  size_t problems_ = 0;
  std::map<Owner, int64_t> reserved_;
  std::map<std::string, wire::PointsTotalsRow> totals_;  // of all entries
  std::map<std::string, Sums> account_sums_;
};

}  // namespace

void AddToTotals(const wire::Entry& entry, wire::PointsTotalsRow& totals) {
  const int64_t net = Sum(entry.points, entry.held);
  Add(entry.points, totals.balance);
  Add(entry.held, totals.held);
  switch (entry.kind) {
    case EntryKind::EARN:
    case EntryKind::BONUS:
      return Add(net, totals.earned);
    case EntryKind::ADJUST:
      return Add(net, totals.adjusted);
    case EntryKind::REFUND:
      return Add(net, totals.refunded);
    case EntryKind::SPEND:
      return Add(Difference(0, net), totals.spent);
    case EntryKind::EXPIRE:
      return Add(Difference(0, net), totals.expired);
    case EntryKind::REVERSE:
      return Add(Difference(0, net), totals.reversed);
    case EntryKind::HOLD:
    case EntryKind::RELEASE:
    case EntryKind::MERGE_IN:
    case EntryKind::MERGE_OUT:
    case EntryKind::TIER:
      return;
  }
}

absl::StatusOr<wire::BooksReport> CheckBooks(
    const store::Store& store, const std::vector<std::string>& programme_ids) {
  return Checker(store, programme_ids).Run();
}

}  // namespace patron::loyalty
