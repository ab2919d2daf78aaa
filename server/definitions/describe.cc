#include "server/definitions/describe.h"

#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/definitions/describe_parts.h"
#include "server/definitions/values.h"
#include "server/definitions/words.h"

namespace patron::definitions {
namespace {

// ---- programmes

struct ExpiryRule {
  wire::Expiry::type expiry = wire::Expiry::NEVER;
  int32_t count = 0;
  friend bool operator==(const ExpiryRule&, const ExpiryRule&) = default;
};

// "never", { after = "90 days" }, { after = "12 months", at = "end of month" },
// { after = "2 years", at = "end of year" }. The end of the unit is what months
// and years mean, said or not.
struct AsExpiry {
  static absl::Status Wrong(const Node& node) {
    return absl::InvalidArgumentError(absl::StrCat(
        Shown(node),
        " is not \"never\", { after = \"90 days\" }, { after = \"12 months\", "
        "at = \"end of month\" } or { after = \"2 years\", at = \"end of "
        "year\" }"));
  }

  static bool ReadAfter(const std::string& text, ExpiryRule& rule,
                        std::string& usual_end) {
    const std::vector<std::string> words = absl::StrSplit(text, ' ');
    if (words.size() != 2 || !absl::SimpleAtoi(words[0], &rule.count))
      return false;
    const absl::string_view unit = absl::StripSuffix(words[1], "s");
    if (unit == "day") rule.expiry = wire::Expiry::DAYS;
    if (unit == "month") rule.expiry = wire::Expiry::END_OF_MONTH;
    if (unit == "year") rule.expiry = wire::Expiry::END_OF_YEAR;
    usual_end = unit == "day" ? "" : absl::StrCat("end of ", unit);
    return rule.expiry != wire::Expiry::NEVER;
  }

  absl::StatusOr<ExpiryRule> Read(const Node& node) const {
    ExpiryRule rule;
    if (node.kind == Node::Kind::kText && node.text == "never") return rule;
    const Node* after = node.Find("after");
    const Node* at = node.Find("at");
    const size_t known = (after != nullptr) + (at != nullptr);
    std::string usual_end;
    if (after == nullptr || after->kind != Node::Kind::kText ||
        node.members.size() != known ||
        !ReadAfter(after->text, rule, usual_end))
      return Wrong(node);
    if (at != nullptr &&
        (at->kind != Node::Kind::kText || at->text != usual_end))
      return Wrong(node);
    return rule;
  }

  static Node Table(int32_t count, absl::string_view unit,
                    absl::string_view at) {
    const std::string after =
        absl::StrCat(count, " ", unit, count == 1 ? "" : "s");
    Node node;
    node.members.push_back({"after", TextNode(after)});
    if (!at.empty()) node.members.push_back({"at", TextNode(at)});
    return node;
  }

