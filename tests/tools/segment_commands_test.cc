// Commands of segments against a server that answers what the test says: what
// is asked, what is shown, and exports that go on where they were cut off.
#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "Marketing.h"
#include "absl/strings/str_join.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"
#include "tests/tools/fake_server.h"
#include "tools/patron/text_file.h"

namespace patron::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class Office final : public wire::MarketingNull {
 public:
  void segmentList(std::vector<wire::SegmentInfo>& all,
                   const bool count) override {
    wire::SegmentInfo& vip = all.emplace_back();
    vip.segment.id = "vip";
    vip.segment.name = "VIP";
    vip.segment.meaning = "Paid much.";
    vip.segment.rule = "spend[\"EUR\"] > 1";
    vip.kind = wire::SegmentKind::READY_MADE;
    vip.customers = count ? 1234 : 0;
  }
  void countSegment(wire::SegmentCount& count,
                    const wire::Audience& audience) override {
    Ask(audience);
    count.customers = 1234;
    count.of = 10'000;
    count.took_us = 2500;
  }
  void saveSegment(const std::string& request_id,
                   const wire::Segment& segment) override {
    CheckRule(segment.rule);
    request_ids.push_back(request_id);
    saved.push_back(segment);
  }
  void deleteSegment(const std::string&, const std::string& id) override {
    deleted.push_back(id);
  }
  void segmentMembers(wire::MembersPage& page, const wire::Audience& audience,
                      const int32_t limit, const std::string&) override {
    Ask(audience);
    for (int i = 0; i < limit; ++i)
      page.customer_ids.push_back("c" + std::to_string(i));
    page.next_cursor = "next";
  }
  void sampleSegment(std::vector<std::string>& ids,
                     const wire::Audience& audience, const int32_t count,
                     const int64_t seed) override {
    Ask(audience);
    ids = {std::to_string(count), std::to_string(seed)};
  }
  void explainMembership(wire::Membership& why, const wire::Audience& audience,
                         const std::string&) override {
    Ask(audience);
    why.text = "out: age >= 18 does not hold";
    why.clauses.emplace_back().text = "purchases > 1";
    why.clauses[0].holds = true;
    why.clauses.emplace_back().text = "age >= 18";
    why.decided = 1;
  }
  void compareSegments(wire::SegmentComparison& both,
                       const wire::Audience& first,
                       const wire::Audience& second) override {
    Ask(first);
    Ask(second);
    both.both.customers = 7;
    wire::AmountIn& spend = both.both.average_spend.emplace_back();
    spend.currency = "EUR";
    spend.amount = 1250;
  }
  void ruleFields(std::vector<wire::RuleField>& fields) override {
    for (const char* of : {"customer", "lines"}) {
      wire::RuleField& field = fields.emplace_back();
      field.name = std::string(of) + ".field";
      field.of = of;
      field.type = "number";
      field.help = "a field";
    }
  }
  // Ten rows, `limit` a page; fails once at the row `fail_at`.
  void exportSegment(wire::ExportPage& page,
                     const wire::ExportRequest& request) override {
    Ask(request.audience);
    exports.push_back(request);
    int row = request.cursor.empty() ? 0 : std::stoi(request.cursor);
    if (row == fail_at) {
      fail_at = -1;
      Refuse(wire::ErrorCode::UNAVAILABLE, "stopping");
    }
    if (row == 0) page.rows = "customer_id\r\n";
    for (int i = 0; i < request.limit && row < 10; ++i, ++row)
      page.rows += "c" + std::to_string(row) + "\r\n";
    page.count = std::count(page.rows.begin(), page.rows.end(), '\n');
    if (row < 10) page.next_cursor = std::to_string(row);
  }
  void uploadList(wire::UploadReply& reply, const std::string& request_id,
                  const std::string&, const std::string&,
                  const wire::ListChange::type change,
                  const std::vector<std::string>& ids) override {
    request_ids.push_back(request_id);
    changes.push_back(change);
    uploaded.insert(uploaded.end(), ids.begin(), ids.end());
    reply.customers = static_cast<int64_t>(uploaded.size());
    reply.changed = static_cast<int64_t>(ids.size());
    if (std::count(ids.begin(), ids.end(), "ghost") > 0) {
      reply.unknown = 1;
      reply.unknown_ids = {"ghost"};
    }
  }

