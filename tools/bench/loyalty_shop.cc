#include "tools/bench/loyalty_shop.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "server/base/clock.h"
#include "server/base/status_macros.h"
#include "tools/bench/fixture.h"
#include "tools/datagen/shop.h"

namespace patron::bench {
namespace {

// Aisles are categories; a basket takes from the first of them.
constexpr int kAisles = 100;
constexpr int kBrands = 40;
constexpr int kProductsAnAisle = 10;
constexpr int kMultiBuyAisle = 6;
constexpr int64_t kLeastPrice = 500, kMostPrice = 2500;
constexpr int kMostLinesWithoutCodes = 5;
constexpr int64_t kBonusesACall = 1000;
constexpr int64_t kBonusPoints = 50;
constexpr char kUniqueCode[] = "UNIQUE-0001";

constexpr char kClub[] = R"(
[shop]
currency = "EUR"

[[programmes]]
id = "club"
name = "Club"
points_name = "points"
earn = { points = 1, per = "1.00" }
redeem = { points = 100, pays = "1.00" }
expiry = { after = "12 months", at = "end of month" }

[[programmes.tiers]]
id = "bronze"
credit = "0.00"

[[programmes.tiers]]
id = "silver"
credit = "100000.00"
multiplier = "125%"

[[programmes.tiers]]
id = "gold"
credit = "500000.00"
multiplier = "150%"
)";

std::string Aisle(int number) { return absl::StrFormat("Aisle %02d", number); }
std::string Brand(int number) { return absl::StrFormat("Brand %02d", number); }
std::string ProductOf(int aisle, int number) {
  return absl::StrFormat("A%02d-%02d", aisle, number);
}

// Writes [[offers]] one after another.
class OfferWriter {
 public:
  void Add(const std::string& id, const std::string& name,
           const std::string& benefit, const std::string& rest) {
    absl::StrAppend(&text_, "[[offers]]\nid = \"", id, "\"\nname = \"", name,
                    "\"\n", benefit, "\n", rest, "\n\n");
  }
  void AddMany(int count, const std::string& id, const std::string& rest) {
    for (int i = 0; i < count; ++i)
      Add(absl::StrCat(id, "-", i), absl::StrCat("5 % off, ", id, " ", i),
          kPercent, rest);
  }
  void AddAisle(int aisle) {
    Add(absl::StrCat("aisle-", aisle),
        absl::StrCat(5 + aisle % 20, " % off ", Aisle(aisle)),
        absl::StrCat("benefit = \"percent\"\npercent = \"", 5 + aisle % 20,
                     "%\""),
        absl::StrCat("scope = 'category has \"", Aisle(aisle), "\"'"));
  }
  void AddBrand(int brand) {
    Add(absl::StrCat("brand-", brand),
        absl::StrCat("A discount on ", Brand(brand)), kPercent,
        absl::StrCat("scope = 'brand = \"", Brand(brand),
                     "\"'\ngroup = \"brand\""));
  }
  const std::string& text() const { return text_; }

