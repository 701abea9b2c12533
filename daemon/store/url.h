// Which files a store URL means.
#pragma once

#include <memory>
#include <string>

#include "core/time.h"
#include "daemon/store_files.h"

namespace hacored {

/// `dir:/PATH` or `nfs://SERVER/PATH`, as head `side` uses it; a request to a server ends after `timeout`. Throws
/// `Refused` for any other URL.
std::unique_ptr<StoreFiles> open_store(const std::string& url, int side, ha::Duration timeout);

}  // namespace hacored
