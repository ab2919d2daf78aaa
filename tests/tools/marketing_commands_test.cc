// Commands of marketing against a server that keeps definitions as texts: the
// folder, its version marker, codes, bonuses; and draws, which need none.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "Marketing.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"
#include "tests/tools/fake_server.h"
#include "tools/patron/text_file.h"

namespace patron::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Office final : public wire::MarketingNull {
 public:
  void applyDefinitions(wire::ApplyReply& reply, const std::string&,
                        const wire::ApplyRequest& request) override {
    requests.push_back(request);
    if (request.base_version != version && !request.overwrite) {
      wire::PatronError error;
      error.code = wire::ErrorCode::FAILED_PRECONDITION;
      error.message = "base_version: export them first, or ask to overwrite";
      throw error;
    }
    if (files != request.files) reply.differences = {"+ offer spring"};
    if (request.replay_days > 0) AddReplay(reply);
    if (!request.dry_run && files != request.files) {
      files = request.files;
      ++version;
    }
    reply.version = version;
  }
  void exportDefinitions(wire::DefinitionsFiles& reply,
                         const int64_t) override {
    reply.files = files;
    reply.version = version;
  }
  int64_t putCodes(const std::string&, const std::string& batch_id,
                   const std::vector<std::string>& added) override {
    ++calls;
    batch = batch_id;
    const size_t before = codes.size();
    codes.insert(added.begin(), added.end());
    return static_cast<int64_t>(codes.size() - before);
  }
  void giveBonus(const std::string& request_id, const std::string&,
                 const std::string&,
                 const std::vector<wire::Bonus>& bonuses) override {
    bonus_ids.push_back(request_id);
    if (request_id == refused) {
      wire::PatronError error;
      error.code = wire::ErrorCode::NOT_FOUND;
      error.message = "no such customer";
      throw error;
    }
    for (const wire::Bonus& bonus : bonuses) points += bonus.points;
  }
  void issueOffer(const std::string& request_id, const std::string&,
                  const std::vector<std::string>& customers, const int64_t,
                  const std::string&) override {
    issued.push_back(request_id + " " + std::to_string(customers.size()));
  }
  void checkBooks(wire::BooksReport& report) override {
    report.problems = problems;
    report.accounts = 3;
  }
  void setOfferState(const std::string&, const std::string& offer,
                     const wire::OfferState::type state) override {
    issued.push_back(offer + " " + std::to_string(state));
  }

  std::map<std::string, std::string> files;
  int64_t version = 0;
  std::vector<wire::ApplyRequest> requests;
  std::string batch;
  std::set<std::string> codes;
  int calls = 0;
  std::vector<std::string> bonus_ids;
  std::string refused;
  int64_t points = 0;
  std::vector<std::string> issued;
  std::vector<std::string> problems;

 private:
  static void AddReplay(wire::ApplyReply& reply) {
    wire::Replay replay;
    replay.baskets = 1200;
    replay.currency = "EUR";
    replay.list_total = 4'000'000;
    replay.discount_new = 12'345;
    wire::OfferReplay offer;
    offer.offer_id = "spring";
    offer.uses_new = 41;
    offer.discount_new = 12'345;
    replay.offers = {offer};
    reply.replays = {replay};
  }
};

class MarketingCommandsTest : public ::testing::Test {
 protected:
  Told Run(std::vector<std::string> words, const std::string& input = "",
           bool at_terminal = false) {
    return Patron(server_.address(), std::move(words), input, at_terminal);
  }
  void Write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(shop());
    std::ofstream(shop() + "/" + name) << text;
  }
  std::string shop() const { return dir_.File("shop"); }
  std::string Marker() const {
    return *ReadTextFile(shop() + "/.patron-version");
  }

  const testing::TempDir dir_;
  std::shared_ptr<Office> office_ = std::make_shared<Office>();
  FakeServer server_{std::make_shared<wire::MarketingProcessor>(office_)};
};

TEST_F(MarketingCommandsTest, ADryRunShowsTheReplayAndChangesNothing) {
  Write("offers.toml", "# spring\n");
  const Told told = Run({"apply", shop(), "--dry-run"});
  EXPECT_EQ(told.code, kExitOk) << told.err;
  EXPECT_EQ(office_->requests[0].replay_days, 30);
  EXPECT_TRUE(office_->requests[0].dry_run);
  for (const char* part :
       {"+ offer spring\n", "1,200 baskets, list price 40,000.00 EUR",
        "123.45 EUR", "spring         0        41", "nothing was applied"})
    EXPECT_THAT(told.out, HasSubstr(part)) << told.out;
  EXPECT_FALSE(std::filesystem::exists(shop() + "/.patron-version"));
  EXPECT_TRUE(office_->files.empty());
}

