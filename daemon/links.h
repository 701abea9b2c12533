// Carrier of the interfaces that beats travel over or services have addresses on, as the kernel tells of it
// (rtnetlink).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

struct nl_sock;
struct nl_object;

namespace hacored {

class Links {
 public:
  using Changed = std::function<void(std::size_t index, bool carrier)>;

  /// Watches `interfaces`; `changed` is told of each whose carrier changes. Throws `Refused`.
  Links(boost::asio::io_context& io, const std::vector<std::string>& interfaces, Changed changed);
  ~Links();
  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;

  std::size_t size() const { return links_.size(); }
  /// Now; false also if there is no such interface.
  bool carrier(std::size_t index) const { return links_[index].carrier; }
  /// Bytes of the longest packet that it sends in one frame; 0 if there is no such interface.
  std::size_t mtu(std::size_t index) const { return links_[index].mtu; }

 private:
  struct Link {
    std::string interface;
    bool carrier = false;
    std::size_t mtu = 0;
  };

  void watch();
  void compare();
  void see(nl_object* object);

  std::vector<Link> links_;
  Changed changed_;
  nl_sock* socket_ = nullptr;
  boost::asio::posix::stream_descriptor ready_;
};

}  // namespace hacored
