// How much of a discount a customer needs before she buys: from what she
// bought at which discount, against what the shop's customers bought at it.
//
// The mix of her lines over discount bands is estimated by counts with
// shrinkage. Customers are of a few classes, each with its usual mix: customers
// of a class differ from it as by a Dirichlet distribution whose concentration
// is kClassLines, so that her lines are Dirichlet-multinomial and, by Bayes,
//
//   mix[b] = Σ_class P(class | lines) ·
//            (lines[b] + kClassLines · usual[class][b]) ÷ (lines + kClassLines)
//
// Sizes and mixes of the classes are learned from all customers by EM
// (empirical Bayes: Laird 1978, JASA 73; latent classes of shoppers: Kamakura &
// Russell 1989, Journal of Marketing Research 26), begun at who buys at any
// price, at any discount, from 15 % and from 35 % off. Her rate of buying at a
// band, over her rate at all, is then
//
//   relative[b] = mix[b] ÷ share[b]
//
// with the band's share of the whole shop's lines, which stands for how often
// that price is met. Whoever buys at 15 % buys at 30 %, so a deeper band is
// never rated below a shallower one: neighbours that are out of order are
// pooled (isotonic regression: Barlow, Bartholomew, Bremner & Brunk 1972).
// Somebody who buys whatever the price then has about the same rate everywhere,
// and a discount changes nothing.
//
// Threads: none of its own.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "server/facts/facts.h"

namespace patron::targeting {

using BandLines = std::array<int32_t, facts::kDiscountBands>;
using BandValues = std::array<double, facts::kDiscountBands>;

// Percent off of a typical line in a band.
inline constexpr BandValues kTypicalDepth = {0, 0.08, 0.25, 0.45, 0.65};

// Customers alike in the discounts that they buy at.
struct BuyerClass {
  double size = 0;   // share of customers
  BandValues mix{};  // of lines, by band
};

// Lines that the usual mix of a class weighs beside a customer's own.
inline constexpr double kClassLines = 10;

// What is usual: of all customers, or an even sample of them.
struct Population {
  BandValues share{};  // of lines, by band; all together 1
  std::vector<BuyerClass> classes;
  double purchases_a_day = 0;  // of a customer, since her first
  double line_value = 0;       // list price of a line, minor units
};

// Of customers with facts; `currency` that values are in.
Population PopulationOf(const std::vector<facts::Summary>& customers,
                        const std::string& currency, Day today);

// Her rate of buying at each band, over her rate at all; never falling.
BandValues RelativeRates(const BandLines& lines, const Population& population);

// The band from which on a discount brings most of what it can: 0 = she needs
// none.
size_t ThresholdBand(const BandValues& rates);

// "usually buys at full price (17 of 20 lines)", "bought 8 of 10 lines at more
// than 15 % off": what the rates rest on.
std::string HabitText(const BandLines& lines, size_t threshold);

// List price of what was paid for at these discounts, over what was paid.
double ListOverPaid(const BandLines& lines);

}  // namespace patron::targeting