TEST_F(MarketingCommandsTest, TheMarkerCarriesTheVersionThatFilesComeFrom) {
  Write("offers.toml", "# spring\n");
  EXPECT_THAT(Run({"definitions", "apply", shop()}).out,
              HasSubstr("the server has version 1\n"));
  EXPECT_EQ(Marker(), "1\n");
  EXPECT_THAT(Run({"apply", shop()}).out, HasSubstr("no differences\n"));

  office_->version = 5;  // changed otherwise
  Write("offers.toml", "# summer\n");
  const Told refused = Run({"apply", shop()});
  EXPECT_EQ(refused.code, kExitFailed);
  EXPECT_THAT(refused.err, HasSubstr("export them first"));
  EXPECT_EQ(office_->requests.back().base_version, 1);
  EXPECT_EQ(Run({"apply", shop(), "--overwrite"}).code, kExitOk);
  EXPECT_EQ(Marker(), "6\n");
}

TEST_F(MarketingCommandsTest, AtATerminalOneIsAskedFirst) {
  Write("offers.toml", "# spring\n");
  const Told no = Run({"apply", shop()}, "n\n", true);
  EXPECT_EQ(no.code, kExitFailed);
  EXPECT_THAT(no.out, HasSubstr("apply this? [y/N] nothing was applied"));
  EXPECT_EQ(office_->version, 0);
  EXPECT_EQ(Run({"apply", shop()}, "y\n", true).code, kExitOk);
  EXPECT_EQ(office_->version, 1);
}

