// What checkout does to money, written a second time and differently: every
// point is an element of a list, every discount is tried in every combination,
// budgets are counted anew from reservations and purchases whenever asked.
// Knows what ModelDefinitions uses and nothing else. Slow and plain.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "commands_types.h"
#include "records_types.h"
#include "server/base/day.h"

namespace patron::testing {

// Two programmes, five offers, codes good once and twice.
wire::Definitions ModelDefinitions();

// One point. Expiry 0 = never; available: the day from which on it may be
// spent.
struct ModelPoint {
  Day expiry = 0;
  Day available = 0;
};
using ModelPoints = std::vector<ModelPoint>;

struct ModelAccount {
  ModelPoints points;
  int64_t debt = 0;
};

struct ModelLine {
  std::string product;
  int64_t quantity = 0;
  int64_t list = 0;
  int64_t amount = 0;  // to pay
  int64_t returned = 0;
  int64_t refunded = 0;
};

// An offer that applied: reserved in a reservation, used in a purchase.
struct ModelUse {
  std::string offer;
  Day day = 0;  // that its limits count it on
  std::string code;
  std::vector<int64_t> by_line;
  int64_t discount = 0;
  int64_t given_back = 0;
  bool counts = true;  // false: the use itself was given back
};

struct ModelEarned {
  std::vector<int64_t> by_line;
  ModelPoint point;
  int64_t reversed = 0;
};

struct ModelPaid {
  std::string programme;
  ModelPoints points;  // in the order in which they were taken
  std::vector<int64_t> by_line;
  int64_t amount = 0;
  int64_t refunded = 0;
};

struct ModelQuote {
  std::vector<ModelLine> lines;
  std::vector<ModelUse> uses;
  std::map<std::string, std::vector<int64_t>> earned;  // by programme and line
  std::vector<ModelPaid> paid;
  int64_t total = 0;
};

struct ModelReservation {
  wire::QuoteRequest request;
  std::string customer;  // as asked; "" = anonymous
  int64_t expires_us = 0;
  ModelQuote quote;
  wire::ReservationState::type state = wire::ReservationState::OPEN;
  std::string receipt;
};

struct ModelPurchase {
  std::string customer;
  Day day = 0;
  std::vector<ModelLine> lines;
  std::vector<ModelUse> uses;
  std::vector<ModelPaid> paid;
  std::map<std::string, ModelEarned> earned;
  std::map<std::string, std::vector<wire::ReturnLine>> returns;
};

// What must be answered.
struct ModelAnswer {
  bool refused = false;
  bool duplicate = false;
  std::optional<ModelQuote> quote;
  std::optional<int64_t> refund;
  std::optional<int64_t> balance;
};

class CheckoutModel {
 public:
  explicit CheckoutModel(wire::Definitions definitions)
      : definitions_(std::move(definitions)) {}

  ModelAnswer Apply(const wire::Command& command);
  // Nullopt: refused.
  std::optional<ModelQuote> Quote(const wire::QuoteRequest& request) const;

  // ---- what stands
  struct Balance {
    int64_t available = 0, pending = 0, held = 0;
  };
  Balance BalanceOf(const std::string& customer,
                    const std::string& programme) const;
  // Points by expiry and, while it is to come, availability.
  std::map<std::pair<Day, Day>, int64_t> LotsOf(
      const std::string& customer, const std::string& programme) const;
  int64_t DebtOf(const std::string& customer,
                 const std::string& programme) const;

  struct Count {
    int64_t uses = 0, reserved = 0, discount = 0, reserved_discount = 0;
  };
  // Over reservations and purchases as they stand; `in_period`: of those that
  // count in today's period alone; `customer`: of hers alone, in her period.
  Count CountOf(const std::string& offer, bool in_period,
                const std::string* customer = nullptr) const;
  Count CodeCount(const std::string& code) const;

