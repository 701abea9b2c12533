// The program of a part of a service, as an init script calls it.
#pragma once

#include <string>
#include <vector>

namespace hasim::cell {

/// Words: ACTION ID START_MS STOP_MS PORT FOLDER [ADDRESS:PORT …]. Returns the exit status, of `status` as LSB says.
/// The addresses are those of services that have to be served before it starts.
int part_of_service(const std::vector<std::string>& words);

}  // namespace hasim::cell
