#include "tests/contacts/contacts_model.h"

#include <algorithm>
#include <iterator>

#include "server/definitions/holdout.h"
#include "tests/testing/commands.h"

namespace patron::testing {
namespace {

using Reason = wire::LeftOut;
using Decision = wire::ContactDecision;
using State = wire::RunState;

std::multiset<int32_t> DaysOf(const wire::ContactRow& row) {
  std::multiset<int32_t> days(row.also_days.begin(), row.also_days.end());
  days.insert(row.day);
  return days;
}

// Ordinals of offers: in the order in which they were defined.
int32_t OrdinalOf(const wire::Definitions& definitions,
                  const std::string& offer) {
  for (size_t i = 0; i < definitions.offers.size(); ++i)
    if (definitions.offers[i].id == offer) return static_cast<int32_t>(i);
  return -1;
}

int64_t Earliest(int64_t a, int64_t b) {
  if (a == 0 || b == 0) return std::max(a, b);
  return std::min(a, b);
}

}  // namespace

int64_t ContactsModel::Plan(int32_t run, int32_t next,
                            const std::vector<wire::PlannedContact>& chunk) {
  int64_t standing = 0;
  const bool service = runs[run].campaign.kind == wire::CampaignKind::SERVICE;
  for (const wire::PlannedContact& contact : chunk) {
    wire::ContactRow row;
    row.decision = contact.decision;
    row.reason = static_cast<Reason::type>(0);
    row.day = contact.day;
    row.is_service = service;
    if (const auto reason = WhyNot(run, contact)) {
      row.decision = Decision::LEFT_OUT;
      row.reason = *reason;
    }
    ++runs[run].decided;
    contacts[{run, contact.customer}] = row;
    runs_of_[contact.customer].insert(run);
    if (row.decision != Decision::CONTACT) continue;
    listed[{run, contact.customer}] = contact;
    ++standing;
  }
  runs[run].next = next;
  if (next < 0) runs[run].state = State::PLANNED;
  return standing;
}

std::optional<Reason::type> ContactsModel::WhyNot(
    int32_t run, const wire::PlannedContact& contact) {
  const int32_t customer = contact.customer;
  const wire::Campaign& campaign = runs[run].campaign;
  if (leads_to[customer] != customer) return Reason::MERGED;
  if (contact.decision == Decision::LEFT_OUT) return contact.reason;
  const bool service = campaign.kind == wire::CampaignKind::SERVICE;
  if (!service && !HasConsent(customer)) return Reason::CONSENT;
  if (!service && InHoldout(customer)) return Reason::HOLDOUT;
  if (const auto trouble = OfferTrouble(contact)) return trouble;
  if (campaign.budget > 0 && Counts(run).cost + contact.cost > campaign.budget)
    return Reason::BUDGET;
  if (service) return std::nullopt;
  const auto decision =
      contacts::AskCap(StandingOf(customer), definitions.contact, contact.day,
                       campaign.priority);
  if (decision.answer == contacts::CapAnswer::kFull) return Reason::CAP;
  if (contact.decision == Decision::HELD_OUT) return std::nullopt;
  for (const uint32_t other : decision.displaced) {
    const auto taken = static_cast<int32_t>(other);
    LeaveOutAfterAll(taken, customer, Reason::DISPLACED);
    contacts[{taken, customer}].by_run = run;
  }
  return std::nullopt;
}

std::optional<Reason::type> ContactsModel::OfferTrouble(
    const wire::PlannedContact& contact) const {
  if (contact.offer_id.empty()) return std::nullopt;
  const int32_t ordinal = OrdinalOf(definitions, contact.offer_id);
  if (ordinal < 0) return Reason::NO_OFFER;
  const wire::Limits& limits = definitions.offers[ordinal].limits;
  if (limits.budget > 0 &&
      PlannedCost(contact.offer_id) + contact.offer_cost > limits.budget)
    return Reason::BUDGET;
  if (limits.uses > 0 && PlannedUses(contact.offer_id) + 1 > limits.uses)
    return Reason::BUDGET;
  return std::nullopt;
}

bool ContactsModel::InHoldout(int32_t customer) const {
  return definitions::InHoldout(definitions.holdout, ids[customer]);
}

bool ContactsModel::PlanCounts(int32_t run) const {
  const wire::Campaign& campaign = runs[run].campaign;
  return runs[run].state != State::RELEASED &&
         now_us < campaign.ends_us + campaign.outcome_days * kDayUs;
}

std::vector<wire::PlannedContact> ContactsModel::PlannedWith(
    const std::string& offer) const {
  std::vector<wire::PlannedContact> planned;
  for (int32_t run = 0; run < static_cast<int32_t>(runs.size()); ++run)
    if (PlanCounts(run))
      for (auto at = listed.lower_bound({run, 0});
           at != listed.end() && at->first.first == run; ++at)
        if (at->second.offer_id == offer) planned.push_back(at->second);
  return planned;
}

int64_t ContactsModel::PlannedCost(const std::string& offer) const {
  int64_t sum = 0;
  for (const wire::PlannedContact& contact : PlannedWith(offer))
    sum += contact.offer_cost;
  return sum;
}

int64_t ContactsModel::PlannedUses(const std::string& offer) const {
  return static_cast<int64_t>(PlannedWith(offer).size());
}

std::vector<contacts::Standing> ContactsModel::StandingOf(
    int32_t customer) const {
  std::vector<contacts::Standing> standing;
  const auto decided = runs_of_.find(customer);
  if (decided == runs_of_.end()) return standing;
  for (const int32_t run : decided->second) {
    const auto at = contacts.find({run, customer});
    if (at == contacts.end() || runs[run].state == State::RELEASED) continue;
    const wire::ContactRow& row = at->second;
    if (row.decision != Decision::CONTACT || row.is_service) continue;
    for (const int32_t day : DaysOf(row))
      standing.push_back({static_cast<uint32_t>(run), day,
                          runs[run].campaign.priority,
                          runs[run].state == State::FROZEN});
  }
  return standing;
}

int ContactsModel::MostAround(int32_t customer, int32_t day) const {
  const auto standing = StandingOf(customer);
  int most = 0;
  const int32_t days = definitions.contact.cap_days;
  for (int32_t first = day - days + 1; first <= day; ++first)
    most =
        std::max(most, static_cast<int>(std::count_if(
                           standing.begin(), standing.end(),
                           [&](const contacts::Standing& one) {
                             return one.day >= first && one.day < first + days;
                           })));
  return most;
}

void ContactsModel::LeaveOutAfterAll(int32_t run, int32_t customer,
                                     Reason::type reason) {
  listed.erase({run, customer});
  wire::ContactRow& row = contacts[{run, customer}];
  row.decision = Decision::LEFT_OUT;
  row.reason = reason;
}

std::vector<int32_t> ContactsModel::OpenRunsOf(int32_t customer) const {
  std::vector<contacts::Standing> standing = StandingOf(customer);
  std::sort(standing.begin(), standing.end(), [](const auto& a, const auto& b) {
    return std::pair(a.priority, -int64_t{a.run}) <
           std::pair(b.priority, -int64_t{b.run});
  });
  std::vector<int32_t> open;
  for (const contacts::Standing& one : standing)
    if (!one.fixed) open.push_back(static_cast<int32_t>(one.run));
  return open;
}

bool ContactsModel::HasConsent(int32_t customer) const {
  return consents[customer] && consents[customer]->granted;
}

void ContactsModel::LeaveOutWithoutConsent(int32_t customer) {
  if (HasConsent(customer)) return;
  for (const int32_t run : OpenRunsOf(customer))
    LeaveOutAfterAll(run, customer, Reason::CONSENT);
}

void ContactsModel::AskAgain(int32_t customer) {
  LeaveOutWithoutConsent(customer);
  for (const int32_t run : OpenRunsOf(customer))
    if (InHoldout(customer)) LeaveOutAfterAll(run, customer, Reason::HOLDOUT);
  for (const int32_t run : OpenRunsOf(customer))
    if (MostAround(customer, contacts[{run, customer}].day) >
        definitions.contact.cap)
      LeaveOutAfterAll(run, customer, Reason::CAP);
}

void ContactsModel::Ask(int32_t customer, bool granted, int64_t at_us) {
  consents[leads_to[customer]] = {granted, at_us};
  LeaveOutWithoutConsent(leads_to[customer]);
}

bool ContactsModel::SetState(int32_t run, State::type state) {
  ModelRun& changed = runs[run];
  const bool freezes = state == State::FROZEN &&
                       changed.state == State::PLANNED &&
                       now_us < changed.campaign.ends_us;
  const bool releases = state == State::RELEASED && changed.IsOpen();
  if (!freezes && !releases) return false;
  changed.ended = Counts(run);
  changed.state = state;
  return true;
}

bool ContactsModel::Report(int32_t run, int32_t customer,
                           wire::ReportKind::type kind, int64_t at_us) {
  if (runs[run].state != State::FROZEN) return false;
  const auto at = contacts.find({run, leads_to[customer]});
  if (at == contacts.end() || at->second.decision != Decision::CONTACT)
    return false;
  wire::ContactRow& row = at->second;
  int64_t* const times[] = {&row.sent_us, &row.shown_us, &row.clicked_us,
                            &row.redeemed_us};
  int64_t& time_us = *times[kind - 1];
  time_us = Earliest(time_us, at_us);
  return true;
}

void ContactsModel::Merge(int32_t kept, int32_t absorbed) {
  for (int32_t& leads : leads_to)
    if (leads == absorbed) leads = kept;
  auto& own = consents[kept];
  auto& other = consents[absorbed];
  if (other && (!own || other->at_us > own->at_us)) own = other;
  other.reset();
  for (int32_t run = 0; run < static_cast<int32_t>(runs.size()); ++run)
    if (contacts.count({run, absorbed}) > 0) MergeIn(run, kept, absorbed);
  AskAgain(kept);
}

void ContactsModel::MergeIn(int32_t run, int32_t kept, int32_t absorbed) {
  ModelRun& in = runs[run];
  const wire::ContactRow row = contacts[{run, absorbed}];
  contacts.erase({run, absorbed});
  runs_of_[kept].insert(run);
  const auto own = contacts.find({run, kept});
  const bool to_come = in.state == State::PLANNING && kept >= in.next &&
                       in.audience.count(kept) > 0;
  if (in.IsOpen() && (own != contacts.end() || to_come)) {
    listed.erase({run, absorbed});
    ++in.merged;
    return;
  }
  if (in.IsOpen() && row.decision == Decision::CONTACT) {
    wire::PlannedContact contact = listed[{run, absorbed}];
    listed.erase({run, absorbed});
    contact.customer = kept;
    listed[{run, kept}] = contact;
  }
  if (own == contacts.end() || (own->second.decision != Decision::CONTACT &&
                                row.decision == Decision::CONTACT)) {
    contacts[{run, kept}] = row;
  } else if (row.decision == Decision::CONTACT) {
    wire::ContactRow& both = own->second;
    std::multiset<int32_t> days = DaysOf(both);
    days.merge(DaysOf(row));
    both.day = *days.rbegin();
    both.__set_also_days({days.begin(), std::prev(days.end())});
    both.sent_us = Earliest(both.sent_us, row.sent_us);
    both.shown_us = Earliest(both.shown_us, row.shown_us);
    both.clicked_us = Earliest(both.clicked_us, row.clicked_us);
    both.redeemed_us = Earliest(both.redeemed_us, row.redeemed_us);
  }
}

wire::RunRow ContactsModel::Counts(int32_t run) const {
  if (runs[run].ended) return *runs[run].ended;
  wire::RunRow counts;
  counts.decided = runs[run].decided;
  if (runs[run].merged > 0) counts.left_out[Reason::MERGED] = runs[run].merged;
  for (auto at = contacts.lower_bound({run, 0});
       at != contacts.end() && at->first.first == run; ++at) {
    const wire::ContactRow& row = at->second;
    if (row.decision == Decision::HELD_OUT) ++counts.held_out;
    if (row.decision == Decision::LEFT_OUT) ++counts.left_out[row.reason];
  }
  for (auto at = listed.lower_bound({run, 0});
       at != listed.end() && at->first.first == run; ++at) {
    const wire::PlannedContact& contact = at->second;
    ++counts.planned;
    counts.cost += contact.cost;
    const int32_t offer = OrdinalOf(definitions, contact.offer_id);
    if (offer < 0) continue;
    ++counts.offer_contacts[offer];
    if (contact.offer_cost != 0) counts.offer_cost[offer] += contact.offer_cost;
  }
  return counts;
}

}  // namespace patron::testing
