// One thread, one record at a time.
#include "daemon/disk_writer.h"

#include <utility>

#include <boost/asio/post.hpp>

#include "core/check.h"
#include "daemon/clock.h"

namespace hacored {

DiskWriter::DiskWriter(boost::asio::io_context& io, Slots& slots)
    : io_{io}, slots_{slots}, thread_{[this] { work(); }} {}

DiskWriter::~DiskWriter() {
  {
    const std::lock_guard lock{mutex_};
    ends_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void DiskWriter::write(const ha::DiskRecord& record, std::function<void(bool)> then) {
  writing_since_ = now();
  {
    const std::lock_guard lock{mutex_};
    HA_CHECK(!job_);
    job_.emplace(record, std::move(then));
  }
  changed_.notify_one();
}

void DiskWriter::work() {
  std::unique_lock lock{mutex_};
  for (;;) {
    changed_.wait(lock, [this] { return ends_ || job_; });
    if (!job_) return;
    auto [record, then] = *std::exchange(job_, std::nullopt);
    lock.unlock();
    const bool durable = slots_.write(record);
    boost::asio::post(io_, [this, then = std::move(then), durable] {
      writing_since_ = ha::kNever;
      then(durable);
    });
    lock.lock();
  }
}

}  // namespace hacored
