#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "server/loyalty/accounts.h"
#include "server/store/keys.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::loyalty {
namespace {

using store::Family;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::StatusIs;
using wire::EntryKind;

constexpr Day kToday = 20000;
constexpr CustomerOrdinal kAnna{7};
constexpr CustomerOrdinal kBert{8};

// Two customers with points of every kind and an open reservation of Anna's.
class BooksTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto store = store::Store::Open(dir_.File("store"), {});
    ASSERT_OK(store);
    store_ = *std::move(store);
    FillAnna();
    FillBert();
  }

  using Change =
      std::function<void(wire::ProgrammeAccount& account, Journal& journal)>;
  void Apply(CustomerOrdinal customer, const Change& change) {
    AccountChanges changes(accounts_);
    store::Batch batch(*store_);
    Journal journal;
    journal.programme_id = "club";
    change(changes.Programme(customer, 0), journal);
    changes.Post(customer, LogPosition(++position_), absl::UnixEpoch(), "",
                 std::move(journal.entries), batch);
    changes.Flush(batch);
    ASSERT_OK(store_->Write(batch));
    changes.Publish();
  }

  void FillAnna() {
    Apply(kAnna, [&](auto& account, auto& journal) {
      Earn(EntryKind::EARN, 100, {0, kToday}, "r1", account, journal);
      Earn(EntryKind::BONUS, 50, {0, 0}, "b", account, journal);
      Earn(EntryKind::ADJUST, 7, {0, 0}, "a", account, journal);
    });
    Apply(kAnna, [&](auto& account, auto& journal) {
      const auto held =
          Take(EntryKind::HOLD, 60, kToday, "b1", account, journal);
      ASSERT_OK(held);
      Capture(*held, "r2", account, journal);
      const auto open =
          Take(EntryKind::HOLD, 30, kToday, "b2", account, journal);
      ASSERT_OK(open);
      held_ = *open;
      wire::LotPart part;
      part.points = 5;
      Refund({part}, kToday, "t1", account, journal);
      Settle(wire::Programme(), kToday + 1, account, journal);
    });
    PutReservation("b2", kAnna, wire::ReservationState::OPEN);
    PutReservation("b1", kAnna, wire::ReservationState::COMMITTED);
  }

  void FillBert() {
    Apply(kBert, [&](auto& account, auto& journal) {
      Reverse(wire::Programme(), 9, {}, kToday, "t2", account, journal);
    });
  }

  void PutReservation(const std::string& id, CustomerOrdinal customer,
                      wire::ReservationState::type state) {
    wire::ReservationRow row;
    row.state = state;
    row.customer = static_cast<int32_t>(customer.value());
    row.held.resize(1);
    row.held[0].lots = held_;
    Put(Family::kReservations, id, row);
  }

  template <typename Row>
  void Put(Family family, const std::string& key, const Row& row) {
    store::Batch batch(*store_);
    batch.Put(family, key, store::Encode(row));
    ASSERT_OK(store_->Write(batch));
  }

  void Remove(Family family, const std::string& key) {
    store::Batch batch(*store_);
    batch.Delete(family, key);
    ASSERT_OK(store_->Write(batch));
  }

  void Damage(CustomerOrdinal customer,
              const std::function<void(wire::ProgrammeAccount&)>& damage) {
    wire::AccountRow row;
    ASSERT_TRUE(accounts_.Read(customer, row));
    damage(row.programmes[0]);
    Put(Family::kAccounts, store::CustomerKey(customer), row);
  }

  void DamageTotals(const std::function<void(wire::PointsTotalsRow&)>& damage) {
    wire::PointsTotalsRow row = accounts_.Totals("club");
    damage(row);
    Put(Family::kMeta, TotalsKey("club"), row);
  }

  std::vector<std::string> Problems() {
    const auto report = CheckBooks(*store_, {"club"});
    EXPECT_OK(report);
    return report.ok() ? report->problems : std::vector<std::string>();
  }

  testing::TempDir dir_;
  std::unique_ptr<store::Store> store_;
  Accounts accounts_;
  uint64_t position_ = 0;
  std::vector<wire::Lot> held_;
};

TEST_F(BooksTest, Balance) {
  ASSERT_OK_AND_ASSIGN(const auto report, CheckBooks(*store_, {"club"}));
  EXPECT_THAT(report.problems, IsEmpty());
  EXPECT_EQ(report.accounts, 2);
  EXPECT_EQ(report.entries, 9);
  EXPECT_EQ(report.open_reservations, 1);
}

