// A short number for what stands in files: equal on both heads if they say the same.
#pragma once

#include <sodium.h>

#include <cstdint>
#include <string_view>

namespace hacored {

/// BLAKE2b over texts, each with its length, so that "ab" "c" differs from "a" "bc".
class Fingerprint {
 public:
  Fingerprint();
  Fingerprint& add(std::string_view text);
  std::uint64_t value() const;

 private:
  crypto_generichash_state state_;
};

}  // namespace hacored
