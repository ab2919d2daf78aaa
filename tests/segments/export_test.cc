// Rows as text, and exports page by page.
#include "server/segments/export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/rules/rules.h"
#include "server/subjects/fields.h"
#include "tests/segments/desk_shop.h"
#include "tests/testing/status_matchers.h"

namespace patron::segments {
namespace {

using ::patron::testing::IsOk;
using ::patron::testing::StatusIs;
using ::testing::HasSubstr;

// Answers what the test says; all else is not known.
class Someone final : public rules::Subject {
 public:
  rules::Value Get(int field, absl::string_view) const override {
    const auto at = values.find(field);
    return at == values.end() ? rules::Value() : at->second;
  }
  int64_t Today() const override { return 0; }
  void ForEach(int, int64_t,
               absl::FunctionRef<bool(const rules::Row&)>) const override {}

  std::map<int, rules::Value> values;
};

std::string Written(const std::string& format,
                    const std::vector<std::string>& fields,
                    absl::string_view id, const Someone& someone) {
  const auto writer = RowWriter::Create(format, fields);
  EXPECT_OK(writer);
  std::string out;
  writer->Header(out);
  writer->Row(id, someone, out);
  return out;
}

TEST(RowWriterTest, CsvQuotesWhatCommasQuotesAndLineBreaksWouldBreak) {
  Someone someone;
  someone.values[subjects::kGender] = absl::string_view("a,\"b\"\nc");
  EXPECT_EQ(Written("csv", {"gender", "locale"}, "x\"1", someone),
            "customer_id,gender,locale\r\n\"x\"\"1\",\"a,\"\"b\"\"\nc\",\r\n");
}

TEST(RowWriterTest, JsonEscapesQuotesBackslashesAndControls) {
  Someone someone;
  someone.values[subjects::kGender] = absl::string_view("a\"\\\n\x01z\xC3\xA4");
  EXPECT_EQ(Written("jsonl", {"gender", "locale"}, "x\"1", someone),
            "{\"customer_id\":\"x\\\"1\",\"gender\":\"a\\\"\\\\\\n\\u0001z"
            "\xC3\xA4\",\"locale\":null}\n");
}

TEST(RowWriterTest, NumbersTruthsAndSetsAreWrittenInBothFormats) {
  const std::vector<std::string> stores = {"s1", "s,2"};
  Someone someone;
  someone.values[subjects::kPurchases] = std::numeric_limits<int64_t>::min();
  someone.values[subjects::kIsStaff] = true;
  someone.values[subjects::kStores] = absl::Span<const std::string>(stores);
  const std::vector<std::string> fields = {"purchases", "is_staff", "stores"};
  EXPECT_EQ(Written("csv", fields, "c", someone),
            "customer_id,purchases,is_staff,stores\r\n"
            "c,-9223372036854775808,true,\"s1;s,2\"\r\n");
  EXPECT_EQ(Written("jsonl", fields, "c", someone),
            "{\"customer_id\":\"c\",\"purchases\":-9223372036854775808,"
            "\"is_staff\":true,\"stores\":[\"s1\",\"s,2\"]}\n");
}

TEST(RowWriterTest, AKeyedFieldIsTitledAsItWasAskedFor) {
  Someone someone;
  someone.values[subjects::kSpend] = int64_t{1250};
  EXPECT_EQ(Written("csv", {"spend[\"EUR\"]"}, "c", someone),
            "customer_id,\"spend[\"\"EUR\"\"]\"\r\nc,1250\r\n");
  EXPECT_EQ(Written("jsonl", {"spend[\"EUR\"]"}, "c", someone),
            "{\"customer_id\":\"c\",\"spend[\\\"EUR\\\"]\":1250}\n");
}

TEST(RowWriterTest, RefusesWhatIsNoFieldOfACustomer) {
  for (const std::string field :
       {"", "lines.amount", "purchases >= 3", "purchases) or known(age",
        "count(lines)", "not is_staff"})
    EXPECT_THAT(
        RowWriter::Create("csv", {field}),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("fields: ")))
        << field;
  EXPECT_THAT(RowWriter::Create("csv", {"purchses"}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("did you mean \"purchases\"?")));
  EXPECT_THAT(RowWriter::Create("xml", {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("\"xml\" is not csv or jsonl")));
}

class ExportTest : public ::testing::Test {
 protected:
  ExportTest() {
    for (int i = 0; i < kCustomers; ++i) {
      shop_.Customer(absl::StrCat("c", i));
      if (i % 3 == 0) shop_.Buy(absl::StrCat("c", i), 1);
    }
  }

  static wire::ExportRequest Request(const std::string& format, int limit) {
    wire::ExportRequest request;
    request.audience = OfRule("purchases >= 1");
    request.format = format;
    request.fields = {"purchases"};
    request.limit = limit;
    return request;
  }

  // All pages, `between` called before each but the first.
  std::string AllPages(
      wire::ExportRequest request,
      const std::function<void()>& between = [] {}) {
    std::string rows;
    int64_t count = 0;
    do {
      if (!rows.empty()) between();
      const auto page = shop_.desk().Export(request);
      EXPECT_OK(page);
      if (!page.ok()) return rows;
      EXPECT_LE(page->count, request.limit);
      rows += page->rows;
      count += page->count;
      request.cursor = page->next_cursor;
    } while (!request.cursor.empty());
    EXPECT_EQ(count, std::count(rows.begin(), rows.end(), '\n') -
                         (request.format == "csv" ? 1 : 0));
    return rows;
  }

