// A hundred thousand random operations through the store beside a plain model:
// after every one, what both say of the customers, offers, codes and
// reservations that it touched must be the same, and the books must add up.

#include "tests/checkout/checkout_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/clock.h"
#include "server/checkout/desk.h"
#include "server/loyalty/accounts.h"
#include "server/offers/quote.h"
#include "server/store/codec.h"
#include "tests/checkout/checkout_operations.h"
#include "tests/testing/applied_store.h"
#include "tests/testing/commands.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::testing {
namespace {

using ::testing::IsEmpty;

constexpr int kOperations = 5'000;  // a store
constexpr int kStores = 20;

// The store and its model, step by step.
class Both {
 public:
  Both(const std::string& path, uint64_t seed)
      : store_(path, NoSync()), model_(ModelDefinitions()), operations_(seed) {
    wire::CommandBody body;
    body.__isset.put_definitions = true;
    body.put_definitions.definitions = ModelDefinitions();
    Do(operations_.Stamped(body));
    for (const char kind : {'a', 'b', 'c'})
      for (int i = 0; i < 3; ++i)
        Do(operations_.Stamped(Body(MakeProduct(
            absl::StrCat(std::string(1, kind), i), {std::string(1, kind)}))));
  }

  void Step(int step) {
    const wire::Command command = operations_.Next(model_);
    Do(command);
    const wire::CommandBody& body = command.body;
    for (const std::string& customer : model_.touched())
      CheckCustomer(model_.PresentId(customer));
    CheckOffers();
    CheckTotals();
    for (const std::string& id :
         {body.reserve.reservation_id, body.commit_reservation.reservation_id,
          body.release_reservation.reservation_id})
      CheckReservation(id);
    for (const std::string& code : body.reserve.request.codes) CheckCode(code);
    if (::testing::Test::HasFailure()) ADD_FAILURE() << "after " << command;
    if (step % 50 == 0) CheckQuote();
    if (step % 2500 == 0) CheckAll();
    if (step % 1250 == 0) CheckBooks();
    if (step % 1700 == 0) store_.Reopen();
  }

  void CheckAll() {
    for (const auto& [id, present] : model_.customers())
      if (id == present) CheckCustomer(id);
    for (const auto& [id, reservation] : model_.reservations())
      CheckReservation(id);
    for (const auto& [code, uses] : model_.codes()) CheckCode(code);
    EXPECT_EQ(store_.state().holdings.open_reservations(), model_.open());
  }

  void CheckBooks() {
    const auto report =
        loyalty::CheckBooks(*store_.state().store, {"club", "miles"});
    ASSERT_OK(report);
    EXPECT_THAT(report->problems, IsEmpty());
    EXPECT_EQ(report->open_reservations, model_.open());
  }

  const std::map<std::string, int>& done() const { return done_; }

 private:
  static store::StoreOptions NoSync() {
    store::StoreOptions options;
    options.sync = false;
    return options;
  }

  void Do(const wire::Command& command) {
    const ModelAnswer expected = model_.Apply(command);
    const wire::CommandReply reply =
        store_.Apply(std::vector<wire::Command>{command}).front();
    today_ = command.logged_day;
    ASSERT_EQ(reply.__isset.refusal, expected.refused)
        << reply.refusal.message << "\n"
        << command.body;
    Tally(command.body, expected, reply);
    if (expected.refused) return;
    if (reply.__isset.reservation) {
      EXPECT_EQ(reply.reservation.duplicate, expected.duplicate);
      CompareQuotes(reply.reservation.quote, *expected.quote);
    }
    if (reply.__isset.committed) {
      EXPECT_EQ(reply.committed.duplicate, expected.duplicate);
    }
    if (reply.__isset.purchase) {
      EXPECT_EQ(reply.purchase.duplicate, expected.duplicate);
    }
    if (reply.__isset.purchase_return && !expected.duplicate) {
      EXPECT_EQ(reply.purchase_return.refund, expected.refund);
    }
    if (reply.__isset.points) {
      EXPECT_EQ(reply.points.balance, expected.balance);
    }
  }

  void Tally(const wire::CommandBody& body, const ModelAnswer& expected,
             const wire::CommandReply& reply) {
    if (expected.refused) {
      ++done_["refused"];
    } else if (expected.duplicate) {
      ++done_["repeated"];
    } else if (reply.__isset.reservation) {
      ++done_["reserve"];
      for (const ModelUse& use : expected.quote->uses) ++done_[use.offer];
      for (const ModelPaid& paid : expected.quote->paid)
        done_["paid " + paid.programme] += paid.amount > 0;
    } else if (reply.__isset.committed) {
      ++done_[body.__isset.claim_receipt ? "claim" : "commit"];
    } else if (reply.__isset.purchase_return) {
      ++done_["return"];
    } else if (body.__isset.merge_customers) {
      ++done_["merge"];
    } else if (body.__isset.release_reservation) {
      ++done_["release"];
    }
  }

