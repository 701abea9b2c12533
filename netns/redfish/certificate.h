// Certificates as BMCs have them that nobody gave one: signed by themselves.
#pragma once

#include <string>

namespace hasim::redfish {

/// Writes a key and a certificate of who has that IP address, as PEM files. Throws `std::runtime_error`.
void make_certificate(const std::string& address, const std::string& certificate, const std::string& key);

}  // namespace hasim::redfish
