// Points and tier credit that a basket earns in one programme.
//
// Each line that the programme's scope covers earns
//     amount to pay × earn_points ÷ earn_amount × multiplier × tier
// where the multiplier is the largest of the earning rules and applied
// POINTS_MULTIPLIER offers that cover the line (1 where none does; a rule of
// multiplier 1 gives its bonus alone), and the tier's is that of today. It is
// rounded as the programme says, line by line (`round_by_line`) or over the
// basket; then a line gets what the running exact sum, rounded down, grows by,
// and the last line that earns gets the rest. Bonus points of rules and
// BONUS_POINTS offers are shared over the lines that they cover by what these
// cost. A multiplier below 1 counts where it is the only one.
//
// Credit is the amount to pay of the lines in scope (SPEND) or the points that
// they earn (POINTS); a programme without tiers gives none. No single result is
// above kMostEarned.
//
// Threads: none of its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "server/offers/basket.h"
#include "server/offers/benefits.h"

namespace patron::offers {

inline constexpr int64_t kMostEarned = 1'000'000'000'000'000;

// The customer, the basket and the moment that points are earned at.
struct EarningMoment {
  const World& world;
  const Basket& basket;
  const rules::Subject& customer;
  std::string currency;
  int64_t at_us = 0;
  bool anonymous = false;
};

// What is left out of a count, to tell what it adds.
struct Without {
  int rule = -1;
  const Candidate* offer = nullptr;
  bool tier = false;
};

class ProgrammeEarning {
 public:
  // `place`: of the programme in the definitions. The moment is borrowed for
  // the call only, its basket for as long as this lives.
  ProgrammeEarning(const EarningMoment& moment, size_t place);

  const wire::Programme& programme() const { return *programme_; }
  uint32_t ordinal() const { return ordinal_; }
  // Whether the customer takes part; of an anonymous basket never.
  bool member() const { return member_; }
  // Whether an anonymous basket is told what a member would earn.
  bool would_be() const { return would_be_; }
  // Her account in the programme; null where she has none.
  const wire::ProgrammeAccount* account() const { return account_; }
  const std::string& tier_id() const { return tier_id_; }

  // Points of lines that cost `amounts`, under `applied` offers, into
  // `by_line`; answers their sum.
  int64_t Points(absl::Span<const int64_t> amounts,
                 absl::Span<const Candidate* const> applied,
                 std::vector<int64_t>& by_line,
                 const Without& without = {}) const;

  // What she earns and where that takes her; nothing of what is spent.
  wire::PointsDecision Decide(absl::Span<const int64_t> amounts,
                              absl::Span<const Candidate* const> applied,
                              Day today) const;

 private:
  struct Rule {
    const wire::EarningRule* rule = nullptr;
    std::vector<uint32_t> lines;  // in scope of the rule and the programme
    std::string refused;          // "" = may count
  };

  void AddRules(const EarningMoment& moment, const CompiledProgramme& compiled);
  std::string WhyNone(const EarningMoment& moment) const;
  bool Counts(const Rule& rule, absl::Span<const int64_t> amounts) const;
  bool Adds(const Candidate& candidate, wire::Benefit::type benefit) const;
  void FindMultipliers(absl::Span<const int64_t> amounts,
                       absl::Span<const Candidate* const> applied,
                       const Without& without,
                       std::vector<int64_t>& multipliers) const;
  int64_t AddBase(absl::Span<const int64_t> amounts,
                  const std::vector<int64_t>& multipliers, int64_t tier_bp,
                  std::vector<int64_t>& by_line) const;
  int64_t AddBonuses(absl::Span<const int64_t> amounts,
                     absl::Span<const Candidate* const> applied,
                     const Without& without,
                     std::vector<int64_t>& by_line) const;
  void AddCredit(absl::Span<const int64_t> amounts,
                 wire::PointsDecision& decision) const;
  void AddTier(Day today, wire::PointsDecision& decision) const;
  void ForgetEarned(wire::PointsDecision& decision) const;
  void Explain(absl::Span<const int64_t> amounts,
               absl::Span<const Candidate* const> applied,
               wire::PointsDecision& decision) const;
  std::string ExplainRule(const Rule& rule, absl::Span<const int64_t> amounts,
                          int64_t more) const;

  const Basket& basket_;
  const wire::Programme* programme_ = nullptr;
  uint32_t ordinal_ = 0;
  bool member_ = false;
  bool would_be_ = false;
  const wire::ProgrammeAccount* account_ = nullptr;
  std::string tier_id_;
  int64_t tier_bp_ = 10'000;
  std::string why_none_;  // not empty: nothing is earned
  Places lines_;          // in scope
  std::vector<Rule> rules_;
};

// Every programme of the definitions.
std::vector<ProgrammeEarning> EarningsOf(const EarningMoment& moment);

}  // namespace patron::offers
