// The marker: the epoch of the newest owner of a volume, in a file at its root (PROTOCOL E5).
#pragma once

#include <cstdint>
#include <string>

namespace hacored::agents {

inline constexpr const char* kMarkerFile = ".hacore-epoch";

/// The epoch that stands on the volume that is mounted at the directory, 0 if none was ever written. Failures: the
/// reasons of storage; a marker that is no number.
std::uint64_t read_marker(const std::string& directory);

/// Writes it, durable before this returns, unless a higher one stands there; reads it back. The epoch that stands there
/// now.
std::uint64_t write_marker(const std::string& directory, std::uint64_t epoch);

}  // namespace hacored::agents
