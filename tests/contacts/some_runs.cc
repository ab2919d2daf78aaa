#include "tests/contacts/some_runs.h"

#include <utility>

#include "server/contacts/bitmap.h"

namespace patron::testing {

namespace {

wire::Offer EuroOff(const std::string& id) {
  wire::Offer offer;
  offer.id = id;
  offer.name = id;
  offer.benefit = wire::Benefit::AMOUNT;
  offer.currency = "EUR";
  offer.amount = 100;
  return offer;
}

}  // namespace

wire::Definitions CappedDefinitions(int cap, int cap_days, int holdout_bp) {
  wire::Definitions definitions;
  definitions.currency = "EUR";
  definitions.offers = {EuroOff("free"), EuroOff("amount"), EuroOff("coupon")};
  definitions.offers[1].limits.uses = 40;
  definitions.offers[2].limits.budget = 3000;
  definitions.contact.cap = cap;
  definitions.contact.cap_days = cap_days;
  definitions.holdout.share_bp = holdout_bp;
  definitions.holdout.salt = "salt";
  return definitions;
}

wire::Campaign MakeCampaign(const std::string& id, int priority) {
  wire::Campaign campaign;
  campaign.id = id;
  campaign.name = id;
  campaign.channel = "email";
  campaign.starts_us = kNoonUs;
  campaign.ends_us = kNoonUs + 14 * kDayUs;
  campaign.priority = priority;
  campaign.currency = "EUR";
  return campaign;
}

wire::CommandBody Put(wire::Definitions definitions) {
  wire::CommandBody body;
  body.put_definitions.definitions = std::move(definitions);
  body.put_definitions.overwrite = true;
  body.put_definitions.change = "test";
  body.__isset.put_definitions = true;
  return body;
}

wire::CommandBody Asked(const std::string& id, bool granted, int64_t at_us) {
  wire::Customer customer;
  customer.customer_id = id;
  wire::Consent consent;
  consent.channel = "email";
  consent.purpose = "marketing";
  consent.granted = granted;
  consent.given_at_us = at_us;
  customer.consents = {consent};
  return Body(customer);
}

wire::CommandBody Merge(const std::string& kept, const std::string& absorbed) {
  wire::CommandBody body;
  body.merge_customers.kept_id = kept;
  body.merge_customers.absorbed_id = absorbed;
  body.__isset.merge_customers = true;
  return body;
}

wire::CommandBody PutList(const std::string& id, wire::ListChange::type change,
                          const std::vector<std::string>& customers,
                          const std::string& name) {
  wire::CommandBody body;
  body.put_list.list_id = id;
  body.put_list.name = name;
  body.put_list.change = change;
  body.put_list.customer_ids = customers;
  body.__isset.put_list = true;
  return body;
}

wire::CommandBody DropList(const std::string& id) {
  wire::CommandBody body = PutList(id, wire::ListChange::REMOVE, {});
  body.put_list.drop = true;
  return body;
}

wire::CommandBody OpenRun(const std::string& run_id,
                          const wire::Campaign& campaign,
                          const std::vector<uint32_t>& audience) {
  Roaring bitmap;
  bitmap.addMany(audience.size(), audience.data());
  wire::CommandBody body;
  wire::OpenRun& open = body.open_run;
  open.run_id = run_id;
  open.campaign = campaign;
  open.definitions_version = 1;
  open.moment_us = kNoonUs;
  open.day = kToday;
  open.audience_count = static_cast<int64_t>(bitmap.cardinality());
  open.audience = contacts::BitmapBytes(std::move(bitmap));
  body.__isset.open_run = true;
  return body;
}

wire::PlannedContact Contact(int32_t customer, int32_t day, int64_t cost) {
  wire::PlannedContact contact;
  contact.customer = customer;
  contact.decision = wire::ContactDecision::CONTACT;
  contact.day = day;
  contact.not_before_us = int64_t{day} * kDayUs;
  contact.not_after_us = contact.not_before_us + kDayUs / 2;
  contact.time_zone = "UTC";
  contact.variant = -1;
  contact.cost = cost;
  return contact;
}

wire::PlannedContact WithOffer(wire::PlannedContact contact,
                               const std::string& offer_id, int64_t cost) {
  contact.offer_id = offer_id;
  contact.offer_text = "for you";
  contact.offer_cost = cost;
  contact.cost += cost;
  return contact;
}

wire::PlannedContact HeldOut(int32_t customer) {
  wire::PlannedContact contact;
  contact.customer = customer;
  contact.decision = wire::ContactDecision::HELD_OUT;
  return contact;
}

wire::PlannedContact LeftOut(int32_t customer, wire::LeftOut::type reason) {
  wire::PlannedContact contact;
  contact.customer = customer;
  contact.decision = wire::ContactDecision::LEFT_OUT;
  contact.reason = reason;
  return contact;
}

wire::CommandBody Plan(const std::string& run_id, int32_t from, int32_t next,
                       const std::vector<wire::PlannedContact>& contacts) {
  wire::CommandBody body;
  body.plan_contacts.run_id = run_id;
  body.plan_contacts.from_customer = from;
  body.plan_contacts.next_customer = next;
  body.plan_contacts.contacts = contacts;
  body.__isset.plan_contacts = true;
  return body;
}

wire::CommandBody SetState(const std::string& run_id,
                           wire::RunState::type state, bool issued) {
  wire::CommandBody body;
  body.set_run_state.run_id = run_id;
  body.set_run_state.state = state;
  body.set_run_state.issued = issued;
  body.__isset.set_run_state = true;
  return body;
}

wire::ContactReport Reported(const std::string& customer,
                             wire::ReportKind::type kind, int64_t at_us) {
  wire::ContactReport report;
  report.customer_id = customer;
  report.kind = kind;
  report.at_us = at_us;
  return report;
}

wire::CommandBody Report(const std::string& run_id,
                         const std::vector<wire::ContactReport>& reports) {
  wire::CommandBody body;
  body.report_contacts.run_id = run_id;
  body.report_contacts.reports = reports;
  body.__isset.report_contacts = true;
  return body;
}

}  // namespace patron::testing
