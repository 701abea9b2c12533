// Clients: what they see of the services, and what they write.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

/// A head announces its addresses of one service; clients that hear it use that head from now on.
void announce(Engine&, int head, std::size_t number);
/// Works out again what clients see, and says what changed. Called once after each piece of work that asked for it.
void look(Engine&);
/// The heads that answer requests of those clients to a service now, a bit for each.
std::uint32_t heads_that_answer(Engine&, int service, int clients);
void address_expires(Engine&, const Due&);
void clients_give_up(Engine&, const Due&);

/// Writes are said one by one only if somebody waits for them (`about to write`, `rejects`).
void begin_writing(Engine&);
/// The first write of each owner.
void say_first_writes(Engine&);
/// A head stalls between check and write: what it was about to write lands when it wakes.
void take_write_in_hands(Engine&, int head);
/// Counts acknowledged writes that two owners of one volume lost to each other.
void judge_double_writers(Engine&);
void write_begins(Engine&, const Due&);
void write_lands(Engine&, const Due&);

}  // namespace hasim::sim
