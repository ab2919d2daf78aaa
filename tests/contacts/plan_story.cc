#include "tests/contacts/plan_story.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/check.h"
#include "server/contacts/read.h"
#include "tests/contacts/some_runs.h"

namespace patron::testing {
namespace {

constexpr int kRuns = 3;
constexpr int kCustomers = 600;
constexpr size_t kChunk = 7;

void Do(commit::Engine& engine, const std::string& request_id,
        const wire::CommandBody& body) {
  PATRON_CHECK_OK(engine.Execute(body, {request_id, "story"}).status());
}

// The higher the priority, the fewer customers.
wire::CommandBody OpenOf(int run) {
  std::vector<uint32_t> audience;
  for (uint32_t customer = 0; customer < kCustomers;
       customer += static_cast<uint32_t>(1 + run))
    audience.push_back(customer);
  wire::Campaign campaign = MakeCampaign(absl::StrCat("k", run), run);
  campaign.budget = 6000;
  return OpenRun(absl::StrCat("run", run), campaign, audience);
}

wire::PlannedContact DecisionOn(uint32_t run, int32_t customer) {
  const auto mixed = static_cast<int32_t>((customer * 37 + run * 11) % 101);
  if (mixed % 13 == 0) return HeldOut(customer);
  if (mixed % 17 == 0) return LeftOut(customer, wire::LeftOut::RELEVANCE);
  const wire::PlannedContact contact =
      Contact(customer, kToday + mixed % 14, mixed);
  return mixed % 3 == 0 ? WithOffer(contact, "coupon", mixed) : contact;
}

wire::CommandBody ChunkOf(const commit::State& state, uint32_t number,
                          const wire::RunRow& run) {
  const auto audience = contacts::ReadAudience(*state.store, number);
  PATRON_CHECK_OK(audience.status());
  auto at = audience->begin();
  at.equalorlarger(static_cast<uint32_t>(run.next_customer));
  std::vector<wire::PlannedContact> chunk;
  for (; at != audience->end() && chunk.size() < kChunk; ++at)
    chunk.push_back(DecisionOn(number, static_cast<int32_t>(*at)));
  const int32_t next = at == audience->end() ? -1 : static_cast<int32_t>(*at);
  return Plan(run.run_id, run.next_customer, next, chunk);
}

}  // namespace

SimulatedClock StoryClock() {
  return SimulatedClock(absl::FromUnixMicros(kNoonUs));
}

void BeginStory(commit::Engine& engine) {
  Do(engine, "definitions", Put(CappedDefinitions(1, 7, 1000)));
  for (int i = 0; i < kCustomers; ++i)
    Do(engine, absl::StrCat("customer ", i),
       Asked(absl::StrCat("c", i), i % 8 != 0));
  for (int run = 0; run < kRuns; ++run)
    Do(engine, absl::StrCat("open ", run), OpenOf(run));
}

std::optional<wire::CommandBody> NextOfStory(const commit::State& state) {
  const std::vector<contacts::RunPtr> runs = state.runs.All();
  std::optional<uint32_t> behind;
  for (uint32_t number = 0; number < runs.size(); ++number)
    if (runs[number]->state == wire::RunState::PLANNING &&
        (!behind || runs[number]->next_customer < runs[*behind]->next_customer))
      behind = number;
  if (behind) return ChunkOf(state, *behind, *runs[*behind]);
  if (runs[0]->state == wire::RunState::FROZEN) return std::nullopt;
  return SetState(runs[0]->run_id, wire::RunState::FROZEN);
}

}  // namespace patron::testing
