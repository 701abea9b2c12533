// One libnfs context for each connection: libnfs's own way to connect again turns in circles while nobody listens.
#include "netns/nfsfuse/server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <syslog.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace hasim::nfsfuse {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{50}, kLongestPause{1000};
constexpr int kLookEveryMs = 50;
constexpr int kAskIfAliveAfterSeconds = 1;

void set(int socket, int level, int option, int value) { ::setsockopt(socket, level, option, &value, sizeof value); }

}  // namespace

Server::Server(std::string host, std::uint16_t port, const Patience& patience)
    : host_(std::move(host)), port_(port), patience_(patience), pause_(kFirstPause) {}

Server::~Server() { disconnect(); }

void Server::ask(Send send_it, Done done, Abandoned abandoned) {
  waiting_.push_back({this, std::move(send_it), std::move(done), std::move(abandoned), Clock::now()});
  const auto call = std::prev(waiting_.end());
  call->self = call;
  if (up_ && !broken_) send(call);
}

int Server::descriptor() const { return nfs_ == nullptr ? -1 : rpc_get_fd(rpc()); }

short Server::events() const { return nfs_ == nullptr ? short{0} : static_cast<short>(rpc_which_events(rpc())); }

int Server::wait_ms() const {
  if (broken_) return 0;
  return waiting_.empty() && under_way_.empty() ? -1 : kLookEveryMs;
}

void Server::look(short happened) {
  if (nfs_ != nullptr && rpc_service(rpc(), happened) < 0) broken_ = true;
  if (nfs_ != nullptr && !up_ && Clock::now() - connecting_since_ > patience_.silence) broken_ = true;
  if (broken_) disconnect();
  give_up_calls();
  if (nfs_ == nullptr && !waiting_.empty() && Clock::now() >= next_try_) connect();
}

void Server::connect() {
  nfs_ = nfs_init_context();
  if (nfs_ == nullptr) return;
  nfs_set_autoreconnect(nfs_, 0);
  connecting_since_ = Clock::now();
  if (rpc_connect_async(rpc(), host_.c_str(), port_, on_connect, this) != 0) broken_ = true;
}

void Server::on_connect(rpc_context*, int status, void*, void* server) {
  auto* self = static_cast<Server*>(server);
  status == RPC_STATUS_SUCCESS ? self->connected() : void(self->broken_ = true);
}

void Server::connected() {
  const int socket = descriptor();
  set(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(socket, IPPROTO_TCP, TCP_KEEPIDLE, kAskIfAliveAfterSeconds);
  set(socket, IPPROTO_TCP, TCP_KEEPINTVL, kAskIfAliveAfterSeconds);
  set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(duration_cast<milliseconds>(patience_.silence).count()));
  // What is still in the socket when we let go of it must not be sent: it may be asked again over another one.
  const linger at_once{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  up_ = true;
  if (pause_ > kFirstPause) ::syslog(LOG_INFO, "%s answers again", host_.c_str());
  pause_ = kFirstPause;
  while (!waiting_.empty() && !broken_) send(waiting_.begin());
}

/// libnfs ends all calls now, and `take` puts them back.
void Server::disconnect() {
  up_ = false;
  if (nfs_ != nullptr) nfs_destroy_context(std::exchange(nfs_, nullptr));
  broken_ = false;
  next_try_ = Clock::now() + pause_;
  if (pause_ == kFirstPause && !waiting_.empty()) ::syslog(LOG_WARNING, "%s does not answer", host_.c_str());
  pause_ = std::min<Clock::duration>(2 * pause_, kLongestPause);
}

void Server::send(std::list<Call>::iterator call) {
  under_way_.splice(under_way_.end(), waiting_, call);
  ++call->sent;
  if (call->send(rpc(), on_answer, &*call) == 0) return;
  waiting_.splice(waiting_.end(), under_way_, call);
  broken_ = true;
}

void Server::on_answer(rpc_context*, int status, void* result, void* call) {
  auto* one = static_cast<Call*>(call);
  one->to->take(*one, status, result);
}

/// Whatever is no answer of the server's procedure is asked again over another connection.
void Server::take(Call& call, int status, void* result) {
  std::list<Call> mine;
  mine.splice(mine.end(), under_way_, call.self);
  const bool answered = status == RPC_STATUS_SUCCESS;
  if (!answered) broken_ = true;
  if (!call.done) return;
  if (answered) return call.done({0, result, call.sent > 1});
  waiting_.splice(waiting_.end(), mine);
}

/// What is on its way is forgotten only when libnfs lets go of it.
void Server::give_up_calls() {
  for (Call& call : under_way_)
    if (call.done) (void)gives_up(call);
  for (auto call = waiting_.begin(); call != waiting_.end();) {
    const auto next = std::next(call);
    if (gives_up(*call)) waiting_.erase(call);
    call = next;
  }
}

bool Server::gives_up(Call& call) const {
  const bool killed = call.abandoned && call.abandoned();
  const bool too_old = patience_.soft > Clock::duration{0} && Clock::now() - call.born > patience_.soft;
  if (!killed && !too_old) return false;
  std::exchange(call.done, {})({killed ? EINTR : EIO});
  return true;
}

}  // namespace hasim::nfsfuse
