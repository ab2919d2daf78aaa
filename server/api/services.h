// What handlers work with: borrowed, all of it outlives every connection.
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
  commit::State& state;
  commit::Engine& engine;
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
  const std::filesystem::path artefacts;
  absl::Duration start_up;  // set once, before the first connection
};

}  // namespace patron::api
