#include "server/segments/desk.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/digest.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/base/validate.h"
#include "server/segments/render.h"

namespace patron::segments {
namespace {

int64_t At(const View& view) {
  return static_cast<int64_t>(view.position().value());
}

std::string HoldText(size_t clauses) {
  return clauses == 1 ? "the only clause holds"
                      : absl::StrCat("all ", clauses, " clauses hold");
}

// "in: all 5 clauses hold", "out: age >= 18 does not hold, nor do 2 others".
std::string TextOf(const wire::Membership& membership) {
  if (membership.clauses.empty())
    return membership.member ? "in: everybody is" : "out: no customer any more";
  if (membership.member)
    return absl::StrCat("in: ", HoldText(membership.clauses.size()));
  const auto failed =
      std::count_if(membership.clauses.begin(), membership.clauses.end(),
                    [](const wire::ClauseAnswer& one) { return !one.holds; });
  if (membership.decided < 0) return "out: no customer any more";
  const std::string& text = membership.clauses[membership.decided].text;
  const std::string others =
      failed == 1   ? ""
      : failed == 2 ? ", nor does 1 other"
                    : absl::StrCat(", nor do ", failed - 1, " others");
  return absl::StrCat("out: ", text, " does not hold", others);
}

// The first clause that does not hold, which is where a rule stops. In: a
// single clause decided; of several none did alone.
int32_t DecidedBy(const wire::Membership& membership) {
  if (membership.member) return membership.clauses.size() == 1 ? 0 : -1;
  for (size_t i = 0; i < membership.clauses.size(); ++i)
    if (!membership.clauses[i].holds) return static_cast<int32_t>(i);
  return -1;
}

wire::ClauseAnswer AnswerOf(std::string text, bool holds) {
  wire::ClauseAnswer answer;
  answer.text = std::move(text);
  answer.holds = holds;
  return answer;
}

// Spend of a customer on average, net of returns, cut to whole minor units.
wire::SegmentPart PartOf(const Roaring& customers, const View& view) {
  std::map<std::string, int64_t> spend;
  for (const uint32_t ordinal : customers) {
    const auto* const row = view.snapshot().Find(CustomerOrdinal(ordinal));
    if (row == nullptr || row->summary == nullptr) continue;
    for (const auto& [currency, amount] : row->summary->spend)
      spend[currency] += amount;
  }
  wire::SegmentPart part;
  part.customers = static_cast<int64_t>(customers.cardinality());
  for (const auto& [currency, amount] : spend) {
    wire::AmountIn& average = part.average_spend.emplace_back();
    average.currency = currency;
    average.amount = amount / part.customers;
  }
  return part;
}

// An export's pages are bound to its columns too.
uint64_t ExportDigest(uint64_t audience, const wire::ExportRequest& request) {
  std::string text = absl::StrCat(audience, "\n", request.format);
  for (const std::string& field : request.fields)
    absl::StrAppend(&text, "\n", field);
  return ShortDigestOf(text);
}

// Ordinals with the smallest hashes of seed and id, smallest first.
class Sampler {
 public:
  Sampler(int64_t seed, size_t count)
      : count_(count), text_(absl::StrCat(seed, "\n")), prefix_(text_.size()) {}

  void Look(uint32_t ordinal, absl::string_view id) {
    text_.resize(prefix_);
    text_.append(id.data(), id.size());
    const Ranked ranked(ShortDigestOf(text_), ordinal);
    if (best_.size() == count_ && ranked > best_.front()) return;
    best_.push_back(ranked);
    std::push_heap(best_.begin(), best_.end());
    if (best_.size() <= count_) return;
    std::pop_heap(best_.begin(), best_.end());
    best_.pop_back();
  }

  std::vector<uint32_t> Take() {
    std::sort_heap(best_.begin(), best_.end());
    std::vector<uint32_t> ordinals;
    for (const Ranked& one : best_) ordinals.push_back(one.second);
    return ordinals;
  }

 private:
  using Ranked = std::pair<uint64_t, uint32_t>;

