// Commands that only look.
#include <unistd.h>

#include <thread>

#include <fmt/format.h>

#include "daemon/hactl/commands.h"
#include "daemon/hactl/connection.h"
#include "daemon/hactl/exit_code.h"
#include "daemon/hactl/status_screen.h"
#include "daemon/hactl/words.h"

namespace hactl {

using nlohmann::json;

namespace {

constexpr std::chrono::seconds kRepaintEvery{2};
constexpr std::chrono::hours kFollowFor{24 * 365};

void print_json(const json& line) {
  fmt::print("{}\n", line.dump());
  std::fflush(stdout);
}

bool is_a(const json& answer, std::string_view type) { return text_of(answer, "type") == type; }

int paint_until_stopped(const Options& options) {
  Connection hacored{options.socket, options.timeout};
  while (true) {
    const json status = hacored.ask({{"do", "status"}});
    if (!is_a(status, "status")) return complain(status);
    options.screen.print("\x1b[H\x1b[J" + status_screen(status));
    std::this_thread::sleep_for(kRepaintEvery);
  }
}

}  // namespace

int show_status(const Options& options, const StatusOptions& how) {
  if (how.watch && isatty(STDOUT_FILENO) == 1) return paint_until_stopped(options);
  const json status = Connection{options.socket, options.timeout}.ask({{"do", "status"}});
  if (!is_a(status, "status")) return complain(status);
  if (options.json) {
    print_json(status);
  } else {
    options.screen.print(how.line ? status_line(status) : status_screen(status));
  }
  return static_cast<int>(number_of(status, "exit", 2));
}

int show_why(const Options& options, std::uint64_t epoch) {
  const json why = Connection{options.socket, options.timeout}.ask({{"do", "why"}, {"epoch", epoch}});
  if (!is_a(why, "why")) return complain(why);
  options.json ? print_json(why) : options.screen.print(why_screen(why));
  return kDone;
}

int show_why_not(const Options& options, const std::string& head) {
  const json status = Connection{options.socket, options.timeout}.ask({{"do", "status"}});
  if (!is_a(status, "status")) return complain(status);
  options.json ? print_json(status) : options.screen.print(why_not_screen(status, head));
  return kDone;
}

int show_budget(const Options& options) {
  const json budget = Connection{options.socket, options.timeout}.ask({{"do", "budget"}});
  if (!is_a(budget, "budget")) return complain(budget);
  options.json ? print_json(budget) : options.screen.print(budget_screen(budget));
  const json& inequality = part_of(budget, "inequality");
  return inequality.empty() || is_true(inequality, "holds") ? kDone : kRefused;
}

int show_log(const Options& options, std::uint32_t newest, bool follow) {
  Connection hacored{options.socket, options.timeout};
  hacored.send({{"do", "log"}, {"newest", newest}, {"follow", follow}});
  while (true) {
    const json line = follow ? hacored.receive(kFollowFor) : hacored.receive();
    if (is_a(line, "end")) return kDone;
    if (!is_a(line, "event")) return complain(line);
    options.json
        ? print_json(line)
        : options.screen.print(fmt::format("{}  {}\n", local_time(text_of(line, "at")), text_of(line, "text")));
  }
}

int check(const Options& options, const std::string& part) {
  Connection hacored{options.socket, options.timeout};
  const json status = hacored.ask({{"do", "status"}});
  if (!is_a(status, "status")) return complain(status);
  bool good = true;
  const auto show = [&](const std::string& name, const std::string& state, const std::string& text) {
    good = good && state != "fail";
    options.screen.print(hang(fmt::format("  {} {}  ", pad(name, 16), mark(state)), text) + "\n");
  };
  const auto of_status = [&](const json& checks) {
    for (const json& one : checks) show(text_of(one, "label"), text_of(one, "state"), text_of(one, "text"));
  };
  if (part.empty() || part == "fencing") {
    hacored.send({{"do", "check"}});
    for (bool last = false; !last;) {
      const json line = hacored.receive(std::chrono::minutes{2});
      if (is_a(line, "end")) break;
      if (!is_a(line, "reading")) return complain(line);
      last = is_true(line, "last");
      if (options.json) print_json(line);
      const std::string reading = text_of(line, "reading");
      const std::string why = text_of(part_of(line, "why"), "text");
      good = good && reading != "unknown";
      if (!options.json)
        show(text_of(line, "level"), reading == "unknown" ? "fail" : "ok", why.empty() ? "reads " + reading : why);
    }
  }
  if (options.json) return good ? kDone : kRefused;
  if (part.empty() || part == "services")
    for (const json& service : part_of(status, "services")) of_status(part_of(service, "checks"));
  if (part.empty() || part == "arbiter") of_status(part_of(status, "arbiter"));
  return good ? kDone : kRefused;
}

int explain_word(const std::string& word) {
  const auto text = explained(word);
  if (!text) {
    fmt::print(stderr, "hactl explain: nothing is called \"{}\"; `hactl explain reasons` lists words\n", word);
    return kUsage;
  }
  fmt::print("{}", *text);
  return kDone;
}

}  // namespace hactl
