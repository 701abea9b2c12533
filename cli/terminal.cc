// Asking the environment.
#include "cli/terminal.h"

#include <fmt/format.h>
#include <langinfo.h>
#include <unistd.h>

#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace hasim {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool colour_wanted(ColorChoice choice) {
  if (choice != ColorChoice::by_terminal) return choice == ColorChoice::always;
  if (!environment("NO_COLOR").empty() || environment("TERM") == "dumb") return false;
  const std::string_view force = environment("CLICOLOR_FORCE");
  if (!force.empty() && force != "0") return true;
  return stdout_is_terminal();
}

}  // namespace

Style stdout_style(ColorChoice choice) {
  std::setlocale(LC_CTYPE, "");
  Style style;
  style.colour = colour_wanted(choice);
  style.utf8 = std::strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
  return style;
}

bool stdout_is_terminal() { return isatty(STDOUT_FILENO) == 1; }

bool stderr_can_repaint() { return isatty(STDERR_FILENO) == 1 && environment("TERM") != "dumb"; }

std::string scenarios_root() {
  const std::string_view own = environment("HASIM_SCENARIOS");
  return own.empty() ? HASIM_SCENARIOS_DIR : std::string(own);
}

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void complain(std::string_view text) {
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

bool finish_output() {
  errno = 0;
  const bool flushed = std::fflush(stdout) == 0;
  if (flushed && std::ferror(stdout) == 0) return true;
  complain(fmt::format("hasim: cannot write to stdout: {}\n", errno == 0 ? "output was lost" : std::strerror(errno)));
  return false;
}

}  // namespace hasim
