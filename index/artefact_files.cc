#include "index/artefact_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"

namespace patron::index {
namespace {

static_assert(std::endian::native == std::endian::little,
              "numbers are written as they stand in memory");

constexpr char kProducts[] = "products.bin";
constexpr char kEmbeddings[] = "embeddings.bin";
constexpr char kKinds[] = "kinds.bin";

struct NamedTable {
  const char* file;
  NeighbourTable Knowledge::*table;
  // How many rows it has.
  uint64_t (*rows)(const Knowledge&);
};

uint64_t ByProduct(const Knowledge& k) { return k.products; }
uint64_t ByStore(const Knowledge& k) { return k.stores + 1ull; }
uint64_t ByGroup(const Knowledge& k) { return k.groups; }
uint64_t ByCategory(const Knowledge& k) { return k.category_popularity.size(); }

constexpr NamedTable kTables[] = {
    {"similar.bin", &Knowledge::similar, ByProduct},
    {"goes_with.bin", &Knowledge::goes_with, ByProduct},
    {"neighbours.bin", &Knowledge::neighbours, ByProduct},
    {"together.bin", &Knowledge::together, ByProduct},
    {"following.bin", &Knowledge::following, ByProduct},
    {"popular_in_group.bin", &Knowledge::popular_in_group, ByGroup},
    {"popular_in_category.bin", &Knowledge::popular_in_category, ByCategory},
    {"popular.bin", &Knowledge::popular, ByStore},
    {"trending.bin", &Knowledge::trending, ByStore},
};

template <typename T>
void Append(const std::vector<T>& values, std::string& out) {
  static_assert(std::is_trivially_copyable_v<T>);
  out.append(reinterpret_cast<const char*>(values.data()),
             values.size() * sizeof(T));
}

std::string EncodeTable(const NeighbourTable& table) {
  std::string bytes;
  Append(std::vector<uint64_t>{table.rows(), table.entries.size()}, bytes);
  Append(table.offsets, bytes);
  Append(table.entries, bytes);
  return bytes;
}

std::string EncodeProducts(const Knowledge& knowledge) {
  std::string bytes;
  Append(knowledge.popularity, bytes);
  Append(knowledge.typical_interval_days, bytes);
  Append(knowledge.repeat_rate, bytes);
  Append(knowledge.customers_of, bytes);
  Append(knowledge.listed, bytes);
  return bytes;
}

std::string EncodeKinds(const Knowledge& k) {
  std::string bytes;
  Append(std::vector<uint64_t>{k.groups, k.category_popularity.size()}, bytes);
  Append(k.category, bytes);
  Append(k.wider, bytes);
  Append(k.department, bytes);
  Append(k.brand, bytes);
  Append(k.price_tier, bytes);
  Append(k.first_sold, bytes);
  Append(k.sold, bytes);
  Append(k.category_interval_days, bytes);
  Append(k.category_repeat_rate, bytes);
  Append(k.category_popularity, bytes);
  Append(k.group_centres, bytes);
  Append(std::vector<float>{k.mean_basket}, bytes);
  return bytes;
}

// Takes arrays off the front of a file; asking for more than there is, or
// leaving some, is an error.
class Reader {
 public:
  Reader(absl::string_view name, absl::string_view bytes)
      : name_(name), bytes_(bytes) {}

  template <typename T>
  absl::Status Take(uint64_t count, std::vector<T>& out) {
    if (count > bytes_.size() / sizeof(T)) {
      return absl::DataLossError(absl::StrCat(name_, ": ", bytes_.size(),
                                              " bytes left, wanted ", count,
                                              " numbers of ", sizeof(T)));
    }
    out.resize(count);
    if (count > 0) std::memcpy(out.data(), bytes_.data(), count * sizeof(T));
    bytes_.remove_prefix(count * sizeof(T));
    return absl::OkStatus();
  }

  absl::Status Finish() const {
    if (bytes_.empty()) return absl::OkStatus();
    return absl::DataLossError(
        absl::StrCat(name_, ": ", bytes_.size(), " bytes too many"));
  }

