// Segments over the wire: questions, changes of the definitions, lists, and
// what is refused.
#include "tests/testing/segments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/api/harness.h"
#include "tests/api/loyalty_shop.h"

namespace patron::api {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MakeSegment;
using testing::OfRule;
using testing::OfSegment;

// Anna bought coffee for 10 euros, ben nothing.
class SegmentsTest : public ::testing::Test {
 protected:
  SegmentsTest() {
    OpenClub(server_);
    Sell(client_, Basket("anna", {{"coffee", 1000}}), "r1");
  }

  int64_t CountOf(const wire::Audience& audience) {
    wire::SegmentCount count;
    marketing_.countSegment(count, audience);
    return count.customers;
  }
  std::vector<std::string> MembersOf(const wire::Audience& audience) {
    wire::MembersPage page;
    marketing_.segmentMembers(page, audience, 100, "");
    return page.customer_ids;
  }
  std::string ChangeOf(int64_t version) {
    std::vector<wire::DefinitionsVersion> history;
    marketing_.definitionsHistory(history, 100);
    for (const wire::DefinitionsVersion& one : history)
      if (one.version == version) return one.change;
    return "";
  }
  int64_t Version() {
    wire::DefinitionsFiles files;
    marketing_.exportDefinitions(files, 0);
    return files.version;
  }
  wire::UploadReply Upload(const std::string& list_id,
                           wire::ListChange::type change,
                           const std::vector<std::string>& ids) {
    wire::UploadReply reply;
    marketing_.uploadList(reply, "", list_id, "A list", change, ids);
    return reply;
  }
  wire::SegmentInfo InfoOf(const std::string& id) {
    std::vector<wire::SegmentInfo> all;
    marketing_.segmentList(all, true);
    for (const wire::SegmentInfo& one : all)
      if (one.segment.id == id) return one;
    ADD_FAILURE() << "no segment " << id;
    return {};
  }

