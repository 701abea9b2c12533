// How the readers of scenario and world files say no: one message, thrown to the entry points of parse.h, which turn it
// into a `Diagnostic`. A file gets one message, so there is nothing to collect and nobody who could go on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lang/parse.h"

namespace hasim {

/// Thrown inside lang/ only; the functions of parse.h catch it.
struct Refused {
  Diagnostic diagnostic;  ///< path and source_line are empty where the catcher knows them
};

/// Empty notes are left out.
[[noreturn]] void refuse(Place, std::string message, std::vector<std::string> notes = {});

/// "expected: a, b, c". Lists of names are sorted.
std::string expected(std::string_view what);
std::string expected(std::vector<std::string> names);

/// "did you mean: x"; if no candidate is near, but the word is one of administrators, "hasim says: y"; else nothing.
std::string meant(std::string_view word, const std::vector<std::string>& candidates);

/// "hasim says: y" for a word of administrators that hasim has another word for, or nothing.
std::string in_our_words(std::string_view word);

/// Fills in what the thrower did not know.
Diagnostic at_source(Diagnostic, const std::string& path, const std::vector<std::string>& lines);

}  // namespace hasim
