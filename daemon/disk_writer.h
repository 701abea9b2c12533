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

  /// When the record under way was given; kNever: there is none.
  ha::Instant writing_since() const { return writing_since_; }

 private:
  void work();

  boost::asio::io_context& io_;
  Slots& slots_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<std::pair<ha::DiskRecord, std::function<void(bool)>>> job_;
  bool ends_ = false;
  ha::Instant writing_since_ = ha::kNever;  ///< of the io_context's thread
  std::thread thread_;
};

}  // namespace hacored
