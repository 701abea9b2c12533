// A failover system that can be put on the heads of a cell: `world NAME running SYSTEM`. Each has a file of its own;
// what the cell does to heads and how it is watched does not depend on which of them it is.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/ast.h"
#include "netns/listener.h"
#include "netns/machine.h"
#include "netns/process.h"

namespace hasim::netns {

/// A program of a system, and the Debian package that brings it.
struct Needed {
  std::string path, package;
};

class System {
 public:
  virtual ~System() = default;
  virtual std::string_view name() const = 0;

  /// What it consists of beside what hasim itself brings.
  virtual std::vector<Needed> needs() const { return {}; }
  /// Why it cannot serve that world; nothing if it can.
  virtual std::optional<std::string> cannot_serve(const WorldSpec&) const { return std::nullopt; }

  /// What it reads, on all heads.
  virtual void write_files(const Plan&) const = 0;
  /// Folders of a head that it expects at a place of its own; they outlive a boot.
  virtual std::vector<Shown> shown(const Plan&, ThingId) const { return {}; }
  /// What the supervisor of a head runs: its core, for the sentences of the language.
  virtual std::vector<std::string> program(const Plan&, ThingId head) const = 0;
  /// The command that gives an order of that kind, on the head that it names; empty: there is none.
  virtual std::vector<std::string> order(const Plan&, const Sentence&) const { return {}; }
  /// Its unit in Debian starts it again when it fails.
  virtual bool starts_again() const = 0;

  /// It looks at the power of heads before anything fails.
  virtual bool reads_power() const { return false; }
  /// The witness of the world is a file of its own; nobody else keeps one for it.
  virtual bool has_own_witness() const { return false; }
  /// It tells what it decides, and takes the orders of hactl.
  virtual bool is_ours() const { return false; }
  /// Who follows it on one head.
  virtual std::unique_ptr<Listener> listener(const Plan&, const Machine&, Stream&) const;
};

/// The system of that name, or the one that a model of that name in the simulator is of; nullptr: none that runs here.
const System* system_named(std::string_view name);
/// All that run here.
std::vector<const System*> systems();
/// A program of it that this machine lacks, with the package that brings it; empty: none.
std::string missing_of(const System&);

// Each in its own file, netns/system_NAME.cc.
const System& hacored();
const System& keepalived();
const System& slurmctld();
const System& pacemaker();

}  // namespace hasim::netns