  const std::map<std::string, std::string>& customers() const { return ids_; }
  const std::map<std::string, ModelReservation>& reservations() const {
    return reservations_;
  }
  const std::map<std::string, int64_t>& codes() const { return codes_; }
  const wire::Definitions& definitions() const { return definitions_; }
  int64_t open() const;
  // Customers in whom the last command may have changed something, those among
  // them whose reservations expired.
  const std::set<std::string>& touched() const { return touched_; }
  // "" for a customer who is not known.
  std::string PresentId(const std::string& customer) const;

 private:
  void Begin(const wire::Command& command);
  ModelAnswer Reserve(const wire::Reserve& command);
  ModelAnswer Commit(const wire::CommitReservation& command);
  ModelAnswer Release(const wire::ReleaseReservation& command);
  ModelAnswer Purchase(const wire::Purchase& purchase);
  ModelAnswer Return(const wire::PurchaseReturn& command);
  ModelAnswer Claim(const wire::ClaimReceipt& command);
  ModelAnswer Adjust(const wire::AdjustPoints& command);
  ModelAnswer Bonus(const wire::GiveBonus& command);
  ModelAnswer Merge(const wire::MergeCustomers& command);
  ModelAnswer PutCodes(const wire::PutCodes& command);

  void GiveBack(ModelReservation& reservation,
                wire::ReservationState::type state);
  void EarnOn(ModelPurchase& purchase,
              const std::map<std::string, std::vector<int64_t>>& earned);
  int64_t TakeBack(ModelPurchase& purchase, int64_t refund, bool claimed);
  int64_t Reverse(const std::string& customer, const wire::Programme& programme,
                  int64_t points, ModelPoint from);

  const wire::Programme& ProgrammeById(const std::string& id) const;
  const wire::Offer& OfferById(const std::string& id) const;
  ModelAccount& Account(const std::string& customer,
                        const std::string& programme);
  void PutIn(ModelPoint point, ModelAccount& account);
  void ExpirePoints();
  // Where the point that is taken first stands; -1 without one.
  int FirstOf(const ModelPoints& points, bool pending_too) const;
  ModelPoints Take(int64_t count, ModelAccount& account);
  Day ExpiryOf(const wire::Programme& programme, Day day) const;

  // ---- quotes
  bool Admits(const wire::Offer& offer, const wire::QuoteRequest& request,
              std::string& code) const;
  std::vector<size_t> ScopeOf(const wire::Offer& offer,
                              const std::vector<ModelLine>& lines) const;
  std::vector<int64_t> Discounts(const wire::Offer& offer,
                                 const std::vector<ModelLine>& lines) const;
  std::vector<int64_t> EarnedOn(const wire::Programme& programme,
                                const std::vector<ModelLine>& lines,
                                const std::vector<ModelUse>& uses) const;
  struct Admitted {
    const wire::Offer* offer = nullptr;
    std::string code;
    int64_t budget_left = 0;
  };
  std::vector<Admitted> AdmittedTo(const wire::QuoteRequest& request) const;
  bool Lay(const Admitted& admitted, ModelQuote& quote) const;
  bool Pay(const wire::QuoteRequest& request, ModelQuote& quote) const;
  int64_t AvailableOf(const std::string& customer,
                      const std::string& programme) const;

  wire::Definitions definitions_;
  int64_t now_us_ = 0;
  Day today_ = 0;
  Day earning_day_ = 0;
  std::map<std::string, std::string> ids_;  // any id -> the present one
  std::map<std::pair<std::string, std::string>, ModelAccount> accounts_;
  std::map<std::string, ModelReservation> reservations_;
  std::set<std::string> open_;
  std::set<std::string> touched_;
  std::map<std::string, ModelPurchase> purchases_;
  std::vector<const ModelPurchase*> with_uses_;  // of purchases_
  std::map<std::string, int64_t> codes_;         // uses that were put in
};

}  // namespace patron::testing