  const size_t count_;
  std::string text_;
  const size_t prefix_;
  std::vector<Ranked> best_;  // a heap, the largest in front
};

}  // namespace

std::shared_ptr<const Catalogue> Desk::Segments() {
  const auto definitions = parts_.holdings.definitions();
  const absl::MutexLock lock(&mutex_);
  if (catalogue_ != nullptr &&
      catalogue_->version >= definitions->version.version)
    return catalogue_;
  catalogue_ = MakeCatalogue(definitions->version);
  parts_.live.Keep(catalogue_->rules);
  return catalogue_;
}

absl::StatusOr<Audience> Desk::Find(const wire::Audience& asked) {
  return FindIn(asked, *Segments());
}

absl::StatusOr<Audience> Desk::FindIn(const wire::Audience& asked,
                                      const Catalogue& catalogue) {
  return Resolve(asked, catalogue, parts_.lists, programs_);
}

absl::StatusOr<wire::SegmentCount> Desk::Count(const wire::Audience& asked) {
  const absl::Time started = clock_.Now();
  PATRON_ASSIGN_OR_RETURN(const Audience audience, Find(asked));
  const View view = parts_.live.Now();
  wire::SegmentCount count;
  count.customers = static_cast<int64_t>(audience.Members(view).cardinality());
  count.of = view.customers();
  count.log_position = At(view);
  count.day = view.today();
  count.rule = audience.program.ToString();
  count.took_us = absl::ToInt64Microseconds(clock_.Now() - started);
  return count;
}

std::vector<wire::SegmentInfo> Desk::List(bool count) {
  const auto catalogue = Segments();
  std::vector<wire::SegmentInfo> all;
  for (const Known& known : catalogue->segments) all.push_back(known.info);
  for (const auto& [id, list] : parts_.lists.All()) {
    wire::SegmentInfo& info = all.emplace_back();
    info.segment.id = id;
    info.segment.name = list.name;
    info.kind = wire::SegmentKind::UPLOADED;
  }
  if (!count) return all;
  const View view = parts_.live.Now();
  for (wire::SegmentInfo& info : all) {
    wire::Audience asked;
    asked.segment_id = info.segment.id;
    const auto audience = Resolve(asked, *catalogue, parts_.lists, programs_);
    if (!audience.ok()) continue;  // a list that was dropped meanwhile
    info.customers =
        static_cast<int64_t>(audience->Members(view).cardinality());
    info.log_position = At(view);
  }
  return all;
}

absl::StatusOr<wire::MembersPage> Desk::Members(const wire::Audience& asked,
                                                int limit,
                                                const std::string& cursor) {
  PATRON_RETURN_IF_ERROR(CheckRange("limit", limit, 1, kMaxMembers));
  PATRON_ASSIGN_OR_RETURN(const Audience audience, Find(asked));
  PATRON_ASSIGN_OR_RETURN(const uint32_t first,
                          ReadCursor(cursor, audience.digest));
  const View view = parts_.live.Now();
  uint32_t next = kNoOrdinal;
  wire::MembersPage page;
  page.log_position = At(view);
  for (const uint32_t ordinal : audience.MembersFrom(view, first, limit, next))
    page.customer_ids.emplace_back(parts_.ordinals.customers.IdOf(ordinal));
  if (next != kNoOrdinal) page.next_cursor = MakeCursor(next, audience.digest);
  return page;
}

absl::StatusOr<std::vector<std::string>> Desk::Sample(
    const wire::Audience& asked, int count, int64_t seed) {
  PATRON_RETURN_IF_ERROR(CheckRange("count", count, 1, kMaxSample));
  PATRON_ASSIGN_OR_RETURN(const Audience audience, Find(asked));
  const View view = parts_.live.Now();
  Sampler sampler(seed, static_cast<size_t>(count));
  for (const uint32_t ordinal : audience.Members(view))
    sampler.Look(ordinal, parts_.ordinals.customers.IdOf(ordinal));
  std::vector<std::string> ids;
  for (const uint32_t ordinal : sampler.Take())
    ids.emplace_back(parts_.ordinals.customers.IdOf(ordinal));
  return ids;
}

absl::StatusOr<CustomerOrdinal> Desk::FindCustomer(
    const std::string& id) const {
  PATRON_RETURN_IF_ERROR(CheckId("customer_id", id));
  const auto found = parts_.ordinals.customers.Find(id);
  if (found) return CustomerOrdinal(*found);
  return absl::NotFoundError(
      absl::StrCat("customer_id: no customer ", Quoted(id)));
}

absl::StatusOr<wire::Membership> Desk::Explain(const wire::Audience& asked,
                                               const std::string& customer_id) {
  PATRON_ASSIGN_OR_RETURN(const Audience audience, Find(asked));
  PATRON_ASSIGN_OR_RETURN(const CustomerOrdinal customer,
                          FindCustomer(customer_id));
  const View view = parts_.live.Now();
  wire::Membership membership;
  membership.log_position = At(view);
  membership.member = audience.Has(view, customer);
  if (audience.list != nullptr)
    membership.clauses.push_back(
        AnswerOf(absl::StrCat("in the list ", audience.list_id),
                 audience.list->contains(customer.value())));
  if (!audience.program.empty())
    for (rules::Clause& clause : view.Explain(audience.program, customer))
      membership.clauses.push_back(
          AnswerOf(std::move(clause.text), clause.holds));
  membership.decided = DecidedBy(membership);
  membership.text = TextOf(membership);
  return membership;
}

absl::StatusOr<wire::SegmentComparison> Desk::Compare(
    const wire::Audience& first, const wire::Audience& second) {
  PATRON_ASSIGN_OR_RETURN(const Audience one, Find(first));
  PATRON_ASSIGN_OR_RETURN(const Audience other, Find(second));
  const View view = parts_.live.Now();
  const Roaring here = one.Members(view);
  const Roaring there = other.Members(view);
  wire::SegmentComparison comparison;
  comparison.both = PartOf(here & there, view);
  comparison.only_first = PartOf(here - there, view);
  comparison.only_second = PartOf(there - here, view);
  comparison.log_position = At(view);
  return comparison;
}

absl::StatusOr<wire::ExportPage> Desk::Export(
    const wire::ExportRequest& request) {
  PATRON_RETURN_IF_ERROR(CheckRange("limit", request.limit, 1, kMaxExportRows));
  PATRON_ASSIGN_OR_RETURN(const RowWriter writer,
                          RowWriter::Create(request.format, request.fields));
  PATRON_ASSIGN_OR_RETURN(const Audience audience, Find(request.audience));
  const uint64_t digest = ExportDigest(audience.digest, request);
  PATRON_ASSIGN_OR_RETURN(const uint32_t first,
                          ReadCursor(request.cursor, digest));
  const View view = parts_.live.Now();
  wire::ExportPage page;
  page.log_position = At(view);
  if (request.cursor.empty()) writer.Header(page.rows);
  uint32_t next = kNoOrdinal;
  const Roaring members =
      audience.MembersFrom(view, first, request.limit, next);
  std::vector<uint32_t> customers(members.cardinality());
  members.toUint32Array(customers.data());
  const size_t count = RenderRows(view, writer, parts_.ordinals.customers,
                                  customers, kMaxExportBytes, page.rows);
  page.count = static_cast<int64_t>(count);
  if (count < customers.size()) next = customers[count];
  if (next != kNoOrdinal) page.next_cursor = MakeCursor(next, digest);
  return page;
}

}  // namespace patron::segments
