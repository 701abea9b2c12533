// The procedures of NFSv3 (RFC 1813, 3.3), ready to be sent as often as it takes: each keeps what its arguments point
// to.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "netns/nfsfuse/nodes.h"
#include "netns/nfsfuse/server.h"

namespace hasim::nfsfuse::call {

using Send = Server::Send;
using Verifier = std::array<char, 8>;

Send getattr(Handle of);
Send setattr(Handle of, const sattr3& to);
Send lookup(Place at);
Send readlink(Handle of);
Send read(Handle from, std::uint64_t offset, std::uint32_t size);
/// Answered when it is on stable storage.
Send write(Handle to, std::uint64_t offset, std::string bytes);
Send commit(Handle of);
/// What is there already is taken as it is.
Send create(Place at, const sattr3& as);
/// Only if nothing is there; what was made with the same verifier is taken for the same call.
Send create_exclusive(Place at, const Verifier& verifier);
Send mkdir(Place at, const sattr3& as);
Send symlink(Place at, std::string target, const sattr3& as);
Send mknod(Place at, ftype3 type, dev_t device, const sattr3& as);
Send remove(Place at);
Send rmdir(Place at);
Send rename(Place from, Place to);
Send link(Handle file, Place at);
Send readdir(Handle of, std::uint64_t cookie, const Verifier& verifier, std::uint32_t bytes);
Send fsstat(Handle root);
Send fsinfo(Handle root);
/// MNT of the mount protocol (RFC 1813, 5.2).
Send mount(std::string path);

}  // namespace hasim::nfsfuse::call
