// A volume of a shared disk array, and the witness of what reached it. Each head has a way of its own to the array: a
// loop device on one image. So nothing keeps two heads from mounting it at once, and then they destroy each other's
// data.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "netns/descriptor.h"
#include "netns/plan.h"
#include "netns/stream.h"

namespace hasim::netns {

class Array {
 public:
  /// With an empty ext4. Throws `Failure`.
  Array(const Plan& plan, ThingId volume, Stream& stream);

  /// Why there can be none here; empty: there can.
  static std::string not_here();

  /// A mount of it over a new loop device, which a head only has to put in its place; empty if the kernel refuses it.
  Descriptor mount();
  /// A client was answered by the program on it that this record, "epoch head sequence", is written.
  void told(Time at, const std::string& record);
  /// As soon as nobody has it mounted any more, and before somebody mounts it again: reads what stands on a copy of it,
  /// and tells what clients were told of and is not there.
  void look(Time at);

 private:
  struct Told {
    std::uint64_t newest = 0;   ///< sequence; all before it were written before
    std::uint64_t missing = 0;  ///< so many are known to be lost
  };
  bool in_use();
  void prove(Time at);
  std::string records_of_copy();
  Descriptor mount_image(const std::string& image, std::string& device);

  const WorldSpec& spec_;
  ThingId volume_;
  Stream& stream_;
  std::string folder_, source_;
  std::vector<std::string> loops_;    ///< devices that were attached, and perhaps still are
  std::map<std::string, Told> told_;  ///< by "epoch head"
  Time next_{0};
};

}  // namespace hasim::netns