  TestServer server_;
  Client client_{server_};
  wire::MarketingClient& marketing_ = client_.marketing();
};

TEST_F(SegmentsTest, ARuleIsCountedExplainedAndListedLive) {
  const wire::Audience buyers = OfRule("purchases >= 1");
  EXPECT_EQ(CountOf(buyers), 1);
  Sell(client_, Basket("ben", {{"tea", 500}}), "r2");
  EXPECT_EQ(CountOf(buyers), 2);
  EXPECT_THAT(MembersOf(buyers), ElementsAre("anna", "ben"));
  wire::Membership why;
  marketing_.explainMembership(
      why, OfRule("purchases >= 1 and spend[\"EUR\"] >= 900"), "ben");
  EXPECT_FALSE(why.member);
  EXPECT_EQ(why.text, "out: spend[\"EUR\"] >= 900 does not hold");
  std::vector<std::string> drawn;
  marketing_.sampleSegment(drawn, buyers, 1, 1);
  EXPECT_EQ(drawn.size(), 1);
  wire::SegmentComparison comparison;
  marketing_.compareSegments(comparison, buyers,
                             OfRule("spend[\"EUR\"] < 900"));
  EXPECT_EQ(comparison.both.customers, 1);
  EXPECT_EQ(comparison.only_first.customers, 1);
  EXPECT_EQ(comparison.only_second.customers, 0);
}

TEST_F(SegmentsTest, ASavedSegmentStandsInTheDefinitionsAndIsDeletedAgain) {
  marketing_.saveSegment("", MakeSegment("buyers", "purchases >= 1"));
  EXPECT_EQ(Version(), 2);
  EXPECT_EQ(ChangeOf(2), "segment buyers saved");
  EXPECT_THAT(MembersOf(OfSegment("buyers")), ElementsAre("anna"));
  EXPECT_EQ(InfoOf("buyers").customers, 1);
  EXPECT_EQ(InfoOf("buyers").kind, wire::SegmentKind::OWN);
  wire::DefinitionsFiles files;
  marketing_.exportDefinitions(files, 0);
  std::string all;
  for (const auto& [name, text] : files.files) all += text;
  EXPECT_THAT(all, HasSubstr("buyers"));

  marketing_.saveSegment("", MakeSegment("buyers", "purchases >= 1"));
  EXPECT_EQ(Version(), 2) << "saving the same changes nothing";
  marketing_.deleteSegment("", "buyers");
  EXPECT_EQ(ChangeOf(3), "segment buyers deleted");
  EXPECT_EQ(ErrorOf([&] { CountOf(OfSegment("buyers")); }).code,
            wire::ErrorCode::NOT_FOUND);
}

TEST_F(SegmentsTest, ARepeatedSaveIsDoneOnce) {
  marketing_.saveSegment("save-1", MakeSegment("buyers", "purchases >= 1"));
  marketing_.saveSegment("save-1", MakeSegment("buyers", "purchases >= 1"));
  EXPECT_EQ(Version(), 2);
}

TEST_F(SegmentsTest, SavesOfManyAtOnceAreAllThere) {
  constexpr int kSavers = 4;
  constexpr int kEach = 5;
  std::vector<std::thread> savers;
  for (int saver = 0; saver < kSavers; ++saver)
    savers.emplace_back([&, saver] {
      Client own(server_);
      for (int i = 0; i < kEach; ++i) {
        const std::string id = absl::StrCat("s", saver, "-", i);
        own.marketing().saveSegment(id, MakeSegment(id, "purchases >= 1"));
      }
    });
  for (std::thread& saver : savers) saver.join();
  EXPECT_EQ(Version(), 1 + kSavers * kEach);
  for (int saver = 0; saver < kSavers; ++saver)
    for (int i = 0; i < kEach; ++i)
      EXPECT_EQ(CountOf(OfSegment(absl::StrCat("s", saver, "-", i))), 1);
}

TEST_F(SegmentsTest, AListIsUploadedChangedAndDropped) {
  const wire::UploadReply made = Upload("fair", wire::ListChange::REPLACE,
                                        {"anna", "ghost", "anna", "nobody"});
  EXPECT_EQ(made.customers, 1);
  EXPECT_EQ(made.changed, 1);
  EXPECT_EQ(made.unknown, 2);
  EXPECT_THAT(made.unknown_ids, ElementsAre("ghost", "nobody"));
  EXPECT_THAT(MembersOf(OfSegment("fair")), ElementsAre("anna"));
  EXPECT_EQ(InfoOf("fair").kind, wire::SegmentKind::UPLOADED);
  EXPECT_EQ(Upload("fair", wire::ListChange::ADD, {"ben"}).customers, 2);
  EXPECT_EQ(Upload("fair", wire::ListChange::REMOVE, {"anna"}).customers, 1);
  EXPECT_THAT(MembersOf(OfSegment("fair")), ElementsAre("ben"));
  marketing_.deleteSegment("", "fair");
  EXPECT_EQ(ErrorOf([&] { MembersOf(OfSegment("fair")); }).code,
            wire::ErrorCode::NOT_FOUND);
}

TEST_F(SegmentsTest, ARepeatedDeletionOfASegmentIsAnsweredAsTheFirst) {
  marketing_.saveSegment("", MakeSegment("buyers", "purchases >= 1"));
  marketing_.deleteSegment("delete-1", "buyers");
  const int64_t version = Version();
  marketing_.deleteSegment("delete-1", "buyers");
  EXPECT_EQ(Version(), version);
  for (const char* id : {"", "delete-2"})
    EXPECT_EQ(ErrorOf([&] { marketing_.deleteSegment(id, "buyers"); }).code,
              wire::ErrorCode::NOT_FOUND);
  EXPECT_EQ(
      ErrorOf([&] { marketing_.deleteSegment("delete-1", "never"); }).code,
      wire::ErrorCode::NOT_FOUND);
}

TEST_F(SegmentsTest, ARepeatedDeletionOfAListIsDoneOnce) {
  Upload("fair", wire::ListChange::REPLACE, {"anna"});
  marketing_.deleteSegment("delete-1", "fair");
  marketing_.deleteSegment("delete-1", "fair");
  const auto other =
      ErrorOf([&] { marketing_.deleteSegment("delete-2", "fair"); });
  EXPECT_EQ(other.code, wire::ErrorCode::NOT_FOUND);
  EXPECT_THAT(other.message, HasSubstr("segment_id: no segment \"fair\""));
  Upload("fair", wire::ListChange::REPLACE, {"ben"});
  marketing_.deleteSegment("delete-1", "fair");
  EXPECT_THAT(MembersOf(OfSegment("fair")), ElementsAre("ben"))
      << "a repetition deletes no list that came after";
}

TEST_F(SegmentsTest, SegmentsListsAndCursorsOutliveARestart) {
  marketing_.saveSegment("", MakeSegment("buyers", "purchases >= 1"));
  Upload("fair", wire::ListChange::REPLACE, {"anna", "ben"});
  wire::ExportRequest request;
  request.audience = OfSegment("fair");
  request.limit = 1;
  wire::ExportPage first;
  marketing_.exportSegment(first, request);
  EXPECT_EQ(first.rows, "customer_id\r\nanna\r\n");
  server_.Restart();
  Client again(server_);
  request.cursor = first.next_cursor;
  wire::ExportPage second;
  again.marketing().exportSegment(second, request);
  EXPECT_EQ(second.rows, "ben\r\n");
  EXPECT_EQ(second.next_cursor, "");
  wire::SegmentCount count;
  again.marketing().countSegment(count, OfSegment("buyers"));
  EXPECT_EQ(count.customers, 1);
}

TEST_F(SegmentsTest, FieldsOfRulesAreListed) {
  std::vector<wire::RuleField> fields;
  marketing_.ruleFields(fields);
  EXPECT_GT(fields.size(), 80);
  for (const wire::RuleField& field : fields) {
    EXPECT_FALSE(field.help.empty()) << field.name;
    EXPECT_TRUE(field.name != "lines.amount" || field.type == "money");
  }
}

TEST_F(SegmentsTest, FilesWithAnUnknownThresholdOrATakenIdAreRefused) {
  wire::ApplyRequest request = ClubFiles();
  request.base_version = 1;
  request.files["segments.toml"] = "[segment_thresholds]\nvip_spent = 5\n";
  wire::ApplyReply reply;
  const auto apply = [&] { marketing_.applyDefinitions(reply, "", request); };
  EXPECT_THAT(ErrorOf(apply).message, HasSubstr("vip_spend"));
  request.files["segments.toml"] =
      "[[segments]]\nid = \"vip\"\nname = \"Ours\"\nrule = 'purchases > 9'\n";
  EXPECT_THAT(ErrorOf(apply).message, HasSubstr("ready-made"));
  EXPECT_EQ(Version(), 1);
}

struct Wrong {
  const char* what;
  std::function<void(wire::MarketingClient&)> call;
  wire::ErrorCode::type code;
  const char* wanted;
};

wire::ExportRequest ExportOf(const std::string& format, int limit,
                             const std::string& field = "age",
                             const std::string& cursor = "") {
  wire::ExportRequest request;
  request.format = format;
  request.limit = limit;
  request.fields = {field};
  request.cursor = cursor;
  return request;
}

std::vector<Wrong> WrongCalls() {
  constexpr auto kInvalid = wire::ErrorCode::INVALID_ARGUMENT;
  constexpr auto kNotFound = wire::ErrorCode::NOT_FOUND;
  using Client = wire::MarketingClient;
  static wire::SegmentCount count;
  static wire::MembersPage members;
  static wire::ExportPage page;
  static wire::UploadReply uploaded;
  static wire::Membership membership;
  static std::vector<std::string> ids;
  const auto replace = wire::ListChange::REPLACE;
  return {
      {"a rule that ends early",
       [](Client& c) { c.countSegment(count, OfRule("age >=")); }, kInvalid,
       "line 1, column 7"},
      {"a rule of a megabyte",
       [](Client& c) {
         c.countSegment(count, OfRule(std::string(1 << 20, '(')));
       },
       kInvalid, "16"},
      {"an unknown segment",
       [](Client& c) { c.countSegment(count, OfSegment("nope")); }, kNotFound,
       "segment_id: no segment \"nope\""},
      {"no members a page",
       [](Client& c) { c.segmentMembers(members, {}, 0, ""); }, kInvalid,
       "limit"},
      {"a cursor of nobody",
       [](Client& c) { c.segmentMembers(members, {}, 1, "\xff\n"); }, kInvalid,
       "cursor"},
      {"a sample of none", [](Client& c) { c.sampleSegment(ids, {}, -1, 1); },
       kInvalid, "count"},
      {"an unknown customer",
       [](Client& c) { c.explainMembership(membership, {}, "ghost"); },
       kNotFound, "customer_id"},
      {"a format", [](Client& c) { c.exportSegment(page, ExportOf("xml", 1)); },
       kInvalid, "format"},
      {"a limit",
       [](Client& c) { c.exportSegment(page, ExportOf("csv", 100'001)); },
       kInvalid, "limit"},
      {"a field",
       [](Client& c) { c.exportSegment(page, ExportOf("csv", 1, "agee")); },
       kInvalid, "did you mean \"age\""},
      {"too many fields",
       [](Client& c) {
         wire::ExportRequest request = ExportOf("csv", 1);
         request.fields.assign(1000, "age");
         c.exportSegment(page, request);
       },
       kInvalid, "fields"},
      {"a segment without id",
       [](Client& c) { c.saveSegment("", MakeSegment("", "")); }, kInvalid,
       "id"},
      {"a ready-made id",
       [](Client& c) { c.saveSegment("", MakeSegment("vip", "")); },
       wire::ErrorCode::ALREADY_EXISTS, "ready-made"},
      {"a deletion of nothing", [](Client& c) { c.deleteSegment("", "nope"); },
       kNotFound, "nope"},
      {"a deletion of a ready-made one",
       [](Client& c) { c.deleteSegment("", "vip"); },
       wire::ErrorCode::FAILED_PRECONDITION, "ready-made"},
      {"a list without id",
       [=](Client& c) { c.uploadList(uploaded, "", "", "", replace, {}); },
       kInvalid, "list_id"},
      {"a list of a ready-made id",
       [=](Client& c) { c.uploadList(uploaded, "", "vip", "", replace, {}); },
       wire::ErrorCode::ALREADY_EXISTS, "ready-made"},
      {"too many ids",
       [=](Client& c) {
         c.uploadList(uploaded, "", "l", "", replace,
                      std::vector<std::string>(10'001, "anna"));
       },
       kInvalid, "customer_ids"},
      {"a change that there is not",
       [](Client& c) {
         c.uploadList(uploaded, "", "l", "",
                      static_cast<wire::ListChange::type>(9), {});
       },
       kInvalid, "change"},
      {"an addition to no list",
       [](Client& c) {
         c.uploadList(uploaded, "", "l", "", wire::ListChange::ADD, {"anna"});
       },
       kNotFound, "l"},
  };
}

TEST_F(SegmentsTest, WhatIsWrongIsRefusedByNameAndChangesNothing) {
  for (const Wrong& wrong : WrongCalls()) {
    const auto error = ErrorOf([&] { wrong.call(marketing_); });
    EXPECT_EQ(error.code, wrong.code) << wrong.what << ": " << error.message;
    EXPECT_THAT(error.message, HasSubstr(wrong.wanted)) << wrong.what;
    EXPECT_LT(error.message.size(), 1000u) << wrong.what;
  }
  EXPECT_EQ(Version(), 1);
  EXPECT_EQ(CountOf({}), 2);
}

}  // namespace
}  // namespace patron::api
