#include "tests/api/loyalty_shop.h"

#include "absl/strings/str_cat.h"
#include "server/base/check.h"
#include "tests/testing/commands.h"

namespace patron::api {
namespace {

constexpr char kShop[] = R"(
[shop]
currency = "EUR"

[[programmes]]
id = "club"
name = "Club"
points_name = "beans"
earn = { points = 1, per = "1.00" }
redeem = { points = 100, pays = "1.00" }
clerk_adjustment = 500
clerk_adjustment_day = 800
)";

constexpr char kOffers[] = R"(
[[offers]]
id = "coffee-10"
name = "10 % off coffee"
benefit = "percent"
percent = "10%"
scope = 'category has "coffee"'

[[offers]]
id = "flyer"
name = "20 % off tea with a flyer"
benefit = "percent"
percent = "20%"
scope = 'category has "tea"'
needs_code = true

[[offers]]
id = "cake"
name = "A euro off cake"
benefit = "amount"
amount = "1.00"
scope = 'category has "cake"'
limits = { uses = 7 }

[[offers]]
id = "sorry"
name = "3 euros, with our apologies"
benefit = "amount"
amount = "3.00"
occasion = "personal"

[[offers]]
id = "summer"
name = "Half price jam, one day"
benefit = "percent"
percent = "50%"
scope = 'category has "jam"'
starts = 2090-06-01

[[code_batches]]
id = "flyers"
offer = "flyer"
file = "flyers.txt"
count = 2
)";

void PutCustomer(Client& client, const std::string& id) {
  wire::Customer customer;
  customer.customer_id = id;
  client->putCustomer("", customer);
}

}  // namespace

wire::ApplyRequest ClubFiles() {
  wire::ApplyRequest request;
  request.files = {{"shop.toml", kShop}, {"offers.toml", kOffers}};
  return request;
}

void OpenClub(TestServer& server) {
  Client client(server);
  std::vector<wire::Product> products;
  for (const char* id : {"coffee", "tea", "cake", "jam"})
    products.push_back(testing::MakeProduct(id, {"food", id}));
  std::vector<wire::ItemOutcome> outcomes;
  client.admin().importProducts(outcomes, products);
  wire::ApplyReply reply;
  client.marketing().applyDefinitions(reply, "open", ClubFiles());
  PATRON_CHECK(reply.version == 1);
  PutCustomer(client, "anna");
  PutCustomer(client, "ben");
}

wire::QuoteRequest Basket(
    const std::string& customer,
    const std::vector<std::pair<std::string, int64_t>>& lines) {
  wire::QuoteRequest request;
  if (!customer.empty()) request.__set_customer_id(customer);
  request.store_id = "s1";
  request.channel = "store";
  request.currency = "EUR";
  for (const auto& [product, amount] : lines) {
    wire::BasketLine& line = request.lines.emplace_back();
    line.product_id = product;
    line.list_amount = amount;
  }
  return request;
}

wire::QuoteRequest WithCode(wire::QuoteRequest request,
                            const std::string& code) {
  request.codes.push_back(code);
  return request;
}

wire::QuoteRequest WithPoints(wire::QuoteRequest request, int64_t points) {
  wire::PointsToPay& pay = request.points.emplace_back();
  pay.programme_id = "club";
  pay.points = points;
  return request;
}

wire::Quote QuoteOf(Client& client, const wire::QuoteRequest& request) {
  wire::Quote quote;
  client.loyalty().quote(quote, request);
  return quote;
}

wire::CommitReply Sell(Client& client, const wire::QuoteRequest& request,
                       const std::string& receipt) {
  const std::string id = absl::StrCat("of ", receipt);
  wire::Reservation reservation;
  client.loyalty().reserve(reservation, "", id, request,
                           QuoteOf(client, request).quote_token, 300);
  wire::CommitReply reply;
  client.loyalty().commit(reply, "", id, receipt, 0, "");
  return reply;
}

int64_t AvailableTo(Client& client, const std::string& customer) {
  std::vector<wire::Balance> balances;
  client.loyalty().balances(balances, customer);
  return balances.at(0).available;
}

std::vector<std::string> ProblemsInTheBooks(Client& client) {
  wire::BooksReport report;
  client.marketing().checkBooks(report);
  return report.problems;
}

}  // namespace patron::api
