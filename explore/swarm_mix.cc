// The tables of what a swarm draws. Weights are tuned by hand, so that 20,000 runs come to every place of
// lang/landmarks.h.
#include "explore/swarm_mix.h"

#include <array>

namespace hasim {
namespace {

using enum SentenceId;
using enum MixNeed;

constexpr std::array kMix = std::to_array<MixRow>({
    // machines
    {fault_head_lose_power, 12, "{head} loses power"},
    {fault_head_unplugged, 2, "{head} unplugged"},
    {fault_head_unplugged, 2, "{head} unplugged from {pdu}", nothing, true},
    {fault_head_panic, 3, "{head} panics"},
    {fault_head_panic, 1, "{head} panics dumping {long}"},
    {fault_head_restart, 6, "{head} restarts"},
    {fault_head_hang, 7, "{head} hangs"},
    {fault_head_frozen, 5, "{head} frozen"},
    {fault_head_paused, 3, "{head} paused", store},
    {fault_head_suspended, 2, "{head} suspended"},
    {fault_head_starved, 3, "{head} starved"},
    {fault_head_isolated, 7, "{head} isolated"},
    {fault_head_isolated, 3, "{head} isolated except on {net}"},
    {fault_head_out_of_memory, 2, "{head} out of memory"},
    {fault_boot_take, 2, "boot of {head} takes {long}"},
    {fault_boot_fail, 2, "boot of {head} fails"},
    {fault_shutdown_hangs, 1, "shutdown of {head} hangs"},
    {fault_disk_readonly, 1, "disk of {head} readonly"},
    {fault_disk_dead, 1, "disk of {head} dead"},
    {fault_watchdog_unusable, 1, "watchdog of {head} busy"},
    {fault_watchdog_unusable, 1, "watchdog of {head} {broken|pausable}", no_proof3},
    {fault_core_crashes, 7, "core of {head} crashes"},
    {fault_core_gone, 2, "core of {head} gone"},
    {fault_core_stopped, 4, "core of {head} stopped"},
    {fault_core_stuck, 2, "core of {head} stuck"},
    {fault_clock_drift_ppm, 2, "clock of {head} drifts {ppm}"},
    // networks
    {fault_net_cut, 8, "paths cut between {head} and {peer}"},
    {fault_net_cut, 4, "paths cut from {head} to {peer}"},
    {fault_net_cut, 4, "{path} cut between {head} and {peer}", nothing, true},
    {fault_net_cut, 4, "{net} cut at {head}"},
    {fault_net_cut, 1, "{net} cut"},
    {fault_net_frozen, 2, "{path} frozen between {head} and {peer}"},
    {fault_net_frozen, 2, "paths frozen from {head} to {peer}"},
    {fault_net_down, 4, "{net} down"},
    {fault_net_restarts, 1, "{net} restarts taking {short}"},
    {fault_net_flaps, 1, "{net} flaps every {short} at {head}"},
    {fault_net_drops, 3, "paths drop {percent} between {head} and {peer}"},
    {fault_net_drops, 2, "{net} drops {percent} in bursts of {some} at {head}"},
    {fault_net_drops_beats, 2, "paths drop beats from {head} to {peer}"},
    {fault_net_drops_announcements, 1, "{net} drops announcements"},
    {fault_net_delays, 2, "paths delay {short} between {head} and {peer}"},
    {fault_net_delays, 2, "{net} delays {short} jitter {short}"},
    {fault_net_reorders, 1, "{net} reorders {percent} by {short}"},
    {fault_net_duplicates, 1, "{net} duplicates {percent}"},
    {fault_net_corrupts, 1, "{net} corrupts {percent}"},
    {fault_net_replays_beats, 1, "{path} replays beats of an old boot"},
    {fault_net_replays_beats, 1, "{path} replays beats of {long} ago"},
    {fault_link_down, 2, "link of {head} to {net} down"},
    {fault_link_one_way, 2, "link of {head} to {net} {deaf|mute}"},
    {fault_link_blocked, 1, "link of {head} to {net} blocked"},
    {fault_link_late, 1, "link of {head} to {net} late by {long} at boot"},
    {fault_bond_fails_over, 1, "bond of {head} to {net} fails over losing {short}"},
    // power devices
    {fault_bmc_lose_power, 2, "bmc of {head} loses power"},
    {fault_bmc_silent, 4, "bmc of {head} silent"},
    {fault_bmc_refused, 1, "bmc of {head} refused"},
    {fault_bmc_disconnected, 1, "bmc of {head} disconnected"},
    {fault_bmc_drops, 1, "bmc of {head} drops {percent} of {requests|replies}"},
    {fault_bmc_duplicates, 1, "bmc of {head} duplicates {requests|replies}"},
    {fault_bmc_rejects, 1, "bmc of {head} rejects {password|cipher|privilege}"},
    {fault_bmc_out_of_sessions, 1, "bmc of {head} out of sessions"},
    {fault_bmc_answers_error, 1, "bmc of {head} answers error {some}"},
    {fault_bmc_wedge_behind_int_commands, 1, "bmc of {head} wedges behind {some} commands"},
    {fault_bmc_takes, 2, "bmc of {head} takes {short} to {set|get}"},
    {fault_bmc_delay_replies_by, 2, "bmc of {head} delays replies by {short}"},
    {fault_bmc_loses_reply, 3, "bmc of {head} loses {every|next} reply"},
    {fault_bmc_ignores, 3, "bmc of {head} ignores {off|on|soft-off}"},
    {fault_bmc_execute_late, 3, "bmc of {head} executes {long} late", store},
    {fault_bmc_execute_twice, 1, "bmc of {head} executes twice"},
    {fault_bmc_cycle_instead_of_off, 1, "bmc of {head} cycles instead of off"},
    {fault_bmc_stuck_powering_off, 1, "bmc of {head} stuck powering off"},
    {fault_bmc_power_on_again_later, 1, "bmc of {head} powers on again {short} later"},
    {fault_bmc_resets, 1, "bmc of {head} resets {short} {before|after} executing taking {long}"},
    {fault_bmc_says, 2, "bmc of {head} says {on|unsupported}"},
    {fault_bmc_says, 3, "bmc of {head} says off", truth},
    {fault_pdu_silent, 2, "{pdu} silent", nothing, true},
    {fault_pdu_fail_on_feed, 1, "{pdu} fails on feed of {head}"},
    {fault_pdu_lose_power, 1, "{pdu} loses power"},
    {fault_fence_agent_fails, 2, "fence agent on {head} {hangs|missing|lies}"},
    {fault_fence_agent_ignores, 1, "fence agent on {head} ignores {delay|deadline}", store},
    // storage
    {fault_store_unreachable_from_place, 3, "{store} unreachable from {head}"},
    {fault_store_hang, 2, "{store} hangs"},
    {fault_nas_down, 2, "{nas} down"},
    {fault_nas_restart_taking_without_grace, 1, "{nas} restarts taking {long}"},
    {fault_store_slow_by, 2, "{store} slow by {short}"},
    {fault_store_full, 1, "{volume} full"},
    {fault_store_readonly, 1, "{volume} readonly"},
    {fault_mount_fails, 2, "mount of {mounted} on {head} {fails|hangs}"},
    {fault_unmount_fails, 2, "unmount of {mounted} on {head} hangs"},
    // voters, witness, clients
    {fault_voters_off, 2, "{voters} {off|silent}", nothing, true},
    {fault_some_voters_off, 2, "{half} of {voters} {off|silent}", nothing, true},
    {fault_voters_cannot_see, 3, "{voters} cannot see {head}", nothing, true},
    {fault_voters_cannot_see, 3, "{half} of {voters} cannot see {head}", nothing, true},
    {fault_witness_down, 3, "{witness} down", nothing, true},
    {fault_witness_down, 3, "{witness} unreachable from {head}"},
    {fault_witness_restarts_taking, 2, "{witness} restarts taking {short}"},
    {fault_clients_ignore_announcements, 1, "{clients} ignore announcements"},
    // parts of a service
    {fault_part_crashes, 3, "{daemon} crashes on {head}"},
    {fault_part_crashes, 1, "{daemon} crashes {short} into its run"},
    {fault_duplicate_detection_fails, 1, "duplicate detection of {address} fails on {head}"},
    {fault_part_fails_to_start, 4, "{part} fails to start on {head}"},
    {fault_part_hangs, 3, "{part} hangs in {start|stop} on {head}"},
    {fault_part_takes, 2, "{part} takes {short} to {start|stop} on {head}"},
    {fault_check_of_part, 1, "check of {daemon} {hangs|lies} on {head}"},
    // orders
    {do_makeactive, 12, "makeactive on {head}"},
    {do_maintenance, 2, "{enter|leave} maintenance"},
    {do_maintenance, 1, "{enter|leave} maintenance on {head}"},
    {do_standby, 2, "{enter|leave} standby on {head}"},
    {do_cancel, 4, "cancel on {head}"},
    {do_power_head, 8, "power on {head}"},
    {do_power_head, 2, "power off {head}"},
    {do_reset_head, 2, "reset {head}"},
    {do_reboot_head, 3, "reboot {head}"},
    {do_shut_down_head, 3, "shut down {head}"},
    {do_core, 3, "{stop|start|restart|kill} core on {head}"},
    {do_restart_cores, 1, "restart cores on {head}"},
    {do_power_things, 1, "power {on|off} {nas}"},
    {do_restart_nas, 1, "restart {nas}"},
    {do_part, 1, "stop {daemon} on {head}"},
    {do_address, 1, "remove {address} on {head}"},
    {do_flush_addresses, 1, "flush addresses on {head}"},
    // drawn by itself, and only where it is true: an operator who lies is not refused everywhere
    {do_acknowledge_off, 0, "acknowledge {head} off on {peer}"},
});

constexpr std::array kNotDrawn = std::to_array<NotDrawn>({
    {fault_bmc_stale_by, "an old reading is a lie that nobody can contradict (A4)"},
    {fault_bmc_control_head, "crossed devices are found when a cell is set up, not by the core that runs"},
    {fault_pdu_control_head_instead, "crossed devices are found when a cell is set up, not by the core that runs"},
    {fault_witness_answers_stale_reads, "the store is assumed to be linearizable (A8)"},
    {do_mount, "nothing but the core starts a service (A5)"},
});

constexpr std::array kTriggers = std::to_array<MixTrigger>({
    {6, "{head} fencing"},
    {6, "{head} starting"},
    {5, "{head} stopping"},
    {3, "{head} becomes active"},
    {3, "{head} becomes passive"},
    {2, "{head} becomes joining"},
    {4, "{head} boots"},
    {3, "{head} loses {peer}"},
    {2, "{head} suspects {peer}"},
    {6, "{head} promises"},
    {5, "fence of {head} ordered"},
    {4, "fence of {head} sent"},
    {3, "fence of {head} executed"},
    {2, "fence of {head} confirmed"},
    {2, "fence of {head} unknown"},
    {2, "{head} holds"},
    {2, "{head} resets"},
    {5, "{part} starts on {head}"},
    {5, "{part} stops on {head}"},
    {3, "makeactive on {head} accepted"},
    {2, "epoch of {service} grows"},
});

}  // namespace

std::span<const MixRow> mix() { return kMix; }
std::span<const NotDrawn> not_drawn() { return kNotDrawn; }
std::span<const MixTrigger> triggers() { return kTriggers; }

}  // namespace hasim