  Node Write(const ExpiryRule& rule) const {
    switch (rule.expiry) {
      case wire::Expiry::DAYS:
        return Table(rule.count, "day", "");
      case wire::Expiry::END_OF_MONTH:
        return Table(rule.count, "month", "end of month");
      case wire::Expiry::END_OF_YEAR:
        return Table(rule.count, "year", "end of year");
      default:
        return TextNode("never");
    }
  }
};

void DescribeExpiry(Form& form, wire::Programme& p) {
  ExpiryRule rule{p.expiry, p.expiry_count};
  form.Field("expiry", rule, AsExpiry());
  p.expiry = rule.expiry;
  p.expiry_count = rule.count;
}

void DescribeEarningRule(Form& form, wire::EarningRule& r, const Ways& ways) {
  form.Field("id", r.id, AsText(), "", Presence::kRequired);
  form.Field("scope", r.scope, AsText());
  form.Field("eligible", r.eligible, AsText());
  form.Field("multiplier", r.multiplier_bp, AsFactor(), 10000);
  form.Field("bonus_points", r.bonus_points, AsNumber());
  form.Field("min_spend", r.min_spend, ways.amount);
  form.Field("starts", r.starts_us, ways.start);
  form.Field("ends", r.ends_us, ways.end);
}

void DescribeEventPoints(Form& form, wire::EventPoints& e) {
  form.Field("kind", e.kind, AsWord{EventKindWords()},
             static_cast<wire::EventKind::type>(0), Presence::kRequired);
  form.Field("points", e.points, AsNumber(), 0, Presence::kRequired);
  form.Field("most_a_day", e.most_a_day, AsNumber(), 1);
}

void DescribeReferral(Form& form, wire::Programme& p, const Ways& ways) {
  bool present = p.__isset.referral;
  wire::Referral& r = p.referral;
  form.OptionalTable("referral", Placing::kSection, present, [&](Form& f) {
    f.Field("referrer_points", r.referrer_points, AsNumber());
    f.Field("friend_points", r.friend_points, AsNumber());
    f.Field("most_a_year", r.most_a_year, AsNumber(), 10);
    f.Field("min_spend", r.min_spend, ways.amount);
  });
  p.__isset.referral = present;
}

void DescribeTier(Form& form, wire::Tier& t, const wire::Programme& p,
                  const Ways& ways) {
  form.Field("id", t.id, AsText(), "", Presence::kRequired);
  form.Field("name", t.name, AsText());
  if (p.tier_credit == wire::TierCredit::POINTS)
    form.Field("credit", t.credit, AsNumber(), 0, Presence::kRequired);
  else
    form.Field("credit", t.credit, ways.amount, 0, Presence::kRequired);
  form.Field("multiplier", t.multiplier_bp, AsFactor(), 10000);
  form.Field("rewards", t.rewards, AsTexts());
}

void DescribeEarning(Form& form, wire::Programme& p, const Ways& ways) {
  form.Table("earn", Placing::kInline, [&](Form& f) {
    f.Field("points", p.earn_points, AsNumber(), 1, Presence::kAlways);
    f.Field("per", p.earn_amount, ways.amount, 100, Presence::kAlways);
  });
  form.Field("scope", p.scope, AsText());
  form.Field("rounding", p.rounding, AsWord{RoundingWords()},
             wire::Rounding::DOWN);
  form.Field("round_by_line", p.round_by_line, AsFlag());
  form.Field("pending_days", p.pending_days, AsNumber());
  DescribeExpiry(form, p);
}

void DescribeRedeeming(Form& form, wire::Programme& p, const Ways& ways) {
  form.Table("redeem", Placing::kInline, [&](Form& f) {
    f.Field("points", p.redeem_points, AsNumber());
    f.Field("pays", p.redeem_amount, ways.amount);
    f.Field("at_most", p.redeem_most_bp, AsPercent(), 10000);
  });
  form.Field("debt", p.debt, AsWord{DebtWords()}, wire::DebtPolicy::NEGATIVE);
}

void DescribeTiers(Form& form, wire::Programme& p, const Ways& ways) {
  form.Field("tier_window", p.tier_window, AsWord{TierWindowWords()},
             wire::TierWindow::ROLLING);
  form.Field("tier_days", p.tier_days, AsNumber(), 365);
  form.Field("tier_grace_days", p.tier_grace_days, AsNumber());
  form.Field("tier_credit", p.tier_credit, AsWord{TierCreditWords()},
             wire::TierCredit::SPEND);
  form.Tables(
      "tiers", Placing::kSection, p.tiers,
      [&](Form& f, wire::Tier& tier) { DescribeTier(f, tier, p, ways); });
}

void DescribeProgramme(Form& form, wire::Programme& p, const Shop& shop) {
  form.Field("id", p.id, AsText(), "", Presence::kRequired);
  form.Field("name", p.name, AsText());
  form.Field("points_name", p.points_name, AsText());
  DescribeCurrency(form, p.currency, shop);
  const Ways ways = WaysOf(shop, p.currency);
  form.Field("eligible", p.eligible, AsText());
  DescribeEarning(form, p, ways);
  DescribeRedeeming(form, p, ways);
  form.Field("birthday_points", p.birthday_points, AsNumber());
  form.Field("clerk_adjustment", p.clerk_adjustment, AsNumber());
  form.Field("clerk_adjustment_day", p.clerk_adjustment_day, AsNumber());
  form.Field("starts", p.starts_us, ways.start);
  DescribeTiers(form, p, ways);
  form.Tables("earning_rules", Placing::kSection, p.earning_rules,
              [&](Form& f, auto& rule) { DescribeEarningRule(f, rule, ways); });
  form.Tables("event_points", Placing::kSection, p.event_points,
              DescribeEventPoints);
  DescribeReferral(form, p, ways);
}

// ---- offers

void DescribeSetPart(Form& form, wire::SetPart& part) {
  form.Field("scope", part.scope, AsText(), "", Presence::kRequired);
  form.Field("quantity", part.quantity_milli, AsQuantity(), 1000);
}

void DescribeEarlyStart(Form& form, wire::EarlyStart& early) {
  form.Field("programme", early.programme_id, AsText(), "",
             Presence::kRequired);
  form.Field("tier", early.tier_id, AsText(), "", Presence::kRequired);
  form.Field("hours", early.hours, AsNumber(), 0, Presence::kRequired);
}

void DescribeBenefit(Form& form, wire::Offer& o, const Ways& ways) {
  form.Field("percent", o.percent_bp, AsPercent());
  form.Field("amount", o.amount, ways.amount);
  form.Field("multiplier", o.multiplier_bp, AsFactor(), 10000);
  form.Field("points", o.points, AsNumber());
  form.Field("programme", o.programme_id, AsText());
  form.Field("buy", o.buy, AsNumber());
  form.Field("pay", o.pay, AsNumber());
  form.Table("gift", Placing::kInline, [&](Form& f) {
    f.Field("product", o.gift_product_id, AsText());
    f.Field("quantity", o.gift_quantity_milli, AsQuantity(), 1000);
  });
  form.Field("opens", o.opens_us, ways.start);
}

void DescribeOccasion(Form& form, wire::Offer& o) {
  form.Field("occasion", o.occasion, AsWord{OccasionWords()},
             wire::Occasion::ALWAYS);
  form.Field("days", o.days, AsNumber());
  form.Field("days_before", o.days_before, AsNumber());
  form.Field("days_after", o.days_after, AsNumber());
  form.Field("chance", o.chance_bp, AsPercent());
  form.Field("seed", o.seed, AsText());
}

void DescribeWhoAndWhen(Form& form, wire::Offer& o, const Ways& ways) {
  form.Field("scope", o.scope, AsText());
  form.Field("eligible", o.eligible, AsText());
  form.Field("min_spend", o.min_spend, ways.amount);
  form.Field("min_quantity", o.min_quantity_milli, AsQuantity());
  DescribeOccasion(form, o);
  form.Field("starts", o.starts_us, ways.start);
  form.Field("ends", o.ends_us, ways.end);
  form.Tables("early_starts", Placing::kInline, o.early_starts,
              DescribeEarlyStart);
  form.Field("channels", o.channels, AsTexts());
  form.Field("stores", o.store_ids, AsTexts());
  form.Field("codes", o.codes, AsTexts());
  // Shared codes would be of no use to an offer that needs none.
  form.Field("needs_code", o.needs_code, AsFlag(), !o.codes.empty());
}

void DescribeLimits(Form& form, wire::Limits& l, const Ways& ways) {
  form.Table("limits", Placing::kInline, [&](Form& f) {
    f.Field("uses", l.uses, AsNumber());
    f.Field("budget", l.budget, ways.amount);
    f.Field("period", l.period, AsWord{PeriodWords()}, wire::Period::EVER);
    f.Field("per_customer", l.uses_per_customer, AsNumber());
    f.Field("customer_period", l.customer_period, AsWord{PeriodWords()},
            wire::Period::EVER);
  });
}

void DescribeOffer(Form& form, wire::Offer& o, const Shop& shop) {
  form.Field("id", o.id, AsText(), "", Presence::kRequired);
  form.Field("name", o.name, AsText());
  form.Field("kind", o.kind, AsText());
  form.Field("state", o.state, AsWord{OfferStateWords()},
             wire::OfferState::RUNNING);
  form.Field("benefit", o.benefit, AsWord{BenefitWords()},
             static_cast<wire::Benefit::type>(0), Presence::kRequired);
  DescribeCurrency(form, o.currency, shop);
  const Ways ways = WaysOf(shop, o.currency);
  DescribeBenefit(form, o, ways);
  DescribeWhoAndWhen(form, o, ways);
  form.Field("group", o.group, AsText());
  form.Field("exclusive", o.exclusive, AsFlag());
  form.Field("priority", o.priority, AsNumber());
  DescribeLimits(form, o.limits, ways);
  form.Field("contact_cost", o.cost_per_contact, ways.amount);
  form.Tables("set_parts", Placing::kSection, o.set_parts, DescribeSetPart);
}

// ---- code batches and the shop

void DescribeCodeBatch(Form& form, wire::CodeBatch& b) {
  form.Field("id", b.id, AsText(), "", Presence::kRequired);
  form.Field("offer", b.offer_id, AsText(), "", Presence::kRequired);
  form.Field("file", b.file, AsText());
  form.Field("count", b.count, AsNumber());
  form.Field("uses_per_code", b.uses_per_code, AsNumber(), 1);
}

}  // namespace

Ways WaysOf(const Shop& shop, const std::string& currency) {
  return {{currency}, {shop.zone, false}, {shop.zone, true}};
}

void DescribeCurrency(Form& form, std::string& currency, const Shop& shop) {
  form.Field("currency", currency, AsText(), shop.currency,
             shop.currency.empty() ? Presence::kRequired : Presence::kOptional);
}

void Describe(Form& form, wire::Definitions& definitions,
              const absl::TimeZone& zone) {
  form.Table("shop", Placing::kSection, [&](Form& f) {
    f.Field("currency", definitions.currency, AsText());
    f.Field("margin", definitions.margin_bp, AsPercent(), 3000);
  });
  const Shop shop{zone, definitions.currency};
  form.Tables("programmes", Placing::kSection, definitions.programmes,
              [&](Form& f, auto& p) { DescribeProgramme(f, p, shop); });
  form.Tables("offers", Placing::kSection, definitions.offers,
              [&](Form& f, auto& offer) { DescribeOffer(f, offer, shop); });
  form.Tables("code_batches", Placing::kSection, definitions.code_batches,
              DescribeCodeBatch);
  DescribeMarketing(form, definitions, shop);
}

}  // namespace patron::definitions
