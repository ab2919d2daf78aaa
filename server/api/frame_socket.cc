#include "server/api/frame_socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"

namespace patron::api {
namespace {

constexpr size_t kSmallBuffer = 16 << 10;
// A buffer that grew beyond this is given back after its frame.
constexpr size_t kKeptBuffer = 1 << 20;
// What CloseAfterAnswer drops at most, in pieces, and how long it waits for
// each.
constexpr int kDroppedPieces = 1024;
constexpr size_t kPieceBytes = 64 << 10;
constexpr absl::Duration kDropWait = absl::Milliseconds(500);

uint32_t LengthAt(const char* header) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(header);
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 |
         uint32_t{bytes[2]} << 8 | uint32_t{bytes[3]};
}

absl::Status Broken(absl::string_view what) {
  if (errno == EAGAIN || errno == EWOULDBLOCK)
    return absl::DeadlineExceededError("nothing came within the timeout");
  return absl::UnavailableError(absl::StrCat(what, ": ", strerror(errno)));
}

}  // namespace

FrameSocket::FrameSocket(int descriptor, absl::Duration timeout)
    : descriptor_(descriptor) {
  const int on = 1;
  setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  SetTimeout(timeout);
}

FrameSocket::~FrameSocket() { close(descriptor_); }

void FrameSocket::SetTimeout(absl::Duration timeout) {
  const timeval wait = absl::ToTimeval(timeout);
  setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
}

void FrameSocket::ForgetFrame() {
  begin_ += frame_;
  frame_ = 0;
  if (begin_ < end_) return;
  begin_ = end_ = 0;
  if (capacity_ <= kKeptBuffer) return;
  buffer_.reset();
  capacity_ = 0;
}

void FrameSocket::MakeRoom(size_t wanted) {
  if (begin_ + wanted <= capacity_ && end_ < capacity_) return;
  const size_t held = end_ - begin_;
  const size_t larger = std::min(std::max(kSmallBuffer, 2 * held),
                                 std::max(wanted, kSmallBuffer));
  if (larger > capacity_) {
    std::unique_ptr<char[]> next(new char[larger]);
    std::copy_n(buffer_.get() + begin_, held, next.get());
    buffer_ = std::move(next);
    capacity_ = larger;
  } else {
    std::copy(buffer_.get() + begin_, buffer_.get() + end_, buffer_.get());
  }
  begin_ = 0;
  end_ = held;
}

absl::Status FrameSocket::Fill(size_t wanted) {
  while (end_ - begin_ < wanted) {
    MakeRoom(wanted);
    const ssize_t got =
        recv(descriptor_, buffer_.get() + end_, capacity_ - end_, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Broken("recv");
    if (got == 0 && begin_ == end_) return absl::OutOfRangeError("closed");
    if (got == 0)
      return absl::DataLossError(absl::StrCat("closed after ", end_ - begin_,
                                              " of ", wanted, " bytes"));
    end_ += static_cast<size_t>(got);
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::string_view> FrameSocket::ReadFrame(size_t limit) {
  ForgetFrame();
  PATRON_RETURN_IF_ERROR(Fill(kFrameHeaderBytes));
  const size_t length = LengthAt(buffer_.get() + begin_);
  if (length > limit)
    return absl::ResourceExhaustedError(
        absl::StrCat("a frame of ", length, " bytes was announced; at most ",
                     limit, " are taken"));
  PATRON_RETURN_IF_ERROR(Fill(kFrameHeaderBytes + length));
  frame_ = kFrameHeaderBytes + length;
  return absl::string_view(buffer_.get() + begin_ + kFrameHeaderBytes, length);
}

absl::string_view FrameSocket::ReadRefused(size_t bytes) {
  SetTimeout(kDropWait);
  Fill(kFrameHeaderBytes + bytes).IgnoreError();  // less will do
  return {buffer_.get() + begin_ + kFrameHeaderBytes,
          end_ - begin_ - kFrameHeaderBytes};
}

absl::Status FrameSocket::Send(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent =
        send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return Broken("send");
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return absl::OkStatus();
}

void FrameSocket::CloseAfterAnswer() {
  SetTimeout(kDropWait);
  shutdown(descriptor_, SHUT_WR);
  char dropped[kPieceBytes];
  for (int piece = 0; piece < kDroppedPieces; ++piece)
    if (recv(descriptor_, dropped, sizeof dropped, 0) <= 0) return;
}

void FrameSocket::ShutdownReads() { shutdown(descriptor_, SHUT_RD); }
void FrameSocket::ShutdownAll() { shutdown(descriptor_, SHUT_RDWR); }

}  // namespace patron::api
