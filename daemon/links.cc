// Links by rtnetlink.
#include "daemon/links.h"

#include <netlink/netlink.h>
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
  refuse_unless(rtnl_link_alloc_cache(socket_, AF_UNSPEC, &cache_), "list links");
  refuse_unless(nl_socket_set_nonblocking(socket_), "set non-blocking");
  for (const std::string& name : interfaces_) carrier_.push_back(has_carrier(cache_, name));
  ready_.assign(nl_socket_get_fd(socket_));
  watch();
}

Links::~Links() {
  ready_.release();
  if (cache_) nl_cache_free(cache_);
  if (socket_) nl_socket_free(socket_);
}

void Links::watch() {
  ready_.async_wait(asio::posix::stream_descriptor::wait_read, [this](boost::system::error_code error) {
    if (error) return;
    compare();
    watch();
  });
}

/// What exactly the message says does not matter: the list is read again.
void Links::compare() {
  nl_socket_modify_cb(
      socket_, NL_CB_VALID, NL_CB_CUSTOM, [](nl_msg*, void*) -> int { return NL_OK; }, nullptr);
  while (nl_recvmsgs_default(socket_) == 0) {}
  nl_sock* question = nl_socket_alloc();
  if (question && nl_connect(question, NETLINK_ROUTE) == 0) nl_cache_refill(question, cache_);
  if (question) nl_socket_free(question);
  for (std::size_t i = 0; i < interfaces_.size(); ++i) {
    const bool carrier = has_carrier(cache_, interfaces_[i]);
    if (carrier == carrier_[i]) continue;
    carrier_[i] = carrier;
    changed_(i, carrier);
  }
}

}  // namespace hacored
