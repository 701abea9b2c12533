// Filling and writing the JUnit file.
#include "cli/junit_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "explore/sweep.h"
#include "report/numbers.h"
#include "report/verdict.h"

namespace hasim {

template <class Result>
void add_to_junit(JunitReport& junit, const RunRequest& request, const RunKey& key, const Result& result) {
  const Loaded& file = request.loaded[key.scenario];
  std::string headline, details;
  if (!result.holds) {
    const Broken* worst = gravest(result.broken);
    headline = worst == nullptr ? "did not start" : property_text(*worst, file.scenario.cases[key.case_index]);
    for (const Broken& broken : result.broken) {
      details += fmt::format("{} at {} s: {}\n", property_name(broken), seconds(broken.from), broken.message);
    }
    if (!result.failed_to_start.empty()) details += result.failed_to_start + "\n";
    details += fmt::format("hasim run {} -v\n", run_name(request.loaded, key));
  }
  junit.add(file.class_name, run_name(request.loaded, key), headline, details);
}

template void add_to_junit(JunitReport&, const RunRequest&, const RunKey&, const RunResult&);
template void add_to_junit(JunitReport&, const RunRequest&, const RunKey&, const Outcome&);

Exit write_junit(const JunitReport& junit, const std::string& path) {
  errno = 0;
  std::ofstream file(path, std::ios::binary);
  file << junit.xml();
  file.close();
  if (file.good()) return Exit::holds;
  complain(fmt::format("hasim run: cannot write --junit {}: {}\n", path, std::strerror(errno)));
  return Exit::failed;
}

}  // namespace hasim
