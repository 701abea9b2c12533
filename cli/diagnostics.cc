// Diagnostics as text.
#include "cli/diagnostics.h"

#include <fmt/format.h>

#include "report/numbers.h"

namespace hasim {

std::string show_all(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) {
    text += diagnostic.show();
    if (!text.ends_with('\n')) text += '\n';
  }
  return text;
}

std::string checked_sentence(std::size_t files, std::size_t errors) {
  return fmt::format("{}, {}", plural(files, "file"), errors == 0 ? "no errors" : plural(errors, "error"));
}

}  // namespace hasim
