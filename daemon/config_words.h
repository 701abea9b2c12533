// Words that administrators bring from other failover systems.
#pragma once

#include <string>
#include <string_view>

namespace hacored {

/// "hacored says: dead_after in [timing]", or nothing.
std::string said_here(std::string_view word);

}  // namespace hacored
