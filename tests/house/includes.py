"""The arrows between the folders, read from the #include lines.

    core <- lang <- sim, netns, explore <- cli      lang <- report <- cli      core <- daemon

Beside the arrows: which other headers a folder may use at all, and what would make two runs of one seed differ.
"""

import re
from pathlib import Path

ARROWS = {
    "core": {"core"},
    "lang": {"core", "lang"},
    "sim": {"core", "lang", "sim"},
    "netns": {"core", "lang", "netns"},
    "explore": {"core", "lang", "explore"},  # worlds only through the port, lang/world.h
    "report": {"core", "lang", "report"},
    "cli": {"core", "lang", "sim", "netns", "explore", "report", "cli"},
    "daemon": {"core", "daemon"},
}

# Layouts that somebody reads who trusts nobody, and that must not be written down twice.
LAYOUTS = {"netns": {"daemon/store_wire.h"}}

LIBRARIES = {
    "core": {"fmt"},
    "lang": {"fmt"},
    "sim": {"fmt"},
    "netns": {"fmt", "nlohmann", "linux", "net", "netinet", "arpa", "netlink", "nfsc", "CLI", "boost", "openssl"},
    "explore": {"fmt"},
    "report": {"fmt", "nlohmann"},
    "cli": {"fmt", "CLI"},
    "daemon": {"fmt", "CLI", "nlohmann", "boost", "toml++", "netlink", "nfsc", "linux", "net", "netinet", "arpa",
               "freeipmi", "mariadb", "openssl", "systemd", "blkid"},
}

# Libraries that only one place may use, and why.
ONLY_IN = {
    "freeipmi": ("daemon/agents/ipmi/", "it is GPL-3+, and so is whatever is linked with it"),
    "mariadb": ("daemon/agents/mariadb/", "only resource-mariadb loads it"),
}

# Folders in which the same input gives the same output, bit for bit.
DETERMINISTIC = {"core", "lang", "sim"}

# Models of other systems decide from what the core would decide from, and know nothing of the world.
RULES = "sim/rules/"

UNREPEATABLE = {
    "random", "thread", "mutex", "shared_mutex", "atomic", "future", "condition_variable", "stop_token", "semaphore",
    "latch", "barrier", "coroutine", "ctime", "time.h", "csignal", "clocale", "locale", "regex", "iostream",
    "unordered_map", "unordered_set", "execution", "source_location",
}
FILES = {"fstream", "filesystem", "cstdio", "stdio.h", "istream", "ostream", "sstream", "iomanip", "syncstream"}

# Where the program speaks its last words.
MAY_ALSO_INCLUDE = {"core/check.cc": {"cstdio"}}

UNREPEATABLE_TEXT = {
    r"\b(steady|system|high_resolution|file|utc|tai|gps)_clock\b": "reads a clock",
    r"\bstd::hash\b": "its values are not defined, and differ between libraries",
    r"\bu?intptr_t\b": "addresses differ between runs",
    r"\b(getenv|rand|srand|random_device|clock_gettime|gettimeofday|localtime|gmtime)\b": "hidden input",
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def sources(root: Path):
    """All C++ files of the house, without the tests."""
    for folder in sorted(ARROWS):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".h", ".cc", ".def"}:
                yield folder, path


def forbidden_include(folder: str, name: str, angled: bool, file: str) -> str | None:
    """Why `file` of `folder` must not include `name`, or None."""
    first = name.split("/")[0]
    if not angled and file.startswith(RULES) and first != "core" and not name.startswith(RULES):
        return f"{RULES} sees only the core's port, not {name}"
    if not angled:
        known = first in ARROWS[folder] or name in LAYOUTS.get(folder, ())
        return None if known else f"{folder} must not include {first}"
    if first == "sys" and folder not in DETERMINISTIC:
        return None
    place, why = ONLY_IN.get(first, ("", ""))
    if not file.startswith(place):
        return f"{first} only in {place}: {why}"
    if "/" in name:
        return None if first in LIBRARIES[folder] else f"{folder} must not use the library {first}"
    if folder not in DETERMINISTIC or name in MAY_ALSO_INCLUDE.get(file, ()):
        return None
    if name in UNREPEATABLE:
        return f"<{name}> does not belong where runs must be repeatable"
    if name in FILES and folder != "lang":  # the parser reads files, the core and the simulator nothing
        return f"<{name}> is input or output; {folder} has none"
    if name.endswith(".h"):
        return f"{folder} uses the standard library, not <{name}>"
    return None


def without_comments(line: str) -> str:
    return re.sub(r'"(\\.|[^"\\])*"', '""', line).split("//")[0]


def problems(root: Path) -> list[str]:
    found = []
    for folder, path in sources(root):
        file = path.relative_to(root).as_posix()
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if include := INCLUDE.match(line):
                why = forbidden_include(folder, include[2], include[1] == "<", file)
                if why:
                    found.append(f"{file}:{number}: {why}")
            elif folder in DETERMINISTIC:
                for pattern, why in UNREPEATABLE_TEXT.items():
                    if hit := re.search(pattern, without_comments(line)):
                        found.append(f"{file}:{number}: {hit[0]}: {why}")
    return found
