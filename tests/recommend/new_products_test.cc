// A product put a moment ago, and a customer never seen before.
#include <algorithm>

#include "tests/recommend/test_shop.h"
#include "tests/testing/status_matchers.h"

namespace patron::recommend {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using wire::Placement;
using wire::ReasonCode;

class NewProductsTest : public ::testing::Test {
 protected:
  NewProductsTest() {
    shop_.OpenWithHabits();
    // No time passes, nothing is learned again.
    shop_.Put(TestShop::Product("jam-new", {"food", "jam"}, "brand-1", 100));
  }
  TestShop shop_;
};

TEST_F(NewProductsTest, ItStandsAmongTheSimilarOfItsLike) {
  const auto items = shop_.Ask(About(Placement::SIMILAR, {"jam-1"}, 10));
  const auto* found = Find(items, "jam-new");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->because_of, "jam-1");
}

TEST_F(NewProductsTest, ItStandsAmongWhatGoesWithTheCompanionsOfItsLike) {
  const auto items = shop_.Ask(About(Placement::GOES_WITH, {"bread-1"}, 5));
  EXPECT_EQ(items[0].product_id, "jam-1") << "what is known comes first";
  const auto* found = Find(items, "jam-new");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->reason, ReasonCode::GOES_WITH_PRODUCT);
  EXPECT_EQ(found->reason_text,
            "New, and of a kind that is often bought together with The "
            "bread-1.");
}

TEST_F(NewProductsTest, ItsOwnPageShowsWhatGoesWithItsLike) {
  const auto items = shop_.Ask(About(Placement::GOES_WITH, {"jam-new"}, 3));
  EXPECT_EQ(items[0].product_id, "bread-1");
  EXPECT_EQ(items[0].reason_text,
            "Often bought together with products like The jam-new.");
}

TEST_F(NewProductsTest, ItIsANewArrivalAndCanBeBoughtOnABasketPage) {
  EXPECT_EQ(shop_.AskIds(Ask(Placement::NEW_ARRIVALS, 1))[0], "jam-new");
  EXPECT_THAT(shop_.AskIds(About(Placement::BASKET, {"bread-1"}, 5)),
              Contains("jam-new"));
}

TEST_F(NewProductsTest, ADiscontinuedOneIsFoundNowhere) {
  wire::Product gone =
      TestShop::Product("jam-new", {"food", "jam"}, "brand-1", 100);
  gone.discontinued = true;
  shop_.Put(gone);
  for (const auto placement :
       {Placement::SIMILAR, Placement::GOES_WITH, Placement::BASKET,
        Placement::SUBSTITUTE, Placement::CHECKOUT})
    EXPECT_EQ(Find(shop_.Ask(About(placement, {"bread-1"}, 100)), "jam-new"),
              nullptr)
        << placement;
}

TEST_F(NewProductsTest, TheFirstClickOfSomebodyNewChangesHerSecondAnswer) {
  const auto first = shop_.AskIds(Home("zoe", 10));
  shop_.Do("zoe", wire::EventKind::CLICK, "wine-2");
  const auto second = shop_.Ask(Home("zoe", 10));
  EXPECT_NE(IdsOf(second), first);
  const auto because = std::find_if(
      second.begin(), second.end(),
      [](const auto& item) { return item.because_of == "wine-2"; });
  ASSERT_NE(because, second.end());
  EXPECT_EQ(because->reason_text, "Like The wine-2, which you looked at.");
}

TEST_F(NewProductsTest, EveryAnswerTellsWhatPutItInOrder) {
  for (const auto placement : {Placement::HOME, Placement::KIOSK}) {
    ASSERT_OK_AND_ASSIGN(const Answer answer, shop_.TryAsk(Ask(placement, 3)));
    EXPECT_NE(answer.reply.ranking_version, "");
    EXPECT_EQ(answer.reply.ranking_version, answer.ranked.ranking_version);
  }
}

}  // namespace
}  // namespace patron::recommend
