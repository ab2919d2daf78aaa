#include "server/commit/replies.h"

#include "absl/strings/str_cat.h"
#include "records_types.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/store/codec.h"
#include "server/store/keys.h"

namespace patron::commit {
namespace {

using store::Family;

wire::CommandReply Refuse(wire::ErrorCode::type code, std::string message) {
  wire::Refusal refusal;
  refusal.code = code;
  refusal.message = std::move(message);
  wire::CommandReply reply;
  reply.__set_refusal(std::move(refusal));
  return reply;
}

Digest128 FromBytes(absl::string_view bytes) {
  Digest128 digest;
  for (size_t i = 0; i < 8; ++i) {
    digest.high = digest.high << 8 | static_cast<unsigned char>(bytes[i]);
    digest.low = digest.low << 8 | static_cast<unsigned char>(bytes[8 + i]);
  }
  return digest;
}

absl::StatusOr<wire::ReplyRow> DecodeReply(absl::string_view bytes) {
  PATRON_ASSIGN_OR_RETURN(auto row,
                          store::Decode<wire::ReplyRow>(bytes, "reply"));
  if (row.body_digest.size() != 16)
    return absl::DataLossError(
        absl::StrCat("reply: digest of ", row.body_digest.size(), " bytes"));
  return row;
}

}  // namespace

absl::Status Replies::Load(const store::Store& store) {
  absl::Status problem;
  PATRON_RETURN_IF_ERROR(store.Scan(
      Family::kReplies, "", "",
      [&](absl::string_view key, absl::string_view value) {
        const auto position = store::DecodePositionKey(key);
        const auto row = DecodeReply(value);
        problem = position.ok() ? row.status() : position.status();
        if (!problem.ok()) return false;
        const Digest128 request = DigestOf(row->request_id);
        by_request_[request] = {*position, FromBytes(row->body_digest)};
        in_order_.emplace_back(*position, request);
        return true;
      }));
  return problem;
}

absl::StatusOr<std::optional<wire::CommandReply>> Replies::Find(
    const PendingCommand& pending, const store::Batch& batch) const {
  const std::string& request_id = pending.command.request_id;
  const auto known = by_request_.find(DigestOf(request_id));
  if (known == by_request_.end()) return std::nullopt;
  if (known->second.body != pending.body_digest)
    return Refuse(
        wire::ErrorCode::ALREADY_EXISTS,
        absl::StrCat("request_id: ", Quoted(request_id),
                     " was used at log position ",
                     known->second.position.value(), " with another body"));
  PATRON_ASSIGN_OR_RETURN(
      const auto bytes,
      batch.Get(Family::kReplies, store::PositionKey(known->second.position)));
  if (!bytes)
    return absl::DataLossError(
        absl::StrCat("reply ", known->second.position.value(), " is gone"));
  PATRON_ASSIGN_OR_RETURN(auto row, DecodeReply(*bytes));
  return std::move(row.reply);
}

void Replies::Remember(const PendingCommand& pending,
                       const wire::CommandReply& reply, store::Batch& batch) {
  const Digest128 request = DigestOf(pending.command.request_id);
  wire::ReplyRow row;
  row.request_id = pending.command.request_id;
  row.body_digest = pending.body_digest.ToBytes();
  row.reply = reply;
  row.logged_at_us = pending.command.logged_at_us;
  batch.Put(Family::kReplies, store::PositionKey(pending.position),
            store::Encode(row));
  by_request_[request] = {pending.position, pending.body_digest};
  in_order_.emplace_back(pending.position, request);
}

void Replies::Forget(LogPosition before, store::Batch& batch) {
  while (!in_order_.empty() && in_order_.front().first < before) {
    by_request_.erase(in_order_.front().second);
    in_order_.pop_front();
  }
  batch.DeleteRange(Family::kReplies, store::PositionKey(LogPosition(0)),
                    store::PositionKey(before));
}

absl::StatusOr<std::optional<LogPosition>> FirstReplySince(
    const store::Store& store, absl::Time moment, int most) {
  std::optional<LogPosition> first;
  int seen = 0;
  absl::Status problem;
  PATRON_RETURN_IF_ERROR(store.Scan(
      Family::kReplies, "", "",
      [&](absl::string_view key, absl::string_view value) {
        const auto position = store::DecodePositionKey(key);
        const auto row = DecodeReply(value);
        problem = position.ok() ? row.status() : position.status();
        if (!problem.ok()) return false;
        const bool old = absl::FromUnixMicros(row->logged_at_us) < moment;
        if (old || seen > 0)
          first = LogPosition(old ? position->value() + 1 : position->value());
        return old && ++seen < most;
      }));
  PATRON_RETURN_IF_ERROR(problem);
  return first;
}

}  // namespace patron::commit
