#include "daemon/figures.h"

namespace hacored {

std::string Figures::escaped(std::string_view text, bool quoted) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || (quoted && c == '"')) out += '\\';
    out += c == '\n' ? std::string{"\\n"} : std::string{c};
  }
  return out;
}

std::string Figures::shown(Labels labels) {
  std::string out;
  for (const auto& [name, value] : labels)
    out += fmt::format("{}{}=\"{}\"", out.empty() ? '{' : ',', name, escaped(value, true));
  return out + '}';
}

}  // namespace hacored
