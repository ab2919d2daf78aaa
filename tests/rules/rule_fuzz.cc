// For libFuzzer: any bytes as a rule. corpus_test.cc replays the corpus through
// the same function where there is no fuzzer.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/rules/rule_fault.h"
#include "tests/rules/shop.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto* const kSchema =
      new patron::rules::Schema(patron::rules::ShopSchema());
  static const auto* const kKim =
      new patron::rules::ShopSubject(patron::rules::Kim());
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string fault = patron::rules::FaultOf(text, *kSchema, *kKim);
  if (fault.empty()) return 0;
  std::fprintf(stderr, "%s\n", fault.c_str());
  std::abort();
}
