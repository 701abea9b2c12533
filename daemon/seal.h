// Who may speak: datagrams carry a keyed BLAKE2b-256 of what they say (libsodium). While keys are changed a second one
// is accepted too.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace hacored {

class Seal {
 public:
  static constexpr std::size_t kBytes = 32;
  using Mac = std::array<std::byte, kBytes>;
  using Key = std::array<unsigned char, 32>;

  explicit Seal(const Key& key, std::optional<Key> next = std::nullopt) : key_{key}, next_{next} {}

  /// Reads the keys from files of at least 32 bytes that nobody but their owner, root or this user, can read.
  /// `next_file` may be empty. Throws `Refused`.
  static Seal load(const std::string& file, const std::string& next_file = "");

  Mac seal(std::span<const std::byte> message) const;
  /// One of the keys made this MAC. Takes the same time for every wrong MAC.
  bool opens(std::span<const std::byte> message, std::span<const std::byte> mac) const;

 private:
  Key key_;
  std::optional<Key> next_;
};

}  // namespace hacored
