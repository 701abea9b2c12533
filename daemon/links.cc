// Links by rtnetlink.
#include "daemon/links.h"

#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/object.h>
#include <netlink/route/link.h>

#include <fmt/format.h>

#include "daemon/refused.h"

namespace hacored {

namespace asio = boost::asio;

namespace {

void refuse_unless(int result, const char* what) {
  if (result < 0) throw Refused(fmt::format("netlink: {}: {}", what, nl_geterror(result)));
}

bool has_carrier(nl_cache* cache, const std::string& name) {
  rtnl_link* link = rtnl_link_get_by_name(cache, name.c_str());
  if (!link) return false;
  const bool carrier = rtnl_link_get_carrier(link) != 0;
  rtnl_link_put(link);
  return carrier;
}

}  // namespace

Links::Links(asio::io_context& io, std::vector<std::string> interfaces, Changed changed)
    : interfaces_{std::move(interfaces)}, changed_{std::move(changed)}, ready_{io} {
  socket_ = nl_socket_alloc();
  if (!socket_) throw Refused("netlink: no memory");
  nl_socket_disable_seq_check(socket_);
  refuse_unless(nl_connect(socket_, NETLINK_ROUTE), "connect");
  refuse_unless(nl_socket_add_membership(socket_, RTNLGRP_LINK), "subscribe to links");
  nl_cache* cache = nullptr;
  refuse_unless(rtnl_link_alloc_cache(socket_, AF_UNSPEC, &cache), "list links");
  for (const std::string& name : interfaces_) carrier_.push_back(has_carrier(cache, name));
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
  for (std::size_t i = 0; name && i < interfaces_.size(); ++i) {
    if (interfaces_[i] != name) continue;
    const bool carrier = !gone && rtnl_link_get_carrier(link) != 0;
    if (carrier == carrier_[i]) continue;
    carrier_[i] = carrier;
    changed_(i, carrier);
  }
}

}  // namespace hacored