TEST_F(MarketingCommandsTest, CodesOfABatchGoInByBatchesAndOnlyNewOnesCount) {
  Write("codes.toml",
        "[[code_batches]]\nid = \"flyer\"\noffer = \"spring\"\n"
        "file = \"flyer.txt\"\n"
        "[[code_batches]]\nid = \"later\"\nfile = \"later.txt\"\n");
  std::string codes;
  for (int i = 0; i < 12'000; ++i)
    codes += "CODE-" + std::to_string(i) + "\r\n";
  Write("flyer.txt", codes);
  const Told told = Run({"apply", shop()});
  EXPECT_EQ(told.code, kExitOk) << told.err;
  EXPECT_THAT(told.out,
              HasSubstr("batch flyer: 12,000 codes, 12,000 of them new"));
  EXPECT_THAT(told.err, HasSubstr("later.txt is not there"));
  EXPECT_EQ(office_->calls, 2);
  EXPECT_EQ(office_->codes.count("CODE-11999"), 1u);
  EXPECT_THAT(Run({"apply", shop(), "--json"}).out,
              HasSubstr(R"("flyer":{"given":12000,"new":0})"));
}

TEST_F(MarketingCommandsTest, ExportWritesTheFolderThatAppliesAgain) {
  office_->files = {{"offers.toml", "# spring\n"}, {"shop.toml", "# eur\n"}};
  office_->version = 7;
  EXPECT_EQ(Run({"export", "definitions", "--out", shop()}).code, kExitOk);
  EXPECT_EQ(Marker(), "7\n");
  EXPECT_EQ(*ReadTextFile(shop() + "/shop.toml"), "# eur\n");
  EXPECT_THAT(Run({"apply", shop()}).out, HasSubstr("no differences\n"));
  EXPECT_EQ(office_->version, 7);
  EXPECT_EQ(Run({"export", "definitions"}).out,
            "# version 7\n\n# offers.toml\n# spring\n\n# shop.toml\n# eur\n");

  Write("extra.toml", "");
  const Told told = Run({"export", "definitions", "--out", shop()});
  EXPECT_EQ(told.code, kExitFailed);
  EXPECT_THAT(told.err, HasSubstr("has extra.toml"));
}

TEST_F(MarketingCommandsTest, AFolderWithoutDefinitionsIsNamed) {
  EXPECT_THAT(Run({"apply", shop()}).err, HasSubstr(shop()));
  std::filesystem::create_directories(shop());
  EXPECT_THAT(Run({"apply", shop()}).err, HasSubstr("has no *.toml file"));
}

TEST_F(MarketingCommandsTest, ABonusGoesInBatchesThatAreSafeToRepeat) {
  const std::string file = dir_.File("bonus.csv");
  {
    std::ofstream out(file);
    out << "customer_id,points\n";
    for (int i = 0; i < 2500; ++i) out << 'c' << i << ",2\n";
  }
  const std::vector<std::string> words = {"points",   "bonus",      "club",
                                          file,       "--bonus-id", "june",
                                          "--reason", "ten years"};
  EXPECT_EQ(Run(words).out, "bonus june: 5,000 points for 2,500 customers\n");
  EXPECT_THAT(office_->bonus_ids, ElementsAre("june/1", "june/2", "june/3"));
  EXPECT_EQ(office_->points, 5000);
  office_->refused = "june/2";
  const Told told = Run(words);
  EXPECT_EQ(told.code, kExitFailed);
  EXPECT_THAT(told.err,
              HasSubstr("batch 2: no such customer; 1,000 customers"));
}

TEST_F(MarketingCommandsTest, AWrongRowOfABonusGivesNobodyAnything) {
  const std::string file = dir_.File("bonus.csv");
  std::ofstream(file) << "c1,5\nc2,-5\n";
  const Told told = Run(
      {"points", "bonus", "club", file, "--bonus-id", "b", "--reason", "r"});
  EXPECT_EQ(told.code, kExitFailed);
  EXPECT_THAT(told.err, HasSubstr("bonus.csv:2: points: \"-5\""));
  EXPECT_TRUE(office_->bonus_ids.empty());
}

TEST_F(MarketingCommandsTest, OffersAreIssuedAndStopped) {
  const std::string file = dir_.File("ids.txt");
  {
    std::ofstream out(file);
    for (int i = 0; i < 1500; ++i) out << 'c' << i << '\n';
  }
  EXPECT_EQ(Run({"offers", "issue", "sorry", "--file", file, "--cause", "late",
                 "--request-id", "q"})
                .code,
            kExitOk);
  EXPECT_EQ(Run({"offers", "pause", "spring"}).out, "offer spring is paused\n");
  EXPECT_THAT(office_->issued, ElementsAre("q/1 1000", "q/2 500", "spring 2"));
}

TEST_F(MarketingCommandsTest, BooksThatDoNotBalanceExitWithOne) {
  EXPECT_EQ(Run({"points", "check"}).code, kExitOk);
  office_->problems = {"customer c1: lots 5, entries 4"};
  const Told told = Run({"points", "check"});
  EXPECT_EQ(told.code, kExitFailed);
  EXPECT_THAT(told.out, HasSubstr("customer c1: lots 5, entries 4\n"));
}

TEST(DrawTest, AnyoneRepeatsADrawFromItsSeed) {
  const testing::TempDir dir;
  const std::string file = dir.File("entrants.txt");
  std::ofstream(file) << "c3\nc1\nc5\r\n\nc2\nc4\nc1\n";
  const Told told =
      Patron("127.0.0.1:1", {"draw", "repeat", "--seed", "S", "--entrants",
                             file, "--winners", "2", "--json"});
  EXPECT_EQ(told.code, kExitOk) << told.err;
  // Python: hashlib.sha256(b"S\nc5").hexdigest() and so on.
  EXPECT_EQ(
      told.out,
      R"({"draw_id":"","seed":"S","entrants":5,"entrants_digest":)"
      R"("2c44bebe9ae79de78100b7dce718bc2fb06a81e0a580c95c5544c7e0a31aeff1",)"
      R"("winners":[{"place":1,"customer_id":"c5","ticket":)"
      R"("3943b1bfb3a88f7838f579f705ba9e7ee4d061b5b733d004428058f407c589a3"},)"
      R"({"place":2,"customer_id":"c3","ticket":)"
      R"("9c855b3a8fcb337f3405f85763f6863e1c404eabde38c13e50e6aaf0d301d3f7"}]})"
      "\n");
}

TEST(CodesTest, CodesAreDistinctAndOfTheirShape) {
  const Told told = Patron("127.0.0.1:1", {"codes", "make", "2000", "--prefix",
                                           "X-", "--length", "8"});
  const std::vector<std::string> codes = LinesOf(told.out);
  EXPECT_EQ(std::set<std::string>(codes.begin(), codes.end()).size(), 2000u);
  std::set<char> seen;
  for (const std::string& code : codes) {
    ASSERT_EQ(code.size(), 10u);
    ASSERT_EQ(code.substr(0, 2), "X-");
    seen.insert(code.begin() + 2, code.end());
  }
  EXPECT_EQ(seen.size(), 32u);
  for (const char unclear : {'0', 'O', '1', 'I'})
    EXPECT_EQ(seen.count(unclear), 0u) << unclear;
}

}  // namespace
}  // namespace patron::cli
