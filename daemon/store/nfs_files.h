// A store on an NFS server, `nfs://SERVER/EXPORT/DIRECTORY`, over a connection of its own.
//
// NFSv3 without mounting anything: no cache of a kernel lies between, no hard mount hangs, and the one exclusive,
// durable operation of the protocol that every server has is used, LINK. Writes are FILE_SYNC. A request that gets no
// answer in time costs the connection; the next request makes another one.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/time.h"
#include "daemon/store_files.h"

struct nfs_context;
struct rpc_context;

namespace hacored {

class NfsFiles : public StoreFiles {
 public:
  NfsFiles(std::string server, std::string directory, int side, ha::Duration timeout);
  ~NfsFiles() override;

  void begin() override;
  Fate read(const std::string& name, std::vector<std::byte>& to) override;
  Fate overwrite(const std::string& name, std::size_t offset, std::span<const std::byte> bytes) override;
  Fate create(const std::string& name, std::span<const std::byte> bytes) override;
  Fate list(std::vector<std::string>& names) override;
  Fate remove(const std::string& name) override;

 private:
  using Handle = std::string;  ///< NFS file handle
  struct Call;

  rpc_context* rpc();
  bool connected();
  bool connect_to(int program);
  bool mount();
  void disconnect();
  bool finish(Call& call, int sent, const char* doing);
  bool await(Call& call);
  template <class Result, class Send, class Take>
  Fate ask(const char* doing, const std::string& name, Send send, Take take);
  Fate fate_of(int status, const char* doing, const std::string& name);
  Fate find(const std::string& name, Handle& handle);
  Fate make(const std::string& name, Handle& handle);
  Fate write(const Handle& handle, const std::string& name, std::size_t offset, std::span<const std::byte> bytes);
  Fate link(const Handle& handle, const std::string& name);

  std::string server_;
  std::string directory_path_;
  int side_;
  ha::Duration timeout_;
  std::chrono::steady_clock::time_point until_{};
  nfs_context* nfs_ = nullptr;
  Handle directory_;                      ///< empty: not known, or stale
  std::map<std::string, Handle> leases_;  ///< of files that are never replaced
};

}  // namespace hacored
