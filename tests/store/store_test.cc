#include "server/store/store.h"

#include <rocksdb/db.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::store {
namespace {

using ::patron::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Optional;

class StoreTest : public ::testing::Test {
 protected:
  void SetUp() override { Reopen(); }
  void Reopen() {
    store_.reset();
    ASSERT_OK_AND_ASSIGN(store_, Store::Open(path_, {}));
  }
  void Put(Family family, absl::string_view key, absl::string_view value) {
    Batch batch(*store_);
    batch.Put(family, key, value);
    ASSERT_OK(store_->Write(batch));
  }

  testing::TempDir dir_;
  const std::string path_ = dir_.File("store");
  std::unique_ptr<Store> store_;
};

std::vector<std::string> Keys(const Store& store, Family family,
                              absl::string_view prefix) {
  std::vector<std::string> keys;
  EXPECT_OK(store.ScanPrefix(family, prefix,
                             [&](absl::string_view key, absl::string_view) {
                               keys.emplace_back(key);
                               return true;
                             }));
  return keys;
}

TEST_F(StoreTest, WhatWasWrittenIsThereAfterAReopen) {
  Put(Family::kPeople, "k", "v");
  const std::string uuid = store_->uuid();
  Reopen();
  ASSERT_OK_AND_ASSIGN(const auto value, store_->Get(Family::kPeople, "k"));
  EXPECT_THAT(value, Optional(std::string("v")));
  ASSERT_OK_AND_ASSIGN(const auto other, store_->Get(Family::kFacts, "k"));
  EXPECT_EQ(other, std::nullopt);
  EXPECT_EQ(store_->uuid(), uuid);
  EXPECT_EQ(uuid.size(), 32u);
}

TEST_F(StoreTest, ABatchReadsItsOwnWritesAndOthersDoNotUntilItIsWritten) {
  Put(Family::kPurchases, "a1", "old");
  Put(Family::kPurchases, "a2", "old");
  Batch batch(*store_);
  batch.Put(Family::kPurchases, "a2", "new");
  batch.Put(Family::kPurchases, "a3", "new");
  ASSERT_OK_AND_ASSIGN(const auto own, batch.Get(Family::kPurchases, "a2"));
  EXPECT_THAT(own, Optional(std::string("new")));
  std::vector<std::string> seen;
  ASSERT_OK(batch.ScanPrefix(
      Family::kPurchases, "a",
      [&](absl::string_view key, absl::string_view value) {
        seen.push_back(std::string(key) + "=" + std::string(value));
        return true;
      }));
  EXPECT_THAT(seen, ElementsAre("a1=old", "a2=new", "a3=new"));
  ASSERT_OK_AND_ASSIGN(const auto outside,
                       store_->Get(Family::kPurchases, "a2"));
  EXPECT_THAT(outside, Optional(std::string("old")));
  ASSERT_OK(store_->Write(batch));
  EXPECT_EQ(batch.changes(), 0u);
  EXPECT_EQ(Keys(*store_, Family::kPurchases, "a").size(), 3u);
}

TEST_F(StoreTest, AScanOfAPrefixOfOnesEndsAtTheEnd) {
  Put(Family::kPurchases,
      "\xff\xff\xff\xff"
      "a",
      "1");
  Put(Family::kPurchases,
      "\xff\xff\xff\xfe"
      "a",
      "1");
  EXPECT_EQ(Keys(*store_, Family::kPurchases, "\xff\xff\xff\xff").size(), 1u);
}

TEST_F(StoreTest, ChecksumSeesEveryKeyAndValueButNotTheUuid) {
  testing::TempDir other_dir;
  ASSERT_OK_AND_ASSIGN(const auto other,
                       Store::Open(other_dir.File("store"), {}));
  EXPECT_NE(store_->uuid(), other->uuid());
  ASSERT_OK_AND_ASSIGN(const Digest128 empty, store_->Checksum());
  ASSERT_OK_AND_ASSIGN(const Digest128 other_empty, other->Checksum());
  EXPECT_EQ(empty, other_empty);
  Put(Family::kReplies, "k", "v");
  ASSERT_OK_AND_ASSIGN(const Digest128 with_row, store_->Checksum());
  EXPECT_NE(with_row, empty);
  Put(Family::kReplies, "k", "w");
  ASSERT_OK_AND_ASSIGN(const Digest128 other_value, store_->Checksum());
  EXPECT_NE(other_value, with_row);
}

TEST_F(StoreTest, ACheckpointIsReadWhileTheStoreGoesOn) {
  Put(Family::kFacts, "k", "before");
  const std::string copy = dir_.File("copy");
  ASSERT_OK(store_->CreateCheckpoint(copy));
  Put(Family::kFacts, "k", "after");
  ASSERT_OK_AND_ASSIGN(const auto checkpoint, Store::OpenReadOnly(copy));
  ASSERT_OK_AND_ASSIGN(const auto value, checkpoint->Get(Family::kFacts, "k"));
  EXPECT_THAT(value, Optional(std::string("before")));
  EXPECT_EQ(checkpoint->uuid(), store_->uuid());
  EXPECT_THAT(store_->CreateCheckpoint(copy),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(StoreTest, AStoreInUseIsRefused) {
  EXPECT_THAT(
      Store::Open(path_, {}),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("in use")));
}

TEST_F(StoreTest, ADirectoryOfOtherFilesIsRefusedAndLeftAlone) {
  const std::string path = dir_.File("documents");
  std::filesystem::create_directory(path);
  std::ofstream(path + "/letter.txt") << "dear";
  EXPECT_THAT(Store::Open(path, {}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("not a Patron store")));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(path), {}), 1);
}

TEST_F(StoreTest, AForeignDatabaseIsRefused) {
  const std::string path = dir_.File("foreign");
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, path, &db).ok());
  delete db;
  EXPECT_THAT(Store::Open(path, {}),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(StoreTest, ANewerFormatIsRefusedWithBothVersions) {
  Put(Family::kMeta, "format", "5");
  store_.reset();
  EXPECT_THAT(Store::Open(path_, {}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("format 5; this build reads formats 1 to 4")));
  ASSERT_THAT(Store::OpenReadOnly(path_),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(StoreTest, ADamagedFileIsReportedAsDataLoss) {
  for (int i = 0; i < 1000; ++i)
    Put(Family::kPeople, "key" + std::to_string(i), std::string(200, 'v'));
  ASSERT_OK(store_->CreateCheckpoint(dir_.File("copy")));
  store_.reset();
  // The largest table file of the copy is turned over in its middle.
  std::string largest;
  for (const auto& file :
       std::filesystem::directory_iterator(dir_.File("copy")))
    if (file.path().extension() == ".sst" &&
        (largest.empty() ||
         file.file_size() > std::filesystem::file_size(largest)))
      largest = file.path();
  ASSERT_FALSE(largest.empty());
  std::fstream file(largest, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(
      static_cast<std::streamoff>(std::filesystem::file_size(largest) / 3));
  file << "damage damage damage";
  file.close();
  const auto copy = Store::OpenReadOnly(dir_.File("copy"));
  const absl::Status status =
      copy.ok() ? (*copy)->Scan(
                      Family::kPeople, "", "",
                      [](absl::string_view, absl::string_view) { return true; })
                : copy.status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace patron::store
