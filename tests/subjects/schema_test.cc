#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "server/subjects/subjects.h"
#include "tests/subjects/fakes.h"
#include "tests/testing/status_matchers.h"

namespace patron::subjects {
namespace {

using ::patron::testing::Ann;
using ::patron::testing::FullProduct;
using ::patron::testing::kToday;
using ::patron::testing::MakeLine;
using rules::Field;
using rules::Type;

// A key under which the customer of fakes.h has something.
std::string KeyOf(const Field& field) {
  static const auto* const kKeys = new std::map<std::string, std::string>{
      {"attribute", "shoe"},
      {"consent", "email/marketing"},
      {"children_under", "13"},
      {"spend", "EUR"},
      {"returned", "EUR"},
      {"average_ticket", "EUR"},
      {"purchases_in_store", "s1"},
      {"purchases_in_channel", "web"},
      {"predicted_purchases", "90"},
      {"predicted_ticket", "EUR"},
      {"predicted_spend", "EUR"},
      {"feedback", "nps"},
      {"feedback_sum", "nps"},
      {"feedback_first", "nps"},
      {"feedback_last", "nps"},
      {"days_since_first_feedback", "nps"},
      {"days_since_last_feedback", "nps"}};
  if (!field.keyed) return "";
  const auto at = kKeys->find(field.name);
  return at == kKeys->end() ? "club" : at->second;
}

bool Is(Type type, const rules::Value& value) {
  switch (type) {
    case Type::kTruth:
      return std::holds_alternative<bool>(value);
    case Type::kNumber:
      return std::holds_alternative<int64_t>(value);
    case Type::kText:
      return std::holds_alternative<absl::string_view>(value);
    case Type::kTexts:
      return std::holds_alternative<absl::Span<const std::string>>(value);
  }
  return false;
}

TEST(SchemaTest, EveryCustomerFieldAnswersWithItsType) {
  Ann ann;
  ann.Buy(3, {MakeLine(0, 500)});
  const CustomerSubject subject = ann.Subject();
  for (const Field& field : CustomerSchema().fields)
    EXPECT_TRUE(Is(field.type, subject.Get(field.id, KeyOf(field))))
        << field.name;
}

TEST(SchemaTest, OfNobodyOnlyThatIsKnown) {
  const CustomerSubject nobody({});
  for (const Field& field : CustomerSchema().fields)
    EXPECT_EQ(Is(field.type, nobody.Get(field.id, KeyOf(field))),
              field.name == "identified")
        << field.name;
}

TEST(SchemaTest, EveryProductFieldAnswersWithItsType) {
  const wire::Product product = FullProduct();
  const ProductSubject full("espresso", &product, kToday);
  const ProductSubject unlisted("espresso", nullptr, kToday);
  for (const Field& field : ProductSchema().fields) {
    EXPECT_TRUE(Is(field.type, full.Get(field.id, "roast"))) << field.name;
    EXPECT_EQ(Is(field.type, unlisted.Get(field.id, "roast")),
              field.name == "product")
        << field.name;
  }
}

TEST(SchemaTest, EveryRowFieldAnswersWithItsType) {
  Ann ann;
  ann.Buy(3, {MakeLine(0, 500)});
  wire::EventRow& answer = ann.Happen(2, wire::EventKind::SURVEY, 0);
  answer.store = 1;
  answer.__set_value(4);
  answer.__set_dwell_ms(900);
  answer.__set_text("coffee");
  answer.__set_source("newsletter");
  answer.attributes = {{"roast", "dark"}};
  const CustomerSubject subject = ann.Subject();
  int rows = 0;
  for (const rules::Source& source : CustomerSchema().sources)
    subject.ForEach(source.id, 0, [&](const rules::Row& row) {
      ++rows;
      for (const Field& field : source.fields)
        EXPECT_TRUE(Is(field.type, row.Get(field.id, "roast")))
            << source.name << "." << field.name;
      return true;
    });
  EXPECT_EQ(rows, 2);
}

TEST(SchemaTest, TheRuleOfTheIssueCompiles) {
  const auto program = rules::Compile(
      "recency < 30d and spend(365d) >= 500 EUR and bought(category = "
      "\"pets\", 90d) >= 2 and tier in (\"gold\", \"vip\") and consent(email)",
      CustomerSchema());
  ASSERT_OK(program);
  EXPECT_EQ(program->ToString(),
            "days_since_last_purchase < 30d and sum(lines.amount where "
            "lines.currency = \"EUR\", last 365 days) >= 500 EUR and "
            "count(lines where lines.category has \"pets\", last 90 days) >= 2 "
            "and tier in (\"gold\", \"vip\") and "
            "consent[\"email/marketing\"]");
}

TEST(SchemaTest, TheReferenceTellsEveryFieldAsARuleWritesIt) {
  std::map<std::string, FieldLine> lines;
  for (const FieldLine& line : Reference())
    EXPECT_TRUE(lines.emplace(line.of + " " + line.name, line).second)
        << line.name;
  size_t fields =
      CustomerSchema().fields.size() + ProductSchema().fields.size();
  for (const rules::Source& source : CustomerSchema().sources)
    fields += source.fields.size();
  EXPECT_EQ(lines.size(), fields);
  EXPECT_EQ(lines["customer spend[\"…\"]"].type, "money");
  EXPECT_EQ(lines["lines lines.day"].type, "date");
  EXPECT_EQ(lines["lines lines.category"].type, "set");
  EXPECT_EQ(lines["product price"].type, "money");
  EXPECT_EQ(lines["customer days_since_last_purchase"].type, "duration");
  EXPECT_EQ(lines["customer days_since_last_purchase"].help,
            "days; not known before the first; also written recency");
  EXPECT_EQ(lines["customer identified"].type, "truth");
}

Field FieldOf(const FieldLine& line) {
  const rules::Schema& schema =
      line.of == "product" ? ProductSchema() : CustomerSchema();
  std::vector<Field> fields = schema.fields;
  for (const rules::Source& source : schema.sources)
    if (source.name == line.of) fields = source.fields;
  for (const Field& field : fields)
    for (const std::string& name : {field.name, line.of + "." + field.name})
      if (line.name == name + "[\"…\"]") return field;
  ADD_FAILURE() << line.name;
  return {};
}

// What a rule compiles that was written as the reference says.
TEST(SchemaTest, EveryNameOfTheReferenceIsKnown) {
  for (const FieldLine& line : Reference()) {
    std::string name = line.name;
    const size_t dots = name.find("…");
    if (dots != std::string::npos)
      name.replace(dots, strlen("…"), KeyOf(FieldOf(line)));
    const bool of_row = line.of == "lines" || line.of == "events";
    const std::string rule =
        of_row ? "count(" + line.of + " where known(" + name + ")) > 0"
               : "known(" + name + ")";
    EXPECT_OK(rules::Compile(
        rule, line.of == "product" ? ProductSchema() : CustomerSchema()))
        << rule;
  }
}

// Names and numbers once each, help for each, a window's day where it belongs.
void CheckFields(const std::vector<Field>& fields) {
  std::set<std::string> names;
  std::set<int> ids;
  for (const Field& field : fields) {
    EXPECT_TRUE(names.insert(field.name).second) << field.name;
    EXPECT_TRUE(ids.insert(field.id).second) << field.name;
    EXPECT_FALSE(field.help.empty()) << field.name;
  }
}

TEST(SchemaTest, NamesAndNumbersStandForOneField) {
  for (const rules::Schema* schema : {&CustomerSchema(), &ProductSchema()}) {
    CheckFields(schema->fields);
    for (const rules::Source& source : schema->sources) {
      CheckFields(source.fields);
      int days = 0;
      for (const Field& field : source.fields)
        days += field.id == source.day_field && field.type == Type::kNumber;
      EXPECT_EQ(days, 1) << source.name;
    }
  }
  EXPECT_EQ(CustomerSchema().subject, "customer");
  EXPECT_EQ(ProductSchema().subject, "product");
}

}  // namespace
}  // namespace patron::subjects
