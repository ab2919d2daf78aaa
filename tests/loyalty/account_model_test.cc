// Random operations on accounts in a store against PointsModel: after every
// step the accounts that it touched, their entries and the books agree.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "server/loyalty/accounts.h"
#include "server/store/keys.h"
#include "tests/loyalty/points_model.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::loyalty {
namespace {

using store::Family;
using wire::EntryKind;

constexpr int kSteps = 120'000;
constexpr int kStepsBetweenReopenings = 6'000;
constexpr uint32_t kCustomers = 8;
constexpr uint32_t kProgrammes = 2;
const std::vector<std::string> kIds = {"club", "beans"};

wire::Tier MakeTier(const std::string& id, int64_t credit) {
  wire::Tier tier;
  tier.id = id;
  tier.credit = credit;
  return tier;
}

// Days short enough that everything happens often.
std::vector<wire::Programme> MakeProgrammes() {
  std::vector<wire::Programme> programmes(kProgrammes);
  wire::Programme& club = programmes[0];
  club.id = kIds[0];
  club.pending_days = 4;
  club.expiry = wire::Expiry::DAYS;
  club.expiry_count = 20;
  club.debt = wire::DebtPolicy::NEGATIVE;
  club.tiers = {MakeTier("silver", 100), MakeTier("gold", 250),
                MakeTier("platinum", 500)};
  club.tier_window = wire::TierWindow::ROLLING;
  club.tier_days = 30;
  club.tier_grace_days = 5;
  wire::Programme& beans = programmes[1];
  beans.id = kIds[1];
  beans.pending_days = 2;
  beans.expiry = wire::Expiry::END_OF_MONTH;
  beans.expiry_count = 1;
  beans.debt = wire::DebtPolicy::MONEY;
  beans.tiers = {MakeTier("member", 0), MakeTier("friend", 1500),
                 MakeTier("family", 4000)};
  beans.tier_window = wire::TierWindow::CALENDAR_YEAR;
  beans.tier_grace_days = 20;
  return programmes;
}

struct Where {
  uint32_t customer = 0;
  uint32_t programme = 0;
  friend auto operator<=>(const Where&, const Where&) = default;
};

// What a test remembers so that it can take it back, like purchases do.
struct Reservation {
  std::string id;
  Where where;
  std::vector<wire::Lot> lots;
  std::vector<Day> expiries;
};
struct Spent {
  Where where;
  std::vector<Day> expiries;  // not refunded yet, earliest first
};
struct Earned {
  Where where;
  LotDays days;
  Points points = 0;
};
struct Credited {
  Where where;
  Day day = 0;
  int64_t credit = 0;
};

class AccountModelTest : public ::testing::Test {
 protected:
  AccountModelTest()
      : random_(testing::TestSeed(20261123)),
        programmes_(MakeProgrammes()),
        today_(static_cast<Day>(absl::CivilDay(2026, 11, 1) -
                                absl::CivilDay(1970))) {
    for (uint32_t customer = 0; customer < kCustomers; ++customer)
      for (uint32_t programme = 0; programme < kProgrammes; ++programme)
        models_.emplace(Where{customer, programme},
                        PointsModel(programmes_[programme], today_));
  }

  void Open() {
    batch_.reset();
    changes_.reset();
    accounts_.reset();
    store_.reset();
    store::StoreOptions options;
    options.sync = false;
    ASSERT_OK_AND_ASSIGN(store_,
                         store::Store::Open(dir_.File("store"), options));
    accounts_ = std::make_unique<Accounts>();
    ASSERT_OK(accounts_->Load(*store_));
    changes_ = std::make_unique<AccountChanges>(*accounts_);
    batch_ = std::make_unique<store::Batch>(*store_);
  }

  void EndBatch() {
    changes_->Flush(*batch_);
    ASSERT_OK(store_->Write(*batch_));
    changes_->Publish();
  }

  int64_t Below(int64_t bound) {
    return static_cast<int64_t>(random_() % static_cast<uint64_t>(bound));
  }
  Where Anywhere() {
    return {static_cast<uint32_t>(Below(kCustomers)),
            static_cast<uint32_t>(Below(kProgrammes))};
  }
  template <typename T>
  size_t AnyOf(const std::vector<T>& of) {
    return static_cast<size_t>(Below(static_cast<int64_t>(of.size())));
  }
  template <typename T>
  static void Drop(size_t at, std::vector<T>& of) {
    std::swap(of[at], of.back());
    of.pop_back();
  }

