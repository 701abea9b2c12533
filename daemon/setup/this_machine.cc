#include "daemon/setup/this_machine.h"

#include <net/if.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <memory>

#include <fmt/format.h>

#include "daemon/agent.h"
#include "daemon/agents/agent.h"
#include "daemon/agents/netlink.h"
#include "daemon/clock.h"

namespace hacored::setup {

ThisMachine::ThisMachine(const StopSignals& stop) : stop_{io_, dup(stop.fd())} {
  stop_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                   [this](boost::system::error_code error) { stopped_ = !error; });
}

Ended ThisMachine::run(Program program, ha::Duration limit) {
  program.deadline = now() + limit;
  const auto ended = std::make_shared<std::optional<Ended>>();
  runner_.run(program, [ended](const Ended& how) { *ended = how; });
  io_.restart();
  while (!*ended && !stopped_) io_.run_one();
  if (stopped_) throw Left{};
  return **ended;
}

std::string ThisMachine::host_name() const {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return {};
  const std::string whole{name.data()};
  return whole.substr(0, whole.find('.'));
}

std::vector<LocalAddress> ThisMachine::addresses() const {
  std::vector<LocalAddress> all;
  try {
    for (const agents::AssignedAddress& one : agents::Netlink{}.addresses()) {
      std::array<char, IF_NAMESIZE> name{};
      if (if_indextoname(static_cast<unsigned>(one.interface), name.data()) == nullptr) continue;
      all.push_back({name.data(), fmt::format("{}/{}", one.address.to_string(), one.address.prefix)});
    }
  } catch (const agents::Failure&) {  // nothing is known of them, and the tests say so
    all.clear();
  }
  return all;
}

bool ThisMachine::exists(const std::string& path) const { return access(path.c_str(), F_OK) == 0; }

std::optional<std::string> ThisMachine::first_line(const std::string& path) const {
  std::ifstream file{path};
  std::string line;
  return std::getline(file, line) ? std::optional{line} : std::nullopt;
}

std::optional<std::string> ThisMachine::in_path(const std::string& program) const {
  std::vector<std::string> folders;
  for (std::string rest = variable("PATH"); !rest.empty();) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    if (rest.starts_with('/')) folders.push_back(rest.substr(0, end));
    rest.erase(0, end + 1);
  }
  return find_agent(folders, program);
}

std::string ThisMachine::variable(const std::string& name) const {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::string{} : std::string{value};
}

}  // namespace hacored::setup
