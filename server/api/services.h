// What handlers work with: State and the one way to change it, those who answer
// questions of each kind, and what the server does beside.
//
// Ownership: borrows all of it from the server, which closes every connection
// before it ends any. Threads: handlers of many connections use one of these at
// once; each part says which of its calls may be made from any thread, and only
// such calls are made here.
#pragma once

#include <filesystem>

#include "absl/time/time.h"
#include "server/api/checkpoints.h"
#include "server/api/impression_writer.h"
#include "server/api/index_keeper.h"
#include "server/api/metrics.h"
#include "server/api/next_offers.h"
#include "server/api/quote_token.h"
#include "server/api/ready_answer.h"
#include "server/base/clock.h"
#include "server/campaigns/desk.h"
#include "server/campaigns/runner.h"
#include "server/checkout/desk.h"
#include "server/commit/engine.h"
#include "server/commit/state.h"
#include "server/recommend/impression.h"
#include "server/recommend/recommender.h"
#include "server/segments/desk.h"
#include "server/segments/live.h"

namespace patron::api {

struct Services {
  commit::State& state;    // read by all,
  commit::Engine& engine;  // changed through this alone
  const recommend::Recommender& recommender;
  const checkout::Desk& desk;
  const NextOffers& next_offers;
  segments::Live& live;
  segments::Desk& segments;
  const campaigns::Desk& campaigns;
  campaigns::Runner& campaign_runner;
  const QuoteSigner& quote_signer;
  const recommend::ImpressionSigner& signer;
  ImpressionWriter& showings;
  IndexKeeper& index;
  Checkpoints& checkpoints;
  const ReadyAnswer& ready_answer;
  Metrics& metrics;
  const Clock& clock;

  const absl::Time started_at;
  const std::filesystem::path artefacts;  // directory of learned indexes
  absl::Duration start_up;  // set once, before the first connection
};

}  // namespace patron::api
