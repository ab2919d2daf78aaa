#include "server/base/random.h"

#include <sys/random.h>

#include "absl/strings/escaping.h"
#include "server/base/check.h"

namespace patron {

std::string RandomHex(int bytes) {
  std::string raw(bytes, '\0');
  PATRON_CHECK(::getrandom(raw.data(), raw.size(), 0) == bytes);
  return absl::BytesToHexString(raw);
}

}  // namespace patron
