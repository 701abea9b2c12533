// libnfs encodes the arguments before its functions return, so that they may point into the call.
#include "netns/nfsfuse/calls.h"

#include <sys/sysmacros.h>

#include <cstring>
#include <utility>

namespace hasim::nfsfuse::call {
namespace {

nfs_fh3 in_call(Handle& handle) {
  nfs_fh3 fh{};
  fh.data.data_len = static_cast<u_int>(handle.size());
  fh.data.data_val = handle.data();
  return fh;
}

diropargs3 in_call(Place& at) { return {in_call(at.directory), at.name.data()}; }

/// A call whose arguments stand in `kept`: `fill` lets them point there.
template <class Args, class Kept, class Fill>
Send ready(int (*procedure)(rpc_context*, rpc_cb, Args*, void*), Kept kept, Fill fill) {
  return [procedure, kept = std::move(kept), fill](rpc_context* over, rpc_cb answered, void* call) mutable {
    Args args{};
    fill(args, kept);
    return procedure(over, answered, &args, call);
  };
}

}  // namespace

Send getattr(Handle of) {
  return ready(rpc_nfs3_getattr_async, std::move(of),
               [](GETATTR3args& args, Handle& kept) { args.object = in_call(kept); });
}

Send setattr(Handle of, const sattr3& to) {
  return ready(rpc_nfs3_setattr_async, std::move(of), [to](SETATTR3args& args, Handle& kept) {
    args.object = in_call(kept);
    args.new_attributes = to;
  });
}

Send lookup(Place at) {
  return ready(rpc_nfs3_lookup_async, std::move(at), [](LOOKUP3args& args, Place& kept) { args.what = in_call(kept); });
}

Send readlink(Handle of) {
  return ready(rpc_nfs3_readlink_async, std::move(of),
               [](READLINK3args& args, Handle& kept) { args.symlink = in_call(kept); });
}

Send read(Handle from, std::uint64_t offset, std::uint32_t size) {
  return ready(rpc_nfs3_read_async, std::move(from), [offset, size](READ3args& args, Handle& kept) {
    args.file = in_call(kept);
    args.offset = offset;
    args.count = size;
  });
}

Send write(Handle to, std::uint64_t offset, std::string bytes) {
  using Kept = std::pair<Handle, std::string>;
  return ready(rpc_nfs3_write_async, Kept{std::move(to), std::move(bytes)}, [offset](WRITE3args& args, Kept& kept) {
    args.file = in_call(kept.first);
    args.offset = offset;
    args.count = static_cast<count3>(kept.second.size());
    args.stable = FILE_SYNC;
    args.data.data_len = args.count;
    args.data.data_val = kept.second.data();
  });
}

Send commit(Handle of) {
  return ready(rpc_nfs3_commit_async, std::move(of),
               [](COMMIT3args& args, Handle& kept) { args.file = in_call(kept); });  // from 0, all of it
}

Send create(Place at, const sattr3& as) {
  return ready(rpc_nfs3_create_async, std::move(at), [as](CREATE3args& args, Place& kept) {
    args.where = in_call(kept);
    args.how.mode = UNCHECKED;
    args.how.createhow3_u.obj_attributes = as;
  });
}

Send create_exclusive(Place at, const Verifier& verifier) {
  return ready(rpc_nfs3_create_async, std::move(at), [verifier](CREATE3args& args, Place& kept) {
    args.where = in_call(kept);
    args.how.mode = EXCLUSIVE;
    std::memcpy(args.how.createhow3_u.verf, verifier.data(), verifier.size());
  });
}

Send mkdir(Place at, const sattr3& as) {
  return ready(rpc_nfs3_mkdir_async, std::move(at), [as](MKDIR3args& args, Place& kept) {
    args.where = in_call(kept);
    args.attributes = as;
  });
}

Send symlink(Place at, std::string target, const sattr3& as) {
  using Kept = std::pair<Place, std::string>;
  return ready(rpc_nfs3_symlink_async, Kept{std::move(at), std::move(target)}, [as](SYMLINK3args& args, Kept& kept) {
    args.where = in_call(kept.first);
    args.symlink.symlink_attributes = as;
    args.symlink.symlink_data = kept.second.data();
  });
}

Send mknod(Place at, ftype3 type, dev_t device, const sattr3& as) {
  return ready(rpc_nfs3_mknod_async, std::move(at), [type, device, as](MKNOD3args& args, Place& kept) {
    args.where = in_call(kept);
    args.what.type = type;
    if (type == NF3CHR || type == NF3BLK)  // both arms of the union look alike, and so do those of pipes and sockets
      args.what.mknoddata3_u.chr_device = {as, {major(device), minor(device)}};
    else
      args.what.mknoddata3_u.pipe_attributes = as;
  });
}

Send remove(Place at) {
  return ready(rpc_nfs3_remove_async, std::move(at),
               [](REMOVE3args& args, Place& kept) { args.object = in_call(kept); });
}

Send rmdir(Place at) {
  return ready(rpc_nfs3_rmdir_async, std::move(at), [](RMDIR3args& args, Place& kept) { args.object = in_call(kept); });
}

Send rename(Place from, Place to) {
  using Kept = std::pair<Place, Place>;
  return ready(rpc_nfs3_rename_async, Kept{std::move(from), std::move(to)}, [](RENAME3args& args, Kept& kept) {
    args.from = in_call(kept.first);
    args.to = in_call(kept.second);
  });
}

Send link(Handle file, Place at) {
  using Kept = std::pair<Handle, Place>;
  return ready(rpc_nfs3_link_async, Kept{std::move(file), std::move(at)}, [](LINK3args& args, Kept& kept) {
    args.file = in_call(kept.first);
    args.link = in_call(kept.second);
  });
}

Send readdir(Handle of, std::uint64_t cookie, const Verifier& verifier, std::uint32_t bytes) {
  return ready(rpc_nfs3_readdir_async, std::move(of), [cookie, verifier, bytes](READDIR3args& args, Handle& kept) {
    args.dir = in_call(kept);
    args.cookie = cookie;
    std::memcpy(args.cookieverf, verifier.data(), verifier.size());
    args.count = bytes;
  });
}

Send fsstat(Handle root) {
  return ready(rpc_nfs3_fsstat_async, std::move(root),
               [](FSSTAT3args& args, Handle& kept) { args.fsroot = in_call(kept); });
}

Send fsinfo(Handle root) {
  return ready(rpc_nfs3_fsinfo_async, std::move(root),
               [](FSINFO3args& args, Handle& kept) { args.fsroot = in_call(kept); });
}

Send mount(std::string path) {
  return [path = std::move(path)](rpc_context* over, rpc_cb answered, void* call) mutable {
    return rpc_mount3_mnt_async(over, answered, path.data(), call);
  };
}

}  // namespace hasim::nfsfuse::call
