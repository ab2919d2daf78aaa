// Records single purchases, returns and events: flags become the same rows that
// files hold, so that the same checks stand before them.
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "tools/patron/commands.h"
#include "tools/patron/decode.h"
#include "tools/patron/input.h"
#include "tools/patron/json_out.h"
#include "tools/patron/line_flag.h"
#include "tools/patron/print_checkout.h"

namespace patron::cli {
namespace {

// A row whose values are kept with it.
class FlagRow {
 public:
  explicit FlagRow(Kind kind) : record_(kind) {}

  void Set(int field, std::string value) {
    record_.composed[field] = std::move(value);
    record_.values[field] = record_.composed[field];
  }
  void AddEntry(Group group, std::string name, std::string value) {
    record_.scratch.push_back(std::move(name));
    const absl::string_view kept_name = record_.scratch.back();
    record_.scratch.push_back(std::move(value));
    record_.entries.push_back({group, kept_name, record_.scratch.back()});
  }
  const Record& record() const { return record_; }

 private:
  Record record_;
};

std::string TimeOrNow(const Context& context, const Args& args) {
  return args.Get("at", FormatTime(absl::ToUnixMicros(context.clock.Now())));
}

// The one element of the rows, or the first problem.
template <typename T>
absl::StatusOr<T> Finished(Decoder<T>& decoder, Decoded<T>& decoded) {
  decoder.Finish(decoded);
  if (!decoded.problems.empty())
    return absl::InvalidArgumentError(decoded.problems[0].message);
  if (decoded.elements.size() != 1) return UsageError("no --line given");
  return std::move(decoded.elements[0].value);
}

absl::Status SetLine(const std::string& text, FlagRow& row) {
  namespace field = purchase_field;
  PATRON_ASSIGN_OR_RETURN(const LineFlag line, ParseLineFlag(text));
  row.Set(field::kProductId, line.product_id);
  row.Set(field::kQuantity, line.quantity);
  row.Set(field::kAmount, line.amount);
  return absl::OkStatus();
}

absl::StatusOr<wire::Purchase> PurchaseFromFlags(const Context& context,
                                                 const Args& args) {
  namespace field = purchase_field;
  const auto decoder = MakeDecoder<wire::Purchase>({});
  Decoded<wire::Purchase> decoded;
  const std::string at = TimeOrNow(context, args);
  for (const std::string& line : args.All("line")) {
    FlagRow row(Kind::kPurchases);
    row.Set(field::kReceiptId, args.Get("receipt"));
    row.Set(field::kCustomerId, args.Get("customer"));
    row.Set(field::kStoreId, args.Get("store"));
    row.Set(field::kChannel, args.Get("channel", "store"));
    row.Set(field::kCurrency, args.Get("currency"));
    row.Set(field::kHappenedAt, at);
    row.Set(field::kImpressionToken, args.Get("impression"));
    PATRON_RETURN_IF_ERROR(SetLine(line, row));
    decoder->Add(row.record(), decoded);
  }
  return Finished(*decoder, decoded);
}

// JSON lines, as `import purchases` reads them.
absl::StatusOr<std::vector<wire::Purchase>> PurchasesFromJson(
    std::istream& in) {
  std::ostringstream text;
  text << in.rdbuf();
  PATRON_ASSIGN_OR_RETURN(const auto input, InputFromString(text.str()));
  InputWindow window(*input);
  const auto source = OpenJsonRecords(Kind::kPurchases, KindMapping(), window);
  const auto decoder = MakeDecoder<wire::Purchase>({});
  Decoded<wire::Purchase> decoded;
  Record record(Kind::kPurchases);
  RowProblem problem;
  for (;;) {
    PATRON_ASSIGN_OR_RETURN(const Pull pull, source->Next(record, problem));
    if (pull == Pull::kEnd) break;
    if (pull == Pull::kProblem) decoder->AddBroken(problem, decoded);
    if (pull == Pull::kRecord) decoder->Add(record, decoded);
    if (pull == Pull::kRecord && record.ends_element) decoder->Finish(decoded);
  }
  if (!decoded.problems.empty())
    return absl::InvalidArgumentError(absl::StrCat(
        "stdin:", decoded.problems[0].line, ": ", decoded.problems[0].message));
  std::vector<wire::Purchase> purchases;
  for (auto& element : decoded.elements)
    purchases.push_back(std::move(element.value));
  return purchases;
}

absl::StatusOr<std::vector<wire::Purchase>> ReadPurchases(Context& context,
                                                          const Args& args) {
  if (!args.positional().empty()) {
    if (args.positional()[0] != "-")
      return UsageError(
          absl::StrCat("purchase record: ", Quoted(args.positional()[0]),
                       " is not - (JSON lines on stdin)"));
    return PurchasesFromJson(context.in);
  }
  PATRON_ASSIGN_OR_RETURN(wire::Purchase purchase,
                          PurchaseFromFlags(context, args));
  return std::vector<wire::Purchase>{std::move(purchase)};
}

std::string KnownText(bool duplicate) {
  return duplicate ? " was known already: nothing counted again" : " recorded";
}

// "LINE:QUANTITY"
absl::Status SetReturnLine(const std::string& text, FlagRow& row) {
  const size_t colon = text.find(':');
  if (colon == std::string::npos)
    return UsageError(absl::StrCat("--line: ", Quoted(text),
                                   " is not LINE:QUANTITY, lines from 0"));
  row.Set(return_field::kLine, text.substr(0, colon));
  row.Set(return_field::kQuantity, text.substr(colon + 1));
  return absl::OkStatus();
}

absl::StatusOr<wire::PurchaseReturn> ReturnFromFlags(const Context& context,
                                                     const Args& args) {
  namespace field = return_field;
  const auto decoder = MakeDecoder<wire::PurchaseReturn>({});
  Decoded<wire::PurchaseReturn> decoded;
  const std::string at = TimeOrNow(context, args);
  for (const std::string& line : args.All("line")) {
    FlagRow row(Kind::kReturns);
    row.Set(field::kReturnId, args.Get("return-id"));
    row.Set(field::kReceiptId, args.Get("receipt"));
    row.Set(field::kHappenedAt, at);
    row.Set(field::kStoreId, args.Get("store"));
    row.Set(field::kReason, args.Get("reason"));
    PATRON_RETURN_IF_ERROR(SetReturnLine(line, row));
    decoder->Add(row.record(), decoded);
  }
  return Finished(*decoder, decoded);
}

absl::StatusOr<wire::Event> EventFromFlags(const Context& context,
                                           const Args& args) {
  namespace field = event_field;
  FlagRow row(Kind::kEvents);
  row.Set(field::kEventId, args.Get("id"));
  row.Set(field::kKind, args.Get("kind"));
  row.Set(field::kCustomerId, args.Get("customer"));
  row.Set(field::kHappenedAt, TimeOrNow(context, args));
  row.Set(field::kProductId, args.Get("product"));
  row.Set(field::kStoreId, args.Get("store"));
  row.Set(field::kChannel, args.Get("channel"));
  row.Set(field::kDwellMs, args.Get("dwell-ms"));
  row.Set(field::kText, args.Get("text"));
  row.Set(field::kValue, args.Get("value"));
  row.Set(field::kSource, args.Get("source"));
  row.Set(field::kImpressionToken, args.Get("impression"));
  row.Set(field::kMeasure, args.Get("measure"));
  for (const std::string& pair : args.All("attr")) {
    const size_t equals = pair.find('=');
    if (equals == std::string::npos)
      return UsageError(
          absl::StrCat("--attr: ", Quoted(pair), " is not NAME=VALUE"));
    row.AddEntry(Group::kAttribute, pair.substr(0, equals),
                 pair.substr(equals + 1));
  }
  wire::Event event;
  PATRON_RETURN_IF_ERROR(DecodeEvent(row.record(), {}, event));
  return event;
}

}  // namespace

absl::StatusOr<int> RunPurchaseRecord(Context& context, const Args& args) {
  PATRON_ASSIGN_OR_RETURN(const std::vector<wire::Purchase> purchases,
                          ReadPurchases(context, args));
  Connection connection(context.server);
  for (const wire::Purchase& purchase : purchases) {
    wire::PurchaseReply reply;
    PATRON_RETURN_IF_ERROR(
        connection.Storefront([&](wire::StorefrontClient& client) {
          client.recordPurchase(reply, args.Get("request-id"), purchase);
        }));
    if (context.json)
      context.out << ToLine(ToJson(reply)) << '\n';
    else
      PrintRecorded(context.out, reply, KnownText(reply.duplicate));
  }
  return kExitOk;
}

absl::StatusOr<int> RunPurchaseReturn(Context& context, const Args& args) {
  PATRON_ASSIGN_OR_RETURN(const wire::PurchaseReturn back,
                          ReturnFromFlags(context, args));
  wire::ReturnReply reply;
  PATRON_RETURN_IF_ERROR(Connection(context.server)
                             .Storefront([&](wire::StorefrontClient& client) {
                               client.recordReturn(
                                   reply, args.Get("request-id"), back);
                             }));
  if (context.json)
    context.out << ToLine(ToJson(reply)) << '\n';
  else
    context.out << "return " << back.return_id << KnownText(reply.duplicate)
                << ", refund " << FormatMoney(reply.refund, reply.currency)
                << '\n';
  if (!context.json) PrintTakenBack(context.out, reply);
  return kExitOk;
}

absl::StatusOr<int> RunEventRecord(Context& context, const Args& args) {
  PATRON_ASSIGN_OR_RETURN(const wire::Event event,
                          EventFromFlags(context, args));
  wire::EventReply reply;
  PATRON_RETURN_IF_ERROR(Connection(context.server)
                             .Storefront([&](wire::StorefrontClient& client) {
                               client.recordEvent(reply, args.Get("request-id"),
                                                  event);
                             }));
  if (context.json)
    context.out << ToLine(ToJson(reply)) << '\n';
  else
    context.out << "event" << KnownText(reply.duplicate) << '\n';
  return kExitOk;
}

}  // namespace patron::cli
