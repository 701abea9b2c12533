// One page, written in place again and again.
#include "daemon/disk_check.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include <boost/asio/post.hpp>

#include "daemon/file_descriptor.h"
#include "daemon/fitness.h"

namespace hacored {
namespace {

struct alignas(4096) Page {
  std::array<std::byte, 4096> bytes{};
};

/// 0, or the error. The file is as the slots are: of a size that stays, and written past the page cache where the file
/// system lets us.
int write_in_place(const std::string& path) {
  constexpr int kFlags = O_RDWR | O_CREAT | O_DSYNC | O_CLOEXEC | O_NOFOLLOW;
  FileDescriptor file{open(path.c_str(), kFlags | O_DIRECT, 0600)};
  if (!file && errno == EINVAL) file = FileDescriptor{open(path.c_str(), kFlags, 0600)};
  if (!file) return errno;
  const Page page;
  const ssize_t wrote = pwrite(file.get(), page.bytes.data(), page.bytes.size(), 0);
  if (wrote < 0) return errno;
  return wrote == static_cast<ssize_t>(page.bytes.size()) ? 0 : ENOSPC;
}

}  // namespace

ha::Fitness look_at_disk(const std::string& folder) {
  const int error = write_in_place(folder + "/check");
  const bool no_room = error == ENOSPC || error == EDQUOT;
  struct statvfs on {};
  if ((error != 0 && !no_room) || statvfs(folder.c_str(), &on) != 0) return unfit(ha::Reason::disk_dead);
  const bool no_files = on.f_files != 0 && on.f_favail == 0;  // of some file systems the number is unlimited: 0
  const bool full = no_room || no_files || on.f_bavail * on.f_frsize < kRoomMin;
  return full ? unfit(ha::Reason::disk_full) : ha::Fitness{};
}

struct DiskCheck::Shared {
  using Then = std::function<void(const ha::Fitness&)>;

  Shared(boost::asio::io_context& to, std::string of) : io{&to}, folder{std::move(of)} {}

  void work() {
    std::unique_lock lock{mutex};
    for (;;) {
      changed.wait(lock, [this] { return !io || asked; });
      if (!io) return;
      const Then then = std::move(*asked);
      asked.reset();
      lock.unlock();
      const ha::Fitness found = look_at_disk(folder);
      lock.lock();
      if (io) boost::asio::post(*io, [then, found] { then(found); });
    }
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::optional<Then> asked;
  boost::asio::io_context* io;  ///< null: nobody wants to know any more
  const std::string folder;
};

DiskCheck::DiskCheck(boost::asio::io_context& io, std::string folder)
    : shared_{std::make_shared<Shared>(io, std::move(folder))} {
  std::thread{[shared = shared_] { shared->work(); }}.detach();
}

DiskCheck::~DiskCheck() {
  {
    const std::lock_guard lock{shared_->mutex};
    shared_->io = nullptr;
  }
  shared_->changed.notify_one();
}

void DiskCheck::look(std::function<void(const ha::Fitness&)> then) {
  {
    const std::lock_guard lock{shared_->mutex};
    shared_->asked = std::move(then);
  }
  shared_->changed.notify_one();
}

}  // namespace hacored
