#include "tools/bench/account_data.h"

#include <algorithm>
#include <fstream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "tools/datagen/shop.h"

namespace patron::bench {
namespace {

constexpr int64_t kCustomersACall = 10'000;
// Stands beside what is whole.
constexpr char kDone[] = "DONE";

absl::Status PutCustomers(int64_t first, int64_t end,
                          client::Connection& server) {
  std::vector<wire::Customer> customers;
  for (int64_t at = first; at < end; ++at)
    customers.emplace_back().customer_id =
        datagen::CustomerId(static_cast<uint32_t>(at));
  std::vector<wire::ItemOutcome> outcomes;
  PATRON_RETURN_IF_ERROR(server.Admin([&](wire::AdminClient& admin) {
    admin.importCustomers(outcomes, customers);
  }));
  for (const wire::ItemOutcome& outcome : outcomes)
    if (outcome.__isset.error) return client::ToStatus(outcome.error);
  return absl::OkStatus();
}

}  // namespace

ShopSize ShopOfAccounts(const BenchOptions& options) {
  ShopSize shop;
  shop.customers = options.accounts;
  shop.products = kProductsOfAccounts;
  return shop;
}

absl::Status FillAccounts(const BenchOptions& options, const Files& files,
                          int port) {
  Tell(absl::StrCat("making ", options.accounts, " customers"));
  client::Connection server(To(port));
  for (int64_t at = 0; at < options.accounts; at += kCustomersACall)
    PATRON_RETURN_IF_ERROR(PutCustomers(
        at, std::min(options.accounts, at + kCustomersACall), server));
  return ApplyFiles(files, server);
}

absl::StatusOr<std::filesystem::path> PrepareAccounts(
    const BenchOptions& options, const Files& files,
    const std::filesystem::path& work) {
  const std::filesystem::path directory =
      work / absl::StrCat("accounts-", options.accounts);
  const std::filesystem::path data = directory / "data";
  if (std::filesystem::exists(directory / kDone)) return data;
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  PATRON_ASSIGN_OR_RETURN(const auto server,
                          ServerProcess::Start(options, data, directory));
  PATRON_RETURN_IF_ERROR(FillAccounts(options, files, server->port()));
  client::Connection connection(To(server->port()));
  PATRON_RETURN_IF_ERROR(GiveBonus(0, options.accounts, "opening", connection));
  PATRON_RETURN_IF_ERROR(server->Stop());
  std::ofstream(directory / kDone) << "\n";
  return data;
}

}  // namespace patron::bench
