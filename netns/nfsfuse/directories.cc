// Reading directories. A position is the server's cookie; the verifier that belongs to it is kept with the open
// directory.
#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <vector>

#include "netns/nfsfuse/file_system.h"

namespace hasim::nfsfuse {
namespace {

constexpr std::uint32_t kBytesAtOnce = 32768;

call::Verifier verifier_in(std::uint64_t kept) {
  call::Verifier verifier{};
  std::memcpy(verifier.data(), &kept, verifier.size());
  return verifier;
}

/// What libfuse gives back with each request about an open directory.
struct OpenDirectory {
  std::uint64_t verifier = 0;
};

OpenDirectory* directory(const fuse_file_info& open) { return std::bit_cast<OpenDirectory*>(open.fh); }

}  // namespace

void FileSystem::opendir(Request request, const Open& open) {
  Open with = open;
  auto* const own = new OpenDirectory;
  with.fh = std::bit_cast<std::uint64_t>(own);
  if (fuse_reply_open(request, &with) != 0) delete own;
}

void FileSystem::releasedir(Request request, const Open& open) {
  delete directory(open);
  fuse_reply_err(request, 0);
}

void FileSystem::readdir(Request request, NodeId id, std::size_t size, off_t from, const Open& open) {
  OpenDirectory* const own = directory(open);
  if (from == 0) own->verifier = 0;
  ask<READDIR3res>(
      request,
      call::readdir(nodes_.at(id).handle, static_cast<std::uint64_t>(from), verifier_in(own->verifier), kBytesAtOnce),
      [request, size, own](const READDIR3res& result) {
        const READDIR3resok& some = result.READDIR3res_u.resok;
        std::memcpy(&own->verifier, some.cookieverf, sizeof own->verifier);
        std::vector<char> text(size);
        std::size_t used = 0;
        for (const entry3* at = some.reply.entries; at != nullptr;) {
          entry3 entry{};
          std::memcpy(&entry, at, sizeof entry);  // libnfs does not align them
          at = entry.nextentry;
          struct stat known {};
          known.st_ino = entry.fileid;
          const std::size_t takes = fuse_add_direntry(request, text.data() + used, size - used, entry.name, &known,
                                                      static_cast<off_t>(entry.cookie));
          if (takes > size - used) break;  // asked for again, from its cookie
          used += takes;
        }
        fuse_reply_buf(request, text.data(), used);
      });
}

}  // namespace hasim::nfsfuse
