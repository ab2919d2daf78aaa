#include "server/loyalty/accounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "server/store/keys.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::loyalty {
namespace {

using store::Family;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::StatusIs;
using wire::EntryKind;

constexpr CustomerOrdinal kAnna{7};
constexpr CustomerOrdinal kBert{263};  // of the same shard
constexpr CustomerOrdinal kCora{8};
const absl::Time kNoon = absl::FromUnixSeconds(1'767'268'800);

class AccountsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto store = store::Store::Open(dir_.File("store"), {});
    ASSERT_OK(store);
    store_ = *std::move(store);
  }

  // One command: points for a customer.
  void EarnFor(CustomerOrdinal customer, Points points, uint64_t position,
               AccountChanges& changes, store::Batch& batch,
               uint32_t programme = 0) {
    Journal journal;
    journal.programme_id = programme == 0 ? "club" : "beans";
    Earn(EntryKind::EARN, points, {}, "receipt",
         changes.Programme(customer, programme), journal);
    changes.Post(customer, LogPosition(position), kNoon, "till 1",
                 std::move(journal.entries), batch);
  }

  void Write(AccountChanges& changes, store::Batch& batch) {
    changes.Flush(batch);
    ASSERT_OK(store_->Write(batch));
    changes.Publish();
  }

  Points BalanceNow(const Accounts& accounts, CustomerOrdinal customer) const {
    wire::AccountRow row;
    if (!accounts.Read(customer, row) || row.programmes.empty()) return 0;
    return BalanceOf(row.programmes[0], 1).available;
  }

  testing::TempDir dir_;
  std::unique_ptr<store::Store> store_;
  Accounts accounts_;
};

TEST_F(AccountsTest, ChangesAreSeenByTheBatchAtOnceAndByReadersWhenPublished) {
  AccountChanges changes(accounts_);
  store::Batch batch(*store_);
  EarnFor(kAnna, 10, 1, changes, batch);
  EXPECT_EQ(changes.Now(kAnna).programmes.size(), 1u);
  EXPECT_EQ(changes.Now(kBert).programmes.size(), 0u);
  EXPECT_EQ(BalanceNow(accounts_, kAnna), 0);
  EXPECT_EQ(accounts_.Totals("club").earned, 0);
  Write(changes, batch);
  EXPECT_EQ(BalanceNow(accounts_, kAnna), 10);
  EXPECT_EQ(accounts_.Totals("club").earned, 10);
  EXPECT_EQ(accounts_.Totals("club").balance, 10);
  EXPECT_EQ(accounts_.size(), 1);
  EXPECT_EQ(changes.Now(kAnna).programmes[0].lots[0].points, 10);
}

TEST_F(AccountsTest, AnAccountThatIsNotThereReadsAsEmpty) {
  wire::AccountRow row;
  row.referrer = 5;
  EXPECT_FALSE(accounts_.Read(kAnna, row));
  EXPECT_EQ(row, wire::AccountRow());
  row.referrer = 5;
  EXPECT_FALSE(accounts_.Read(kAnonymous, row));
  EXPECT_EQ(row, wire::AccountRow());
  EXPECT_EQ(accounts_.Totals("club"), wire::PointsTotalsRow());
}

TEST_F(AccountsTest, LoadingGivesWhatWasPublished) {
  AccountChanges changes(accounts_);
  store::Batch batch(*store_);
  EarnFor(kAnna, 10, 1, changes, batch);
  EarnFor(kBert, 20, 2, changes, batch);
  EarnFor(kAnna, 5, 3, changes, batch, 1);
  Write(changes, batch);
  Accounts loaded;
  ASSERT_OK(loaded.Load(*store_));
  EXPECT_EQ(loaded.size(), 2);
  std::vector<CustomerOrdinal> seen;
  loaded.ForEach([&](CustomerOrdinal customer, const wire::AccountRow& row) {
    seen.push_back(customer);
    wire::AccountRow published;
    EXPECT_TRUE(accounts_.Read(customer, published));
    EXPECT_EQ(row, published);
  });
  EXPECT_THAT(seen, ElementsAre(kAnna, kBert));
  EXPECT_EQ(loaded.Totals("club"), accounts_.Totals("club"));
  EXPECT_EQ(loaded.Totals("beans").balance, 5);
}

