#include "daemon/control_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include "daemon/control_request.h"
#include "daemon/refused.h"

namespace hacored {

namespace asio = boost::asio;
using boost::system::error_code;
using Socket = asio::local::stream_protocol::socket;

namespace {

/// The terminal of a process, from its controlling device in /proc/PID/stat.
std::string tty_of(pid_t pid) {
  std::ifstream file{fmt::format("/proc/{}/stat", pid)};
  std::string line;
  std::getline(file, line);
  const std::size_t name_ends = line.rfind(')');  // the name may contain anything
  if (name_ends == std::string::npos) return "no terminal";
  unsigned number = 0;
  if (std::sscanf(line.c_str() + name_ends + 1, " %*c %*d %*d %*d %u", &number) != 1 || number == 0)
    return "no terminal";
  const unsigned major = number >> 8 & 0xfff, minor = (number & 0xff) | (number >> 12 & 0xfff00);
  if (major >= 136 && major <= 143) return fmt::format("pts/{}", (major - 136) * 256 + minor);
  return major == 4 ? fmt::format("{}{}", minor < 64 ? "tty" : "ttyS", minor < 64 ? minor : minor - 64)
                    : fmt::format("terminal {}:{}", major, minor);
}

std::vector<gid_t> groups_of(int fd) {
  std::vector<gid_t> groups(64);
  auto bytes = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
  int done = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &bytes);
  if (done != 0 && errno == ERANGE) {
    groups.resize(bytes / sizeof(gid_t));
    done = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &bytes);
  }
  groups.resize(done == 0 ? bytes / sizeof(gid_t) : 0);
  return groups;
}

std::optional<Caller> caller_of(Socket& socket) {
  ucred peer{};
  socklen_t bytes = sizeof peer;
  const int fd = socket.native_handle();
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &bytes) != 0) return std::nullopt;
  Caller caller{peer.pid, peer.uid, groups_of(fd), tty_of(peer.pid), false};
  caller.groups.push_back(peer.gid);
  return caller;
}

void set_owner_and_mode(const std::string& path, const ControlGroups& groups) {
  const bool given = !groups.orders || chown(path.c_str(), static_cast<uid_t>(-1), *groups.orders) == 0;
  if (!given || chmod(path.c_str(), groups.viewers ? 0666 : 0660) != 0)
    throw Refused(fmt::format("control socket {}: {}", path, std::strerror(errno)));
}

bool is_member(const Caller& caller, std::optional<gid_t> group) {
  return group && std::find(caller.groups.begin(), caller.groups.end(), *group) != caller.groups.end();
}

}  // namespace

nlohmann::json error_answer(const std::string& error) {
  return {{"v", kControlVersion}, {"type", "error"}, {"error", error}};
}

std::string Caller::name() const { return uid == 0 ? "root" : fmt::format("uid {}", uid); }

Conversation::Conversation(Socket socket, Caller caller, const ControlLimits& limits, Ask ask)
    : socket_{std::move(socket)},
      silence_{socket_.get_executor()},
      caller_{std::move(caller)},
      limits_{limits},
      ask_{std::move(ask)} {}

void Conversation::begin() {
  wait_for_silence();
  read();
}

void Conversation::close() {
  error_code ignored;
  socket_.close(ignored);
}

void Conversation::refuse(const std::string& error) {
  last_word_ = true;
  say(error_answer(error));
}

void Conversation::expect(bool more) {
  expecting_ += more ? 1 : -1;
  wait_for_silence();
}

void Conversation::wait_for_silence() {
  silence_.expires_after(limits_.silence);
  silence_.async_wait([self = weak_from_this()](error_code error) {
    const auto me = self.lock();
    if (!error && me && !me->expected()) me->close();
  });
}

void Conversation::read() {
  asio::async_read_until(socket_, asio::dynamic_buffer(received_, kLineMax), '\n',
                         [me = shared_from_this()](error_code error, std::size_t bytes) {
                           if (error == asio::error::not_found) return me->refuse("the line is too long");
                           if (error) return me->close();
                           const std::string line = me->received_.substr(0, bytes - 1);
                           me->received_.erase(0, bytes);
                           me->wait_for_silence();
                           me->ask_(me, line);
                           if (me->open() && !me->last_word_) me->read();
                         });
}

void Conversation::say(const nlohmann::json& line) {
  if (!open()) return;
  unsent_.push_back(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  unsent_bytes_ += unsent_.back().size();
  if (unsent_bytes_ > limits_.unsent) return close();
  if (unsent_.size() == 1) write();
}

void Conversation::write() {
  asio::async_write(socket_, asio::buffer(unsent_.front()), [me = shared_from_this()](error_code error, std::size_t) {
    if (error || !me->open()) return me->close();
    me->unsent_bytes_ -= me->unsent_.front().size();
    me->unsent_.pop_front();
    if (!me->unsent_.empty()) return me->write();
    if (me->last_word_) me->close();
  });
}

ControlSocket::ControlSocket(asio::io_context& io, std::string path, ControlGroups groups, ControlLimits limits,
                             Ask ask)
    : path_{std::move(path)}, groups_{groups}, limits_{limits}, ask_{std::move(ask)}, acceptor_{io}, again_{io} {
  unlink(path_.c_str());  // of a hacored that was killed
  try {
    const asio::local::stream_protocol::endpoint here{path_};
    acceptor_.open();
    acceptor_.bind(here);
    set_owner_and_mode(path_, groups_);
    acceptor_.listen();
  } catch (const boost::system::system_error& error) {
    throw Refused(fmt::format("control socket {}: {}", path_, error.code().message()));
  }
  accept();
}

ControlSocket::~ControlSocket() {
  unlink(path_.c_str());
  for (const auto& one : conversations_)
    if (const auto conversation = one.lock()) conversation->close();
}

void ControlSocket::accept() {
  acceptor_.async_accept([this](error_code error, Socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) {
      welcome(std::move(socket));
      return accept();
    }
    again_.expires_after(std::chrono::seconds{1});
    again_.async_wait([this](error_code cancelled) {
      if (!cancelled) accept();
    });
  });
}

bool ControlSocket::may_order(const Caller& caller) const {
  return caller.uid == 0 || caller.uid == geteuid() || is_member(caller, groups_.orders);
}

bool ControlSocket::may_look(const Caller& caller) const {
  return may_order(caller) || is_member(caller, groups_.viewers);
}

/// The connection that has been there for the longest without waiting for anything gives way.
void ControlSocket::make_room() {
  conversations_.remove_if([](const auto& one) { return one.expired() || !one.lock()->open(); });
  if (conversations_.size() < limits_.connections) return;
  const auto idle = std::find_if(conversations_.begin(), conversations_.end(),
                                 [](const auto& one) { return !one.lock()->expected(); });
  if (idle == conversations_.end()) return;
  idle->lock()->close();
  conversations_.erase(idle);
}

void ControlSocket::welcome(Socket socket) {
  std::optional<Caller> caller = caller_of(socket);
  if (!caller) return;
  caller->may_order = may_order(*caller);
  const bool allowed = may_look(*caller);
  make_room();
  const bool full = conversations_.size() >= limits_.connections;
  const auto conversation = std::make_shared<Conversation>(std::move(socket), *caller, limits_, ask_);
  if (!allowed) return conversation->refuse("only root and the groups of [control] may ask hacored");
  if (full) return conversation->refuse("too many connections");
  conversations_.push_back(conversation);
  conversation->begin();
}

}  // namespace hacored
