// The MariaDB server of this head, spoken to over its unix socket. Every call has a limit, here and in the server
// itself, so that what it could not do in time it does not do later.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/agents/agent.h"

struct st_mysql;  // of libmariadb

namespace hacored::agents {

/// What the server, or the library on its behalf, said no with.
struct SqlFailure : Failure {
  unsigned code = 0;
};
inline constexpr unsigned kCannotConnect = 2002;  ///< of the library: nobody is there, or nobody who may be asked

/// By the name of the column; what is NULL is left out.
using SqlRow = std::map<std::string, std::string>;

class Server {
 public:
  struct Access {
    std::string socket;
    std::string user;
    std::chrono::milliseconds answer_max{};
  };

  /// Logs in. Throws `SqlFailure`, as all calls do.
  explicit Server(const Access& access);

  void order(const std::string& sql) { (void)rows(sql); }
  std::vector<SqlRow> rows(const std::string& sql);
  /// The first one; without any an empty one.
  SqlRow row(const std::string& sql);
  /// What stands in the column `value` of the first row.
  std::string value(const std::string& sql);
  bool is_set(const std::string& variable);

  /// The process at the other end.
  pid_t process() const;

 private:
  [[noreturn]] void fail(const std::string& what);

  struct Close {
    void operator()(st_mysql* connection) const;
  };
  std::unique_ptr<st_mysql, Close> connection_;
};

}  // namespace hacored::agents
