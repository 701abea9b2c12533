// Reading and writing single values.
#include "daemon/config_text.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

namespace hacored {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t worth;
};

constexpr std::array<Unit, 6> kTimes{{{"us", 1'000},
                                      {"ms", 1'000'000},
                                      {"s", 1'000'000'000},
                                      {"min", 60'000'000'000},
                                      {"h", 3'600'000'000'000},
                                      {"d", 86'400'000'000'000}}};
constexpr std::array<Unit, 3> kSizes{{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}}};
constexpr std::array<Unit, 1> kPartsPerMillion{{{"ppm", 1}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::optional<std::int64_t> read_whole(std::string_view digits) {
  std::int64_t n = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
  if (error != std::errc{} || end != digits.data() + digits.size() || digits.empty() || !is_digit(digits.front()))
    return std::nullopt;
  return n;
}

/// NUMBER[.FRACTION]UNIT. What is finer than one is refused, what is too large too.
std::optional<std::int64_t> read_amount(std::string_view text, std::span<const Unit> units) {
  const auto letter = static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_letter) - text.begin());
  const std::string_view name = text.substr(letter);
  const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == name; });
  if (unit == units.end()) return std::nullopt;
  const std::string_view number = text.substr(0, letter);
  const std::size_t dot = std::min(number.find('.'), number.size());
  const auto whole = read_whole(number.substr(0, dot));
  std::int64_t amount = 0;
  if (!whole || __builtin_mul_overflow(*whole, unit->worth, &amount)) return std::nullopt;
  if (dot == number.size()) return amount;
  if (dot + 1 == number.size()) return std::nullopt;
  std::int64_t place = unit->worth;
  for (const char c : number.substr(dot + 1)) {
    if (!is_digit(c) || place % 10 != 0) return std::nullopt;
    place /= 10;
    if (__builtin_add_overflow(amount, place * (c - '0'), &amount)) return std::nullopt;
  }
  return amount;
}

std::string show_amount(std::int64_t amount, std::span<const Unit> units) {
  for (auto unit = units.rbegin(); unit != units.rend(); ++unit)
    if (amount != 0 && amount % unit->worth == 0) return fmt::format("{}{}", amount / unit->worth, unit->name);
  return fmt::format("{}", amount);
}

bool is_port(std::string_view text) {
  const auto port = read_whole(text);
  return port && *port >= 1 && *port <= 65'535;
}

template <class Address>
std::optional<std::string> spelled(int family, const std::string& text) {
  Address address{};
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (inet_pton(family, text.c_str(), &address) != 1) return std::nullopt;
  if (inet_ntop(family, &address, out.data(), out.size()) == nullptr) return std::nullopt;
  return std::string(out.data());
}

}  // namespace

std::optional<std::int64_t> read_duration(std::string_view text) { return read_amount(text, kTimes); }
std::optional<std::int64_t> read_ppm(std::string_view text) { return read_amount(text, kPartsPerMillion); }
std::optional<std::int64_t> read_size(std::string_view text) { return read_amount(text, kSizes); }

std::string show_duration(std::int64_t nanoseconds) {
  return nanoseconds == 0 ? "0s" : show_amount(nanoseconds, kTimes);
}
std::string show_size(std::int64_t bytes) { return show_amount(bytes, kSizes); }

std::optional<std::string> read_ip(std::string_view text) {
  const std::string terminated{text};
  if (terminated.find('\0') != std::string::npos) return std::nullopt;
  if (auto v4 = spelled<in_addr>(AF_INET, terminated)) return v4;
  return spelled<in6_addr>(AF_INET6, terminated);
}

bool is_ipv6(std::string_view address) { return address.find(':') != std::string_view::npos; }

std::optional<std::string> read_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = read_ip(text.substr(0, slash));
  const auto length = read_whole(text.substr(slash + 1));
  if (!address || !length || *length < 1 || *length > (is_ipv6(*address) ? 128 : 32)) return std::nullopt;
  return fmt::format("{}/{}", *address, *length);
}

std::optional<std::string> read_listen(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || !is_port(text.substr(colon + 1))) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto address = read_ip(host);
  if (!address || is_ipv6(*address) != bracketed) return std::nullopt;
  return fmt::format("{}{}{}{}", bracketed ? "[" : "", *address, bracketed ? "]" : "", text.substr(colon));
}

bool is_name(std::string_view text) {
  const auto fits = [](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_'; };
  return !text.empty() && text.size() <= 63 && (is_letter(text.front()) || is_digit(text.front())) &&
         std::all_of(text.begin(), text.end(), fits);
}

bool is_interface(std::string_view text) {
  const auto fits = [](char c) { return c > ' ' && c < 0x7f && c != '/' && c != ':'; };
  return !text.empty() && text.size() <= 15 && text != "." && text != ".." &&
         std::all_of(text.begin(), text.end(), fits);
}

bool is_line(std::string_view text) {
  return !text.empty() &&
         std::none_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; });
}

bool is_absolute(std::string_view path) { return path.starts_with('/') && path.size() <= 4000 && is_line(path); }

bool is_store_url(std::string_view text) {
  if (!is_line(text)) return false;
  if (text.starts_with("dir:")) return is_absolute(text.substr(4));
  if (text.starts_with("block:")) return is_absolute(text.substr(6));
  constexpr std::string_view kNfs = "nfs://";
  if (!text.starts_with(kNfs)) return false;
  const std::string_view rest = text.substr(kNfs.size());
  const std::size_t slash = rest.find('/');
  return slash != std::string_view::npos && slash > 0 && slash + 1 < rest.size();
}

}  // namespace hacored
