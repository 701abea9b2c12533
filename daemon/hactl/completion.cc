#include "daemon/hactl/completion.h"

#include <algorithm>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "daemon/hactl/exit_code.h"
#include "daemon/hactl/words.h"

namespace hactl {

namespace {

using Words = std::vector<std::string>;

constexpr std::string_view kBash = R"SH(# Completion of hactl for bash:  source <(hactl completion bash)
_hactl() {
  local line=${COMP_LINE:0:COMP_POINT} candidate
  local -a typed
  read -ra typed <<< "$line"
  [[ $line == *[[:blank:]] ]] && typed+=("")
  COMPREPLY=()
  while IFS= read -r candidate; do
    COMPREPLY+=("$candidate")
  done < <("${typed[0]}" completion words -- "${typed[@]:1}" 2> /dev/null)
}
complete -F _hactl hactl
)SH";

constexpr std::string_view kZsh = R"SH(#compdef hactl
# Completion of hactl for zsh:  source <(hactl completion zsh)
_hactl() {
  compadd -- ${(f)"$(${words[1]} completion words -- "${(@)words[2,CURRENT]}" 2> /dev/null)"}
}
compdef _hactl hactl
)SH";

/// What may follow a command.
const std::map<std::string, Words>& following() {
  static const std::map<std::string, Words> words{{"status", {"-w", "--line", "--json"}},
                                                  {"why", {"not", "--json"}},
                                                  {"check", {"fencing", "services", "arbiter", "--json"}},
                                                  {"budget", {"--json"}},
                                                  {"log", {"-f", "-n", "--json"}},
                                                  {"explain", explained_words()},
                                                  {"makeactive", {"--force", "--json", "-y"}},
                                                  {"standby", {"on", "off"}},
                                                  {"maintenance", {"on", "off", "--for", "--reason"}},
                                                  {"drill", {"self"}},
                                                  {"ack-off", {"--force"}},
                                                  {"cancel", {}},
                                                  {"reload", {}},
                                                  {"leave", {"-y"}},
                                                  {"completion", {"bash", "zsh"}}};
  return words;
}

Words commands() {
  Words all;
  for (const auto& [name, words] : following()) all.push_back(name);
  return all;
}

Words starting_with(const Words& words, const std::string& begin) {
  Words found;
  std::copy_if(words.begin(), words.end(), std::back_inserter(found),
               [&begin](const std::string& word) { return word.rfind(begin, 0) == 0; });
  return found;
}

}  // namespace

Words completions(const Words& words) {
  const std::string current = words.empty() ? "" : words.back();
  if (words.size() <= 1) return starting_with(commands(), current);
  const std::string& before = words[words.size() - 2];
  if (before == "--force" && words.front() == "makeactive") return starting_with(explained_words(), current);
  if (before == "--for") return starting_with({"30min", "2h", "8h"}, current);
  const auto known = following().find(words.front());
  return known == following().end() ? Words{} : starting_with(known->second, current);
}

int complete(const std::string& shell, const Words& words) {
  if (shell == "bash") return fmt::print("{}", kBash), kDone;
  if (shell == "zsh") return fmt::print("{}", kZsh), kDone;
  if (shell == "words") {
    for (const std::string& candidate : completions(words)) fmt::print("{}\n", candidate);
    return kDone;
  }
  fmt::print(stderr, "hactl completion: {}: expected bash or zsh\n", shell);
  return kUsage;
}

}  // namespace hactl
