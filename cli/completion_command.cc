// `hasim completion`: the scripts for shells. They ask `hasim completion words` for candidates, so that they never lag
// behind the program.
#include <fmt/format.h>

#include <memory>

#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/help.h"
#include "cli/terminal.h"

namespace hasim {
namespace {

// Bash takes `:` and `=` for ends of words; candidates are given without what stands before the last of them.
constexpr std::string_view kBash = R"SH(# Completion of hasim for bash:  source <(hasim completion bash)
_hasim() {
  local line=${COMP_LINE:0:COMP_POINT} candidate
  local -a typed
  read -ra typed <<< "$line"
  [[ $line == *[[:blank:]] ]] && typed+=("")
  local current=${typed[${#typed[@]}-1]}
  local before=${current%"${current##*[:=]}"}
  COMPREPLY=()
  while IFS= read -r candidate; do
    COMPREPLY+=("${candidate#"$before"}")
  done < <("${typed[0]}" completion words -- "${typed[@]:1}" 2> /dev/null)
  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[/:] ]] && compopt -o nospace 2> /dev/null
  return 0
}
complete -o default -F _hasim hasim ./hasim
)SH";

constexpr std::string_view kZsh = R"SH(#compdef hasim
# Completion of hasim for zsh:  source <(hasim completion zsh)
_hasim() {
  local -a candidates
  candidates=("${(@f)$(${words[1]} completion words -- "${(@)words[2,CURRENT]}" 2> /dev/null)}")
  [[ -z ${candidates[1]} ]] && { _files; return }
  compadd -Q -S '' -- ${(M)candidates:#*[/:]}
  compadd -Q -- ${candidates:#*[/:]}
}
compdef _hasim hasim ./hasim
)SH";

Exit complete(const std::string& shell, const std::vector<std::string>& words) {
  if (shell == "bash") print(kBash);
  if (shell == "zsh") print(kZsh);
  if (shell == "words") {
    for (const std::string& candidate : completions(words, scenarios_root())) print(candidate + "\n");
  }
  if (shell == "bash" || shell == "zsh" || shell == "words") return Exit::holds;
  complain(fmt::format("hasim completion: {}: expected bash or zsh\n", shell));
  return Exit::usage;
}

}  // namespace

void add_completion(CLI::App& program, Exit& exit) {
  CLI::App* command = add_command(program, "completion", kCompletionHelp);
  auto shell = std::make_shared<std::string>();
  auto words = std::make_shared<std::vector<std::string>>();
  command->add_option("shell", *shell)->required();
  command->add_option("words", *words);
  command->callback([shell, words, &exit] { exit = complete(*shell, *words); });
}

}  // namespace hasim