TEST_F(BooksTest, EachKindFeedsItsSum) {
  const wire::PointsTotalsRow totals = accounts_.Totals("club");
  EXPECT_EQ(totals.earned, 150);
  EXPECT_EQ(totals.adjusted, 7);
  EXPECT_EQ(totals.refunded, 5);
  EXPECT_EQ(totals.spent, 60);
  EXPECT_EQ(totals.expired, 10);
  EXPECT_EQ(totals.reversed, 9);
  EXPECT_EQ(totals.held, 30);
  EXPECT_EQ(totals.balance, 150 + 7 + 5 - 60 - 10 - 9 - 30);
}

TEST_F(BooksTest, AMergeMovesNoSum) {
  const wire::PointsTotalsRow before = accounts_.Totals("club");
  AccountChanges changes(accounts_);
  store::Batch batch(*store_);
  Journal from_journal, into_journal;
  from_journal.programme_id = into_journal.programme_id = "club";
  Merge(wire::Programme(), kToday + 1, changes.Programme(kAnna, 0),
        from_journal, changes.Programme(kBert, 0), into_journal);
  const LogPosition position(++position_);
  changes.Post(kAnna, position, absl::UnixEpoch(), "", from_journal.entries,
               batch);
  changes.Post(kBert, position, absl::UnixEpoch(), "", into_journal.entries,
               batch);
  changes.Flush(batch);
  ASSERT_OK(store_->Write(batch));
  changes.Publish();
  PutReservation("b2", kBert, wire::ReservationState::OPEN);
  EXPECT_EQ(accounts_.Totals("club"), before);
  EXPECT_THAT(Problems(), IsEmpty());
}

TEST_F(BooksTest, OfAnEmptyStoreBalance) {
  ASSERT_OK_AND_ASSIGN(const auto empty,
                       store::Store::Open(dir_.File("empty"), {}));
  ASSERT_OK_AND_ASSIGN(const auto report, CheckBooks(*empty, {"club"}));
  EXPECT_THAT(report.problems, IsEmpty());
}

// Canaries: each damage is told, with the place and both numbers.

TEST_F(BooksTest, ALotThatGrewIsFound) {
  Damage(kAnna, [](auto& account) { account.lots[0].points += 1; });
  EXPECT_THAT(
      Problems(),
      ElementsAre("customer 7, programme club: balance 63, entries add up to "
                  "62",
                  "programme club: balance 53, accounts add up to 54"));
}

TEST_F(BooksTest, AnAccountThatIsGoneIsFound) {
  Remove(Family::kAccounts, store::CustomerKey(kAnna));
  EXPECT_THAT(Problems(),
              Contains(HasSubstr("customer 7, programme club: "
                                 "balance 0, entries add up to 6")));
  EXPECT_THAT(Problems(),
              Contains("customer 7, programme club: no account, but 30 in open "
                       "reservations"));
}

TEST_F(BooksTest, ARowOfEntriesThatIsGoneIsFound) {
  Remove(Family::kEntries, store::EntriesKey(kAnna, LogPosition(1)));
  EXPECT_THAT(Problems(), Contains(HasSubstr("customer 7, programme club: "
                                             "balance 62, entries add up to")));
  EXPECT_THAT(Problems(), Contains("programme club: earned 150, entries add up "
                                   "to 0"));
}

TEST_F(BooksTest, HeldPointsWithoutReservationAreFound) {
  PutReservation("b2", kAnna, wire::ReservationState::RELEASED);
  EXPECT_THAT(Problems(),
              ElementsAre("customer 7, programme club: held 30, open "
                          "reservations hold 0"));
}

TEST_F(BooksTest, AReservationWithoutHeldPointsIsFound) {
  PutReservation("b3", kBert, wire::ReservationState::OPEN);
  EXPECT_THAT(Problems(), ElementsAre("customer 8, programme club: held 0, "
                                      "open reservations hold 30"));
}

TEST_F(BooksTest, AReservationOfNobodyIsFound) {
  PutReservation("b3", CustomerOrdinal(9), wire::ReservationState::OPEN);
  EXPECT_THAT(Problems(), ElementsAre("customer 9, programme club: no account, "
                                      "but 30 in open reservations"));
}

TEST_F(BooksTest, LotsOutOfShapeAreFound) {
  Damage(kAnna, [](auto& account) {
    wire::Lot lot = account.lots[0];
    lot.expiry_day = kToday + 5;
    lot.points = 0;
    account.lots.push_back(lot);
  });
  EXPECT_THAT(Problems(),
              ElementsAre("customer 7, programme club: lot 1 of 0 points",
                          "customer 7, programme club: lot 1 stands out of "
                          "order"));
}

