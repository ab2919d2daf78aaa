// Whole lives of receipts as text that a marketer can read; returns/README.txt
// says how they are written.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace patron::testing {

// A named block: its parts with all their lines, as written.
struct Life {
  std::string name;
  std::string place;  // "points.txt line 12"
  std::vector<std::pair<std::string, std::vector<std::string>>> parts;
};

// The cases of a file; what stands before the first is put before each.
std::vector<Life> ReadLives(const std::string& path);

// Plays a case over a fresh store in `directory`. What did not come out as
// expected, and what is wrong with the books at the end; empty: nothing.
std::vector<std::string> Play(const Life& life, const std::string& directory);

}  // namespace patron::testing
