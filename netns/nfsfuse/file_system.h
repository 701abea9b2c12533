// A mounted NFSv3 file system: what the kernel asks, in calls to its server.
//
// Nothing is remembered of what a server said: names and attributes are asked for each time, and what was cached of a
// file's contents goes when it is opened or has changed. A write is answered when the server has it on stable storage.
// Locks are refused: without a handler the kernel would grant them on each head by itself. The server is spoken to as
// root, and the kernel checks permissions; what is made gets the user who makes it as its owner. What was removed while
// it is open here stays under a hidden name until it is closed, as with the kernel's own client.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "netns/nfsfuse/attributes.h"
#include "netns/nfsfuse/calls.h"
#include "netns/nfsfuse/fuse.h"
#include "netns/nfsfuse/nodes.h"
#include "netns/nfsfuse/server.h"

namespace hasim::nfsfuse {

/// What a server takes and gives at once.
struct Limits {
  std::uint32_t read = 65536, write = 65536;
};

class FileSystem {
 public:
  FileSystem(Server& server, Handle root, const Limits& limits);

  /// What libfuse is to call; its `userdata` is the file system.
  static fuse_lowlevel_ops operations();

 private:
  using Request = fuse_req_t;
  using Open = fuse_file_info;
  using Found = std::function<void(const fattr3&)>;

  // names.cc
  void lookup(Request, NodeId in, std::string name);
  void create(Request, NodeId in, std::string name, mode_t, const Open&);
  void mkdir(Request, NodeId in, std::string name, mode_t);
  void mknod(Request, NodeId in, std::string name, mode_t, dev_t);
  void symlink(Request, std::string target, NodeId in, std::string name);
  void link(Request, NodeId file, NodeId in, std::string name);
  void unlink(Request, NodeId in, std::string name);
  void rmdir(Request, NodeId in, std::string name);
  void rename(Request, NodeId from_in, std::string from, NodeId to_in, std::string to, unsigned flags);
  void create_alone(Request, const Place& at, const sattr3& as, const Open&);
  void hide_if_open(Request, const Place& at, std::function<void(bool hidden)> then);
  void find(Request, const Place& at, const Open* open);
  void enter(Request, const Place& at, const post_op_fh3&, const post_op_attr&, const Open* open);
  void enter(Request, const Handle&, const fattr3&, const Open* open);
  sattr3 made_by(Request, NodeId in, mode_t mode);

  // files.cc
  void getattr(Request, NodeId);
  void setattr(Request, NodeId, const struct stat& to, int set);
  void readlink(Request, NodeId);
  void open(Request, NodeId, const Open&);
  void release(Request, NodeId);
  void read(Request, NodeId, std::size_t size, off_t offset);
  void read_on(Request, const Handle&, std::uint64_t offset, std::size_t left, std::string got);
  void write(Request, NodeId, std::string bytes, off_t offset, const Open&);
  void write_on(Request, const Handle&, std::uint64_t offset, std::string bytes, std::size_t written);
  void sync(Request, NodeId);
  void statfs(Request);
  void attributes(Request, const Handle&, Found then);

  // directories.cc
  static void opendir(Request, const Open&);
  static void releasedir(Request, const Open&);
  void readdir(Request, NodeId, std::size_t size, off_t from, const Open&);

  Place place(NodeId in, std::string name) { return {nodes_.at(in).handle, std::move(name)}; }
  /// Asks the server for somebody; `then` gets what it granted. Its refusal is told to whoever asked, unless it is
  /// `answers_again`: what a server says that has carried the same call out already, and whose answer was lost.
  template <class Result, class Then>
  void ask(Request request, const Server::Send& send, Then then, int answers_again = 0) {
    server_.ask(
        send,
        [request, then = std::move(then), answers_again](const Server::Answer& answer) mutable {
          const int error = answer.error != 0 ? answer.error : errno_of(static_cast<Result*>(answer.result)->status);
          if (error != 0 && !(answer.sent_again && error == answers_again)) return void(fuse_reply_err(request, error));
          then(*static_cast<Result*>(answer.result));
        },
        waits(request));
  }
  /// Whether somebody waits in vain: who is being killed must not wait for a server.
  static Server::Abandoned waits(Request request);

  Server& server_;
  Nodes nodes_;
  Limits limits_;
  std::uint64_t hidden_ = 0;  ///< so many files were
  std::uint64_t made_ = 0;    ///< so many files were, for the verifiers
};

}  // namespace hasim::nfsfuse
