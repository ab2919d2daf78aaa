// Two customers who are one: whose contacts are whose.
#include <algorithm>
#include <utility>
#include <vector>

#include "server/base/status_macros.h"
#include "server/contacts/apply.h"
#include "server/contacts/recheck.h"
#include "server/contacts/rows.h"
#include "server/store/codec.h"
#include "server/store/keys.h"

namespace patron::contacts {
namespace {

using store::Family;

void KeepFirst(int64_t other_us, int64_t& time_us) {
  if (other_us != 0 && (time_us == 0 || other_us < time_us)) time_us = other_us;
}

void AddDays(const wire::ContactRow& other, wire::ContactRow& both) {
  both.__isset.also_days = true;
  std::vector<int32_t>& days = both.also_days;
  days.insert(days.end(), other.also_days.begin(), other.also_days.end());
  days.push_back(both.day);
  days.push_back(other.day);
  std::sort(days.begin(), days.end());
  both.day = days.back();
  days.pop_back();
}

class Merger {
 public:
  Merger(CustomerOrdinal kept, CustomerOrdinal absorbed, const Context& context)
      : kept_(kept),
        absorbed_(absorbed),
        context_(context),
        batch_(context.checkout.base.batch) {}

  absl::Status Run() {
    PATRON_ASSIGN_OR_RETURN(const auto rows, RowsOfAbsorbed());
    for (const auto& [run, row] : rows)
      PATRON_RETURN_IF_ERROR(MergeIn(run, row));
    return absl::OkStatus();
  }

 private:
  using Numbered = std::pair<uint32_t, wire::ContactRow>;

  absl::StatusOr<std::vector<Numbered>> RowsOfAbsorbed() const {
    std::vector<Numbered> rows;
    absl::Status problem;
    const auto add = [&rows](absl::string_view key,
                             absl::string_view value) -> absl::Status {
      PATRON_ASSIGN_OR_RETURN(const auto parts, store::DecodeContactKey(key));
      PATRON_ASSIGN_OR_RETURN(
          auto row, store::Decode<wire::ContactRow>(value, "contact"));
      rows.emplace_back(parts.run, std::move(row));
      return absl::OkStatus();
    };
    PATRON_RETURN_IF_ERROR(
        batch_.ScanPrefix(Family::kContacts, store::CustomerKey(absorbed_),
                          [&](absl::string_view key, absl::string_view value) {
                            problem = add(key, value);
                            return problem.ok();
                          }));
    PATRON_RETURN_IF_ERROR(problem);
    return rows;
  }

  absl::Status MergeIn(uint32_t number, const wire::ContactRow& row) {
    const wire::RunRow& run = context_.runs.Now(number);
    PATRON_ASSIGN_OR_RETURN(const auto own,
                            FindContact(number, kept_, context_));
    PATRON_ASSIGN_OR_RETURN(const bool to_come, IsToCome(number, run));
    Forget(number);
    if (IsOpen(run) && (own || to_come)) return LeaveOut(number, row);
    if (IsOpen(run) && row.decision == wire::ContactDecision::CONTACT)
      PATRON_RETURN_IF_ERROR(MoveOnList(number));
    Keep(number, own ? Both(*own, row) : row);
    return absl::OkStatus();
  }

  // Whether the kept one is decided in her own turn.
  absl::StatusOr<bool> IsToCome(uint32_t number, const wire::RunRow& run) {
    if (run.state != wire::RunState::PLANNING) return false;
    if (static_cast<int64_t>(kept_.value()) < run.next_customer) return false;
    PATRON_ASSIGN_OR_RETURN(const AudiencePtr audience,
                            context_.runs.Audience(number, batch_));
    return audience->contains(kept_.value());
  }

  void Forget(uint32_t number) {
    batch_.Delete(Family::kContacts, store::ContactKey(absorbed_, number));
    context_.diary.Remove(absorbed_, number);
  }

  void Keep(uint32_t number, const wire::ContactRow& row) {
    batch_.Put(Family::kContacts, store::ContactKey(kept_, number),
               store::Encode(row));
    context_.diary.Remove(kept_, number);
    for (const Day day : DaysOf(row)) context_.diary.Add(kept_, {number, day});
  }

  // What was decided for the absorbed one no longer counts in its run.
  absl::Status LeaveOut(uint32_t number, const wire::ContactRow& row) {
    wire::RunRow& run = context_.runs.Mutable(number);
    switch (row.decision) {
      case wire::ContactDecision::CONTACT: {
        PATRON_ASSIGN_OR_RETURN(const auto contact,
                                TakeFromList(number, absorbed_, context_));
        UncountContact(contact, context_, run);
        break;
      }
      case wire::ContactDecision::HELD_OUT:
        --run.held_out;
        break;
      case wire::ContactDecision::LEFT_OUT:
        CountLeftOut(row.reason, -1, run);
        break;
    }
    CountLeftOut(wire::LeftOut::MERGED, 1, run);
    return absl::OkStatus();
  }

  absl::Status MoveOnList(uint32_t number) {
    wire::RunListRow row;
    PATRON_ASSIGN_OR_RETURN(row.contact,
                            TakeFromList(number, absorbed_, context_));
    row.contact.customer = static_cast<int32_t>(kept_.value());
    batch_.Put(Family::kRunRows, store::RunRowKey(number, kept_),
               store::Encode(row));
    return absl::OkStatus();
  }

  // Of a run that changes no more: she was contacted if either was, and as
  // often as both. The row's own day is the last of theirs.
  static wire::ContactRow Both(const wire::ContactRow& own,
                               const wire::ContactRow& other) {
    if (other.decision != wire::ContactDecision::CONTACT) return own;
    if (own.decision != wire::ContactDecision::CONTACT) return other;
    wire::ContactRow both = own;
    AddDays(other, both);
    KeepFirst(other.sent_us, both.sent_us);
    KeepFirst(other.shown_us, both.shown_us);
    KeepFirst(other.clicked_us, both.clicked_us);
    KeepFirst(other.redeemed_us, both.redeemed_us);
    return both;
  }

  const CustomerOrdinal kept_;
  const CustomerOrdinal absorbed_;
  const Context& context_;
  store::Batch& batch_;
};

}  // namespace

absl::Status AfterMerge(CustomerOrdinal kept, CustomerOrdinal absorbed,
                        const Stamp& stamp, const Context& context) {
  if (kept == absorbed) return absl::OkStatus();
  context.lists.Merge(kept, absorbed, stamp.position);
  PATRON_RETURN_IF_ERROR(Merger(kept, absorbed, context).Run());
  return AskAgain(kept, context);
}

}  // namespace patron::contacts
