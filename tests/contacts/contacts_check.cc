#include "tests/contacts/contacts_check.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/check.h"
#include "server/definitions/holdout.h"
#include "server/store/codec.h"
#include "server/store/keys.h"

namespace patron::testing {
namespace {

using store::Family;
using Place = std::pair<uint32_t, uint32_t>;  // run, customer

template <typename Row, typename Decode>
std::map<Place, Row> RowsOf(const commit::State& state, Family family,
                            Decode decode) {
  std::map<Place, Row> rows;
  PATRON_CHECK_OK(state.store->Scan(
      family, "", "", [&](absl::string_view key, absl::string_view value) {
        const auto parts = decode(key);
        PATRON_CHECK_OK(parts.status());
        auto row = store::Decode<Row>(value, "row");
        PATRON_CHECK_OK(row.status());
        rows[{parts->run, parts->customer.value()}] = *std::move(row);
        return true;
      }));
  return rows;
}

class Checker {
 public:
  explicit Checker(const commit::State& state)
      : state_(state),
        definitions_(state.holdings.definitions()),
        runs_(state.runs.All()),
        contacts_(RowsOf<wire::ContactRow>(state, Family::kContacts,
                                           store::DecodeContactKey)),
        listed_(RowsOf<wire::RunListRow>(state, Family::kRunRows,
                                         store::DecodeRunRowKey)) {}

  std::vector<std::string> Run() {
    CheckCustomers();
    CheckOffers();
    for (uint32_t run = 0; run < runs_.size(); ++run) CheckCounts(run);
    return std::move(problems_);
  }

 private:
  const wire::Definitions& definitions() const {
    return definitions_->version.definitions;
  }
  bool Counts(const Place& place) const {
    return contacts_.at(place).decision == wire::ContactDecision::CONTACT &&
           !contacts_.at(place).is_service &&
           runs_[place.first]->state != wire::RunState::RELEASED;
  }

  void CheckCustomers() {
    std::map<uint32_t, std::vector<int32_t>> days;
    for (const auto& [place, row] : contacts_)
      if (Counts(place)) days[place.second].push_back(row.day);
    for (auto& [customer, all] : days) {
      CheckCap(customer, all);
      const auto id = state_.ordinals.customers.IdOf(customer);
      if (definitions::InHoldout(definitions().holdout, id))
        problems_.push_back(absl::StrCat("customer ", id, " is held out"));
    }
  }

  void CheckCap(uint32_t customer, std::vector<int32_t>& days) {
    std::sort(days.begin(), days.end());
    const wire::ContactRules& rules = definitions().contact;
    const auto cap = static_cast<size_t>(rules.cap);
    for (size_t i = cap; i < days.size(); ++i)
      if (days[i] - days[i - cap] < rules.cap_days)
        problems_.push_back(absl::StrCat("customer ", customer, ": ", cap + 1,
                                         " contacts from day ", days[i - cap],
                                         " to ", days[i]));
  }

  void CheckOffers() {
    for (const wire::Offer& offer : definitions().offers) {
      int64_t cost = 0, contacts = 0;
      for (const auto& [place, row] : listed_) {
        if (row.contact.offer_id != offer.id) continue;
        if (runs_[place.first]->state == wire::RunState::RELEASED) continue;
        cost += row.contact.offer_cost;
        ++contacts;
      }
      const wire::Limits& limits = offer.limits;
      if ((limits.budget > 0 && cost > limits.budget) ||
          (limits.uses > 0 && contacts > limits.uses))
        problems_.push_back(absl::StrCat("offer ", offer.id, ": ", contacts,
                                         " contacts for ", cost));
    }
  }

  void CheckCounts(uint32_t run) {
    wire::RunRow want;
    for (const auto& [place, row] : contacts_) {
      if (place.first != run) continue;
      ++want.decided;
      if (row.decision == wire::ContactDecision::CONTACT) ++want.planned;
      if (row.decision == wire::ContactDecision::HELD_OUT) ++want.held_out;
      if (row.decision == wire::ContactDecision::LEFT_OUT)
        ++want.left_out[row.reason];
    }
    int64_t listed = 0;
    for (const auto& [place, row] : listed_) {
      if (place.first != run) continue;
      ++listed;
      want.cost += row.contact.cost;
    }
    const wire::RunRow& is = *runs_[run];
    if (is.decided != want.decided || is.planned != want.planned ||
        is.planned != listed || is.held_out != want.held_out ||
        is.left_out != want.left_out || is.cost != want.cost)
      problems_.push_back(
          absl::StrCat("run ", is.run_id, " counts otherwise than its rows"));
    if (is.campaign.budget > 0 && is.cost > is.campaign.budget)
      problems_.push_back(absl::StrCat("run ", is.run_id, " costs ", is.cost,
                                       " of ", is.campaign.budget));
  }

  const commit::State& state_;
  const checkout::CompiledPtr definitions_;
  const std::vector<contacts::RunPtr> runs_;
  const std::map<Place, wire::ContactRow> contacts_;
  const std::map<Place, wire::RunListRow> listed_;
  std::vector<std::string> problems_;
};

template <typename Row>
std::string Text(const Row& row) {
  std::ostringstream text;
  row.printTo(text);
  return text.str();
}

}  // namespace

std::vector<std::string> ContactProblems(const commit::State& state) {
  return Checker(state).Run();
}

std::vector<std::string> ContactLines(const commit::State& state) {
  std::vector<std::string> lines;
  for (const auto& [place, row] : RowsOf<wire::ContactRow>(
           state, Family::kContacts, store::DecodeContactKey))
    lines.push_back(
        absl::StrCat(place.first, " ", place.second, " ", Text(row)));
  for (const auto& [place, row] : RowsOf<wire::RunListRow>(
           state, Family::kRunRows, store::DecodeRunRowKey))
    lines.push_back(
        absl::StrCat(place.first, " ", place.second, " ", Text(row)));
  for (const contacts::RunPtr& run : state.runs.All()) {
    wire::RunRow row = *run;
    row.log_position = row.frozen_at_us = 0;
    lines.push_back(Text(row));
  }
  return lines;
}

}  // namespace patron::testing
