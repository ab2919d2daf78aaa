// The commands of the money crash test: child and parent make the same from a
// number. A round of commands buys one basket with points, a limited offer and
// at times a unique code, and commits, releases or forgets it; what was
// committed is returned at times, in parts; points are adjusted.
#pragma once

#include <cstdint>
#include <string>

#include "commands_types.h"

namespace patron::testing {

inline constexpr int kMoneyThreads = 4;
inline constexpr int kMoneyCustomers = 5;
inline constexpr int kMoneyCodes = 400;
inline constexpr int kMoneySteps = 5;  // commands of a round
// Of the offer "sale": reached while the test runs.
inline constexpr int64_t kMoneyBudget = 30'000;

wire::CommandBody MoneyDefinitions();
wire::CommandBody MoneyCodes();
// Command `number`: step `number` % kMoneySteps of round `number` ÷
// kMoneySteps. May be refused; the same number is always the same command.
wire::CommandBody MoneyCommand(int number);
// Why points are adjusted; another one for each command.
std::string MoneyReason(int number);
std::string MoneyRequestId(int number);

}  // namespace patron::testing