  // ---- one customer's part of a command

  const wire::Programme& ProgrammeOf(Where where) const {
    return programmes_[where.programme];
  }
  PointsModel& ModelOf(Where where) { return models_.at(where); }

  // The account, settled; its entries go to the journal of this step.
  wire::ProgrammeAccount& Begin(Where where) {
    Journal& journal = JournalOf(where);
    wire::ProgrammeAccount& account =
        changes_->Programme(CustomerOrdinal(where.customer), where.programme);
    Settle(ProgrammeOf(where), today_, account, journal);
    return account;
  }
  Journal& JournalOf(Where where) {
    Journal& journal = journals_[where];
    journal.programme_id = kIds[where.programme];
    return journal;
  }

  void PostAll() {
    std::map<uint32_t, std::vector<wire::Entry>> by_customer;
    for (auto& [where, journal] : journals_)
      for (wire::Entry& entry : journal.entries) {
        Count(where, entry);
        by_customer[where.customer].push_back(std::move(entry));
      }
    ++position_;
    for (auto& [customer, entries] : by_customer)
      changes_->Post(CustomerOrdinal(customer), LogPosition(position_),
                     absl::UnixEpoch(), "", std::move(entries), *batch_);
  }

  // Entries added up by the test itself.
  void Count(Where where, const wire::Entry& entry) {
    ASSERT_EQ(entry.programme_id, kIds[where.programme]);
    posted_[where].first += entry.points;
    posted_[where].second += entry.held;
    by_kind_[{where.programme, entry.kind}] += entry.points + entry.held;
    if (entry.kind == EntryKind::TIER) told_tiers_[where] = entry.tier_id;
  }

  // ---- operations

  void EarnSome() {
    const Where where = Anywhere();
    // Most of today, some of purchases told late, even after their expiry.
    const Day day = today_ - static_cast<Day>(Below(4) == 0 ? Below(50) : 0);
    Earned earned{where, LotDaysOf(ProgrammeOf(where), day), Below(30)};
    const auto kind = Below(3) == 0 ? EntryKind::BONUS : EntryKind::EARN;
    Earn(kind, earned.points, earned.days, "receipt", Begin(where),
         JournalOf(where));
    ModelOf(where).Earn(earned.points, earned.days);
    if (earned.points > 0) earned_.push_back(earned);
    if (earned_.size() > 200) Drop(AnyOf(earned_), earned_);
  }

  void AdjustSome() {
    const Where where = Anywhere();
    wire::ProgrammeAccount& account = Begin(where);
    if (Below(2) == 0) {
      const Points points = Below(10);
      Earn(EntryKind::ADJUST, points, {}, "sorry", account, JournalOf(where));
      ModelOf(where).Earn(points, {});
    } else {
      const Points points = Below(25);
      const auto taken = Take(EntryKind::ADJUST, points, today_, "typo",
                              account, JournalOf(where));
      ASSERT_EQ(taken.ok(),
                points == 0 || ModelOf(where).Take(points).has_value());
    }
  }

  void HoldSome() {
    const Where where = Anywhere();
    const Points points = 1 + Below(40);
    const auto lots = Take(EntryKind::HOLD, points, today_, "reservation",
                           Begin(where), JournalOf(where));
    const auto expiries = ModelOf(where).Take(points);
    ASSERT_EQ(lots.ok(), expiries.has_value()) << lots.status();
    if (!expiries) return;
    ModelOf(where).Hold(points);
    open_.push_back({absl::StrCat("b", position_), where, *lots, *expiries});
    PutReservation(open_.back(), wire::ReservationState::OPEN);
  }

  void CaptureOne() {
    if (open_.empty()) return;
    const size_t at = AnyOf(open_);
    Reservation reservation = open_[at];
    Drop(at, open_);
    const Where where = reservation.where;
    Capture(reservation.lots, "receipt", Begin(where), JournalOf(where));
    ModelOf(where).Unhold(static_cast<Points>(reservation.expiries.size()));
    PutReservation(reservation, wire::ReservationState::COMMITTED);
    spent_.push_back({where, std::move(reservation.expiries)});
    if (spent_.size() > 100) Drop(AnyOf(spent_), spent_);
  }

