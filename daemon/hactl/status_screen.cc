#include "daemon/hactl/status_screen.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "daemon/hactl/screen.h"

namespace hactl {

using nlohmann::json;

namespace {

constexpr std::size_t kHalf = 49;  ///< columns of one direction

std::string starred(const json& status, const std::string& head) {
  return head + (text_of(status, "owner") == head ? "*" : "");
}

std::string title(const json& status) {
  std::string text = "Cell " + text_of(status, "cell");
  for (const json& service : part_of(status, "services"))
    text += fmt::format("   service {} epoch {}", text_of(service, "name"), number_of(service, "epoch"));
  const json& config = part_of(status, "config");
  const bool known = config.contains("identical") && config["identical"].is_boolean();
  const std::string_view same = !known                         ? "of the other head not known"
                                : is_true(config, "identical") ? "identical"
                                                               : "DIFFERS from the other head's";
  text += fmt::format("   configuration {} ({})", same, text_of(config, "mine"));
  return text + fmt::format("   hacored {}\n", text_of(status, "version"));
}

/// "since 2026-11-03 04:12:51 (18 d), handover", where it is known.
std::string since(const json& status, const json& service) {
  const std::string at = text_of(service, "since");
  if (at.empty()) return "";
  return fmt::format("; since {} ({}), {}", local_time(at), age(at, text_of(status, "at")),
                     text_of(service, "because"));
}

std::string heads(const json& status) {
  std::size_t names = 0;
  for (const json& head : part_of(status, "heads")) names = std::max(names, text_of(head, "name").size());
  std::string text;
  for (const json& head : part_of(status, "heads")) {
    std::string name = starred(status, text_of(head, "name"));
    if (!is_true(head, "heard")) {
      text += fmt::format("  {}  {}: nothing is heard of it\n", pad(name, names + 1), text_of(head, "view", "unknown"));
      continue;
    }
    const json& services = part_of(head, "services");
    for (const json& service : services) {
      const std::string of = services.size() > 1 ? text_of(service, "service") + ": " : "";
      const std::string role = fmt::format("  {}  {}  ", pad(name, names + 1), pad(text_of(service, "word"), 8));
      text += hang(role, of + text_of(service, "sentence") + since(status, service)) + "\n";
      name.clear();
    }
  }
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

/// What is wrong says since when, if that is known.
std::string check_text(const json& check) {
  const std::string began = text_of(check, "since");
  return text_of(check, "text") + (began.empty() ? "" : ", since " + local_time(began));
}

std::string check_line(const json& check, std::size_t label) {
  return hang(fmt::format("    {} {}  ", pad(text_of(check, "label"), label), mark(text_of(check, "state"))),
              check_text(check), kHalf - 2);
}

std::string directions(const json& status) {
  std::vector<std::vector<std::string>> columns;
  std::size_t label = 0;
  for (const json& direction : part_of(status, "directions"))
    for (const json& check : part_of(direction, "checks")) label = std::max(label, text_of(check, "label").size());
  for (const json& direction : part_of(status, "directions")) {
    std::vector<std::string> column{fmt::format("  {} -> {}", starred(status, text_of(direction, "from")),
                                                starred(status, text_of(direction, "to")))};
    for (const json& check : part_of(direction, "checks"))
      for (std::string& line : lines_of(check_line(check, label))) column.push_back(std::move(line));
    columns.push_back(std::move(column));
  }
  columns.resize(2);
  return beside(columns[0], columns[1], kHalf);
}

std::string row(std::string_view name, const json& checks) {
  std::string text;
  for (const json& check : checks)
    text += fmt::format("{}{} {}{}", text.empty() ? "" : "  ", text_of(check, "label"), mark(text_of(check, "state")),
                        text_of(check, "state") == "ok" ? "" : " " + check_text(check));
  return text.empty() ? "" : hang(pad(fmt::format("  {}", name), 14), text) + "\n";
}

std::string rows(const json& status) {
  std::string text;
  for (const json& check : part_of(status, "arbiter"))
    text += hang(text.empty() ? pad("  Arbiter", 14) : std::string(14, ' '),
                 fmt::format("{} {} {}", text_of(check, "label"), mark(text_of(check, "state")), check_text(check))) +
            "\n";
  for (const json& service : part_of(status, "services"))
    text += row(text_of(service, "name"), part_of(service, "checks"));
  const json& damping = part_of(status, "damping");
  text +=
      fmt::format("  {}{} failovers, {} fences in the last {} min\n", pad("Damping", 12),
                  number_of(damping, "failovers"), number_of(damping, "fences"), number_of(damping, "window_s") / 60);
  const json& maintenance = part_of(status, "maintenance");
  if (!is_true(maintenance, "on")) return text;
  const std::string until = text_of(maintenance, "until");
  const std::string reason = text_of(maintenance, "reason");
  return text +
         hang(pad("  Maintenance", 14),
              fmt::format("no takeover and no fence, {}{}{}",
                          until.empty() ? "until it is switched off" : "until " + local_time(until),
                          reason.empty() ? "" : ": " + reason,
                          text_of(maintenance, "by").empty() ? "" : " (" + text_of(maintenance, "by") + ")")) +
         "\n";
}

std::string proof_words(const json& forecast) {
  const std::string proof = text_of(forecast, "proof");
  if (proof == "power_off") return ", proof: its power read off";
  if (proof == "self_fenced") return ", proof: its watchdog";
  return proof.empty() ? "" : ", proof: " + proof;
}

std::string when(const json& f) {
  const std::int64_t typical = number_of(f, "typical_ms"), bound = number_of(f, "bound_ms");
  std::string text;
  if (typical > 0) text = fmt::format(" in about {}", seconds(typical));
  if (typical > 0 && !is_true(f, "start_known")) text += " and the start of its services, which was never measured";
  if (bound > 0) text += fmt::format("{}{} at worst", typical > 0 ? ", " : " in ", seconds(bound));
  return text;
}

std::string condition(const json& f) {
  const std::string what = text_of(f, "if");
  if (what == "owner-and-bmc-power-loss") return fmt::format("If its BMC died with {}: ", text_of(f, "head"));
  return fmt::format("If {} died now: ", text_of(f, "head"));
}

std::string outcome(const json& f) {
  const std::string then = text_of(f, "then"), by = text_of(f, "by");
  const json& why = part_of(f, "why");
  if (then == "stays") return "nothing moves.";
  if (then == "stops") return fmt::format("{} would stop too: {}.", by, text_of(why, "text"));
  if (then == "takeover" && !text_of(why, "text").empty())
    return fmt::format("{} would try to take over and says that it could not: {}; ask on {}.", by, text_of(why, "text"),
                       by);
  if (then == "takeover" && text_of(f, "basis") == "beat")
    return fmt::format("{} would take over{}, if it can power {} off; ask on {}.", by, when(f), text_of(f, "head"), by);
  if (then == "takeover") return fmt::format("{} would serve{}{}.", by, when(f), proof_words(f));
  const std::string command = text_of(f, "command");
  if (!command.empty())
    return fmt::format("NOTHING would happen until you ran `{}` on {}: {}.", command, by, text_of(why, "text"));
  return fmt::format("NOTHING would happen: {}, until: {}.", text_of(why, "text"), text_of(why, "unlocks"));
}

std::string to_do(const json& status) {
  const json& next = part_of(status, "next");
  std::string text;
  for (const json& one : next)
    text += (text.empty() ? "" : "; ") + fmt::format("{}: {}", text_of(one, "what"), text_of(one, "unlocks"));
  return text.empty() ? "" : hang("What is missing: ", text) + "\n";
}

}  // namespace

std::string forecast_lines(const json& forecasts) {
  std::string text;
  bool held = false;
  for (const json& f : forecasts) {
    const bool worse = text_of(f, "if") == "owner-and-bmc-power-loss";
    if (worse && held) continue;  // it is no news that less helps no more
    held = text_of(f, "then") == "hold";
    text += hang("", condition(f) + outcome(f)) + "\n";
  }
  return text;
}

std::string status_screen(const json& status) {
  return title(status) + "\n" + heads(status) + "\n" + directions(status) + "\n" + rows(status) + "\n" +
         forecast_lines(part_of(status, "forecast")) + to_do(status);
}

std::string status_line(const json& status) {
  constexpr std::string_view kWords[] = {"OK", "WARNING", "CRITICAL"};
  const auto exit = static_cast<std::size_t>(std::clamp<std::int64_t>(number_of(status, "exit", 2), 0, 2));
  const std::string owner = text_of(status, "owner");
  std::string text = fmt::format("HACORE {} - {}", kWords[exit],
                                 owner.empty() ? "no head is active" : fmt::format("{} is active", owner));
  std::int64_t typical = 0, bound = 0;
  for (const json& f : part_of(status, "forecast")) {
    if (text_of(f, "if") != "owner-power-loss") continue;
    text += "; if it died now: " + outcome(f);
    typical = number_of(f, "typical_ms");
    bound = number_of(f, "bound_ms");
  }
  const json& damping = part_of(status, "damping");
  return text + fmt::format(" | epoch={} failovers={} fences={} takeover={}ms takeover_max={}ms\n",
                            number_of(status, "epoch"), number_of(damping, "failovers"), number_of(damping, "fences"),
                            typical, bound);
}

}  // namespace hactl
