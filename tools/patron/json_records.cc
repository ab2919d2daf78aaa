// Rows of a JSON lines file: one object a line, bound to fields by the names of
// its keys. The object of a receipt or a return gives one row for each element
// of its "lines".
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "tools/patron/record.h"

namespace patron::cli {
namespace {

using nlohmann::json;

// Without the library's own prefix: "syntax error while parsing …".
std::string ParseProblem(const json::parse_error& error) {
  const absl::string_view what = error.what();
  const size_t at = what.find("] ");
  return absl::StrCat("is not JSON: ", at == absl::string_view::npos
                                           ? what
                                           : what.substr(at + 2));
}

absl::Status Refused(absl::string_view key, const json& value,
                     absl::string_view reason) {
  const std::string dumped =
      value.dump(-1, ' ', false, json::error_handler_t::replace);
  return absl::InvalidArgumentError(
      absl::StrCat(key, ": ", Quoted(dumped), " ", reason));
}

// Fills a record from parsed objects. Views go into the objects.
class Filler {
 public:
  Filler(Kind kind, const KindMapping& mapping, Record& record)
      : kind_(kind), mapping_(mapping), record_(record) {}

  // The fields that stand in lines, or those that do not.
  absl::Status Fill(const json& object, bool of_line) {
    const absl::Span<const FieldSpec> fields = Fields(kind_);
    for (size_t i = 0; i < fields.size(); ++i)
      if (fields[i].of_line == of_line)
        PATRON_RETURN_IF_ERROR(FillField(object, i));
    for (const GroupSpec& group : Groups(kind_))
      if (group.of_line == of_line)
        PATRON_RETURN_IF_ERROR(FillGroup(object, group));
    for (const auto& [group, names] : mapping_.groups)
      if (group->of_line == of_line)
        PATRON_RETURN_IF_ERROR(FillMapped(object, *group, names));
    return absl::OkStatus();
  }

 private:
  absl::Status FillField(const json& object, int field) {
    const FieldSpec& spec = Fields(kind_)[field];
    const auto constant = mapping_.constants.find(field);
    if (constant != mapping_.constants.end()) {
      if (spec.shape == Shape::kList)
        record_.lists[field] = {constant->second};
      else
        record_.values[field] = constant->second;
      return absl::OkStatus();
    }
    const auto mapped = mapping_.columns.find(field);
    if (mapped != mapping_.columns.end()) {
      PATRON_RETURN_IF_ERROR(FillFrom(object, mapped->second, field));
    } else if (!mapping_.Uses(spec.name)) {
      PATRON_RETURN_IF_ERROR(FillFrom(object, {spec.name}, field));
    }
    const auto fallback = mapping_.fallbacks.find(field);
    const bool is_empty =
        record_.values[field].empty() && record_.lists[field].empty();
    if (!is_empty || fallback == mapping_.fallbacks.end())
      return absl::OkStatus();
    return FillFrom(object, fallback->second, field);
  }

  absl::Status FillFrom(const json& object,
                        const std::vector<std::string>& keys, int field) {
    const FieldSpec& spec = Fields(kind_)[field];
    if (spec.shape == Shape::kList) return FillList(object, keys, field);
    if (keys.size() == 1) return Scalar(object, keys[0], record_.values[field]);
    std::string& text = record_.composed[field];
    text.clear();
    for (const std::string& key : keys) {
      absl::string_view part;
      PATRON_RETURN_IF_ERROR(Scalar(object, key, part));
      if (part.empty()) continue;
      if (!text.empty()) text += spec.shape == Shape::kId ? '-' : ' ';
      absl::StrAppend(&text, part);
    }
    record_.values[field] = text;
    return absl::OkStatus();
  }

