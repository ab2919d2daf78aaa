#include "server/base/currency.h"

#include <algorithm>
#include <iterator>

namespace patron {
namespace {

constexpr absl::string_view kWhole[] = {
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG",
    "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr absl::string_view kThousandths[] = {"BHD", "IQD", "JOD", "KWD",
                                              "LYD", "OMR", "TND"};
constexpr absl::string_view kTenThousandths[] = {"CLF", "UYW"};

template <typename List>
bool Contains(const List& list, absl::string_view currency) {
  return std::find(std::begin(list), std::end(list), currency) !=
         std::end(list);
}

}  // namespace

int ExponentOf(absl::string_view currency) {
  if (Contains(kWhole, currency)) return 0;
  if (Contains(kThousandths, currency)) return 3;
  return Contains(kTenThousandths, currency) ? 4 : 2;
}

}  // namespace patron