TEST_F(BooksTest, DebtBesideLotsIsFound) {
  Damage(kAnna, [](auto& account) {
    account.debt = 5;
    account.lots[0].points += 5;
  });
  EXPECT_THAT(Problems(), ElementsAre("customer 7, programme club: debt 5 "
                                      "beside 1 lots"));
}

TEST_F(BooksTest, NegativeHoldsAreFound) {
  Damage(kBert, [](auto& account) { account.held = -1; });
  EXPECT_THAT(Problems(), Contains(HasSubstr("held -1 must not be negative")));
}

TEST_F(BooksTest, EachSumThatIsWrongIsFound) {
  using Totals = wire::PointsTotalsRow;
  for (const auto& [name, sum] :
       std::vector<std::pair<std::string, int64_t Totals::*>>{
           {"earned", &Totals::earned},
           {"adjusted", &Totals::adjusted},
           {"refunded", &Totals::refunded},
           {"spent", &Totals::spent},
           {"expired", &Totals::expired},
           {"reversed", &Totals::reversed},
           {"balance", &Totals::balance},
           {"held", &Totals::held}}) {
    DamageTotals([sum = sum](Totals& totals) { totals.*sum += 1; });
    EXPECT_THAT(Problems(), Contains(HasSubstr("programme club: " + name)));
    EXPECT_THAT(Problems(), Contains(HasSubstr("came in less went out")));
  }
}

TEST_F(BooksTest, AnEntryOfAnUnknownProgrammeIsFound) {
  AccountChanges changes(accounts_);
  store::Batch batch(*store_);
  Journal journal;
  journal.programme_id = "clubb";
  Earn(EntryKind::EARN, 1, {}, "r", changes.Programme(kBert, 0), journal);
  changes.Post(kBert, LogPosition(99), absl::UnixEpoch(), "", journal.entries,
               batch);
  changes.Flush(batch);
  ASSERT_OK(store_->Write(batch));
  EXPECT_THAT(Problems(), Contains(HasSubstr("programme clubb: balance 0")));
}

TEST_F(BooksTest, AProgrammeWithoutNameIsFound) {
  EXPECT_THAT(CheckBooks(*store_, {})->problems,
              Contains(HasSubstr("programme #0")));
}

TEST_F(BooksTest, ARowThatDoesNotDecodeIsDataLoss) {
  store::Batch batch(*store_);
  batch.Put(Family::kReservations, "b9", "\xff");
  ASSERT_OK(store_->Write(batch));
  EXPECT_THAT(CheckBooks(*store_, {"club"}),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(BooksTest, ManyProblemsAreCounted) {
  store::Batch batch(*store_);
  wire::AccountRow row;
  row.programmes.resize(1);
  row.programmes[0].lots.resize(1);
  row.programmes[0].lots[0].points = 1;
  const std::string bytes = store::Encode(row);
  for (uint32_t i = 100; i < 10100; ++i)  // several pages
    batch.PutBlind(Family::kAccounts, store::CustomerKey(CustomerOrdinal(i)),
                   bytes);
  ASSERT_OK(store_->Write(batch));
  const auto problems = Problems();
  ASSERT_EQ(problems.size(), kMostProblems + 1);
  // One a customer, one of the sum over accounts.
  EXPECT_EQ(problems.back(), "… and 9901 more");
}

TEST_F(BooksTest, OfManyCustomersBalance) {
  AccountChanges changes(accounts_);
  store::Batch batch(*store_);
  for (uint32_t i = 100; i < 10100; ++i) {
    Journal journal;
    journal.programme_id = "club";
    const CustomerOrdinal customer(i);
    Earn(EntryKind::BONUS, i, {}, "bonus", changes.Programme(customer, 0),
         journal);
    changes.Post(customer, LogPosition(99), absl::UnixEpoch(), "",
                 journal.entries, batch);
  }
  changes.Flush(batch);
  ASSERT_OK(store_->Write(batch));
  changes.Publish();
  EXPECT_THAT(Problems(), IsEmpty());
}

TEST_F(BooksTest, SumsThatLeaveTheirTypeStillBalance) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  wire::PointsTotalsRow totals;
  for (const auto kind : {EntryKind::EARN, EntryKind::EARN, EntryKind::ADJUST,
                          EntryKind::REVERSE, EntryKind::EXPIRE}) {
    wire::Entry entry;
    entry.kind = kind;
    entry.points = kind == EntryKind::REVERSE ? -kMost : kMost;
    AddToTotals(entry, totals);
  }
  const auto wide = [](int64_t sum) { return static_cast<uint64_t>(sum); };
  EXPECT_EQ(wide(totals.earned) + wide(totals.adjusted) - wide(totals.expired) -
                wide(totals.reversed),
            wide(totals.balance));
}

}  // namespace
}  // namespace patron::loyalty
