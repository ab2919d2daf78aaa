#include "server/definitions/checker.h"

#include <set>

#include "server/base/text.h"
#include "server/base/validate.h"
#include "server/rules/rules.h"
#include "server/subjects/subjects.h"

namespace patron::definitions {
namespace {

constexpr size_t kMostRuleBytes = 16 * 1024;

}  // namespace

Checker Checker::Inside(absl::string_view list, absl::string_view id) const {
  return Checker(absl::StrCat(path_, ".", list, " ", Quoted(id)), faults_);
}

Checker Checker::Inside(absl::string_view list, size_t index) const {
  return Checker(absl::StrCat(path_, ".", list, "[", index + 1, "]"), faults_);
}

void Checker::Id(absl::string_view field, absl::string_view id) const {
  faults_.Add(CheckId(FieldPath(field), id));
}

void Checker::ShortText(absl::string_view field, absl::string_view text) const {
  faults_.Add(CheckText(FieldPath(field), text, kMaxShortText));
}

void Checker::Ids(absl::string_view field,
                  const std::vector<std::string>& ids) const {
  Count(field, ids.size(), kMaxListed);
  std::set<absl::string_view> seen;
  for (const std::string& id : ids) {
    Id(field, id);
    if (!seen.insert(id).second)
      Fault(field, absl::StrCat(Quoted(id), " stands there twice"));
  }
}

void Checker::Count(absl::string_view field, size_t count, size_t most) const {
  faults_.Add(CheckCount(FieldPath(field), count, most));
}

void Checker::Word(absl::string_view field, int value, Words words) const {
  if (WordOf(words, value) == nullptr)
    Fault(field, absl::StrCat(value, " is not ", Choices(words)));
}

void Checker::Currency(absl::string_view currency) const {
  faults_.Add(CheckCurrency(FieldPath("currency"), currency));
}

void Checker::Times(int64_t starts_us, int64_t ends_us) const {
  faults_.Add(CheckTime(FieldPath("starts"), starts_us));
  faults_.Add(CheckTime(FieldPath("ends"), ends_us));
  if (ends_us == 0 || ends_us > starts_us) return;
  Fault("ends", absl::StrCat(absl::FormatTime(absl::FromUnixMicros(ends_us),
                                              absl::UTCTimeZone()),
                             " is not after starts, ",
                             absl::FormatTime(absl::FromUnixMicros(starts_us),
                                              absl::UTCTimeZone())));
}

void Checker::CustomerRule(absl::string_view field,
                           const std::string& text) const {
  faults_.Add(CheckText(FieldPath(field), text, kMostRuleBytes));
  const auto rule = rules::Compile(text, subjects::CustomerSchema());
  if (!rule.ok()) Fault(field, rule.status().message());
}

void Checker::EligibleRule(absl::string_view field,
                           const std::string& text) const {
  faults_.Add(CheckText(FieldPath(field), text, kMostRuleBytes));
  const auto rule = subjects::CompileEligible(text);
  if (!rule.ok()) Fault(field, rule.status().message());
}

void Checker::ProductRule(absl::string_view field,
                          const std::string& text) const {
  faults_.Add(CheckText(FieldPath(field), text, kMostRuleBytes));
  const auto rule = rules::Compile(text, subjects::ProductSchema());
  if (!rule.ok()) Fault(field, rule.status().message());
}

}  // namespace patron::definitions
