#include "index/artefact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "index/artefact_files.h"
#include "index/learn.h"
#include "tests/index/small_shop.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::index {
namespace {

namespace fs = std::filesystem;
using ::patron::testing::IsOk;
using ::patron::testing::StatusIs;
using ::patron::testing::TempDir;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kStore[] = "6f1c";

ArtefactOrigin Origin(const std::string& version) {
  return {.version = version,
          .created_at = absl::FromUnixSeconds(1'700'000'000),
          .store_uuid = kStore,
          .log_position = 42};
}

absl::StatusOr<Knowledge> LearnSmall(int threads) {
  LearnOptions options;
  options.threads = threads;
  return Learn(MakeSmallShop(5, {.products = 300,
                                 .categories = 10,
                                 .customers = 300,
                                 .complements = 20})
                   .log,
               options, nullptr);
}

std::string Contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void Overwrite(const fs::path& path, const std::string& contents) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << contents;
}

std::vector<std::string> FilesOf(const fs::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// An artefact of the small shop under root()/v1.
class ArtefactTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto learned = LearnSmall(2);
    ASSERT_OK(learned);
    knowledge_ = new Knowledge(*std::move(learned));
  }
  static void TearDownTestSuite() { delete knowledge_; }
  void SetUp() override {
    ASSERT_OK(WriteArtefact(root(), Origin("v1"), *knowledge_));
  }

  fs::path root() const { return temp_.path() / "artefacts"; }
  fs::path v1() const { return root() / "v1"; }

  TempDir temp_;
  static Knowledge* knowledge_;
};

Knowledge* ArtefactTest::knowledge_ = nullptr;

TEST_F(ArtefactTest, WhatWasWrittenIsRead) {
  ASSERT_OK_AND_ASSIGN(const auto artefact, Artefact::Open(v1(), kStore));
  const Knowledge& read = artefact->knowledge();
  EXPECT_EQ(read.embeddings, knowledge_->embeddings);
  EXPECT_EQ(read.similar.entries, knowledge_->similar.entries);
  EXPECT_EQ(read.goes_with.entries, knowledge_->goes_with.entries);
  EXPECT_EQ(read.neighbours.offsets, knowledge_->neighbours.offsets);
  EXPECT_EQ(read.popular.entries, knowledge_->popular.entries);
  EXPECT_EQ(read.trending.entries, knowledge_->trending.entries);
  EXPECT_EQ(read.popularity, knowledge_->popularity);
  EXPECT_EQ(read.typical_interval_days, knowledge_->typical_interval_days);
  EXPECT_EQ(read.repeat_rate, knowledge_->repeat_rate);
  EXPECT_EQ(read.customers_of, knowledge_->customers_of);
  EXPECT_EQ(read.together.entries, knowledge_->together.entries);
  EXPECT_EQ(read.following.entries, knowledge_->following.entries);
  EXPECT_EQ(read.popular_in_group.entries,
            knowledge_->popular_in_group.entries);
  EXPECT_EQ(read.popular_in_category.entries,
            knowledge_->popular_in_category.entries);
  EXPECT_EQ(read.category, knowledge_->category);
  EXPECT_EQ(read.wider, knowledge_->wider);
  EXPECT_EQ(read.department, knowledge_->department);
  EXPECT_EQ(read.brand, knowledge_->brand);
  EXPECT_EQ(read.price_tier, knowledge_->price_tier);
  EXPECT_EQ(read.first_sold, knowledge_->first_sold);
  EXPECT_EQ(read.sold, knowledge_->sold);
  EXPECT_EQ(read.category_interval_days, knowledge_->category_interval_days);
  EXPECT_EQ(read.category_repeat_rate, knowledge_->category_repeat_rate);
  EXPECT_EQ(read.category_popularity, knowledge_->category_popularity);
  EXPECT_EQ(read.group_centres, knowledge_->group_centres);
  EXPECT_EQ(read.mean_basket, knowledge_->mean_basket);
  EXPECT_EQ(read.parameters, knowledge_->parameters);
}

