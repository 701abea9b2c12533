// The parts of a document. Each has the answers that stand in it, and writes those that differ from `before`.
#pragma once

#include "daemon/setup/document.h"

namespace hacored::setup {

void read_cell(const Node& config, Answers&);
void write_cell(Node& config, const Answers& before, const Answers& wanted);

/// Internal, management, failover: a path each, and the address that moves.
void read_networks(const Node& config, Answers&);
void write_networks(Node& config, const Answers& before, const Answers& wanted);

/// Mounts, a database, units, scripts: resources of the first service.
void read_resources(const Node& config, Answers&);
void write_resources(Node& config, const Answers& before, const Answers& wanted);

/// The first fence level is that of the BMCs, the second one that of the outlets.
void read_fences(const Document&, Answers&);
void write_fences(Document&, const Answers& before, const Answers& wanted);

void read_arbiters(const Node& config, Answers&);
void write_arbiters(Node& config, const Answers& before, const Answers& wanted);

/// Resources of the first service; `resources_of` makes it if there is none.
const std::vector<Node>& resources_in(const Node& config);
std::vector<Node>& resources_of(Node& config);
/// Adds it where its type belongs: storage first, then addresses, then what uses them. Its name gets a number if there
/// is one of that name.
void add_resource(Node& config, std::string_view type, const std::string& name, Node resource);

}  // namespace hacored::setup
