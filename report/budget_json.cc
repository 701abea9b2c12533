// The budget for machines. Times are integer nanoseconds.
#include <nlohmann/json.hpp>

#include "report/budget.h"
#include "report/json.h"

namespace hasim {
namespace {

using Json = nlohmann::ordered_json;

Json terms_json(const std::vector<ha::TimeTerm>& terms) {
  Json json = Json::array();
  for (const ha::TimeTerm& term : terms) json.push_back({{"what", term.what}, {"ns", term.takes.count()}});
  return json;
}

Json inequality_json(const ha::Inequality& i) {
  return {{"right_ns", i.right.count()},           {"two_watchdogs_ns", i.two_watchdogs.count()},
          {"margin_ns", i.margin.count()},         {"drift_ppm", static_cast<std::int64_t>(i.drift)},
          {"needed_ns", i.needed.count()},         {"wait_ns", i.wait.count()},
          {"right_below_ns", i.right_max.count()}, {"holds", i.holds()}};
}

Json failures_json(const FailureRow& row) {
  return {{"v", 1},
          {"type", "failures"},
          {"failures", row.failures},
          {"rows", row.rows},
          {"automatic", row.automatic},
          {"served", row.served},
          {"outage_ns", row.outage.count()},
          {"state", row.state.empty() ? Json(nullptr) : Json(row.state)},
          {"remedy", row.remedy.empty() ? Json(nullptr) : Json(row.remedy)},
          {"violated", row.violated}};
}

Json budget_json(const BudgetView& view) {
  const ha::Budget& b = view.budget;
  Json json{{"v", 1},
            {"type", "budget"},
            {"config", view.config},
            {"cell", view.cell},
            {"owner", view.owner},
            {"detect_ns", b.detect.count()},
            {"decide", terms_json(b.decide)},
            {"fence", terms_json(b.fence)},
            {"takeover", terms_json(b.takeover)},
            {"handover", terms_json(b.handover)},
            {"by_power_ns", b.fence.empty() ? Json(nullptr) : Json(b.by_power().count())},
            {"by_watchdog_ns", b.has_right_to_run ? Json(b.by_watchdog().count()) : Json(nullptr)},
            {"typical_ns", view.typical.count() == 0 ? Json(nullptr) : Json(view.typical.count())}};
  json["inequality"] = b.has_right_to_run ? inequality_json(b.inequality) : Json(nullptr);
  json["unsafe"] = view.unsafe.empty() ? Json(nullptr) : Json(view.unsafe);
  return json;
}

}  // namespace

std::string json_budget(const BudgetView& view, int exit_code) {
  std::string text = json_line(budget_json(view));
  for (const FailureRow& row : view.singles) text += json_line(failures_json(row));
  for (const FailureRow& row : view.doubles) text += json_line(failures_json(row));
  return text + json_line({{"v", 1}, {"type", "summary"}, {"runs", view.runs}, {"exit", exit_code}});
}

}  // namespace hasim
