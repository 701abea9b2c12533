// A story as it went, as a file that people read and change.
#include <fmt/format.h>

#include <algorithm>

#include "explore/swarm_story.h"
#include "explore/swarm_words.h"

namespace hasim {
namespace {

/// A line of the text that was drawn: "  whenever head2 fencing +0s  fault  head1 hangs".
struct Drawn {
  std::string trigger;  ///< "head2 fencing"; empty: at its instant
  bool at_once = false;
  std::string what;
};

Drawn drawn_of(const std::string& line) {
  constexpr std::string_view kWhenever = "whenever ";
  Drawn drawn;
  const std::size_t when = line.find_first_not_of(' ');
  const std::size_t gap = line.find("  ", when);
  drawn.what = line.substr(std::min(line.size(), line.find_first_not_of(' ', gap)));
  if (line.compare(when, kWhenever.size(), kWhenever) != 0) return drawn;
  const std::string words = line.substr(when + kWhenever.size(), gap - when - kWhenever.size());
  const std::size_t plus = words.rfind(" +");
  drawn.trigger = words.substr(0, plus);
  drawn.at_once = words.substr(plus) == " +0s";
  return drawn;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines(1);  // lines count from 1
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

/// It heals what a trap would have broken that nothing ran into.
bool heals_nothing(const std::string& line, const std::string& story) {
  constexpr std::string_view kHeal = "  heal  ";
  const std::size_t at = line.find(kHeal);
  if (at == std::string::npos) return false;
  const std::string what = line.substr(at + kHeal.size());
  return story.find("  fault  " + (what == "all" ? "" : what)) == std::string::npos;
}

std::string layout(const std::string& text, const std::string& path) {
  auto laid = format_text(text, path);
  return std::holds_alternative<std::string>(laid) ? std::get<std::string>(std::move(laid)) : text;
}

}  // namespace

std::string story_as_it_went(const SwarmStory& story, std::uint64_t seed, const RunResult& result) {
  const std::vector<std::string> lines = lines_of(story.text);
  std::string text = fmt::format(
      "# What `hasim swarm` drew with seed {}, as it went. It plays in the same way with that seed:\n"
      "# hasim run swarm-{}.scn:{}\n",
      seed, seed, seed);
  std::size_t first = 1;
  while (first < lines.size() && !lines[first].starts_with("  ")) text += lines[first++] + "\n";
  text += lines[first++] + "\n";  // start
  for (const Injected& done : result.injected) {
    const auto at = static_cast<std::size_t>(done.line);
    if (at >= story.healing) break;
    const Drawn drawn = drawn_of(lines[at]);
    const std::string when = drawn.at_once ? "on " + drawn.trigger : "@" + exact_text(done.at);
    text += fmt::format("  {}  {}\n", when, drawn.what);
  }
  for (std::size_t i = story.healing; i < lines.size(); ++i) {
    if (heals_nothing(lines[i], text)) {
      // The next line counts from the instant of this one.
      if (lines[i].starts_with("  @")) text += lines[i].substr(0, lines[i].find("  heal")) + "  note  \"healing\"\n";
      continue;
    }
    text += lines[i] + "\n";
  }
  return layout(text, fmt::format("swarm-{}.scn", seed));
}

}  // namespace hasim
