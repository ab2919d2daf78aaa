#include "server/api/connection.h"

#include <thrift/TApplicationException.h>
#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/protocol/TCompactProtocol.h>
#include <thrift/transport/TBufferTransports.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/api/admin_handler.h"
#include "server/api/loyalty_handler.h"
#include "server/api/marketing_handler.h"
#include "server/api/methods.h"
#include "server/api/session.h"
#include "server/api/storefront_handler.h"
#include "server/base/log.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"

namespace patron::api {
namespace {

namespace protocol = apache::thrift::protocol;
using apache::thrift::TApplicationException;
using apache::thrift::TConfiguration;
using apache::thrift::transport::TMemoryBuffer;
using Binary = protocol::TBinaryProtocolT<TMemoryBuffer>;
using Compact = protocol::TCompactProtocolT<TMemoryBuffer>;

constexpr uint8_t kBinaryFirst = 0x80;
constexpr uint8_t kCompactFirst = 0x82;
constexpr uint32_t kSmallAnswer = 4 << 10;
constexpr uint32_t kKeptAnswer = 1 << 20;
// Enough of a frame to read the name of its call.
constexpr size_t kNameBytes = 128;

// Calls answered one by one: dispatchCall is protected in what is generated.
template <typename Processor>
struct Calls final : Processor {
  using Processor::dispatchCall;
  using Processor::Processor;
};

struct CallHeader {
  std::string name;
  int32_t sequence = 0;
};

// The bytes of one frame in, of one out, by either protocol.
class Codec {
 public:
  explicit Codec(const CallLimits& limits)
      : in_(std::make_shared<TMemoryBuffer>(
            0, std::make_shared<TConfiguration>(
                   static_cast<int>(limits.max_frame_bytes) + 1))),
        out_(std::make_shared<TMemoryBuffer>(kSmallAnswer)),
        binary_in_(in_),
        binary_out_(out_),
        compact_in_(in_, static_cast<int32_t>(limits.max_frame_bytes),
                    limits.max_container),
        compact_out_(out_) {
    binary_in_.setContainerSizeLimit(limits.max_container);
  }

  // Starts on a frame: kInvalidArgument for bytes that are no call.
  absl::StatusOr<CallHeader> Open(absl::string_view frame);

  protocol::TProtocol* in() { return in_protocol_; }
  protocol::TProtocol* out() { return out_protocol_; }

  // Takes back what was written, so that another answer can be.
  void StartAnswer();
  // The whole answer with its length before it, valid until the next Open.
  absl::string_view FinishAnswer();

 private:
  void Choose(uint8_t first, size_t size);

