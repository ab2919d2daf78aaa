// The commands of lists and campaigns for CommandGenerator: runs that are
// planned a few customers a command beside each other, frozen, released and
// reported on.
#include <algorithm>
#include <roaring/roaring.hh>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/testing/commands.h"

namespace patron::testing {
namespace {

// Ordinals that audiences are drawn from: some are not given yet at first.
constexpr uint64_t kAudienceOf = 70;

wire::Campaign GeneratedCampaign(const std::string& id, int priority) {
  wire::Campaign campaign;
  campaign.id = id;
  campaign.name = id;
  campaign.channel = "email";
  campaign.starts_us = kNoonUs;
  campaign.ends_us = kNoonUs + 30 * kDayUs;
  campaign.priority = priority;
  campaign.currency = "EUR";
  return campaign;
}

std::string PortableBytes(const std::vector<int32_t>& customers) {
  Roaring bitmap;
  for (const int32_t customer : customers)
    bitmap.add(static_cast<uint32_t>(customer));
  std::string bytes(bitmap.getSizeInBytes(), '\0');
  bitmap.write(bytes.data());
  return bytes;
}

}  // namespace

std::vector<wire::Campaign> SmallCampaigns() {
  wire::Campaign spring = GeneratedCampaign("spring", 1);
  spring.budget = 2500;
  wire::Campaign autumn = GeneratedCampaign("autumn", 2);
  autumn.offer_ids = {"coupon", "amount"};
  wire::Campaign thanks = GeneratedCampaign("thanks", 0);
  thanks.kind = wire::CampaignKind::THANK_YOU;
  wire::Campaign status = GeneratedCampaign("status", 0);
  status.kind = wire::CampaignKind::SERVICE;
  return {spring, autumn, thanks, status};
}

void CommandGenerator::AddConsent(wire::Customer& customer) {
  if (Below(5) == 0) return;
  wire::Consent consent;
  consent.channel = "email";
  consent.purpose = "marketing";
  consent.granted = Below(6) != 0;
  consent.given_at_us = now_us_ - static_cast<int64_t>(Below(1000));
  customer.consents.push_back(consent);
}

wire::CommandBody CommandGenerator::List() {
  wire::CommandBody body;
  wire::PutList& put = body.put_list;
  put.list_id = absl::StrCat("list", Below(4));
  put.change = static_cast<wire::ListChange::type>(1 + Below(3));
  put.name = Below(2) == 0 ? "" : absl::StrCat("List ", Below(3));
  if (put.change == wire::ListChange::REMOVE && Below(4) == 0) {
    put.drop = true;
  } else {
    for (uint64_t i = Below(12); i > 0; --i)
      put.customer_ids.push_back(AnyCustomer());
  }
  body.__isset.put_list = true;
  return body;
}

wire::CommandBody CommandGenerator::Open() {
  const std::vector<wire::Campaign> campaigns = SmallCampaigns();
  GeneratedRun run;
  run.id = absl::StrCat("run", runs_.size());
  for (uint64_t customer = Below(4); customer < kAudienceOf;
       customer += 1 + Below(3))
    run.audience.push_back(static_cast<int32_t>(customer));
  wire::CommandBody body;
  wire::OpenRun& open = body.open_run;
  open.run_id = Below(12) == 0 ? "run0" : run.id;
  open.campaign = campaigns[Below(campaigns.size())];
  open.definitions_version = 1;
  open.moment_us = now_us_;
  open.day = static_cast<int32_t>(now_us_ / kDayUs);
  open.audience = PortableBytes(run.audience);
  open.audience_count = static_cast<int64_t>(run.audience.size());
  body.__isset.open_run = true;
  runs_.push_back(std::move(run));
  return body;
}

wire::PlannedContact CommandGenerator::Planned(int32_t customer) {
  wire::PlannedContact contact;
  contact.customer = customer;
  contact.variant = -1;
  contact.day = static_cast<int32_t>(now_us_ / kDayUs);
  contact.day += static_cast<int32_t>(Below(20));
  contact.decision = wire::ContactDecision::CONTACT;
  switch (Below(10)) {
    case 0:
      contact.decision = wire::ContactDecision::HELD_OUT;
      break;
    case 1:
      contact.decision = wire::ContactDecision::LEFT_OUT;
      contact.reason = wire::LeftOut::RELEVANCE;
      break;
    case 2:
    case 3:
      contact.offer_id = Below(2) == 0 ? "coupon" : "amount";
      contact.offer_cost = static_cast<int64_t>(Below(200));
      break;
    default:
      break;
  }
  contact.cost = contact.offer_cost + static_cast<int64_t>(Below(100));
  contact.time_zone = "UTC";
  return contact;
}

// The next few customers of one of the latest runs; now and then others.
wire::CommandBody CommandGenerator::PlanNext() {
  wire::CommandBody body;
  wire::PlanContacts& plan = body.plan_contacts;
  body.__isset.plan_contacts = true;
  plan.run_id = "run0";
  plan.next_customer = -1;
  if (runs_.empty()) return body;
  const uint64_t back = Below(std::min<uint64_t>(runs_.size(), 4));
  GeneratedRun& run = runs_[runs_.size() - 1 - back];
  plan.run_id = run.id;
  plan.from_customer = run.next;
  const size_t count = std::min<size_t>(run.audience.size() - run.at,
                                        static_cast<size_t>(1 + Below(12)));
  for (size_t i = 0; i < count; ++i)
    plan.contacts.push_back(Planned(run.audience[run.at + i]));
  if (Below(15) == 0) plan.contacts.clear();
  if (plan.contacts.size() < count) return body;
  run.at += count;
  run.next = run.at < run.audience.size() ? run.audience[run.at - 1] + 1 : -1;
  plan.next_customer = run.next;
  return body;
}

std::string CommandGenerator::RecentRun() {
  const uint64_t back = Below(8);
  return absl::StrCat("run", runs_.size() > back ? runs_.size() - back : 0);
}

wire::CommandBody CommandGenerator::RunState() {
  wire::CommandBody body;
  body.set_run_state.run_id = RecentRun();
  body.set_run_state.state =
      Below(3) == 0 ? wire::RunState::RELEASED : wire::RunState::FROZEN;
  if (body.set_run_state.state == wire::RunState::FROZEN)
    body.set_run_state.issued = Below(3) == 0;
  body.__isset.set_run_state = true;
  return body;
}

wire::CommandBody CommandGenerator::Reports() {
  wire::CommandBody body;
  body.report_contacts.run_id = RecentRun();
  for (uint64_t i = 1 + Below(2); i > 0; --i) {
    wire::ContactReport report;
    report.customer_id = AnyCustomer();
    report.kind = static_cast<wire::ReportKind::type>(1 + Below(4));
    if (Below(3) != 0) report.at_us = now_us_;
    body.report_contacts.reports.push_back(report);
  }
  body.__isset.report_contacts = true;
  return body;
}

}  // namespace patron::testing