  std::vector<wire::Audience> asked;
  std::vector<wire::Segment> saved;
  std::vector<std::string> deleted, request_ids, uploaded;
  std::vector<wire::ListChange::type> changes;
  std::vector<wire::ExportRequest> exports;
  int fail_at = -1;

 private:
  [[noreturn]] static void Refuse(wire::ErrorCode::type code,
                                  const std::string& message) {
    wire::PatronError error;
    error.code = code;
    error.message = message;
    throw error;
  }
  static void CheckRule(const std::string& rule) {
    if (rule.find("agee") != std::string::npos)
      Refuse(wire::ErrorCode::INVALID_ARGUMENT,
             "line 2, column 5: no field \"agee\"; did you mean \"age\"?");
  }
  void Ask(const wire::Audience& audience) {
    CheckRule(audience.rule);
    asked.push_back(audience);
  }
};

class SegmentCommandsTest : public ::testing::Test {
 protected:
  Told Run(std::vector<std::string> words, const std::string& input = "") {
    words.insert(words.begin(), "segment");
    return Patron(server_.address(), std::move(words), input);
  }
  static std::string TextOf(const std::string& path) {
    const auto text = ReadTextFile(path);
    return text.ok() ? *text : "";
  }

  std::shared_ptr<Office> office_ = std::make_shared<Office>();
  FakeServer server_{std::make_shared<wire::MarketingProcessor>(office_)};
  testing::TempDir dir_;
};

TEST_F(SegmentCommandsTest, CountsARuleASegmentAndBoth) {
  EXPECT_EQ(Run({"count", "age >= 18"}).out,
            "1,234 of 10,000 customers (12.3 %), in 2.5 ms\n");
  EXPECT_EQ(Run({"count", "--segment", "vip"}).code, kExitOk);
  EXPECT_EQ(Run({"count", "age >= 18", "--segment", "vip"}).code, kExitOk);
  ASSERT_EQ(office_->asked.size(), 3);
  EXPECT_EQ(office_->asked[0].rule, "age >= 18");
  EXPECT_EQ(office_->asked[1].segment_id, "vip");
  EXPECT_EQ(office_->asked[2].segment_id, "vip");
  EXPECT_EQ(office_->asked[2].rule, "age >= 18");
  EXPECT_THAT(Run({"count", "age >= 18", "--json"}).out,
              StartsWith("{\"customers\":1234,\"of\":10000,"));
}

TEST_F(SegmentCommandsTest, AMistakeInARuleIsShownWithACaret) {
  const std::string rule = "purchases > 1 and\n\xC3\xA4\xE7\x8C\xAB\"agee";
  const Told told = Run({"count", rule});
  EXPECT_EQ(told.code, kExitFailed);
  EXPECT_EQ(told.err,
            "patron: line 2, column 5: no field \"agee\"; did you mean "
            "\"age\"?\n  \xC3\xA4\xE7\x8C\xAB\"agee\n       ^\n");
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"members", "--rule", rule},
                                             {"sample", "--rule", rule},
                                             {"explain", "c1", "--rule", rule},
                                             {"compare", "vip", "--rule", rule},
                                             {"export", "--rule", rule},
                                             {"save", "s", "--rule", rule}})
    EXPECT_THAT(Run(words).err, HasSubstr("\n       ^\n")) << words[0];
}

TEST_F(SegmentCommandsTest, ListsAndShowsSegments) {
  EXPECT_THAT(Run({"list"}).out, HasSubstr("1,234"));
  EXPECT_THAT(Run({"list", "--no-counts"}).out, Not(HasSubstr("customers")));
  EXPECT_THAT(Run({"list", "--json"}).out,
              StartsWith("{\"segment_id\":\"vip\",\"name\":\"VIP\",\"kind\":"
                         "\"ready_made\""));
  EXPECT_THAT(Run({"show", "vip"}).out, HasSubstr("spend[\"EUR\"] > 1"));
  EXPECT_EQ(Run({"show", "nope"}).code, kExitFailed);
}

