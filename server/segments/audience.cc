#include "server/segments/audience.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/base/digest.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/rules/suggest.h"
#include "server/segments/ready_made.h"
#include "server/subjects/subjects.h"

namespace patron::segments {
namespace {

constexpr size_t kOrdinalDigits = 8;
constexpr size_t kDigestDigits = 16;

// Looking at each of so few is cheaper than at everybody.
constexpr uint64_t kOneByOne = 1000;

void Add(wire::Segment segment, wire::SegmentKind::type kind,
         Catalogue& catalogue) {
  Known known;
  known.info.kind = kind;
  // Definitions are checked before they are put; a rule that no longer compiles
  // after an upgrade leaves its segment out rather than the server down.
  auto program = rules::Compile(segment.rule, subjects::CustomerSchema());
  if (!program.ok()) return;
  known.program = *std::move(program);
  catalogue.by_id.emplace(segment.id, catalogue.segments.size());
  catalogue.rules.push_back(known.program);
  known.info.segment = std::move(segment);
  catalogue.segments.push_back(std::move(known));
}

void AddRule(const std::string& rule, Catalogue& catalogue) {
  auto program = rules::Compile(rule, subjects::CustomerSchema());
  if (program.ok() && !program->empty())
    catalogue.rules.push_back(*std::move(program));
}

// As MakeCursor writes them; numbers are read with signs and 0x elsewhere.
bool IsLowerHex(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(c) || ('a' <= c && c <= 'f');
  });
}

// Both of them; the normal form takes superfluous parentheses away.
std::string Both(const std::string& first, const std::string& second) {
  if (first.empty()) return second;
  if (second.empty()) return first;
  return absl::StrCat("(", first, "\n) and (", second, "\n)");
}

absl::Status NoSegment(absl::string_view id, const Catalogue& catalogue) {
  std::vector<std::string> known;
  for (const Known& one : catalogue.segments)
    known.push_back(one.info.segment.id);
  return absl::NotFoundError(absl::StrCat("segment_id: no segment ", Quoted(id),
                                          rules::Suggestion(id, known)));
}

bool IsCustomer(const View& view, uint32_t ordinal) {
  const columns::Row* const row =
      view.snapshot().Find(CustomerOrdinal(ordinal));
  return row != nullptr && row->is_customer;
}

}  // namespace

absl::StatusOr<rules::Program> ProgramCache::Compile(const std::string& text) {
  {
    const absl::MutexLock lock(&mutex_);
    const auto found = by_text_.find(text);
    if (found != by_text_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return found->second->second;
    }
  }
  PATRON_ASSIGN_OR_RETURN(rules::Program program,
                          rules::Compile(text, subjects::CustomerSchema()));
  const absl::MutexLock lock(&mutex_);
  if (by_text_.contains(text)) return program;
  entries_.emplace_front(text, program);
  by_text_.emplace(entries_.front().first, entries_.begin());
  if (entries_.size() > capacity_) {
    by_text_.erase(entries_.back().first);
    entries_.pop_back();
  }
  return program;
}

const Known* Catalogue::Find(absl::string_view id) const {
  const auto found = by_id.find(id);
  return found == by_id.end() ? nullptr : &segments[found->second];
}

std::shared_ptr<const Catalogue> MakeCatalogue(
    const wire::DefinitionsVersion& version) {
  auto catalogue = std::make_shared<Catalogue>();
  const wire::Definitions& content = version.definitions;
  catalogue->version = version.version;
  for (const wire::Segment& segment : content.segments)
    Add(segment, wire::SegmentKind::OWN, *catalogue);
  for (wire::Segment& segment : ReadyMade(content.thresholds, content.currency))
    if (!catalogue->by_id.contains(segment.id))
      Add(std::move(segment), wire::SegmentKind::READY_MADE, *catalogue);
  for (const wire::Campaign& campaign : content.campaigns) {
    AddRule(campaign.rule, *catalogue);
    AddRule(campaign.exclude_rule, *catalogue);
  }
  return catalogue;
}

bool Audience::Has(const View& view, CustomerOrdinal customer) const {
  if (list != nullptr && !list->contains(customer.value())) return false;
  if (program.empty()) return IsCustomer(view, customer.value());
  return view.Holds(program, customer);
}

Roaring Audience::Members(const View& view) const {
  if (list == nullptr)
    return program.empty() ? view.Everybody() : view.Members(program);
  if (list->cardinality() > kOneByOne && !program.empty())
    return view.Members(program) & *list;
  Roaring members;
  for (const uint32_t ordinal : *list)
    if (Has(view, CustomerOrdinal(ordinal))) members.add(ordinal);
  return members;
}

Roaring Audience::MembersFrom(const View& view, uint32_t first, size_t most,
                              uint32_t& next) const {
  if (list == nullptr) {
    Roaring members = view.MembersFrom(program, first, most, next);
    if (next >= view.snapshot().ordinals) next = kNoOrdinal;
    return members;
  }
  Roaring members;
  size_t found = 0;
  next = kNoOrdinal;
  auto at = list->begin();
  at.equalorlarger(first);
  for (; at != list->end(); ++at) {
    if (found == most) {
      next = *at;
      break;
    }
    if (!Has(view, CustomerOrdinal(*at))) continue;
    members.add(*at);
    ++found;
  }
  return members;
}

absl::StatusOr<Audience> Resolve(const wire::Audience& asked,
                                 const Catalogue& catalogue,
                                 const contacts::Lists& lists,
                                 ProgramCache& programs) {
  Audience audience;
  // By itself first: a mistake is told where the caller wrote it.
  PATRON_ASSIGN_OR_RETURN(audience.program, programs.Compile(asked.rule));
  if (!asked.segment_id.empty()) {
    const Known* const known = catalogue.Find(asked.segment_id);
    if (known == nullptr) {
      const auto list = lists.Find(asked.segment_id);
      if (!list) return NoSegment(asked.segment_id, catalogue);
      audience.list = list->members;
      audience.list_id = asked.segment_id;
    } else if (audience.program.empty()) {
      audience.program = known->program;
    } else if (!known->program.empty()) {
      PATRON_ASSIGN_OR_RETURN(
          audience.program,
          programs.Compile(Both(known->info.segment.rule, asked.rule)));
    }
  }
  audience.digest = ShortDigestOf(absl::StrCat(
      asked.segment_id, std::string(1, '\0'), audience.program.ToString()));
  return audience;
}

std::string MakeCursor(uint32_t next, uint64_t digest) {
  return absl::StrFormat("%08x%016x", next, digest);
}

absl::StatusOr<uint32_t> ReadCursor(absl::string_view cursor, uint64_t digest) {
  if (cursor.empty()) return 0;
  uint32_t next = 0;
  uint64_t bound = 0;
  if (cursor.size() != kOrdinalDigits + kDigestDigits || !IsLowerHex(cursor) ||
      !absl::SimpleHexAtoi(cursor.substr(0, kOrdinalDigits), &next) ||
      !absl::SimpleHexAtoi(cursor.substr(kOrdinalDigits), &bound))
    return absl::InvalidArgumentError(
        absl::StrCat("cursor: ", Quoted(cursor), " is none of ours"));
  if (bound == digest) return next;
  return absl::InvalidArgumentError(absl::StrCat(
      "cursor: ", Quoted(cursor),
      " is of another question, or the segment was changed since"));
}

}  // namespace patron::segments
