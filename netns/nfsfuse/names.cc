// Names: who is found, made, moved and removed.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include <fmt/format.h>

#include "netns/nfsfuse/file_system.h"

namespace hasim::nfsfuse {

// ---------------------------------------------------------------------------------------------------------------
// What was found or made

/// The kernel is told of a node, which it will have to forget; `open`: it is opened, too.
void FileSystem::enter(Request request, const Handle& handle, const fattr3& attributes, const Open* open) {
  fuse_entry_param entry{};
  entry.attr = stat_of(attributes);
  entry.ino = nodes_.look_up(handle);
  const bool inherits = S_ISDIR(entry.attr.st_mode) && (entry.attr.st_mode & S_ISGID) != 0;
  nodes_.at(entry.ino).group_of_children = inherits ? std::optional{entry.attr.st_gid} : std::nullopt;
  if (open != nullptr) nodes_.open(entry.ino);
  const int told = open != nullptr ? fuse_reply_create(request, &entry, open) : fuse_reply_entry(request, &entry);
  if (told == 0) return;
  if (open != nullptr) (void)nodes_.close(entry.ino);  // who asked is gone, and so nobody will
  nodes_.forget(entry.ino, 1);
}

/// A server need not say what it has made.
void FileSystem::enter(Request request, const Place& at, const post_op_fh3& handle, const post_op_attr& attributes,
                       const Open* open) {
  if (handle.handle_follows == 0) return find(request, at, open);
  const auto& bytes = handle.post_op_fh3_u.handle.data;
  const Handle found(bytes.data_val, bytes.data_len);
  if (attributes.attributes_follow != 0) return enter(request, found, attributes.post_op_attr_u.attributes, open);
  find(request, at, open);
}

void FileSystem::find(Request request, const Place& at, const Open* open) {
  const std::optional<Open> opened = open != nullptr ? std::optional{*open} : std::nullopt;
  ask<LOOKUP3res>(request, call::lookup(at), [this, request, opened](const LOOKUP3res& result) {
    const LOOKUP3resok& found = result.LOOKUP3res_u.resok;
    const Handle handle(found.object.data.data_val, found.object.data.data_len);
    const Open* const as = opened ? &*opened : nullptr;
    if (found.obj_attributes.attributes_follow != 0)
      return enter(request, handle, found.obj_attributes.post_op_attr_u.attributes, as);
    attributes(request, handle, [this, request, handle, opened](const fattr3& all) {
      enter(request, handle, all, opened ? &*opened : nullptr);
    });
  });
}

void FileSystem::lookup(Request request, NodeId in, std::string name) {
  find(request, place(in, std::move(name)), nullptr);
}

// ---------------------------------------------------------------------------------------------------------------
// What is made

/// A directory may say which group its children have; a directory in it says the same.
sattr3 FileSystem::made_by(Request request, NodeId in, mode_t mode) {
  const fuse_ctx& who = *fuse_req_ctx(request);
  const std::optional<gid_t> group = nodes_.at(in).group_of_children;
  return of_new_file(group && S_ISDIR(mode) ? mode | S_ISGID : mode, who.uid, group.value_or(who.gid));
}

void FileSystem::create(Request request, NodeId in, std::string name, mode_t mode, const Open& open) {
  const Place at = place(in, std::move(name));
  sattr3 as = made_by(request, in, mode);
  if ((open.flags & O_EXCL) != 0) return create_alone(request, at, as, open);
  if ((open.flags & O_TRUNC) != 0) as.size = {1, {0}};  // somebody may have made it meanwhile
  ask<CREATE3res>(request, call::create(at, as), [this, request, at, open](const CREATE3res& result) {
    const CREATE3resok& made = result.CREATE3res_u.resok;
    enter(request, at, made.obj, made.obj_attributes, &open);
  });
}

/// The server remembers the verifier, in place of the attributes: these follow.
void FileSystem::create_alone(Request request, const Place& at, const sattr3& as, const Open& open) {
  call::Verifier verifier{};
  const auto pid = static_cast<std::uint32_t>(::getpid());
  const auto number = static_cast<std::uint32_t>(++made_ ^ static_cast<std::uint64_t>(::time(nullptr)) << 16U);
  std::memcpy(verifier.data(), &pid, sizeof pid);
  std::memcpy(verifier.data() + sizeof pid, &number, sizeof number);
  ask<CREATE3res>(request, call::create_exclusive(at, verifier), [this, request, at, as, open](const CREATE3res&) {
    ask<LOOKUP3res>(request, call::lookup(at), [this, request, at, as, open](const LOOKUP3res& result) {
      const auto& bytes = result.LOOKUP3res_u.resok.object.data;
      sattr3 all = as;
      all.atime.set_it = all.mtime.set_it = SET_TO_SERVER_TIME;
      ask<SETATTR3res>(request, call::setattr({bytes.data_val, bytes.data_len}, all),
                       [this, request, at, open](const SETATTR3res&) { find(request, at, &open); });
    });
  });
}

void FileSystem::mkdir(Request request, NodeId in, std::string name, mode_t mode) {
  const Place at = place(in, std::move(name));
  ask<MKDIR3res>(
      request, call::mkdir(at, made_by(request, in, mode | S_IFDIR)),
      [this, request, at](const MKDIR3res&) { find(request, at, nullptr); }, EEXIST);
}

void FileSystem::mknod(Request request, NodeId in, std::string name, mode_t mode, dev_t device) {
  const Place at = place(in, std::move(name));
  const sattr3 as = made_by(request, in, mode);
  const auto made = [this, request, at](const auto&) { find(request, at, nullptr); };
  switch (mode & S_IFMT) {
    case S_IFREG: return ask<CREATE3res>(request, call::create(at, as), made);
    case S_IFIFO: return ask<MKNOD3res>(request, call::mknod(at, NF3FIFO, 0, as), made, EEXIST);
    case S_IFSOCK: return ask<MKNOD3res>(request, call::mknod(at, NF3SOCK, 0, as), made, EEXIST);
    case S_IFCHR: return ask<MKNOD3res>(request, call::mknod(at, NF3CHR, device, as), made, EEXIST);
    case S_IFBLK: return ask<MKNOD3res>(request, call::mknod(at, NF3BLK, device, as), made, EEXIST);
    default: fuse_reply_err(request, EINVAL);
  }
}

void FileSystem::symlink(Request request, std::string target, NodeId in, std::string name) {
  const Place at = place(in, std::move(name));
  ask<SYMLINK3res>(
      request, call::symlink(at, std::move(target), made_by(request, in, 0777)),
      [this, request, at](const SYMLINK3res&) { find(request, at, nullptr); }, EEXIST);
}

void FileSystem::link(Request request, NodeId file, NodeId in, std::string name) {
  const Place at = place(in, std::move(name));
  ask<LINK3res>(
      request, call::link(nodes_.at(file).handle, at),
      [this, request, at](const LINK3res&) { find(request, at, nullptr); }, EEXIST);
}

// ---------------------------------------------------------------------------------------------------------------
// What is removed and moved

/// What somebody here has open gets a name that nobody looks for, so that he can go on with it.
void FileSystem::hide_if_open(Request request, const Place& at, std::function<void(bool)> then) {
  if (!nodes_.any_open()) return then(false);
  server_.ask(
      call::lookup(at),
      [this, request, at, then = std::move(then)](const Server::Answer& answer) {
        if (answer.error != 0) return void(fuse_reply_err(request, answer.error));
        const auto& result = *static_cast<LOOKUP3res*>(answer.result);
        const auto& bytes = result.LOOKUP3res_u.resok.object.data;
        const Node* const node =
            result.status == NFS3_OK ? nodes_.open_in_sight({bytes.data_val, bytes.data_len}) : nullptr;
        if (node == nullptr) return then(false);
        const Place hidden{at.directory, fmt::format(".nfs{:x}.{:x}.{:x}", ::getpid(), ::time(nullptr), ++hidden_)};
        ask<RENAME3res>(
            request, call::rename(at, hidden),
            [this, handle = node->handle, hidden, then](const RENAME3res&) {
              if (Node* still = nodes_.open_in_sight(handle)) {
                still->hidden = hidden;
                return then(true);
              }
              server_.ask(call::remove(hidden), [then](const Server::Answer&) { then(true); });  // closed meanwhile
            },
            ENOENT);
      },
      waits(request));
}

void FileSystem::unlink(Request request, NodeId in, std::string name) {
  const Place at = place(in, std::move(name));
  hide_if_open(request, at, [this, request, at](bool hidden) {
    if (hidden) return void(fuse_reply_err(request, 0));
    ask<REMOVE3res>(
        request, call::remove(at), [request](const REMOVE3res&) { fuse_reply_err(request, 0); }, ENOENT);
  });
}

void FileSystem::rmdir(Request request, NodeId in, std::string name) {
  ask<RMDIR3res>(
      request, call::rmdir(place(in, std::move(name))), [request](const RMDIR3res&) { fuse_reply_err(request, 0); },
      ENOENT);
}

/// NFSv3 knows no flags of renameat2(2).
void FileSystem::rename(Request request, NodeId from_in, std::string from_name, NodeId to_in, std::string to_name,
                        unsigned flags) {
  if (flags != 0) return void(fuse_reply_err(request, EINVAL));
  const Place from = place(from_in, std::move(from_name)), to = place(to_in, std::move(to_name));
  hide_if_open(request, to, [this, request, from, to](bool) {
    ask<RENAME3res>(
        request, call::rename(from, to), [request](const RENAME3res&) { fuse_reply_err(request, 0); }, ENOENT);
  });
}

}  // namespace hasim::nfsfuse
