#include "tests/checkout/returns_case.h"

#include <algorithm>
#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "tests/checkout/returns_story.h"

namespace patron::testing {
namespace {

using Words = std::vector<std::string>;

// The whole line; "..." at its end stands for anything.
bool Matches(absl::string_view expected, absl::string_view actual) {
  if (absl::ConsumeSuffix(&expected, "..."))
    return absl::StartsWith(actual, expected);
  return expected == actual;
}

// "no X" holds where no answer is X.
std::string Compare(absl::string_view expected, const Words& answers) {
  absl::string_view wanted = expected;
  const bool absent = absl::ConsumePrefix(&wanted, "no ");
  const bool found =
      std::any_of(answers.begin(), answers.end(),
                  [&](const std::string& one) { return Matches(wanted, one); });
  if (found != absent) return "";
  return absl::StrCat(absent ? "is there: " : "missing: ", wanted,
                      "\n  answered:\n    ", absl::StrJoin(answers, "\n    "));
}

// Its programmes and offers, as files of the shop hold them.
std::string DefinitionsOf(const Life& life) {
  std::string toml = "[shop]\ncurrency = \"EUR\"\n";
  for (const auto& [key, lines] : life.parts)
    if (key == "shop" || key == "offers")
      absl::StrAppend(&toml, absl::StrJoin(lines, "\n"), "\n");
  return toml;
}

}  // namespace

std::vector<Life> ReadLives(const std::string& path) {
  std::ifstream file(path);
  const std::string name(path.substr(path.find_last_of('/') + 1));
  std::vector<Life> lives;
  Life always;
  Life* now = &always;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (absl::StartsWith(line, "=== ")) {
      lives.push_back(always);
      now = &lives.back();
      now->name = line.substr(4);
      now->place = absl::StrCat(name, " line ", number);
    } else if (absl::StartsWith(line, " ")) {
      if (!now->parts.empty()) now->parts.back().second.push_back(line);
    } else if (!line.empty() && line[0] != '#') {
      now->parts.push_back({line.substr(0, line.find(':')), {}});
    }
  }
  return lives;
}

std::vector<std::string> Play(const Life& life, const std::string& directory) {
  Story story(directory);
  story.Define(DefinitionsOf(life));
  Words wrong;
  bool any = false;
  for (const auto& [key, lines] : life.parts) {
    Words answers;
    if (key == "expect") answers = story.Answers();
    for (const std::string& line : lines) {
      const std::string plain(absl::StripAsciiWhitespace(line));
      if (plain.empty() || plain[0] == '#') continue;
      if (key == "given" || key == "do") story.Do(plain);
      if (key != "expect") continue;
      any = true;
      if (std::string problem = Compare(plain, answers); !problem.empty())
        wrong.push_back(std::move(problem));
    }
    // What is refused must be told; other answers may go unread.
    if (key == "expect")
      for (const std::string& answer : answers)
        if (absl::StartsWith(answer, "refused") &&
            std::none_of(lines.begin(), lines.end(), [](const auto& line) {
              return absl::StrContains(line, "refused");
            }))
          wrong.push_back(answer);
  }
  if (!any) wrong.emplace_back("nothing is expected");
  for (std::string& problem : story.Problems())
    wrong.push_back(absl::StrCat("books: ", problem));
  return wrong;
}

}  // namespace patron::testing
