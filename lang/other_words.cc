// The table. A word of the language itself does not belong here.
#include "lang/other_words.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace hasim {

namespace {

struct OtherWord {
  std::string_view theirs, ours;
};

constexpr std::array kOtherWords{
    OtherWord{"node", "head: the names of the heads, or heads"},
    OtherWord{"nodes", "heads"},
    OtherWord{"server", "head, or nas for a file server"},
    OtherWord{"servers", "heads"},
    OtherWord{"host", "head"},
    OtherWord{"machine", "head"},
    OtherWord{"primary", "HEAD active"},
    OtherWord{"master", "HEAD active"},
    OtherWord{"secondary", "HEAD passive"},
    OtherWord{"slave", "HEAD passive"},
    OtherWord{"backup", "HEAD passive"},
    OtherWord{"failover", "do makeactive on HEAD; counted: COUNT failovers"},
    OtherWord{"fail", "do makeactive on HEAD; counted: COUNT failovers"},
    OtherWord{"fails", "loses power, hangs, panics or restarts"},
    OtherWord{"switchover", "do makeactive on HEAD"},
    OtherWord{"migrate", "do makeactive on HEAD"},
    OtherWord{"relocate", "do makeactive on HEAD"},
    OtherWord{"crashes", "loses power, hangs, panics or restarts"},
    OtherWord{"dies", "loses power, hangs, panics or restarts"},
    OtherWord{"reboots", "restarts; on purpose: do reboot HEAD"},
    OtherWord{"stonith", "fence of HEAD; how: set fence_levels"},
    OtherWord{"fenced", "fence of HEAD confirmed"},
    OtherWord{"shot", "fence of HEAD executed"},
    OtherWord{"ipmi", "bmc of HEAD"},
    OtherWord{"ilo", "bmc of HEAD"},
    OtherWord{"idrac", "bmc of HEAD"},
    OtherWord{"drac", "bmc of HEAD"},
    OtherWord{"redfish", "bmc of HEAD"},
    OtherWord{"vip", "an address, by its name: SERVICE.ADDRESS"},
    OtherWord{"ip", "an address, by its name: SERVICE.ADDRESS"},
    OtherWord{"heartbeat", "paths: the networks that carry beats"},
    OtherWord{"heartbeats", "paths: the networks that carry beats; NET drops beats"},
    OtherWord{"interconnect", "paths: the networks that carry beats"},
    OtherWord{"nic", "link of PLACE to NET"},
    OtherWord{"interface", "link of PLACE to NET"},
    OtherWord{"cable", "link of PLACE to NET, or the network by its name"},
    OtherWord{"switch", "network, by its name"},
    OtherWord{"partition", "paths cut between HEAD and HEAD"},
    OtherWord{"split", "paths cut between HEAD and HEAD; judged: two owners of SERVICE"},
    OtherWord{"quorum", "voters"},
    OtherWord{"nfs", "nas, or a volume by its name"},
    OtherWord{"filer", "nas"},
    OtherWord{"storage", "nas, or a volume by its name"},
    OtherWord{"share", "volume"},
    OtherWord{"filesystem", "volume, and a mount of the same name"},
    OtherWord{"resource", "a part of a service: SERVICE.PART"},
    OtherWord{"resources", "parts of a service: SERVICE.PART"},
    OtherWord{"daemon", "core of HEAD, or a part of a service: SERVICE.PART"},
};

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

std::string_view said_here(std::string_view word) {
  word = word.substr(0, word.find_last_not_of("0123456789") + 1);  // "node1" is a node
  const auto known =
      std::find_if(kOtherWords.begin(), kOtherWords.end(), [&](const OtherWord& o) { return same(o.theirs, word); });
  return known == kOtherWords.end() ? std::string_view{} : known->ours;
}

}  // namespace hasim
