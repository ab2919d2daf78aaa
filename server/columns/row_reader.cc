#include "server/columns/row_reader.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"

namespace patron::columns {
namespace {

using apache::thrift::protocol::TType;

}  // namespace

RowReader::RowReader()
    : buffer_(std::make_shared<Buffer>()), protocol_(buffer_) {}

void RowReader::ReadStruct(absl::FunctionRef<bool(int)> field) {
  std::string name;
  TType type = apache::thrift::protocol::T_STOP;
  int16_t id = 0;
  protocol_.readStructBegin(name);
  for (;;) {
    protocol_.readFieldBegin(name, type, id);
    if (type == apache::thrift::protocol::T_STOP) break;
    if (!field(id)) protocol_.skip(type);
    protocol_.readFieldEnd();
  }
  protocol_.readStructEnd();
}

bool RowReader::ReadLineField(int id, wire::StoredLine& line) {
  switch (id) {
    case 1:
      protocol_.readI32(line.product);
      return true;
    case 2:
      protocol_.readI64(line.quantity_milli);
      return true;
    case 3:
      protocol_.readI64(line.amount);
      return true;
    case 4:
      protocol_.readI64(line.list_amount);
      return true;
    case 7:
      protocol_.readI64(line.returned_milli);
      return true;
    case 8:
      protocol_.readI64(line.refunded);
      return true;
    default:
      return false;
  }
}

void RowReader::ReadLines() {
  TType type = apache::thrift::protocol::T_STOP;
  uint32_t size = 0;
  protocol_.readListBegin(type, size);
  purchase_.lines.resize(size);
  for (wire::StoredLine& line : purchase_.lines) {
    line.returned_milli = line.refunded = 0;
    ReadStruct([&](int id) { return ReadLineField(id, line); });
  }
  protocol_.readListEnd();
}

bool RowReader::ReadPurchaseField(int id) {
  switch (id) {
    case 2:
      protocol_.readI32(purchase_.store);
      return true;
    case 3:
      protocol_.readString(purchase_.channel);
      return true;
    case 4:
      protocol_.readString(purchase_.currency);
      return true;
    case 5:
      protocol_.readI32(purchase_.local_day);
      return true;
    case 6:
      ReadLines();
      return true;
    default:
      return false;
  }
}

bool RowReader::ReadEventField(int id) {
  switch (id) {
    case 1:
      protocol_.readI32(event_.kind);
      return true;
    case 2:
      protocol_.readI32(event_.product);
      return true;
    case 3:
      protocol_.readI32(event_.store);
      return true;
    case 4:
      protocol_.readString(event_.channel);
      return true;
    case 5:
      protocol_.readI32(event_.local_day);
      return true;
    case 6:
      protocol_.readI64(event_.dwell_ms);
      event_.__isset.dwell_ms = true;
      return true;
    case 8:
      protocol_.readI64(event_.value);
      event_.__isset.value = true;
      return true;
    case 15:
      protocol_.readI32(event_.measure);
      event_.__isset.measure = true;
      return true;
    default:
      return false;
  }
}

absl::Status RowReader::ReadAll(absl::string_view bytes, absl::string_view what,
                                absl::FunctionRef<bool(int)> field) {
  // Bytes are counted against the largest message until a read has ended.
  buffer_->readEnd();
  buffer_->resetBuffer(
      reinterpret_cast<uint8_t*>(const_cast<char*>(bytes.data())),
      static_cast<uint32_t>(bytes.size()), Buffer::OBSERVE);
  try {
    ReadStruct(field);
  } catch (const apache::thrift::TException& e) {
    return absl::DataLossError(absl::StrCat(
        what, ": row of ", bytes.size(), " bytes does not decode: ", e.what()));
  }
  const uint32_t left = buffer_->available_read();
  if (left == 0) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(what, ": row of ", bytes.size(),
                                          " bytes ends after ",
                                          bytes.size() - left));
}

absl::StatusOr<const wire::PurchaseRow*> RowReader::Purchase(
    absl::string_view bytes) {
  purchase_.lines.clear();
  purchase_.channel.clear();
  purchase_.currency.clear();
  PATRON_RETURN_IF_ERROR(ReadAll(
      bytes, "purchase", [this](int id) { return ReadPurchaseField(id); }));
  return &purchase_;
}

absl::StatusOr<const wire::EventRow*> RowReader::Event(
    absl::string_view bytes) {
  event_ = wire::EventRow();
  PATRON_RETURN_IF_ERROR(
      ReadAll(bytes, "event", [this](int id) { return ReadEventField(id); }));
  return &event_;
}

}  // namespace patron::columns
