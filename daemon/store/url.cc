// What a store URL means.
#include "daemon/store/url.h"

#include <fmt/format.h>

#include "daemon/refused.h"
#include "daemon/store/nfs_files.h"
#include "daemon/store_dir.h"
#include "daemon/store_in_files.h"
#include "daemon/store_on_disk.h"

namespace hacored {
namespace {

constexpr std::string_view kDirectory = "dir:";
constexpr std::string_view kNfs = "nfs://";
constexpr std::string_view kBlock = "block:";

std::unique_ptr<StoreFiles> open_nfs(std::string_view place, int side, ha::Duration timeout) {
  const std::size_t slash = place.find('/');
  if (slash == 0 || slash == std::string_view::npos || slash + 1 == place.size())
    throw NeedsPerson(fmt::format("store \"nfs://{}\": it is nfs://SERVER/EXPORT/DIRECTORY", place));
  return std::make_unique<NfsFiles>(std::string{place.substr(0, slash)}, std::string{place.substr(slash)}, side,
                                    timeout);
}

}  // namespace

std::unique_ptr<StoreFiles> open_files(const std::string& url, int side, ha::Duration timeout) {
  const std::string_view text = url;
  if (text.starts_with(kNfs)) return open_nfs(text.substr(kNfs.size()), side, timeout);
  if (text.starts_with(kDirectory) && text.substr(kDirectory.size()).starts_with('/'))
    return std::make_unique<DirectoryFiles>(std::string{text.substr(kDirectory.size())}, side);
  throw NeedsPerson(
      fmt::format("store \"{}\": it is nfs://SERVER/EXPORT/DIRECTORY, dir:/PATH or block:/PATH; --probe is for "
                  "the first two",
                  url));
}

std::unique_ptr<Store> open_store(const std::string& url, StoreId id, int side, ha::Duration timeout) {
  const std::string_view text = url;
  if (!text.starts_with(kBlock)) return std::make_unique<FileStore>(open_files(url, side, timeout), id, side);
  const std::string path{text.substr(kBlock.size())};
  if (!path.starts_with('/')) throw NeedsPerson(fmt::format("store \"{}\": it is block:/dev/…, or a file", url));
  return std::make_unique<DiskStore>(std::make_unique<DeviceDisk>(path, side), id, side);
}

}  // namespace hacored
