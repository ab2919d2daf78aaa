// What Validate checks one field with: each names the programme or offer, the
// field in the words of the files, and the value.
//
// Threads: one. Borrows `faults`.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "definitions_types.h"
#include "server/definitions/faults.h"
#include "server/definitions/values.h"

namespace patron::definitions {

// Far above what any shop means, far below where sums overflow.
inline constexpr int64_t kMostPoints = 1'000'000'000'000;
inline constexpr int64_t kMostUses = 1'000'000'000'000;
inline constexpr int64_t kMostDays = 36'500;
inline constexpr int64_t kWholeBp = 10'000;
inline constexpr int64_t kMostFactorBp = 1'000'000;  // a hundredfold
inline constexpr size_t kMostProgrammes = 50;
inline constexpr size_t kMostOffers = 5000;
inline constexpr size_t kMostCodeBatches = 5000;
inline constexpr size_t kMostSegments = 1000;
inline constexpr size_t kMostCampaigns = 1000;
inline constexpr size_t kMostVariants = 20;
inline constexpr size_t kMostStores = 100'000;
inline constexpr size_t kMostThresholds = 1000;

class Checker {
 public:
  // `path`: `offers "spring"`.
  Checker(std::string path, Faults& faults)
      : path_(std::move(path)), faults_(faults) {}

  void Fault(absl::string_view field, absl::string_view what) const {
    faults_.Add(FieldPath(field), what);
  }
  std::string FieldPath(absl::string_view field) const {
    return absl::StrCat(path_, ".", field);
  }
  // Of a nested table: `programmes "club".tiers "gold"`.
  Checker Inside(absl::string_view list, absl::string_view id) const;
  Checker Inside(absl::string_view list, size_t index) const;

  // The bounds are shown as the file writes such a value.
  template <typename As>
  void Range(absl::string_view field, int64_t value, int64_t lowest,
             int64_t highest, const As& as) const {
    if (value < lowest || value > highest)
      Fault(field, absl::StrCat(as.Write(value).text, " is not between ",
                                as.Write(lowest).text, " and ",
                                as.Write(highest).text));
  }
  void Number(absl::string_view field, int64_t value, int64_t lowest,
              int64_t highest) const {
    Range(field, value, lowest, highest, AsNumber());
  }

  void Id(absl::string_view field, absl::string_view id) const;
  void ShortText(absl::string_view field, absl::string_view text) const;
  // Ids, each once.
  void Ids(absl::string_view field, const std::vector<std::string>& ids) const;
  void Count(absl::string_view field, size_t count, size_t most) const;
  void Word(absl::string_view field, int value, Words words) const;
  void Currency(absl::string_view currency) const;
  void Times(int64_t starts_us, int64_t ends_us) const;
  void CustomerRule(absl::string_view field, const std::string& text) const;
  // Who may have points or an offer.
  void EligibleRule(absl::string_view field, const std::string& text) const;
  void ProductRule(absl::string_view field, const std::string& text) const;

 private:
  const std::string path_;
  Faults& faults_;
};

// What ids a list has; says which come twice.
template <typename T, typename Check>
void CheckUnique(const std::vector<T>& list, const Check& repeated) {
  for (size_t i = 0; i < list.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (list[i].id == list[j].id) {
        repeated(list[i]);
        break;
      }
}

void ValidateProgramme(const wire::Programme& programme, Faults& faults);
// Without what needs a look at other offers.
void ValidateOffer(const wire::Offer& offer,
                   const std::vector<wire::Programme>& programmes,
                   Faults& faults);
// Contact rules, holdout, prediction, stores, thresholds, segments, campaigns.
void ValidateMarketing(const wire::Definitions& definitions, Faults& faults);

}  // namespace patron::definitions
