// Makes records durable on a thread of its own: a disk that hangs must not stop beats of a core that need no disk.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include <boost/asio/io_context.hpp>

#include "daemon/slots.h"

namespace hacored {

class DiskWriter {
 public:
  DiskWriter(boost::asio::io_context& io, Slots& slots);
  ~DiskWriter();
  DiskWriter(const DiskWriter&) = delete;
  DiskWriter& operator=(const DiskWriter&) = delete;

  /// `then(durable)` is called from the io_context. One record at a time.
  void write(const ha::DiskRecord& record, std::function<void(bool)> then);

 private:
  void work();

  boost::asio::io_context& io_;
  Slots& slots_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<std::pair<ha::DiskRecord, std::function<void(bool)>>> job_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace hacored
