// The one table of everything that /etc/hacore/hacore.toml may say. It drives the reader, "did you mean", the
// digest and docs/configuration.md; a new key is a new row and nothing else.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/settings.h"

namespace hacored {

/// The tables of the file. `address` … `script` are what a [[service.resource]] of that type has besides.
enum class Part : std::uint8_t {
  top,
  timing,
  policy,
  path,
  fence,
  store,
  voters,
  ping,
  watchdog,
  kdump,
  service,
  resource,
  address,
  mount,
  unit,
  ocf,
  mariadb,
  script,
  keys,
  control,
  metrics,
  alerts,
  daemon,
};

struct PartInfo {
  Part part;
  std::string_view name;    ///< "path"; of a type its name
  std::string_view header;  ///< as it is written: "[[path]]"
  bool many = false;        ///< a list of tables
  int most = 1;             ///< limit of the core
  bool agreed = true;       ///< both heads must say the same, so it is part of the digest
  std::string_view says;
};

enum class Shape : std::uint8_t {
  name,       ///< of a thing or a host: letters, digits, ".", "-", "_"
  text,       ///< one line
  flag,       ///< true or false
  whole,      ///< a number without unit
  duration,   ///< "1s"; Value::number in nanoseconds
  ppm,        ///< "200ppm"
  size,       ///< "16MiB"; Value::number in bytes
  choice,     ///< one of `words`
  ip,         ///< an IPv4 or IPv6 address
  network,    ///< an address with the length of its prefix
  listen,     ///< ADDRESS:PORT, [ADDRESS]:PORT
  interface,  ///< name of a network interface
  file,       ///< absolute path
  program,    ///< absolute path, or the name of a program in the agents' folders
  url,        ///< of the store
};

enum class Count : std::uint8_t {
  one,
  each_head,  ///< one value for both heads, or a list of two: of the first and the second head
  two,        ///< a list of two: of the first and the second head
  list,       ///< any number
};

/// What stands at a key, checked by its shape, in one spelling: 1000ms and 1s are the same.
struct Value {
  std::vector<std::string> texts;  ///< of `each_head` always two
  std::int64_t number = 0;         ///< of numbers, durations, flags

  const std::string& text() const { return texts.front(); }
  bool flag() const { return number != 0; }
  Duration duration() const { return Duration{number}; }
  PerHead<std::string> each() const { return {texts[0], texts[1]}; }
};

struct KeyInfo {
  Part part = Part::top;
  std::string_view name{};
  Shape shape = Shape::text;
  std::string_view rule{};  ///< what it serves: section of docs/protocol.md, row of the catalogue
  std::string_view says{};  ///< for people, without a full stop
  /// Where it goes: the newest path, fence level, service or resource, or the one place that there is.
  void (*store)(Settings&, const Value&) = nullptr;
  Count count = Count::one;
  bool needed = false;
  std::string_view initial{};  ///< what holds without the key, unquoted, items of a list blanks apart; empty: nothing
  std::string_view sample{};   ///< what a message suggests to write, in TOML
  std::int64_t least = 0, most = INT64_MAX;  ///< of numbers, in the unit of Value::number
  std::string_view words{};                  ///< of a choice, blanks apart
};

std::span<const PartInfo> config_parts();
const PartInfo& info_of(Part);
std::span<const KeyInfo> config_keys();
std::vector<const KeyInfo*> keys_of(Part);
const KeyInfo* find_key(Part, std::string_view name);
std::vector<std::string_view> words_of(std::string_view words);

}  // namespace hacored
