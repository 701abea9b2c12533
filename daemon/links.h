// Carrier of the interfaces that beats travel over, as the kernel tells of it (rtnetlink).
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
  Links(boost::asio::io_context& io, std::vector<std::string> interfaces, Changed changed);
  ~Links();
  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;

  /// Now; false also if there is no such interface.
  bool carrier(std::size_t index) const { return carrier_[index]; }

 private:
  void watch();
  void compare();
  void see(nl_object* object);

  std::vector<std::string> interfaces_;
  std::vector<bool> carrier_;
  Changed changed_;
  nl_sock* socket_ = nullptr;
  boost::asio::posix::stream_descriptor ready_;
};

}  // namespace hacored
