// Who carries out what the kernel asks.
#include <cerrno>
#include <utility>

#include "netns/nfsfuse/file_system.h"

namespace hasim::nfsfuse {

FileSystem::FileSystem(Server& server, Handle root, const Limits& limits)
    : server_(server), nodes_(std::move(root)), limits_(limits) {}

fuse_lowlevel_ops FileSystem::operations() {
  static const auto of = [](Request request) -> FileSystem& {
    return *static_cast<FileSystem*>(fuse_req_userdata(request));
  };
  static const auto refuse_lock = [](Request request) { fuse_reply_err(request, ENOLCK); };
  fuse_lowlevel_ops all{};
  all.init = [](void*, fuse_conn_info* connection) {
    connection->want &= ~static_cast<unsigned>(FUSE_CAP_ATOMIC_O_TRUNC);  // the kernel truncates what it opens
  };
  all.forget = [](Request r, fuse_ino_t id, std::uint64_t lookups) {
    of(r).nodes_.forget(id, lookups);
    fuse_reply_none(r);
  };
  all.forget_multi = [](Request r, std::size_t count, fuse_forget_data* each) {
    for (std::size_t i = 0; i < count; ++i) of(r).nodes_.forget(each[i].ino, each[i].nlookup);
    fuse_reply_none(r);
  };
  all.lookup = [](Request r, fuse_ino_t in, const char* name) { of(r).lookup(r, in, name); };
  all.create = [](Request r, fuse_ino_t in, const char* name, mode_t mode, Open* open) {
    of(r).create(r, in, name, mode, *open);
  };
  all.mkdir = [](Request r, fuse_ino_t in, const char* name, mode_t mode) { of(r).mkdir(r, in, name, mode); };
  all.mknod = [](Request r, fuse_ino_t in, const char* name, mode_t mode, dev_t device) {
    of(r).mknod(r, in, name, mode, device);
  };
  all.symlink = [](Request r, const char* to, fuse_ino_t in, const char* name) { of(r).symlink(r, to, in, name); };
  all.link = [](Request r, fuse_ino_t file, fuse_ino_t in, const char* name) { of(r).link(r, file, in, name); };
  all.unlink = [](Request r, fuse_ino_t in, const char* name) { of(r).unlink(r, in, name); };
  all.rmdir = [](Request r, fuse_ino_t in, const char* name) { of(r).rmdir(r, in, name); };
  all.rename = [](Request r, fuse_ino_t from_in, const char* from, fuse_ino_t to_in, const char* to, unsigned flags) {
    of(r).rename(r, from_in, from, to_in, to, flags);
  };
  all.getattr = [](Request r, fuse_ino_t id, Open*) { of(r).getattr(r, id); };
  all.setattr = [](Request r, fuse_ino_t id, struct stat* to, int set, Open*) { of(r).setattr(r, id, *to, set); };
  all.readlink = [](Request r, fuse_ino_t id) { of(r).readlink(r, id); };
  all.open = [](Request r, fuse_ino_t id, Open* open) { of(r).open(r, id, *open); };
  all.release = [](Request r, fuse_ino_t id, Open*) { of(r).release(r, id); };
  all.read = [](Request r, fuse_ino_t id, std::size_t size, off_t from, Open*) { of(r).read(r, id, size, from); };
  all.write = [](Request r, fuse_ino_t id, const char* bytes, std::size_t size, off_t to, Open* open) {
    of(r).write(r, id, {bytes, size}, to, *open);
  };
  all.fsync = [](Request r, fuse_ino_t id, int, Open*) { of(r).sync(r, id); };
  all.fsyncdir = [](Request r, fuse_ino_t, int, Open*) { fuse_reply_err(r, 0); };  // names are stable when answered
  all.opendir = [](Request r, fuse_ino_t, Open* open) { opendir(r, *open); };
  all.readdir = [](Request r, fuse_ino_t id, std::size_t size, off_t from, Open* open) {
    of(r).readdir(r, id, size, from, *open);
  };
  all.releasedir = [](Request r, fuse_ino_t, Open* open) { releasedir(r, *open); };
  all.statfs = [](Request r, fuse_ino_t) { of(r).statfs(r); };
  all.getlk = [](Request r, fuse_ino_t, Open*, struct flock*) { refuse_lock(r); };
  all.setlk = [](Request r, fuse_ino_t, Open*, struct flock*, int) { refuse_lock(r); };
  all.flock = [](Request r, fuse_ino_t, Open*, int) { refuse_lock(r); };
  return all;
}

}  // namespace hasim::nfsfuse
