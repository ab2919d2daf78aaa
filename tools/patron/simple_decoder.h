// The decoder of kinds where one row is one element.
#pragma once

#include <string>
#include <utility>

#include "tools/patron/decode.h"

namespace patron::cli {

template <typename T>
class SimpleDecoder final : public Decoder<T> {
 public:
  using Decode = absl::Status (*)(const Record&, const ValueOptions&, T&);

  SimpleDecoder(Decode decode, const ValueOptions& options)
      : decode_(decode), options_(options) {}

  void Add(const Record& record, Decoded<T>& out) override {
    Element<T> element;
    element.line = record.line;
    const absl::Status status = decode_(record, options_, element.value);
    if (status.ok())
      out.elements.push_back(std::move(element));
    else
      AddBroken({record.line, std::string(status.message())}, out);
  }

  void AddBroken(RowProblem problem, Decoded<T>& out) override {
    out.problems.push_back(std::move(problem));
    ++out.rows_left_out;
    ++out.elements_left_out;
  }

  void Finish(Decoded<T>&) override {}

 private:
  const Decode decode_;
  const ValueOptions options_;
};

}  // namespace patron::cli
