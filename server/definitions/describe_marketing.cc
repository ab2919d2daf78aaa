#include "server/definitions/describe_parts.h"
#include "server/definitions/words.h"

namespace patron::definitions {
namespace {

void DescribeSegment(Form& form, wire::Segment& s) {
  form.Field("id", s.id, AsText(), "", Presence::kRequired);
  form.Field("name", s.name, AsText());
  form.Field("meaning", s.meaning, AsText());
  form.Field("rule", s.rule, AsText());
}

void DescribeVariant(Form& form, wire::Variant& v) {
  form.Field("id", v.id, AsText(), "", Presence::kRequired);
  form.Field("creative", v.creative, AsText());
  form.Field("weight", v.weight, AsNumber(), 1);
  form.Field("offers", v.offer_ids, AsTexts());
}

void DescribeAudience(Form& form, wire::Campaign& c) {
  form.Field("segments", c.segments, AsTexts());
  form.Field("rule", c.rule, AsText());
  form.Field("exclude_segments", c.exclude_segments, AsTexts());
  form.Field("exclude_rule", c.exclude_rule, AsText());
  form.Field("holdout", c.holdout_bp, AsPercent());
}

void DescribeSending(Form& form, wire::Campaign& c, const Ways& ways) {
  form.Field("channel", c.channel, AsText(), "", Presence::kRequired);
  form.Field("purpose", c.purpose, AsText(), "marketing");
  form.Field("starts", c.starts_us, ways.start, 0, Presence::kRequired);
  form.Field("ends", c.ends_us, ways.end, 0, Presence::kRequired);
  form.Field("priority", c.priority, AsNumber());
}

void DescribeContent(Form& form, wire::Campaign& c) {
  form.Field("placement", c.placement, AsWordText{CampaignPlacementWords()},
             "home");
  form.Field("products", c.products, AsNumber(), 3);
  form.Field("product_rule", c.product_rule, AsText());
  form.Field("relevance_floor", c.relevance_floor, AsFloor(), -1);
  form.Field("offers", c.offer_ids, AsTexts());
  form.Field("offer_required", c.offer_required, AsFlag());
}

void DescribeCampaign(Form& form, wire::Campaign& c, const Shop& shop) {
  form.Field("id", c.id, AsText(), "", Presence::kRequired);
  form.Field("name", c.name, AsText());
  form.Field("kind", c.kind, AsWord{CampaignKindWords()},
             wire::CampaignKind::PROMOTION);
  DescribeCurrency(form, c.currency, shop);
  const Ways ways = WaysOf(shop, c.currency);
  DescribeAudience(form, c);
  DescribeSending(form, c, ways);
  DescribeContent(form, c);
  form.Field("budget", c.budget, ways.amount);
  form.Field("cost_per_contact", c.cost_per_contact, ways.amount);
  form.Field("outcome_days", c.outcome_days, AsNumber(), 14);
  form.Tables("variants", Placing::kSection, c.variants, DescribeVariant);
}

// "quiet" says both ends; files may name them apart.
void DescribeQuiet(Form& form, wire::ContactRules& r) {
  const ClockRange usual{wire::ContactRules().quiet_from,
                         wire::ContactRules().quiet_until};
  const ClockRange unsaid{-1, -1};
  ClockRange quiet{r.quiet_from, r.quiet_until};
  if (!form.reading()) return form.Field("quiet", quiet, AsClockRange(), usual);
  form.Field("quiet", quiet, AsClockRange(), unsaid);
  const bool both = quiet != unsaid;
  if (!both) quiet = usual;
  form.Field("quiet_from", r.quiet_from, AsClock(), -1);
  form.Field("quiet_until", r.quiet_until, AsClock(), -1);
  if (both && (r.quiet_from != -1 || r.quiet_until != -1))
    form.Fault("quiet", "says what quiet_from and quiet_until say too");
  if (r.quiet_from == -1) r.quiet_from = quiet.from;
  if (r.quiet_until == -1) r.quiet_until = quiet.until;
}

void DescribeContact(Form& form, wire::ContactRules& r) {
  form.Field("cap", r.cap, AsNumber(), 1);
  form.Field("cap_days", r.cap_days, AsNumber(), 30);
  DescribeQuiet(form, r);
  form.Field("relevance_floor", r.relevance_floor, AsFloor());
  form.Field("just_bought_days", r.just_bought_days, AsNumber(), 14);
}

void DescribeHoldout(Form& form, wire::Holdout& h) {
  form.Field("share", h.share_bp, AsPercent());
  form.Field("salt", h.salt, AsText());
  form.Field("campaigns", h.campaigns, AsFlag(), true);
  form.Field("offers", h.offers, AsFlag());
  form.Field("recommendations", h.recommendations, AsFlag());
}

// What patron-jobs fit-value writes; nobody needs to.
void DescribePrediction(Form& form, wire::Definitions& definitions) {
  bool present = definitions.__isset.prediction;
  wire::Prediction& p = definitions.prediction;
  form.OptionalTable("prediction", Placing::kSection, present, [&](Form& f) {
    f.Field("day", p.day, AsDay());
    f.Field("customers", p.customers, AsNumber());
    f.Field("r", p.r, AsMillionths(), 0, Presence::kRequired);
    f.Field("alpha", p.alpha, AsMillionths(), 0, Presence::kRequired);
    f.Field("a", p.a, AsMillionths(), 0, Presence::kRequired);
    f.Field("b", p.b, AsMillionths(), 0, Presence::kRequired);
    f.Field("currency", p.currency, AsText());
    f.Field("p", p.p, AsMillionths());
    f.Field("q", p.q, AsMillionths());
    f.Field("v", p.v, AsMillionths());
  });
  definitions.__isset.prediction = present;
}

void DescribeStore(Form& form, wire::Store& s) {
  form.Field("id", s.id, AsText(), "", Presence::kRequired);
  form.Field("name", s.name, AsText());
  form.Field("time_zone", s.time_zone, AsText());
}

}  // namespace

void DescribeMarketing(Form& form, wire::Definitions& definitions,
                       const Shop& shop) {
  form.Table("contact", Placing::kSection,
             [&](Form& f) { DescribeContact(f, definitions.contact); });
  form.Table("holdout", Placing::kSection,
             [&](Form& f) { DescribeHoldout(f, definitions.holdout); });
  DescribePrediction(form, definitions);
  form.Tables("stores", Placing::kSection, definitions.stores, DescribeStore);
  form.Numbers("segment_thresholds", definitions.thresholds);
  form.Tables("segments", Placing::kSection, definitions.segments,
              DescribeSegment);
  form.Tables("campaigns", Placing::kSection, definitions.campaigns,
              [&](Form& f, auto& c) { DescribeCampaign(f, c, shop); });
}

}  // namespace patron::definitions