TEST_F(AccountsTest, ProgrammesStandByOrdinal) {
  AccountChanges changes(accounts_);
  for (const uint32_t programme : {5, 1, 3, 1})
    changes.Programme(kAnna, programme);
  std::vector<int32_t> ordinals;
  for (const wire::ProgrammeAccount& account : changes.Now(kAnna).programmes)
    ordinals.push_back(account.programme);
  EXPECT_THAT(ordinals, ElementsAre(1, 3, 5));
}

TEST_F(AccountsTest, ARowThatDoesNotDecodeIsDataLoss) {
  store::Batch batch(*store_);
  batch.Put(Family::kAccounts, store::CustomerKey(kAnna), "\xff\xff");
  ASSERT_OK(store_->Write(batch));
  EXPECT_THAT(accounts_.Load(*store_),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("account of 7")));
}

TEST_F(AccountsTest, SumsThatDoNotDecodeAreDataLoss) {
  store::Batch batch(*store_);
  batch.Put(Family::kMeta, TotalsKey("club"), "\xff\xff");
  ASSERT_OK(store_->Write(batch));
  EXPECT_THAT(accounts_.Load(*store_),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("points:club")));
}

TEST_F(AccountsTest, WhereABatchEndsDoesNotShow) {
  const auto fill = [](store::Store& store, int commands_a_batch) {
    Accounts accounts;
    AccountChanges changes(accounts);
    store::Batch batch(store);
    for (uint64_t i = 1; i <= 30; ++i) {
      const CustomerOrdinal customer(static_cast<uint32_t>(i * 7 % 5));
      Journal journal;
      journal.programme_id = i % 2 == 0 ? "club" : "beans";
      Earn(EntryKind::EARN, static_cast<Points>(i), {}, "receipt",
           changes.Programme(customer, i % 2), journal);
      changes.Post(customer, LogPosition(i), kNoon, "", journal.entries, batch);
      if (i % commands_a_batch != 0) continue;
      changes.Flush(batch);
      ASSERT_OK(store.Write(batch));
      changes.Publish();
    }
  };
  ASSERT_OK_AND_ASSIGN(const auto other,
                       store::Store::Open(dir_.File("other"), {}));
  fill(*store_, 1);
  fill(*other, 10);
  ASSERT_OK_AND_ASSIGN(const auto checksum, store_->Checksum());
  ASSERT_OK_AND_ASSIGN(const auto other_checksum, other->Checksum());
  EXPECT_EQ(checksum, other_checksum);
}

TEST_F(AccountsTest, ReadersRunBesideTheWriter) {
  std::atomic<bool> done = false;
  std::thread reader([&] {
    wire::AccountRow row;
    while (!done) {
      if (accounts_.Read(kAnna, row) && !row.programmes.empty()) {
        // Both programmes change together.
        ASSERT_EQ(row.programmes.size(), 2u);
        ASSERT_EQ(row.programmes[0].lots, row.programmes[1].lots);
      }
      accounts_.Totals("club");
    }
  });
  AccountChanges changes(accounts_);
  for (int i = 0; i < 2000; ++i) {
    for (const uint32_t programme : {0, 1}) {
      Journal journal;
      Earn(EntryKind::EARN, 1, {}, "r", changes.Programme(kAnna, programme),
           journal);
    }
    changes.Programme(CustomerOrdinal(kAnna.value() + 256u * i), 0);
    changes.Publish();
  }
  done = true;
  reader.join();
}

// ---- entries

