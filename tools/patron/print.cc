#include "tools/patron/print.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "server/base/day.h"
#include "tools/patron/json_out.h"
#include "tools/patron/print_checkout.h"
#include "tools/patron/print_marketing.h"
#include "tools/patron/table.h"
#include "tools/patron/values.h"

namespace patron::cli {
namespace {

std::string DayText(Day day) { return day == 0 ? "" : FormatDay(day); }

std::string Birthday(const wire::Customer& customer) {
  std::string text =
      customer.__isset.birth_year ? absl::StrCat(customer.birth_year) : "----";
  if (customer.__isset.birth_month)
    absl::StrAppendFormat(&text, "-%02d", customer.birth_month);
  if (customer.__isset.birth_day)
    absl::StrAppendFormat(&text, "-%02d", customer.birth_day);
  return text == "----" ? "" : text;
}

std::string Pairs(const std::map<std::string, std::string>& pairs) {
  return absl::StrJoin(pairs, ", ", absl::PairFormatter(" "));
}

std::string ConsentsText(const std::vector<wire::Consent>& consents) {
  return absl::StrJoin(
      consents, ", ", [](std::string* out, const wire::Consent& consent) {
        absl::StrAppend(out, consent.channel, " ", consent.purpose,
                        consent.granted ? " yes" : " no");
      });
}

std::string PriceText(const wire::RecommendedItem& item) {
  return item.__isset.price ? FormatMoney(item.price, item.currency) : "";
}

// "milk, 2 × bread, …"
std::string LinesText(const std::vector<wire::PurchaseLine>& lines) {
  return absl::StrJoin(
      lines, ", ", [](std::string* out, const wire::PurchaseLine& line) {
        if (line.quantity_milli != 1000)
          absl::StrAppend(out, FormatQuantity(line.quantity_milli), " × ");
        absl::StrAppend(out, line.product_id);
      });
}

int64_t Total(const wire::Purchase& purchase) {
  int64_t total = 0;
  for (const wire::PurchaseLine& line : purchase.lines) total += line.amount;
  return total;
}

std::string ReturnsText(const wire::HistoryPurchase& purchase) {
  if (purchase.returns.empty()) return "";
  size_t lines = 0;
  for (const wire::PurchaseReturn& back : purchase.returns)
    lines += back.lines.size();
  return absl::StrCat(lines, lines == 1 ? " line" : " lines");
}

void PrintFacts(std::ostream& out, const wire::CustomerFacts& facts) {
  Sheet sheet;
  sheet.Add("purchases", FormatCount(facts.purchases));
  sheet.Add("spend", AmountsText(facts.spend));
  if (facts.returns > 0)
    sheet.Add("returned", absl::StrCat(AmountsText(facts.returned), " in ",
                                       facts.returns, " returns"));
  sheet.Add("different products", FormatCount(facts.distinct_products));
  sheet.Add("first, last purchase", absl::StrCat(DayText(facts.first_day), "  ",
                                                 DayText(facts.last_day)));
  sheet.Add("stores", absl::StrJoin(facts.stores, ", ",
                                    [](std::string* text, const auto& visits) {
                                      absl::StrAppend(text, visits.store_id,
                                                      " (", visits.purchases,
                                                      ")");
                                    }));
  sheet.Add("channels",
            absl::StrJoin(facts.channels, ", ",
                          [](std::string* text, const auto& visits) {
                            absl::StrAppend(text, visits.channel, " (",
                                            visits.purchases, ")");
                          }));
  if (facts.__isset.first_source) sheet.Add("came from", facts.first_source);
  sheet.Add("events", FormatCount(facts.events));
  sheet.Print(out);
}

void PrintFavourites(std::ostream& out,
                     const std::vector<wire::ItemHistory>& items) {
  Table table({{"product", false, true},
               {"name", false, true},
               {"times", true},
               {"last"},
               {"every", true},
               {"due"}});
  for (const wire::ItemHistory& item : items)
    table.AddRow({item.product_id, item.name, FormatCount(item.times),
                  DayText(item.last_day),
                  item.__isset.usual_interval_days
                      ? absl::StrCat(item.usual_interval_days, " d")
                      : "",
                  item.__isset.due_day ? DayText(item.due_day) : ""});
  table.Print(out);
}

}  // namespace

std::string AmountsText(const std::vector<wire::AmountIn>& amounts) {
  if (amounts.empty()) return "-";
  return absl::StrJoin(
      amounts, " + ", [](std::string* out, const wire::AmountIn& amount) {
        absl::StrAppend(out, FormatMoney(amount.amount, amount.currency));
      });
}

void PrintTitle(std::ostream& out, const std::string& title) {
  out << '\n' << title << '\n';
}

void PrintCustomer(std::ostream& out, const wire::Customer& customer) {
  Sheet sheet;
  sheet.Add("customer", customer.customer_id);
  sheet.Add("name", customer.name);
  sheet.Add("contacts", Pairs(customer.contacts));
  sheet.Add("locale", customer.locale);
  sheet.Add("born", Birthday(customer));
  sheet.Add("gender", customer.gender);
  if (customer.__isset.household_size)
    sheet.Add("household", absl::StrCat(customer.household_size));
  sheet.Add("children born",
            absl::StrJoin(customer.children_birth_years, ", "));
  sheet.Add("priorities", absl::StrJoin(customer.priorities, ", "));
  sheet.Add("preferred store", customer.preferred_store_id);
  sheet.Add("preferred channel", customer.preferred_channel);
  sheet.Add("associate", customer.associate);
  sheet.Add("time zone", customer.time_zone);
  if (customer.is_staff) sheet.Add("staff", "yes");
  if (customer.is_partner) sheet.Add("partner", "yes");
  if (customer.is_business) sheet.Add("business", "yes");
  sheet.Add("consents", ConsentsText(customer.consents));
  sheet.Add("attributes", Pairs(customer.attributes));
  sheet.Print(out);
}

void PrintItems(std::ostream& out,
                const std::vector<wire::RecommendedItem>& items) {
  const bool has_due =
      std::any_of(items.begin(), items.end(),
                  [](const auto& item) { return item.__isset.due_day; });
  const bool has_price =
      std::any_of(items.begin(), items.end(),
                  [](const auto& item) { return item.__isset.price; });
  std::vector<Table::Column> columns = {
      {"#", true}, {"product", false, true}, {"name", false, true}};
  if (has_price) columns.push_back({"price", true});
  if (has_due) columns.push_back({"due"});
  columns.push_back({"score", true});
  Table table(std::move(columns));
  for (size_t i = 0; i < items.size(); ++i) {
    const wire::RecommendedItem& item = items[i];
    std::vector<std::string> cells = {absl::StrCat(i + 1), item.product_id,
                                      item.name};
    if (has_price) cells.push_back(PriceText(item));
    if (has_due)
      cells.push_back(item.__isset.due_day ? DayText(item.due_day) : "");
    cells.push_back(absl::StrFormat("%.3g", item.score));
    table.AddRow(std::move(cells));
    table.AddNote(item.reason_text);
    for (const std::string& limitation : item.limitations)
      table.AddNote(absl::StrCat("! ", limitation));
  }
  table.Print(out);
}

void PrintPurchases(std::ostream& out,
                    const std::vector<wire::HistoryPurchase>& purchases) {
  Table table({{"when (UTC)"},
               {"receipt", false, true},
               {"store", false, true},
               {"channel", false, true},
               {"amount", true},
               {"returned"},
               {"lines", true},
               {"products", false, true}});
  for (const wire::HistoryPurchase& each : purchases) {
    const wire::Purchase& purchase = each.purchase;
    table.AddRow({FormatMinute(purchase.happened_at_us), purchase.receipt_id,
                  purchase.store_id, purchase.channel,
                  FormatMoney(Total(purchase), purchase.currency),
                  ReturnsText(each), absl::StrCat(purchase.lines.size()),
                  LinesText(purchase.lines)});
  }
  table.Print(out);
}

void PrintEvents(std::ostream& out, const std::vector<wire::Event>& events) {
  Table table({{"when (UTC)"},
               {"event"},
               {"product", false, true},
               {"store", false, true},
               {"channel", false, true},
               {"text", false, true}});
  for (const wire::Event& event : events)
    table.AddRow({FormatMinute(event.happened_at_us), LowerName(event.kind),
                  event.product_id, event.store_id, event.channel, event.text});
  table.Print(out);
}

void PrintContext(std::ostream& out, const wire::CustomerContext& context) {
  PrintCustomer(out, context.customer);
  PrintTitle(out, "So far");
  PrintFacts(out, context.facts);
  if (!context.balances.empty()) {
    PrintTitle(out, "Points and tiers");
    PrintBalances(out, context.balances);
  }
  if (!context.issued.empty()) {
    PrintTitle(out, "Offers of her own");
    PrintIssued(out, context.issued);
  }
  if (!context.favourites.empty()) {
    PrintTitle(out, "Favourites");
    PrintFavourites(out, context.favourites);
  }
  if (!context.due.empty()) {
    PrintTitle(out, "Due again");
    PrintItems(out, context.due);
  }
  if (!context.next_best.empty()) {
    PrintTitle(out, "Next best");
    PrintItems(out, context.next_best);
  }
  if (context.__isset.next_offer) {
    PrintTitle(out, "Next best offer");
    PrintNextOffers(out, {context.next_offer});
  }
  if (!context.last_purchases.empty()) {
    PrintTitle(out, "Last purchases");
    PrintPurchases(out, context.last_purchases);
  }
  if (!context.last_events.empty()) {
    PrintTitle(out, "Last events");
    PrintEvents(out, context.last_events);
  }
}

}  // namespace patron::cli
