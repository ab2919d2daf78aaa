// Every file of the fuzzer's corpus, without the fuzzer.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "server/rules/rules.h"
#include "tests/rules/rule_fault.h"
#include "tests/rules/shop.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace patron::rules {
namespace {

std::vector<std::filesystem::path> Files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(PATRON_RULES_TEST_DIR) / "corpus"))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::string Read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(CorpusTest, EveryFileIsARuleOrRefusedInItsPlace) {
  const ShopSubject kim = Kim();
  const Schema schema = ShopSchema();
  int rules = 0, refused = 0;
  for (const auto& path : Files()) {
    const std::string text = Read(path);
    EXPECT_EQ(FaultOf(text, schema, kim), "") << path.filename();
    ++(Compile(text, schema).ok() ? rules : refused);
  }
  EXPECT_GE(rules, 15);
  EXPECT_GE(refused, 15);
}

TEST(CorpusTest, TheFuzzersFunctionTakesEveryFile) {
  for (const auto& path : Files()) {
    const std::string text = Read(path);
    EXPECT_EQ(LLVMFuzzerTestOneInput(
                  reinterpret_cast<const uint8_t*>(text.data()), text.size()),
              0);
  }
}

}  // namespace
}  // namespace patron::rules
