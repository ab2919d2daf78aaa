#include "server/campaigns/runner.h"

#include <algorithm>
#include <future>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/log.h"
#include "server/base/status_macros.h"
#include "server/campaigns/decide.h"
#include "server/contacts/read.h"

namespace patron::campaigns {
namespace {

constexpr char kActor[] = "campaigns";
// Customers that are decided ahead.
constexpr size_t kBlock = 1000;
constexpr size_t kRowsAtOnce = 1000;
constexpr size_t kIssuedAtOnce = 100;

using Decisions = absl::StatusOr<std::vector<wire::PlannedContact>>;

// The customers of an audience, block by block.
class Blocks {
 public:
  Blocks(const Roaring& audience, uint32_t first)
      : at_(audience.begin()), end_(audience.end()) {
    at_.equalorlarger(first);
  }
  std::vector<uint32_t> Next() {
    std::vector<uint32_t> block;
    for (; at_ != end_ && block.size() < kBlock; ++at_) block.push_back(*at_);
    return block;
  }
  // The first of the next block; nullopt: there is none.
  std::optional<uint32_t> Following() const {
    return at_ == end_ ? std::nullopt : std::optional(*at_);
  }

 private:
  Roaring::const_iterator at_;
  const Roaring::const_iterator end_;
};

std::string CauseOf(const wire::RunRow& run) {
  return absl::StrCat("campaign ", run.run_id);
}

}  // namespace

Runner::Runner(const Parts& parts, commit::Engine& engine)
    : parts_(parts), engine_(engine), thread_([this] { Loop(); }) {}

Runner::~Runner() { Stop(); }

void Runner::Stop() {
  stop_ = true;
  Wake();
  if (thread_.joinable()) thread_.join();
}

void Runner::Wake() {
  const absl::MutexLock lock(&mutex_);
  woken_ = true;
  still_.clear();
}

std::string Runner::ProblemOf(const std::string& run_id) const {
  const absl::MutexLock lock(&mutex_);
  const auto at = problems_.find(run_id);
  return at == problems_.end() ? "" : at->second;
}

void Runner::Loop() {
  while (!stop_)
    if (!DoNext()) AwaitWork();
}

void Runner::AwaitWork() {
  const absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(&woken_), kRetry);
  woken_ = false;
  still_.clear();
}

// False where nothing is to be done.
bool Runner::DoNext() {
  std::optional<uint32_t> number = NextToIssue();
  absl::Status status;
  if (number.has_value()) {
    status = Issue(*number);
  } else {
    number = NextToPlan();
    if (!number.has_value()) return false;
    status = PlanRun(*number);
  }
  if (!stop_) Note(*parts_.runs.Get(*number), status);
  return true;
}

void Runner::Note(const wire::RunRow& run, const absl::Status& status) {
  const absl::MutexLock lock(&mutex_);
  if (status.ok()) {
    problems_.erase(run.run_id);
    return;
  }
  still_.insert(run.run_id);
  std::string& problem = problems_[run.run_id];
  if (problem == status.message()) return;
  problem = std::string(status.message());
  LogWarning(absl::StrCat("run ", run.run_id, " stands still: ", problem));
}

bool Runner::StandsStill(const std::string& run_id) const {
  const absl::MutexLock lock(&mutex_);
  return still_.contains(run_id);
}

std::optional<uint32_t> Runner::NextToPlan() const {
  const std::vector<contacts::RunPtr> runs = parts_.runs.All();
  std::optional<uint32_t> best;
  for (uint32_t number = 0; number < runs.size(); ++number) {
    const wire::RunRow& run = *runs[number];
    if (run.state != wire::RunState::PLANNING || StandsStill(run.run_id))
      continue;
    if (!best || run.campaign.priority > runs[*best]->campaign.priority)
      best = number;
  }
  return best;
}

std::optional<uint32_t> Runner::NextToIssue() const {
  const std::vector<contacts::RunPtr> runs = parts_.runs.All();
  for (uint32_t number = 0; number < runs.size(); ++number)
    if (runs[number]->state == wire::RunState::FROZEN &&
        !runs[number]->issued && !StandsStill(runs[number]->run_id))
      return number;
  return std::nullopt;
}

absl::Status Runner::Execute(wire::CommandBody body) {
  return engine_.Execute(std::move(body), {"", kActor, kAllRoles}).status();
}

// ---- planning

absl::Status Runner::PlanRun(uint32_t number) {
  const contacts::RunPtr run = parts_.runs.Get(number);
  PATRON_ASSIGN_OR_RETURN(
      const auto planner,
      Planner::Make(parts_, PlanOf(*run), parts_.live.On(run->day)));
  PATRON_ASSIGN_OR_RETURN(const Roaring audience,
                          contacts::ReadAudience(parts_.state.store, number));
  return PlanBlocks(number, *planner, audience);
}

