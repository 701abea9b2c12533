// A node lives as long as the kernel remembers it or has it open; it may forget a file before it says that it closed
// it.
#include "netns/nfsfuse/nodes.h"

#include <algorithm>
#include <utility>

namespace hasim::nfsfuse {

Nodes::Nodes(Handle root) {
  ids_[root] = kRoot;
  nodes_[kRoot].handle = std::move(root);
}

NodeId Nodes::look_up(const Handle& handle) {
  const auto [known, is_new] = ids_.try_emplace(handle, next_);
  if (is_new) nodes_[next_++].handle = handle;
  ++nodes_.at(known->second).lookups;
  return known->second;
}

void Nodes::forget(NodeId id, std::uint64_t lookups) {
  const auto found = nodes_.find(id);
  if (found == nodes_.end()) return;
  found->second.lookups -= std::min(lookups, found->second.lookups);
  drop_if_unused(id);
}

void Nodes::open(NodeId id) {
  if (at(id).opens++ == 0) ++open_;
}

std::optional<Place> Nodes::close(NodeId id) {
  Node& node = at(id);
  if (node.opens == 0 || --node.opens > 0) return std::nullopt;
  --open_;
  std::optional<Place> hidden = std::exchange(node.hidden, std::nullopt);
  drop_if_unused(id);
  return hidden;
}

Node* Nodes::open_in_sight(const Handle& handle) {
  const auto id = ids_.find(handle);
  if (id == ids_.end()) return nullptr;
  Node& node = at(id->second);
  return node.opens > 0 && !node.hidden ? &node : nullptr;
}

void Nodes::drop_if_unused(NodeId id) {
  const auto found = nodes_.find(id);
  if (id == kRoot || found->second.lookups > 0 || found->second.opens > 0) return;
  ids_.erase(found->second.handle);
  nodes_.erase(found);
}

}  // namespace hasim::nfsfuse
