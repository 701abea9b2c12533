// The table of what is simulated.
#include "sim/abilities.h"

#include <algorithm>
#include <array>

namespace hasim::sim {

namespace {

constexpr std::array kSimulated{
    // machines
    SentenceId::fault_head_lose_power, SentenceId::fault_head_unplugged, SentenceId::fault_head_panic,
    SentenceId::fault_head_restart, SentenceId::fault_head_hang, SentenceId::fault_head_frozen,
    SentenceId::fault_head_paused, SentenceId::fault_head_suspended, SentenceId::fault_head_starved,
    SentenceId::fault_head_slowed, SentenceId::fault_head_cannot_fork, SentenceId::fault_head_isolated,
    SentenceId::fault_head_out_of_memory, SentenceId::fault_boot_take, SentenceId::fault_boot_fail,
    SentenceId::fault_shutdown_hangs, SentenceId::fault_disk_full, SentenceId::fault_disk_readonly,
    SentenceId::fault_disk_dead, SentenceId::fault_disk_hang, SentenceId::fault_disk_slow_by,
    SentenceId::fault_disk_lose_unsynced_writes, SentenceId::fault_watchdog_unusable, SentenceId::fault_core_crashes,
    SentenceId::fault_core_gone, SentenceId::fault_core_stopped, SentenceId::fault_core_stuck,
    SentenceId::fault_clock_drift_ppm,
    // what a head shrugs off: nobody asks the wall clock, the journal of a core is a ring that drops what its disk does
    // not take, and a device that nobody uses may fail
    SentenceId::fault_clock_jump_signed, SentenceId::fault_clock_off_by_signed, SentenceId::fault_log_blocked,
    SentenceId::fault_unused_device_fails,
    // networks
    SentenceId::fault_net_cut, SentenceId::fault_net_frozen, SentenceId::fault_net_down, SentenceId::fault_net_restarts,
    SentenceId::fault_net_flaps, SentenceId::fault_net_drops, SentenceId::fault_net_drops_beats,
    SentenceId::fault_net_drops_announcements, SentenceId::fault_net_delays, SentenceId::fault_net_reorders,
    SentenceId::fault_net_duplicates, SentenceId::fault_net_corrupts, SentenceId::fault_net_replays_beats,
    SentenceId::fault_net_drops_large_frames, SentenceId::fault_net_limited_to_rate, SentenceId::fault_net_foreign_cell,
    SentenceId::fault_net_foreign_owner, SentenceId::fault_addr_has_prefix_int, SentenceId::fault_gateway_lost,
    SentenceId::fault_link_down, SentenceId::fault_link_one_way, SentenceId::fault_link_blocked,
    SentenceId::fault_bond_fails_over, SentenceId::fault_link_late,
    // power devices
    SentenceId::fault_bmc_lose_power, SentenceId::fault_bmc_silent, SentenceId::fault_bmc_refused,
    SentenceId::fault_bmc_disconnected, SentenceId::fault_bmc_drops, SentenceId::fault_bmc_duplicates,
    SentenceId::fault_bmc_rejects, SentenceId::fault_bmc_out_of_sessions, SentenceId::fault_bmc_answers_error,
    SentenceId::fault_bmc_wedge_behind_int_commands, SentenceId::fault_bmc_takes,
    SentenceId::fault_bmc_delay_replies_by, SentenceId::fault_bmc_loses_reply, SentenceId::fault_bmc_ignores,
    SentenceId::fault_bmc_execute_late, SentenceId::fault_bmc_execute_twice, SentenceId::fault_bmc_cycle_instead_of_off,
    SentenceId::fault_bmc_stuck_powering_off, SentenceId::fault_bmc_power_on_again_later, SentenceId::fault_bmc_resets,
    SentenceId::fault_bmc_says, SentenceId::fault_bmc_stale_by, SentenceId::fault_bmc_control_head,
    SentenceId::fault_pdu_silent, SentenceId::fault_pdu_fail_on_feed, SentenceId::fault_pdu_lose_power,
    SentenceId::fault_pdu_control_head_instead, SentenceId::fault_fence_agent_fails,
    SentenceId::fault_fence_agent_ignores,
    // storage
    SentenceId::fault_store_unreachable_from_place, SentenceId::fault_store_hang, SentenceId::fault_nas_down,
    SentenceId::fault_nas_restart_taking_without_grace, SentenceId::fault_store_slow_by, SentenceId::fault_store_full,
    SentenceId::fault_store_readonly, SentenceId::fault_fsync_of_store_takes, SentenceId::fault_store_fails,
    SentenceId::fault_controller_of_volume_fails, SentenceId::fault_volume_stale, SentenceId::fault_volume_renumbered,
    SentenceId::fault_store_lose_locks, SentenceId::fault_nas_dies_unanswered, SentenceId::fault_mount_fails,
    SentenceId::fault_unmount_fails,
    // voters, witnesses, clients
    SentenceId::fault_voters_off, SentenceId::fault_some_voters_off, SentenceId::fault_voters_cannot_see,
    SentenceId::fault_witness_down, SentenceId::fault_witness_restarts_taking,
    SentenceId::fault_witness_answers_stale_reads, SentenceId::fault_clients_ignore_announcements,
    // parts
    SentenceId::fault_part_crashes, SentenceId::fault_duplicate_detection_fails, SentenceId::fault_part_fails_to_start,
    SentenceId::fault_part_hangs, SentenceId::fault_part_takes, SentenceId::fault_check_of_part,
    SentenceId::fault_script_of_service_hangs,
    // databases, images, clients
    SentenceId::fault_replication_stopped, SentenceId::fault_replication_lags,
    SentenceId::fault_replication_misses_commits, SentenceId::fault_db_accept_int_late_writes,
    SentenceId::fault_db_cold, SentenceId::fault_images_old, SentenceId::fault_clients_reconnect,
    // tools
    SentenceId::do_recover_database_onto_head, SentenceId::do_clone_head_onto_head, SentenceId::do_boot_clone_of_head,
    SentenceId::do_boot_old_disk_of_head, SentenceId::do_provision, SentenceId::do_commit_image_change,
    SentenceId::do_write_files, SentenceId::do_submit_jobs, SentenceId::do_finish_job,
    SentenceId::do_scontrol_takeover_on_head, SentenceId::do_scontrol_reconfigure, SentenceId::do_migrate,
    SentenceId::do_move_clients_to_head, SentenceId::do_add_to_arp_cache,
    // actions
    SentenceId::do_makeactive, SentenceId::do_acknowledge_off, SentenceId::do_maintenance, SentenceId::do_standby,
    SentenceId::do_cancel, SentenceId::do_drill, SentenceId::do_reload, SentenceId::do_change_setting,
    SentenceId::do_upgrade_core, SentenceId::do_rotate_key, SentenceId::do_power_head, SentenceId::do_reset_head,
    SentenceId::do_reboot_head, SentenceId::do_shut_down_head, SentenceId::do_core, SentenceId::do_restart_cores,
    SentenceId::do_power_things, SentenceId::do_restart_nas, SentenceId::do_part, SentenceId::do_mount,
    SentenceId::do_address, SentenceId::do_flush_addresses};

bool is_stimulus(const Sentence& sentence) {
  const SentenceList list = info(sentence.id).list;
  return list == SentenceList::fault || list == SentenceList::action;
}

}  // namespace

std::optional<std::string> cannot(const Sentence& sentence) {
  if (!is_stimulus(sentence)) return std::nullopt;
  const bool simulated = std::find(kSimulated.begin(), kSimulated.end(), sentence.id) != kSimulated.end();
  if (simulated) return std::nullopt;
  return "not in this version yet";
}

}  // namespace hasim::sim
