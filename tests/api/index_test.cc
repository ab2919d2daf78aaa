#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/api/harness.h"
#include "tests/testing/commands.h"

namespace patron::api {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class IndexTest : public ::testing::Test {
 protected:
  IndexTest() {
    Client client(server_);
    std::vector<wire::Product> products;
    for (int p = 0; p < 4; ++p)
      products.push_back(testing::MakeProduct(absl::StrCat("p", p)));
    std::vector<wire::ItemOutcome> outcomes;
    client.admin().importProducts(outcomes, products);
    server_.WriteArtefact("v1");
    server_.WriteArtefact("v2");
  }

  std::string Serving() {
    Client client(server_);
    wire::Stats stats;
    client.admin().stats(stats);
    return stats.index_version;
  }
  wire::IndexVersion Publish(const std::string& version) {
    Client client(server_);
    wire::IndexVersion published;
    client.admin().publishIndex(published, version);
    return published;
  }
  fs::path FileOf(const std::string& version, const std::string& name) {
    return fs::path(server_.data()) / "artefacts" / version / name;
  }
  // Turns one byte in the middle of a file around.
  void Damage(const fs::path& path) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    const auto middle = static_cast<std::streamoff>(fs::file_size(path) / 2);
    file.seekg(middle);
    const char byte = static_cast<char>(file.get());
    file.seekp(middle);
    file.put(static_cast<char>(~byte));
  }

  TestServer server_;
};

TEST_F(IndexTest, PublishServesAndRollbackGoesBackToTheOneBefore) {
  EXPECT_EQ(Serving(), "");
  const auto published = Publish("v1");
  EXPECT_TRUE(published.serving);
  EXPECT_EQ(published.products, 4);
  EXPECT_GT(published.built_at_us, 0);
  Publish("v2");
  EXPECT_EQ(Serving(), "v2");
  Client client(server_);
  wire::IndexVersion version;
  client.admin().rollbackIndex(version);
  EXPECT_EQ(version.version, "v1");
  EXPECT_EQ(Serving(), "v1");
}

TEST_F(IndexTest, RollbackWithoutAnEarlierVersionIsRefused) {
  Client client(server_);
  wire::IndexVersion version;
  EXPECT_EQ(ErrorOf([&] { client.admin().rollbackIndex(version); }).code,
            wire::ErrorCode::FAILED_PRECONDITION);
  Publish("v1");
  Publish("v1");  // again: still nothing before it
  EXPECT_EQ(ErrorOf([&] { client.admin().rollbackIndex(version); }).code,
            wire::ErrorCode::FAILED_PRECONDITION);
}

TEST_F(IndexTest, ARestartServesWhatServedAndKnowsTheOneBefore) {
  Publish("v1");
  Publish("v2");
  server_.Restart();
  EXPECT_EQ(Serving(), "v2");
  Client client(server_);
  wire::IndexVersion version;
  client.admin().rollbackIndex(version);
  EXPECT_EQ(version.version, "v1");
}

TEST_F(IndexTest, ARestartOverADamagedVersionFallsBackToTheOneBefore) {
  Publish("v1");
  Publish("v2");
  server_.Stop();
  Damage(FileOf("v2", "similar.bin"));
  server_.Restart();
  EXPECT_EQ(Serving(), "v1");
  server_.Stop();
  Damage(FileOf("v1", "similar.bin"));
  server_.Restart();
  EXPECT_EQ(Serving(), "");
}

TEST_F(IndexTest, DamagedForeignAndUnknownVersionsAreRefusedWithTheReason) {
  Publish("v1");
  Damage(FileOf("v2", "goes_with.bin"));
  fs::create_directory(FileOf("half", ""));
  server_.WriteArtefact("v3");
  fs::remove(FileOf("v3", "products.bin"));
  const struct {
    const char* version;
    wire::ErrorCode::type code;
    const char* wanted;
  } cases[] = {
      {"v2", wire::ErrorCode::FAILED_PRECONDITION, "goes_with.bin"},
      {"v3", wire::ErrorCode::FAILED_PRECONDITION, "products.bin"},
      {"half", wire::ErrorCode::FAILED_PRECONDITION, "half"},
      {"v9", wire::ErrorCode::NOT_FOUND, "v9"},
      {"", wire::ErrorCode::INVALID_ARGUMENT, "version"},
      {"../artefacts/v1", wire::ErrorCode::INVALID_ARGUMENT, "version"},
      {"..", wire::ErrorCode::INVALID_ARGUMENT, "version"},
  };
  for (const auto& wrong : cases) {
    const auto error = ErrorOf([&] { Publish(wrong.version); });
    EXPECT_EQ(error.code, wrong.code) << wrong.version << error.message;
    EXPECT_THAT(error.message, HasSubstr(wrong.wanted));
    EXPECT_EQ(Serving(), "v1");
  }
}

TEST_F(IndexTest, AnotherShopsArtefactIsRefused) {
  TestServer other;
  other.WriteArtefact("theirs");
  fs::copy(fs::path(other.data()) / "artefacts" / "theirs",
           FileOf("theirs", "").parent_path(), fs::copy_options::recursive);
  EXPECT_EQ(ErrorOf([&] { Publish("theirs"); }).code,
            wire::ErrorCode::FAILED_PRECONDITION);
  EXPECT_EQ(Serving(), "");
}

TEST_F(IndexTest, TheListTellsWhichServesAndWhatIsWrong) {
  Publish("v2");
  fs::remove(FileOf("v1", "similar.bin"));
  Client client(server_);
  std::vector<wire::IndexVersion> versions;
  client.admin().listIndexes(versions);
  ASSERT_EQ(versions.size(), 2u);
  EXPECT_EQ(versions[0].version, "v1");
  EXPECT_FALSE(versions[0].serving);
  EXPECT_THAT(versions[0].problem, HasSubstr("similar.bin"));
  EXPECT_TRUE(versions[1].serving);
  EXPECT_EQ(versions[1].problem, "");
}

TEST_F(IndexTest, PublishingUnderLoadDropsNoRequest) {
  Publish("v1");
  std::atomic<bool> done{false};
  std::atomic<int> answered{0}, failed{0};
  const auto ask = [&] {
    Client client(server_);
    wire::RecommendRequest request;
    request.placement = wire::Placement::SIMILAR;
    request.product_ids = {"p0"};
    while (!done) {
      wire::RecommendReply reply;
      const auto error = ErrorOf([&] { client->recommend(reply, request); });
      const bool good =
          error.message == "no error" && !reply.items.empty() &&
          (reply.index_version == "v1" || reply.index_version == "v2");
      ++(good ? answered : failed);
    }
  };
  std::vector<std::thread> askers;
  for (int asker = 0; asker < 4; ++asker) askers.emplace_back(ask);
  server_.WriteArtefact("v3");
  Damage(FileOf("v3", "neighbours.bin"));
  for (int swap = 0; swap < 20; ++swap) {
    Publish(swap % 2 == 0 ? "v2" : "v1");
    EXPECT_EQ(ErrorOf([&] { Publish("v3"); }).code,
              wire::ErrorCode::FAILED_PRECONDITION);
  }
  while (answered < 100 && failed == 0) std::this_thread::yield();
  done = true;
  for (std::thread& asker : askers) asker.join();
  EXPECT_EQ(failed, 0);
  EXPECT_GE(answered, 100);
}

}  // namespace
}  // namespace patron::api
