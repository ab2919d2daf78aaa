#include "server/campaigns/outcome.h"

#include <algorithm>
#include <map>
#include <optional>
#include <roaring/roaring.hh>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/campaigns/lift.h"
#include "server/campaigns/planner.h"
#include "server/contacts/read.h"
#include "server/contacts/runs.h"
#include "server/store/codec.h"
#include "server/store/keys.h"

namespace patron::campaigns {
namespace {

constexpr size_t kRowsAtOnce = 10'000;
constexpr char kMethod[] =
    "difference of mean spend a customer, net of returns, contacted less held "
    "out; 95 % interval by Welch (1947)";
constexpr char kTargeted[] =
    "targeting chose whom to make this offer: the difference to those held out "
    "is also who they are";

// What one customer did while it counted.
struct Bought {
  int64_t spend = 0;  // net of what came back
  int64_t returned = 0;
  bool used_offer = false;
};

struct Group {
  wire::OutcomeLine line;
  Spend spend;

  void Add(const Bought& bought, const wire::ContactRow& row) {
    line.sent += row.sent_us > 0;
    line.shown += row.shown_us > 0;
    line.clicked += row.clicked_us > 0;
    line.redeemed += row.redeemed_us > 0 || bought.used_offer;
    line.returned += bought.returned;
    spend.Add(bought.spend);
  }
};

class Reckoning {
 public:
  Reckoning(const Parts& parts, uint32_t run_number, const wire::RunRow& run)
      : parts_(parts),
        number_(run_number),
        run_(run),
        from_(absl::FromUnixMicros(
            std::max(run.campaign.starts_us, run.frozen_at_us))),
        until_(CountsUntil(run)),
        currency_(CurrencyOf(run.campaign, parts)) {}

  absl::StatusOr<wire::Outcome> Reckon() {
    wire::Outcome outcome;
    outcome.log_position =
        static_cast<int64_t>(parts_.live.Now().position().value());
    PATRON_RETURN_IF_ERROR(AddContacted());
    PATRON_RETURN_IF_ERROR(AddHeldOut());
    outcome.run_id = run_.run_id;
    outcome.currency = currency_;
    outcome.from_us = absl::ToUnixMicros(from_);
    outcome.until_us = absl::ToUnixMicros(until_);
    outcome.method = kMethod;
    outcome.held_out = LineOf("held_out", held_out_);
    outcome.groups.push_back(Compared("all", all_));
    for (const auto& [name, group] : groups_)
      outcome.groups.push_back(Compared(name, group));
    return outcome;
  }

 private:
  absl::StatusOr<Bought> BoughtBy(CustomerOrdinal customer,
                                  std::optional<uint32_t> offer) const {
    Bought bought;
    absl::Status problem;
    const absl::Status status = parts_.state.store.ScanPrefix(
        store::Family::kPurchases, store::CustomerKey(customer),
        [&](absl::string_view key, absl::string_view value) {
          const auto parts = store::DecodeHistoryKey(key);
          problem = parts.status();
          if (!problem.ok() || parts->happened_at < from_) return false;
          if (parts->happened_at >= until_) return true;
          const auto row = store::Decode<wire::PurchaseRow>(value, "purchase");
          problem = row.status();
          if (problem.ok()) Add(*row, offer, bought);
          return problem.ok();
        });
    PATRON_RETURN_IF_ERROR(status);
    PATRON_RETURN_IF_ERROR(problem);
    return bought;
  }

  void Add(const wire::PurchaseRow& row, std::optional<uint32_t> offer,
           Bought& bought) const {
    if (offer && row.__isset.effects)
      for (const wire::UsedOfferRow& used : row.effects.offers)
        bought.used_offer |= static_cast<uint32_t>(used.offer) == *offer;
    if (row.currency != currency_) return;
    for (const wire::StoredLine& line : row.lines) {
      bought.spend += line.amount - line.refunded;
      bought.returned += line.refunded;
    }
  }

  absl::Status AddContacted() {
    std::optional<uint32_t> next = 0;
    while (next.has_value()) {
      PATRON_ASSIGN_OR_RETURN(const contacts::RunPage page,
                              contacts::ReadRunPage(parts_.state.store, number_,
                                                    *next, kRowsAtOnce));
      for (const wire::PlannedContact& contact : page.rows)
        PATRON_RETURN_IF_ERROR(AddContact(contact));
      next = page.next;
    }
    return absl::OkStatus();
  }