TEST_F(ArtefactTest, TheManifestTellsWhereItComesFrom) {
  ASSERT_OK_AND_ASSIGN(const auto artefact, Artefact::Open(v1(), kStore));
  const Manifest& manifest = artefact->manifest();
  EXPECT_EQ(manifest.version, "v1");
  EXPECT_EQ(manifest.store_uuid, kStore);
  EXPECT_EQ(manifest.log_position, 42u);
  EXPECT_EQ(manifest.created_at, absl::FromUnixSeconds(1'700'000'000));
  EXPECT_EQ(manifest.products, 300u);
  EXPECT_EQ(manifest.customers, 300u);
  EXPECT_EQ(manifest.parameters.at("dimensions"), 64);
  EXPECT_GE(manifest.ann.recall, 0.99);
  EXPECT_EQ(manifest.ann.kind, "scan") << "a small catalogue is scanned";
  EXPECT_EQ(manifest.ann.parameters.count("kept_times"), 1u);
  EXPECT_EQ(manifest.files.size(), 12u);
}

TEST_F(ArtefactTest, WhatIsBeyondTheArtefactIsEmpty) {
  ASSERT_OK_AND_ASSIGN(const auto artefact, Artefact::Open(v1(), kStore));
  for (const uint32_t product : {300u, 301u, 0xffffffffu}) {
    EXPECT_THAT(artefact->Similar(product), IsEmpty());
    EXPECT_THAT(artefact->GoesWith(product), IsEmpty());
    EXPECT_THAT(artefact->Neighbours(product), IsEmpty());
    EXPECT_THAT(artefact->Embedding(product), IsEmpty());
    EXPECT_EQ(artefact->Popularity(product), 0);
    EXPECT_EQ(artefact->TypicalIntervalDays(product), 0);
    EXPECT_EQ(artefact->RepeatRate(product), 0);
    EXPECT_EQ(artefact->CustomersOf(product), 0u);
  }
  for (const uint32_t store : {3u, 4u, 0xffffffffu}) {
    EXPECT_THAT(artefact->Popular(store), IsEmpty());
    EXPECT_THAT(artefact->Trending(store), IsEmpty());
  }
  EXPECT_FALSE(artefact->Popular(2).empty());
  EXPECT_FALSE(artefact->Popular(std::nullopt).empty());
}

TEST_F(ArtefactTest, FromKnowledgeIsTheSameAsWrittenAndOpened) {
  ASSERT_OK_AND_ASSIGN(const auto opened, Artefact::Open(v1(), kStore));
  ASSERT_OK_AND_ASSIGN(const auto made,
                       Artefact::FromKnowledge(Origin("v1"), *knowledge_));
  EXPECT_EQ(EncodeTables(opened->knowledge()), EncodeTables(made->knowledge()));
  EXPECT_EQ(opened->manifest().ann.recall, made->manifest().ann.recall);
}

TEST_F(ArtefactTest, AByteFlippedInAnyFileIsRefused) {
  for (const std::string& name : FilesOf(v1())) {
    const std::string whole = Contents(v1() / name);
    for (const size_t at : {size_t{0}, whole.size() / 2, whole.size() - 1}) {
      std::string damaged = whole;
      damaged[at] ^= 0x20;
      Overwrite(v1() / name, damaged);
      EXPECT_THAT(Artefact::Open(v1(), kStore),
                  StatusIs(absl::StatusCode::kDataLoss))
          << name << " at " << at;
    }
    Overwrite(v1() / name, whole);
  }
  EXPECT_OK(Artefact::Open(v1(), kStore));
}

TEST_F(ArtefactTest, NoByteOfTheManifestMayChange) {
  const std::string whole = Contents(v1() / "manifest.json");
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] ^= 0x01;
    Overwrite(v1() / "manifest.json", damaged);
    // A changed format number reads as another format.
    EXPECT_THAT(Artefact::Open(v1(), kStore).status().code(),
                AnyOf(absl::StatusCode::kDataLoss,
                      absl::StatusCode::kFailedPrecondition))
        << at;
  }
}

