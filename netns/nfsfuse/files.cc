// Files: what is in them, and what is known of them.
#include <algorithm>
#include <cerrno>
#include <fstream>

#include <fmt/format.h>

#include "netns/nfsfuse/file_system.h"

namespace hasim::nfsfuse {
namespace {

constexpr double kNotRemembered = 0;        ///< seconds
constexpr unsigned long kKill = 1UL << 8U;  ///< SIGKILL, in the masks of /proc

bool is_being_killed(pid_t thread) {
  std::ifstream status{fmt::format("/proc/{}/status", thread)};
  for (std::string word; status >> word;)
    if ((word == "SigPnd:" || word == "ShdPnd:") && status >> word && (std::stoul(word, nullptr, 16) & kKill) != 0)
      return true;
  return false;
}

}  // namespace

Server::Abandoned FileSystem::waits(Request request) {
  return [request] { return fuse_req_interrupted(request) != 0 && is_being_killed(fuse_req_ctx(request)->pid); };
}

void FileSystem::attributes(Request request, const Handle& handle, Found then) {
  ask<GETATTR3res>(request, call::getattr(handle), [then = std::move(then)](const GETATTR3res& result) {
    then(result.GETATTR3res_u.resok.obj_attributes);
  });
}

void FileSystem::getattr(Request request, NodeId id) {
  attributes(request, nodes_.at(id).handle, [request](const fattr3& found) {
    const struct stat all = stat_of(found);
    fuse_reply_attr(request, &all, kNotRemembered);
  });
}

void FileSystem::setattr(Request request, NodeId id, const struct stat& to, int set) {
  ask<SETATTR3res>(request, call::setattr(nodes_.at(id).handle, wanted(to, set)),
                   [this, request, id](const SETATTR3res&) { getattr(request, id); });
}

void FileSystem::readlink(Request request, NodeId id) {
  ask<READLINK3res>(request, call::readlink(nodes_.at(id).handle), [request](const READLINK3res& result) {
    fuse_reply_readlink(request, result.READLINK3res_u.resok.data);
  });
}

/// The kernel has just asked for its attributes, and forgets what it cached of it.
void FileSystem::open(Request request, NodeId id, const Open& open) {
  nodes_.open(id);
  if (fuse_reply_open(request, &open) != 0) release(nullptr, id);
}

void FileSystem::release(Request request, NodeId id) {
  if (const std::optional<Place> hidden = nodes_.close(id))
    server_.ask(call::remove(*hidden), [](const Server::Answer&) {});
  if (request != nullptr) fuse_reply_err(request, 0);
}

void FileSystem::read(Request request, NodeId id, std::size_t size, off_t offset) {
  read_on(request, nodes_.at(id).handle, static_cast<std::uint64_t>(offset), size, {});
}

/// The kernel takes a short answer for the end of the file, and a server may give less than it was asked for.
void FileSystem::read_on(Request request, const Handle& handle, std::uint64_t offset, std::size_t left,
                         std::string got) {
  const auto now = static_cast<std::uint32_t>(std::min<std::size_t>(left, limits_.read));
  ask<READ3res>(request, call::read(handle, offset, now),
                [this, request, handle, offset, left, got = std::move(got)](const READ3res& result) mutable {
                  const READ3resok& part = result.READ3res_u.resok;
                  const std::size_t size = std::min<std::size_t>(part.data.data_len, left);
                  got.append(part.data.data_val, size);
                  if (part.eof == 0 && size > 0 && size < left)
                    return read_on(request, handle, offset + size, left - size, std::move(got));
                  fuse_reply_buf(request, got.data(), got.size());
                });
}

/// At the end of the file means: where the server has it now. What the kernel writes out of its pages has its place.
void FileSystem::write(Request request, NodeId id, std::string bytes, off_t offset, const Open& open) {
  const Handle handle = nodes_.at(id).handle;
  if ((open.flags & O_APPEND) == 0 || open.writepage != 0)
    return write_on(request, handle, static_cast<std::uint64_t>(offset), std::move(bytes), 0);
  attributes(request, handle, [this, request, handle, bytes = std::move(bytes)](const fattr3& now) {
    write_on(request, handle, now.size, bytes, 0);
  });
}

void FileSystem::write_on(Request request, const Handle& handle, std::uint64_t offset, std::string bytes,
                          std::size_t written) {
  std::string part = bytes.substr(written, limits_.write);
  ask<WRITE3res>(request, call::write(handle, offset + written, std::move(part)),
                 [this, request, handle, offset, bytes = std::move(bytes), written](const WRITE3res& result) mutable {
                   const WRITE3resok& done = result.WRITE3res_u.resok;
                   if (done.count == 0 || done.committed != FILE_SYNC) return void(fuse_reply_err(request, EIO));
                   const std::size_t so_far = written + done.count;
                   if (so_far >= bytes.size()) return void(fuse_reply_write(request, bytes.size()));
                   write_on(request, handle, offset, std::move(bytes), so_far);
                 });
}

/// All that was written is stable already; a server that has lost it since says so here.
void FileSystem::sync(Request request, NodeId id) {
  ask<COMMIT3res>(request, call::commit(nodes_.at(id).handle),
                  [request](const COMMIT3res&) { fuse_reply_err(request, 0); });
}

void FileSystem::statfs(Request request) {
  ask<FSSTAT3res>(request, call::fsstat(nodes_.at(Nodes::kRoot).handle), [request](const FSSTAT3res& result) {
    const struct statvfs space = space_of(result.FSSTAT3res_u.resok);
    fuse_reply_statfs(request, &space);
  });
}

}  // namespace hasim::nfsfuse