  absl::Status AddContact(const wire::PlannedContact& contact) {
    const CustomerOrdinal customer =
        NowOf(static_cast<uint32_t>(contact.customer));
    if (!seen_.addChecked(customer.value())) return absl::OkStatus();
    PATRON_ASSIGN_OR_RETURN(
        const auto row,
        contacts::ContactIn(parts_.state.store, number_, customer));
    PATRON_ASSIGN_OR_RETURN(
        const Bought bought,
        BoughtBy(customer,
                 parts_.state.ordinals.offers.Find(contact.offer_id)));
    const wire::ContactRow heard = row.value_or(wire::ContactRow());
    all_.Add(bought, heard);
    for (const std::string& name : GroupsOf(contact))
      groups_[name].Add(bought, heard);
    return absl::OkStatus();
  }

  std::vector<std::string> GroupsOf(const wire::PlannedContact& contact) const {
    std::vector<std::string> names;
    const auto& variants = run_.campaign.variants;
    if (contact.variant >= 0 &&
        static_cast<size_t>(contact.variant) < variants.size())
      names.push_back(absl::StrCat(
          "variant:", variants[static_cast<size_t>(contact.variant)].id));
    if (!contact.offer_id.empty())
      names.push_back(absl::StrCat("offer:", contact.offer_id));
    names.push_back(absl::StrCat("channel:", run_.campaign.channel));
    return names;
  }

  absl::Status AddHeldOut() {
    PATRON_ASSIGN_OR_RETURN(
        const Roaring audience,
        contacts::ReadAudience(parts_.state.store, number_));
    for (const uint32_t listed : audience) {
      const CustomerOrdinal customer = NowOf(listed);
      if (seen_.contains(customer.value())) continue;
      PATRON_ASSIGN_OR_RETURN(
          const auto row,
          contacts::ContactIn(parts_.state.store, number_, customer));
      if (!row || row->decision != wire::ContactDecision::HELD_OUT) continue;
      seen_.add(customer.value());
      PATRON_ASSIGN_OR_RETURN(const Bought bought,
                              BoughtBy(customer, std::nullopt));
      held_out_.Add(bought, *row);
    }
    return absl::OkStatus();
  }

  CustomerOrdinal NowOf(uint32_t listed) const {
    const store::OrdinalTable& ids = parts_.state.ordinals.customers;
    return CustomerOrdinal(ids.Find(ids.IdOf(listed)).value_or(listed));
  }

  static wire::OutcomeLine LineOf(const std::string& name, const Group& group) {
    wire::OutcomeLine line = group.line;
    line.group = name;
    line.customers = group.spend.customers();
    line.buyers = group.spend.buyers();
    line.spend = group.spend.sum();
    line.mean = group.spend.mean();
    return line;
  }

  wire::OutcomeLine Compared(const std::string& name,
                             const Group& group) const {
    wire::OutcomeLine line = LineOf(name, group);
    const Lift lift = LiftOf(group.spend, held_out_.spend);
    line.enough = lift.enough;
    line.lift = lift.lift;
    line.low = lift.low;
    line.high = lift.high;
    line.note = lift.note;
    if (line.note.empty() && name.starts_with("offer:")) line.note = kTargeted;
    return line;
  }

  const Parts& parts_;
  const uint32_t number_;
  const wire::RunRow& run_;
  const absl::Time from_;
  const absl::Time until_;
  const std::string currency_;
  Roaring seen_;
  Group all_;
  Group held_out_;
  std::map<std::string, Group> groups_;
};

}  // namespace

absl::StatusOr<wire::Outcome> OutcomeOf(const Parts& parts, uint32_t run_number,
                                        const wire::RunRow& run) {
  if (run.state != wire::RunState::FROZEN)
    return absl::FailedPreconditionError(absl::StrCat(
        "run_id: ", Quoted(run.run_id), " is ", contacts::StateName(run.state),
        ": a frozen run has an outcome"));
  return Reckoning(parts, run_number, run).Reckon();
}

}  // namespace patron::campaigns