 private:
  static constexpr char kPercent[] = "benefit = \"percent\"\npercent = \"5%\"";
  std::string text_;
};

// Those that may apply to a basket of ten lines: kApplicableOffers.
void WriteApplicable(OfferWriter& offers) {
  for (int aisle = 0; aisle < kMultiBuyAisle; ++aisle) offers.AddAisle(aisle);
  for (int brand = 0; brand < 4; ++brand) offers.AddBrand(brand);
  offers.Add(
      "three-for-two", "Three for the price of two",
      "benefit = \"buy_n_pay_m\"\nbuy = 3\npay = 2",
      absl::StrCat("scope = 'category has \"", Aisle(kMultiBuyAisle), "\"'"));
  offers.AddMany(1, "member",
                 "eligible = 'member[\"club\"]'\ngroup = \"member\"");
  offers.AddMany(1, "bronze",
                 "eligible = 'tier[\"club\"] in (\"bronze\", \"silver\", "
                 "\"gold\")'\ngroup = \"member\"");
  offers.AddMany(1, "spring", "codes = [\"SPRING\"]\ngroup = \"code\"");
  offers.AddMany(1, "flyer", "needs_code = true\ngroup = \"code\"");
  offers.AddMany(1, "budget",
                 "limits = { uses = 1000000000, budget = \"900000000.00\", "
                 "period = \"month\" }");
  offers.Add("five-off", "5 euros off",
             "benefit = \"amount\"\namount = \"5.00\"",
             "min_spend = \"20.00\"");
  offers.Add("double", "Double points",
             "benefit = \"points_multiplier\"\nmultiplier = \"200%\"\n"
             "programme = \"club\"",
             absl::StrCat("scope = 'brand = \"", Brand(4), "\"'"));
  offers.Add("ten-points", "Ten points more",
             "benefit = \"bonus_points\"\npoints = 10\nprogramme = \"club\"",
             absl::StrCat("scope = 'category has \"", Aisle(1), "\"'"));
  offers.Add("delivery", "Free delivery", "benefit = \"free_delivery\"",
             "min_spend = \"20.00\"");
}

void WriteOthers(OfferWriter& offers) {
  for (int aisle = kLinesOfQuote; aisle < kAisles; ++aisle)
    offers.AddAisle(aisle);
  for (int brand = kLinesOfQuote; brand < kBrands; ++brand)
    offers.AddBrand(brand);
  offers.AddMany(5, "sweet-tooth",
                 "eligible = 'sum(lines.amount where lines.category has "
                 "\"Sweets\", last 90 days) >= 1000000'");
  offers.AddMany(5, "faithful", "eligible = 'purchases >= 100000'");
  offers.AddMany(5, "thrifty",
                 "eligible = 'average_ticket[\"EUR\"] < 10 and "
                 "days_since_last_purchase > 3000'");
  offers.AddMany(10, "gold", "eligible = 'tier[\"club\"] = \"gold\"'");
  offers.AddMany(10, "letter", "needs_code = true");
  offers.AddMany(5, "come-back", "occasion = \"win_back\"\ndays = 3650");
  offers.AddMany(5, "large-basket", "min_spend = \"100000.00\"");
  offers.AddMany(5, "app", "channels = [\"app\"]");
  offers.AddMany(5, "opening", "stores = [\"S9999\"]");
  offers.AddMany(5, "sorry", "occasion = \"personal\"");
}

wire::Product MakeProduct(int aisle, int number) {
  wire::Product product;
  product.product_id = ProductOf(aisle, number);
  product.name = absl::StrCat("Product ", number, " of aisle ", aisle);
  product.category_path = {"Store", Aisle(aisle)};
  product.__set_brand(Brand(aisle % kBrands));
  product.__set_price(kLeastPrice);
  product.__set_currency("EUR");
  return product;
}

}  // namespace

Files ProgrammeFiles() { return {{"programme.toml", kClub}}; }

Files OfferFiles() {
  OfferWriter offers;
  WriteApplicable(offers);
  WriteOthers(offers);
  Files files = ProgrammeFiles();
  files["offers.toml"] = offers.text();
  files["codes.toml"] =
      "[[code_batches]]\nid = \"flyers\"\noffer = \"flyer-0\"\n"
      "file = \"flyers.txt\"\ncount = 1\n";
  return files;
}

absl::Status ApplyFiles(const Files& files, client::Connection& server) {
  return server.Marketing([&](wire::MarketingClient& marketing) {
    wire::ApplyRequest request;
    request.files = files;
    request.overwrite = true;
    wire::ApplyReply reply;
    marketing.applyDefinitions(reply, "", request);
  });
}

absl::Status PutProducts(client::Connection& server) {
  std::vector<wire::Product> products;
  for (int aisle = 0; aisle < kAisles; ++aisle)
    for (int number = 0; number < kProductsAnAisle; ++number)
      products.push_back(MakeProduct(aisle, number));
  std::vector<wire::ItemOutcome> outcomes;
  PATRON_RETURN_IF_ERROR(server.Admin([&](wire::AdminClient& admin) {
    admin.importProducts(outcomes, products);
  }));
  for (const wire::ItemOutcome& outcome : outcomes)
    if (outcome.__isset.error) return client::ToStatus(outcome.error);
  return absl::OkStatus();
}

