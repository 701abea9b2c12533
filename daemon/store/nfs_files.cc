// A store on an NFS server.
#include "daemon/store/nfs_files.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

// In this order: each needs the one before.
#include <nfsc/libnfs.h>

#include <nfsc/libnfs-raw.h>

#include <nfsc/libnfs-raw-mount.h>
#include <nfsc/libnfs-raw-nfs.h>

namespace hacored {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::uint32_t kMode = 0600;
constexpr std::uint32_t kListBytes = 32768;
constexpr int kPollMilliseconds = 50;  ///< a connection that libnfs replaces under way is seen after this

nfs_fh3 in_call(std::string& handle) {
  nfs_fh3 fh;
  fh.data.data_len = static_cast<u_int>(handle.size());
  fh.data.data_val = handle.data();
  return fh;
}

diropargs3 in_call(std::string& directory, std::string& name) { return {in_call(directory), name.data()}; }

std::string from_answer(const nfs_fh3& fh) { return {fh.data.data_val, fh.data.data_len}; }

}  // namespace

/// One call that the loop waits for. `take` sees the answer while it exists.
struct NfsFiles::Call {
  bool over = false;
  bool heard = false;
  std::function<void(void*)> take;

  static void answered(rpc_context*, int status, void* answer, void* call) {
    auto* self = static_cast<Call*>(call);
    self->over = true;
    self->heard = status == RPC_STATUS_SUCCESS;
    if (self->heard && self->take) self->take(answer);
  }
};

NfsFiles::NfsFiles(std::string server, std::string directory, int side, ha::Duration timeout)
    : server_(std::move(server)), directory_path_(std::move(directory)), side_(side), timeout_(timeout) {}

NfsFiles::~NfsFiles() { disconnect(); }

void NfsFiles::begin() { until_ = Steady::now() + timeout_; }

rpc_context* NfsFiles::rpc() { return nfs_get_rpc_context(nfs_); }

void NfsFiles::disconnect() {
  if (nfs_ != nullptr) nfs_destroy_context(std::exchange(nfs_, nullptr));
}

/// Waits for the answer, no longer than the request may take. What was not answered by then costs the connection.
bool NfsFiles::await(Call& call) {
  while (!call.over) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until_ - Steady::now()).count();
    if (left <= 0) break;
    pollfd socket{rpc_get_fd(rpc()), static_cast<short>(rpc_which_events(rpc())), 0};
    if (poll(&socket, 1, static_cast<int>(std::min<long>(left + 1, kPollMilliseconds))) < 0 && errno != EINTR) break;
    if (rpc_service(rpc(), socket.revents) < 0) break;
  }
  return call.over && call.heard;
}

bool NfsFiles::finish(Call& call, int sent, const char* doing) {
  if (sent == 0 && await(call)) return true;
  const char* said = rpc_get_error(rpc());
  if (sent == 0 && Steady::now() >= until_) said = "no answer in time";
  why_ = fmt::format("{}: {}: {}", server_, doing, said != nullptr ? said : "the connection is lost");
  disconnect();  // while `call` exists: libnfs ends it now
  return false;
}

bool NfsFiles::connect_to(int program) {
  disconnect();
  nfs_ = nfs_init_context();
  if (nfs_ == nullptr) return false;
  nfs_set_autoreconnect(nfs_, 0);  // what a lost connection means is decided here, and libnfs would spin
  Call call;
  return finish(call, rpc_connect_program_async(rpc(), server_.c_str(), program, 3, Call::answered, &call), "connect");
}

/// The handle of the directory, by the mount protocol. The server remembers nothing of it that matters.
bool NfsFiles::mount() {
  if (!connect_to(MOUNT_PROGRAM)) return false;
  int refused = 0;
  Call call;
  call.take = [&](void* answer) {
    const auto* mounted = static_cast<mountres3*>(answer);
    refused = mounted->fhs_status;
    const auto& handle = mounted->mountres3_u.mountinfo.fhandle;
    if (refused == 0) directory_.assign(handle.fhandle3_val, handle.fhandle3_len);
  };
  if (!finish(call, rpc_mount3_mnt_async(rpc(), Call::answered, directory_path_.data(), &call), "mount")) return false;
  disconnect();
  if (refused != 0) why_ = fmt::format("{} refuses to mount {}: {}", server_, directory_path_, std::strerror(refused));
  return refused == 0;
}

