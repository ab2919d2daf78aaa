#include "tools/patron/quote_request.h"

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/base/validate.h"
#include "tools/patron/line_flag.h"
#include "tools/patron/values.h"

namespace patron::cli {
namespace {

using Json = nlohmann::json;

constexpr int64_t kAsManyAsMay = -1;

// ---- options
// -----------------------------------------------------------------

template <typename T>
absl::StatusOr<T> AsUsage(absl::StatusOr<T> value) {
  if (value.ok()) return value;
  return UsageError(value.status().message());
}

absl::StatusOr<wire::BasketLine> LineFromFlag(const std::string& text) {
  PATRON_ASSIGN_OR_RETURN(const LineFlag parts, ParseLineFlag(text));
  wire::BasketLine line;
  line.product_id = parts.product_id;
  PATRON_ASSIGN_OR_RETURN(
      line.quantity_milli,
      AsUsage(ParseQuantity("--line: quantity", parts.quantity)));
  PATRON_ASSIGN_OR_RETURN(
      line.list_amount,
      AsUsage(ParseWhole("--line: amount", parts.amount, kNotNegative)));
  return line;
}

// "LINE:AMOUNT": a competitor's price for a line, counted from 0.
absl::Status SetMatch(const std::string& text,
                      std::vector<wire::BasketLine>& lines) {
  const size_t colon = text.find(':');
  if (colon == std::string::npos)
    return UsageError(absl::StrCat("--match: ", Quoted(text),
                                   " is not LINE:AMOUNT, lines from 0"));
  const int64_t last = static_cast<int64_t>(lines.size()) - 1;
  PATRON_ASSIGN_OR_RETURN(
      const int64_t line,
      AsUsage(ParseWhole("--match: line", text.substr(0, colon), {0, last})));
  PATRON_ASSIGN_OR_RETURN(
      const int64_t amount,
      AsUsage(
          ParseWhole("--match: amount", text.substr(colon + 1), kNotNegative)));
  lines[line].__set_match_amount(amount);
  return absl::OkStatus();
}

// "PROGRAMME:N" or "PROGRAMME:max".
absl::StatusOr<wire::PointsToPay> PointsFromFlag(const std::string& text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos)
    return UsageError(absl::StrCat("--points: ", Quoted(text),
                                   " is not PROGRAMME:POINTS or "
                                   "PROGRAMME:max"));
  wire::PointsToPay points;
  points.programme_id = text.substr(0, colon);
  points.points = kAsManyAsMay;
  if (text.substr(colon + 1) == "max") return points;
  PATRON_ASSIGN_OR_RETURN(
      points.points,
      AsUsage(ParseWhole("--points", text.substr(colon + 1), kNotNegative)));
  return points;
}

// ---- JSON
// --------------------------------------------------------------------

absl::Status Wrong(absl::string_view key, const Json& value,
                   absl::string_view wanted) {
  return absl::InvalidArgumentError(
      absl::StrCat(key, ": ", Quoted(value.dump()), " is not ", wanted));
}

absl::Status SetText(absl::string_view key, const Json& value,
                     std::string& to) {
  if (!value.is_string()) return Wrong(key, value, "a text");
  to = value.get<std::string>();
  return absl::OkStatus();
}

absl::Status SetWhole(absl::string_view key, const Json& value, int64_t& to) {
  if (!value.is_number_integer()) return Wrong(key, value, "a whole number");
  PATRON_ASSIGN_OR_RETURN(to, ParseWhole(key, value.dump(), kNotNegative));
  return absl::OkStatus();
}

using Setter = std::function<absl::Status(const Json& value)>;

// Every key of `json` through its setter; unknown keys are errors.
absl::Status ReadObject(absl::string_view what, const Json& json,
                        const std::map<std::string, Setter>& setters) {
  if (!json.is_object()) return Wrong(what, json, "an object");
  for (const auto& [key, value] : json.items()) {
    const auto found = setters.find(key);
    if (found == setters.end())
      return absl::InvalidArgumentError(
          absl::StrCat(what, ": no such key: ", Quoted(key)));
    PATRON_RETURN_IF_ERROR(found->second(value));
  }
  return absl::OkStatus();
}

absl::Status ReadArray(absl::string_view key, const Json& json,
                       const Setter& each) {
  if (!json.is_array()) return Wrong(key, json, "a list");
  for (const Json& value : json) PATRON_RETURN_IF_ERROR(each(value));
  return absl::OkStatus();
}

absl::Status ReadLine(const Json& json, wire::BasketLine& line) {
  return ReadObject(
      "lines", json,
      {{"product_id",
        [&](const Json& v) {
          return SetText("product_id", v, line.product_id);
        }},
       {"quantity",
        [&](const Json& v) -> absl::Status {
          if (!v.is_number()) return Wrong("quantity", v, "a number");
          PATRON_ASSIGN_OR_RETURN(line.quantity_milli,
                                  ParseQuantity("quantity", v.dump()));
          return absl::OkStatus();
        }},
       {"list_amount",
        [&](const Json& v) {
          return SetWhole("list_amount", v, line.list_amount);
        }},
       {"tax", [&](const Json& v) { return SetWhole("tax", v, line.tax); }},
       {"match_amount", [&](const Json& v) {
          line.__isset.match_amount = true;
          return SetWhole("match_amount", v, line.match_amount);
        }}});
}

absl::Status ReadPoints(const Json& json,
                        std::vector<wire::PointsToPay>& points) {
  if (!json.is_object()) return Wrong("points", json, "an object");
  for (const auto& [programme, value] : json.items()) {
    wire::PointsToPay pay;
    pay.programme_id = programme;
    pay.points = kAsManyAsMay;
    if (value != "max")
      PATRON_RETURN_IF_ERROR(
          SetWhole("points." + programme, value, pay.points));
    points.push_back(std::move(pay));
  }
  return absl::OkStatus();
}

absl::Status ReadLines(const Json& json, wire::QuoteRequest& request) {
  return ReadArray("lines", json, [&](const Json& value) {
    return ReadLine(value, request.lines.emplace_back());
  });
}

absl::Status ReadCodes(const Json& json, wire::QuoteRequest& request) {
  return ReadArray("codes", json, [&](const Json& value) {
    return SetText("codes", value, request.codes.emplace_back());
  });
}

}  // namespace

