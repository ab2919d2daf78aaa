// Texts to rows to structs, as `import` does it, without a server.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/testing/status_matchers.h"
#include "tools/patron/decode.h"
#include "tools/patron/input.h"
#include "tools/patron/record.h"

namespace patron::cli {

// Everything that comes out of `source`; `rows` counts what was pulled.
template <typename T>
struct Drained {
  Decoded<T> decoded;
  int64_t rows = 0;
  int64_t skipped = 0;
  std::vector<std::string> ignored;
  absl::Status status;

  // "LINE: message" each.
  std::vector<std::string> Problems() const {
    std::vector<std::string> texts;
    for (const RowProblem& problem : decoded.problems)
      texts.push_back(std::to_string(problem.line) + ": " + problem.message);
    return texts;
  }
};

template <typename T>
void Drain(RecordSource& source, Kind kind, const ValueOptions& values,
           Drained<T>& drained) {
  const auto decoder = MakeDecoder<T>(values);
  Record record(kind);
  RowProblem problem;
  for (;;) {
    const absl::StatusOr<Pull> pull = source.Next(record, problem);
    drained.status = pull.status();
    if (!pull.ok() || *pull == Pull::kEnd) break;
    ++drained.rows;
    if (*pull == Pull::kSkipped) ++drained.skipped;
    if (*pull == Pull::kProblem) decoder->AddBroken(problem, drained.decoded);
    if (*pull != Pull::kRecord) continue;
    decoder->Add(record, drained.decoded);
    if (record.ends_element) decoder->Finish(drained.decoded);
  }
  decoder->Finish(drained.decoded);
  drained.ignored = source.Ignored();
}

template <typename T>
Drained<T> DrainText(Kind kind, const std::string& text,
                     const KindMapping& mapping = {}) {
  Drained<T> drained;
  const auto input = InputFromString(text);
  InputWindow window(**input, 64);
  const auto source = OpenRecords(kind, mapping, Format::kDetect, window);
  drained.status = source.status();
  if (source.ok())
    Drain(**source, kind, {mapping.time_zone, mapping.amounts}, drained);
  return drained;
}

}  // namespace patron::cli
