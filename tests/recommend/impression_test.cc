#include "server/recommend/impression.h"

#include "absl/strings/escaping.h"
#include "tests/testing/status_matchers.h"

namespace patron::recommend {
namespace {

using ::patron::testing::StatusIs;
using ::testing::HasSubstr;

constexpr char kKey[] = "a key of thirty-two bytes, or so";

std::unique_ptr<ImpressionSigner> Signer(uint32_t id, absl::string_view key) {
  auto signer = ImpressionSigner::Create(id, key);
  EXPECT_OK(signer);
  return *std::move(signer);
}

ImpressionFacts Facts() {
  ImpressionFacts facts;
  facts.answer_id = 0xfedcba9876543210;
  facts.placement = wire::Placement::BASKET;
  facts.customer_id = "anna";
  facts.store_id = "north";
  facts.shown_at = absl::FromUnixMicros(1767268800123456);
  facts.index_version = "00000007-20260101";
  facts.ranking_version = "blend-1";
  facts.products = {0, 127, 128, 70000, 5};
  return facts;
}

TEST(ImpressionTest, ATokenTellsWhatWasSigned) {
  const auto signer = Signer(3, kKey);
  const std::string token = signer->Sign(Facts());
  ASSERT_OK_AND_ASSIGN(const ImpressionFacts facts, signer->Verify(token));
  EXPECT_EQ(facts, Facts());
}

TEST(ImpressionTest, EmptyFieldsSurvive) {
  const auto signer = Signer(0, kKey);
  ImpressionFacts facts;
  facts.shown_at = absl::UnixEpoch();
  ASSERT_OK_AND_ASSIGN(const ImpressionFacts back,
                       signer->Verify(signer->Sign(facts)));
  EXPECT_EQ(back, facts);
}

TEST(ImpressionTest, TheSignatureIsHmacSha256) {
  // HMAC-SHA256 over the packed bytes, computed independently with Python's
  // hmac.
  const auto signer = Signer(1, "0123456789abcdef");
  ImpressionFacts facts;
  facts.answer_id = 1;
  facts.shown_at = absl::FromUnixMicros(2);
  EXPECT_EQ(signer->Sign(facts), "AQEBAQIAAAAAAMGMrm2tMTVCjWjgGU6E0YY");
}

TEST(ImpressionTest, EveryChangedCharacterIsRefused) {
  const auto signer = Signer(3, kKey);
  const std::string token = signer->Sign(Facts());
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_THAT(signer->Verify(changed),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << i;
  }
}

TEST(ImpressionTest, EveryShorterAndALongerTokenIsRefused) {
  const auto signer = Signer(3, kKey);
  const std::string token = signer->Sign(Facts());
  for (size_t size = 0; size < token.size(); ++size)
    EXPECT_THAT(signer->Verify(token.substr(0, size)),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << size;
  EXPECT_THAT(signer->Verify(token + "AAAA"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(
      signer->Verify(std::string(1 << 20, 'A')),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("longer")));
}

TEST(ImpressionTest, ATokenOfAnotherKeyIsRefused) {
  const std::string token = Signer(3, kKey)->Sign(Facts());
  EXPECT_THAT(
      Signer(3, "another key of 32 bytes, or so..")->Verify(token),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("signature")));
  EXPECT_THAT(Signer(4, kKey)->Verify(token),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("key 3")));
}

TEST(ImpressionTest, AShortKeyIsRefused) {
  EXPECT_THAT(
      ImpressionSigner::Create(1, "short"),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("5 bytes")));
}

TEST(ImpressionTest, TheLogsFormCarriesOrdinalsAndTheVersionsNumber) {
  const wire::Impression impression = ToCommand(Facts());
  EXPECT_EQ(impression.answer_id, static_cast<int64_t>(0xfedcba9876543210));
  EXPECT_EQ(impression.index_version, 7);
  EXPECT_EQ(impression.products, Facts().products);
  EXPECT_EQ(impression.shown_at_us, 1767268800123456);
}

TEST(ImpressionTest, TheApisFormCarriesIdsOfKnownProducts) {
  store::Ordinals ordinals;
  ordinals.products.Publish({"p0", "p1"});
  ImpressionFacts facts = Facts();
  facts.products = {1, 9, 0};
  EXPECT_EQ(ToWire(facts, ordinals).product_ids,
            (std::vector<std::string>{"p1", "p0"}));
}

}  // namespace
}  // namespace patron::recommend