  void ReleaseOne() {
    if (open_.empty()) return;
    const size_t at = AnyOf(open_);
    const Reservation reservation = open_[at];
    Drop(at, open_);
    const Where where = reservation.where;
    Release(reservation.lots, today_, "reservation", Begin(where),
            JournalOf(where));
    ModelOf(where).Unhold(static_cast<Points>(reservation.expiries.size()));
    ModelOf(where).PutBack(reservation.expiries);
    PutReservation(reservation, wire::ReservationState::RELEASED);
  }

  void PutReservation(const Reservation& reservation,
                      wire::ReservationState::type state) {
    wire::ReservationRow row;
    row.state = state;
    row.customer = static_cast<int32_t>(reservation.where.customer);
    if (state == wire::ReservationState::OPEN) {
      wire::HeldPoints& held = row.held.emplace_back();
      held.programme = static_cast<int32_t>(reservation.where.programme);
      held.lots = reservation.lots;
    }
    batch_->Put(Family::kReservations, reservation.id, store::Encode(row));
  }

  void ReverseSome() {
    if (earned_.empty()) return;
    const size_t at = AnyOf(earned_);
    Earned& earned = earned_[at];
    const Where where = earned.where;
    const Points points = 1 + Below(earned.points);
    const Reversed reversed =
        Reverse(ProgrammeOf(where), points, earned.days, today_, "return",
                Begin(where), JournalOf(where));
    const Reversed expected = ModelOf(where).Reverse(points, earned.days);
    ASSERT_EQ(reversed.taken, expected.taken);
    ASSERT_EQ(reversed.debt, expected.debt);
    ASSERT_EQ(reversed.missing, expected.missing);
    earned.points -= points;
    if (earned.points == 0) Drop(at, earned_);
  }

  void RefundSome() {
    if (spent_.empty()) return;
    const size_t at = AnyOf(spent_);
    Spent& spent = spent_[at];
    const Where where = spent.where;
    const auto count = 1 + Below(static_cast<int64_t>(spent.expiries.size()));
    const std::vector<Day> back(spent.expiries.begin(),
                                spent.expiries.begin() + count);
    spent.expiries.erase(spent.expiries.begin(),
                         spent.expiries.begin() + count);
    const Points expired =
        Refund(ToParts(back), today_, "return", Begin(where), JournalOf(where));
    ASSERT_EQ(expired, ModelOf(where).PutBack(back));
    if (spent.expiries.empty()) Drop(at, spent_);
  }

  static std::vector<wire::LotPart> ToParts(const std::vector<Day>& expiries) {
    std::vector<wire::LotPart> parts;
    for (const Day expiry : expiries) {
      const Day day = expiry == kNever ? 0 : expiry;
      if (parts.empty() || parts.back().expiry_day != day)
        parts.emplace_back().expiry_day = day;
      ++parts.back().points;
    }
    return parts;
  }

  void CreditSome() {
    const Where where = Anywhere();
    const Day late = static_cast<Day>(Below(5) == 0 ? Below(40) : 0);
    const Credited credited{where, today_ - late, 1 + Below(90)};
    AddCredit(ProgrammeOf(where), credited.day, credited.credit, today_,
              "receipt", Begin(where), JournalOf(where));
    ModelOf(where).Credit(credited.day, credited.credit);
    credited_.push_back(credited);
    if (credited_.size() > 60) Drop(AnyOf(credited_), credited_);
  }

  void TakeCreditBack() {
    if (credited_.empty()) return;
    const size_t at = AnyOf(credited_);
    Credited& credited = credited_[at];
    const Where where = credited.where;
    const int64_t credit = 1 + Below(credited.credit);
    AddCredit(ProgrammeOf(where), credited.day, -credit, today_, "return",
              Begin(where), JournalOf(where));
    ModelOf(where).Credit(credited.day, -credit);
    credited.credit -= credit;
    if (credited.credit == 0) Drop(at, credited_);
  }

