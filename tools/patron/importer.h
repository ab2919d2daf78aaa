// Moves the rows of a source to a server: one thread reads and decodes, the
// calling one sends batches, a short queue lies between, so that memory stays
// bounded whatever the file holds. Safe to repeat: what the server knows
// already is counted, not refused.
//
// Errors: refused rows and elements go to the report and are counted; a Status
//         is for what ends the import (unreadable input, a server that stays
//         away), and the counts tell how far it came.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/base/clock.h"
#include "tools/patron/batch_queue.h"
#include "tools/patron/decode.h"
#include "tools/patron/error_report.h"
#include "tools/patron/input.h"
#include "tools/patron/record.h"

namespace patron::cli {

struct ImportOptions {
  size_t batch = 500;            // elements a call
  size_t batch_bytes = 1 << 20;  // of field text a call, about
  bool strict = false;           // stop at the first refused row
  // Waits between tries of what the server asks to try again; the last one ends
  // the import.
  std::vector<absl::Duration> retry_waits = DefaultRetryWaits();
  std::function<void(absl::Duration)> sleep = absl::SleepFor;

  static std::vector<absl::Duration> DefaultRetryWaits();
};

struct ImportCounts {
  int64_t rows = 0;  // read, without the header
  int64_t skipped_rows = 0;
  int64_t imported = 0;  // elements
  int64_t already_known = 0;
  int64_t refused = 0;
  int64_t refused_rows = 0;
  int64_t lines = 0;                       // of imported receipts and returns
  std::map<std::string, int64_t> amounts;  // of imported receipts, by currency
};

// Retryable errors are kUnavailable and kResourceExhausted.
template <typename T>
using SendBatch = std::function<absl::StatusOr<std::vector<wire::ItemOutcome>>(
    const std::vector<T>&)>;

// What an element adds to the counts beside itself.
inline void CountContent(const wire::Purchase& purchase, ImportCounts& counts) {
  counts.lines += static_cast<int64_t>(purchase.lines.size());
  int64_t& amount = counts.amounts[purchase.currency];
  for (const wire::PurchaseLine& line : purchase.lines) amount += line.amount;
}
inline void CountContent(const wire::PurchaseReturn& back,
                         ImportCounts& counts) {
  counts.lines += static_cast<int64_t>(back.lines.size());
}
template <typename T>
void CountContent(const T&, ImportCounts&) {}

// What the server refused, told with the whole that was left out.
std::string RefusalText(const wire::Purchase& purchase,
                        const std::string& reason);
std::string RefusalText(const wire::PurchaseReturn& back,
                        const std::string& reason);
template <typename T>
std::string RefusalText(const T&, const std::string& reason) {
  return reason;
}

bool IsRetryable(const absl::Status& status);
bool IsRetryable(const wire::PatronError& error);

template <typename T>
class Importer {
 public:
  // Borrows all but `send`.
  Importer(RecordSource& source, const ValueOptions& values, SendBatch<T> send,
           const ImportOptions& options, ErrorReport& report)
      : source_(source),
        decoder_(MakeDecoder<T>(values)),
        send_(std::move(send)),
        options_(options),
        report_(report) {}

  // Called after each batch with the rows sent so far.
  std::function<void(int64_t rows)> on_progress = [](int64_t) {};

  // Once.
  absl::Status Run() {
    std::thread reader([this] { read_status_ = ReadAll(); });
    const absl::Status sent = SendAll();
    queue_.Stop();
    reader.join();
    counts_.rows = rows_;
    counts_.skipped_rows = skipped_rows_;
    counts_.refused += decoded_.elements_left_out;
    counts_.refused_rows += decoded_.rows_left_out;
    return sent.ok() ? read_status_ : sent;
  }

  const ImportCounts& counts() const { return counts_; }

 private:
  using Batch = std::vector<Element<T>>;

  // ---- the reading thread ----

  absl::Status ReadAll() {
    const absl::Status status = ReadRows();
    if (!decoded_.elements.empty()) queue_.Push(std::move(decoded_.elements));
    queue_.Close();
    return status;
  }

  absl::Status ReadRows() {
    Record record(KindOf());
    RowProblem problem;
    for (;;) {
      const absl::StatusOr<Pull> pull = source_.Next(record, problem);
      if (!pull.ok()) return pull.status();
      if (*pull == Pull::kEnd) break;
      ++rows_;
      Take(*pull, record, problem);
      if (ReportProblems() && options_.strict) return absl::OkStatus();
      if (BatchIsFull() && !PushBatch()) return absl::OkStatus();
    }
    decoder_->Finish(decoded_);
    ReportProblems();
    return absl::OkStatus();
  }

  static Kind KindOf();