TEST_F(SegmentCommandsTest, SavesARuleFromTheLineOrAFile) {
  EXPECT_THAT(Run({"save", "adults", "--rule", "age >= 18", "--name", "Adults",
                   "--meaning", "Of age.", "--request-id", "r1"})
                  .out,
              StartsWith("segment adults is saved: 1,234 of"));
  const std::string path = dir_.File("rule.txt");
  ASSERT_OK(WriteTextFile(path, "age >= 21\n"));
  EXPECT_EQ(Run({"save", "older", "--rule-file", path}).code, kExitOk);
  ASSERT_EQ(office_->saved.size(), 2);
  EXPECT_EQ(office_->saved[0].name, "Adults");
  EXPECT_EQ(office_->saved[0].meaning, "Of age.");
  EXPECT_EQ(office_->request_ids[0], "r1");
  EXPECT_EQ(office_->saved[1].rule, "age >= 21\n");
  EXPECT_EQ(office_->saved[1].name, "older");
  EXPECT_EQ(Run({"save", "x", "--rule", "a", "--rule-file", path}).code,
            kExitUsage);
  EXPECT_EQ(Run({"delete", "adults"}).out, "segment adults is deleted\n");
  EXPECT_THAT(office_->deleted, ElementsAre("adults"));
}

TEST_F(SegmentCommandsTest, ListsMembersAndSamples) {
  const Told page = Run({"members", "vip", "--limit", "2"});
  EXPECT_EQ(page.out, "c0\nc1\n");
  EXPECT_EQ(page.err, "more with --cursor next\n");
  EXPECT_EQ(Run({"members", "vip", "--limit", "1", "--json"}).out,
            "{\"customer_ids\":[\"c0\"],\"next_cursor\":\"next\","
            "\"log_position\":0}\n");
  EXPECT_EQ(Run({"sample", "vip", "--count", "5", "--seed", "7"}).out,
            "5\n7\n");
  EXPECT_EQ(Run({"sample", "vip", "--json"}).out,
            "{\"customer_id\":\"10\"}\n{\"customer_id\":\"1\"}\n");
}

TEST_F(SegmentCommandsTest, ExplainsClauseByClause) {
  EXPECT_EQ(Run({"explain", "c1", "vip"}).out,
            "c1 is out: age >= 18 does not hold\n"
            "  yes  purchases > 1\n"
            "  no   age >= 18\n");
  EXPECT_EQ(office_->asked[0].segment_id, "vip");
}

TEST_F(SegmentCommandsTest, ComparesSegmentsAndRules) {
  EXPECT_THAT(Run({"compare", "vip", "--rule", "age >= 18"}).out,
              HasSubstr("only in age >= 18"));
  EXPECT_THAT(Run({"compare", "a", "b"}).out, HasSubstr("12.50 EUR"));
  EXPECT_EQ(Run({"compare", "--rule", "x", "--rule", "y"}).code, kExitOk);
  EXPECT_EQ(office_->asked.back().rule, "y");
  EXPECT_EQ(Run({"compare", "a"}).code, kExitUsage);
  EXPECT_EQ(Run({"compare", "a", "b", "--rule", "c"}).code, kExitUsage);
}

TEST_F(SegmentCommandsTest, ListsTheFieldsOfRules) {
  EXPECT_THAT(Run({"fields"}).out, HasSubstr("customer.field"));
  EXPECT_THAT(Run({"fields", "--of", "lines"}).out,
              Not(HasSubstr("customer.field")));
  const Told wrong = Run({"fields", "--of", "nothing"});
  EXPECT_EQ(wrong.code, kExitUsage);
  EXPECT_THAT(wrong.err, HasSubstr("\"nothing\""));
}

constexpr char kWhole[] =
    "customer_id\r\nc0\r\nc1\r\nc2\r\nc3\r\nc4\r\nc5\r\nc6\r\nc7\r\nc8\r\n"
    "c9\r\n";

TEST_F(SegmentCommandsTest, ExportsPageByPage) {
  EXPECT_EQ(Run({"export", "vip", "--page", "3"}).out, kWhole);
  EXPECT_EQ(office_->exports.size(), 4);
  EXPECT_EQ(Run({"export", "vip", "--fields",
                 "age,attribute[\"a,b\"],spend[\"EUR\"]", "--format", "jsonl"})
                .code,
            kExitOk);
  EXPECT_EQ(office_->exports.back().format, "jsonl");
  EXPECT_THAT(office_->exports.back().fields,
              ElementsAre("age", "attribute[\"a,b\"]", "spend[\"EUR\"]"));
}