  void MergeTwo() {
    const uint32_t from = Anywhere().customer;
    const uint32_t into = Anywhere().customer;
    if (from == into) return;
    for (uint32_t programme = 0; programme < kProgrammes; ++programme) {
      const Where source{from, programme}, target{into, programme};
      wire::ProgrammeAccount& source_account = Begin(source);
      Merge(ProgrammeOf(source), today_, source_account, JournalOf(source),
            Begin(target), JournalOf(target));
      // Everybody's tier comes back to who starts anew.
      Settle(ProgrammeOf(source), today_, source_account, JournalOf(source));
      ModelOf(source).MergeInto(ModelOf(target));
    }
    Move(from, into, earned_);
    Move(from, into, spent_);
    Move(from, into, credited_);
    for (Reservation& reservation : open_) {
      if (reservation.where.customer != from) continue;
      reservation.where.customer = into;
      PutReservation(reservation, wire::ReservationState::OPEN);
    }
  }

  template <typename T>
  static void Move(uint32_t from, uint32_t into, std::vector<T>& records) {
    for (T& record : records)
      if (record.where.customer == from) record.where.customer = into;
  }

  void SettleOne() { Begin(Anywhere()); }

  void PassDays() {
    const int64_t days = Below(12) == 0 ? 1 + Below(40) : 1;
    for (int64_t i = 0; i < days; ++i) {
      ++today_;
      for (auto& [where, model] : models_) model.PassDay();
    }
  }

  using Operation = void (AccountModelTest::*)();
  Operation Next() {
    static const std::vector<std::pair<int, Operation>> kTable = {
        {24, &AccountModelTest::EarnSome},
        {5, &AccountModelTest::AdjustSome},
        {16, &AccountModelTest::HoldSome},
        {8, &AccountModelTest::CaptureOne},
        {5, &AccountModelTest::ReleaseOne},
        {9, &AccountModelTest::ReverseSome},
        {7, &AccountModelTest::RefundSome},
        {10, &AccountModelTest::CreditSome},
        {4, &AccountModelTest::TakeCreditBack},
        {1, &AccountModelTest::MergeTwo},
        {4, &AccountModelTest::SettleOne},
        {7, &AccountModelTest::PassDays},
    };
    int64_t draw = Below(100);
    for (const auto& [weight, operation] : kTable)
      if ((draw -= weight) < 0) return operation;
    return &AccountModelTest::SettleOne;
  }

  // ---- checks

  const wire::ProgrammeAccount* Find(Where where) {
    const auto& row = changes_->Now(CustomerOrdinal(where.customer));
    for (const wire::ProgrammeAccount& account : row.programmes)
      if (account.programme == static_cast<int32_t>(where.programme))
        return &account;
    return nullptr;
  }

  // What is stored is what entries tell.
  void CheckEntries(Where where, const wire::ProgrammeAccount& account) {
    Points balance = -account.debt;
    for (const wire::Lot& lot : account.lots) balance += lot.points;
    ASSERT_EQ(balance, posted_[where].first);
    ASSERT_EQ(account.held, posted_[where].second);
    ASSERT_EQ(account.tier_id, told_tiers_[where]);
  }

  // What an account shows today, settled or not, is what the model shows.
  void CheckView(Where where, const wire::ProgrammeAccount& account) {
    const PointsModel& model = ModelOf(where);
    const BalanceOn balance = BalanceOf(account, today_);
    ASSERT_EQ(balance.available, model.available());
    ASSERT_EQ(balance.pending, model.pending());
    ASSERT_EQ(balance.held, model.held());
    ASSERT_EQ(TierOn(ProgrammeOf(where), account, today_), model.tier());
    ASSERT_EQ(CreditOf(ProgrammeOf(where), account, today_), model.credit());
  }

  // An account settled today is the model to the last lot and day.
  void CheckSettled(Where where, wire::ProgrammeAccount account) {
    const PointsModel& model = ModelOf(where);
    Journal unused;
    Settle(ProgrammeOf(where), today_, account, unused);
    ASSERT_EQ(account.lots, model.ToLots());
    ASSERT_EQ(account.debt, model.debt());
    ASSERT_EQ(account.tier_id, model.tier());
    ASSERT_EQ(account.secured_tier_id, model.secured_tier());
    ASSERT_EQ(account.review_day, model.review_day());
    ASSERT_EQ(account.secured_review_day, model.secured_review_day());
  }

  void Check(Where where) {
    SCOPED_TRACE(absl::StrCat("customer ", where.customer, ", programme ",
                              where.programme, ", day ", today_));
    const wire::ProgrammeAccount* account = Find(where);
    if (account == nullptr) return;
    ASSERT_NO_FATAL_FAILURE(CheckEntries(where, *account));
    ASSERT_NO_FATAL_FAILURE(CheckView(where, *account));
    ASSERT_NO_FATAL_FAILURE(CheckSettled(where, *account));
  }