 private:
  const absl::string_view name_;
  absl::string_view bytes_;
};

absl::Status DecodeTable(absl::string_view name, absl::string_view bytes,
                         NeighbourTable& table) {
  Reader reader(name, bytes);
  std::vector<uint64_t> sizes;
  PATRON_RETURN_IF_ERROR(reader.Take(2, sizes));
  if (sizes[0] >= bytes.size()) {
    return absl::DataLossError(absl::StrCat(name, ": ", sizes[0], " rows in ",
                                            bytes.size(), " bytes"));
  }
  PATRON_RETURN_IF_ERROR(reader.Take(sizes[0] + 1, table.offsets));
  PATRON_RETURN_IF_ERROR(reader.Take(sizes[1], table.entries));
  return reader.Finish();
}

absl::Status DecodeProducts(absl::string_view bytes, Knowledge& knowledge) {
  Reader reader(kProducts, bytes);
  const uint32_t n = knowledge.products;
  PATRON_RETURN_IF_ERROR(reader.Take(n, knowledge.popularity));
  PATRON_RETURN_IF_ERROR(reader.Take(n, knowledge.typical_interval_days));
  PATRON_RETURN_IF_ERROR(reader.Take(n, knowledge.repeat_rate));
  PATRON_RETURN_IF_ERROR(reader.Take(n, knowledge.customers_of));
  PATRON_RETURN_IF_ERROR(reader.Take(n, knowledge.listed));
  return reader.Finish();
}

absl::Status DecodeKinds(absl::string_view bytes, Knowledge& k) {
  Reader reader(kKinds, bytes);
  const uint64_t n = k.products;
  std::vector<uint64_t> counts;
  PATRON_RETURN_IF_ERROR(reader.Take(2, counts));
  if (counts[0] > bytes.size() || counts[1] > bytes.size()) {
    return absl::DataLossError(
        absl::StrCat(kKinds, ": ", counts[0], " groups, ", counts[1],
                     " categories in ", bytes.size(), " bytes"));
  }
  k.groups = static_cast<uint32_t>(counts[0]);
  PATRON_RETURN_IF_ERROR(reader.Take(n, k.category));
  PATRON_RETURN_IF_ERROR(reader.Take(n, k.wider));
  PATRON_RETURN_IF_ERROR(reader.Take(n, k.department));
  PATRON_RETURN_IF_ERROR(reader.Take(n, k.brand));
  PATRON_RETURN_IF_ERROR(reader.Take(n, k.price_tier));
  PATRON_RETURN_IF_ERROR(reader.Take(n, k.first_sold));
  PATRON_RETURN_IF_ERROR(reader.Take(n * kSaleSpans, k.sold));
  PATRON_RETURN_IF_ERROR(reader.Take(counts[1], k.category_interval_days));
  PATRON_RETURN_IF_ERROR(reader.Take(counts[1], k.category_repeat_rate));
  PATRON_RETURN_IF_ERROR(reader.Take(counts[1], k.category_popularity));
  PATRON_RETURN_IF_ERROR(
      reader.Take(counts[0] * k.dimensions, k.group_centres));
  std::vector<float> basket;
  PATRON_RETURN_IF_ERROR(reader.Take(1, basket));
  k.mean_basket = basket[0];
  return reader.Finish();
}

absl::Status CheckTable(absl::string_view name, const NeighbourTable& table,
                        uint64_t rows, uint32_t products) {
  if (table.offsets.size() != rows + 1) {
    return absl::DataLossError(absl::StrCat(name, ": ", table.offsets.size(),
                                            " offsets, wanted ", rows + 1));
  }
  if (table.offsets.front() != 0 ||
      table.offsets.back() != table.entries.size() ||
      !std::is_sorted(table.offsets.begin(), table.offsets.end())) {
    return absl::DataLossError(absl::StrCat(
        name, ": offsets do not ascend from 0 to ", table.entries.size()));
  }
  for (const Neighbour& entry : table.entries) {
    if (entry.product < products && std::isfinite(entry.score)) continue;
    return absl::DataLossError(absl::StrCat(name, ": product ", entry.product,
                                            " of ", products, ", score ",
                                            entry.score));
  }
  return absl::OkStatus();
}

template <typename T>
absl::Status CheckColumn(absl::string_view name, const std::vector<T>& values,
                         uint64_t size) {
  if (values.size() != size) {
    return absl::DataLossError(
        absl::StrCat(name, ": ", values.size(), " values, wanted ", size));
  }
  const bool finite = std::all_of(values.begin(), values.end(), [](T value) {
    return std::isfinite(static_cast<double>(value));
  });
  if (finite) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(name, ": a value is not finite"));
}

// Ordinals of categories are below their number, or kNoCategory.
absl::Status CheckCategories(absl::string_view name,
                             const std::vector<uint32_t>& values,
                             uint64_t categories) {
  for (const uint32_t value : values) {
    if (value < categories || value == kNoCategory) continue;
    return absl::DataLossError(
        absl::StrCat(name, ": category ", value, " of ", categories));
  }
  return absl::OkStatus();
}

absl::Status CheckKinds(const Knowledge& k) {
  const uint64_t n = k.products;
  const uint64_t categories = k.category_popularity.size();
  PATRON_RETURN_IF_ERROR(CheckColumn("category", k.category, n));
  PATRON_RETURN_IF_ERROR(CheckColumn("wider", k.wider, n));
  PATRON_RETURN_IF_ERROR(CheckColumn("department", k.department, n));
  PATRON_RETURN_IF_ERROR(CheckCategories("category", k.category, categories));
  PATRON_RETURN_IF_ERROR(CheckCategories("wider", k.wider, categories));
  PATRON_RETURN_IF_ERROR(
      CheckCategories("department", k.department, categories));
  PATRON_RETURN_IF_ERROR(CheckColumn("brand", k.brand, n));
  PATRON_RETURN_IF_ERROR(CheckColumn("price_tier", k.price_tier, n));
  PATRON_RETURN_IF_ERROR(CheckColumn("first_sold", k.first_sold, n));
  PATRON_RETURN_IF_ERROR(CheckColumn("sold", k.sold, n * kSaleSpans));
  PATRON_RETURN_IF_ERROR(CheckColumn("category_interval_days",
                                     k.category_interval_days, categories));
  PATRON_RETURN_IF_ERROR(
      CheckColumn("category_repeat_rate", k.category_repeat_rate, categories));
  PATRON_RETURN_IF_ERROR(
      CheckColumn("category_popularity", k.category_popularity, categories));
  return CheckColumn("group_centres", k.group_centres,
                     uint64_t{k.groups} * k.dimensions);
}

absl::Status DiskError(absl::string_view what,
                       const std::filesystem::path& path) {
  const int error = errno;
  return absl::Status(error == ENOENT ? absl::StatusCode::kNotFound
                                      : absl::StatusCode::kInternal,
                      absl::StrCat("cannot ", what, " ", path.string(), ": ",
                                   std::strerror(error)));
}

// Owns an open file.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

}  // namespace

