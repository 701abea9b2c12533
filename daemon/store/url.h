// What a store URL means.
#pragma once

#include <memory>
#include <string>

#include "core/time.h"
#include "daemon/store.h"
#include "daemon/store_files.h"

namespace hacored {

/// The files of `dir:/PATH` or `nfs://SERVER/PATH`, as head `side` uses them; a request to a server ends after
/// `timeout`. Throws `Refused` for any other URL.
std::unique_ptr<StoreFiles> open_files(const std::string& url, int side, ha::Duration timeout);

/// The store of the cell `id` there, or at `block:/PATH`. Throws `Refused`.
std::unique_ptr<Store> open_store(const std::string& url, StoreId id, int side, ha::Duration timeout);

}  // namespace hacored