bool NfsFiles::connected() {
  if (nfs_ != nullptr && !directory_.empty()) return true;
  if (directory_.empty() && !mount()) return false;
  return connect_to(NFS_PROGRAM);
}

Fate NfsFiles::fate_of(int status, const char* doing, const std::string& name) {
  if (status == NFS3_OK) return Fate::done;
  why_ = fmt::format("{}: {} {}/{}: {}", server_, doing, directory_path_, name, nfsstat3_to_str(status));
  switch (status) {
    case NFS3ERR_NOENT: return Fate::absent;
    case NFS3ERR_EXIST: return Fate::exists;
    case NFS3ERR_STALE:
    case NFS3ERR_BADHANDLE:
      directory_.clear();
      leases_.clear();
      disconnect();
      return Fate::unknown;
    case NFS3ERR_IO:
    case NFS3ERR_JUKEBOX:
    case NFS3ERR_SERVERFAULT: return Fate::unknown;
    default: return Fate::refused;
  }
}

/// One call of NFSv3. `send` gives it to libnfs, `take` sees the result of one that the server granted.
template <class Result, class Send, class Take>
Fate NfsFiles::ask(const char* doing, const std::string& name, Send send, Take take) {
  if (!connected()) return Fate::unknown;
  int status = 0;
  Call call;
  call.take = [&](void* answer) {
    auto& result = *static_cast<Result*>(answer);
    status = result.status;
    if (status == NFS3_OK) take(result);
  };
  if (!finish(call, send(rpc(), &call), doing)) return Fate::unknown;
  return fate_of(status, doing, name);
}

Fate NfsFiles::find(const std::string& name, Handle& handle) {
  if (const auto known = leases_.find(name); known != leases_.end()) {
    handle = known->second;
    return Fate::done;
  }
  std::string of = name;
  const auto send = [&](rpc_context* to, Call* call) {
    LOOKUP3args args{in_call(directory_, of)};
    return rpc_nfs3_lookup_async(to, Call::answered, &args, call);
  };
  const Fate fate = ask<LOOKUP3res>("look up", name, send,
                                    [&](LOOKUP3res& found) { handle = from_answer(found.LOOKUP3res_u.resok.object); });
  if (fate == Fate::done && name.starts_with("lease.")) leases_[name] = handle;
  return fate;
}

Fate NfsFiles::read(const std::string& name, std::vector<std::byte>& to) {
  Handle handle;
  if (const Fate found = find(name, handle); found != Fate::done) return found;
  const auto send = [&](rpc_context* server, Call* call) {
    READ3args args{in_call(handle), 0, kFileBytesMax};
    return rpc_nfs3_read_async(server, Call::answered, &args, call);
  };
  return ask<READ3res>("read", name, send, [&](READ3res& got) {
    const auto& bytes = got.READ3res_u.resok.data;
    const auto* first = reinterpret_cast<const std::byte*>(bytes.data_val);
    to.assign(first, first + bytes.data_len);
  });
}

