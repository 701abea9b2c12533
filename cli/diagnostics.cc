// Diagnostics as text.
#include "cli/diagnostics.h"

#include <fmt/format.h>

#include "report/numbers.h"

namespace hasim {

std::string show_all(const std::vector<Diagnostic>& diagnostics) {
  std::string text, before;
  for (const Diagnostic& diagnostic : diagnostics) {
    std::string shown = diagnostic.show();
    if (!shown.ends_with('\n')) shown += '\n';
    if (shown != before) text += shown;  // a wrong --set is as wrong in every file
    before = std::move(shown);
  }
  return text;
}

std::string checked_sentence(std::size_t files, std::size_t errors) {
  return fmt::format("{}, {}", plural(files, "file"), errors == 0 ? "no errors" : plural(errors, "error"));
}

}  // namespace hasim
