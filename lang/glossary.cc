// The glossary of the scenario language.
#include "lang/glossary.h"

#include <array>

namespace hasim {
namespace {

constexpr std::array kGlossary{
    GlossaryEntry{"verb", "fault",
                  "breaks something at an instant: `+60s fault head1 hangs`. A line below counts its time from it."},
    GlossaryEntry{"verb", "heal",
                  "ends faults: of a thing (`heal internal`), with a fault's own words, or `heal all`. It restores "
                  "the cause, not the past: queued frames arrive, dead processes stay dead."},
    GlossaryEntry{"verb", "do", "is what an operator, a tool or a user does: `+60s do makeactive on head2`."},
    GlossaryEntry{"verb", "expect",
                  "of a state: it holds when the window closes. Of an event: it happens in the window. Of a count: "
                  "the number in the window is right."},
    GlossaryEntry{"verb", "always",
                  "a state holds at every instant of the window. Events cannot last, so it takes none."},
    GlossaryEntry{"verb", "never", "a state holds at no instant of the window, an event does not happen in it."},
    GlossaryEntry{"verb", "note", "names an instant and does nothing else: `+5min note \"quiet\"`."},

    GlossaryEntry{"time", "given", "in force before the machines have power; stands above `start`."},
    GlossaryEntry{"time", "start",
                  "powers the world up and waits until it is settled; that instant is 0. `start cold`: instant 0 is "
                  "everything off. As a point of a window: instant 0."},
    GlossaryEntry{"time", "end", "the last instant of the run: the latest that any line names."},
    GlossaryEntry{"time", "mark",
                  "the instant of the nearest stimulus above; `+5s` counts from it. Claims never move it."},
    GlossaryEntry{"time", "on",
                  "waits for the first such event at or after the mark (a state: until it holds), then acts. If it "
                  "never comes, the run fails."},
    GlossaryEntry{"time", "whenever", "like `on`, at every occurrence, also none; never moves the mark."},
    GlossaryEntry{
        "time", "any",
        "a choice: `any +1s..+3s` an instant, `any 1s..3s` a value, `any of [a, b]` words. `run` draws it from "
        "the seed, `explore` tries what matters."},
    GlossaryEntry{"time", "each",
                  "`each step of OPERATION` makes one case for each step of that operation, and acts there."},
    GlossaryEntry{"time", "repeat", "`+60s repeat 3 times` copies the lines below it; `{n}` in them is 1, 2, 3."},
    GlossaryEntry{"time", "race",
                  "`+60s race within 100ms` lets the lines below happen in any order within that span."},
    GlossaryEntry{
        "time", "for",
        "behind a fault how long it lasts (`for 30s`); as a header the values of a case (`for x in [a, b]`)."},

    GlossaryEntry{"header", "scenario", "the title of the story, a string."},
    GlossaryEntry{"header", "source",
                  "where the story comes from: a row of the catalogue, a guide, a post-mortem, or \"guess\"."},
    GlossaryEntry{"header", "tags", "words by which `hasim run --tag` selects scenarios."},
    GlossaryEntry{"header", "world",
                  "the world file that the story happens in; `running SYSTEM` puts another system than hacore on it."},
    GlossaryEntry{
        "header", "without",
        "takes things out of the world, and what cannot be without them: `without pdu1`, `without watchdogs`."},
    GlossaryEntry{"header", "set", "gives a setting a value for this scenario, with `on HEAD` for one head only."},
    GlossaryEntry{"header", "relax", "switches an invariant off, with a reason that every report prints."},
    GlossaryEntry{"summary", "measure",
                  "notes a number in each run: `measure gap = longest time without main served`."},
    GlossaryEntry{"summary", "over",
                  "judges all runs of a command together: `over 200 seeds expect p99 of gap <= 20s`, or "
                  "`over 1000 seeds sometimes head2 fencing head1`."},

    GlossaryEntry{"life", "once", "happens and leaves its consequence; undoing it is an action (`do power on head1`)."},
    GlossaryEntry{"life", "lasts", "stays until it is healed, or for as long as `for` says."},
    GlossaryEntry{"life", "soft", "stays until it is healed; a power-off or reboot of that head ends it as well."},

    GlossaryEntry{"unit", "ns", "a nanosecond; times are exact to it."},
    GlossaryEntry{"unit", "us", "a microsecond."},
    GlossaryEntry{"unit", "ms", "a millisecond."},
    GlossaryEntry{"unit", "s", "a second."},
    GlossaryEntry{"unit", "min", "a minute."},
    GlossaryEntry{"unit", "h", "an hour."},
    GlossaryEntry{"unit", "d", "a day of 24 hours."},
    GlossaryEntry{"unit", "%", "a hundredth, of frames, replies, writes or CPU time."},
    GlossaryEntry{"unit", "ppm", "parts per million, for the drift of clocks: 200ppm is 17 s a day."},
    GlossaryEntry{"unit", "B", "a byte; also KiB, MiB, GiB (powers of 1024)."},
    GlossaryEntry{"unit", "kbit", "a thousand bits per second; also Mbit, Gbit."},

    GlossaryEntry{"kind", "head", "a machine that can run the services; two of them make a cell."},
    GlossaryEntry{"kind", "network", "a switch, or with `cable` a direct cable. With `carries beats` it is a path."},
    GlossaryEntry{"kind", "bmc", "the controller that switches a head off and reads its power: `bmc of head1`."},
    GlossaryEntry{"kind", "pdu", "a power distribution unit that feeds heads and can cut a feed."},
    GlossaryEntry{"kind", "nas", "a file server; what it exports are volumes."},
    GlossaryEntry{"kind", "volume", "what a NAS exports or a shared disk holds; a mount has the name of its volume."},
    GlossaryEntry{"kind", "disk", "a shared disk array; heads reach its volumes without a network."},
    GlossaryEntry{"kind", "voters", "machines that say whether they still hear a head."},
    GlossaryEntry{"kind", "witness", "a store that both heads reach: it holds a lease, or gives a vote."},
    GlossaryEntry{"kind", "clients", "machines that use the services, write to volumes and notice what is lost."},
    GlossaryEntry{"kind", "cell", "two heads that guard each other."},
    GlossaryEntry{"kind", "service", "what must run on exactly one head of its cell: parts in start order."},
    GlossaryEntry{"kind", "address", "a part: a virtual IP address."},
    GlossaryEntry{"kind", "mount", "a part: a volume at a path."},
    GlossaryEntry{"kind", "database", "a part: a database, replicated or on shared storage."},
    GlossaryEntry{"kind", "daemon", "a part: a program that is started, checked and stopped."},
    GlossaryEntry{"kind", "script", "a part: a script that is run at start and stop."},

    GlossaryEntry{"group", "heads", "all heads."},
    GlossaryEntry{"group", "networks", "all networks."},
    GlossaryEntry{"group", "paths", "the networks that carry beats."},
    GlossaryEntry{"group", "bmcs", "all BMCs."},
    GlossaryEntry{"group", "volumes", "all volumes."},
    GlossaryEntry{"group", "services", "all services."},
    GlossaryEntry{"group", "everything", "all things of the world."},

    GlossaryEntry{"system", "hacore",
                  "the failover core of this project; what worlds run if they do not say otherwise."},
    GlossaryEntry{"system", "keepalived", "the real keepalived (VRRP), in namespaces."},
    GlossaryEntry{"system", "pacemaker", "the real pacemaker on corosync, in namespaces."},
    GlossaryEntry{"system", "corosync", "the real corosync, in namespaces."},
    GlossaryEntry{"system", "ucarp", "the real ucarp, in namespaces."},
    GlossaryEntry{"system", "heartbeat", "the real heartbeat of Linux-HA, in namespaces."},
    GlossaryEntry{"system", "slurmctld", "the real slurmctld with its own backup controller, in namespaces."},
    GlossaryEntry{"system", "bcm_rules", "a model of the failover rules that Base Command Manager documents."},
    GlossaryEntry{"system", "bull_rules", "a model of the rules in the Bull high availability guide."},
    GlossaryEntry{"system", "slurm_rules",
                  "a model of the rules in Slurm's high availability guide; in namespaces, slurmctld."},
    GlossaryEntry{"system", "xcat_rules", "a model of the rules of xCAT service node pools."},
};

constexpr std::string_view kLanguagePage = R"(The scenario language on one page