class EntriesTest : public AccountsTest {
 protected:
  // Posts `count` entries of one command; their points are 100 × position + i.
  void PostMany(CustomerOrdinal customer, uint64_t position, int count) {
    AccountChanges changes(accounts_);
    store::Batch batch(*store_);
    std::vector<wire::Entry> entries(count);
    for (int i = 0; i < count; ++i) {
      entries[i].kind = EntryKind::EARN;
      entries[i].programme_id = "club";
      entries[i].points = static_cast<int64_t>(100 * position) + i;
    }
    changes.Post(customer, LogPosition(position), kNoon, "clerk c1",
                 std::move(entries), batch);
    Write(changes, batch);
  }

  std::vector<int64_t> ReadAll(CustomerOrdinal customer, int limit) {
    std::vector<int64_t> points;
    std::string cursor;
    do {
      const auto page = ReadEntries(*store_, customer, limit, cursor);
      if (!page.ok()) {
        ADD_FAILURE() << page.status();
        return points;
      }
      EXPECT_LE(page->entries.size(), static_cast<size_t>(limit));
      for (const wire::Entry& entry : page->entries)
        points.push_back(entry.points);
      cursor = page->next_cursor;
    } while (!cursor.empty());
    return points;
  }
};

TEST_F(EntriesTest, AnEntryKnowsWhoWhenAndWhere) {
  PostMany(kAnna, 3, 1);
  ASSERT_OK_AND_ASSIGN(const auto page, ReadEntries(*store_, kAnna, 10, ""));
  ASSERT_EQ(page.entries.size(), 1u);
  EXPECT_EQ(page.entries[0].actor, "clerk c1");
  EXPECT_EQ(page.entries[0].at_us, absl::ToUnixMicros(kNoon));
  EXPECT_EQ(page.entries[0].log_position, 3);
  EXPECT_EQ(page.next_cursor, "");
}

TEST_F(EntriesTest, PagesOfAnyLengthGiveEveryEntryOnceNewestFirst) {
  PostMany(kCora, 1, 2);
  PostMany(kAnna, 2, 3);
  PostMany(kAnna, 5, 1);
  PostMany(CustomerOrdinal(6), 6, 2);
  PostMany(kAnna, 9, 4);
  for (const int limit : {1, 2, 3, 4, 5, 7, 8, 100})
    EXPECT_THAT(ReadAll(kAnna, limit),
                ElementsAre(903, 902, 901, 900, 500, 202, 201, 200))
        << "limit " << limit;
  EXPECT_THAT(ReadAll(kBert, 3), IsEmpty());
  EXPECT_THAT(ReadAll(kAnonymous, 3), IsEmpty());
}

TEST_F(EntriesTest, NewEntriesDoNotMoveACursor) {
  PostMany(kAnna, 2, 3);
  ASSERT_OK_AND_ASSIGN(const auto first, ReadEntries(*store_, kAnna, 2, ""));
  PostMany(kAnna, 4, 1);
  ASSERT_OK_AND_ASSIGN(const auto second,
                       ReadEntries(*store_, kAnna, 2, first.next_cursor));
  ASSERT_EQ(second.entries.size(), 1u);
  EXPECT_EQ(second.entries[0].points, 200);
}

TEST_F(EntriesTest, ACursorThatIsNotOursIsRefused) {
  for (const char* cursor : {"x", "5", "5.", ".5", "5.1.2", "05.1", " 5.1",
                             "+5.1", "-1.0", "18446744073709551616.0"})
    EXPECT_THAT(
        ReadEntries(*store_, kAnna, 2, cursor),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("cursor")))
        << cursor;
}

TEST_F(EntriesTest, APageOfNothingIsRefused) {
  EXPECT_THAT(ReadEntries(*store_, kAnna, 0, ""),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("limit")));
}

TEST_F(EntriesTest, ACommandWithoutEntriesLeavesNoRow) {
  AccountChanges changes(accounts_);
  store::Batch batch(*store_);
  changes.Post(kAnna, LogPosition(1), kNoon, "", {}, batch);
  EXPECT_EQ(batch.changes(), 0u);
}

}  // namespace
}  // namespace patron::loyalty
