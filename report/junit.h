// JUnit XML for CI: one suite a class, one case a run name.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace hasim {

/// Collects cases in the order in which they come, and writes the file's text.
class JunitReport {
 public:
  /// `failure` is empty for a run that holds; else its headline, and `details` the report.
  void add(const std::string& suite, const std::string& name, const std::string& failure, const std::string& details);
  std::string xml() const;

 private:
  struct Case {
    std::string name, failure, details;
  };
  std::map<std::string, std::vector<Case>> suites_;
};

}  // namespace hasim
