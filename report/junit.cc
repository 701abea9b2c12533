// Writing XML that every reader of JUnit files understands.
#include "report/junit.h"

#include <fmt/format.h>

#include <algorithm>

namespace hasim {
namespace {

/// Text of an element. Characters that XML 1.0 cannot hold at all become `?`.
std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      default: safe += static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' ? '?' : c;
    }
  }
  return safe;
}

std::string suffix(std::size_t tests, std::size_t failures) {
  return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\"", tests, failures);
}

}  // namespace

void JunitReport::add(const std::string& suite, const std::string& name, const std::string& failure,
                      const std::string& details) {
  suites_[suite].push_back({name, failure, details});
}

std::string JunitReport::xml() const {
  std::string body;
  std::size_t all = 0, all_failed = 0;
  for (const auto& [suite, cases] : suites_) {
    const auto failed = static_cast<std::size_t>(
        std::count_if(cases.begin(), cases.end(), [](const Case& c) { return !c.failure.empty(); }));
    all += cases.size();
    all_failed += failed;
    body += fmt::format("  <testsuite name=\"{}\" {}>\n", escaped(suite), suffix(cases.size(), failed));
    for (const Case& one : cases) {
      const std::string head =
          fmt::format("    <testcase classname=\"{}\" name=\"{}\"", escaped(suite), escaped(one.name));
      if (one.failure.empty()) {
        body += head + "/>\n";
      } else {
        body += fmt::format("{}>\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n", head,
                            escaped(one.failure), escaped(one.details));
      }
    }
    body += "  </testsuite>\n";
  }
  return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"hasim\" {}>\n{}</testsuites>\n",
                     suffix(all, all_failed), body);
}

}  // namespace hasim
