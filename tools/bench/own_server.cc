#include "tools/bench/own_server.h"

#include "server/base/status_macros.h"
#include "tools/bench/shop_data.h"

namespace patron::bench {

absl::StatusOr<std::unique_ptr<OwnServer>> OwnServer::Start(
    const BenchOptions& options, const std::filesystem::path& work) {
  PATRON_ASSIGN_OR_RETURN(const ShopData shop, PrepareShop(options, work));
  std::unique_ptr<OwnServer> own(new OwnServer(work));
  const std::filesystem::path data = own->scratch_.path() / "data";
  PATRON_RETURN_IF_ERROR(CopyData(shop.data, data));
  own->artefacts_ = data / "artefacts";
  api::ServerOptions server;
  server.data = data.string();
  server.listen.port = 0;
  server.http.port = 0;
  PATRON_ASSIGN_OR_RETURN(own->server_,
                          api::Server::Start(server, own->clock_));
  return own;
}

OwnServer::~OwnServer() {
  if (server_ != nullptr) server_->Stop();
}

}  // namespace patron::bench
