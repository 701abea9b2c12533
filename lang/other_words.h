// Words of administrators, guides and other cluster software, and what this language says instead.
#pragma once

#include <string_view>

namespace hasim {

/// "bmc of head1" for "ipmi", "ilo", "idrac"; empty if the word is not known. Letters may be large or small.
std::string_view said_here(std::string_view word);

}  // namespace hasim
