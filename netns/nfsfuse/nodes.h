// What the kernel knows of a mounted file system: each node has the handle by which the server knows it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace hasim::nfsfuse {

using Handle = std::string;
using NodeId = std::uint64_t;

struct Place {
  Handle directory;
  std::string name;
};

struct Node {
  Handle handle;
  std::uint64_t lookups = 0;  ///< that the kernel has not forgotten yet
  unsigned opens = 0;
  std::optional<gid_t> group_of_children;  ///< of a directory with its set-group-ID bit
  std::optional<Place> hidden;             ///< it was removed while it was open: to be removed when it is closed
};

class Nodes {
 public:
  static constexpr NodeId kRoot = 1;

  explicit Nodes(Handle root);

  /// A node that the kernel may name: it has looked it up and not forgotten it.
  Node& at(NodeId id) { return nodes_.at(id); }
  /// The kernel is told of it once more.
  NodeId look_up(const Handle& handle);
  void forget(NodeId id, std::uint64_t lookups);
  void open(NodeId id);
  /// One of those who had it open has closed it. Returns where it is hidden, if it is to be removed now.
  std::optional<Place> close(NodeId id);
  /// The node with that handle if somebody has it open, and it is not hidden yet.
  Node* open_in_sight(const Handle& handle);
  bool any_open() const { return open_ > 0; }
  std::size_t size() const { return nodes_.size(); }

 private:
  void drop_if_unused(NodeId id);

  std::map<NodeId, Node> nodes_;
  std::map<Handle, NodeId> ids_;
  NodeId next_ = kRoot + 1;  ///< a number is never given twice: what it meant is remembered by nobody
  unsigned open_ = 0;        ///< nodes
};

}  // namespace hasim::nfsfuse
