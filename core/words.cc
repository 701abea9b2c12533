// The words for the core's enumerators, made from the lists in reason.h and event.h.
#include <array>

#include "core/event.h"

namespace ha {
namespace {

template <std::size_t N, class E>
std::string_view word(const std::array<std::string_view, N>& words, E e) {
  const auto i = static_cast<std::size_t>(e);
  HA_CHECK(i < N);
  return words[i];
}

#define HA_NAME(name, text) std::string_view{#name},
#define HA_TEXT(name, text) std::string_view{text},
#define HA_REASON_NAME(name, text, unlock) std::string_view{#name},
#define HA_REASON_TEXT(name, text, unlock) std::string_view{text},
#define HA_REASON_UNLOCK(name, text, unlock) std::string_view{unlock},
constexpr std::array kReasonNames{HA_REASONS(HA_REASON_NAME)};
constexpr std::array kReasonTexts{HA_REASONS(HA_REASON_TEXT)};
constexpr std::array kReasonUnlocks{HA_REASONS(HA_REASON_UNLOCK)};
constexpr std::array kCauseNames{HA_CAUSES(HA_NAME)};
constexpr std::array kCauseTexts{HA_CAUSES(HA_TEXT)};
constexpr std::array kProofTexts{HA_PROOFS(HA_TEXT)};
#undef HA_NAME
#undef HA_TEXT
#undef HA_REASON_NAME
#undef HA_REASON_TEXT
#undef HA_REASON_UNLOCK
// "operator" is a keyword of C++, so its enumerator has another name than its word.
constexpr std::array<std::string_view, kProofs> kProofNames{"none", "peer_passive", "power_off", "self_fenced",
                                                            "operator"};
constexpr std::array<std::string_view, 9> kRoles{"init",  "passive",  "claiming", "fencing", "starting",
                                                 "owner", "stopping", "stopped",  "dead"};
constexpr std::array<std::string_view, 10> kCommands{"makeactive", "acknowledge", "maintenance on", "maintenance off",
                                                     "standby on", "standby off", "leave",          "cancel",
                                                     "drill",      "reload"};
constexpr std::array<std::string_view, 3> kFits{"fit", "degraded", "unfit"};
constexpr std::array<std::string_view, 5> kPeerViews{"unknown", "alive", "suspect", "lost", "off"};
constexpr std::array<std::string_view, 8> kOperations{"none", "handover", "takeover", "fencing",
                                                      "boot", "start",    "stop",     "rejoin"};
constexpr std::array<std::string_view, 6> kFenceSteps{"ordered", "confirmed", "failed",
                                                      "unknown", "cancelled", "expired"};
constexpr std::array<std::string_view, 9> kSources{"beats",    "power",    "store", "voters", "ping",
                                                   "watchdog", "operator", "grant", "marker"};

}  // namespace

std::string_view to_string(Reason r) { return word(kReasonNames, r); }
std::string_view to_string(Cause c) { return word(kCauseNames, c); }
std::string_view to_string(Proof p) { return word(kProofNames, p); }
std::string_view to_string(Role r) { return word(kRoles, r); }
std::string_view to_string(CommandKind k) { return word(kCommands, k); }
std::string_view to_string(Fit f) { return word(kFits, f); }
std::string_view to_string(PeerView v) { return word(kPeerViews, v); }
std::string_view to_string(Operation o) { return word(kOperations, o); }
std::string_view to_string(FenceStep f) { return word(kFenceSteps, f); }
std::string_view to_string(EvidenceSource s) { return word(kSources, s); }

std::string_view explain(Reason r) { return word(kReasonTexts, r); }
std::string_view unlocks(Reason r) { return word(kReasonUnlocks, r); }
std::string_view explain(Cause c) { return word(kCauseTexts, c); }
std::string_view explain(Proof p) { return word(kProofTexts, p); }

}  // namespace ha
