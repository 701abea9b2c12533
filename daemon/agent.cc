// Finding programs, and reading what they answer.
#include "daemon/agent.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace hacored {

bool exited(const Ended& ended, AgentExit exit) { return ended.exited(static_cast<int>(exit)); }

std::string_view last_line(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  const std::size_t end = text.rfind('\n');
  return end == std::string_view::npos ? text : text.substr(end + 1);
}

std::optional<std::string> find_agent(const std::vector<std::string>& folders, const std::string& name) {
  const auto runs = [](const std::string& path) { return access(path.c_str(), X_OK) == 0; };
  if (name.starts_with('/')) return runs(name) ? std::optional{name} : std::nullopt;
  for (const std::string& folder : folders) {
    std::string path = fmt::format("{}/{}", folder, name);
    if (runs(path)) return path;
  }
  return std::nullopt;
}

std::optional<std::string> said(const Ended& ended, std::string_view name) {
  std::string_view rest = ended.output;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == '=')
      return std::string{line.substr(name.size() + 1)};
  }
  return std::nullopt;
}

ha::Reason reason_of(const Ended& ended, ha::Reason otherwise) {
  const std::optional<std::string> word = said(ended, "reason");
  for (int i = 0; word && i < ha::kReasons; ++i) {
    const auto reason = static_cast<ha::Reason>(i);
    if (ha::to_string(reason) == *word) return reason;
  }
  return otherwise;
}

std::string describe(const Ended& ended) {
  std::string how;
  switch (ended.how) {
    case Ended::How::exited: how = fmt::format("exit status {}", ended.code); break;
    case Ended::How::killed: how = fmt::format("ended by signal {}", ended.code); break;
    case Ended::How::too_late: how = "killed at its deadline"; break;
    case Ended::How::not_started: how = fmt::format("not started: {}", std::strerror(ended.code)); break;
  }
  const std::string_view why = last_line(ended.errors);  // agents say last what went wrong
  return why.empty() ? how : fmt::format("{}: {}", how, why);
}

}  // namespace hacored
