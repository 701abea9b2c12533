// What stands at one key, checked by the row of the table.
#pragma once

#include <optional>
#include <string>

#include "daemon/config_keys.h"
#include "daemon/toml_tree.h"

namespace hacored {

/// Nothing if it does not fit; then the report says why. An empty text means "not set" where that is possible, and
/// gives a Value without texts.
std::optional<Value> read_value(const KeyInfo&, const Entry&, Report&);

/// What holds without the key; nothing if nothing does.
std::optional<Value> initial_value(const KeyInfo&);

/// The value of the key as TOML, for "write: KEY = …".
std::string sample_of(const KeyInfo&);

/// "90s", "16MiB", "200ppm", "5410"
std::string amount_of(const KeyInfo&, std::int64_t number);

/// "a number from 1 to 65535", "an IPv4 or IPv6 address", …
std::string kind_of(const KeyInfo&);

}  // namespace hacored
