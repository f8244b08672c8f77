"""Python source in colours, by one regular expression.

Neither Pygments (15 ms to import, on the way to the first card) nor a syntax tree is needed to colour a dozen lines on a card;
the editor has its own highlighting.
"""

from __future__ import annotations

import builtins
import keyword
import re

from textual.content import Content, Span

_CONSTANTS = frozenset({"None", "True", "False", "Ellipsis", "NotImplemented"})
_KEYWORDS = frozenset(keyword.kwlist) - _CONSTANTS
_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_")) - _CONSTANTS
_STRING = r"""[rRbBuUfF]{0,2}(?:'''.*?(?:'''|\Z)|\"{3}.*?(?:\"{3}|\Z)|'(?:\\.|[^'\\\n])*'?|"(?:\\.|[^"\\\n])*"?)"""
_TOKEN = re.compile(
    rf"""(?P<comment>\#[^\n]*)
    |(?P<string>{_STRING})
    |(?P<number>\b(?:0[xXbBoO][\da-fA-F_]+|\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?j?|\.\d+(?:[eE][+-]?\d+)?))
    |(?P<defined>(?<=\bdef\ )\w+|(?<=\bclass\ )\w+)
    |(?P<decorator>^\s*@[\w.]+)
    |(?P<attribute>\.\s*[^\W\d]\w*)
    |(?P<name>[^\W\d]\w*)""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
STYLES = {
    "comment": "$text 60% italic",
    "string": "$text-success",
    "number": "$text-warning",
    "defined": "bold $text-warning",
    "decorator": "bold $text-primary",
    "keyword": "bold $text-accent",
    "constant": "$text-warning",
    "builtin": "$text-primary",
}
"""Theme colours for each kind of token."""


def highlight(source: str) -> Content:
    """The source as it is, tabs expanded, with colours; anything at all may be passed, Python or not."""
    text = source.expandtabs(4)
    spans = []
    for token in _TOKEN.finditer(text):
        group = token.lastgroup or ""
        if group == "name":
            group = _kind_of_name(token[0])
        if group in STYLES:
            spans.append(Span(token.start(), token.end(), STYLES[group]))
    return Content(text, spans)


def _kind_of_name(name: str) -> str:
    if name in _KEYWORDS:
        return "keyword"
    if name in _CONSTANTS:
        return "constant"
    return "builtin" if name in _BUILTINS else ""
