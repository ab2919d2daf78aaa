// A shop in which the things of a case happen, one line of text each; what they
// answered, and how everything stands, as lines of text (returns/README.txt).
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "commands_types.h"
#include "loyalty_types.h"
#include "records_types.h"
#include "server/base/day.h"
#include "tests/testing/applied_store.h"

namespace patron::testing {

class Story {
 public:
  explicit Story(const std::string& directory);

  void Define(const std::string& toml);

  // A line of "given" or "do".
  void Do(const std::string& line);

  // What happened since it was asked last, and what stands.
  std::vector<std::string> Answers();
  std::vector<std::string> Problems();

 private:
  // Commands that name a customer.
  void DoFor(const std::vector<std::string>& words, const std::string& line);
  wire::CommandReply Apply(wire::CommandBody body);

  // ---- before

  // "codes of batch: X1, X2"
  void PutCodes(const std::vector<std::string>& words);
  void Know(const std::vector<std::string>& words);
  void Pause(const std::string& offer);
  void Issue(const std::string& customer, const std::string& offer);
  void Refer(const std::string& referrer, const std::string& who);

  // ---- buying

  // "2 x espresso 9.98; 0.345 x cheese 6.87"
  static std::vector<wire::BasketLine> LinesIn(const std::string& text);

  // What stands after " / ": "code X1", "pay club all", "delivery 4.95".
  static void AddWish(const std::vector<std::string>& words,
                      wire::QuoteRequest& request);
  bool Reserve(const std::string& customer, const std::string& id,
               std::string line);
  void TellQuote(const wire::Quote& quote);
  void Commit(const std::string& id, const std::string& receipt);
  void Release(const std::string& id);

  // A till that knows no offers records what was paid.
  void Record(const std::string& customer, const std::string& receipt,
              std::string line);

  // ---- afterwards

  // "returns r1: 1 of line 2; 0.345 of line 1"
  void Return(std::string line);
  void TellReturn(const wire::ReturnReply& reply);
  void Claim(const std::string& customer, const std::string& receipt);
  void Merge(const std::string& kept, const std::string& absorbed);
  void Bonus(const std::string& customer, int64_t points,
             const std::string& programme);
  void Adjust(const std::string& customer, int64_t points,
              const std::string& programme);
  void Settle();

  // ---- how it stands

  Day Today() const;
  std::string When(Day day) const;
  void AddCustomer(const std::string& customer,
                   std::vector<std::string>& answers);
  void AddBalance(const std::string& customer, const wire::Programme& programme,
                  const wire::AccountRow& row,
                  std::vector<std::string>& answers);
  void AddOwnUses(const std::string& customer, const std::string& offer,
                  const wire::AccountRow& row,
                  std::vector<std::string>& answers);
  void AddOffer(const std::string& id, std::vector<std::string>& answers);
  void AddCode(const std::string& code, std::vector<std::string>& answers);

  AppliedStore store_;
  wire::Definitions definitions_;
  int64_t day_ = 0;
  int64_t made_ = 0;
  int returns_ = 0;
  std::set<std::string> customers_;
  std::vector<std::string> codes_;
  std::vector<std::string> happened_;
};

}  // namespace patron::testing
