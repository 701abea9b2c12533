// A short name for content: FNV-1a, 64 bits. Not a cryptographic hash.
#pragma once

#include <cstdint>
#include <string_view>

namespace hasim {

class Digest {
 public:
  /// The bytes and their number, so that "ab" "c" differs from "a" "bc".
  Digest& add(std::string_view text) {
    for (const char c : text) byte(static_cast<unsigned char>(c));
    return add(std::uint64_t{text.size()});
  }
  Digest& add(std::uint64_t number) {
    for (int i = 0; i < 8; ++i) byte(static_cast<unsigned char>(number >> (8 * i)));
    return *this;
  }
  std::uint64_t value() const { return value_; }

 private:
  void byte(unsigned char b) { value_ = (value_ ^ b) * 0x100000001b3; }
  std::uint64_t value_ = 0xcbf29ce484222325;
};

}  // namespace hasim
