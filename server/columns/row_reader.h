// Stored rows read for the columns: what lines and events are made of, and
// nothing else. Several times faster than the whole row; Load reads millions.
//
// Threads: one. Errors: kDataLoss for bytes that are not exactly one row; the
// reader is of no use after one.
#pragma once

#include <thrift/protocol/TCompactProtocol.h>
#include <thrift/transport/TBufferTransports.h>

#include <memory>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "records_types.h"

namespace patron::columns {

class RowReader {
 public:
  RowReader();

  // Valid until the next call; fields that ForEachLine and ToEvent do not look
  // at are not set.
  absl::StatusOr<const wire::PurchaseRow*> Purchase(absl::string_view bytes);
  absl::StatusOr<const wire::EventRow*> Event(absl::string_view bytes);

 private:
  using Buffer = apache::thrift::transport::TMemoryBuffer;
  using Protocol = apache::thrift::protocol::TCompactProtocolT<Buffer>;

  // Reads one struct: `field` takes the fields that it knows by their ids and
  // answers whether it did; the others are skipped.
  void ReadStruct(absl::FunctionRef<bool(int id)> field);
  absl::Status ReadAll(absl::string_view bytes, absl::string_view what,
                       absl::FunctionRef<bool(int id)> field);
  bool ReadPurchaseField(int id);
  bool ReadLineField(int id, wire::StoredLine& line);
  bool ReadEventField(int id);
  void ReadLines();

  const std::shared_ptr<Buffer> buffer_;
  Protocol protocol_;
  wire::PurchaseRow purchase_;
  wire::EventRow event_;
};

}  // namespace patron::columns
