// A read past the page cache, and the procedure 0 of NFS, which does nothing.
#include "daemon/agents/reach.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <sstream>

#include <fmt/core.h>

#include "daemon/agents/deadline.h"
#include "daemon/agents/volume.h"
#include "daemon/file_descriptor.h"

namespace hacored::agents {
namespace {

constexpr std::chrono::milliseconds kServerMax{2000};  ///< hacored asks again a second later

[[noreturn]] void fail(ha::Reason reason, std::string text) {
  throw Failure{AgentExit::failed, reason, std::move(text)};
}

// ------------------------------------------------------------------------------------------------------ a device

struct alignas(4096) Page {
  std::array<std::byte, 4096> bytes{};
};

/// 0, or the error of a read that no cache answers.
int read_page(const std::string& device) {
  FileDescriptor disk{::open(device.c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC)};
  if (!disk && errno == EINVAL) disk = FileDescriptor{::open(device.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!disk) return errno;
  Page page;
  const ssize_t got = ::pread(disk.get(), page.bytes.data(), page.bytes.size(), 0);
  return got > 0 ? 0 : got < 0 ? errno : ENXIO;  // a device without a medium has no bytes
}

void reach_device(const std::string& device) {
  struct stat what {};
  const bool there = ::stat(device.c_str(), &what) == 0;
  if (there && !S_ISBLK(what.st_mode)) return;
  const int error = there ? read_page(device) : errno;
  // A device that only its present user may open, as a DRBD secondary or a reserved disk, is not lost.
  if (error == ENOENT ? device.starts_with("/dev/")
                      : storage_reason(error, ha::Reason::none) == ha::Reason::storage_lost)
    fail(ha::Reason::storage_lost, fmt::format("{}: {}", device, std::strerror(error)));
}

// ------------------------------------------------------------------------------------------------------ a server

using Places = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;

Places resolve(const NfsServer& server) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(server.host.c_str(), server.port.c_str(), &wanted, &found);
  if (error != 0) fail(ha::Reason::storage_lost, fmt::format("{}: {}", server.host, ::gai_strerror(error)));
  return {found, ::freeaddrinfo};
}

bool ready(const FileDescriptor& socket, short event, const Deadline& deadline) {
  pollfd waits{socket.get(), event, 0};
  return ::poll(&waits, 1, deadline.poll_timeout()) > 0;
}

/// 0 once connected; ETIMEDOUT if nobody says anything.
int connect_to(const FileDescriptor& socket, const addrinfo& place, const Deadline& deadline) {
  if (::connect(socket.get(), place.ai_addr, place.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  if (!ready(socket, POLLOUT, deadline)) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

/// Whether the server reacts to a call of procedure 0 (RFC 5531): any reaction will do, and so will a hang-up. The
/// kernel takes connections for a server that hangs.
bool reacts(const FileDescriptor& socket, const Deadline& deadline) {
  constexpr std::uint32_t kLast = 0x80000000, kId = 0x68614e46, kCall = 0, kRpc = 2, kNfs = 100003, kVersion = 4;
  std::array<std::uint32_t, 11> call{kLast | 40, kId, kCall, kRpc, kNfs, kVersion, 0, 0, 0, 0, 0};
  for (std::uint32_t& word : call) word = htonl(word);
  if (::send(socket.get(), call.data(), sizeof call, MSG_NOSIGNAL) != ssize_t{sizeof call}) return true;
  return ready(socket, POLLIN, deadline);
}

/// A machine that answers no connection is lost, whether its silence is noticed by us or by a kernel that asked for its
/// MAC in vain, which take turns; a server that takes one and says nothing hangs.
void reach_server(const NfsServer& server) {
  const Places places = resolve(server);
  const Deadline deadline{kServerMax};
  int error = ETIMEDOUT;
  for (const addrinfo* place = places.get(); place != nullptr && !deadline.passed(); place = place->ai_next) {
    const FileDescriptor socket{::socket(place->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    error = socket ? connect_to(socket, *place, deadline) : errno;
    if (error != 0) continue;
    if (reacts(socket, deadline)) return;
    fail(ha::Reason::storage_hung, fmt::format("NFS server {} does not react", server.host));
  }
  fail(ha::Reason::storage_lost, fmt::format("NFS server {}: {}", server.host, std::strerror(error)));
}

}  // namespace

std::optional<NfsServer> nfs_server(const std::string& device, const std::string& type, const std::string& options) {
  const std::size_t colon = device.find(":/");
  const bool nfs = type.empty() || type == "nfs" || type == "nfs4";
  if (!nfs || device.starts_with('/') || colon == std::string::npos || colon == 0) return std::nullopt;
  NfsServer server{device.substr(0, colon)};
  if (server.host.find(',') != std::string::npos) return std::nullopt;  // several, as Ceph's monitors
  if (server.host.starts_with('[') && server.host.ends_with(']'))
    server.host = server.host.substr(1, server.host.size() - 2);
  std::istringstream words{options};
  for (std::string word; std::getline(words, word, ',');) {
    if (word == "udp" || word == "rdma" || word.starts_with("proto=udp") || word.starts_with("proto=rdma"))
      return std::nullopt;
    if (word.starts_with("port=") && word != "port=0") server.port = word.substr(5);
  }
  return server;
}

AgentExit reach(const Parameters& parameters) {
  const std::string& device = parameters.required("device");
  if (device.front() == '/') {
    reach_device(device);
  } else if (const auto server = nfs_server(device, parameters.text("fstype"), parameters.text("options"))) {
    reach_server(*server);
  }
  return AgentExit::done;
}

}  // namespace hacored::agents