  static void CompareQuotes(const wire::Quote& quote,
                            const ModelQuote& expected) {
    EXPECT_EQ(quote.total, expected.total);
    for (size_t at = 0; at < quote.lines.size(); ++at)
      EXPECT_EQ(quote.lines[at].amount, expected.lines[at].amount)
          << "line " << at;
    std::vector<std::string> applied, wanted;
    for (const wire::OfferDecision& offer : quote.offers)
      if (offer.reason == wire::OfferReason::APPLIED)
        applied.push_back(
            absl::StrCat(offer.offer_id, " ", offer.discount, offer.code));
    for (const ModelUse& use : expected.uses)
      wanted.push_back(absl::StrCat(use.offer, " ", use.discount, use.code));
    EXPECT_EQ(applied, wanted);
    for (const wire::PointsDecision& points : quote.points) {
      if (const auto at = expected.earned.find(points.programme_id);
          at != expected.earned.end()) {
        EXPECT_EQ(points.earned_by_line, at->second) << points.programme_id;
      }
      int64_t spent = 0;
      for (const ModelPaid& paid : expected.paid)
        if (paid.programme == points.programme_id)
          spent = static_cast<int64_t>(paid.points.size());
      EXPECT_EQ(points.spent, spent) << points.programme_id;
    }
  }

  // A question: it says what a reservation would take, and changes nothing.
  void CheckQuote() {
    wire::CommandBody expire;
    expire.__isset.expire_reservations = true;
    Do(operations_.Stamped(expire));
    const SimulatedClock clock(absl::FromUnixMicros(operations_.now_us()));
    const checkout::Desk desk(store_.state().Parts(), clock,
                              absl::UTCTimeZone());
    for (const auto& [id, reservation] : model_.reservations()) {
      if (operations_.Below(100) != 0) continue;
      const auto expected = model_.Quote(reservation.request);
      const auto quote = desk.Quote(reservation.request);
      ASSERT_EQ(quote.ok(), expected.has_value()) << quote.status();
      if (quote.ok()) CompareQuotes(*quote, *expected);
    }
  }

  void CheckCustomer(const std::string& id) {
    if (id.empty()) return;
    const auto ordinal = store_.state().ordinals.customers.Find(id);
    ASSERT_TRUE(ordinal) << id;
    wire::AccountRow row;
    store_.state().accounts.Read(CustomerOrdinal(*ordinal), row);
    for (const char* programme : {"club", "miles"})
      CheckAccount(id, programme, row);
    for (const wire::Offer& offer : model_.definitions().offers)
      CheckOwnUses(id, offer, row);
  }

  void CheckAccount(const std::string& id, const std::string& programme,
                    const wire::AccountRow& row) {
    const auto ordinal = store_.state().ordinals.programmes.Find(programme);
    wire::ProgrammeAccount account;
    for (const wire::ProgrammeAccount& one : row.programmes)
      if (static_cast<uint32_t>(one.programme) == *ordinal) account = one;
    const loyalty::BalanceOn is = loyalty::BalanceOf(account, today_);
    const CheckoutModel::Balance wanted = model_.BalanceOf(id, programme);
    EXPECT_EQ(is.available, wanted.available) << id << " " << programme;
    EXPECT_EQ(is.pending, wanted.pending) << id << " " << programme;
    EXPECT_EQ(is.held, wanted.held) << id << " " << programme;
    EXPECT_EQ(account.debt, model_.DebtOf(id, programme)) << id;
    std::map<std::pair<Day, Day>, int64_t> lots;
    for (const wire::Lot& lot : account.lots)
      if (lot.expiry_day == 0 || lot.expiry_day >= today_)
        lots[{lot.expiry_day, lot.available_day > today_ ? lot.available_day
                                                         : 0}] += lot.points;
    EXPECT_EQ(lots, model_.LotsOf(id, programme)) << id << " " << programme;
  }

  void CheckOwnUses(const std::string& id, const wire::Offer& offer,
                    const wire::AccountRow& row) {
    const auto ordinal = store_.state().ordinals.offers.Find(offer.id);
    wire::OfferUses is;
    for (const wire::OfferUses& uses : row.offers)
      if (static_cast<uint32_t>(uses.offer) == *ordinal &&
          uses.period == offers::PeriodOf(offer.limits.customer_period, today_))
        is = uses;
    const CheckoutModel::Count wanted = model_.CountOf(offer.id, true, &id);
    EXPECT_EQ(is.uses, wanted.uses) << id << " " << offer.id;
    EXPECT_EQ(is.reserved, wanted.reserved) << id << " " << offer.id;
  }

