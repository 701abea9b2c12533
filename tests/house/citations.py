"""What comments cite exists: sections and rule ids of docs/protocol.md, and no document that the project does not have."""

import re
from pathlib import Path

CODE_FOLDERS = ["core", "lang", "sim", "netns", "explore", "report", "cli", "bench", "tests"]
FOREIGN = re.compile(r"\b(LANGUAGE|VOCABULARY|DESIGN|UX) (§|V\d)")
SECTION = re.compile(r"§(\d+(?:\.\d+)?)")
RULE = re.compile(r"(?<![\w.])([A-FTV]\d{1,2}[rv]?)(?!\w)")


def known(protocol: str) -> set[str]:
    """Sections "5", "5.2" and rule ids "D1", "V3" of the protocol page."""
    sections = set(re.findall(r"^## (\d+)\.", protocol, re.M)) | set(re.findall(r"\*\*(\d+\.\d+)\b", protocol))
    rules = set(re.findall(r"\*\*([A-FT]\d{1,2}[rv]?)\*\*", protocol)) | set(re.findall(r"^\| (V\d+) \|", protocol, re.M))
    return sections | rules


def comments(text: str):
    for number, line in enumerate(text.splitlines(), 1):
        before, mark, comment = line.partition("//")
        if mark and not before.rstrip().endswith(":"):
            yield number, comment


def problems(root: Path) -> list[str]:
    exists = known((root / "docs/protocol.md").read_text())
    found = []
    for folder in CODE_FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in {".h", ".cc", ".def"}:
                continue
            file = path.relative_to(root).as_posix()
            for number, comment in comments(path.read_text()):
                cited = SECTION.findall(comment)
                if folder == "core":
                    cited += RULE.findall(comment)
                found += [f"{file}:{number}: cites {what}, which docs/protocol.md does not have"
                          for what in cited if what not in exists]
                if FOREIGN.search(comment):
                    found.append(f"{file}:{number}: cites a document that the project does not have")
    return found
