// Text tables for people: columns aligned by what a terminal shows of UTF-8,
// shortened with "…" where the terminal is too narrow.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace patron::cli {

// Cells that a terminal takes for `text`: two for East Asian wide characters
// and emoji, none for combining marks.
int DisplayWidth(absl::string_view text);

// `text` in at most `width` cells, with "…" at its end where it was longer;
// control characters become spaces.
std::string Shortened(absl::string_view text, int width);

class Table {
 public:
  struct Column {
    std::string title;
    bool right = false;     // numbers
    bool flexible = false;  // gives way where the table is too wide
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // As many cells as columns; fewer are filled up with empty ones.
  void AddRow(std::vector<std::string> cells);
  // A sentence under the last row, indented to the second column.
  void AddNote(std::string note);
  bool empty() const { return rows_.empty(); }
  void Print(std::ostream& out, int width = 100) const;

 private:
  struct Row {
    std::vector<std::string> cells;
    std::vector<std::string> notes;
  };

  std::vector<int> Widths(int width) const;
  void PrintRow(std::ostream& out, const std::vector<std::string>& cells,
                const std::vector<int>& widths) const;

  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

// Names on the left, values on the right; nothing for empty values.
class Sheet {
 public:
  void Add(std::string name, std::string value);
  void Print(std::ostream& out, int width = 100) const;

 private:
  std::vector<std::pair<std::string, std::string>> rows_;
};

}  // namespace patron::cli
