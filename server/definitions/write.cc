#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/definitions/definitions.h"
#include "server/definitions/describe.h"
#include "server/definitions/toml_writer.h"

namespace patron::definitions {
namespace {

struct FileOf {
  absl::string_view name;
  std::vector<absl::string_view> tables;
  absl::string_view heading;
};

std::vector<FileOf> AllFiles() {
  return {
      {"shop.toml",
       {"shop", "contact", "holdout", "stores", "segment_thresholds"},
       "# The shop: its currency, and its margin in list prices, which next "
       "best\n"
       "# offer reckons with; how often and when customers are written to\n"
       "# (contact), who stays out to compare with (holdout), stores and "
       "their\n"
       "# time zones, and thresholds of ready-made segments.\n"},
      {"programmes.toml",
       {"programmes"},
       "# Loyalty programmes: how points are earned, spent and lost, and "
       "tiers.\n"
       "# Amounts are texts in the programme's currency (\"5.00\"), shares "
       "are\n"
       "# texts such as \"15%\". What is not written has its usual value.\n"},
      {"offers.toml",
       {"offers"},
       "# Offers: what they give (benefit), on what (scope, a rule over "
       "products),\n"
       "# to whom (eligible, a rule over customers) and when (occasion, "
       "starts,\n"
       "# ends). Times are the shop's; an end that is a date includes that "
       "day.\n"
       "# What is not written has its usual value.\n"},
      {"code_batches.toml",
       {"code_batches"},
       "# Batches of unique codes. Each is for one offer, which says\n"
       "# needs_code = true; the codes stand in the batch's file, one a "
       "line.\n"},
      {"segments.toml",
       {"segments"},
       "# Segments: a name for the customers for whom a rule holds. One says "
       "who\n"
       "# is meant by its meaning, in a sentence for people.\n"},
      {"campaigns.toml",
       {"campaigns"},
       "# Campaigns: to whom (segments, rule, and who is left out), when "
       "(starts,\n"
       "# ends), over which channel, with which products and offers, and who "
       "stays\n"
       "# out to compare with (holdout). Times are the shop's; an end that is "
       "a\n"
       "# date includes that day. What is not written has its usual value.\n"},
      {"prediction.toml",
       {"prediction"},
       "# What customers will do, learned by patron-jobs fit-value: a model of "
       "when\n"
       "# they come back (BG/NBD: r, alpha in days, a, b) and one of what they "
       "pay\n"
       "# (Gamma-Gamma: p, q, v in minor units). Rules that say "
       "predicted_churn "
       "and\n"
       "# the like go by it. The job writes this file anew.\n"},
  };
}

}  // namespace

Files WriteFiles(const wire::Definitions& definitions,
                 const absl::TimeZone& zone) {
  wire::Definitions copy = definitions;
  Node all;
  Form form(all, Detail::kBrief);
  Describe(form, copy, zone);
  Files files;
  for (const FileOf& file : AllFiles()) {
    Node top;
    for (const absl::string_view table : file.tables)
      for (Member& member : all.members)
        if (member.key == table) top.members.push_back(std::move(member));
    files[std::string(file.name)] = absl::StrCat(file.heading, ToToml(top));
  }
  return files;
}

}  // namespace patron::definitions
