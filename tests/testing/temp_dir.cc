#include "tests/testing/temp_dir.h"

#include <cstdlib>
#include <system_error>

#include "server/base/check.h"

namespace patron::testing {

TempDir::TempDir() {
  std::string pattern =
      std::filesystem::temp_directory_path() / "patron_test_XXXXXX";
  PATRON_CHECK(::mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace patron::testing