  std::shared_ptr<TMemoryBuffer> in_;
  std::shared_ptr<TMemoryBuffer> out_;
  Binary binary_in_, binary_out_;
  Compact compact_in_, compact_out_;
  protocol::TProtocol* in_protocol_ = &binary_in_;
  protocol::TProtocol* out_protocol_ = &binary_out_;
};

void Codec::Choose(uint8_t first, size_t size) {
  const bool compact = first == kCompactFirst;
  in_protocol_ =
      compact ? static_cast<protocol::TProtocol*>(&compact_in_) : &binary_in_;
  out_protocol_ =
      compact ? static_cast<protocol::TProtocol*>(&compact_out_) : &binary_out_;
  // No text is longer than its frame. The compact protocol's limit is fixed: it
  // sets memory aside that it does not touch before the bytes are there.
  binary_in_.setStringSizeLimit(static_cast<int32_t>(size));
}

absl::StatusOr<CallHeader> Codec::Open(absl::string_view frame) {
  const uint8_t first = frame.empty() ? 0 : static_cast<uint8_t>(frame[0]);
  if (first != kBinaryFirst && first != kCompactFirst)
    return absl::InvalidArgumentError(
        absl::StrCat("a frame of ", frame.size(), " bytes starts with ", first,
                     ", which is neither the binary nor the compact protocol"));
  Choose(first, frame.size());
  in_->resetBuffer(reinterpret_cast<uint8_t*>(const_cast<char*>(frame.data())),
                   static_cast<uint32_t>(frame.size()));
  StartAnswer();
  CallHeader header;
  protocol::TMessageType type = protocol::T_CALL;
  try {
    in_protocol_->readMessageBegin(header.name, type, header.sequence);
  } catch (const apache::thrift::TException& error) {
    return absl::InvalidArgumentError(
        absl::StrCat("the head of a call does not decode: ", error.what()));
  }
  if (type != protocol::T_CALL)
    return absl::InvalidArgumentError(
        absl::StrCat("a message of type ", type, " is not a call"));
  return header;
}

void Codec::StartAnswer() {
  if (out_->available_write() > kKeptAnswer) out_->resetBuffer(kSmallAnswer);
  out_->resetBuffer();
  const uint8_t length[kFrameHeaderBytes] = {};
  out_->write(length, sizeof length);
}

absl::string_view Codec::FinishAnswer() {
  uint8_t* bytes = nullptr;
  uint32_t size = 0;
  out_->getBuffer(&bytes, &size);
  const uint32_t length = size - kFrameHeaderBytes;
  for (int at = 0; at < 4; ++at)
    bytes[at] = static_cast<uint8_t>(length >> (24 - 8 * at));
  return {reinterpret_cast<const char*>(bytes), size};
}

// "Admin:stats" is answered as "stats".
absl::string_view BareName(absl::string_view called) {
  return called.substr(called.find(':') + 1);
}

// Every method throws PatronError as field 1 of its result.
void WriteError(const CallHeader& call, const wire::PatronError& error,
                protocol::TProtocol& out) {
  out.writeMessageBegin(std::string(BareName(call.name)), protocol::T_REPLY,
                        call.sequence);
  out.writeStructBegin("result");
  out.writeFieldBegin("error", protocol::T_STRUCT, 1);
  error.write(&out);
  out.writeFieldEnd();
  out.writeFieldStop();
  out.writeStructEnd();
  out.writeMessageEnd();
}

void WriteUnknownMethod(const CallHeader& call, protocol::TProtocol& out) {
  const TApplicationException error(
      TApplicationException::UNKNOWN_METHOD,
      absl::StrCat("no method ", Quoted(call.name), " here"));
  out.writeMessageBegin(std::string(BareName(call.name)), protocol::T_EXCEPTION,
                        call.sequence);
  error.write(&out);
  out.writeMessageEnd();
}

class Connection {
 public:
  Connection(ConnectionContext& context, FrameSocket& socket,
             const ConnectionTerms& terms)
      : context_(context),
        services_(context.services),
        socket_(socket),
        terms_(terms),
        session_(context.tokens),
        codec_(context.limits),
        storefront_(std::make_shared<StorefrontHandler>(services_, session_)),
        admin_(std::make_shared<AdminHandler>(services_, session_)),
        loyalty_(std::make_shared<LoyaltyHandler>(services_, session_)),
        marketing_(std::make_shared<MarketingHandler>(services_, session_)) {}

  void Serve() {
    while (!ended_) ServeOne();
    if (answered_last_) socket_.CloseAfterAnswer();
  }

 private:
  void ServeOne();
  void AnswerFrame(absl::string_view frame);
  void AnswerCall(const CallHeader& call, int method);
  absl::Status Admit(const Method& method);
  void Dispatch(const CallHeader& call, const Method& method);
  void RefuseLargeFrame(const absl::Status& status);
  void OnReadError(const absl::Status& status);
  void Malformed(absl::string_view why);
  void Send();
  // Closes after the answer in hand.
  void EndAfterAnswer() { ended_ = answered_last_ = true; }
  size_t FrameLimit() const;

