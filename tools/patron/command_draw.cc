// Prize draws, on the server and repeated without it, and codes that nobody can
// guess.
#include <openssl/evp.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/base/check.h"
#include "server/base/random.h"
#include "server/base/status_macros.h"
#include "tools/patron/commands.h"
#include "tools/patron/json_out.h"
#include "tools/patron/print_marketing.h"
#include "tools/patron/text_file.h"

namespace patron::cli {
namespace {

// Thirty-two characters that nobody takes for one another: five bits each.
constexpr absl::string_view kCodeAlphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
// Of all possible codes at most one in so many may be good: 2^20.
constexpr int kGuessBits = 20;

std::string Sha256Hex(absl::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  PATRON_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest, &size,
                          EVP_sha256(), nullptr) == 1);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest), size));
}

// As the server draws: tickets SHA-256(seed + "\n" + customer id), smallest
// first; entrants count once, in order of bytes.
wire::Draw DrawAmong(std::vector<std::string> entrants, const std::string& seed,
                     size_t winners) {
  std::sort(entrants.begin(), entrants.end());
  entrants.erase(std::unique(entrants.begin(), entrants.end()), entrants.end());
  std::vector<std::pair<std::string, std::string>> tickets;
  for (const std::string& id : entrants)
    tickets.emplace_back(Sha256Hex(absl::StrCat(seed, "\n", id)), id);
  std::sort(tickets.begin(), tickets.end());
  wire::Draw draw;
  draw.seed = seed;
  draw.entrants = static_cast<int64_t>(entrants.size());
  draw.entrants_digest = Sha256Hex(absl::StrJoin(entrants, "\n"));
  for (size_t at = 0; at < std::min(winners, tickets.size()); ++at) {
    wire::Winner& winner = draw.winners.emplace_back();
    winner.place = static_cast<int32_t>(at) + 1;
    std::tie(winner.ticket, winner.customer_id) = tickets[at];
  }
  return draw;
}

void ShowDraw(Context& context, const wire::Draw& draw) {
  if (context.json)
    context.out << ToLine(ToJson(draw)) << '\n';
  else
    PrintDraw(context.out, draw);
}

absl::StatusOr<int64_t> Winners(const Args& args) {
  if (!args.Has("winners")) return UsageError("no --winners given");
  return args.Number("winners", 1, {1, 10'000});
}

absl::Status CheckSeed(const Args& args) {
  if (!args.Get("seed").empty()) return absl::OkStatus();
  return UsageError("no --seed given");
}

int Bits(int64_t count) {
  int bits = 0;
  while (bits < 62 && (int64_t{1} << bits) < count) ++bits;
  return bits;
}

std::string MakeCode(const std::string& prefix, int64_t length) {
  std::string code = prefix;
  for (const char byte :
       absl::HexStringToBytes(RandomHex(static_cast<int>(length))))
    code +=
        kCodeAlphabet[static_cast<unsigned char>(byte) % kCodeAlphabet.size()];
  return code;
}

}  // namespace

absl::StatusOr<int> RunDraw(Context& context, const Args& args) {
  PATRON_RETURN_IF_ERROR(CheckSeed(args));
  PATRON_ASSIGN_OR_RETURN(const int64_t winners, Winners(args));
  wire::Draw draw;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Marketing([&](wire::MarketingClient& client) {
        client.drawPrize(draw, args.Get("request-id"), args.positional()[0],
                         args.Get("seed"), args.Get("eligible"),
                         static_cast<int32_t>(winners), args.Get("offer"));
      }));
  ShowDraw(context, draw);
  return kExitOk;
}

absl::StatusOr<int> RunDrawRepeat(Context& context, const Args& args) {
  PATRON_RETURN_IF_ERROR(CheckSeed(args));
  PATRON_ASSIGN_OR_RETURN(const int64_t winners, Winners(args));
  if (!args.Has("entrants")) return UsageError("no --entrants given");
  PATRON_ASSIGN_OR_RETURN(std::vector<std::string> entrants,
                          ReadLinesOf(args.Get("entrants")));
  ShowDraw(context, DrawAmong(std::move(entrants), args.Get("seed"),
                              static_cast<size_t>(winners)));
  return kExitOk;
}

absl::StatusOr<int> RunCodesMake(Context& context, const Args& args) {
  const absl::StatusOr<int64_t> count =
      ParseWhole("N", args.positional()[0], {1, 10'000'000});
  if (!count.ok()) return UsageError(count.status().message());
  PATRON_ASSIGN_OR_RETURN(const int64_t length,
                          args.Number("length", 10, {6, 64}));
  if (5 * length < Bits(*count) + kGuessBits)
    return UsageError(
        absl::StrCat("--length: ", length, " is too short for ", *count,
                     " codes: more than one guess in a million would be good"));
  std::set<std::string> codes;
  while (static_cast<int64_t>(codes.size()) < *count) {
    const auto [code, is_new] =
        codes.insert(MakeCode(args.Get("prefix"), length));
    if (is_new) context.out << *code << '\n';
  }
  return kExitOk;
}

}  // namespace patron::cli