TEST_F(ArtefactTest, ATruncatedFileIsRefused) {
  for (const std::string& name : FilesOf(v1())) {
    const std::string whole = Contents(v1() / name);
    for (const size_t size : {size_t{0}, whole.size() / 2, whole.size() - 1}) {
      Overwrite(v1() / name, whole.substr(0, size));
      EXPECT_THAT(Artefact::Open(v1(), kStore),
                  StatusIs(absl::StatusCode::kDataLoss))
          << name << " cut to " << size;
    }
    Overwrite(v1() / name, whole);
  }
}

TEST_F(ArtefactTest, AMissingFileIsRefusedByName) {
  for (const std::string& name : FilesOf(v1())) {
    const std::string whole = Contents(v1() / name);
    fs::remove(v1() / name);
    EXPECT_THAT(Artefact::Open(v1(), kStore),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr(name)));
    Overwrite(v1() / name, whole);
  }
}

// One tree: 0.5 and 1 below 2, else 0.5 and 3.
constexpr char kRanker[] = R"({"learner":{"gradient_booster":{"name":"gbtree",
  "model":{"gbtree_model_param":{"num_trees":"1"},"trees":[{
    "tree_param":{"num_nodes":"3"},"left_children":[1,-1,-1],
    "right_children":[2,-1,-1],"split_indices":[0,0,0],
    "split_conditions":[2.0,1.0,3.0],"default_left":[1,0,0],
    "split_type":[0,0,0],"loss_changes":[1.0,0.0,0.0]}]}},
  "learner_model_param":{"base_score":"5E-1","num_feature":"1"},
  "objective":{"name":"rank:ndcg"}}})";

TEST_F(ArtefactTest, ARankerIsCarriedAndScores) {
  Knowledge knowledge = *knowledge_;
  knowledge.ranker = kRanker;
  ASSERT_OK(WriteArtefact(root(), Origin("v2"), knowledge));
  ASSERT_OK_AND_ASSIGN(const auto opened,
                       Artefact::Open(root() / "v2", kStore));
  EXPECT_EQ(opened->manifest().files.count("ranker.json"), 1u);
  EXPECT_EQ(opened->knowledge().ranker, kRanker);
  ASSERT_OK_AND_ASSIGN(const auto made,
                       Artefact::FromKnowledge(Origin("v2"), knowledge));
  for (const auto& artefact : {opened, made}) {
    ASSERT_NE(artefact->ranker(), nullptr);
    std::vector<float> margins(2);
    artefact->ranker()->Score(std::vector<float>{1, 2}, margins);
    EXPECT_THAT(margins, ElementsAre(1.5f, 3.5f));
  }
}

TEST_F(ArtefactTest, WithoutARankerThereIsNeitherFileNorRanker) {
  EXPECT_FALSE(fs::exists(v1() / "ranker.json"));
  ASSERT_OK_AND_ASSIGN(const auto artefact, Artefact::Open(v1(), kStore));
  EXPECT_EQ(artefact->ranker(), nullptr);
}

TEST_F(ArtefactTest, ADamagedRankerIsNeitherWrittenNorOpened) {
  Knowledge knowledge = *knowledge_;
  knowledge.ranker = "{}";
  EXPECT_THAT(WriteArtefact(root(), Origin("v2"), knowledge),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("learner: is missing")));
  knowledge.ranker = kRanker;
  ASSERT_OK(WriteArtefact(root(), Origin("v2"), knowledge));
  std::string damaged = kRanker;
  damaged[damaged.find("3.0")] = '4';
  Overwrite(root() / "v2" / "ranker.json", damaged);
  EXPECT_THAT(Artefact::Open(root() / "v2", kStore),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("ranker.json")));
}

TEST_F(ArtefactTest, AnotherStoresArtefactIsRefused) {
  EXPECT_THAT(
      Artefact::Open(v1(), "other"),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("other")));
}