  void Take(Pull pull, const Record& record, RowProblem& problem) {
    if (pull == Pull::kSkipped) {
      ++skipped_rows_;
    } else if (pull == Pull::kProblem) {
      decoder_->AddBroken(std::move(problem), decoded_);
    } else {
      for (const absl::string_view value : record.values)
        batch_bytes_ += value.size();
      for (const Entry& entry : record.entries)
        batch_bytes_ += entry.value.size();
      decoder_->Add(record, decoded_);
      if (record.ends_element) decoder_->Finish(decoded_);
    }
  }

  bool ReportProblems() {
    if (decoded_.problems.empty()) return false;
    for (const RowProblem& problem : decoded_.problems)
      report_.Add(problem.line, problem.message);
    decoded_.problems.clear();
    return true;
  }

  bool BatchIsFull() const {
    return decoded_.elements.size() >= options_.batch ||
           (batch_bytes_ >= options_.batch_bytes && !decoded_.elements.empty());
  }

  bool PushBatch() {
    batch_bytes_ = 0;
    Batch batch;
    batch.reserve(options_.batch);
    batch.swap(decoded_.elements);
    return queue_.Push(std::move(batch));
  }

  // ---- the sending thread ----

  absl::Status SendAll() {
    Batch batch;
    while (queue_.Pop(batch)) {
      const int64_t refused = counts_.refused;
      const absl::Status status = Send(batch);
      if (!status.ok()) return status;
      on_progress(rows_sent_);
      if (options_.strict && counts_.refused > refused) return absl::OkStatus();
    }
    return absl::OkStatus();
  }

  // Sends until each element has its outcome or the tries are used up.
  absl::Status Send(Batch& batch) {
    std::vector<T> values;
    std::vector<size_t> open(batch.size());  // positions in `batch`
    for (size_t i = 0; i < batch.size(); ++i) open[i] = i;
    for (const Element<T>& element : batch) rows_sent_ += element.rows;
    for (size_t tries = 0;; ++tries) {
      values.clear();
      for (const size_t at : open) values.push_back(std::move(batch[at].value));
      const absl::Status status = SendOnce(values, batch, open);
      if (status.ok() && open.empty()) return status;
      if (!status.ok() && !IsRetryable(status)) return status;
      if (tries == options_.retry_waits.size())
        return status.ok() ? last_retryable_ : status;
      options_.sleep(options_.retry_waits[tries]);
    }
  }

  // Leaves in `open` what should be tried again, and gives its values back.
  absl::Status SendOnce(std::vector<T>& values, Batch& batch,
                        std::vector<size_t>& open) {
    const absl::StatusOr<std::vector<wire::ItemOutcome>> outcomes =
        send_(values);
    std::vector<size_t> again;
    absl::Status status = outcomes.status();
    if (status.ok() && outcomes->size() != values.size())
      status = absl::InternalError("the server answered another batch");
    for (size_t i = 0; i < values.size(); ++i) {
      Element<T>& element = batch[open[i]];
      if (status.ok() && Settle(values[i], element, (*outcomes)[i])) continue;
      element.value = std::move(values[i]);
      again.push_back(open[i]);
    }
    open = std::move(again);
    return status;
  }

  // False where the element should be sent again.
  bool Settle(const T& value, const Element<T>& element,
              const wire::ItemOutcome& outcome) {
    if (!outcome.__isset.error) {
      ++(outcome.duplicate ? counts_.already_known : counts_.imported);
      if (!outcome.duplicate) CountContent(value, counts_);
      return true;
    }
    if (IsRetryable(outcome.error)) {
      last_retryable_ = absl::UnavailableError(outcome.error.message);
      return false;
    }
    ++counts_.refused;
    counts_.refused_rows += element.rows;
    report_.Add(element.line, RefusalText(value, outcome.error.message));
    return true;
  }

  RecordSource& source_;
  const std::unique_ptr<Decoder<T>> decoder_;
  const SendBatch<T> send_;
  const ImportOptions options_;
  ErrorReport& report_;
  BatchQueue<Batch> queue_{4};

  // Of the reading thread, until it is joined.
  Decoded<T> decoded_;
  size_t batch_bytes_ = 0;
  int64_t rows_ = 0;
  int64_t skipped_rows_ = 0;
  absl::Status read_status_;

  // Of the sending thread.
  ImportCounts counts_;
  int64_t rows_sent_ = 0;
  absl::Status last_retryable_;
};

template <>
inline Kind Importer<wire::Customer>::KindOf() {
  return Kind::kCustomers;
}
template <>
inline Kind Importer<wire::Product>::KindOf() {
  return Kind::kProducts;
}
template <>
inline Kind Importer<wire::StockLevel>::KindOf() {
  return Kind::kStock;
}
template <>
inline Kind Importer<wire::Purchase>::KindOf() {
  return Kind::kPurchases;
}
template <>
inline Kind Importer<wire::PurchaseReturn>::KindOf() {
  return Kind::kReturns;
}
template <>
inline Kind Importer<wire::Event>::KindOf() {
  return Kind::kEvents;
}

}  // namespace patron::cli
