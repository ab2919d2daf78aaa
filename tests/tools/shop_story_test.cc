// The command line from a shop's files to a partial return, against a whole
// server in this process.
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "server/api/server.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"
#include "tests/tools/fake_server.h"

namespace patron::cli {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

constexpr char kShop[] = R"(
[shop]
currency = "EUR"

[[programmes]]
id = "club"
name = "Club"
points_name = "beans"
earn = { points = 1, per = "1.00" }
redeem = { points = 100, pays = "1.00" }

[[offers]]
id = "coffee10"
name = "10 % off coffee for members"
benefit = "percent"
percent = "10%"
scope = 'category has "coffee"'
eligible = 'member["club"]'

[[offers]]
id = "spring"
name = "1.50 off cakes"
benefit = "amount"
amount = "1.50"
scope = 'category has "cakes"'
needs_code = true

[[code_batches]]
id = "flyer"
offer = "spring"
file = "flyer.txt"
)";

class ShopStoryTest : public ::testing::Test {
 protected:
  ShopStoryTest() {
    api::ServerOptions options;
    options.data = dir_.File("data");
    options.listen.port = 0;
    options.http.port = 0;
    server_ = *api::Server::Start(options, clock_);
    Write("shop/shop.toml", kShop);
    Write("shop/flyer.txt", "FLY-1\nFLY-2\n");
    Write(
        "products.csv",
        "product_id,name,category_path,price,currency\n"
        "coffee,Coffee,food>coffee,1000,EUR\ncake,Cake,food>cakes,1000,EUR\n");
    Write("customers.csv", "customer_id,name\nanna,Anna\nben,Ben\n");
    Write("bonus.csv", "customer_id,points\nanna,500\n");
    Ok({"import", "products", dir_.File("products.csv")});
    Ok({"import", "customers", dir_.File("customers.csv")});
  }

  void Write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(
        std::filesystem::path(dir_.File(name)).parent_path());
    std::ofstream(dir_.File(name)) << text;
  }
  Told Run(std::vector<std::string> words) {
    return Patron("127.0.0.1:" + std::to_string(server_->port()),
                  std::move(words));
  }
  std::string Ok(std::vector<std::string> words) {
    const Told told = Run(words);
    EXPECT_EQ(told.code, kExitOk) << words[0] << ": " << told.err;
    return told.out;
  }
  Json Answer(std::vector<std::string> words) {
    words.push_back("--json");
    return Json::parse(Ok(std::move(words)), nullptr, false);
  }
  // Coffee and cake with a code and points.
  static std::vector<std::string> Basket(std::vector<std::string> words) {
    for (const char* word :
         {"--customer", "anna", "--store", "s1", "--currency", "EUR", "--line",
          "coffee:2:2000", "--line", "cake:1:1000", "--code", "FLY-1",
          "--points", "club:100"})
      words.push_back(word);
    return words;
  }
  void Open() {
    Ok({"apply", dir_.File("shop")});
    Ok({"points", "bonus", "club", dir_.File("bonus.csv"), "--bonus-id", "b",
        "--reason", "hello"});
  }

  const testing::TempDir dir_;
  const RealClock clock_;
  std::unique_ptr<api::Server> server_;
};

TEST_F(ShopStoryTest, AShopIsAppliedSoldTakenBackAndExported) {
  EXPECT_THAT(Ok({"apply", dir_.File("shop"), "--dry-run"}),
              HasSubstr("nothing was applied; the server has version 0"));
  EXPECT_EQ(Run({"points", "bonus", "club", dir_.File("bonus.csv"),
                 "--bonus-id", "early", "--reason", "early"})
                .code,
            kExitFailed);
  const std::string applied = Ok({"apply", dir_.File("shop")});
  EXPECT_THAT(applied, HasSubstr("spring"));
  EXPECT_THAT(applied, HasSubstr("batch flyer: 2 codes, 2 of them new"));
  EXPECT_THAT(applied, HasSubstr("the server has version 1\n"));
  Open();

  const Json quote = Answer(Basket({"quote"}));
  EXPECT_EQ(quote["discount_total"], 350) << quote;
  EXPECT_EQ(quote["points_total"], 100);
  EXPECT_EQ(quote["total"], 2550);
  const Json reserved =
      Answer(Basket({"reserve", "--reservation", "b1", "--quote-token",
                     quote["quote_token"].get<std::string>()}));
  EXPECT_EQ(reserved["quote"]["total"], 2550) << reserved;
  EXPECT_THAT(Ok({"points", "balance", "anna"}), HasSubstr("held"));
  EXPECT_THAT(Ok({"commit", "--reservation", "b1", "--receipt", "r1"}),
              HasSubstr("receipt r1 recorded, reservation b1 is spent"));

  const Json back =
      Answer({"purchase", "return", "--receipt", "r1", "--return-id", "x1",
              "--line", "1:1", "--store", "s1"});
  const int64_t points = back["programmes"][0]["refunded"];
  EXPECT_EQ(back["refund"].get<int64_t>() + points, 850) << back;
  EXPECT_EQ(back["offers"][0]["offer_id"], "spring");
  EXPECT_THAT(Ok({"points", "explain", "r1"}), HasSubstr("25"));
  Ok({"points", "check"});

  const std::string out = dir_.File("exported");
  Ok({"export", "definitions", "--out", out});
  EXPECT_THAT(Ok({"apply", out}), HasSubstr("no differences\n"));
  EXPECT_THAT(Ok({"definitions", "history"}), HasSubstr("applied from files"));
}

