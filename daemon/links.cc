// Links by rtnetlink.
#include "daemon/links.h"

#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/object.h>
#include <netlink/route/link.h>
#include <sys/socket.h>

#include <utility>

#include <fmt/format.h>

#include "daemon/refused.h"

namespace hacored {

namespace asio = boost::asio;

namespace {

constexpr int kReceiveBytes = 1 << 20;  ///< a machine that starts many containers tells of all their links at once

void refuse_unless(int result, const char* what) {
  if (result < 0) throw Refused(fmt::format("netlink: {}: {}", what, nl_geterror(result)));
}

}  // namespace

Links::Links(asio::io_context& io, const std::vector<std::string>& interfaces, Changed changed)
    : changed_{std::move(changed)}, ready_{io} {
  for (const std::string& interface : interfaces) links_.push_back({.interface = interface});
  socket_ = nl_socket_alloc();
  if (!socket_) throw Refused("netlink: no memory");
  nl_socket_disable_seq_check(socket_);
  refuse_unless(nl_connect(socket_, NETLINK_ROUTE), "connect");
  setsockopt(nl_socket_get_fd(socket_), SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBytes, sizeof kReceiveBytes);
  refuse_unless(nl_socket_add_membership(socket_, RTNLGRP_LINK), "subscribe to links");
  nl_cache* cache = nullptr;
  refuse_unless(rtnl_link_alloc_cache(socket_, AF_UNSPEC, &cache), "list links");
  for (Link& link : links_) {
    rtnl_link* const found = rtnl_link_get_by_name(cache, link.interface.c_str());
    if (!found) continue;
    link.carrier = rtnl_link_get_carrier(found) != 0;
    link.mtu = rtnl_link_get_mtu(found);
    rtnl_link_put(found);
  }
  nl_cache_free(cache);
  refuse_unless(nl_socket_set_nonblocking(socket_), "set non-blocking");
  ready_.assign(nl_socket_get_fd(socket_));
  watch();
}

Links::~Links() {
  ready_.release();
  if (socket_) nl_socket_free(socket_);
}

void Links::watch() {
  ready_.async_wait(asio::posix::stream_descriptor::wait_read, [this](boost::system::error_code error) {
    if (error) return;
    compare();
    watch();
  });
}

/// Each message names a link and how it is now; nothing is asked, for an answer may take the kernel seconds while an
/// interface resets.
void Links::compare() {
  nl_socket_modify_cb(
      socket_, NL_CB_VALID, NL_CB_CUSTOM,
      [](nl_msg* message, void* self) -> int {
        nl_msg_parse(
            message, [](nl_object* object, void* of) { static_cast<Links*>(of)->see(object); }, self);
        return NL_OK;
      },
      this);
  while (nl_recvmsgs_default(socket_) == 0) {}
}

void Links::see(nl_object* object) {
  auto* link = reinterpret_cast<rtnl_link*>(object);
  const char* name = rtnl_link_get_name(link);
  const bool gone = nl_object_get_msgtype(object) == RTM_DELLINK;
  for (std::size_t i = 0; name && i < links_.size(); ++i) {
    if (links_[i].interface != name) continue;
    links_[i].mtu = gone ? 0 : rtnl_link_get_mtu(link);
    const bool carrier = !gone && rtnl_link_get_carrier(link) != 0;
    if (std::exchange(links_[i].carrier, carrier) != carrier) changed_(i, carrier);
  }
}

}  // namespace hacored