Fate NfsFiles::write(const Handle& handle, const std::string& name, std::size_t offset,
                     std::span<const std::byte> bytes) {
  std::string of = handle;
  std::string copy(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto send = [&](rpc_context* to, Call* call) {
    WRITE3args args{};
    args.file = in_call(of);
    args.offset = offset;
    args.count = static_cast<count3>(copy.size());
    args.stable = FILE_SYNC;
    args.data.data_len = static_cast<u_int>(copy.size());
    args.data.data_val = copy.data();
    return rpc_nfs3_write_async(to, Call::answered, &args, call);
  };
  bool whole = false;
  const Fate fate = ask<WRITE3res>("write", name, send, [&](WRITE3res& wrote) {
    const auto& ok = wrote.WRITE3res_u.resok;
    whole = ok.count == copy.size() && ok.committed == FILE_SYNC;
  });
  if (fate != Fate::done || whole) return fate;
  why_ = fmt::format("{}: write {}: cut short, or not durable", server_, name);
  return Fate::unknown;
}

Fate NfsFiles::overwrite(const std::string& name, std::size_t offset, std::span<const std::byte> bytes) {
  Handle handle;
  if (const Fate found = find(name, handle); found != Fate::done) return found;
  return write(handle, name, offset, bytes);
}

Fate NfsFiles::make(const std::string& name, Handle& handle) {
  std::string of = name;
  const auto send = [&](rpc_context* to, Call* call) {
    CREATE3args args{};
    args.where = in_call(directory_, of);
    args.how.mode = GUARDED;
    args.how.createhow3_u.g_obj_attributes.mode.set_it = 1;
    args.how.createhow3_u.g_obj_attributes.mode.set_mode3_u.mode = kMode;
    return rpc_nfs3_create_async(to, Call::answered, &args, call);
  };
  const Fate fate = ask<CREATE3res>("create", name, send, [&](CREATE3res& made) {
    const auto& object = made.CREATE3res_u.resok.obj;
    if (object.handle_follows != 0) handle = from_answer(object.post_op_fh3_u.handle);
  });
  return fate == Fate::done && handle.empty() ? find(name, handle) : fate;
}

/// The one step that others see: the complete file gets its name, or the name is taken.
Fate NfsFiles::link(const Handle& handle, const std::string& name) {
  std::string from = handle;
  std::string to = name;
  const auto send = [&](rpc_context* server, Call* call) {
    LINK3args args{in_call(from), in_call(directory_, to)};
    return rpc_nfs3_link_async(server, Call::answered, &args, call);
  };
  return ask<LINK3res>("link", name, send, [](LINK3res&) {});
}

Fate NfsFiles::create(const std::string& name, std::span<const std::byte> bytes) {
  const std::string scratch = scratch_name(side_);
  Handle handle;
  Fate fate = make(scratch, handle);
  if (fate != Fate::done) return fate;
  fate = write(handle, scratch, 0, bytes);
  if (fate == Fate::done) fate = link(handle, name);
  const std::string why = why_;
  (void)remove(scratch);
  why_ = why;
  return fate;
}

Fate NfsFiles::list(std::vector<std::string>& names) {
  names.clear();
  cookie3 cookie = 0;
  cookieverf3 verifier{};
  for (bool all = false; !all;) {
    const auto send = [&](rpc_context* to, Call* call) {
      READDIR3args args{};
      args.dir = in_call(directory_);
      args.cookie = cookie;
      std::memcpy(args.cookieverf, verifier, sizeof verifier);
      args.count = kListBytes;
      return rpc_nfs3_readdir_async(to, Call::answered, &args, call);
    };
    const Fate fate = ask<READDIR3res>("list", "", send, [&](READDIR3res& page) {
      const auto& ok = page.READDIR3res_u.resok;
      std::memcpy(verifier, ok.cookieverf, sizeof verifier);
      for (const void* at = ok.reply.entries; at != nullptr;) {
        entry3 entry;
        std::memcpy(&entry, at, sizeof entry);  // libnfs does not align them
        names.emplace_back(entry.name);
        cookie = entry.cookie;
        at = entry.nextentry;
      }
      all = ok.reply.eof != 0 || ok.reply.entries == nullptr;
    });
    if (fate != Fate::done) return fate;
  }
  return Fate::done;
}

Fate NfsFiles::remove(const std::string& name) {
  std::string of = name;
  const auto send = [&](rpc_context* to, Call* call) {
    REMOVE3args args{in_call(directory_, of)};
    return rpc_nfs3_remove_async(to, Call::answered, &args, call);
  };
  return ask<REMOVE3res>("remove", name, send, [](REMOVE3res&) {});
}

}  // namespace hacored
