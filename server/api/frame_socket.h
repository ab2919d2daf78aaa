// One accepted connection as frames: four bytes of length, big-endian, then so
// many bytes (Thrift's framed transport). Owns the socket.
//
// A frame is read into one buffer that grows as bytes arrive: announcing much
// and sending little costs nothing. One recv usually brings a whole call, one
// send carries a whole answer.
// Threads: one; ShutdownReads and ShutdownAll from any.
// Errors of ReadFrame:
//   kOutOfRange         the client closed between frames
//   kDataLoss           it closed within one
//   kDeadlineExceeded   nothing came for the timeout
//   kResourceExhausted  the frame announced is larger than `limit`
//   kUnavailable        the connection broke
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace patron::api {

inline constexpr size_t kFrameHeaderBytes = 4;

class FrameSocket {
 public:
  // `timeout` bounds each wait for bytes, and for the peer to take some.
  FrameSocket(int descriptor, absl::Duration timeout);
  ~FrameSocket();
  FrameSocket(const FrameSocket&) = delete;
  FrameSocket& operator=(const FrameSocket&) = delete;

  // The next frame's bytes, valid until the next call.
  absl::StatusOr<absl::string_view> ReadFrame(size_t limit);

  // What has arrived of a frame that ReadFrame refused as too large, after
  // waiting for at most `bytes` of it: enough to see which call it is.
  absl::string_view ReadRefused(size_t bytes);

  // Sends all of `bytes`, which bring their own header.
  absl::Status Send(absl::string_view bytes);

  // Ends after an answer: what the client still sends is read and dropped for a
  // moment, or the kernel would take the answer back from it.
  void CloseAfterAnswer();

  // No more calls are read; what has arrived still is.
  void ShutdownReads();
  void ShutdownAll();

 private:
  void SetTimeout(absl::Duration timeout);
  void ForgetFrame();
  void MakeRoom(size_t wanted);
  // Waits until the buffer holds `wanted` bytes from begin_ on.
  absl::Status Fill(size_t wanted);

  const int descriptor_;
  std::unique_ptr<char[]> buffer_;
  size_t capacity_ = 0;
  size_t begin_ = 0;  // bytes [begin_, end_) have arrived and are not consumed
  size_t end_ = 0;
  size_t frame_ = 0;  // bytes of the frame handed out, header included
};

}  // namespace patron::api
