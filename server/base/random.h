// Chance from the operating system, for what must not be guessed or meet again:
// identities and signing keys. Never in Apply, never in a decision.
#pragma once

#include <string>

namespace patron {

// `bytes` unguessable bytes as lower-case hexadecimal digits.
std::string RandomHex(int bytes);

}  // namespace patron