  static constexpr int kCustomers = 60;
  DeskShop shop_;
};

TEST_F(ExportTest, PagesTogetherAreTheExportAsAWhole) {
  for (const std::string format : {"csv", "jsonl"}) {
    const std::string whole = AllPages(Request(format, 1000));
    EXPECT_EQ(AllPages(Request(format, 1)), whole);
    EXPECT_EQ(AllPages(Request(format, 7)), whole);
    EXPECT_EQ(AllPages(Request(format, 20)), whole);
  }
  EXPECT_THAT(AllPages(Request("csv", 7)),
              HasSubstr("customer_id,purchases\r\nc0,1\r\nc3,1\r\n"));
}

TEST_F(ExportTest, ACursorGoesOnAfterARestart) {
  const std::string whole = AllPages(Request("csv", 1000));
  EXPECT_EQ(AllPages(Request("csv", 7), [&] { shop_.Reopen(); }), whole);
}

TEST_F(ExportTest, WhoComesAndGoesBetweenPagesMakesNoDoubles) {
  int fresh = 0;
  const std::string rows = AllPages(Request("csv", 7), [&] {
    shop_.Buy("c1", 1);  // before the cursor: comes too late
    shop_.Buy(absl::StrCat("late", fresh++), 1);
  });
  EXPECT_EQ(rows.find("\nc1,"), std::string::npos);
  EXPECT_NE(rows.find("\nlate0,"), std::string::npos);
  for (int i = 0; i < kCustomers; i += 3) {
    const std::string row = absl::StrCat("\nc", i, ",");
    const size_t at = rows.find(row);
    ASSERT_NE(at, std::string::npos) << row;
    EXPECT_EQ(rows.find(row, at + 1), std::string::npos) << row;
  }
}

TEST_F(ExportTest, ACursorOfAnotherExportIsRefused) {
  wire::ExportRequest request = Request("csv", 7);
  ASSERT_OK_AND_ASSIGN(const auto page, shop_.desk().Export(request));
  request.cursor = page.next_cursor;
  const auto refused = StatusIs(absl::StatusCode::kInvalidArgument,
                                HasSubstr("is of another question"));
  wire::ExportRequest other = request;
  other.format = "jsonl";
  EXPECT_THAT(shop_.desk().Export(other), refused);
  other = request;
  other.fields = {"lines"};
  EXPECT_THAT(shop_.desk().Export(other), refused);
  other = request;
  other.audience = OfRule("purchases >= 2");
  EXPECT_THAT(shop_.desk().Export(other), refused);
  // The same question in other words is the same.
  other = request;
  other.audience = OfRule("  1 <= purchases # once or more");
  other.audience.rule = "(purchases) >= 1";
  EXPECT_OK(shop_.desk().Export(other));
}

TEST_F(ExportTest, AnExportOfNobodyIsAHeader) {
  wire::ExportRequest request = Request("csv", 7);
  request.audience = OfRule("purchases > 100");
  ASSERT_OK_AND_ASSIGN(const auto page, shop_.desk().Export(request));
  EXPECT_EQ(page.rows, "customer_id,purchases\r\n");
  EXPECT_EQ(page.count, 0);
  EXPECT_EQ(page.next_cursor, "");
}

TEST_F(ExportTest, EverybodyIsExportedWhereNothingIsAsked) {
  wire::ExportRequest request;
  request.limit = 1000;
  request.format = "csv";
  ASSERT_OK_AND_ASSIGN(const auto page, shop_.desk().Export(request));
  EXPECT_EQ(page.count, kCustomers);
  EXPECT_THAT(page.rows, HasSubstr("customer_id\r\nc0\r\nc1\r\n"));
}

TEST_F(ExportTest, APageOfWideRowsEndsBeforeItIsTooLarge) {
  constexpr int kWide = 200;
  for (int i = 0; i < kWide; ++i) {
    wire::Customer wide;
    wide.customer_id = absl::StrCat("wide", i);
    wide.attributes["note"] = std::string(1000, 'x');
    shop_.Customer(wide);
  }
  wire::ExportRequest request = Request("jsonl", 1000);
  request.audience = OfRule("known(attribute[\"note\"])");
  request.fields.assign(kMaxExportFields, "attribute[\"note\"]");
  ASSERT_OK_AND_ASSIGN(const auto page, shop_.desk().Export(request));
  EXPECT_LT(page.count, kWide);
  EXPECT_GE(page.rows.size(), kMaxExportBytes);
  EXPECT_LT(page.rows.size(), kMaxExportBytes + (64 << 10));
  const std::string rows = AllPages(request);
  EXPECT_EQ(std::count(rows.begin(), rows.end(), '\n'), kWide);
}

TEST_F(ExportTest, LimitsAreChecked) {
  for (const int limit : {0, -1, kMaxExportRows + 1})
    EXPECT_THAT(
        shop_.desk().Export(Request("csv", limit)),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("limit")));
}

}  // namespace
}  // namespace patron::segments
