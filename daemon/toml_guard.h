// What the TOML library must not be given. toml++ 3.3 behaves in undefined ways on some wrong files: an umlaut outside
// of quotes is enough. A wrong file must not end a running daemon, so these are found before.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/diagnostic.h"

namespace hacored {

/// A mistake of the syntax.
struct Mistake {
  Place place;
  std::string message;
  std::string note{};
};

/// The first of: a file or line larger than any configuration, a character beyond ASCII outside of quotes and comments,
/// a text over several lines (TOML has them, no key needs them), a header that is not followed by a name.
std::optional<Mistake> unfit(std::string_view text);

}  // namespace hacored
