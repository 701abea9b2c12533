// Which files a store URL means.
#include "daemon/store/url.h"

#include <fmt/format.h>

#include "daemon/refused.h"
#include "daemon/store/nfs_files.h"
#include "daemon/store_dir.h"

namespace hacored {
namespace {

constexpr std::string_view kDirectory = "dir:";
constexpr std::string_view kNfs = "nfs://";
constexpr std::string_view kBlock = "block:";

std::unique_ptr<StoreFiles> open_nfs(std::string_view place, int side, ha::Duration timeout) {
  const std::size_t slash = place.find('/');
  if (slash == 0 || slash == std::string_view::npos || slash + 1 == place.size())
    throw Refused(fmt::format("store \"nfs://{}\": it is nfs://SERVER/EXPORT/DIRECTORY", place));
  return std::make_unique<NfsFiles>(std::string{place.substr(0, slash)}, std::string{place.substr(slash)}, side,
                                    timeout);
}

}  // namespace

std::unique_ptr<StoreFiles> open_store(const std::string& url, int side, ha::Duration timeout) {
  const std::string_view text = url;
  if (text.starts_with(kNfs)) return open_nfs(text.substr(kNfs.size()), side, timeout);
  if (text.starts_with(kDirectory) && text.substr(kDirectory.size()).starts_with('/'))
    return std::make_unique<DirectoryFiles>(std::string{text.substr(kDirectory.size())}, side);
  if (text.starts_with(kBlock))
    throw Refused(fmt::format("store \"{}\": block devices are not in this version; use nfs:// or dir:", url));
  throw Refused(fmt::format("store \"{}\": it is dir:/PATH or nfs://SERVER/EXPORT/DIRECTORY", url));
}

}  // namespace hacored