  ConnectionContext& context_;
  Services& services_;
  FrameSocket& socket_;
  const ConnectionTerms& terms_;
  Session session_;
  Codec codec_;
  Calls<wire::StorefrontProcessor> storefront_;
  Calls<wire::AdminProcessor> admin_;
  Calls<wire::LoyaltyProcessor> loyalty_;
  Calls<wire::MarketingProcessor> marketing_;
  bool ended_ = false;
  bool answered_last_ = false;
};

size_t Connection::FrameLimit() const {
  return session_.authenticated() && !terms_.refused
             ? context_.limits.max_frame_bytes
             : context_.limits.max_first_frame_bytes;
}

void Connection::ServeOne() {
  const auto frame = socket_.ReadFrame(FrameLimit());
  if (!frame.ok()) return OnReadError(frame.status());
  AnswerFrame(*frame);
  if (terms_.draining || terms_.refused || session_.too_many_failures())
    EndAfterAnswer();
}

void Connection::AnswerFrame(absl::string_view frame) {
  const auto call = codec_.Open(frame);
  if (!call.ok()) return Malformed(call.status().message());
  const int method = FindMethod(call->name);
  if (method < 0) {
    WriteUnknownMethod(*call, *codec_.out());
  } else {
    AnswerCall(*call, method);
  }
  Send();
}

void Connection::AnswerCall(const CallHeader& call, int method) {
  ++context_.calls_in_flight;
  const absl::Time start = services_.clock.Now();
  const absl::Status admitted = Admit(Methods()[method]);
  if (admitted.ok()) {
    Dispatch(call, Methods()[method]);
  } else {
    WriteError(call, session_.Refuse(admitted), *codec_.out());
  }
  --context_.calls_in_flight;
  services_.metrics.OnCall(method, session_.TakeOutcome(),
                           services_.clock.Now() - start);
}

absl::Status Connection::Admit(const Method& method) {
  if (terms_.refused)
    return absl::ResourceExhaustedError(
        "too many connections: try again, or on a connection you have");
  PATRON_RETURN_IF_ERROR(session_.Allows(method));
  if (context_.calls_in_flight > context_.limits.max_calls)
    return absl::ResourceExhaustedError(
        absl::StrCat("too many calls at once: more than ",
                     context_.limits.max_calls, " are being answered"));
  return absl::OkStatus();
}

void Connection::Dispatch(const CallHeader& call, const Method& method) {
  const std::string name(method.name);
  try {
    const auto answer_by = [&](auto& calls) {
      calls.dispatchCall(codec_.in(), codec_.out(), name, call.sequence,
                         nullptr);
    };
    switch (method.service) {
      case Service::kSession:
      case Service::kStorefront:
        return answer_by(storefront_);
      case Service::kAdmin:
        return answer_by(admin_);
      case Service::kLoyalty:
        return answer_by(loyalty_);
      case Service::kMarketing:
        return answer_by(marketing_);
    }
  } catch (const std::exception& error) {
    // Handlers throw nothing but PatronError: the arguments did not decode.
    const std::string why = absl::StrCat(
        method.name, ": the arguments do not decode: ", error.what());
    Malformed(why);
    codec_.StartAnswer();
    WriteError(call, session_.Refuse(absl::InvalidArgumentError(why)),
               *codec_.out());
    EndAfterAnswer();
  }
}

void Connection::OnReadError(const absl::Status& status) {
  ended_ = true;
  if (absl::IsResourceExhausted(status)) return RefuseLargeFrame(status);
  if (absl::IsDataLoss(status)) Malformed(status.message());
}

void Connection::RefuseLargeFrame(const absl::Status& status) {
  Malformed(status.message());
  const auto call = codec_.Open(socket_.ReadRefused(kNameBytes));
  if (!call.ok()) return;
  const TApplicationException error(TApplicationException::PROTOCOL_ERROR,
                                    std::string(status.message()));
  codec_.out()->writeMessageBegin(std::string(BareName(call->name)),
                                  protocol::T_EXCEPTION, call->sequence);
  error.write(codec_.out());
  codec_.out()->writeMessageEnd();
  Send();
  answered_last_ = true;
}

void Connection::Malformed(absl::string_view why) {
  ended_ = true;
  services_.metrics.OnMalformed();
  const auto kept_back = context_.malformed_log.Admit(services_.clock.Now());
  if (kept_back.has_value())
    LogWarning(absl::StrCat("connection closed: ", why, " (", *kept_back,
                            " such lines kept back)"));
}

void Connection::Send() {
  if (!socket_.Send(codec_.FinishAnswer()).ok()) ended_ = true;
}

}  // namespace

void ServeCalls(ConnectionContext& context, FrameSocket& socket,
                const ConnectionTerms& terms) {
  if (terms.refused) {
    context.services.metrics.OnRefusedConnection();
  } else {
    context.services.metrics.OnConnection();
  }
  Connection(context, socket, terms).Serve();
}

}  // namespace patron::api