TEST_F(ArtefactTest, ANewerFormatIsRefused) {
  std::string text = Contents(v1() / "manifest.json");
  const std::string current = "\"format\": 3";
  text.replace(text.find(current), current.size(), "\"format\": 4");
  Overwrite(v1() / "manifest.json", text);
  EXPECT_THAT(
      Artefact::Open(v1(), kStore),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("format 4")));
}

TEST_F(ArtefactTest, AnArtefactUnderAnotherNameIsRefused) {
  fs::rename(v1(), root() / "v2");
  EXPECT_THAT(Artefact::Open(root() / "v2", kStore),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("v1")));
}

TEST_F(ArtefactTest, AMissingDirectoryIsNotFound) {
  EXPECT_THAT(Artefact::Open(root() / "v9", kStore),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ArtefactTest, AWriterThatWasStoppedLeavesNothingToSee) {
  fs::create_directory(root() / ".writing-v2");
  Overwrite(root() / ".writing-v2" / "similar.bin", "half");
  ASSERT_OK_AND_ASSIGN(const auto versions, ListVersions(root()));
  EXPECT_THAT(versions, ElementsAre("v1"));
  ASSERT_OK(WriteArtefact(root(), Origin("v2"), *knowledge_));
  EXPECT_THAT(FilesOf(root()), ElementsAre("v1", "v2"));
  EXPECT_OK(Artefact::Open(root() / "v2", kStore));
}

TEST_F(ArtefactTest, AVersionIsWrittenOnce) {
  EXPECT_THAT(WriteArtefact(root(), Origin("v1"), *knowledge_),
              StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_F(ArtefactTest, VersionNamesThatLeadElsewhereAreRefused) {
  for (const char* name : {"", ".", "..", ".v", "a/b", "a b"}) {
    EXPECT_THAT(WriteArtefact(root(), Origin(name), *knowledge_),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << name;
  }
}

TEST_F(ArtefactTest, KnowledgeThatDoesNotHoldTogetherIsNotWritten) {
  const auto refused = [&](auto&& spoil) {
    Knowledge knowledge = *knowledge_;
    spoil(knowledge);
    EXPECT_THAT(WriteArtefact(root(), Origin("v2"), knowledge),
                StatusIs(absl::StatusCode::kInvalidArgument));
  };
  refused([](Knowledge& k) { k.similar.entries[0].product = 300; });
  refused([](Knowledge& k) { k.similar.offsets[1] = 1 << 30; });
  refused([](Knowledge& k) { k.popularity.pop_back(); });
  refused([](Knowledge& k) { k.popular.AddRow({}); });
  refused([](Knowledge& k) {
    k.embeddings[5] = std::numeric_limits<float>::infinity();
  });
}

TEST_F(ArtefactTest, VersionsAreListedOldestFirst) {
  ASSERT_OK(WriteArtefact(root(), Origin("v3"), *knowledge_));
  ASSERT_OK(WriteArtefact(root(), Origin("v2"), *knowledge_));
  ASSERT_OK_AND_ASSIGN(const auto versions, ListVersions(root()));
  EXPECT_THAT(versions, ElementsAre("v1", "v2", "v3"));
  ASSERT_OK_AND_ASSIGN(const auto none, ListVersions(root() / "none"));
  EXPECT_THAT(none, IsEmpty());
}

TEST_F(ArtefactTest, TheSameLogGivesTheSameBytesWhateverTheThreads) {
  for (const int threads : {1, 3}) {
    const fs::path other = temp_.path() / std::to_string(threads);
    ASSERT_OK_AND_ASSIGN(const Knowledge again, LearnSmall(threads));
    ASSERT_OK(WriteArtefact(other, Origin("v1"), again));
    for (const std::string& name : FilesOf(v1())) {
      EXPECT_EQ(Contents(v1() / name), Contents(other / "v1" / name))
          << name << " with " << threads << " threads";
    }
  }
}

}  // namespace
}  // namespace patron::index
