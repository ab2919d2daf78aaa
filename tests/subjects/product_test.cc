// Each line is a rule and whether it holds for the product of fakes.h.

#include <gtest/gtest.h>

#include <string>

#include "server/rules/rules.h"
#include "tests/subjects/fakes.h"
#include "tests/testing/status_matchers.h"

namespace patron::subjects {
namespace {

using ::patron::testing::FullProduct;
using ::patron::testing::kToday;

bool Holds(const std::string& rule, const wire::Product* product) {
  const auto program = rules::Compile(rule, ProductSchema());
  EXPECT_OK(program) << rule;
  return program.ok() &&
         program->Holds(ProductSubject("espresso", product, kToday));
}

TEST(ProductSubjectTest, AProductOfWhichEverythingIsTold) {
  const wire::Product product = FullProduct();
  for (const char* rule : {
           "product = \"espresso\"",
           "category has \"coffee\" and category has \"food\"",
           "not category has \"tea\"",
           "brand = \"Acme\" and seller = \"Beans Ltd\"",
           "price = 899 and currency = \"EUR\"",
           "price_tier = \"high\" and motive = \"quality\"",
           "variant_of = \"coffee\"",
           "attribute[\"roast\"] = \"dark\"",
           "not known(attribute[\"size\"])",
           "minimum_age = 16",
           "discontinued",
       })
    EXPECT_TRUE(Holds(rule, &product)) << rule;
}

TEST(ProductSubjectTest, OfABareProductLittleIsKnown) {
  const wire::Product product;
  EXPECT_TRUE(Holds("known(category) and not category has \"\"", &product));
  EXPECT_TRUE(Holds("known(discontinued) and not discontinued", &product));
  for (const char* rule :
       {"known(brand)", "known(seller)", "known(price)", "known(currency)",
        "known(price_tier)", "known(motive)", "known(variant_of)",
        "known(attribute[\"roast\"])", "known(minimum_age)"})
    EXPECT_FALSE(Holds(rule, &product)) << rule;
}

TEST(ProductSubjectTest, AnUnlistedProductIsKnownByItsId) {
  EXPECT_TRUE(Holds("product in (\"espresso\", \"tea\")", nullptr));
  EXPECT_FALSE(Holds("known(category) or known(discontinued)", nullptr));
}

TEST(ProductSubjectTest, PriceTiersAndMotives) {
  wire::Product product;
  product.price_tier = wire::PriceTier::LOW;
  product.motive = wire::Motive::VALUE;
  EXPECT_TRUE(Holds("price_tier = \"low\" and motive = \"value\"", &product));
  product.price_tier = wire::PriceTier::MIDDLE;
  EXPECT_TRUE(Holds("price_tier = \"middle\"", &product));
}

TEST(ProductSubjectTest, AProductHasNoRows) {
  const wire::Product product = FullProduct();
  const ProductSubject subject("espresso", &product, kToday);
  EXPECT_EQ(subject.Today(), kToday);
  subject.ForEach(0, 0, [](const rules::Row&) {
    ADD_FAILURE() << "a row";
    return true;
  });
}

}  // namespace
}  // namespace patron::subjects
