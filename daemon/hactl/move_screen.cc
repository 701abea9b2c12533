#include "daemon/hactl/move_screen.h"

#include <algorithm>

#include <fmt/format.h>

#include "daemon/hactl/screen.h"

namespace hactl {

using nlohmann::json;

namespace {

const json* head_named(const json& status, const std::string& name) {
  for (const json& head : part_of(status, "heads"))
    if (text_of(head, "name") == name) return &head;
  return nullptr;
}

std::string word_of(const json& status, const std::string& name) {
  const json* head = head_named(status, name);
  if (!head || part_of(*head, "services").empty()) return "unknown";
  return text_of(part_of(*head, "services")[0], "word");
}

/// The gravest of the checks whose id begins so, as one line.
std::string summary(const json& checks, std::string_view begins, std::string_view name) {
  int all = 0, good = 0;
  std::string state = "unknown", text = "not known";
  for (const json& check : checks) {
    if (text_of(check, "id").compare(0, begins.size(), begins) != 0) continue;
    ++all;
    const std::string now = text_of(check, "state");
    good += now == "ok" ? 1 : 0;
    if (all > 1 && now == "ok") continue;
    state = now;
    text = text_of(check, "text");
  }
  if (all > 1) {
    state = good == all ? "ok" : good > 0 ? "warn" : "fail";
    text = fmt::format("{} of {}", good, all);
  }
  return hang(fmt::format("    {} {}  ", pad(name, 16), mark(state)), text) + "\n";
}

const json& checks_from(const json& status, const std::string& head) {
  for (const json& direction : part_of(status, "directions"))
    if (text_of(direction, "from") == head) return part_of(direction, "checks");
  static const json kNone = json::array();
  return kNone;
}

std::string in_words(const std::string& step, const std::string& service) {
  if (step == "announce") return "Announcing the handover of " + service;
  if (step == "stop") return "Stopping " + service + " on the other head";
  if (step == "confirm") return "The other head confirms that " + service + " is stopped";
  if (step == "undo") return "Not all of " + service + " started: stopping it again";
  if (step == "claim") return "Claiming " + service;
  if (step == "fence") return "Powering the other head off, for " + service;
  if (step == "marker") return "Checking the marker on the storage of " + service;
  if (step.rfind("start ", 0) == 0) return "Starting " + step.substr(6);
  if (step.rfind("power o", 0) == 0) return "P" + step.substr(1);
  return step + " of " + service;
}

}  // namespace

std::string preflight_screen(const json& preflight) {
  const json& status = part_of(preflight, "status");
  const std::string me = text_of(status, "self"), peer = text_of(status, "peer"), owner = text_of(status, "owner");
  const json& mine = checks_from(status, me);
  const json& theirs = checks_from(status, peer);
  std::string text = fmt::format("  this head: {} ({})      active: {}      epoch {}\n  Preflight\n", me,
                                 word_of(status, me), owner.empty() ? "none" : owner, number_of(status, "epoch"));
  text += summary(theirs, "path:", "peer reachable");
  text += summary(theirs, "core", "peer's core");
  text += summary(mine, "fit", "fit to serve");
  const json& config = part_of(status, "config");
  text += fmt::format("    {} {}  {}\n", pad("configuration", 16), mark(is_true(config, "identical") ? "ok" : "fail"),
                      is_true(config, "identical") ? "identical" : "differs, or not known");
  return text + summary(mine, "fence", "can fence") + summary(theirs, "fence", "way back");
}

std::string refusal(const json& preflight) {
  const json& status = part_of(preflight, "status");
  const json& why = part_of(preflight, "why");
  const std::string reason = text_of(why, "reason");
  std::string text =
      fmt::format("refused: {} cannot do that now. Nothing changed.\n", text_of(status, "self", "this head"));
  const std::string began = text_of(why, "since");
  text += hang(fmt::format("  {}  ", reason),
               text_of(why, "text") + (began.empty() ? "" : ", since " + local_time(began))) +
          "\n";
  text += hang("  -> ", text_of(why, "unlocks")) + "\n";
  for (const json& sign : part_of(preflight, "signs_of_life"))
    text += fmt::format("  {}, {} ago\n", text_of(sign, "text"), seconds(number_of(sign, "age_ms")));
  if (!is_true(preflight, "force_helps")) return text;
  const std::string order = text_of(preflight, "order");
  return text +
         (order == "makeactive" ? fmt::format("  Force it:  hactl makeactive --force {}", reason)
                                : fmt::format("  Force it:  hactl {} --force", order)) +
         "    (asks for the typed name)\n";
}

std::string announcement(const json& preflight) {
  const json& status = part_of(preflight, "status");
  const std::string owner = text_of(status, "owner");
  return fmt::format("  Expected outage {} at most. Hard mounts wait; logins through the address break.\n",
                     seconds(number_of(preflight, "handover_bound_ms"))) +
         (owner.empty() ? fmt::format("  {} becomes active.", text_of(status, "self"))
                        : fmt::format("  {} becomes active, {} becomes passive.", text_of(status, "self"), owner));
}

std::string step_line(const json& step) {
  const std::string state = text_of(step, "state");
  if (state == "begins") return "";
  return dotted(in_words(text_of(step, "step"), text_of(step, "service")), state == "ends" ? "ok" : "fail",
                fmt::format("{:5.2f} s", static_cast<double>(number_of(step, "took_ms")) / 1000)) +
         "\n";
}

}  // namespace hactl
