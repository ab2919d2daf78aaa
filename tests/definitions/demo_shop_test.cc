// The example that marketers learn from must be right, and show everything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "server/definitions/definitions.h"
#include "server/definitions/words.h"
#include "tests/definitions/some_definitions.h"
#include "tests/testing/status_matchers.h"

namespace patron::definitions {
namespace {

std::string TextOf(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

Files DemoShop() {
  Files files;
  for (const auto& entry : std::filesystem::directory_iterator(
           PATRON_SOURCE_DIR "/tools/demo_shop"))
    if (entry.path().extension() == ".toml")
      files[entry.path().filename()] = TextOf(entry.path());
  return files;
}

TEST(DemoShopTest, IsValidAndReadsBackTheSame) {
  const absl::TimeZone zone = Zone("Europe/Vienna");
  ASSERT_OK_AND_ASSIGN(const wire::Definitions shop,
                       ReadFiles(DemoShop(), zone));
  EXPECT_OK(Validate(shop));
  EXPECT_EQ(shop.currency, "EUR");
  ASSERT_OK_AND_ASSIGN(const wire::Definitions again,
                       ReadFiles(WriteFiles(shop, zone), zone));
  EXPECT_EQ(again, shop);
}

TEST(DemoShopTest, ShowsEveryBenefitAndOccasion) {
  ASSERT_OK_AND_ASSIGN(const wire::Definitions shop,
                       ReadFiles(DemoShop(), Zone("UTC")));
  std::set<int> benefits, occasions;
  for (const wire::Offer& offer : shop.offers) {
    benefits.insert(offer.benefit);
    occasions.insert(offer.occasion);
  }
  EXPECT_EQ(benefits.size(), BenefitWords().size());
  EXPECT_EQ(occasions.size(), OccasionWords().size());
}

TEST(DemoShopTest, CodeFilesHoldAsManyCodesAsTheirBatchSays) {
  ASSERT_OK_AND_ASSIGN(const wire::Definitions shop,
                       ReadFiles(DemoShop(), Zone("UTC")));
  for (const wire::CodeBatch& batch : shop.code_batches) {
    std::istringstream lines(
        TextOf(PATRON_SOURCE_DIR "/tools/demo_shop/" + batch.file));
    std::set<std::string> codes;
    for (std::string line; std::getline(lines, line);) codes.insert(line);
    EXPECT_EQ(static_cast<int64_t>(codes.size()), batch.count) << batch.id;
  }
}

}  // namespace
}  // namespace patron::definitions
