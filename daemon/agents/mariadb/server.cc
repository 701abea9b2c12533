// libmariadb counts in whole seconds; the server ends a statement before that.
#include "daemon/agents/mariadb/server.h"

#include <fmt/core.h>
#include <mariadb/mysql.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>

namespace hacored::agents {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr unsigned kOutOfMemory = 2008;

unsigned whole_seconds(milliseconds limit) {
  return static_cast<unsigned>(std::max(seconds{1}, std::chrono::ceil<seconds>(limit)).count());
}

SqlRow read_row(MYSQL_RES& result, MYSQL_ROW values) {
  SqlRow row;
  const unsigned long* lengths = mysql_fetch_lengths(&result);
  const MYSQL_FIELD* fields = mysql_fetch_fields(&result);
  for (unsigned i = 0; i < mysql_num_fields(&result); ++i)
    if (values[i] != nullptr) row[fields[i].name] = std::string(values[i], lengths[i]);
  return row;
}

}  // namespace

void Server::Close::operator()(st_mysql* connection) const { mysql_close(connection); }

void Server::fail(const std::string& what) {
  throw SqlFailure{{AgentExit::failed, ha::Reason::database_failed,
                    fmt::format("{}: {} ({})", what, mysql_error(connection_.get()), mysql_errno(connection_.get()))},
                   mysql_errno(connection_.get())};
}

Server::Server(const Access& access) : connection_{mysql_init(nullptr)} {
  if (!connection_)
    throw SqlFailure{{AgentExit::failed, ha::Reason::database_failed, "no memory for a connection"}, kOutOfMemory};
  const unsigned limit = whole_seconds(access.answer_max);
  const unsigned by_socket = MYSQL_PROTOCOL_SOCKET;
  mysql_options(connection_.get(), MYSQL_OPT_PROTOCOL, &by_socket);
  for (const auto option : {MYSQL_OPT_CONNECT_TIMEOUT, MYSQL_OPT_READ_TIMEOUT, MYSQL_OPT_WRITE_TIMEOUT})
    mysql_options(connection_.get(), option, &limit);
  if (mysql_real_connect(connection_.get(), nullptr, access.user.c_str(), nullptr, nullptr, 0, access.socket.c_str(),
                         0) == nullptr)
    fail(fmt::format("logging in as {} at {}", access.user, access.socket));
  // Shorter than ours: nothing that we have given up may still be done.
  order(fmt::format("SET SESSION lock_wait_timeout=1, innodb_lock_wait_timeout=1, max_statement_time={:.3f}",
                    std::chrono::duration<double>(access.answer_max).count() * 0.8));
}

std::vector<SqlRow> Server::rows(const std::string& sql) {
  if (mysql_real_query(connection_.get(), sql.data(), sql.size()) != 0) fail(sql);
  const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> result{mysql_store_result(connection_.get()),
                                                                        &mysql_free_result};
  if (!result && mysql_field_count(connection_.get()) != 0) fail(sql);
  std::vector<SqlRow> rows;
  if (!result) return rows;
  while (MYSQL_ROW values = mysql_fetch_row(result.get())) rows.push_back(read_row(*result, values));
  return rows;
}

SqlRow Server::row(const std::string& sql) {
  const std::vector<SqlRow> all = rows(sql);
  return all.empty() ? SqlRow{} : all.front();
}

std::string Server::value(const std::string& sql) { return row(sql)["value"]; }

bool Server::is_set(const std::string& variable) { return value("SELECT @@GLOBAL." + variable + " AS value") == "1"; }

pid_t Server::process() const {
  ucred who{};
  socklen_t size = sizeof who;
  return ::getsockopt(mysql_get_socket(connection_.get()), SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 ? who.pid : 0;
}

}  // namespace hacored::agents
