#include "server/contacts/bitmap.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"

namespace patron::contacts {
namespace {

constexpr uint32_t kCookieWithoutRuns = 12346;
constexpr uint32_t kCookieWithRuns = 12347;
constexpr uint32_t kMostContainers = 65536;
constexpr uint32_t kMostOfArray = 4096;  // more stand as 8192 bytes of bits
constexpr size_t kBitsBytes = 8192;
constexpr uint32_t kOffsetsFrom = 4;  // containers, where runs are among them

// Walks over the bytes of a bitmap and tells the first thing that is wrong.
class Check {
 public:
  Check(absl::string_view field, absl::string_view bytes)
      : field_(field), bytes_(bytes) {}

  absl::Status Run() {
    PATRON_RETURN_IF_ERROR(Header());
    PATRON_RETURN_IF_ERROR(Descriptions());
    if (!has_runs_ || keys_.size() >= kOffsetsFrom)
      PATRON_RETURN_IF_ERROR(Need(4 * keys_.size(), "offsets"));
    for (size_t i = 0; i < keys_.size(); ++i)
      PATRON_RETURN_IF_ERROR(Container(i));
    if (at_ != bytes_.size()) return Wrong("bytes are left over");
    return absl::OkStatus();
  }

 private:
  absl::Status Wrong(absl::string_view what) const {
    return absl::InvalidArgumentError(
        absl::StrCat(field_, ": not a Roaring bitmap: ", what, " at byte ", at_,
                     " of ", bytes_.size()));
  }

  // Goes over `count` bytes.
  absl::Status Need(size_t count, absl::string_view what) {
    if (count > bytes_.size() - at_)
      return Wrong(absl::StrCat(what, " are cut off"));
    at_ += count;
    return absl::OkStatus();
  }

  // Little-endian, `back` bytes before where we are.
  uint32_t Before(size_t back, size_t bytes) const {
    uint32_t value = 0;
    for (size_t i = 0; i < bytes; ++i)
      value |=
          static_cast<uint32_t>(static_cast<uint8_t>(bytes_[at_ - back + i]))
          << (8 * i);
    return value;
  }

  absl::Status Header() {
    PATRON_RETURN_IF_ERROR(Need(4, "the first four bytes"));
    const uint32_t cookie = Before(4, 4);
    uint32_t containers = (cookie >> 16) + 1;
    if (cookie == kCookieWithoutRuns) {
      PATRON_RETURN_IF_ERROR(Need(4, "the bytes of the count"));
      containers = Before(4, 4);
    } else if ((cookie & 0xFFFF) == kCookieWithRuns) {
      has_runs_ = true;
      runs_at_ = at_;
      PATRON_RETURN_IF_ERROR(Need((containers + 7) / 8, "the marks of runs"));
    } else {
      return Wrong("an unknown cookie");
    }
    if (containers > kMostContainers) return Wrong("too many containers");
    keys_.resize(containers);
    counts_.resize(containers);
    return absl::OkStatus();
  }

  absl::Status Descriptions() {
    for (size_t i = 0; i < keys_.size(); ++i) {
      PATRON_RETURN_IF_ERROR(Need(4, "descriptions of containers"));
      keys_[i] = Before(4, 2);
      counts_[i] = Before(2, 2) + 1;
      if (i > 0 && keys_[i] <= keys_[i - 1])
        return Wrong("containers out of order");
    }
    return absl::OkStatus();
  }

  bool IsRuns(size_t container) const {
    return has_runs_ &&
           (static_cast<uint8_t>(bytes_[runs_at_ + container / 8]) >>
                (container % 8) &
            1) != 0;
  }

  absl::Status Container(size_t container) {
    if (IsRuns(container)) return RunsOf(counts_[container]);
    if (counts_[container] > kMostOfArray) return Bits(counts_[container]);
    return Array(counts_[container]);
  }

  absl::Status RunsOf(uint32_t count) {
    PATRON_RETURN_IF_ERROR(Need(2, "a number of runs"));
    const uint32_t runs = Before(2, 2);
    uint32_t free_from = 0, sum = 0;
    for (uint32_t run = 0; run < runs; ++run) {
      PATRON_RETURN_IF_ERROR(Need(4, "runs"));
      const uint32_t first = Before(4, 2), last = first + Before(2, 2);
      if (first < free_from || last > 0xFFFF) return Wrong("runs out of order");
      sum += last - first + 1;
      free_from = last + 1;
    }
    return sum == count ? absl::OkStatus() : Wrong("runs of another length");
  }

  absl::Status Bits(uint32_t count) {
    PATRON_RETURN_IF_ERROR(Need(kBitsBytes, "bits"));
    uint32_t sum = 0;
    for (size_t i = 0; i < kBitsBytes; i += 8) {
      uint64_t word = 0;
      std::memcpy(&word, bytes_.data() + at_ - kBitsBytes + i, 8);
      sum += static_cast<uint32_t>(std::popcount(word));
    }
    return sum == count ? absl::OkStatus() : Wrong("bits of another count");
  }

  absl::Status Array(uint32_t count) {
    uint32_t before = 0;
    for (uint32_t i = 0; i < count; ++i) {
      PATRON_RETURN_IF_ERROR(Need(2, "values"));
      const uint32_t value = Before(2, 2);
      if (i > 0 && value <= before) return Wrong("values out of order");
      before = value;
    }
    return absl::OkStatus();
  }

  const absl::string_view field_;
  const absl::string_view bytes_;
  size_t at_ = 0;
  bool has_runs_ = false;
  size_t runs_at_ = 0;
  std::vector<uint32_t> keys_;
  std::vector<uint32_t> counts_;
};

}  // namespace

absl::StatusOr<Roaring> ReadBitmap(absl::string_view field,
                                   absl::string_view bytes) {
  PATRON_RETURN_IF_ERROR(Check(field, bytes).Run());
  try {
    return Roaring::readSafe(bytes.data(), bytes.size());
  } catch (const std::exception& e) {
    return absl::InvalidArgumentError(
        absl::StrCat(field, ": not a Roaring bitmap: ", e.what()));
  }
}

std::string BitmapBytes(Roaring bitmap) {
  // Runs are found anew: which containers have them else depends on the past.
  bitmap.removeRunCompression();
  bitmap.runOptimize();
  bitmap.shrinkToFit();
  std::string bytes(bitmap.getSizeInBytes(), '\0');
  bitmap.write(bytes.data());
  return bytes;
}

}  // namespace patron::contacts
