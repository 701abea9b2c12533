// Lists of fields that are written and read by the same lines: `on(a), on(b)`. Numbers and enumerations stand as
// unsigned little-endian integers of their size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "daemon/bytes.h"

namespace hacored {

template <std::size_t>
struct UnsignedOf;
template <>
struct UnsignedOf<1> : std::type_identity<std::uint8_t> {};
template <>
struct UnsignedOf<2> : std::type_identity<std::uint16_t> {};
template <>
struct UnsignedOf<4> : std::type_identity<std::uint32_t> {};
template <>
struct UnsignedOf<8> : std::type_identity<std::uint64_t> {};

/// What a value is written as.
template <class T>
using Bits = typename UnsignedOf<sizeof(T)>::type;

class FieldWriter {
 public:
  explicit FieldWriter(std::span<std::byte> to) : bytes_{to} {}
  template <class T>
  void operator()(const T& v) {
    bytes_.put(static_cast<Bits<T>>(v));
  }

 private:
  ByteWriter bytes_;
};

class FieldReader {
 public:
  explicit FieldReader(std::span<const std::byte> from) : bytes_{from} {}
  template <class T>
  void operator()(T& v) {
    v = static_cast<T>(bytes_.get<Bits<T>>());
  }
  /// Everything was there, and nothing but zeros comes after it.
  bool only_zeros_left() {
    while (bytes_.left() > 0) {
      if (bytes_.get<std::uint8_t>() != 0) return false;
    }
    return bytes_.ok();
  }

 private:
  ByteReader bytes_;
};

}  // namespace hacored
