#include "tools/bench/options.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "tools/patron/args.h"

namespace patron::bench {
namespace {

const std::vector<cli::FlagSpec>& Flags() {
  static const auto& flags = *new std::vector<cli::FlagSpec>{
      {"json", nullptr, ""}, {"work", "DIR", ""},   {"customers", "N", ""},
      {"products", "N", ""}, {"lines", "N", ""},    {"rounds", "N", ""},
      {"round-ms", "N", ""}, {"accounts", "N", ""}, {"clients", "N", ""},
      {"vectors", "N", ""}};
  return flags;
}

absl::Status ReadShop(const cli::Args& args, ShopSize& shop) {
  PATRON_ASSIGN_OR_RETURN(
      shop.customers,
      args.Number("customers", shop.customers, {1, 20'000'000}));
  PATRON_ASSIGN_OR_RETURN(
      shop.products, args.Number("products", shop.products, {100, 5'000'000}));
  PATRON_ASSIGN_OR_RETURN(shop.lines,
                          args.Number("lines", shop.lines, {1, 1'000'000'000}));
  return absl::OkStatus();
}

absl::Status ReadNumbers(const cli::Args& args, BenchOptions& options) {
  PATRON_RETURN_IF_ERROR(ReadShop(args, options.shop));
  PATRON_RETURN_IF_ERROR(ReadShop(args, options.large));
  PATRON_RETURN_IF_ERROR(ReadShop(args, options.scale));
  PATRON_ASSIGN_OR_RETURN(const int64_t rounds,
                          args.Number("rounds", options.rounds, {1, 1000}));
  options.rounds = static_cast<int>(rounds);
  PATRON_ASSIGN_OR_RETURN(
      const int64_t round_ms,
      args.Number("round-ms", absl::ToInt64Milliseconds(options.round),
                  {1, 600'000}));
  options.round = absl::Milliseconds(round_ms);
  PATRON_ASSIGN_OR_RETURN(
      options.accounts,
      args.Number("accounts", options.accounts, {1000, 20'000'000}));
  PATRON_ASSIGN_OR_RETURN(const int64_t clients,
                          args.Number("clients", options.clients, {1, 1000}));
  options.clients = static_cast<int>(clients);
  PATRON_ASSIGN_OR_RETURN(
      options.vectors,
      args.Number("vectors", options.vectors, {1000, 10'000'000}));
  return absl::OkStatus();
}

}  // namespace

const char kHelp[] =
    R"(patron-bench: how fast it is, beside the floor it stands on.

usage: patron-bench SUITE [options]

suites
  recommend   home, similar and goes-with over Thrift at 1, 8 and 64 connections
  purchase    recordPurchase (five lines, synced) at 1, 8 and 64 connections and
              100 a call, against bare RocksDB in the same minute
  quote       quotes of ten lines with 200 offers, 20 of them applicable, at 1, 8
              and 64 connections, against a ready answer of the same size; then
              reserve and commit (five lines) beside recordPurchase
  bonus       points for many customers, 1000 a call, while purchases go on,
              against bare RocksDB; purchases with and without it; memory
  in-process  a recommendation without the wire, by stage, against FAISS's HNSW
  import      import rate, time of an index build, memory of the server
  all         all of these
  scale       a large shop: its index build by stage, the memory of the server,
              then in-process and recommend (takes more than an hour)
  vectors     search among vectors of 64 numbers, top 100: ours beside FAISS's own
              scan and graph, with the recall of each (a million takes minutes)
  segments    counts of a rule of ten clauses, three of them windows over history,
              saved and typed, beside a bare scan; membership of one customer;
              purchases with counts beside; bytes a customer; start-up
  export      `patron segment export` of everybody, to a file and to /dev/null,
              beside writing the same bytes
  campaign    a list of the whole base with three products and an offer a row, and
              purchases beside it
  compare-purchase, compare-coupon, compare-bonus
              Patron's side of tools/compare/postgres.sh, not in `all`

options
  --json         one JSON object a line in place of the table
  --work DIR     keeps the generated shop here and finds it again
  --customers N  size of the shop (default 100000; scale, segments, export and
                 campaign: 1000000)
  --products N   (default 50000; scale: 1000000)
  --lines N      purchase lines (default 5000000; scale: 50000000; segments,
                 export and campaign: 20000000)
  --rounds N     rounds of each measurement (default 5); rates are their median
  --round-ms N   length of a round (default 1000)
  --accounts N   of bonus and compare-* (default 1000000)
  --clients N    connections of compare-* (default 8)
  --vectors N    size of the suite vectors (default 50000, 200000 and 1000000)

examples
  patron-bench purchase --json
  patron-bench all --work /var/tmp/patron-bench
  patron-bench recommend --customers 2000 --products 1500 --lines 150000
  patron-bench segments --work /var/tmp/patron-bench --rounds 3
)";

absl::StatusOr<BenchOptions> ParseOptions(absl::Span<const std::string> words) {
  PATRON_ASSIGN_OR_RETURN(const cli::Args args,
                          cli::Args::Parse(words, Flags()));
  BenchOptions options;
  if (args.positional().size() != 1)
    return absl::InvalidArgumentError(
        absl::StrCat("one suite is wanted, not ", args.positional().size()));
  options.suite = args.positional()[0];
  options.json = args.Has("json");
  if (args.Has("work")) options.work = args.Get("work");
  PATRON_RETURN_IF_ERROR(ReadNumbers(args, options));
  std::error_code error;
  options.programs =
      std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  return options;
}

}  // namespace patron::bench
