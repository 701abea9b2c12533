// Two real MariaDB servers on this machine, each the replica of the other by GTID, as on the two heads of a cell. Each
// has data, a socket and a folder of hacored's of its own, and listens on 127.0.0.1 for the other one.
#pragma once

#include <sys/types.h>

#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "daemon/agents/mariadb/server.h"
#include "tests/daemon/folder.h"
#include "tests/daemon_agents/agent_run.h"

namespace hacored::agents::testing {

/// Looks again and again, and gives up after some seconds.
[[nodiscard]] bool soon(const std::function<bool()>& true_at_last);

class Database {
 public:
  Database(std::string folder, int id, std::array<int, 2> ports);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Starts the server as systemd would, and waits until it answers.
  void boot(const std::vector<std::string>& more = {});
  void crash();
  /// SIGSTOP, SIGCONT …
  void signal(int number) const;

  Server log_in(const std::string& account = {}) const;
  void order(const std::string& sql) const { log_in().order(sql); }
  /// Of an expression.
  std::string value(const std::string& sql) const { return log_in().value("SELECT (" + sql + ") AS value"); }
  std::string slave(const std::string& column) const { return log_in().row("SHOW SLAVE STATUS")[column]; }

  /// resource-mariadb on that head.
  Ran act(const std::string& action, std::map<std::string, std::string> more = {}) const;

  /// Its exit status, and the reason that it gave.
  std::string says(const std::string& action, const std::map<std::string, std::string>& more = {}) const;

  std::string socket() const { return folder_ + "/socket"; }

  /// What the administrator does once on each head.
  void introduce() const;

 private:
  std::string folder_;
  int id_;
  std::array<int, 2> ports_;
  pid_t pid_ = -1;
};

/// Both are up, head1 was opened by its agent, and head2 follows it.
class MariadbPair : public ::testing::Test {
 protected:
  void SetUp() override;

  /// A table of the users, which both have.
  void make_table();
  /// Somebody who may write although it is read only.
  void make_admin();
  /// What stands in it, sorted.
  static std::string rows(const Database& of);
  /// `follower` has applied everything that the other one wrote.
  static bool follows(const Database& follower, const Database& owner);

  std::unique_ptr<Database> begin(const Folder& empty, int id, const std::array<int, 2>& ports) const;

  Folder folder_;
  std::unique_ptr<Database> head1_, head2_;
};

}  // namespace hacored::agents::testing