absl::Status Runner::PlanBlocks(uint32_t number, const Planner& planner,
                                const Roaring& audience) {
  Blocks blocks(audience,
                static_cast<uint32_t>(parts_.runs.Get(number)->next_customer));
  const auto decide = [&](std::vector<uint32_t> customers) {
    return std::async(std::launch::async,
                      [&planner, this, customers = std::move(customers)] {
                        return DecideAll(planner, customers, stop_);
                      });
  };
  std::future<Decisions> ahead = decide(blocks.Next());
  for (;;) {
    PATRON_ASSIGN_OR_RETURN(const auto contacts, ahead.get());
    const std::optional<uint32_t> next = blocks.Following();
    if (next) ahead = decide(blocks.Next());
    PATRON_ASSIGN_OR_RETURN(const bool goes_on, Apply(number, contacts, next));
    if (!next || !goes_on) return absl::OkStatus();
  }
}

absl::StatusOr<bool> Runner::Apply(
    uint32_t number, const std::vector<wire::PlannedContact>& contacts,
    std::optional<uint32_t> next) {
  size_t first = 0;
  do {
    const contacts::RunPtr run = parts_.runs.Get(number);
    if (run->state != wire::RunState::PLANNING || stop_) return false;
    const size_t end = std::min(contacts.size(), first + kContactsAtOnce);
    wire::CommandBody body;
    body.__isset.plan_contacts = true;
    body.plan_contacts.run_id = run->run_id;
    body.plan_contacts.from_customer = run->next_customer;
    if (end < contacts.size())
      body.plan_contacts.next_customer = contacts[end].customer;
    else
      body.plan_contacts.next_customer =
          next ? static_cast<int32_t>(*next) : -1;
    body.plan_contacts.contacts.assign(
        contacts.begin() + static_cast<std::ptrdiff_t>(first),
        contacts.begin() + static_cast<std::ptrdiff_t>(end));
    const absl::Status status = Execute(std::move(body));
    // Whoever released it meanwhile has done with it.
    if (!status.ok() &&
        parts_.runs.Get(number)->state != wire::RunState::PLANNING)
      return false;
    PATRON_RETURN_IF_ERROR(status);
    first = end;
  } while (first < contacts.size());
  return NextToPlan() == number;
}

// ---- personal offers of frozen runs

absl::Status Runner::Issue(uint32_t number) {
  const contacts::RunPtr run = parts_.runs.Get(number);
  std::optional<uint32_t> next = 0;
  while (next.has_value()) {
    if (stop_) return absl::OkStatus();
    PATRON_ASSIGN_OR_RETURN(
        const contacts::RunPage page,
        contacts::ReadRunPage(parts_.state.store, number, *next, kRowsAtOnce));
    PATRON_RETURN_IF_ERROR(IssueRows(*run, page.rows));
    next = page.next;
  }
  wire::CommandBody body;
  body.__isset.set_run_state = true;
  body.set_run_state.run_id = run->run_id;
  body.set_run_state.state = wire::RunState::FROZEN;
  body.set_run_state.issued = true;
  return stop_ ? absl::OkStatus() : Execute(std::move(body));
}

absl::Status Runner::IssueRows(const wire::RunRow& run,
                               const std::vector<wire::PlannedContact>& rows) {
  const checkout::CompiledPtr definitions = parts_.state.holdings.definitions();
  std::map<std::string, std::vector<uint32_t>> by_offer;
  for (const wire::PlannedContact& row : rows) {
    const offers::CompiledOffer* offer = definitions->OfferById(row.offer_id);
    if (offer != nullptr && offer->offer.occasion == wire::Occasion::PERSONAL)
      by_offer[row.offer_id].push_back(static_cast<uint32_t>(row.customer));
  }
  for (const auto& [offer_id, customers] : by_offer) {
    const absl::Span<const uint32_t> all(customers);
    for (size_t first = 0; first < all.size() && !stop_; first += kIssuedAtOnce)
      PATRON_RETURN_IF_ERROR(
          IssueTo(run, offer_id, IdsOf(all.subspan(first, kIssuedAtOnce))));
  }
  return absl::OkStatus();
}

// Apply passes over whom the run issued it to before: what was sent before the
// process was stopped, and two rows whose customers became one, are told there.
absl::Status Runner::IssueTo(const wire::RunRow& run,
                             const std::string& offer_id,
                             std::vector<std::string> customer_ids) {
  if (customer_ids.empty()) return absl::OkStatus();
  wire::CommandBody body;
  body.__isset.issue_offer = true;
  body.issue_offer.offer_id = offer_id;
  body.issue_offer.expires_at_us = absl::ToUnixMicros(CountsUntil(run));
  body.issue_offer.cause = CauseOf(run);
  body.issue_offer.customer_ids = std::move(customer_ids);
  body.issue_offer.__set_once(true);
  absl::Status status = Execute(std::move(body));
  if (absl::IsUnavailable(status)) return status;
  if (!status.ok())
    LogWarning(absl::StrCat("run ", run.run_id, ": offer ", offer_id,
                            " is not issued: ", status.message()));
  return absl::OkStatus();
}

// Of two rows whose customers became one both give her id.
std::vector<std::string> Runner::IdsOf(absl::Span<const uint32_t> rows) const {
  const store::OrdinalTable& ids = parts_.state.ordinals.customers;
  std::vector<std::string> known;
  for (const uint32_t row : rows) {
    std::string id(ids.IdOf(row));
    if (ids.Find(id).has_value()) known.push_back(std::move(id));
  }
  return known;
}

}  // namespace patron::campaigns
