#include "daemon/hactl/person.h"

#include <unistd.h>

#include <cstdio>
#include <iostream>

#include <fmt/format.h>

namespace hactl {

namespace {

/// Asked on stderr: what is printed on stdout may be JSON for a program.
std::string answer_to(const std::string& question) {
  std::fflush(stdout);
  fmt::print(stderr, "{}", question);
  std::string line;
  std::getline(std::cin, line);
  return line;
}

}  // namespace

bool wants_to_continue(const std::string& question) {
  if (isatty(STDIN_FILENO) != 1) {
    fmt::print(stderr, "hactl: nobody is there to be asked; -y answers yes\n");
    return false;
  }
  const std::string answer = answer_to(question + " Continue? [c]ontinue, [e]xit: ");
  return answer == "c" || answer == "continue";
}

bool types_name(const std::string& question, const std::string& name) {
  if (answer_to(question + ": ") == name) return true;
  fmt::print(stderr, "hactl: that is not {}. Nothing changed.\n", name);
  return false;
}

}  // namespace hactl
