// The program against a server of the stock Thrift library: what goes over the
// wire, without Patron's own server.
#include "server/api/client/client.h"

#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"
#include "tests/tools/fake_server.h"
#include "tools/patron/program.h"

namespace patron::cli {
namespace {

using ::patron::testing::StatusIs;
using ::testing::HasSubstr;

wire::PatronError Error(wire::ErrorCode::type code,
                        const std::string& message) {
  wire::PatronError error;
  error.code = code;
  error.message = message;
  return error;
}

// Keeps products; refuses the id "bad".
class Shop final : public wire::AdminNull {
 public:
  void authenticate(const std::string& token) override {
    if (token != "secret")
      throw Error(wire::ErrorCode::UNAUTHENTICATED, "token: is not known");
    ++authenticated;
  }
  void importProducts(std::vector<wire::ItemOutcome>& outcomes,
                      const std::vector<wire::Product>& added) override {
    for (const wire::Product& product : added) {
      wire::ItemOutcome outcome;
      if (product.product_id == "bad") {
        outcome.__set_error(
            Error(wire::ErrorCode::INVALID_ARGUMENT, "product_id: is bad"));
      } else {
        products.push_back(product);
      }
      outcomes.push_back(outcome);
    }
  }
  // One product a page.
  void exportProducts(wire::ProductsPage& page, const int32_t,
                      const std::string& cursor) override {
    const size_t at = cursor.empty() ? 0 : std::stoul(cursor);
    if (at < products.size()) page.products = {products[at]};
    if (at + 1 < products.size()) page.next_cursor = std::to_string(at + 1);
  }
  // An answer of a megabyte.
  void stats(wire::Stats& stats) override {
    stats.server_version = std::string(1 << 20, 'x');
  }
  void listIndexes(std::vector<wire::IndexVersion>&) override {
    throw Error(wire::ErrorCode::PERMISSION_DENIED, "role admin is needed");
  }

  std::vector<wire::Product> products;
  int authenticated = 0;
};

class ClientTest : public ::testing::Test {
 protected:
  ConnectionOptions Options(const std::string& token = "") const {
    ConnectionOptions options;
    options.address = *ParseAddress(server_.address());
    options.token = token;
    return options;
  }

  int Patron(std::vector<std::string> words, const std::string& token = "") {
    std::istringstream in;
    out_.str("");
    err_.str("");
    return RunProgram(
        words, {server_.address(), token, in, out_, err_, false, RealClock()});
  }

  std::shared_ptr<Shop> shop_ = std::make_shared<Shop>();
  FakeServer server_{std::make_shared<wire::AdminProcessor>(shop_)};
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(ClientTest, TheTokenIsGivenOnceAtTheStart) {
  {
    Connection connection(Options("secret"));
    for (int i = 0; i < 3; ++i)
      ASSERT_OK(connection.Admin([](wire::AdminClient& admin) {
        std::vector<wire::ItemOutcome> outcomes;
        admin.importProducts(outcomes, {});
      }));
  }
  EXPECT_EQ(shop_->authenticated, 1);
  EXPECT_THAT(
      Connection(Options("wrong")).Connect(),
      StatusIs(absl::StatusCode::kUnauthenticated, "token: is not known"));
}

TEST_F(ClientTest, TheServersErrorIsToldAsItIs) {
  EXPECT_EQ(Patron({"index", "list"}), kExitFailed);
  EXPECT_EQ(err_.str(), "patron: role admin is needed\n");
}

TEST_F(ClientTest, OneConnectionCarriesMoreThanThriftsDefaultMessageLimit) {
  Connection connection(Options());
  for (int i = 0; i < 150; ++i)
    ASSERT_OK(connection.Admin([](wire::AdminClient& admin) {
      wire::Stats stats;
      admin.stats(stats);
      EXPECT_EQ(stats.server_version.size(), size_t{1} << 20);
    })) << i;
}

TEST_F(ClientTest, ImportTellsRefusedRowsAndExportGivesTheRestBack) {
  const testing::TempDir dir;
  const std::string file = dir.File("products.csv");
  std::ofstream(file) << "product_id,name,attr.colour,price,currency,age\n"
                         "p1,\"Milk, fresh\",white,199,EUR,1\n"
                         "bad,Bread,,,,\n"
                         "p3,Butter,yellow,x,EUR,\n"
                         "p4,Jam,,,,\n";
  EXPECT_EQ(Patron({"import", "products", file, "--json"}), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("ignored: age\n"));
  EXPECT_THAT(err_.str(), HasSubstr(file + ":3: product_id: is bad\n"));
  EXPECT_THAT(err_.str(),
              HasSubstr(file + ":4: price: \"x\" is not a number\n"));
  EXPECT_THAT(out_.str(), HasSubstr("\"rows\":4,\"imported\":2,"
                                    "\"already_known\":0,\"refused\":2,"));

  EXPECT_EQ(Patron({"export", "products", "--format", "csv"}), kExitOk);
  EXPECT_THAT(out_.str(), HasSubstr("p1,\"Milk, fresh\",,,,,199,EUR,"));
  const std::string copy = dir.File("copy.jsonl");
  EXPECT_EQ(Patron({"export", "products", "--out", copy}), kExitOk);
  const std::vector<wire::Product> before = std::move(shop_->products);
  shop_->products.clear();
  EXPECT_EQ(Patron({"import", "products", copy}), kExitOk) << err_.str();
  EXPECT_EQ(shop_->products, before);
}

TEST_F(ClientTest, StrictTellsHowManyWereImportedBefore) {
  const testing::TempDir dir;
  const std::string file = dir.File("products.csv");
  std::ofstream(file) << "product_id,name\np1,a\np2,b\np3,\xFF\np4,d\n";
  EXPECT_EQ(Patron({"import", "products", file, "--strict"}), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("stopped at the first refused row; 2 "
                                    "products before it are in\n"));
  EXPECT_EQ(shop_->products.size(), 2u);
}

}  // namespace
}  // namespace patron::cli
