// The help texts of all commands.
#include "cli/help.h"

namespace hasim {

const char* const kHelp = R"(hasim: failover scenarios for two head nodes, in a simulator

Usage: hasim COMMAND [OPTIONS]
Run      run       run scenarios and judge them; one run again, by its name
         swarm     random worlds, settings and faults, thousands of them
Judge    budget    worst cases and safety of a configuration; failures without an automatic answer
         replay    the black box of a head node, step by step
         compare   the simulator beside namespaces: verdicts, order, times
Write    check     errors in scenarios; no world       fmt      one layout for all
         list      scenarios by class, seed, row       explain  a cause, invariant, row or reason
Machine  doctor    what runs here, for real too        version     of hasim and its core
         clean     what killed runs have left          completion  for bash and zsh

A run is named FILE[:CASE]:SEED, for example fencing/bmc-lies.scn:48213, everywhere.
Exit: 0 holds  1 broken  2 usage or scenario error  4 hasim failed  5 cut short
      77 cannot run here  130 interrupted
Start with: hasim run scenarios/pair        Options of a command: hasim COMMAND --help
)";

const char* const kRunHelp =
    R"(Usage: hasim run [OPTIONS] PATH...      PATH: a scenario, a run name, or a folder of scenarios
What   --seeds A..B         one run a seed (default: 1)     --on sim|netns      netns: for real, as root
       --case X,Y           only these cases of `for`       --world FILE        another world
       --tag T, --row ID    only matching scenarios         --set KEY=VALUE     override a `set`
How    -j N                 workers (default: all cores)    --for DURATION      stop after this long
       --stop-after N       stop after N broken runs        --keep-going        judge all lines of a run
See    -v, -vv              more events                     --quiet             only what broke
       --all                details of every broken run     --color WHEN        auto always never
Files  --json[=events]      JSON Lines on stdout            --junit F.xml       for CI
A case is named by its values, `victim=head1,blow=hangs,step=7` or `head1,hangs`; `*` stands for any.
Exit: 0 holds  1 broken  2 usage or scenario error  4 hasim failed  5 cut short  77 cannot run here
)";

const char* const kSwarmHelp =
    R"(Usage: hasim swarm [OPTIONS]
Every run is a story that its seed draws: a world with its settings, what breaks and when, what operators
do. Then a sufficient part is healed, and somebody has to serve. The invariants are judged all along.
What   --runs N             so many runs (default: 1000)    --seed S            the first seed (default: 1)
       --world W,X          only these worlds               --minutes M         a run lasts at most about so
                                                                                long, simulated (default: 20)
How    -j N                 workers (default: all cores)    --for DURATION      stop after this long
       --stop-after N       stop after N broken runs        --require-places    fail if a place is not reached
See    --quiet              only what broke                 --color WHEN        auto always never
       --print              the stories, without running them
Files  --json               the summary as JSON             --folder F          where broken stories are
                                                                                written (default: .hasim)
A broken run is written as a scenario, swarm-SEED.scn; `hasim run` plays it again. `hasim explain places`
lists the rare places that are counted.
Exit: 0 holds  1 broken, or a place not reached  2 usage  4 hasim failed  5 cut short  130 interrupted
)";

const char* const kCheckHelp = R"(Usage: hasim check [OPTIONS] PATH...    PATH: a scenario, a world, or a folder of them
Reports what is wrong in scenario and world files, and what this version cannot do yet. Runs nothing.
       --set KEY=VALUE      override a `set`                --world FILE        another world
Exit: 0 all are right  2 some are not
)";

const char* const kBudgetHelp =
    R"(Usage: hasim budget [OPTIONS] CONFIG   CONFIG: a world (`bcm`, or a file), or a scenario with its `set`s
Adds up how long detection, decision, fencing, takeover and handover take at worst, checks the safety
inequality, and runs every single failure and every pair of them with the real core to find those that
it has no automatic answer to. A configuration whose settings collide is refused, with both settings.
       -v                   every failure, also those with an answer
       --set KEY=VALUE      override a `set`                --json              JSON Lines on stdout
       --color WHEN         auto always never
Exit: 0 safe  1 not safe  2 usage, or a file that cannot be read
)";

const char* const kFmtHelp = R"(Usage: hasim fmt [--check] PATH...      PATH: a scenario, a world, or a folder of them
Rewrites files in the one layout. Words are never changed, lines never sorted.
       --check              change nothing; exit 1 if a file is not in the one layout
Exit: 0 done  1 --check found a difference  2 a file cannot be read as a scenario  4 cannot write
)";

const char* const kListHelp =
    R"(Usage: hasim list [OPTIONS] [PATH...]   PATH: scenarios or folders (default: those of hasim)
       --by WHAT            class (default), row: rows of the catalogue, seed: documents behind it
       --require-complete   exit 1 if a row of the catalogue has no scenario
       --markdown           with --by row: the page docs/coverage.md
)";

const char* const kExplainHelp = R"(Usage: hasim explain WORD...
Explains a reason, a cause, a proof (power_off, P2), an invariant (I1), a row of the catalogue (BM03), a
world (bcm), or a word of the scenario language.
Exit: 0 known  2 unknown
)";

const char* const kCompletionHelp = R"(Usage: hasim completion bash|zsh
Prints a completion script for a shell.
  bash:  source <(hasim completion bash)          zsh:  source <(hasim completion zsh)
)";

const char* const kReplayHelp =
    R"(Usage: hasim replay [OPTIONS] FILE      FILE: the black box of a hacored, /run/hacore/blackbox or a copy
Steps a core through everything that the one on the head was told, and compares it after each step.
See    -v                   every input, also beats and ticks      --json    JSON Lines on stdout
Only a hasim of the same release can do that; the first line says so otherwise.
Exit: 0 no difference  1 different, or the file ends in a damaged record  2 usage, or no black box
)";

const char* const kCompareHelp =
    R"(Usage: hasim compare [OPTIONS] PATH...   PATH: a scenario or a folder of them
Runs each story in the simulator, with 200 seeds, and for real in namespaces, and shows what happened in
both: verdicts, decisions and their order, instants and their differences. As root. A real instant agrees
that is no further than 20 ms and 5 % outside of what the simulated runs have.
       --runs N             real runs of each story (default: 3)
       -j N                 side by side (default: four for each core)
       --markdown           the page docs/fidelity.md       --color WHEN        auto always never
Exit: 0 the same  1 different  2 usage or scenario error  4 hasim failed  77 cannot run here
      130 interrupted
)";

const char* const kCleanHelp = R"(Usage: hasim clean
Removes what runs in namespaces have left whose hasim is dead: their processes, and with them their
namespaces, links and mounts, and their loop devices. Runs that go on are not touched. As root. All of it
should have ended by itself, so there is rarely anything.
Exit: 0 nothing is left  4 something cannot be removed; it is named  77 not root
)";

const char* const kDoctorHelp = R"(Usage: hasim doctor
Says what runs on this machine: the simulator, and what `hasim run --on netns` needs, what stands for
what there, and what is missing. As root; each thing is tried once, and nothing is left behind.
Exit: 0 ready  4 hasim failed  77 something that a run in namespaces needs is missing
)";

const char* const kVersionHelp = R"(Usage: hasim version
Prints the versions of hasim and of the scenario language, and the digest of the core that it runs.
)";

}  // namespace hasim
