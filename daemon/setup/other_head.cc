#include "daemon/setup/other_head.h"

#include <fmt/format.h>

#include <cerrno>

#include "daemon/agent.h"

namespace hacored::setup {
namespace {

using std::chrono::seconds;

constexpr seconds kLoginMax{15};
constexpr seconds kCopyMax{30};

/// As one word of the shell there.
std::string word(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
  return out + "'";
}

}  // namespace

Ended OtherHead::run(const std::string& command, std::string input, ha::Duration limit) {
  const auto ssh = machine_.in_path("ssh");
  if (!ssh) return {.code = ENOENT, .errors = "there is no ssh here: install openssh-client"};
  Program program{.arguments = {*ssh, "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", name_, command},
                  .environment = {},
                  .input = std::move(input)};
  for (const char* variable : {"PATH", "HOME", "USER", "LOGNAME", "SSH_AUTH_SOCK"})
    if (std::string value = machine_.variable(variable); !value.empty()) program.environment[variable] = value;
  return machine_.run(std::move(program), limit);
}

std::string OtherHead::unreachable() {
  const Ended ended = run("true", "", kLoginMax);
  return ended.exited(0) ? "" : describe(ended);
}

std::string OtherHead::put(const std::string& path, const std::string& content, mode_t mode, bool keep_old) {
  const std::string there = word(path), beside = word(path + ".new");
  // A connection that breaks looks like the end of the file: its size is compared before it gets its name.
  std::string command =
      fmt::format("mkdir -p {} && umask 077 && cat > {} && [ $(wc -c < {}) -eq {} ] && chmod {:04o} {}",
                  word(path.substr(0, path.rfind('/'))), beside, beside, content.size(), mode, beside);
  if (keep_old) command += fmt::format(" && {{ [ ! -e {} ] || ln -f {} {}; }}", there, there, word(path + ".old"));
  command += fmt::format(" && mv -f {} {}", beside, there);
  const Ended ended = run(command, content, kCopyMax);
  return ended.exited(0) ? "" : describe(ended);
}

OtherHead::Checked OtherHead::check(const std::string& config) {
  const Ended ended = run(fmt::format("hacored --check --probe {}", word(config)), "", kCopyMax);
  if (ended.exited(127)) return {false, "hacored is not installed there: apt install ./hacore_*.deb"};
  std::string said = ended.output;
  while (said.ends_with('\n')) said.pop_back();
  return {ended.exited(0), ended.exited(0) ? "" : said.empty() ? describe(ended) : said};
}

}  // namespace hacored::setup