  void CheckOffers() {
    for (const wire::Offer& offer : model_.definitions().offers) {
      const auto ordinal = store_.state().ordinals.offers.Find(offer.id);
      const wire::OfferCountRow is = store_.state().holdings.Count(*ordinal);
      const CheckoutModel::Count ever = model_.CountOf(offer.id, false);
      EXPECT_EQ(is.uses, ever.uses) << offer.id;
      EXPECT_EQ(is.reserved_uses, ever.reserved) << offer.id;
      EXPECT_EQ(is.discount, ever.discount) << offer.id;
      EXPECT_EQ(is.reserved_discount, ever.reserved_discount) << offer.id;
      const bool present =
          is.period == offers::PeriodOf(offer.limits.period, today_);
      const CheckoutModel::Count now = model_.CountOf(offer.id, true);
      EXPECT_EQ(present ? is.period_uses : 0, now.uses + now.reserved)
          << offer.id;
      EXPECT_EQ(present ? is.period_discount : 0,
                now.discount + now.reserved_discount)
          << offer.id;
      const wire::Limits& limits = offer.limits;
      if (limits.uses > 0) {
        EXPECT_LE(now.uses + now.reserved, limits.uses);
      }
      if (limits.budget > 0) {
        EXPECT_LE(now.discount + now.reserved_discount, limits.budget);
      }
    }
  }

  void CheckCode(const std::string& code) {
    const auto bytes = store_.state().store->Get(store::Family::kCodes, code);
    ASSERT_OK(bytes);
    const auto known = model_.codes().find(code);
    ASSERT_EQ(bytes->has_value(), known != model_.codes().end()) << code;
    if (!bytes->has_value()) return;
    const auto row = store::Decode<wire::CodeRow>(**bytes, "code");
    ASSERT_OK(row);
    const CheckoutModel::Count wanted = model_.CodeCount(code);
    EXPECT_EQ(row->used, wanted.uses) << code;
    EXPECT_EQ(row->reserved, wanted.reserved) << code;
    EXPECT_EQ(row->uses_left, known->second - wanted.uses) << code;
    EXPECT_GE(row->uses_left, row->reserved) << code;
  }

  void CheckReservation(const std::string& id) {
    const auto bytes =
        store_.state().store->Get(store::Family::kReservations, id);
    ASSERT_OK(bytes);
    const auto known = model_.reservations().find(id);
    ASSERT_EQ(bytes->has_value(), known != model_.reservations().end()) << id;
    if (!bytes->has_value()) return;
    const auto row =
        store::Decode<wire::ReservationRow>(**bytes, "reservation");
    ASSERT_OK(row);
    EXPECT_EQ(row->state, known->second.state) << id;
    EXPECT_EQ(row->receipt_id, known->second.receipt) << id;
  }

  // Every programme's books add to zero.
  void CheckTotals() {
    for (const char* programme : {"club", "miles"}) {
      const wire::PointsTotalsRow sums =
          store_.state().accounts.Totals(programme);
      EXPECT_EQ(sums.earned + sums.adjusted + sums.refunded - sums.spent -
                    sums.expired - sums.reversed - sums.balance - sums.held,
                0)
          << programme;
    }
  }

  AppliedStore store_;
  CheckoutModel model_;
  Operations operations_;
  Day today_ = 0;
  std::map<std::string, int> done_;
};

class CheckoutModelTest : public ::testing::TestWithParam<int> {};

TEST_P(CheckoutModelTest, EveryStepEndsAsInThePlainModel) {
  const uint64_t seed = TestSeed(static_cast<uint64_t>(GetParam()));
  TempDir dir;
  Both both(dir.File("store"), seed);
  for (int step = 1; step <= kOperations; ++step) {
    both.Step(step);
    if (HasFailure()) FAIL() << "at step " << step << " of seed " << seed;
  }
  both.CheckAll();
  both.CheckBooks();
  // Operations that are all refused would show nothing.
  for (const char* kind :
       {"reserve", "commit", "release", "return", "claim", "merge", "repeated",
        "refused", "own", "part", "budget", "coupon", "extra", "paid club",
        "paid miles"}) {
    const auto at = both.done().find(kind);
    EXPECT_GT(at == both.done().end() ? 0 : at->second, 0) << kind;
    RecordProperty(kind, at == both.done().end() ? 0 : at->second);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, CheckoutModelTest,
                         ::testing::Range(1, kStores + 1));

}  // namespace
}  // namespace patron::testing
