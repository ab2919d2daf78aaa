#include "tools/patron/table.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/strip.h"
#include "absl/types/span.h"

namespace patron::cli {
namespace {

constexpr int kGap = 2;
constexpr int kLeastWidth = 8;  // of a flexible column

struct CodeRange {
  uint32_t first, last;
};

// Unicode 15: the ranges that matter in names, not every last one.
constexpr CodeRange kNoWidth[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x064B, 0x065F},
    {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x2064}, {0x20D0, 0x20FF},
    {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}};
constexpr CodeRange kWide[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},
    {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F},
    {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};

bool IsIn(uint32_t code, absl::Span<const CodeRange> ranges) {
  return std::any_of(ranges.begin(), ranges.end(), [code](CodeRange range) {
    return code >= range.first && code <= range.last;
  });
}

int Width(uint32_t code) {
  if (IsIn(code, kNoWidth)) return 0;
  return IsIn(code, kWide) ? 2 : 1;
}

// Takes one character off the front; broken bytes stand for themselves.
absl::string_view TakeCharacter(absl::string_view& text, uint32_t& code) {
  const auto lead = static_cast<unsigned char>(text[0]);
  size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  length = std::min(length, text.size());
  code = length == 1 ? lead : lead & (0xFF >> (length + 1));
  for (size_t i = 1; i < length; ++i)
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3F);
  const absl::string_view character = text.substr(0, length);
  text.remove_prefix(length);
  return character;
}

std::string Padded(const std::string& text, int width, bool right) {
  const std::string pad(std::max(0, width - DisplayWidth(text)), ' ');
  return right ? pad + text : text + pad;
}

}  // namespace

int DisplayWidth(absl::string_view text) {
  int width = 0;
  while (!text.empty()) {
    uint32_t code = 0;
    TakeCharacter(text, code);
    width += Width(code);
  }
  return width;
}

std::string Shortened(absl::string_view text, int width) {
  const bool cut = DisplayWidth(text) > width;
  int left = cut ? width - 1 : width;
  std::string out;
  while (!text.empty()) {
    uint32_t code = 0;
    const absl::string_view character = TakeCharacter(text, code);
    left -= Width(code);
    if (left < 0) break;
    if (code < 0x20 || code == 0x7F)
      out += ' ';
    else
      out.append(character.data(), character.size());
  }
  return cut ? out + "…" : out;
}

void Table::AddRow(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  rows_.push_back({std::move(cells), {}});
}

void Table::AddNote(std::string note) {
  rows_.back().notes.push_back(std::move(note));
}

// The widest flexible column gives way first.
std::vector<int> Table::Widths(int width) const {
  std::vector<int> widths;
  int total = -kGap;
  for (size_t i = 0; i < columns_.size(); ++i) {
    int widest = DisplayWidth(columns_[i].title);
    for (const auto& row : rows_)
      widest = std::max(widest, DisplayWidth(row.cells[i]));
    widths.push_back(widest);
    total += widest + kGap;
  }
  for (; total > width; --total) {
    int chosen = -1;
    for (size_t i = 0; i < columns_.size(); ++i)
      if (columns_[i].flexible && widths[i] > kLeastWidth &&
          (chosen < 0 || widths[i] > widths[chosen]))
        chosen = static_cast<int>(i);
    if (chosen < 0) break;
    --widths[chosen];
  }
  return widths;
}

void Table::PrintRow(std::ostream& out, const std::vector<std::string>& cells,
                     const std::vector<int>& widths) const {
  std::string line;
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (i > 0) line.append(kGap, ' ');
    line +=
        Padded(Shortened(cells[i], widths[i]), widths[i], columns_[i].right);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out << line << '\n';
}

void Table::Print(std::ostream& out, int width) const {
  const std::vector<int> widths = Widths(width);
  std::vector<std::string> titles;
  std::vector<std::string> rules;
  for (size_t i = 0; i < columns_.size(); ++i) {
    titles.push_back(columns_[i].title);
    std::string rule;
    for (int cell = 0; cell < widths[i]; ++cell) rule += "─";
    rules.push_back(std::move(rule));
  }
  PrintRow(out, titles, widths);
  PrintRow(out, rules, widths);
  const int indent = widths.empty() ? 0 : widths.front() + kGap;
  for (const Row& row : rows_) {
    PrintRow(out, row.cells, widths);
    for (const std::string& note : row.notes)
      out << std::string(indent, ' ') << Shortened(note, width - indent)
          << '\n';
  }
}

void Sheet::Add(std::string name, std::string value) {
  if (!value.empty()) rows_.emplace_back(std::move(name), std::move(value));
}

void Sheet::Print(std::ostream& out, int width) const {
  int names = 0;
  for (const auto& [name, value] : rows_)
    names = std::max(names, DisplayWidth(name));
  for (const auto& [name, value] : rows_)
    out << Padded(name, names, false) << std::string(kGap, ' ')
        << Shortened(value, width - names - kGap) << '\n';
}

}  // namespace patron::cli
