#include "tests/offers/shop.h"

#include <utility>

#include "server/base/check.h"
#include "server/base/status_macros.h"

namespace patron::testing {

wire::OfferCountRow FakeUsage::Count(uint32_t offer_ordinal) const {
  const auto found = counts.find(offer_ordinal);
  return found == counts.end() ? wire::OfferCountRow() : found->second;
}

absl::StatusOr<std::optional<wire::CodeRow>> FakeUsage::Code(
    absl::string_view code) const {
  if (!broken.ok()) return broken;
  const auto found = codes.find(code);
  if (found == codes.end()) return std::nullopt;
  return found->second;
}

absl::Status Shop::Define(wire::Definitions definitions) {
  std::vector<uint32_t> programmes, offers;
  for (size_t i = 0; i < definitions.programmes.size(); ++i)
    programmes.push_back(ProgrammeOrdinal(i));
  for (size_t i = 0; i < definitions.offers.size(); ++i)
    offers.push_back(OfferOrdinal(i));
  wire::DefinitionsVersion version;
  version.version = 7;
  version.definitions = std::move(definitions);
  PATRON_ASSIGN_OR_RETURN(
      compiled_, offers::Compile(std::move(version), programmes, offers));
  return absl::OkStatus();
}

offers::World Shop::world() const {
  offers::World world;
  world.definitions = compiled_.get();
  world.products = this;
  world.find_product = &find_product_;
  world.usage = &usage;
  world.now_us = now_us;
  world.today = today;
  world.customer.today = today;
  world.customer.programmes = &compiled_->programmes;
  world.customer.products = this;
  if (anonymous) return world;
  world.customer.facts = &facts;
  world.customer.traits = &traits;
  world.customer.account = &account;
  world.ordinal = CustomerOrdinal(5);
  world.customer_id = customer_id;
  return world;
}

absl::StatusOr<wire::Quote> Shop::Quote(
    const wire::QuoteRequest& request) const {
  return offers::MakeQuote(request, world());
}

wire::Product& Shop::AddProduct(const std::string& id,
                                std::vector<std::string> categories) {
  wire::Product& product = products_.emplace_back();
  product.product_id = id;
  product.category_path = std::move(categories);
  return product;
}

const wire::Product* Shop::Find(ProductOrdinal product) const {
  return product.value() < products_.size() ? &products_[product.value()]
                                            : nullptr;
}

ProductOrdinal Shop::OrdinalOfProduct(absl::string_view id) const {
  for (uint32_t i = 0; i < products_.size(); ++i)
    if (products_[i].product_id == id) return ProductOrdinal(i);
  return kNoProduct;
}

wire::ProgrammeAccount& Shop::AccountIn(const std::string& programme_id) {
  const auto* programme = compiled_->programmes.ById(programme_id);
  PATRON_CHECK(programme != nullptr);
  for (wire::ProgrammeAccount& part : account.programmes)
    if (static_cast<uint32_t>(part.programme) == programme->ordinal)
      return part;
  wire::ProgrammeAccount& added = account.programmes.emplace_back();
  added.programme = static_cast<int32_t>(programme->ordinal);
  return added;
}

uint32_t Shop::OrdinalOf(const std::string& offer_id) const {
  const offers::CompiledOffer* offer = compiled_->OfferById(offer_id);
  PATRON_CHECK(offer != nullptr);
  return offer->ordinal;
}

}  // namespace patron::testing
