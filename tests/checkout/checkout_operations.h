// Random operations of a small shop for the model test of checkout.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "commands_types.h"
#include "tests/checkout/checkout_model.h"
#include "tests/testing/commands.h"

namespace patron::testing {

// Makes operations: most of them possible, some of them not. The model is asked
// what a basket would cost, and which offers there are.
class Operations {
 public:
  explicit Operations(uint64_t seed) : random_(seed) {}
  wire::Command Next(const CheckoutModel& model);
  wire::Command Stamped(wire::CommandBody body);
  uint64_t Below(uint64_t bound) { return random_() % bound; }
  int64_t now_us() const { return now_us_; }

 private:
  // Minutes pass, at times days, seldom weeks.
  void Move();
  std::string Customer();
  std::string Product();
  int64_t Amount();
  int64_t Quantity();
  std::string Recent(const std::string& prefix, uint64_t last, uint64_t most);
  std::string Receipt();
  std::string Programme() { return Below(3) == 0 ? "miles" : "club"; }
  wire::QuoteRequest Basket();
  void AddPoints(wire::QuoteRequest& request);
  wire::CommandBody Reserve(const CheckoutModel& model);
  wire::CommandBody Commit(const CheckoutModel&);
  wire::CommandBody Release(const CheckoutModel&);
  wire::CommandBody Buy(const CheckoutModel&);
  wire::CommandBody Return(const CheckoutModel&);
  wire::CommandBody Claim(const CheckoutModel&);
  wire::CommandBody Adjust(const CheckoutModel&);
  wire::CommandBody Bonus(const CheckoutModel&);
  wire::CommandBody Merge(const CheckoutModel&);
  wire::CommandBody Pause(const CheckoutModel& model);
  wire::CommandBody Codes(const CheckoutModel&);
  wire::CommandBody Expire(const CheckoutModel&);
  std::mt19937_64 random_;
  int64_t now_us_ = kNoonUs;
  uint64_t last_customer_ = 0, last_reserved_ = 0, last_receipt_ = 0;
  uint64_t last_code_ = 0;
  wire::Reserve last_;
};

}  // namespace patron::testing
