// Frames of full size on the paths: whether an echo request as long as the interface lets it be comes back from the
// peer. A beat is short and passes where what two heads have to tell one another may not fit one day [HB12].
#pragma once

#include <functional>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/agreement.h"
#include "daemon/ping.h"
#include "daemon/settings.h"

namespace hacored {

class FrameProbe {
 public:
  using Mtu = std::function<std::size_t(std::size_t path)>;  ///< of its interface; 0: there is none
  using Changed = std::function<void(std::size_t path)>;

  /// The kernel of the peer answers, whatever release runs there. Throws `Refused` as `Ping` does.
  FrameProbe(boost::asio::io_context& io, const Settings& settings, Mtu mtu, Changed changed);

  /// Probes every path each `ha::kChecksEvery` from now on.
  void start();

  /// False once two probes in a row came back short only: a long one did not, although a short one did.
  bool large_frames(std::size_t path) const { return !paths_[path].short_only.believed(); }

 private:
  struct Path {
    Ping ping;
    ha::Agreement<bool> short_only{};
  };

  void probe(std::size_t path);

  std::vector<Path> paths_;
  Mtu mtu_;
  Changed changed_;
  boost::asio::steady_timer timer_;
};

}  // namespace hacored
