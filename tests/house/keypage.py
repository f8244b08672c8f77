"""The README's page of keys: `python -m tests.house.keypage` writes it from the table that the screen itself uses."""

from __future__ import annotations

import re

from flashtorch import language
from flashtorch.tui.keys import KEYS, Group
from tests.house.sources import ROOT

README = ROOT / "README.md"
_BLOCK = re.compile(r"(?<=<!-- keys -->\n).*?(?=<!-- end of keys -->)", re.DOTALL)


def page() -> str:
    """A row of Markdown for each row of the table, by what it is about."""
    language.use("en")
    lines = ["", "| | keys | |", "|---|---|---|"]
    for group in Group:
        title = group.title
        for row in (each for each in KEYS if each.group is group):
            names = row.shown.split(" ")
            lines.append(f"| {title} | {' '.join(f'`{name}`' for name in names)} | {row.label()} |")
            title = ""
    return "\n".join([*lines, "", ""])


def written() -> str:
    """What the README says now."""
    found = _BLOCK.search(README.read_text(encoding="utf-8"))
    return found[0] if found else ""


def write() -> None:
    README.write_text(_BLOCK.sub(lambda _: page(), README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    write()
