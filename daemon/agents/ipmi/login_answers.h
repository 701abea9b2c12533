// Answers of a login that come twice. libfreeipmi gives a login up at once when an answer arrives again that it has
// already had, where it waits for the next one; so each is let through to it once. Within a session it knows doubles
// itself.
#pragma once

namespace hacored::agents {

/// The next login begins: no answer of it has come yet. One at a time in a process.
void login_begins();

}  // namespace hacored::agents
