// Numbers as little-endian bytes, for what is written to files and networks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace hacored {

/// Writes numbers one after the other; the caller gives enough room.
class ByteWriter {
 public:
  explicit ByteWriter(std::span<std::byte> to) : to_{to} {}
  template <class T>
  ByteWriter& put(T value) {
    static_assert(std::is_unsigned_v<T>);
    for (std::size_t i = 0; i < sizeof(T); ++i) to_[at_++] = static_cast<std::byte>(value >> (8 * i) & 0xff);
    return *this;
  }
  std::size_t size() const { return at_; }
  std::span<const std::byte> written() const { return to_.first(at_); }

 private:
  std::span<std::byte> to_;
  std::size_t at_ = 0;
};

/// Reads numbers one after the other. Past the end it reads zeros, and `ok` says so.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> from) : from_{from} {}
  template <class T>
  T get() {
    static_assert(std::is_unsigned_v<T>);
    if (from_.size() - at_ < sizeof(T)) {
      ok_ = false;
      at_ = from_.size();
      return 0;
    }
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i)
      value = static_cast<T>(value | static_cast<T>(static_cast<T>(from_[at_++]) << (8 * i)));
    return value;
  }
  bool ok() const { return ok_; }
  std::size_t left() const { return from_.size() - at_; }

 private:
  std::span<const std::byte> from_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace hacored
