#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "tools/patron/commands.h"
#include "tools/patron/json_out.h"
#include "tools/patron/print.h"
#include "tools/patron/table.h"
#include "tools/patron/values.h"

namespace patron::cli {
namespace {

// "goes-with" and "goes_with" are GOES_WITH.
absl::StatusOr<wire::Placement::type> ParsePlacement(const std::string& text) {
  const std::string upper =
      absl::AsciiStrToUpper(absl::StrReplaceAll(text, {{"-", "_"}}));
  std::string names;
  for (const auto& [value, name] : wire::_Placement_VALUES_TO_NAMES) {
    if (upper == name) return static_cast<wire::Placement::type>(value);
    absl::StrAppend(
        &names, names.empty() ? "" : ", ",
        absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"_", "-"}}));
  }
  return UsageError(absl::StrCat("recommend: ", Quoted(text),
                                 " is not a placement; they are ", names));
}

absl::StatusOr<wire::Filter> ReadFilter(const Args& args) {
  wire::Filter filter;
  filter.in_stock_only = args.Has("in-stock");
  filter.categories = args.All("category");
  filter.brands = args.All("brand");
  filter.exclude_product_ids = args.All("exclude");
  filter.rule = args.Get("rule");
  PATRON_ASSIGN_OR_RETURN(const int64_t lowest,
                          args.Number("min-price", 0, kNotNegative));
  PATRON_ASSIGN_OR_RETURN(const int64_t highest,
                          args.Number("max-price", 0, kNotNegative));
  if (args.Has("min-price")) filter.__set_min_price(lowest);
  if (args.Has("max-price")) filter.__set_max_price(highest);
  return filter;
}

// A number such as 0, 0.5 or 2; what range it has the server says.
absl::StatusOr<double> ReadWeight(const Args& args, const std::string& flag) {
  double weight = 0;
  if (!absl::SimpleAtod(args.Get(flag), &weight))
    return UsageError(absl::StrCat("--", flag, ": ", Quoted(args.Get(flag)),
                                   " is not a number"));
  return weight;
}

absl::Status ReadShape(const Args& args, wire::RecommendRequest& request) {
  if (args.Has("due-weight")) {
    PATRON_ASSIGN_OR_RETURN(const double weight,
                            ReadWeight(args, "due-weight"));
    request.__set_due_weight(weight);
  }
  if (args.Has("novelty-weight")) {
    PATRON_ASSIGN_OR_RETURN(const double weight,
                            ReadWeight(args, "novelty-weight"));
    request.__set_novelty_weight(weight);
  }
  PATRON_ASSIGN_OR_RETURN(const int64_t per_category,
                          args.Number("per-category", 0, {0, 10}));
  request.per_category = static_cast<int32_t>(per_category);
  request.spread_price_tiers = args.Has("spread-price-tiers");
  return absl::OkStatus();
}

absl::StatusOr<wire::RecommendRequest> ReadRequest(const Args& args) {
  wire::RecommendRequest request;
  PATRON_ASSIGN_OR_RETURN(request.placement,
                          ParsePlacement(args.positional()[0]));
  if (args.Has("customer")) request.__set_customer_id(args.Get("customer"));
  request.product_ids = args.All("product");
  request.store_id = args.Get("store");
  request.channel = args.Get("channel");
  PATRON_ASSIGN_OR_RETURN(const int64_t k, args.Number("k", 10, {1, 500}));
  request.k = static_cast<int32_t>(k);
  PATRON_ASSIGN_OR_RETURN(const int64_t days,
                          args.Number("not-bought-days", 0, kNotNegative));
  request.not_bought_days =
      static_cast<int32_t>(std::min<int64_t>(days, INT32_MAX));
  PATRON_RETURN_IF_ERROR(ReadShape(args, request));
  PATRON_ASSIGN_OR_RETURN(request.filter, ReadFilter(args));
  return request;
}

}  // namespace

absl::StatusOr<int> RunRecommend(Context& context, const Args& args) {
  PATRON_ASSIGN_OR_RETURN(const wire::RecommendRequest request,
                          ReadRequest(args));
  wire::RecommendReply reply;
  PATRON_RETURN_IF_ERROR(Connection(context.server)
                             .Storefront([&](wire::StorefrontClient& client) {
                               client.recommend(reply, request);
                             }));
  if (context.json) {
    context.out << ToLine(ToJson(reply)) << '\n';
    return kExitOk;
  }
  PrintItems(context.out, reply.items);
  for (const std::string& note : reply.notes)
    context.out << "note: " << note << '\n';
  if (!reply.impression_token.empty())
    context.out << "impression " << reply.impression_token << '\n';
  return kExitOk;
}

absl::StatusOr<int> RunImpressionExplain(Context& context, const Args& args) {
  wire::ImpressionContent content;
  PATRON_RETURN_IF_ERROR(Connection(context.server)
                             .Storefront([&](wire::StorefrontClient& client) {
                               client.explainImpression(content,
                                                        args.positional()[0]);
                             }));
  if (context.json) {
    context.out << ToLine(ToJson(content)) << '\n';
    return kExitOk;
  }
  Sheet sheet;
  sheet.Add("placement", LowerName(content.placement));
  sheet.Add("shown", FormatMinute(content.shown_at_us) + " UTC");
  sheet.Add("customer", content.customer_id);
  sheet.Add("store", content.store_id);
  sheet.Add("index", content.index_version);
  sheet.Add("ranking", content.ranking_version);
  sheet.Add("products", absl::StrJoin(content.product_ids, ", "));
  sheet.Print(context.out);
  return kExitOk;
}

}  // namespace patron::cli
