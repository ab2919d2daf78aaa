// Rows to the structs of the API. One .cc a kind holds its fields.
//
// Threads: one a decoder.
// Errors:  a row that is refused becomes a RowProblem "FIELD: reason with the
//          value"; the rest of its element is left out with it, and said so.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "storefront_types.h"
#include "tools/patron/record.h"
#include "tools/patron/values.h"
#include "types_types.h"

namespace patron::cli {

// How texts are to be understood.
struct ValueOptions {
  absl::TimeZone time_zone = absl::UTCTimeZone();
  AmountUnit amounts = AmountUnit::kMinor;
};

// One struct and the rows it came from.
template <typename T>
struct Element {
  T value;
  int64_t line = 0;  // of its first row
  int64_t rows = 1;
};

// What came out of the rows so far.
template <typename T>
struct Decoded {
  std::vector<Element<T>> elements;
  std::vector<RowProblem> problems;
  int64_t rows_left_out = 0;  // of elements that were refused
  int64_t elements_left_out = 0;
};

template <typename T>
class Decoder {
 public:
  virtual ~Decoder() = default;
  virtual void Add(const Record& record, Decoded<T>& out) = 0;
  // A row that could not be read.
  virtual void AddBroken(RowProblem problem, Decoded<T>& out) = 0;
  // No further row belongs to what was added.
  virtual void Finish(Decoded<T>& out) = 0;
};

absl::Status DecodeCustomer(const Record& record, const ValueOptions& options,
                            wire::Customer& customer);
absl::Status DecodeProduct(const Record& record, const ValueOptions& options,
                           wire::Product& product);
absl::Status DecodeStock(const Record& record, const ValueOptions& options,
                         wire::StockLevel& level);
absl::Status DecodeEvent(const Record& record, const ValueOptions& options,
                         wire::Event& event);

// "view" and "VIEW" are VIEW.
absl::StatusOr<wire::Measure::type> ParseMeasure(absl::string_view field,
                                                 absl::string_view text);
absl::StatusOr<wire::EventKind::type> ParseEventKind(absl::string_view field,
                                                     absl::string_view text);

// For any of the kinds; receipts and returns are put together from rows that
// stand one after the other.
template <typename T>
std::unique_ptr<Decoder<T>> MakeDecoder(const ValueOptions& options);
template <>
std::unique_ptr<Decoder<wire::Customer>> MakeDecoder(const ValueOptions&);
template <>
std::unique_ptr<Decoder<wire::Product>> MakeDecoder(const ValueOptions&);
template <>
std::unique_ptr<Decoder<wire::StockLevel>> MakeDecoder(const ValueOptions&);
template <>
std::unique_ptr<Decoder<wire::Purchase>> MakeDecoder(const ValueOptions&);
template <>
std::unique_ptr<Decoder<wire::PurchaseReturn>> MakeDecoder(const ValueOptions&);
template <>
std::unique_ptr<Decoder<wire::Event>> MakeDecoder(const ValueOptions&);

}  // namespace patron::cli