TEST_F(ShopStoryTest, ACodeThatIsReservedIsRefusedWithItsReason) {
  Open();
  Ok(Basket({"reserve", "--reservation", "b1"}));
  EXPECT_THAT(Ok({"quote", "--customer", "ben", "--store", "s1", "--currency",
                  "EUR", "--line", "cake:1:1000", "--code", "FLY-1"}),
              HasSubstr("reserved"));
  EXPECT_EQ(Ok({"release", "--reservation", "b1"}),
            "reservation b1 is released\n");
  const Json quote =
      Answer({"quote", "--customer", "ben", "--store", "s1", "--currency",
              "EUR", "--line", "cake:1:1000", "--code", "FLY-1"});
  EXPECT_EQ(quote["total"], 850) << quote;
}

TEST_F(ShopStoryTest, ChangesMadeOtherwiseAreNotOverwrittenUnasked) {
  Open();
  Ok({"offers", "pause", "coffee10"});
  EXPECT_THAT(Ok({"offers", "list"}), HasSubstr("paused"));
  Write("shop/shop.toml", std::string(kShop) +
                              "# changed\n[[offers]]\n"
                              "id = \"ten\"\nname = \"ten\"\n"
                              "benefit = \"percent\"\n"
                              "percent = \"10%\"\n");
  const Told refused = Run({"apply", dir_.File("shop")});
  EXPECT_EQ(refused.code, kExitFailed);
  EXPECT_THAT(refused.err, HasSubstr("export"));
  Ok({"apply", dir_.File("shop"), "--overwrite"});
  EXPECT_EQ(Run({"offers", "list"}).out.find("paused"), std::string::npos);
}

TEST_F(ShopStoryTest, ADrawIsRepeatedWithoutTheServer) {
  Open();
  const Json drawn =
      Answer({"draw", "june", "--seed", "lotto", "--winners", "2"});
  Write("entrants.txt", "ben\nanna\n");
  const Json again = Answer({"draw", "repeat", "--seed", "lotto", "--winners",
                             "2", "--entrants", dir_.File("entrants.txt")});
  EXPECT_EQ(drawn["winners"].size(), 2u);
  EXPECT_EQ(drawn["winners"], again["winners"]);
  EXPECT_EQ(drawn["entrants_digest"], again["entrants_digest"]);
}

TEST_F(ShopStoryTest, AClerkSeesLinksMergesAndClaims) {
  Open();
  Ok({"customer", "link", "anna", "card:1"});
  EXPECT_THAT(Ok({"customer", "loyalty", "anna"}), HasSubstr("card:1"));
  Ok({"purchase", "record", "--receipt", "r9", "--store", "s1", "--currency",
      "EUR", "--line", "cake:1:1000"});
  EXPECT_THAT(Ok({"receipt", "claim", "r9", "ben"}), HasSubstr("+10 points"));
  Ok({"points", "adjust", "ben", "club", "-4", "--reason", "one too many"});
  Ok({"customer", "merge", "anna", "ben"});
  const Json balance = Answer({"points", "balance", "ben"});
  EXPECT_EQ(balance["available"], 506) << balance;
  EXPECT_THAT(Ok({"points", "history", "anna"}), HasSubstr("one too many"));
  EXPECT_THAT(Ok({"customer", "context", "anna"}), HasSubstr("506 beans"));
  EXPECT_THAT(Ok({"points", "liability"}), HasSubstr("506"));
}

}  // namespace
}  // namespace patron::cli
