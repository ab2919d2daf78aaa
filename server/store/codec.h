// Thrift structs to bytes and back, by the compact protocol: rows, and the
// bodies whose digests tell a repeated request from a changed one.
//
//   batch.Put(Family::kProducts, key, Encode(product));
//   PATRON_ASSIGN_OR_RETURN(const auto product, Decode<wire::Product>(row,
//   "product 7"));
#pragma once

#include <thrift/protocol/TCompactProtocol.h>
#include <thrift/transport/TBufferTransports.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace patron::store {

// Appends the bytes of `row` to `out`. Reuse of one Encoder saves allocations;
// one thread.
class Encoder {
 public:
  Encoder()
      : buffer_(
            std::make_shared<apache::thrift::transport::TMemoryBuffer>(512)),
        protocol_(buffer_) {}

  // The bytes, valid until the next call.
  template <typename Row>
  absl::string_view Encode(const Row& row) {
    buffer_->resetBuffer();
    row.write(&protocol_);
    uint8_t* bytes = nullptr;
    uint32_t size = 0;
    buffer_->getBuffer(&bytes, &size);
    return {reinterpret_cast<const char*>(bytes), size};
  }

 private:
  std::shared_ptr<apache::thrift::transport::TMemoryBuffer> buffer_;
  apache::thrift::protocol::TCompactProtocolT<
      apache::thrift::transport::TMemoryBuffer>
      protocol_;
};

template <typename Row>
std::string Encode(const Row& row) {
  return std::string(Encoder().Encode(row));
}

// kDataLoss naming `what` for bytes that are not exactly one `Row`.
template <typename Row>
absl::StatusOr<Row> Decode(absl::string_view bytes, absl::string_view what) {
  using apache::thrift::transport::TMemoryBuffer;
  const auto buffer = std::make_shared<TMemoryBuffer>(
      reinterpret_cast<uint8_t*>(const_cast<char*>(bytes.data())),
      static_cast<uint32_t>(bytes.size()), TMemoryBuffer::OBSERVE);
  apache::thrift::protocol::TCompactProtocolT<TMemoryBuffer> protocol(buffer);
  try {
    Row row;
    const uint32_t used = row.read(&protocol);
    if (used == bytes.size()) return row;
    return absl::DataLossError(absl::StrCat(what, ": row of ", bytes.size(),
                                            " bytes ends after ", used));
  } catch (const apache::thrift::TException& e) {
    return absl::DataLossError(absl::StrCat(
        what, ": row of ", bytes.size(), " bytes does not decode: ", e.what()));
  }
}

}  // namespace patron::store
