// Beats as bytes: the fixed little-endian layout that travels between heads, without its MAC (the host adds that).
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "core/event.h"

namespace ha {

/// Bytes of an encoded beat of this version.
inline constexpr std::size_t kBeatBytes = 256;

/// Writes `beat` to the first `kBeatBytes` of `to`; returns `kBeatBytes`, or 0 if there is no room.
std::size_t encode(const Beat& beat, std::span<std::byte> to);

/// Reads a beat. Nothing for a wrong length, a wrong magic number, or a value that no beat can have. A beat of another
/// protocol version is read as far as its head (cell, sender, version), so that the mismatch can be named.
std::optional<Beat> decode(std::span<const std::byte> from);

}  // namespace ha