absl::Status PutCodes(client::Connection& server) {
  return server.Marketing([](wire::MarketingClient& marketing) {
    marketing.putCodes("", "flyers", {kUniqueCode});
  });
}

absl::Status GiveBonus(int64_t first, int64_t end, const std::string& bonus_id,
                       client::Connection& server) {
  std::vector<wire::Bonus> bonuses;
  for (int64_t at = first; at < end; at += kBonusesACall) {
    bonuses.resize(static_cast<size_t>(std::min(kBonusesACall, end - at)));
    for (size_t i = 0; i < bonuses.size(); ++i) {
      bonuses[i].customer_id = datagen::CustomerId(
          static_cast<uint32_t>(at + static_cast<int64_t>(i)));
      bonuses[i].points = kBonusPoints;
    }
    PATRON_RETURN_IF_ERROR(
        server.Marketing([&](wire::MarketingClient& marketing) {
          marketing.giveBonus(absl::StrCat(bonus_id, "-", at), kProgramme,
                              "nightly bonus", bonuses);
        }));
  }
  return absl::OkStatus();
}

absl::Status OpenLoyaltyShop(int64_t customers, int port) {
  client::Connection server(To(port));
  PATRON_RETURN_IF_ERROR(PutProducts(server));
  PATRON_RETURN_IF_ERROR(ApplyFiles(OfferFiles(), server));
  PATRON_RETURN_IF_ERROR(PutCodes(server));
  return GiveBonus(0, customers, "opening", server);
}

BasketMaker::BasketMaker(const ShopSize& shop, int lines, uint64_t seed)
    : shop_(shop), random_(seed) {
  request_.store_id = datagen::StoreId(0);
  request_.channel = "store";
  request_.currency = "EUR";
  request_.delivery = 490;
  request_.lines.resize(static_cast<size_t>(lines));
  if (lines > kMostLinesWithoutCodes) request_.codes = {"SPRING", kUniqueCode};
  purchase_.store_id = request_.store_id;
  purchase_.channel = request_.channel;
  purchase_.currency = request_.currency;
  purchase_.lines.resize(request_.lines.size());
}

const wire::QuoteRequest& BasketMaker::Next() {
  request_.__set_customer_id(
      datagen::CustomerId(static_cast<uint32_t>(random_() % shop_.customers)));
  for (int aisle = 0; aisle < static_cast<int>(request_.lines.size());
       ++aisle) {
    wire::BasketLine& line = request_.lines[static_cast<size_t>(aisle)];
    line.product_id =
        ProductOf(aisle, static_cast<int>(random_() % kProductsAnAisle));
    line.quantity_milli = aisle == kMultiBuyAisle ? 3000 : 1000;
    line.list_amount =
        kLeastPrice +
        static_cast<int64_t>(random_() % (kMostPrice - kLeastPrice));
    line.tax = line.list_amount / 6;
  }
  return request_;
}

const wire::Purchase& BasketMaker::NextPurchase(const std::string& receipt_id) {
  const wire::QuoteRequest& basket = Next();
  purchase_.receipt_id = receipt_id;
  purchase_.__set_customer_id(basket.customer_id);
  purchase_.happened_at_us = absl::ToUnixMicros(RealClock().Now());
  for (size_t at = 0; at < basket.lines.size(); ++at) {
    wire::PurchaseLine& line = purchase_.lines[at];
    line.product_id = basket.lines[at].product_id;
    line.quantity_milli = basket.lines[at].quantity_milli;
    line.amount = basket.lines[at].list_amount;
    line.__set_list_amount(line.amount);
    line.tax = basket.lines[at].tax;
  }
  return purchase_;
}

}  // namespace patron::bench