std::vector<FlagSpec> BasketFlags() {
  return {{"customer", "ID", "who buys (default: anonymous)"},
          {"store", "ID", "where"},
          {"channel", "NAME", "default store"},
          {"currency", "CODE", "ISO 4217, such as EUR"},
          {"line", "PRODUCT:QUANTITY:AMOUNT",
           "a line and its list amount in minor units (repeat it)"},
          {"match", "LINE:AMOUNT",
           "a competitor's price of a line, lines from 0 (repeat it)"},
          {"code", "CODE", "a coupon (repeat it)"},
          {"points", "PROGRAMME:N", "pays with points; N or max (repeat it)"},
          {"delivery", "AMOUNT", "what delivery costs, in minor units"}};
}

absl::StatusOr<wire::QuoteRequest> QuoteRequestFromFlags(const Args& args) {
  wire::QuoteRequest request;
  if (args.Has("customer")) request.__set_customer_id(args.Get("customer"));
  request.store_id = args.Get("store");
  request.channel = args.Get("channel", "store");
  request.currency = args.Get("currency");
  for (const std::string& text : args.All("line")) {
    PATRON_ASSIGN_OR_RETURN(request.lines.emplace_back(), LineFromFlag(text));
  }
  if (request.lines.empty()) return UsageError("no --line given");
  for (const std::string& text : args.All("match"))
    PATRON_RETURN_IF_ERROR(SetMatch(text, request.lines));
  request.codes = args.All("code");
  for (const std::string& text : args.All("points")) {
    PATRON_ASSIGN_OR_RETURN(request.points.emplace_back(),
                            PointsFromFlag(text));
  }
  PATRON_ASSIGN_OR_RETURN(request.delivery,
                          args.Number("delivery", 0, kNotNegative));
  return request;
}

absl::StatusOr<wire::QuoteRequest> QuoteRequestFromJson(
    absl::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded())
    return absl::InvalidArgumentError(
        absl::StrCat("basket: ", Quoted(text), " is not JSON"));
  wire::QuoteRequest request;
  request.channel = "store";
  PATRON_RETURN_IF_ERROR(ReadObject(
      "basket", json,
      {{"customer_id",
        [&](const Json& v) {
          request.__isset.customer_id = true;
          return SetText("customer_id", v, request.customer_id);
        }},
       {"store_id",
        [&](const Json& v) {
          return SetText("store_id", v, request.store_id);
        }},
       {"channel",
        [&](const Json& v) { return SetText("channel", v, request.channel); }},
       {"currency",
        [&](const Json& v) {
          return SetText("currency", v, request.currency);
        }},
       {"lines", [&](const Json& v) { return ReadLines(v, request); }},
       {"codes", [&](const Json& v) { return ReadCodes(v, request); }},
       {"points", [&](const Json& v) { return ReadPoints(v, request.points); }},
       {"delivery", [&](const Json& v) {
          return SetWhole("delivery", v, request.delivery);
        }}}));
  if (request.lines.empty())
    return absl::InvalidArgumentError("lines: is missing or empty");
  return request;
}

}  // namespace patron::cli
