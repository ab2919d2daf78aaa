// Ids as types: swapping a customer and a product does not compile.
//
// An ordinal is the dense number that a customer, product or store gets when it
// is first seen; it is never reused. History, columns and the index know
// ordinals, the API knows the caller's strings.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <utility>

namespace patron {

template <typename Tag, typename T>
class StrongId {
 public:
  constexpr StrongId() = default;
  constexpr explicit StrongId(T value) : value_(std::move(value)) {}

  constexpr const T& value() const { return value_; }

  friend constexpr auto operator<=>(const StrongId&, const StrongId&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const StrongId& id) {
    return H::combine(std::move(state), id.value_);
  }

 private:
  T value_{};
};

using CustomerOrdinal = StrongId<struct CustomerOrdinalTag, uint32_t>;
using ProductOrdinal = StrongId<struct ProductOrdinalTag, uint32_t>;
using StoreOrdinal = StrongId<struct StoreOrdinalTag, uint32_t>;

// The customer of receipts and events that name none.
inline constexpr CustomerOrdinal kAnonymous{
    std::numeric_limits<uint32_t>::max()};
// "No product", "no store" where one may be absent.
inline constexpr ProductOrdinal kNoProduct{
    std::numeric_limits<uint32_t>::max()};
inline constexpr StoreOrdinal kNoStore{std::numeric_limits<uint32_t>::max()};

// Position of a command in the log: grows, starts at 1, need not be dense.
using LogPosition = StrongId<struct LogPositionTag, uint64_t>;

}  // namespace patron
