#include "tools/patron/input.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"

namespace patron::cli {
namespace {

constexpr size_t kChunkBytes = 256 << 10;

class FileSource final : public ByteSource {
 public:
  FileSource(int fd, std::string name, int64_t bytes)
      : fd_(fd), name_(std::move(name)), bytes_(bytes) {}
  ~FileSource() override {
    if (fd_ != STDIN_FILENO) close(fd_);
  }

  absl::StatusOr<size_t> Read(char* to, size_t size) override {
    ssize_t got = 0;
    do {
      got = read(fd_, to, size);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
      return absl::UnavailableError(
          absl::StrCat(name_, ": cannot be read: ", strerror(errno)));
    read_ += got;
    return static_cast<size_t>(got);
  }
  int64_t BytesRead() const override { return read_; }
  int64_t BytesInAll() const override { return bytes_; }

 private:
  const int fd_;
  const std::string name_;
  const int64_t bytes_;
  std::atomic<int64_t> read_{0};
};

class StringSource final : public ByteSource {
 public:
  explicit StringSource(std::string bytes) : bytes_(std::move(bytes)) {}
  absl::StatusOr<size_t> Read(char* to, size_t size) override {
    const size_t taken = std::min(size, bytes_.size() - at_);
    memcpy(to, bytes_.data() + at_, taken);
    at_ += taken;
    return taken;
  }
  int64_t BytesRead() const override { return static_cast<int64_t>(at_); }
  int64_t BytesInAll() const override {
    return static_cast<int64_t>(bytes_.size());
  }

 private:
  const std::string bytes_;
  size_t at_ = 0;
};

// Gives back the first bytes, which were read to tell what the source is.
class PrefixedSource final : public ByteSource {
 public:
  PrefixedSource(std::string prefix, std::unique_ptr<ByteSource> rest)
      : prefix_(std::move(prefix)), rest_(std::move(rest)) {}
  absl::StatusOr<size_t> Read(char* to, size_t size) override {
    if (at_ == prefix_.size()) return rest_->Read(to, size);
    const size_t taken = std::min(size, prefix_.size() - at_);
    memcpy(to, prefix_.data() + at_, taken);
    at_ += taken;
    return taken;
  }
  int64_t BytesRead() const override { return rest_->BytesRead(); }
  int64_t BytesInAll() const override { return rest_->BytesInAll(); }

 private:
  const std::string prefix_;
  size_t at_ = 0;
  std::unique_ptr<ByteSource> rest_;
};

// One or more gzip members, one after the other.
class GzipSource final : public ByteSource {
 public:
  explicit GzipSource(std::unique_ptr<ByteSource> packed)
      : packed_(std::move(packed)), chunk_(kChunkBytes) {
    inflateInit2(&stream_, 15 + 16);
  }
  ~GzipSource() override { inflateEnd(&stream_); }

  absl::StatusOr<size_t> Read(char* to, size_t size) override {
    stream_.next_out = reinterpret_cast<Bytef*>(to);
    stream_.avail_out = static_cast<uInt>(size);
    while (stream_.avail_out == size) {
      PATRON_ASSIGN_OR_RETURN(const bool more, Refill());
      if (!more) return 0;
      PATRON_RETURN_IF_ERROR(Inflate());
    }
    return size - stream_.avail_out;
  }
  int64_t BytesRead() const override { return packed_->BytesRead(); }
  int64_t BytesInAll() const override { return packed_->BytesInAll(); }

 private:
  // False at an end between two members.
  absl::StatusOr<bool> Refill() {
    if (stream_.avail_in > 0) return true;
    PATRON_ASSIGN_OR_RETURN(const size_t got,
                            packed_->Read(chunk_.data(), chunk_.size()));
    stream_.next_in = reinterpret_cast<Bytef*>(chunk_.data());
    stream_.avail_in = static_cast<uInt>(got);
    if (got == 0 && inside_)
      return absl::DataLossError(absl::StrCat(
          "the gzip data ends early, after ", BytesRead(), " bytes"));
    return got > 0;
  }

  absl::Status Inflate() {
    inside_ = true;
    const int result = inflate(&stream_, Z_NO_FLUSH);
    if (result == Z_STREAM_END) {
      inside_ = false;
      inflateReset(&stream_);
      return absl::OkStatus();
    }
    if (result == Z_OK || result == Z_BUF_ERROR) return absl::OkStatus();
    return absl::DataLossError(
        absl::StrCat("the gzip data is damaged near byte ", BytesRead(), ": ",
                     stream_.msg == nullptr ? "no reason given" : stream_.msg));
  }

  std::unique_ptr<ByteSource> packed_;
  std::vector<char> chunk_;
  z_stream stream_ = {};
  bool inside_ = false;
};

absl::StatusOr<std::unique_ptr<ByteSource>> Detect(
    std::unique_ptr<ByteSource> source) {
  std::string first(2, '\0');
  size_t have = 0;
  while (have < first.size()) {
    PATRON_ASSIGN_OR_RETURN(const size_t got,
                            source->Read(&first[have], first.size() - have));
    if (got == 0) break;
    have += got;
  }
  first.resize(have);
  const bool is_gzip = first == "\x1F\x8B";
  std::unique_ptr<ByteSource> whole =
      std::make_unique<PrefixedSource>(std::move(first), std::move(source));
  if (is_gzip) whole = std::make_unique<GzipSource>(std::move(whole));
  return whole;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ByteSource>> OpenInput(const std::string& path) {
  if (path == "-")
    return Detect(
        std::make_unique<FileSource>(STDIN_FILENO, "standard input", 0));
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return absl::NotFoundError(
        absl::StrCat(path, ": cannot be opened: ", strerror(errno)));
  struct stat about = {};
  fstat(fd, &about);
  return Detect(std::make_unique<FileSource>(
      fd, path, S_ISREG(about.st_mode) ? about.st_size : 0));
}

absl::StatusOr<std::unique_ptr<ByteSource>> InputFromString(std::string bytes) {
  return Detect(std::make_unique<StringSource>(std::move(bytes)));
}

InputWindow::InputWindow(ByteSource& source, size_t initial_bytes)
    : source_(source), buffer_(initial_bytes) {}

absl::Status InputWindow::Fill() {
  if (at_end_) return absl::OkStatus();
  if (begin_ > 0) {
    memmove(buffer_.data(), begin(), size());
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
  PATRON_ASSIGN_OR_RETURN(const size_t got,
                          source_.Read(end(), buffer_.size() - end_));
  end_ += got;
  at_end_ = got == 0;
  return absl::OkStatus();
}

}  // namespace patron::cli
