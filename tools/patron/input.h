// Bytes of a file or of standard input, plain or gzip (told by its first two
// bytes), and a window over them for readers that parse in place.
//
// Threads: one reader; BytesRead may be asked from any thread.
// Errors:  kNotFound for a file that is not there; kDataLoss for a gzip stream
//          that ends early or is damaged; kUnavailable for a failing read.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace patron::cli {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Fills up to `size` bytes; 0 only at the end.
  virtual absl::StatusOr<size_t> Read(char* to, size_t size) = 0;
  // Bytes taken from the file so far (compressed ones for gzip).
  virtual int64_t BytesRead() const = 0;
  // Of the file; 0 where it is not known.
  virtual int64_t BytesInAll() const = 0;
};

// "-" is standard input.
absl::StatusOr<std::unique_ptr<ByteSource>> OpenInput(const std::string& path);

// Over bytes in memory, plain or gzip, for tests.
absl::StatusOr<std::unique_ptr<ByteSource>> InputFromString(std::string bytes);

// The part of a source that is being looked at: contiguous, writable, moved
// along by Consume and extended by Fill. Pointers die with Fill.
class InputWindow {
 public:
  // Borrows `source`.
  explicit InputWindow(ByteSource& source, size_t initial_bytes = 1 << 20);

  char* begin() { return buffer_.data() + begin_; }
  char* end() { return buffer_.data() + end_; }
  size_t size() const { return end_ - begin_; }
  bool at_end() const { return at_end_; }

  void Consume(size_t bytes) { begin_ += bytes; }
  // Reads more behind what is there, growing where that fills the buffer.
  // Without effect at the end of the source.
  absl::Status Fill();

 private:
  ByteSource& source_;
  std::vector<char> buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool at_end_ = false;
};

}  // namespace patron::cli
