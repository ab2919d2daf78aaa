#include "server/api/server.h"

#include <thrift/TOutput.h>

#include <atomic>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/api/checkpoints.h"
#include "server/api/data_directory.h"
#include "server/api/housekeeper.h"
#include "server/api/http.h"
#include "server/api/impression_writer.h"
#include "server/api/index_keeper.h"
#include "server/api/learned.h"
#include "server/api/metrics.h"
#include "server/api/quote_token.h"
#include "server/api/ready_answer.h"
#include "server/api/services.h"
#include "server/api/tokens.h"
#include "server/base/log.h"
#include "server/base/status_macros.h"
#include "server/base/validate.h"
#include "server/campaigns/desk.h"
#include "server/campaigns/runner.h"
#include "server/checkout/desk.h"
#include "server/recommend/impression.h"
#include "server/segments/desk.h"
#include "server/segments/live.h"

namespace patron::api {
namespace {

constexpr uint32_t kKeyId = 1;

void RouteThriftOutput() {
  apache::thrift::GlobalOutput.setOutputFunction([](const char* message) {
    LogWarning(absl::StrCat("thrift: ", message));
  });
}

// Without tokens whoever reaches the port may do everything.
absl::Status CheckOpenAddress(const Address& resolved, bool has_tokens) {
  if (has_tokens) return absl::OkStatus();
  if (!IsLoopback(resolved))
    return absl::FailedPreconditionError(absl::StrCat(
        "listen: ", resolved.ToString(),
        " can be reached from other machines and there is no file of tokens: "
        "give one with --tokens, or listen at 127.0.0.1"));
  LogWarning(
      "no tokens: serving the loopback only, where everybody may do "
      "everything");
  return absl::OkStatus();
}

}  // namespace

absl::Status Validate(const ServerOptions& options) {
  if (options.data.empty())
    return absl::InvalidArgumentError("data: a directory is wanted");
  PATRON_RETURN_IF_ERROR(
      CheckRange("max_connections", options.max_connections, 1, 100'000));
  PATRON_RETURN_IF_ERROR(
      CheckRange("max_calls", options.limits.max_calls, 1, 100'000));
  PATRON_RETURN_IF_ERROR(CheckRange(
      "max_frame_bytes", static_cast<int64_t>(options.limits.max_frame_bytes),
      64 << 10, 512 << 20));
  PATRON_RETURN_IF_ERROR(CheckRange("idle_timeout in seconds",
                                    absl::ToInt64Seconds(options.idle_timeout),
                                    1, 30 * 86'400));
  PATRON_RETURN_IF_ERROR(CheckRange(
      "reply_retention in seconds",
      absl::ToInt64Seconds(options.reply_retention), 60, 366 * 86'400));
  return CheckRange("block_cache_bytes",
                    static_cast<int64_t>(options.store.block_cache_bytes),
                    1 << 20, int64_t{1} << 40);
}

// In the order of construction; destruction runs it backwards.
struct Server::Parts {
  Parts(const ServerOptions& given, const Clock& given_clock)
      : options(given), clock(given_clock), started_at(given_clock.Now()) {}

  absl::Status OpenState();
  absl::Status OpenDecisions();
  absl::Status OpenServices();
  absl::Status OpenPorts();
  absl::Status OpenHttp();
  Gauges ReadGauges() const;
  void Stop();

  const ServerOptions options;
  const Clock& clock;
  const absl::Time started_at;
  Metrics metrics;
  std::atomic<bool> ready{false};

  std::optional<TokenTable> tokens;
  std::optional<Address> address;
  std::optional<DataDirectory> data;
  std::unique_ptr<commit::State> state;
  std::unique_ptr<commit::Engine> engine;
  std::unique_ptr<recommend::ImpressionSigner> signer;
  std::optional<IndexKeeper> index;
  std::optional<Checkpoints> checkpoints;
  std::optional<recommend::Recommender> recommender;
  std::optional<checkout::Desk> desk;
  std::optional<NextOffers> next_offers;
  std::optional<segments::Live> live;
  std::optional<segments::Desk> segments;
  std::optional<Learned> learned;
  std::optional<campaigns::Runner> campaign_runner;
  std::optional<campaigns::Desk> campaigns;
  std::optional<QuoteSigner> quote_signer;
  std::optional<ImpressionWriter> showings;
  ReadyAnswer ready_answer;
  std::optional<Services> services;
  std::optional<ConnectionContext> connections;
  std::unique_ptr<HttpServer> http;
  std::optional<Housekeeper> housekeeper;
  std::unique_ptr<Listener> listener;
};

absl::Status Server::Parts::OpenHttp() {
  PATRON_ASSIGN_OR_RETURN(const Address http_address, Resolve(options.http));
  HttpPages pages;
  pages.ready = [this] { return ready.load(); };
  pages.metrics = [this] { return metrics.Text(ReadGauges()); };
  PATRON_ASSIGN_OR_RETURN(http,
                          HttpServer::Start(http_address, std::move(pages)));
  return absl::OkStatus();
}

absl::Status Server::Parts::OpenState() {
  PATRON_ASSIGN_OR_RETURN(data, DataDirectory::Open(options.data));
  PATRON_ASSIGN_OR_RETURN(
      state, commit::State::Open(data->store().string(), options.store));
  commit::EngineOptions engine_options;
  engine_options.time_zone = options.time_zone;
  PATRON_ASSIGN_OR_RETURN(
      engine, commit::Engine::Open(*state, clock, engine_options, &metrics));
  return absl::OkStatus();
}

absl::Status Server::Parts::OpenDecisions() {
  PATRON_ASSIGN_OR_RETURN(const std::string key, ReadOrMakeKey(*data));
  PATRON_ASSIGN_OR_RETURN(signer,
                          recommend::ImpressionSigner::Create(kKeyId, key));
  quote_signer.emplace(key);
  index.emplace(data->artefacts(), state->store->uuid());
  index->OpenCurrent();
  recommend::RecommendOptions recommend_options;
  recommend_options.zone = options.time_zone;
  recommender.emplace(state->ordinals, state->catalog, state->facts,
                      index->holder(), clock, recommend_options);
  desk.emplace(state->Parts(), clock, options.time_zone);
  next_offers.emplace(*state, *desk, clock, data->artefacts());
  live.emplace(
      segments::LiveParts{state->columns, *state->store, state->ordinals,
                          state->catalog, state->holdings},
      clock, options.time_zone);
  segments.emplace(segments::DeskParts{*live, state->ordinals, state->holdings,
                                       state->lists},
                   clock);
  segments->Segments();
  live->Warm();  // the first question does not wait
  learned.emplace(*index, data->artefacts());
  const campaigns::Parts campaign_parts{
      state->Parts(), state->runs, state->diary, *live,
      *segments,      *learned,    clock,        options.time_zone};
  campaign_runner.emplace(campaign_parts, *engine);
  campaigns.emplace(campaign_parts, *campaign_runner);
  return absl::OkStatus();
}

absl::Status Server::Parts::OpenServices() {
  checkpoints.emplace(data->checkpoints(), *state->store);
  showings.emplace(*signer, *engine, options.showings);
  services.emplace(Services{*state,
                            *engine,
                            *recommender,
                            *desk,
                            *next_offers,
                            *live,
                            *segments,
                            *campaigns,
                            *campaign_runner,
                            *quote_signer,
                            *signer,
                            *showings,
                            *index,
                            *checkpoints,
                            ready_answer,
                            metrics,
                            clock,
                            started_at,
                            data->artefacts(),
                            absl::ZeroDuration()});
  connections.emplace(*services, tokens.has_value() ? &*tokens : nullptr,
                      options.limits);
  housekeeper.emplace(*state, *engine, *segments, *live, clock,
                      options.reply_retention);
  return absl::OkStatus();
}

absl::Status Server::Parts::OpenPorts() {
  services->start_up = clock.Now() - started_at;
  metrics.OnStartUp(services->start_up);
  ListenerOptions listening;
  listening.address = *address;
  listening.max_connections = options.max_connections;
  listening.idle_timeout = options.idle_timeout;
  listening.drain_timeout = options.drain_timeout;
  PATRON_ASSIGN_OR_RETURN(
      listener,
      Listener::Start(
          listening, [this](FrameSocket& socket, const ConnectionTerms& terms) {
            ServeCalls(*connections, socket, terms);
          }));
  ready = true;
  return absl::OkStatus();
}

// Called while `ready`: everything stands.
Gauges Server::Parts::ReadGauges() const {
  Gauges gauges;
  gauges.connections = listener->connections();
  gauges.calls_in_flight = connections->calls_in_flight;
  gauges.store_bytes = state->store->SizeBytes();
  gauges.customers = state->ordinals.customers.size();
  gauges.products = state->ordinals.products.size();
  gauges.showings_dropped = showings->dropped();
  gauges.open_reservations = state->holdings.open_reservations();
  gauges.definitions_version = state->holdings.definitions()->version.version;
  if (const auto artefact = index->holder().Get()) {
    gauges.index_version = artefact->manifest().version;
    gauges.index_age = clock.Now() - artefact->manifest().created_at;
    gauges.index_recall = artefact->manifest().ann.recall;
  }
  return gauges;
}

void Server::Parts::Stop() {
  ready = false;
  if (listener != nullptr) listener->Drain();
  http.reset();
  listener.reset();
  housekeeper.reset();
  if (campaign_runner.has_value()) campaign_runner->Stop();
  if (showings.has_value()) showings->Stop();
  if (engine != nullptr) engine->Stop();
}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(
    const ServerOptions& options, const Clock& clock) {
  PATRON_RETURN_IF_ERROR(Validate(options));
  RouteThriftOutput();
  auto parts = std::make_unique<Parts>(options, clock);
  if (!options.tokens.empty()) {
    PATRON_ASSIGN_OR_RETURN(parts->tokens, TokenTable::Load(options.tokens));
  }
  PATRON_ASSIGN_OR_RETURN(parts->address, Resolve(options.listen));
  PATRON_RETURN_IF_ERROR(
      CheckOpenAddress(*parts->address, parts->tokens.has_value()));
  PATRON_RETURN_IF_ERROR(parts->OpenHttp());
  PATRON_RETURN_IF_ERROR(parts->OpenState());
  PATRON_RETURN_IF_ERROR(parts->OpenDecisions());
  PATRON_RETURN_IF_ERROR(parts->OpenServices());
  PATRON_RETURN_IF_ERROR(parts->OpenPorts());
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() { Stop(); }

int Server::port() const { return parts_->listener->port(); }
int Server::http_port() const { return parts_->http->port(); }
absl::Duration Server::start_up() const { return parts_->services->start_up; }

std::string Server::Summary() const {
  const auto artefact = parts_->index->holder().Get();
  return absl::StrCat(
      parts_->state->ordinals.customers.size(), " customers, ",
      parts_->state->ordinals.products.size(), " products, index ",
      artefact == nullptr ? "none" : artefact->manifest().version);
}

void Server::Stop() { parts_->Stop(); }

commit::State& Server::state() { return *parts_->state; }
commit::Engine& Server::engine() { return *parts_->engine; }
const recommend::Recommender& Server::recommender() const {
  return *parts_->recommender;
}

}  // namespace patron::api
