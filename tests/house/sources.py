"""How a file looks: it opens with its purpose, it fits in a head, its names are the field's words."""

import re
from pathlib import Path

LINES_MAX = 600
CODE_FOLDERS = ["core", "lang", "sim", "netns", "explore", "report", "cli", "daemon", "bench", "tests"]
NAMED_FOLDERS = {"core", "lang", "sim"}
NOT_THE_FIELDS_WORDS = {"manager", "handler", "helper", "util", "managers", "handlers", "helpers", "utils"}

COMMENT_OPENS = {".h": "//", ".cc": "//", ".def": "//", ".py": '"""'}  # all others: "#"


def says_purpose(path: Path, text: str) -> bool:
    if text.startswith("#!"):
        text = text.partition("\n")[2]
    if path.suffix == ".cc" and text.startswith('#include "') and path.with_suffix(".h").exists():
        return True  # its header says it
    title = ('scenario "',) if path.suffix == ".scn" else ()  # a story may open with its title
    return text.startswith((COMMENT_OPENS.get(path.suffix, "#"), '"""', *title))


def is_code(path: Path) -> bool:
    return path.suffix in {".h", ".cc", ".def", ".py"} or path.name == "CMakeLists.txt"


def files(root: Path):
    for folder in CODE_FOLDERS:
        yield from (path for path in sorted((root / folder).rglob("*")) if path.is_file() and is_code(path))
    yield from sorted(path for path in (root / "ci").glob("*") if path.is_file())
    for pattern in ("*.scn", "*.world"):
        yield from sorted((root / "scenarios").rglob(pattern))


def words_of(identifier: str) -> set[str]:
    """`FenceHandler` and `fence_handler` are both {fence, handler}."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", identifier)}


def identifiers(text: str):
    """Line numbers and identifiers outside comments and strings."""
    text = re.sub(r"/\*.*?\*/", lambda c: "\n" * c[0].count("\n"), text, flags=re.S)
    for number, line in enumerate(text.splitlines(), 1):
        line = re.sub(r'"(\\.|[^"\\])*"', '""', line).split("//")[0]
        for name in re.findall(r"[A-Za-z_]\w*", line):
            yield number, name


def problems(root: Path) -> list[str]:
    found = []
    for path in files(root):
        file = path.relative_to(root).as_posix()
        text = path.read_text()
        lines = text.splitlines()
        if not says_purpose(path, text):
            found.append(f"{file}:1: opens without a comment that says its purpose")
        if len(lines) > LINES_MAX:
            found.append(f"{file}: has {len(lines)} lines, more than {LINES_MAX}; which part deserves a room of its own?")
        if file.split("/")[0] in NAMED_FOLDERS:
            names = [(1, path.stem)] + list(identifiers(text))
            found += [f"{file}:{number}: \"{name}\" is not a word of the field"
                      for number, name in names if words_of(name) & NOT_THE_FIELDS_WORDS]
    return found