  // Over all customers: what came in, less what went out, is there.
  void CheckSums() {
    for (uint32_t programme = 0; programme < kProgrammes; ++programme) {
      Points there = 0, entered = 0;
      for (uint32_t customer = 0; customer < kCustomers; ++customer)
        if (const auto* account = Find({customer, programme})) {
          there += account->held - account->debt;
          for (const wire::Lot& lot : account->lots) there += lot.points;
        }
      for (const auto& [key, points] : by_kind_)
        if (key.first == programme) entered += points;
      ASSERT_EQ(there, entered);
      for (const auto kind : {EntryKind::HOLD, EntryKind::RELEASE})
        ASSERT_EQ((by_kind_[{programme, kind}]), 0);
      ASSERT_EQ((by_kind_[{programme, EntryKind::MERGE_IN}]) +
                    (by_kind_[{programme, EntryKind::MERGE_OUT}]),
                0);
    }
  }

  // The sums that are published, after each batch.
  void CheckTotals() {
    for (const std::string& id : kIds) {
      const wire::PointsTotalsRow sums = accounts_->Totals(id);
      ASSERT_EQ(sums.earned + sums.adjusted + sums.refunded - sums.spent -
                    sums.expired - sums.reversed,
                sums.balance + sums.held);
    }
  }

  void CheckAll() {
    for (const auto& [where, model] : models_)
      ASSERT_NO_FATAL_FAILURE(Check(where));
  }

  void Reopen() {
    EndBatch();
    Open();
    ASSERT_OK_AND_ASSIGN(const auto report, CheckBooks(*store_, kIds));
    for (const std::string& problem : report.problems) ADD_FAILURE() << problem;
    ASSERT_TRUE(report.problems.empty());
    ASSERT_EQ(report.open_reservations, static_cast<int64_t>(open_.size()));
    CheckAll();
  }

  void Step() {
    journals_.clear();
    ASSERT_NO_FATAL_FAILURE((this->*Next())());
    ASSERT_NO_FATAL_FAILURE(PostAll());
    for (const auto& [where, journal] : journals_)
      ASSERT_NO_FATAL_FAILURE(Check(where));
    ASSERT_NO_FATAL_FAILURE(CheckSums());
    if (position_ % 40 == 0) {
      ASSERT_NO_FATAL_FAILURE(CheckAll());
    }
    if (Below(10) != 0) return;
    EndBatch();
    CheckTotals();
  }

  testing::TempDir dir_;
  std::mt19937_64 random_;
  const std::vector<wire::Programme> programmes_;
  Day today_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Accounts> accounts_;
  std::unique_ptr<AccountChanges> changes_;
  std::unique_ptr<store::Batch> batch_;
  uint64_t position_ = 0;

  std::map<Where, PointsModel> models_;
  std::vector<Reservation> open_;
  std::vector<Spent> spent_;
  std::vector<Earned> earned_;
  std::vector<Credited> credited_;
  std::map<Where, Journal> journals_;  // of this step
  std::map<Where, std::pair<Points, Points>> posted_;
  std::map<std::pair<uint32_t, EntryKind::type>, Points> by_kind_;
  std::map<Where, std::string> told_tiers_;
};

TEST_F(AccountModelTest, HoldWhatTheModelHoldsAndTheBooksBalance) {
  ASSERT_NO_FATAL_FAILURE(Open());
  for (int step = 1; step <= kSteps; ++step) {
    SCOPED_TRACE(absl::StrCat("step ", step));
    ASSERT_NO_FATAL_FAILURE(Step());
    if (step % kStepsBetweenReopenings == 0) {
      ASSERT_NO_FATAL_FAILURE(Reopen());
    }
  }
  // Everything happened, and often.
  for (uint32_t programme = 0; programme < kProgrammes; ++programme)
    for (const auto kind : {EntryKind::EARN, EntryKind::BONUS, EntryKind::SPEND,
                            EntryKind::EXPIRE, EntryKind::ADJUST,
                            EntryKind::REVERSE, EntryKind::REFUND})
      EXPECT_NE((by_kind_[{programme, kind}]), 0) << "kind " << kind;
  EXPECT_GT(today_, 20'000 + 5'000);
}

}  // namespace
}  // namespace patron::loyalty
