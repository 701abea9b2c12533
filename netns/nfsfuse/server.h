// The way to an NFS server: each call is sent until it is answered, over as many connections as that takes.
//
// A server that does not answer is waited for as long as its machine acknowledges what it is sent; nothing is ever sent
// twice to a server that only hangs, so that no old write wakes behind a newer one. A connection is given up when it
// breaks or when that machine says nothing for `silence`; then all that is unanswered is sent again over a new one.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <string>

#include "netns/nfsfuse/rpc.h"

namespace hasim::nfsfuse {

using Clock = std::chrono::steady_clock;

struct Patience {
  /// So long the machine of the server may be silent.
  Clock::duration silence = std::chrono::seconds{60};
  /// So old a call becomes before it fails with EIO, as on a soft mount; 0: it never does.
  Clock::duration soft{0};
};

class Server {
 public:
  /// Gives a call to libnfs, by one of its rpc_…_async; 0 if it took it. Asked again for each connection.
  using Send = std::function<int(rpc_context* over, rpc_cb answered, void* call)>;
  struct Answer {
    int error = 0;            ///< an errno, and then there is no result
    void* result = nullptr;   ///< as libnfs decoded it; gone after `Done`
    bool sent_again = false;  ///< the server may have carried it out when it came first
  };
  using Done = std::function<void(const Answer&)>;
  /// Whether nobody waits for the call any longer; asked from time to time.
  using Abandoned = std::function<bool()>;

  Server(std::string host, std::uint16_t port, const Patience& patience);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void ask(Send send, Done done, Abandoned abandoned = {});

  /// What to poll for; -1: nothing now.
  int descriptor() const;
  short events() const;
  /// After so many milliseconds `look` is due, whatever happens; -1: only when something happens.
  int wait_ms() const;
  /// Does what is due; `happened` are the events that poll found.
  void look(short happened);

 private:
  struct Call {
    Server* to;
    Send send;
    Done done;  ///< empty: it was told already what came of it
    Abandoned abandoned;
    Clock::time_point born;
    int sent = 0;
    std::list<Call>::iterator self{};
  };
  static void on_answer(rpc_context*, int status, void* result, void* call);
  static void on_connect(rpc_context*, int status, void* text, void* server);
  void take(Call& call, int status, void* result);
  void connect();
  void connected();
  void disconnect();
  void send(std::list<Call>::iterator call);
  void give_up_calls();
  bool gives_up(Call& call) const;
  rpc_context* rpc() const { return nfs_get_rpc_context(nfs_); }

  std::string host_;
  std::uint16_t port_;
  Patience patience_;
  nfs_context* nfs_ = nullptr;
  bool up_ = false, broken_ = false;
  Clock::time_point connecting_since_, next_try_;
  Clock::duration pause_;  ///< before the next try
  std::list<Call> waiting_, under_way_;
};

}  // namespace hasim::nfsfuse