TEST_F(SegmentCommandsTest, AnExportThatWasCutOffGoesOnWithoutDoubles) {
  const std::string path = dir_.File("vip.csv");
  const std::vector<std::string> words = {"export", "vip",   "--page",
                                          "3",      "--out", path};
  office_->fail_at = 6;
  EXPECT_EQ(Run(words).code, kExitFailed);
  // What a kill in the middle of a page leaves behind.
  std::ofstream(path, std::ios::app) << "c6\r\nc";
  std::vector<std::string> resumed = words;
  resumed.push_back("--resume");
  EXPECT_EQ(Run(resumed).code, kExitOk);
  EXPECT_EQ(TextOf(path), kWhole);
  // A finished one has nothing to go on with.
  EXPECT_EQ(Run(resumed).code, kExitUsage);
  EXPECT_EQ(TextOf(path), kWhole);
}

TEST_F(SegmentCommandsTest, AnExportAnewForgetsTheOneThatWasCutOffBefore) {
  const std::string path = dir_.File("vip.csv");
  const std::vector<std::string> words = {"export", "vip",   "--page",
                                          "3",      "--out", path};
  office_->fail_at = 6;
  EXPECT_EQ(Run(words).code, kExitFailed);
  office_->fail_at = 0;
  EXPECT_EQ(Run(words).code, kExitFailed);
  std::vector<std::string> resumed = words;
  resumed.push_back("--resume");
  const Told told = Run(resumed);
  EXPECT_EQ(told.code, kExitUsage);
  EXPECT_THAT(told.err, HasSubstr("there is no " + path + ".resume"));
  EXPECT_EQ(Run(words).code, kExitOk);
  EXPECT_EQ(TextOf(path), kWhole);
}

TEST_F(SegmentCommandsTest, AnExportDoesNotGoOnByADamagedSideFile) {
  const std::string path = dir_.File("vip.csv");
  const std::string side = path + ".resume";
  office_->fail_at = 6;
  EXPECT_EQ(Run({"export", "vip", "--page", "3", "--out", path}).code,
            kExitFailed);
  const std::string good = TextOf(side), rows = TextOf(path);
  std::vector<std::string> lines = LinesOf(good);
  ASSERT_EQ(lines.size(), 5);
  const size_t asked = office_->exports.size();
  std::vector<std::string> broken = {"", good.substr(0, good.size() - 1),
                                     good.substr(0, good.size() - 33),
                                     good + "\n"};
  for (const auto& [line, text] :
       std::vector<std::pair<int, std::string>>{{1, ""},
                                                {1, "0x000001"},
                                                {1, "3"},
                                                {2, "0"},
                                                {2, "+37"},
                                                {3, "-6"},
                                                {3, "8"},
                                                {4, std::string(32, '0')}}) {
    std::vector<std::string> changed = lines;
    changed[line] = text;
    broken.push_back(absl::StrJoin(changed, "\n") + "\n");
  }
  for (const std::string& text : broken) {
    ASSERT_OK(WriteTextFile(side, text));
    const Told told =
        Run({"export", "vip", "--page", "3", "--out", path, "--resume"});
    EXPECT_EQ(told.code, kExitFailed) << text;
    EXPECT_THAT(told.err, HasSubstr(side + " is damaged")) << text;
    EXPECT_EQ(TextOf(path), rows);
  }
  EXPECT_EQ(office_->exports.size(), asked);
  ASSERT_OK(WriteTextFile(side, good));
  EXPECT_EQ(
      Run({"export", "vip", "--page", "3", "--out", path, "--resume"}).code,
      kExitOk);
  EXPECT_EQ(TextOf(path), kWhole);
}

TEST_F(SegmentCommandsTest, AnExportDoesNotGoOnInAFileThatLostBytes) {
  const std::string path = dir_.File("vip.csv");
  office_->fail_at = 6;
  EXPECT_EQ(Run({"export", "vip", "--page", "3", "--out", path}).code,
            kExitFailed);
  ASSERT_OK(WriteTextFile(path, "customer_id\r\n"));
  const Told told =
      Run({"export", "vip", "--page", "3", "--out", path, "--resume"});
  EXPECT_EQ(told.code, kExitFailed);
  EXPECT_THAT(told.err,
              HasSubstr(path + " has 13 bytes, " + path + ".resume tells 37"));
  EXPECT_EQ(TextOf(path), "customer_id\r\n");
}

