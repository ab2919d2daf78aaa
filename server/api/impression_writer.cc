#include "server/api/impression_writer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/base/check.h"
#include "server/base/log.h"
#include "server/base/random.h"

namespace patron::api {
namespace {

constexpr char kActor[] = "patrond";

// Answer ids go on from a random place: two runs of a server do not meet.
uint64_t RandomStart() {
  uint64_t start = 0;
  PATRON_CHECK(absl::SimpleHexAtoi(RandomHex(7), &start));
  return start;
}

}  // namespace

ImpressionWriter::ImpressionWriter(const recommend::ImpressionSigner& signer,
                                   commit::Engine& engine,
                                   const ImpressionWriterOptions& options)
    : signer_(signer),
      engine_(engine),
      options_(options),
      next_answer_(RandomStart()),
      writing_([this] { Run(); }) {}

ImpressionWriter::~ImpressionWriter() { Stop(); }

std::string ImpressionWriter::Show(const wire::RecommendRequest& request,
                                   const recommend::RankedAnswer& ranked) {
  recommend::ImpressionFacts facts;
  facts.answer_id = next_answer_++;
  facts.placement = request.placement;
  facts.customer_id = request.customer_id;
  facts.store_id = request.store_id;
  facts.shown_at = ranked.asked_at;
  facts.index_version = ranked.index_version;
  facts.ranking_version = ranked.ranking_version;
  facts.products = ranked.Products();
  if (!facts.products.empty()) Enqueue(recommend::ToCommand(facts));
  return signer_.Sign(facts);
}

void ImpressionWriter::Enqueue(wire::Impression showing) {
  const absl::MutexLock lock(&mutex_);
  if (queue_.size() >= options_.queue_showings) {
    ++dropped_;
  } else {
    queue_.push_back(std::move(showing));
  }
}

bool ImpressionWriter::Take(std::vector<wire::Impression>& batch) {
  const absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &ImpressionWriter::HasWork));
  mutex_.AwaitWithTimeout(absl::Condition(this, &ImpressionWriter::HasBatch),
                          options_.batch_wait);
  const size_t taken = std::min(queue_.size(), options_.batch_showings);
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(taken);
  batch.assign(std::make_move_iterator(queue_.begin()),
               std::make_move_iterator(end));
  queue_.erase(queue_.begin(), end);
  return taken > 0;
}

void ImpressionWriter::Run() {
  std::vector<wire::Impression> batch;
  while (Take(batch)) {
    wire::CommandBody body;
    body.record_impressions.impressions = std::move(batch);
    body.__isset.record_impressions = true;
    // Waits for the commit: a slow disk fills the queue here, not the log.
    const auto reply = engine_.Execute(std::move(body), {"", kActor});
    if (!reply.ok())
      LogWarning(
          absl::StrCat("showings not recorded: ", reply.status().ToString()));
  }
}

void ImpressionWriter::Stop() {
  {
    const absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (writing_.joinable()) writing_.join();
}

}  // namespace patron::api
