"""What the objects of the core ask of the rest of the world, read with nm.

The list is of what is allowed: whatever is not on it (clocks, files, sockets, threads, memory, locale, random numbers,
printf) is refused without having to be thought of.
"""

import re
import subprocess
from pathlib import Path

# Copying bytes, and what the compiler adds for std::variant, std::optional and the checks of the dev build.
EVERYWHERE = [
    r"ha::.*", r"(typeinfo|typeinfo name|vtable|guard variable) for ha::.*",
    r"mem(cpy|set|cmp|move)", r"strlen", r"__stack_chk_fail", r"_GLOBAL_OFFSET_TABLE_",
    r"__gxx_personality_v0", r"_Unwind_Resume", r"__cxa_\w+", r"std::terminate\(\)",
    r"(typeinfo|vtable) for (__cxxabiv1::\w+|std::(exception|bad_\w+))", r"std::(exception|bad_\w+)::.*",
    r"std::__throw_(bad_\w+|out_of_range\w*)\(.*", r"std::__glibcxx_assert_fail\(.*",
    r"operator delete\(void\*(, unsigned long)?\)",
]
# Text is made when a person asks or a configuration is refused, never in a step.
TEXT = [
    r"operator new\(unsigned long\)", r"std::__throw_(length|logic)_error\(.*", r"(std::__cxx11::)?basic_string<.*",
    r"std::(__cxx11::)?basic_string<.*", r"fmt::v9::.*", r".* fmt::v9::.*", r".* std::__cxx11::basic_string<.*",
]
LAST_WORDS = [r"stderr", r"fprintf", r"__fprintf_chk", r"fwrite", r"fputs", r"abort"]

ALSO = {"budget.cc.o": TEXT, "config.cc.o": TEXT, "status.cc.o": TEXT,
        "journal.cc.o": TEXT, "telling.cc.o": TEXT, "check.cc.o": LAST_WORDS}


def undefined_symbols(archive: Path) -> dict[str, list[str]]:
    """Demangled undefined symbols of each object in a static library."""
    listing = subprocess.run(["nm", "-C", "--undefined-only", archive], check=True, capture_output=True, text=True).stdout
    symbols: dict[str, list[str]] = {}
    current: list[str] = []
    for line in listing.splitlines():
        if line.endswith(".o:"):
            current = symbols.setdefault(line[:-1], [])
        elif line.strip():
            current.append(line.split(maxsplit=1)[1])
    return symbols


def problems(archive: Path) -> list[str]:
    found = []
    symbols = undefined_symbols(archive)
    if not symbols:
        found.append(f"{archive}: has no objects")
    for name, wanted in symbols.items():
        allowed = re.compile("|".join(EVERYWHERE + ALSO.get(name, [])))
        found += [f"core/{name[:-2]}: asks for `{symbol}`" for symbol in wanted if not allowed.fullmatch(symbol)]
    return found
