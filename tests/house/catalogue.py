"""The Chinese catalogue: `python -m tests.house.catalogue` compiles it and names the sentences that it lacks.

A sentence is the literal that a call of `_` or `n_` gets. The catalogue is a plain gettext `.po` file; the `.mo` beside it is
what the program reads.
"""

from __future__ import annotations

import ast
import io
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.house.sources import PACKAGE, trees

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

PO = PACKAGE / "locale" / "zh" / "LC_MESSAGES" / "flashtorch.po"
MO = PO.with_suffix(".mo")


def sentences() -> dict[str, str]:
    """Every sentence of the interface, with the first place that says it."""
    found: dict[str, str] = {}
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "n_")):
                continue
            texts = node.args[:1] if node.func.id == "_" else node.args[:2]
            for text in texts:
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    found.setdefault(text.value, f"{path}:{text.lineno}")
    return found


def read() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="zh")


def compiled(catalogue: Catalog) -> bytes:
    # The header would hold the minute of the compilation, and no two compilations were equal.
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def known(catalogue: Catalog) -> dict[str, str]:
    """English to Chinese, for the sentences that are translated."""
    pairs: dict[str, str] = {}
    for message in catalogue:
        ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        said = message.string if isinstance(message.string, str) else next(iter(message.string or ()), "")
        pairs |= {name: said for name in ids if name and said}
    return pairs


if __name__ == "__main__":
    catalogue = read()
    MO.write_bytes(compiled(catalogue))
    missing = {text: place for text, place in sentences().items() if text not in known(catalogue)}
    for text, place in missing.items():
        print(f"{place}: {text!r} has no Chinese sentence")
    sys.exit(bool(missing))
