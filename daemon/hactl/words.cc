#include "daemon/hactl/words.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/reason.h"
#include "daemon/hactl/screen.h"
#include "daemon/hactl/status_screen.h"

namespace hactl {

using nlohmann::json;

namespace {

template <class E>
std::vector<std::string> names(int count) {
  std::vector<std::string> all;
  for (int i = 1; i < count; ++i) all.emplace_back(to_string(static_cast<E>(i)));
  return all;
}

template <class E>
std::optional<E> named(const std::string& word, int count) {
  for (int i = 1; i < count; ++i)
    if (to_string(static_cast<E>(i)) == word) return static_cast<E>(i);
  return std::nullopt;
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : "  ") + word;
  return hang("", text) + "\n";
}

std::string use_words(const json& evidence) {
  const std::string age = evidence.contains("age_ms") && evidence["age_ms"].is_number()
                              ? seconds(number_of(evidence, "age_ms")) + " old"
                              : "never seen";
  return fmt::format("{} {}, {}", pad(text_of(evidence, "source"), 9), age, text_of(evidence, "use"));
}

std::string ownership(const json& of) {
  std::string text = hang(local_time(text_of(of, "at")) + "  ",
                          fmt::format("{} becomes active for {}, epoch {}: {}", text_of(of, "head"),
                                      text_of(of, "service"), number_of(of, "epoch"), text_of(of, "text"))) +
                     "\n";
  if (of.contains("proof")) text += hang("  proof           ", text_of(of["proof"], "text")) + "\n";
  for (const char* use : {"used", "contradicts", "not used"}) {
    for (const json& one : part_of(of, "evidence")) {
      if (text_of(one, "use") != use) continue;
      text += hang("  evidence        ", use_words(one)) + "\n";
    }
  }
  return text;
}

std::string terms(const json& all) {
  std::string text;
  for (const json& term : all)
    text += fmt::format("{}{} {}", text.empty() ? "" : " | ", text_of(term, "what"), seconds(number_of(term, "ms")));
  return text;
}

/// With three decimals, as the inequality is written.
std::string exact(const json& object, const char* key) {
  return fmt::format("{:.3f}", static_cast<double>(number_of(object, key)) / 1000);
}

std::string safety(const json& i) {
  if (i.empty()) return "  Safety   no watchdog counts as proof here: a head starts only after a verified power-off\n";
  const double rho = static_cast<double>(number_of(i, "drift_ppm")) / 1e6;
  const std::string left = fmt::format("{:g} [({} + {})/{:g} + {}]", 1 + rho, exact(i, "right_ms"),
                                       exact(i, "two_watchdogs_ms"), 1 - rho, exact(i, "margin_ms"));
  return fmt::format("  Safety   {} <=  wait\n           {} <=  {} s\n           {} <=  {} s        {}\n",
                     pad("(1 + drift)[(L + 2W)/(1 - drift) + margin]", 43), pad(left, 43), exact(i, "wait_ms"),
                     pad(exact(i, "needed_ms") + " s", 43), exact(i, "wait_ms"),
                     is_true(i, "holds") ? "HOLDS" : "BROKEN");
}

}  // namespace

std::vector<std::string> explained_words() {
  std::vector<std::string> all{"reasons", "causes", "proofs"};
  for (const auto& list :
       {names<ha::Reason>(ha::kReasons), names<ha::Cause>(ha::kCauses), names<ha::Proof>(ha::kProofs)})
    all.insert(all.end(), list.begin(), list.end());
  std::sort(all.begin() + 3, all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

std::optional<std::string> explained(std::string word) {
  std::replace(word.begin(), word.end(), '-', '_');
  if (word == "reasons") return listed(names<ha::Reason>(ha::kReasons));
  if (word == "causes") return listed(names<ha::Cause>(ha::kCauses));
  if (word == "proofs") return listed(names<ha::Proof>(ha::kProofs));
  std::string text;
  if (const auto reason = named<ha::Reason>(word, ha::kReasons))
    text += fmt::format("{}, a reason: {}.\n", word, explain(*reason)) +
            hang("  until: ", fmt::format("{}.", unlocks(*reason))) + "\n";
  if (const auto cause = named<ha::Cause>(word, ha::kCauses))
    text += fmt::format("{}, a cause: {}.\n", word, explain(*cause));
  if (const auto proof = named<ha::Proof>(word, ha::kProofs))
    text += fmt::format("{}, a proof: {}.\n", word, explain(*proof));
  if (text.empty()) return std::nullopt;
  return text;
}

std::string why_screen(const json& why) {
  std::string text;
  for (const json& of : part_of(why, "ownerships")) text += ownership(of);
  const json& status = part_of(why, "status");
  const std::string owner = text_of(status, "owner"), me = text_of(why, "self");
  if (owner.empty()) return text + "Nobody is active now; `hactl status` says what is waited for.\n";
  if (owner != me)
    return text + fmt::format("{} is active now, as its beats say; why, `hactl why` says there.\n", owner);
  return text.empty() ? fmt::format("{} was active before hacored started here; older reasons are in the log.\n", me)
                      : text;
}

std::string why_not_screen(const json& status, const std::string& head) {
  for (const json& one : part_of(status, "heads")) {
    if (text_of(one, "name") != head) continue;
    if (!is_true(one, "heard"))
      return fmt::format("{}: nothing is heard of it, so it is {}.\n", head, text_of(one, "view", "unknown"));
    std::string text;
    for (const json& service : part_of(one, "services"))
      text += hang(fmt::format("{} for {}: ", head, text_of(service, "service")), text_of(service, "sentence") + ".") +
              "\n";
    const std::string owner = text_of(status, "owner");
    if (owner == head) return text + fmt::format("{} is active.\n", head);
    if (!owner.empty()) text += fmt::format("{} is active, and nothing moves while it serves.\n", owner);
    return text + forecast_lines(part_of(status, "forecast"));
  }
  return fmt::format("{} is no head of this cell.\n", head);
}

std::string budget_screen(const json& b) {
  std::string text = fmt::format("Cell {}\n", text_of(b, "cell"));
  const std::int64_t by_power = number_of(b, "by_power_ms"), by_watchdog = number_of(b, "by_watchdog_ms");
  text += by_power > 0 ? fmt::format("  Power loss of the active, worst case: service back in {}\n", seconds(by_power))
                       : "  Power loss of the active: no power level is configured, so nothing verifies it off\n";
  text += fmt::format("    detect    {}\n", seconds(number_of(b, "detect_ms")));
  for (const auto& [name, key] : {std::pair{"decide", "decide"}, {"fence", "fence"}, {"takeover", "takeover"}})
    if (!part_of(b, key).empty()) text += fmt::format("    {} {}\n", pad(name, 9), terms(part_of(b, key)));
  if (by_watchdog > 0) text += fmt::format("  Hang of the active: {} by its watchdog\n", seconds(by_watchdog));
  if (number_of(b, "mounts_wait_ms") > 0)
    text += fmt::format("  Storage that is late: up to {} more\n", seconds(number_of(b, "mounts_wait_ms")));
  text += fmt::format("  Handover: {}\n\n", terms(part_of(b, "handover")));
  return text + safety(part_of(b, "inequality")) + "\n" + forecast_lines(part_of(b, "forecast"));
}

}  // namespace hactl
