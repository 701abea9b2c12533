#include "daemon/control_request.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace hacored {

namespace {

using ha::CommandKind;
using nlohmann::json;

constexpr std::array<std::pair<std::string_view, CommandKind>, 10> kOrders{
    {{"makeactive", CommandKind::makeactive},
     {"ack-off", CommandKind::acknowledge},
     {"maintenance-on", CommandKind::maintenance_on},
     {"maintenance-off", CommandKind::maintenance_off},
     {"standby-on", CommandKind::standby_on},
     {"standby-off", CommandKind::standby_off},
     {"leave", CommandKind::leave},
     {"cancel", CommandKind::cancel},
     {"drill", CommandKind::drill},
     {"reload", CommandKind::reload}}};

/// Longer maintenance is a cell without failover that was forgotten.
constexpr std::int64_t kLongestMaintenance = std::int64_t{31} * 24 * 3600;
constexpr std::int64_t kMostReports = 2000;

/// What is wrong with a request, said to whoever wrote it.
struct Wrong {
  std::string what;
};

bool fits_one_line(const std::string& text) {
  return text.size() <= kTextMax && std::none_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
         });
}

/// The keys of one request; each is taken at most once, and all must be known.
class Keys {
 public:
  explicit Keys(const json& object) : object_{object} {}

  void only(std::initializer_list<std::string_view> known) const {
    for (const auto& [key, value] : object_.items()) {
      if (key != "v" && key != "do" && std::find(known.begin(), known.end(), key) == known.end())
        throw Wrong{fmt::format("unknown key \"{}\"", key.substr(0, kTextMax))};
    }
  }
  std::string text(const char* key) const {
    const auto found = object_.find(key);
    if (found == object_.end()) return "";
    if (!found->is_string() || !fits_one_line(found->get_ref<const std::string&>()))
      throw Wrong{fmt::format("\"{}\" is not one line of at most {} characters", key, kTextMax)};
    return found->get<std::string>();
  }
  std::int64_t number(const char* key, std::int64_t otherwise, std::int64_t max) const {
    const auto found = object_.find(key);
    if (found == object_.end()) return otherwise;
    if (!found->is_number_unsigned() || found->get<std::uint64_t>() > static_cast<std::uint64_t>(max))
      throw Wrong{fmt::format("\"{}\" is not a number from 0 to {}", key, max)};
    return found->get<std::int64_t>();
  }
  bool flag(const char* key) const {
    const auto found = object_.find(key);
    if (found == object_.end()) return false;
    if (!found->is_boolean()) throw Wrong{fmt::format("\"{}\" is neither true nor false", key)};
    return found->get<bool>();
  }

 private:
  const json& object_;
};

CommandKind kind_of(const Keys& keys) {
  const std::string word = keys.text("order");
  if (const auto kind = order_of(word)) return *kind;
  throw Wrong{fmt::format("unknown order \"{}\"", word)};
}

Order order(const Keys& keys) {
  keys.only({"order", "service", "force", "force_reason", "for_s", "reason"});
  Order o;
  o.kind = kind_of(keys);
  o.service = keys.text("service");
  o.force = keys.flag("force");
  o.force_reason = keys.text("force_reason");
  o.reason = keys.text("reason");
  if (const std::int64_t s = keys.number("for_s", 0, kLongestMaintenance); s > 0) o.lasts = std::chrono::seconds{s};
  if (o.lasts && o.kind != CommandKind::maintenance_on) throw Wrong{"only maintenance ends by itself (\"for_s\")"};
  return o;
}

Request read(const json& object) {
  const Keys keys{object};
  const std::string what = keys.text("do");
  if (what == "status") return keys.only({}), AskStatus{};
  if (what == "budget") return keys.only({}), AskBudget{};
  if (what == "check") return keys.only({}), AskCheck{};
  if (what == "order") return order(keys);
  if (what == "drill-self") return keys.only({}), DrillSelf{};
  if (what == "why") {
    keys.only({"epoch"});
    return AskWhy{static_cast<std::uint64_t>(keys.number("epoch", 0, INT64_MAX))};
  }
  if (what == "log") {
    keys.only({"newest", "follow"});
    return AskLog{static_cast<std::uint32_t>(keys.number("newest", 20, kMostReports)), keys.flag("follow")};
  }
  if (what == "preflight") {
    keys.only({"order", "service"});
    return AskPreflight{kind_of(keys), keys.text("service")};
  }
  throw Wrong{fmt::format("unknown request \"{}\"", what)};
}

}  // namespace

std::variant<Request, std::string> decode_request_line(std::string_view line) {
  if (line.size() > kLineMax) return fmt::format("a request has at most {} bytes", kLineMax);
  const json object = json::parse(line, nullptr, false);
  if (!object.is_object()) return "a request is one JSON object on one line";
  const auto version = object.find("v");
  if (version == object.end() || *version != kControlVersion)
    return fmt::format("this hacored speaks version {} (\"v\")", kControlVersion);
  try {
    return read(object);
  } catch (const Wrong& wrong) { return wrong.what; }
}

std::string_view order_word(CommandKind kind) {
  const auto found = std::find_if(kOrders.begin(), kOrders.end(), [kind](const auto& o) { return o.second == kind; });
  return found == kOrders.end() ? "" : found->first;
}

std::optional<CommandKind> order_of(std::string_view word) {
  const auto found = std::find_if(kOrders.begin(), kOrders.end(), [word](const auto& o) { return o.first == word; });
  if (found == kOrders.end()) return std::nullopt;
  return found->second;
}

}  // namespace hacored
