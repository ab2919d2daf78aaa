// Segments of the Marketing service.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/api/marketing_handler.h"
#include "server/base/digest.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/base/validate.h"
#include "server/segments/desk.h"
#include "server/subjects/subjects.h"

namespace patron::api {
namespace {

// Others may change the definitions at the same time: so often is it tried. A
// try that fails is a success of another, so that many savers need many.
constexpr int kMostTries = 100;
constexpr size_t kUnknownTold = 100;
// A deletion that is asked again was among these.
constexpr int kVersionsLookedAt = 100;

// The caller's id for the first try; a further one is another command.
std::string TryId(const std::string& request_id, int attempt) {
  if (request_id.empty() || attempt == 0) return request_id;
  return DigestOf(absl::StrCat(request_id, "\ntry ", attempt)).ToHex();
}

}  // namespace

void MarketingHandler::segmentList(std::vector<wire::SegmentInfo>& segments,
                                   bool count) {
  Answer([&] {
    segments = services_.segments.List(count);
    return absl::OkStatus();
  });
}

void MarketingHandler::countSegment(wire::SegmentCount& count,
                                    const wire::Audience& audience) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(count, services_.segments.Count(audience));
    return absl::OkStatus();
  });
}

// Saving what stands already changes nothing, so that it may be asked again.
absl::Status MarketingHandler::ChangeDefinitions(const std::string& request_id,
                                                 DefinitionsChange change) {
  absl::Status last;
  for (int attempt = 0; attempt < kMostTries; ++attempt) {
    PATRON_ASSIGN_OR_RETURN(auto command, change());
    if (!command) return absl::OkStatus();
    const int64_t base = command->base_version;
    wire::CommandBody body;
    body.__isset.put_definitions = true;
    body.put_definitions = *std::move(command);
    last = Execute(std::move(body), TryId(request_id, attempt)).status();
    const bool raced =
        !last.ok() &&
        services_.state.holdings.definitions()->version.version != base;
    if (!raced) return last;
  }
  return last;
}

void MarketingHandler::saveSegment(const std::string& request_id,
                                   const wire::Segment& segment) {
  Answer([&] {
    return ChangeDefinitions(
        request_id, [&] { return services_.segments.Saving(segment); });
  });
}

void MarketingHandler::deleteSegment(const std::string& request_id,
                                     const std::string& segment_id) {
  Answer([&]() -> absl::Status {
    const auto deleting = [&] {
      return services_.segments.Deleting(segment_id);
    };
    const absl::Status no_segment = deleting().status();
    if (!absl::IsNotFound(no_segment))
      return ChangeDefinitions(request_id, deleting);
    // Not only where the list is still there: the command that dropped it
    // answers again by its request id.
    PATRON_RETURN_IF_ERROR(services_.segments.CheckUnused(segment_id));
    const absl::Status dropped = DropList(request_id, segment_id);
    if (absl::IsAlreadyExists(dropped) && WasDeleted(segment_id))
      return absl::OkStatus();
    // Neither is there a list, nor was one dropped by this request.
    const bool nothing =
        absl::IsNotFound(dropped) || absl::IsAlreadyExists(dropped);
    return nothing && !services_.segments.IsList(segment_id) ? no_segment
                                                             : dropped;
  });
}

// A request id that did something else than to drop a list, and a segment that
// was deleted: this request deleted it.
bool MarketingHandler::WasDeleted(const std::string& segment_id) const {
  const auto history = services_.desk.DefinitionsHistory(kVersionsLookedAt);
  const std::string change = segments::DeletionOf(segment_id);
  return history.ok() &&
         std::any_of(history->begin(), history->end(),
                     [&](const wire::DefinitionsVersion& version) {
                       return version.change == change;
                     });
}

absl::Status MarketingHandler::DropList(const std::string& request_id,
                                        const std::string& list_id) {
  wire::CommandBody body;
  body.__isset.put_list = true;
  body.put_list.list_id = list_id;
  body.put_list.change = wire::ListChange::REMOVE;
  body.put_list.drop = true;
  return Execute(std::move(body), request_id).status();
}

void MarketingHandler::segmentMembers(wire::MembersPage& page,
                                      const wire::Audience& audience,
                                      int32_t limit,
                                      const std::string& cursor) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(
        page, services_.segments.Members(audience, limit, cursor));
    return absl::OkStatus();
  });
}

void MarketingHandler::sampleSegment(std::vector<std::string>& customer_ids,
                                     const wire::Audience& audience,
                                     int32_t count, int64_t seed) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(customer_ids,
                            services_.segments.Sample(audience, count, seed));
    return absl::OkStatus();
  });
}

void MarketingHandler::explainMembership(wire::Membership& membership,
                                         const wire::Audience& audience,
                                         const std::string& customer_id) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(membership,
                            services_.segments.Explain(audience, customer_id));
    return absl::OkStatus();
  });
}

void MarketingHandler::compareSegments(wire::SegmentComparison& comparison,
                                       const wire::Audience& first,
                                       const wire::Audience& second) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(comparison,
                            services_.segments.Compare(first, second));
    return absl::OkStatus();
  });
}

void MarketingHandler::exportSegment(wire::ExportPage& page,
                                     const wire::ExportRequest& request) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(page, services_.segments.Export(request));
    return absl::OkStatus();
  });
}

void MarketingHandler::ruleFields(std::vector<wire::RuleField>& fields) {
  Answer([&] {
    for (const subjects::FieldLine& line : subjects::Reference()) {
      wire::RuleField& field = fields.emplace_back();
      field.name = line.name;
      field.of = line.of;
      field.type = line.type;
      field.help = line.help;
    }
    return absl::OkStatus();
  });
}

// Splits ids into those of customers and those that nobody has.
std::vector<std::string> MarketingHandler::KnownOf(
    const std::vector<std::string>& customer_ids, wire::UploadReply& reply) {
  std::vector<std::string> known;
  known.reserve(customer_ids.size());
  for (const std::string& id : customer_ids) {
    if (services_.state.ordinals.customers.Find(id)) {
      known.push_back(id);
      continue;
    }
    ++reply.unknown;
    if (reply.unknown_ids.size() < kUnknownTold)
      reply.unknown_ids.push_back(id);
  }
  return known;
}

void MarketingHandler::uploadList(
    wire::UploadReply& reply, const std::string& request_id,
    const std::string& list_id, const std::string& name,
    wire::ListChange::type change,
    const std::vector<std::string>& customer_ids) {
  Answer([&]() -> absl::Status {
    PATRON_RETURN_IF_ERROR(CheckElements("customer_ids", customer_ids.size()));
    PATRON_RETURN_IF_ERROR(CheckId("list_id", list_id));
    PATRON_RETURN_IF_ERROR(services_.segments.CheckListId(list_id));
    wire::CommandBody body;
    body.__isset.put_list = true;
    body.put_list.list_id = list_id;
    body.put_list.name = name;
    body.put_list.change = change;
    body.put_list.customer_ids = KnownOf(customer_ids, reply);
    PATRON_ASSIGN_OR_RETURN(const auto done,
                            Execute(std::move(body), request_id));
    reply.changed = done.done.count;
    reply.customers = services_.segments.ListSize(list_id);
    return absl::OkStatus();
  });
}

}  // namespace patron::api