TEST_F(SegmentCommandsTest, AnotherExportDoesNotGoOnInTheSameFile) {
  const std::string path = dir_.File("vip.csv");
  office_->fail_at = 6;
  EXPECT_EQ(Run({"export", "vip", "--page", "3", "--out", path}).code,
            kExitFailed);
  EXPECT_EQ(Run({"export", "vip", "--page", "3", "--out", path, "--resume",
                 "--fields", "age"})
                .code,
            kExitUsage);
}

TEST_F(SegmentCommandsTest, UploadsLinesAndColumns) {
  const std::string lines = dir_.File("ids.txt");
  ASSERT_OK(WriteTextFile(lines, "anna\n\nghost\r\n"));
  EXPECT_EQ(Run({"upload", "fair", lines}).out,
            "list fair: 2 customers, 2 changed\n1 ids are not known, among "
            "them \"ghost\"\n");
  EXPECT_THAT(office_->uploaded, ElementsAre("anna", "ghost"));
  const std::string csv = dir_.File("ids.csv");
  ASSERT_OK(WriteTextFile(csv, "name,id\n\"A, B\",anna\nC,ben\n"));
  office_->uploaded.clear();
  EXPECT_EQ(Run({"upload", "fair", csv, "--column", "id", "--add"}).code,
            kExitOk);
  EXPECT_THAT(office_->uploaded, ElementsAre("anna", "ben"));
  EXPECT_EQ(office_->changes.back(), wire::ListChange::ADD);
  // As `segment export` writes it.
  ASSERT_OK(WriteTextFile(csv, "customer_id,age\r\ncleo,3\r\n"));
  office_->uploaded.clear();
  EXPECT_EQ(Run({"upload", "fair", csv}).code, kExitOk);
  EXPECT_THAT(office_->uploaded, ElementsAre("cleo"));
}

TEST_F(SegmentCommandsTest, AnUploadOfManyReplacesOnce) {
  std::string text;
  for (int i = 0; i < 25'000; ++i) text += "c" + std::to_string(i) + "\n";
  const std::string path = dir_.File("ids.txt");
  ASSERT_OK(WriteTextFile(path, text));
  EXPECT_EQ(Run({"upload", "all", path, "--request-id", "u"}).code, kExitOk);
  EXPECT_THAT(office_->changes,
              ElementsAre(wire::ListChange::REPLACE, wire::ListChange::ADD,
                          wire::ListChange::ADD));
  EXPECT_THAT(office_->request_ids, ElementsAre("u/1", "u/2", "u/3"));
  EXPECT_EQ(office_->uploaded.size(), 25'000);
}

TEST_F(SegmentCommandsTest, AnUploadThatIsNotOfIdsIsRefusedByLine) {
  const std::string path = dir_.File("ids.csv");
  ASSERT_OK(WriteTextFile(path, "anna,12\n"));
  const Told two = Run({"upload", "fair", path});
  EXPECT_EQ(two.code, kExitFailed);
  EXPECT_THAT(two.err, HasSubstr("ids.csv:1: more than an id"));
  EXPECT_THAT(Run({"upload", "fair", path, "--column", "id"}).err,
              HasSubstr("no column \"id\""));
  EXPECT_EQ(Run({"upload", "fair", dir_.File("none")}).code, kExitFailed);
  EXPECT_EQ(Run({"upload", "fair", path, "--add", "--remove"}).code,
            kExitUsage);
  EXPECT_THAT(office_->changes, IsEmpty());
}

TEST_F(SegmentCommandsTest, WhatIsMissingIsWrongUsage) {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"count"},
           {"members"},
           {"sample"},
           {"export"},
           {"explain", "c1"},
           {"save"},
           {"upload", "fair"},
           {"members", "vip", "--limit", "0"},
           {"members", "vip", "--limit", "x"},
           {"sample", "vip", "--count", "10001"},
           {"export", "vip", "--format", "xml"},
           {"export", "vip", "--page", "0"},
           {"export", "vip", "--resume"}})
    EXPECT_EQ(Run(words).code, kExitUsage) << words[0];
  EXPECT_THAT(office_->asked, IsEmpty());
}

}  // namespace
}  // namespace patron::cli
