// patron-datagen: a seeded shop, written as the files that `patron import`
// reads.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/strings/str_cat.h"
#include "server/base/clock.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "tools/datagen/csv_files.h"
#include "tools/datagen/shop.h"

ABSL_FLAG(
    std::string, size, "small",
    "small (2,000 customers, 150 thousand lines), medium (100,000 and 5 "
    "million) or large (a million and 50 million); the flags below change "
    "single numbers");
ABSL_FLAG(std::string, out, "", "directory to write into; made if missing");
ABSL_FLAG(uint64_t, seed, 1, "another seed is another shop");
ABSL_FLAG(int, customers, -1, "customers with a number");
ABSL_FLAG(int, products, -1, "products, at least 100");
ABSL_FLAG(int, stores, -1, "stores");
ABSL_FLAG(int64_t, lines, -1, "purchase lines over all days, about");
ABSL_FLAG(int, days, -1, "length of the log in days");
ABSL_FLAG(std::string, end_day, "", "last day of the log, as 2026-06-30 (UTC)");
ABSL_FLAG(std::string, currency, "EUR", "ISO 4217 code of all amounts");
ABSL_FLAG(bool, events, true, "views, clicks, searches, reviews, visitors");
ABSL_FLAG(bool, marketing, false,
          "time zones, consent to text messages, surveys");
ABSL_FLAG(bool, gzip, false, "compress the files (.csv.gz)");

namespace patron::datagen {
namespace {

constexpr char kUsage[] =
    "writes a believable shop: customers, products, stock and a year of "
    "purchases, returns and events. The same flags give the same bytes.\n\n"
    "  patron-datagen --out=shop\n"
    "  patron-datagen --size=medium --seed=7 --out=shop --gzip\n"
    "  patron-datagen --customers=500 --products=300 --lines=20000 "
    "--end-day=2026-06-30 --out=shop\n";

// A flag that was given replaces the number of the size.
template <typename T>
void Override(const absl::Flag<T>& flag, T& value) {
  const T given = absl::GetFlag(flag);
  if (given != -1) value = given;
}

absl::Status OverrideEndDay(ShopOptions& options) {
  const std::string text = absl::GetFlag(FLAGS_end_day);
  if (text.empty() || absl::ParseCivilTime(text, &options.end_day))
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("end_day: ", Quoted(text), ", must be a day as 2026-06-30"));
}

absl::StatusOr<ShopOptions> OptionsFromFlags() {
  PATRON_ASSIGN_OR_RETURN(ShopOptions options,
                          SizeOptions(absl::GetFlag(FLAGS_size)));
  Override(FLAGS_customers, options.customers);
  Override(FLAGS_products, options.products);
  Override(FLAGS_stores, options.stores);
  Override(FLAGS_lines, options.lines);
  Override(FLAGS_days, options.days);
  PATRON_RETURN_IF_ERROR(OverrideEndDay(options));
  options.seed = absl::GetFlag(FLAGS_seed);
  options.currency = absl::GetFlag(FLAGS_currency);
  options.events = absl::GetFlag(FLAGS_events);
  options.marketing = absl::GetFlag(FLAGS_marketing);
  return options;
}

void ShowProgress(int done, int days) {
  constexpr int kWidth = 40;
  const int filled = kWidth * done / days;
  std::fprintf(stderr, "\r[%s%s] %d of %d days",
               std::string(filled, '#').c_str(),
               std::string(kWidth - filled, '.').c_str(), done, days);
  if (done == days) std::fputc('\n', stderr);
}

void Report(const WriteCounts& counts, const std::string& out,
            absl::Duration took) {
  std::fprintf(stderr,
               "%s: %llu lines on %llu receipts, %llu returns, %llu events, "
               "%llu stock levels; %llu MB in %.1f s\n",
               out.c_str(), static_cast<unsigned long long>(counts.lines),
               static_cast<unsigned long long>(counts.receipts),
               static_cast<unsigned long long>(counts.returns),
               static_cast<unsigned long long>(counts.events),
               static_cast<unsigned long long>(counts.stock),
               static_cast<unsigned long long>(counts.bytes / 1000000),
               absl::ToDoubleSeconds(took));
}

absl::Status Generate() {
  const RealClock clock;
  const absl::Time start = clock.Now();
  const std::string out = absl::GetFlag(FLAGS_out);
  if (out.empty())
    return absl::InvalidArgumentError("out: \"\", must name a directory");
  PATRON_ASSIGN_OR_RETURN(const ShopOptions options, OptionsFromFlags());
  PATRON_ASSIGN_OR_RETURN(const auto shop, Shop::Make(options));
  WriteOptions write;
  write.gzip = absl::GetFlag(FLAGS_gzip);
  if (isatty(STDERR_FILENO)) write.on_day = ShowProgress;
  PATRON_ASSIGN_OR_RETURN(const WriteCounts counts,
                          WriteShop(*shop, out, write));
  Report(counts, out, clock.Now() - start);
  return absl::OkStatus();
}

// Abseil knows --end_day; people type --end-day.
std::vector<std::string> WithUnderscores(int argc, char** argv) {
  std::vector<std::string> words(argv, argv + argc);
  for (std::string& word : words) {
    if (word.rfind("--", 0) != 0) continue;
    const auto name_end = std::find(word.begin(), word.end(), '=');
    std::replace(word.begin() + 2, name_end, '-', '_');
  }
  return words;
}

int Main(int argc, char** argv) {
  absl::SetProgramUsageMessage(kUsage);
  std::vector<std::string> words = WithUnderscores(argc, argv);
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  const auto rest = absl::ParseCommandLine(argc, pointers.data());
  absl::Status status = rest.size() > 1
                            ? absl::InvalidArgumentError(absl::StrCat(
                                  "unknown argument: ", Quoted(rest[1])))
                            : Generate();
  if (status.ok()) return 0;
  std::fprintf(stderr, "patron-datagen: %s\n",
               std::string(status.message()).c_str());
  return 1;
}

}  // namespace
}  // namespace patron::datagen

int main(int argc, char** argv) { return patron::datagen::Main(argc, argv); }
