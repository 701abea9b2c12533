// Whether the disk under the state of this head still takes what is written. Asked on a thread of its own, because who
// asks a disk that hangs does not come back.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "core/event.h"

namespace hacored {

/// Below this a file system counts as full.
inline constexpr std::uint64_t kRoomMin = 1 << 20;

/// Blocks for as long as the disk takes. `disk_dead`: what is written to a file of `folder` does not reach the disk;
/// `disk_full`: a core can still promise, for its slots have their room, but nothing else works for long [ST09].
ha::Fitness look_at_disk(const std::string& folder);

class DiskCheck {
 public:
  DiskCheck(boost::asio::io_context& io, std::string folder);
  /// Does not wait for a disk that hangs.
  ~DiskCheck();
  DiskCheck(const DiskCheck&) = delete;
  DiskCheck& operator=(const DiskCheck&) = delete;

  /// Answers from the io_context; one question at a time.
  void look(std::function<void(const ha::Fitness&)> then);

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;  ///< with the thread, which may outlive this
};

}  // namespace hacored