  # A BMC that lies must not buy a takeover.
  scenario "BMC says off while the head still runs"
  source   "catalogue BM03"
  world    bcm

    start
    +60s          fault   bmc of head1 says off
    +0s           fault   paths cut between head1 and head2
    +0s..+30s     expect  head2 holds because contradiction
    start..end    never   head2 active

Headers stand in column 1: scenario, source, world are needed; tags, set, without, for, relax may follow.
A body line is WHEN VERB WHAT, indented.

WHEN   given                 before power            start, start cold      instant 0
       +5s                   5 s after the mark      @90s                   90 s after instant 0
       +0s..+30s             a window (claims)       any +1s..+3s           a drawn instant (stimuli)
       on E, on E +20ms      waits for E             whenever E             at every E
       each step of O        one case per step       start..end, end        the whole run, its last instant
       The mark is the nearest fault, heal, do or note above. Claims never move it.
VERB   fault heal do note    happen at an instant; a fault may end with `for 30s`, `with probability 30%`
       expect always never   judge a window
WHAT   one sentence of the vocabulary; claims join states with and, or, not; events with or, before, after
Counts no, one, two, three, exactly 3, at most 3, at least 3.   Numbers carry a unit: 5s 200ms 30% 500ppm 1400B 10Mbit.
Lists  `head1, head2` and groups copy the line for each; only counts add things up. `peer of head1` is a head.
Cases  `for x in [a, b]` and {x} in the text.   Choices: `any 1s..3s`, `any of [a, b]`, `race within 100ms`.
Judged in every run: the invariants I1 to I9 (`hasim explain invariants`).

More: hasim explain verbs | settings | reasons | invariants | kinds | WORD; docs/language.md; docs/vocabulary.md
)";

}  // namespace

std::span<const GlossaryEntry> glossary() { return kGlossary; }

std::string_view language_page() { return kLanguagePage; }

}  // namespace hasim
