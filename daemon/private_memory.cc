// prctl(2), and a limit for kernels that are told to dump everything (fs.suid_dumpable).
#include "daemon/private_memory.h"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace hacored {

void keep_memory_private() {
  prctl(PR_SET_DUMPABLE, 0);
  rlimit core{};
  if (getrlimit(RLIMIT_CORE, &core) != 0) return;
  core.rlim_cur = 0;
  setrlimit(RLIMIT_CORE, &core);
}

}  // namespace hacored
