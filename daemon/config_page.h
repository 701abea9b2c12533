// docs/configuration.md, made from the table of keys.
#pragma once

#include <string>

namespace hacored {

/// The whole page, as Markdown. `hacored --keys > docs/configuration.md` brings the file up to date.
std::string configuration_page();

}  // namespace hacored
