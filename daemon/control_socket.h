// The Unix socket on which hacored is asked: lines in, lines out. It knows who asks, and it bounds everything that a
// caller could make grow: connections, the length of a line, what waits to be read, and how long somebody may be
// silent.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <nlohmann/json.hpp>

namespace hacored {

/// Who is at the other end, as the kernel says it (SO_PEERCRED, SO_PEERGROUPS).
struct Caller {
  pid_t pid = 0;
  uid_t uid = 0;
  std::vector<gid_t> groups;
  std::string tty;  ///< "pts/2", or "no terminal"
  bool may_order = false;

  std::string name() const;  ///< "root", or "uid 1000": no name service is asked, for it may hang
};

/// Who may ask beside root and the user of this process; none: nobody.
struct ControlGroups {
  std::optional<gid_t> orders{};   ///< may look and give orders
  std::optional<gid_t> viewers{};  ///< may only look
};

/// Nobody beyond these may ask.
struct ControlLimits {
  std::size_t connections = 16;
  std::size_t unsent = std::size_t{1} << 20;  ///< bytes that wait for a slow reader
  std::chrono::milliseconds silence{30'000};  ///< without a request, unless something is awaited or followed
};

/// One connection.
class Conversation : public std::enable_shared_from_this<Conversation> {
 public:
  using Ask = std::function<void(const std::shared_ptr<Conversation>&, std::string_view line)>;

  Conversation(boost::asio::local::stream_protocol::socket socket, Caller caller, const ControlLimits& limits, Ask ask);

  const Caller& caller() const { return caller_; }
  /// Sends one line. A reader that does not read is dropped.
  void say(const nlohmann::json& line);
  /// Something is awaited or followed here: silence is no reason to hang up until the matching `false`.
  void expect(bool more);
  bool open() const { return socket_.is_open(); }
  bool expected() const { return expecting_ > 0; }

  void begin();
  void close();
  /// Says a last word and hangs up.
  void refuse(const std::string& error);

 private:
  void read();
  void write();
  void wait_for_silence();

  boost::asio::local::stream_protocol::socket socket_;
  boost::asio::steady_timer silence_;
  Caller caller_;
  ControlLimits limits_;
  Ask ask_;
  std::string received_;
  std::deque<std::string> unsent_;
  std::size_t unsent_bytes_ = 0;
  int expecting_ = 0;
  bool last_word_ = false;
};

class ControlSocket {
 public:
  using Ask = Conversation::Ask;

  /// Listens at `path`, mode 0660, or 0666 where there are viewers: a file has one group. Throws `Refused`.
  ControlSocket(boost::asio::io_context& io, std::string path, ControlGroups groups, ControlLimits limits, Ask ask);
  ~ControlSocket();
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

 private:
  void accept();
  void welcome(boost::asio::local::stream_protocol::socket socket);
  bool may_order(const Caller& caller) const;
  bool may_look(const Caller& caller) const;
  void make_room();

  std::string path_;
  ControlGroups groups_;
  ControlLimits limits_;
  Ask ask_;
  boost::asio::local::stream_protocol::acceptor acceptor_;
  boost::asio::steady_timer again_;  ///< after `accept` failed, for example without a file descriptor left
  std::list<std::weak_ptr<Conversation>> conversations_;  ///< oldest first
};

/// An error answer, as `say` sends it.
nlohmann::json error_answer(const std::string& error);

}  // namespace hacored