std::map<std::string, std::string> EncodeTables(const Knowledge& knowledge) {
  std::map<std::string, std::string> files;
  files[kProducts] = EncodeProducts(knowledge);
  Append(knowledge.embeddings, files[kEmbeddings]);
  files[kKinds] = EncodeKinds(knowledge);
  if (!knowledge.ranker.empty()) files[kRankerFile] = knowledge.ranker;
  for (const NamedTable& named : kTables) {
    files[named.file] = EncodeTable(knowledge.*named.table);
  }
  return files;
}

absl::Status DecodeTables(const std::map<std::string, std::string>& files,
                          Knowledge& knowledge) {
  const auto contents = [&](const char* name) -> absl::string_view {
    const auto found = files.find(name);
    return found == files.end() ? absl::string_view() : found->second;
  };
  PATRON_RETURN_IF_ERROR(DecodeProducts(contents(kProducts), knowledge));
  Reader embeddings(kEmbeddings, contents(kEmbeddings));
  PATRON_RETURN_IF_ERROR(
      embeddings.Take(uint64_t{knowledge.products} * knowledge.dimensions,
                      knowledge.embeddings));
  PATRON_RETURN_IF_ERROR(embeddings.Finish());
  PATRON_RETURN_IF_ERROR(DecodeKinds(contents(kKinds), knowledge));
  knowledge.ranker = std::string(contents(kRankerFile));
  for (const NamedTable& named : kTables) {
    PATRON_RETURN_IF_ERROR(
        DecodeTable(named.file, contents(named.file), knowledge.*named.table));
  }
  return CheckTables(knowledge);
}

absl::Status CheckTables(const Knowledge& k) {
  const uint64_t n = k.products;
  if (k.dimensions == 0) {
    return absl::DataLossError("dimensions: 0, wanted 1 or more");
  }
  PATRON_RETURN_IF_ERROR(CheckColumn("popularity", k.popularity, n));
  PATRON_RETURN_IF_ERROR(
      CheckColumn("typical_interval_days", k.typical_interval_days, n));
  PATRON_RETURN_IF_ERROR(CheckColumn("repeat_rate", k.repeat_rate, n));
  PATRON_RETURN_IF_ERROR(CheckColumn("customers_of", k.customers_of, n));
  PATRON_RETURN_IF_ERROR(CheckColumn("listed", k.listed, n));
  PATRON_RETURN_IF_ERROR(
      CheckColumn("embeddings", k.embeddings, n * k.dimensions));
  PATRON_RETURN_IF_ERROR(CheckKinds(k));
  for (const NamedTable& named : kTables) {
    PATRON_RETURN_IF_ERROR(
        CheckTable(named.file, k.*named.table, named.rows(k), k.products));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadFile(const std::filesystem::path& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return DiskError("open", path);
  const off_t size = lseek(file.get(), 0, SEEK_END);
  if (size < 0) return DiskError("measure", path);
  std::string contents(static_cast<size_t>(size), '\0');
  size_t done = 0;
  while (done < contents.size()) {
    const ssize_t got = pread(file.get(), contents.data() + done,
                              contents.size() - done, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return DiskError("read", path);
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  contents.resize(done);
  return contents;
}

absl::Status WriteFileSynced(const std::filesystem::path& path,
                             absl::string_view contents) {
  const Descriptor file(
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (file.get() < 0) return DiskError("create", path);
  while (!contents.empty()) {
    const ssize_t done = write(file.get(), contents.data(), contents.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return DiskError("write", path);
    contents.remove_prefix(static_cast<size_t>(done));
  }
  if (fsync(file.get()) != 0) return DiskError("sync", path);
  return absl::OkStatus();
}

absl::Status SyncDirectory(const std::filesystem::path& path) {
  const Descriptor directory(
      open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0) return DiskError("open", path);
  if (fsync(directory.get()) != 0) return DiskError("sync", path);
  return absl::OkStatus();
}

}  // namespace patron::index
