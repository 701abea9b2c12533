// The servers are started without a shell around them, and die with the test.
#include "tests/daemon_agents/mariadb_pair.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <filesystem>
#include <thread>

#include "daemon/file_descriptor.h"

namespace hacored::agents::testing {
namespace {

using std::chrono::milliseconds;

constexpr const char* kServer = "/usr/sbin/mariadbd";
constexpr const char* kInstall = "/usr/bin/mariadb-install-db";

/// The account of whoever runs the tests: a socket of the server knows who connects.
std::string my_name() {
  const passwd* me = ::getpwuid(::geteuid());
  return me == nullptr ? "root" : me->pw_name;
}

int free_port() {
  const FileDescriptor any{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const place = reinterpret_cast<sockaddr*>(&address);
  if (::bind(any.get(), place, size) != 0 || ::getsockname(any.get(), place, &size) != 0) std::abort();
  return ntohs(address.sin_port);
}

pid_t spawn(std::vector<std::string> words, const std::string& log) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  ::dup2(out, 1);
  ::dup2(out, 2);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

std::vector<std::string> as_root(std::vector<std::string> words) {
  if (::geteuid() == 0) words.emplace_back("--user=root");
  return words;
}

/// The data of a new server.
void install(const std::string& folder) {
  const pid_t child =
      spawn(as_root({kInstall, "--no-defaults", "--datadir=" + folder, "--skip-test-db",
                     "--auth-root-authentication-method=socket", "--auth-root-socket-user=" + my_name(),
                     "--tmpdir=" + std::filesystem::path{folder}.parent_path().string(), "--innodb-log-file-size=4M"}),
            folder + ".log");
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0) << text_of(folder + ".log");
}

}  // namespace

bool soon(const std::function<bool()>& true_at_last) {
  constexpr int kLooks = 500;
  for (int i = 0; i < kLooks; ++i) {
    if (true_at_last()) return true;
    ::poll(nullptr, 0, 20);
  }
  return false;
}

Database::Database(std::string folder, int id, std::array<int, 2> ports)
    : folder_(std::move(folder)), id_(id), ports_(ports) {}

Database::~Database() { crash(); }

void Database::boot(const std::vector<std::string>& more) {
  std::vector<std::string> words{kServer,
                                 "--no-defaults",
                                 "--datadir=" + folder_ + "/data",
                                 "--tmpdir=" + folder_,  // in a shared one each deletes what others have there
                                 "--socket=" + socket(),
                                 "--pid-file=" + folder_ + "/pid",
                                 "--bind-address=127.0.0.1",
                                 fmt::format("--port={}", ports_.at(static_cast<std::size_t>(id_ - 1))),
                                 fmt::format("--server-id={}", id_),
                                 "--log-bin=bin",
                                 "--log-slave-updates=1",
                                 "--gtid-strict-mode=1",
                                 "--binlog-format=ROW",
                                 "--read-only=1",
                                 "--slave-net-timeout=4",
                                 "--rpl-semi-sync-slave-enabled=1",
                                 "--rpl-semi-sync-master-wait-point=AFTER_SYNC",
                                 "--rpl-semi-sync-master-timeout=60000",
                                 "--innodb-buffer-pool-size=8M",
                                 "--innodb-log-file-size=4M",
                                 "--performance-schema=0"};
  words.insert(words.end(), more.begin(), more.end());
  pid_ = spawn(as_root(words), folder_ + "/log");
  const auto answers = [this] {
    try {
      return !value("1").empty();
    } catch (const Failure&) { return false; }
  };
  ASSERT_TRUE(soon(answers)) << text_of(folder_ + "/log");
}

void Database::introduce() const {
  Server server = log_in();
  server.order("SET SESSION sql_log_bin=0");
  server.order("CREATE USER repl@'127.0.0.1' IDENTIFIED BY 'secret'");
  server.order("GRANT REPLICATION SLAVE ON *.* TO repl@'127.0.0.1'");
  server.order("CREATE USER app@localhost IDENTIFIED BY ''");
  server.order("GRANT ALL ON cell.* TO app@localhost");
  server.order(
      fmt::format("CHANGE MASTER TO master_host='127.0.0.1', master_port={}, master_user='repl',"
                  " master_password='secret', master_use_gtid=slave_pos, master_connect_retry=1",
                  ports_.at(static_cast<std::size_t>(2 - id_))));
  server.order("START SLAVE");
}

void Database::crash() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void Database::signal(int number) const { ::kill(pid_, number); }

Server Database::log_in(const std::string& account) const {
  return Server{{socket(), account.empty() ? my_name() : account, milliseconds{5000}}};
}

Ran Database::act(const std::string& action, std::map<std::string, std::string> more) const {
  more.insert({{"HACORE_SOCKET", socket()},
               {"HACORE_USER", my_name()},
               {"HACORE_RUN_DIR", folder_},
               {"HACORE_RESOURCE", "mysql"},
               {"HACORE_PEER", id_ == 1 ? "head2" : "head1"},
               {"HACORE_ANSWER_MAX", "1"},
               {"HACORE_SERVER_MAX", "0"},
               {"HACORE_TIME_LEFT", "10"}});
  return run("resource-mariadb", action, more);
}

std::string Database::says(const std::string& action, const std::map<std::string, std::string>& more) const {
  const Ran ran = act(action, more);
  if (!ran.err.empty()) fmt::print("{} on head{}: {}", action, id_, ran.err);
  std::string reason = ran.out.substr(std::min(ran.out.find('=') + 1, ran.out.size()));
  while (reason.ends_with('\n')) reason.pop_back();
  return ran.exit == 0 ? "done" : fmt::format("{} {}", ran.exit, reason);
}

void MariadbPair::SetUp() {
  if (::access(kServer, X_OK) != 0 || ::access(kInstall, X_OK) != 0)
    GTEST_SKIP() << "no MariaDB server here: apt-get install mariadb-server-core mariadb-client-core";
  static const Folder empty;  // installed once for all tests of this process
  if (!std::filesystem::exists(empty / "data")) install(empty / "data");
  const std::array<int, 2> ports{free_port(), free_port()};
  head1_ = begin(empty, 1, ports);
  ASSERT_EQ(head1_->says("start"), "done");
  head2_ = begin(empty, 2, ports);
  // From the first check on at which it is connected, commits wait for the replica.
  ASSERT_TRUE(soon([this] {
    return head1_->says("status") == "done" && head1_->value("@@GLOBAL.rpl_semi_sync_master_enabled") == "1";
  }));
}

std::unique_ptr<Database> MariadbPair::begin(const Folder& empty, int id, const std::array<int, 2>& ports) const {
  const std::string its = folder_ / fmt::format("head{}", id);
  std::filesystem::create_directory(its);
  std::filesystem::copy(empty / "data", its + "/data", std::filesystem::copy_options::recursive);
  auto database = std::make_unique<Database>(its, id, ports);
  database->boot();
  database->introduce();
  return database;
}

void MariadbPair::make_table() {
  head1_->order("CREATE DATABASE cell");
  head1_->order("CREATE TABLE cell.jobs (n INT PRIMARY KEY) ENGINE=InnoDB");
  ASSERT_TRUE(soon([this] { return follows(*head2_, *head1_); }));
}

void MariadbPair::make_admin() {
  head1_->order("CREATE USER admin@localhost IDENTIFIED BY ''");
  head1_->order("GRANT ALL ON *.* TO admin@localhost");
}

std::string MariadbPair::rows(const Database& of) {
  Server server = of.log_in();
  server.order("SET SESSION group_concat_max_len=1000000");
  return server.value("SELECT GROUP_CONCAT(n ORDER BY n) AS value FROM cell.jobs");
}

bool MariadbPair::follows(const Database& follower, const Database& owner) {
  return follower.value("@@GLOBAL.gtid_slave_pos") == owner.value("@@GLOBAL.gtid_binlog_pos");
}

}  // namespace hacored::agents::testing
