// A store in a directory, and what is asked of it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "daemon/store_dir.h"
#include "daemon/store_in_files.h"
#include "tests/daemon/folder.h"

namespace hacored {

inline const StoreId kTestStore = store_of_cell("test");

/// How many files there are.
inline std::size_t files_in(const Folder& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator{folder.path()}, {}));
}

/// Puts other bytes into a file, from `offset` on.
inline void scribble(const std::string& path, long offset, const std::string& bytes) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(offset).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  EXPECT_TRUE(file.good());
}

inline FileStore store_in(const Folder& folder, int side, StoreId id = kTestStore) {
  return {std::make_unique<DirectoryFiles>(folder.path(), side), id, side};
}

inline ha::LeaseRecord lease(std::uint64_t seq, std::uint64_t boot = 7) {
  ha::LeaseRecord record;
  record.holder = {boot, 1};
  record.epoch = ha::epoch_of(5, 1);
  record.owned[2] = ha::epoch_of(4, 0);
  record.seq = seq;
  record.watchdog_after = 5'000'000'000;
  record.watchdog_armed = 1;
  record.watchdog_tested = 1;
  return record;
}

inline ha::ClaimRecord claim_by(std::uint8_t side, std::uint64_t counter = 9) {
  return {ha::epoch_of(counter, side), {100U + side, 1}, {200, 2}};
}

inline StoreRequest to_read() { return {.id = ha::RequestId{1}}; }
inline StoreRequest to_renew(std::uint64_t seq) {
  return {.id = ha::RequestId{2}, .verb = StoreVerb::renew, .lease = lease(seq)};
}
inline StoreRequest to_claim(std::uint64_t term, const ha::ClaimRecord& record) {
  return {.id = ha::RequestId{3}, .verb = StoreVerb::claim, .term = ha::Term{term}, .claim = record};
}

}  // namespace hacored
