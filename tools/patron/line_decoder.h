// Puts together what stands in several rows: a receipt, a return. Rows belong
// together while their id is the same; the fields of the head must not change
// from row to row. A refused row refuses its whole element; so does a row that
// cannot be read, for the elements before and after it, because it may belong
// to either.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/text.h"
#include "server/base/validate.h"
#include "tools/patron/decode.h"

namespace patron::cli {

// A Traits knows T: kHeadFields (its first fields in the table of kinds), Kind,
// Id(record), Describe(record), Head(record, options, T&), Line(record,
// options, T&).
template <typename T, typename Traits>
class LineDecoder final : public Decoder<T> {
 public:
  explicit LineDecoder(const ValueOptions& options) : options_(options) {}

  void Add(const Record& record, Decoded<T>& out) override {
    if (!open_ || !IsSameElement(record)) {
      Finish(out);
      Open(record, out);
    } else {
      CheckHead(record, out);
    }
    if (++element_.rows > kMaxRows) return DropRow(record, out);
    Note(Traits::Line(record, options_, element_.value), record.line, out);
  }

  void AddBroken(RowProblem problem, Decoded<T>& out) override {
    ++out.rows_left_out;
    const int64_t line = problem.line;
    const bool beside = problem.may_belong_to_neighbours;
    out.problems.push_back(std::move(problem));
    const bool inside = open_ && (beside || element_.line == line);
    if (beside) broken_line_ = line;
    if (inside) refused_ = true;
    if (beside) return;
    Finish(out);
    if (!inside) ++out.elements_left_out;
  }

  void Finish(Decoded<T>& out) override {
    if (!open_) return;
    open_ = false;
    if (refused_)
      LeaveOut(out);
    else
      out.elements.push_back(std::move(element_));
  }

 private:
  static constexpr int64_t kMaxRows = kMaxListed;

  bool IsSameElement(const Record& record) const {
    for (int field = 0; field < Traits::kIdFields; ++field)
      if (record.values[field] != head_[field]) return false;
    return true;
  }

  void Open(const Record& record, Decoded<T>& out) {
    open_ = true;
    refused_ = broken_line_ > 0;
    suspect_line_ = broken_line_;
    broken_line_ = 0;
    element_ = Element<T>();
    element_.line = record.line;
    element_.rows = 0;
    head_.resize(Traits::kHeadFields);
    for (int field = 0; field < Traits::kHeadFields; ++field)
      head_[field].assign(record.values[field].data(),
                          record.values[field].size());
    Note(Traits::Head(record, options_, element_.value), record.line, out);
  }

  void CheckHead(const Record& record, Decoded<T>& out) {
    if (broken_line_ > 0) refused_ = true;
    suspect_line_ = std::max(suspect_line_, broken_line_);
    broken_line_ = 0;
    for (int field = 0; field < Traits::kHeadFields; ++field) {
      if (record.values[field] == head_[field]) continue;
      return Note(absl::InvalidArgumentError(absl::StrCat(
                      Fields(Traits::kKind)[field].name, ": ",
                      Quoted(record.values[field]), " differs from ",
                      Quoted(head_[field]), " on line ", element_.line,
                      " of the same ", Traits::kName)),
                  record.line, out);
    }
  }

  // Keeps memory bounded where an id never changes.
  void DropRow(const Record& record, Decoded<T>& out) {
    element_.value.lines.clear();
    refused_ = true;
    if (element_.rows == kMaxRows + 1)
      Note(absl::InvalidArgumentError(absl::StrCat(
               Traits::kName, " ", Quoted(head_[Traits::kNameField]),
               " has more than ", kMaxRows, " rows")),
           record.line, out);
  }

  void Note(const absl::Status& status, int64_t line, Decoded<T>& out) {
    if (status.ok()) return;
    refused_ = true;
    out.problems.push_back({line, std::string(status.message())});
  }

  void LeaveOut(Decoded<T>& out) {
    std::string message = absl::StrCat(
        Traits::kName, " ", Quoted(head_[Traits::kNameField]), " with its ",
        element_.rows, element_.rows == 1 ? " row" : " rows", " was left out");
    const int64_t beside = std::max(suspect_line_, broken_line_);
    if (beside > 0)
      absl::StrAppend(&message, ": the unreadable line ", beside,
                      " may belong to it");
    out.problems.push_back({element_.line, std::move(message)});
    out.rows_left_out += element_.rows;
    ++out.elements_left_out;
  }

  const ValueOptions options_;
  bool open_ = false;
  bool refused_ = false;
  int64_t suspect_line_ = 0;  // unreadable line before or inside the element
  int64_t broken_line_ = 0;   // unreadable line since the last row
  std::vector<std::string> head_;
  Element<T> element_;
};

}  // namespace patron::cli
