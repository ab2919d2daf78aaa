#include "server/base/digest.h"

#include <gtest/gtest.h>

namespace patron {
namespace {

// Digests stand in stores and artefacts: other values are another format.
TEST(DigestTest, ValuesArePinned) {
  EXPECT_EQ(DigestOf("").ToHex(), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(DigestOf("patron").ToBytes().size(), 16u);
  EXPECT_EQ(ShortDigestOf("patron"), DigestOf("patron").low);
}

TEST(DigestTest, PiecesGiveTheDigestOfTheWhole) {
  DigestStream stream;
  stream.Add("pat");
  stream.Add("ron");
  EXPECT_EQ(stream.Finish(), DigestOf("patron"));
}

}  // namespace
}  // namespace patron
