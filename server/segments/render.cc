#include "server/segments/render.h"

#include <algorithm>
#include <vector>

namespace patron::segments {
namespace {

// Rows of one part, and of the parts that are made before they are put
// together: enough that nobody waits, few enough that little is made in vain
// where a page is full.
constexpr size_t kRowsOfPart = 1024;
constexpr size_t kRowsAtOnce = 16 * kRowsOfPart;

struct Part {
  std::string rows;
  std::vector<size_t> ends;  // of each row
};

class Renderer {
 public:
  Renderer(const View& view, const RowWriter& writer,
           const store::OrdinalTable& ids, size_t most_bytes)
      : view_(view), writer_(writer), ids_(ids), most_bytes_(most_bytes) {}

  std::vector<Part> Parts(absl::Span<const uint32_t> customers) const {
    std::vector<Part> parts((customers.size() + kRowsOfPart - 1) / kRowsOfPart);
    view_.Share(customers.size(), kRowsOfPart, [&](size_t from, size_t to) {
      Render(customers.subspan(from, to - from), parts[from / kRowsOfPart]);
    });
    return parts;
  }

 private:
  void Render(absl::Span<const uint32_t> customers, Part& part) const {
    for (const uint32_t customer : customers) {
      if (part.rows.size() >= most_bytes_) return;
      Render(customer, part.rows);
      part.ends.push_back(part.rows.size());
    }
  }

  void Render(uint32_t customer, std::string& rows) const {
    const absl::string_view id = ids_.IdOf(customer);
    if (!writer_.has_fields()) return writer_.Row(id, rows);
    view_.With(CustomerOrdinal(customer), [&](const rules::Subject& subject) {
      writer_.Row(id, subject, rows);
    });
  }

  const View& view_;
  const RowWriter& writer_;
  const store::OrdinalTable& ids_;
  const size_t most_bytes_;
};

// Appends those rows of the part that begin before `most_bytes`; how many.
size_t Append(const Part& part, size_t most_bytes, std::string& rows) {
  size_t count = 0;
  size_t end = 0;
  while (count < part.ends.size() && rows.size() + end < most_bytes)
    end = part.ends[count++];
  rows.append(part.rows, 0, end);
  return count;
}

}  // namespace

size_t RenderRows(const View& view, const RowWriter& writer,
                  const store::OrdinalTable& ids,
                  absl::Span<const uint32_t> customers, size_t most_bytes,
                  std::string& rows) {
  const Renderer renderer(view, writer, ids, most_bytes);
  size_t count = 0;
  while (count < customers.size() && rows.size() < most_bytes)
    for (const Part& part :
         renderer.Parts(customers.subspan(count, kRowsAtOnce)))
      count += Append(part, most_bytes, rows);
  return count;
}

}  // namespace patron::segments