  absl::Status FillList(const json& object,
                        const std::vector<std::string>& keys, int field) {
    for (const std::string& key : keys) {
      const auto found = object.find(key);
      if (found == object.end() || found->is_null()) continue;
      if (found->is_array()) {
        for (const json& element : *found)
          PATRON_RETURN_IF_ERROR(AddElement(key, element, field));
      } else if (found->is_string()) {
        AddParts(found->get_ref<const std::string&>(), field);
      } else {
        PATRON_RETURN_IF_ERROR(AddElement(key, *found, field));
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddElement(const std::string& key, const json& element,
                          int field) {
    absl::string_view text;
    PATRON_RETURN_IF_ERROR(Scalar(key, element, text));
    if (!text.empty()) record_.lists[field].push_back(text);
    return absl::OkStatus();
  }

  void AddParts(absl::string_view text, int field) {
    const char separator = Fields(kind_)[field].list_separator;
    while (!text.empty()) {
      const size_t end = std::min(text.find(separator), text.size());
      const absl::string_view part =
          absl::StripAsciiWhitespace(text.substr(0, end));
      if (!part.empty()) record_.lists[field].push_back(part);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  absl::Status Scalar(const json& object, const std::string& key,
                      absl::string_view& to) {
    const auto found = object.find(key);
    if (found == object.end()) return absl::OkStatus();
    return Scalar(key, *found, to);
  }

  absl::Status Scalar(const std::string& key, const json& value,
                      absl::string_view& to) {
    if (value.is_structured())
      return Refused(key, value, "is not a text, a number or a boolean");
    if (value.is_null()) return absl::OkStatus();
    if (value.is_string()) {
      to = value.get_ref<const std::string&>();
      for (const std::string& empty : mapping_.empty_values)
        if (to == empty) to = {};
      return absl::OkStatus();
    }
    record_.scratch.push_back(value.dump());
    to = record_.scratch.back();
    return absl::OkStatus();
  }

  // {"NAME": value, …}; consents also as [{"channel": …, "purpose": …}, …].
  absl::Status FillGroup(const json& object, const GroupSpec& group) {
    const auto found = object.find(group.section);
    if (found == object.end() || found->is_null() ||
        mapping_.Uses(group.section))
      return absl::OkStatus();
    if (found->is_array() && group.group == Group::kConsent)
      return FillConsents(*found);
    if (!found->is_object())
      return Refused(group.section, *found, "is not an object");
    for (auto each = found->begin(); each != found->end(); ++each) {
      absl::string_view value;
      PATRON_RETURN_IF_ERROR(Scalar(
          absl::StrCat(group.section, ".", each.key()), each.value(), value));
      if (!value.empty())
        record_.entries.push_back({group.group, each.key(), value});
    }
    return absl::OkStatus();
  }

  absl::Status FillConsents(const json& consents) {
    for (const json& consent : consents) {
      if (!consent.is_object())
        return Refused("consents", consent, "is not an object");
      absl::string_view channel, purpose;
      Entry entry = {Group::kConsent, {}, {}};
      PATRON_RETURN_IF_ERROR(Scalar(consent, "channel", channel));
      PATRON_RETURN_IF_ERROR(Scalar(consent, "purpose", purpose));
      PATRON_RETURN_IF_ERROR(Scalar(consent, "granted", entry.value));
      PATRON_RETURN_IF_ERROR(Scalar(consent, "source", entry.source));
      PATRON_RETURN_IF_ERROR(Scalar(consent, "given_at", entry.given_at));
      record_.scratch.push_back(absl::StrCat(channel, ".", purpose));
      entry.name = record_.scratch.back();
      record_.entries.push_back(entry);
    }
    return absl::OkStatus();
  }

  absl::Status FillMapped(const json& object, const GroupSpec& group,
                          const std::map<std::string, std::string>& names) {
    for (const auto& [name, key] : names) {
      absl::string_view value;
      PATRON_RETURN_IF_ERROR(Scalar(object, key, value));
      if (!value.empty()) record_.entries.push_back({group.group, name, value});
    }
    return absl::OkStatus();
  }

  const Kind kind_;
  const KindMapping& mapping_;
  Record& record_;
};

class JsonRecords final : public RecordSource {
 public:
  JsonRecords(Kind kind, const KindMapping& mapping, InputWindow& window)
      : kind_(kind), mapping_(mapping), window_(window) {
    for (const FieldSpec& field : Fields(kind_)) known_.insert(field.name);
    for (const GroupSpec& group : Groups(kind_)) known_.insert(group.section);
    if (HasLines(kind_)) known_.insert({"lines", "returns"});
  }

  absl::StatusOr<Pull> Next(Record& record, RowProblem& problem) override {
    if (next_line_ < lines_) return Check(FillLine(record), problem);
    PATRON_ASSIGN_OR_RETURN(const Pull pull, ReadObject(problem));
    if (pull != Pull::kRecord) return pull;
    if (IsSkipped()) return Pull::kSkipped;
    NoteKeys(object_);
    if (!HasLines(kind_)) {
      record.Clear();
      record.line = line_;
      record.ends_element = true;
      return Check(Filler(kind_, mapping_, record).Fill(object_, false),
                   problem);
    }
    if (const absl::Status lines = OpenLines(); !lines.ok())
      return Check(lines, problem);
    return Check(FillLine(record), problem);
  }

  std::vector<std::string> Ignored() const override {
    return {ignored_.begin(), ignored_.end()};
  }

 private:
  // A problem ends the whole object.
  Pull Check(const absl::Status& status, RowProblem& problem) {
    if (status.ok()) return Pull::kRecord;
    next_line_ = lines_ = 0;
    problem = {line_, std::string(status.message()), false};
    return Pull::kProblem;
  }

  absl::Status OpenLines() {
    const auto found = object_.find("lines");
    if (found == object_.end() || !found->is_array() || found->empty())
      return absl::InvalidArgumentError("lines: is missing or empty");
    for (const json& line : *found) {
      if (!line.is_object()) return Refused("lines", line, "is not an object");
      NoteKeys(line);
    }
    next_line_ = 0;
    lines_ = found->size();
    return absl::OkStatus();
  }

  absl::Status FillLine(Record& record) {
    record.Clear();
    record.line = line_;
    Filler filler(kind_, mapping_, record);
    PATRON_RETURN_IF_ERROR(filler.Fill(object_, false));
    PATRON_RETURN_IF_ERROR(filler.Fill(object_["lines"][next_line_], true));
    record.ends_element = ++next_line_ == lines_;
    return absl::OkStatus();
  }

  bool IsSkipped() const {
    for (const std::string& key : mapping_.skip_rows_without) {
      const auto found = object_.find(key);
      if (found == object_.end() || found->is_null()) return true;
      if (found->is_string() && found->get_ref<const std::string&>().empty())
        return true;
    }
    return false;
  }

  void NoteKeys(const json& object) {
    for (auto each = object.begin(); each != object.end(); ++each)
      if (!known_.contains(each.key()) && !mapping_.Uses(each.key()) &&
          ignored_.size() < 100)
        ignored_.insert(each.key());
  }

  absl::StatusOr<Pull> ReadObject(RowProblem& problem) {
    for (;;) {
      PATRON_ASSIGN_OR_RETURN(const Pull found, ReadLine(problem));
      if (found != Pull::kRecord) return found;
      if (!absl::StripAsciiWhitespace(text_).empty()) break;
    }
    try {
      object_ = json::parse(text_.begin(), text_.end());
    } catch (const json::parse_error& error) {
      problem = {line_, ParseProblem(error), false};
      return Pull::kProblem;
    }
    if (object_.is_object()) return Pull::kRecord;
    problem = {line_, absl::StrCat(Quoted(text_), " is not an object"), false};
    return Pull::kProblem;
  }

  // Sets `text_` to the next line, without its end.
  absl::StatusOr<Pull> ReadLine(RowProblem& problem) {
    window_.Consume(consumed_);
    consumed_ = 0;
    for (;;) {
      const char* const begin = window_.begin();
      const void* const end = memchr(begin, '\n', window_.size());
      if (end != nullptr || window_.at_end()) {
        if (window_.size() == 0) return Pull::kEnd;
        ++line_;
        const size_t bytes = end == nullptr
                                 ? window_.size()
                                 : static_cast<const char*>(end) - begin;
        consumed_ = bytes + (end == nullptr ? 0 : 1);
        text_ = {begin, bytes};
        if (line_ == 1 && text_.substr(0, 3) == "\xEF\xBB\xBF")
          text_.remove_prefix(3);
        return Pull::kRecord;
      }
      if (window_.size() >= kMaxRecordBytes) return SkipLine(problem);
      PATRON_RETURN_IF_ERROR(window_.Fill());
    }
  }

  absl::StatusOr<Pull> SkipLine(RowProblem& problem) {
    problem = {
        ++line_,
        absl::StrCat("the line is longer than ", kMaxRecordBytes, " bytes"),
        false};
    for (;;) {
      const char* const begin = window_.begin();
      const void* const end = memchr(begin, '\n', window_.size());
      window_.Consume(end == nullptr
                          ? window_.size()
                          : static_cast<const char*>(end) - begin + 1);
      if (end != nullptr || window_.at_end()) return Pull::kProblem;
      PATRON_RETURN_IF_ERROR(window_.Fill());
    }
  }

  const Kind kind_;
  const KindMapping mapping_;
  InputWindow& window_;
  std::set<std::string> known_;
  std::set<std::string> ignored_;
  absl::string_view text_;
  size_t consumed_ = 0;
  int64_t line_ = 0;
  json object_;
  size_t next_line_ = 0;
  size_t lines_ = 0;
};

}  // namespace

std::unique_ptr<RecordSource> OpenJsonRecords(Kind kind,
                                              const KindMapping& kind_mapping,
                                              InputWindow& window) {
  return std::make_unique<JsonRecords>(kind, kind_mapping, window);
}

}  // namespace patron::cli
