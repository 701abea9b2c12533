// Words that need more than their place in a table to be understood: verbs, times, units, kinds, groups, systems.
#pragma once

#include <span>
#include <string_view>

namespace hasim {

struct GlossaryEntry {
  std::string_view role;  ///< "verb", "unit", …
  std::string_view word;
  std::string_view text;  ///< one or two sentences
};

std::span<const GlossaryEntry> glossary();

/// The language on one page.
std::string_view language_page();

}  // namespace hasim
