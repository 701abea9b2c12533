// How single values are written in hacore.toml: durations, addresses, names. From text to value, or nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hacored {

/// "1s", "500ms", "1.5min" in nanoseconds: exact, less than 300 years.
std::optional<std::int64_t> read_duration(std::string_view text);
/// The shortest way to write it: "90s", "10min".
std::string show_duration(std::int64_t nanoseconds);

/// "200ppm"
std::optional<std::int64_t> read_ppm(std::string_view text);

/// "16MiB", "64KiB", "1GiB" in bytes
std::optional<std::int64_t> read_size(std::string_view text);
std::string show_size(std::int64_t bytes);

/// IPv4 or IPv6 in its one spelling; without prefix, port and scope.
std::optional<std::string> read_ip(std::string_view text);
bool is_ipv6(std::string_view address);

/// ADDRESS/LENGTH in its one spelling
std::optional<std::string> read_network(std::string_view text);

/// ADDRESS:PORT or [ADDRESS]:PORT
std::optional<std::string> read_listen(std::string_view text);

/// Letters, digits, ".", "-", "_", at most 63, and a letter or digit first.
bool is_name(std::string_view text);
/// What Linux takes as the name of an interface.
bool is_interface(std::string_view text);
bool is_absolute(std::string_view path);
bool is_store_url(std::string_view text);
/// One line of characters, none of them control characters.
bool is_line(std::string_view text);

}  // namespace hacored
