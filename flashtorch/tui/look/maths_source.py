"""Reads the TeX of a formula into pieces."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from flashtorch.tui.look import maths_signs as signs
from flashtorch.tui.look.maths_named import NotReadable, named, placed, plain, table
from flashtorch.tui.look.maths_piece import Piece, Role, Shape, join

if TYPE_CHECKING:
    from collections.abc import Callable

_TOKEN = re.compile(r"\\(?:[A-Za-z]+\*?|.)|\d+(?:\.\d+)?|:=|\s+|.", re.DOTALL)
_MOST_DEEP = 40
_OPEN, _CLOSE = frozenset("([⟨⌊⌈{"), frozenset(")]⟩⌋⌉}")
_GRIDS = {"matrix": "", "pmatrix": "(", "bmatrix": "[", "Bmatrix": "{", "vmatrix": "|", "Vmatrix": "‖", "array": "", "cases": "{"}
_ALIGNED = "aligned align align* gathered gather gather* split equation equation* multline"
_LINES = frozenset(_ALIGNED.split())


def pieces(source: str) -> list[Piece]:
    """The formula's pieces, from left to right.

    Raises:
        NotReadable: it cannot be read as a whole.
    """
    reader = _Reader(_TOKEN.findall(source))
    found = reader.sequence()
    if reader.token:
        raise NotReadable(reader.token)
    return found


class _Reader:
    """Walks over the tokens once."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self._deep = 0
        self.compact = False
        """Whether a script is being read."""

    @property
    def token(self) -> str:
        """The next token, or an empty text at the end."""
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        token = self.token
        self._at += 1
        return token

    def _skip_space(self) -> None:
        while self.token.isspace() or (self.token.startswith("\\") and self.token[1:] in signs.IGNORED):
            self._at += 1

    def sequence(self, *stops: str) -> list[Piece]:
        """Pieces up to a token that ends them, which is left."""
        self._deep += 1
        if self._deep > _MOST_DEEP:
            raise NotReadable("deep")
        found: list[Piece] = []
        while True:
            self._skip_space()
            token = self.token
            if not token or token in stops or token in ("}", "&", r"\\", r"\end", r"\right") or self._sign(token) in _CLOSE:
                break
            if token in ("^", "_", "'"):
                found.append(self._scripted(found.pop() if found else Piece("")))
            else:
                found += self._next(self._take())
        self._deep -= 1
        return found

    def _sign(self, token: str) -> str:
        """A delimiter by its character; a brace that groups is none."""
        if token.startswith("\\"):
            return signs.DELIMITERS.get(token[1:], "")
        return token if token not in ("{", "}") else ""

    def _next(self, token: str) -> list[Piece]:
        sign = self._sign(token)
        if token == r"\left":
            return [self._between()]
        if sign in _OPEN and sign:
            return self._delimited(sign, _CLOSE)
        if sign in ("|", "‖"):
            return self._delimited(sign, frozenset({sign}), token)
        if token == "{":
            return [self._group()]
        if token.startswith("\\"):
            return self._command(token[1:])
        return [plain(token)]

    def _group(self) -> Piece:
        """What stands in braces, the first of which has been taken."""
        inner = join(self.sequence(), compact=self.compact)
        if self._take() != "}":
            raise NotReadable("{")
        return inner

    def _argument(self) -> Piece:
        """What a command takes: a group, a command with its own, or one character."""
        self._skip_space()
        token = self._take()
        if not token or token in ("}", "&", r"\\", "^", "_"):
            raise NotReadable(token)
        if token[0].isdigit() and len(token) > 1:
            self._at -= 1
            self._tokens[self._at] = token[1:]
            token = token[0]
        return join(self._next(token), compact=self.compact)

    def _script(self) -> Piece:
        before, self.compact = self.compact, True
        found = self._argument()
        self.compact = before
        return found

    def _scripted(self, base: Piece) -> Piece:
        low: Piece | None = None
        high = ""
        primes = ""
        bare: Piece | None = None
        while True:
            self._skip_space()
            if self.token == "'":
                self._take()
                primes += "′"
            elif self.token == "_" and low is None:
                self._take()
                low = self._script()
            elif self.token == "^" and bare is None:
                self._take()
                bare = self._script()
            else:
                break
        if bare is None and low is None and not primes:
            raise NotReadable(self.token)
        below, word = placed(low, "_", signs.LOW, alone=bare is None and not primes)
        high, tail = placed(bare, "^", signs.HIGH, alone=True)
        text = (base.text if base.role in (Role.BINARY, Role.RELATION) else base.within(Shape.ATOM)) + below + primes + high
        shape = Shape.LOW if bare is None and not primes else Shape.TIGHT
        role = base.role if base.role in (Role.FUNCTION, Role.BIG, Role.PREFIX, Role.BINARY, Role.RELATION) else Role.THING
        return Piece(text, role, shape, word=word or tail or (base.word and role is Role.FUNCTION and not (below + primes + high)))

    def _delimited(self, sign: str, ends: frozenset[str], stop: str = "") -> list[Piece]:
        """Parentheses and the like around their content; an opening sign that is never closed is a loose character."""
        inner = self.sequence(*([stop] if stop else []))
        if self._sign(self.token) in ends:
            end = self._sign(self._take())
            return [Piece(sign + join(inner, compact=self.compact).text + end)]
        return [Piece(sign, shape=Shape.LOOSE), *inner]

    def _between(self) -> Piece:
        r"""`\left( … \right)`."""
        begin = self._fence()
        inner = join(self.sequence(), compact=self.compact).text
        if self._take() != r"\right":
            raise NotReadable(r"\left")
        return Piece(begin + inner + self._fence())

    def _fence(self) -> str:
        self._skip_space()
        token = self._take()
        if token == ".":
            return ""
        sign = self._sign(token) or (token if token in ("/", "<", ">") else "")
        if not sign:
            raise NotReadable(token)
        return sign

    def _command(self, name: str) -> list[Piece]:
        known: dict[str, Callable[[], Piece]] = {
            "frac": self._fraction, "dfrac": self._fraction, "tfrac": self._fraction, "cfrac": self._fraction,
            "sqrt": self._root, "begin": self._environment, "binom": self._binomial,
        }  # fmt: skip
        if name in known:
            return [known[name]()]
        if name in signs.ACCENTS:
            return [self._accented(name)]
        if name in signs.ALPHABETS:
            return [self._cut(name)]
        if name.rstrip("*") in signs.WORDS:
            return [self._word(name)]
        if (piece := named(name)) is None:
            raise NotReadable(name)
        return [piece]

    def _fraction(self) -> Piece:
        above, below = self._argument(), self._argument()
        return Piece(f"{above.within(Shape.PRODUCT)}/{below.within(Shape.ROOT)}", shape=Shape.RATIO)

    def _root(self) -> Piece:
        self._skip_space()
        index = ""
        if self.token == "[":
            self._take()
            degree = join(self.sequence("]"), compact=True)
            if self._take() != "]":
                raise NotReadable("[")
            index = degree.text if degree.text not in ("3", "4") else ""
            sign = {"3": "∛", "4": "∜"}.get(degree.text, "√")
            small = "".join(signs.HIGH.get(character, "") for character in index)
            sign = (small if len(small) == len(index) else f"({index})") + sign
        else:
            sign = "√"
        inner = self._argument()
        return Piece(sign + (inner.text if inner.shape <= Shape.LOW and inner.text else f"({inner.text})"), shape=Shape.ROOT)

    def _binomial(self) -> Piece:
        above, below = self._argument(), self._argument()
        return Piece(f"C({above.text}, {below.text})", shape=Shape.TIGHT)

    def _accented(self, name: str) -> Piece:
        inner = self._argument()
        if len(inner.text) == 1:
            return Piece(inner.text + signs.ACCENTS[name])
        return Piece(f"{name.removeprefix('wide')}({inner.text})", shape=Shape.TIGHT)

    def _cut(self, name: str) -> Piece:
        inner = self._argument()
        table = signs.ALPHABETS[name]
        return replace(inner, text="".join(table.get(character, character) for character in inner.text))

    def _word(self, name: str) -> Piece:
        self._skip_space()
        if self._take() != "{":
            raise NotReadable(name)
        text = ""
        while (token := self._take()) != "}":
            if not token or token in ("{", "$"):
                raise NotReadable(name)
            text += _SPELT.get(token, token)
            if token.startswith("\\") and token not in _SPELT:
                raise NotReadable(token)
        role = Role.FUNCTION if name.startswith("operatorname") else Role.THING
        bare = " ".join(text.split())
        is_word = len(bare) > 1
        if name in ("text", "mbox") and text != text.strip():
            bare = text
        shape = Shape.ATOM if not is_word or bare.isalnum() else Shape.LOOSE
        return Piece(bare, role, shape, word=is_word)

    def _environment(self) -> Piece:
        name = self._name()
        if name not in _GRIDS and name not in _LINES:
            raise NotReadable(name)
        if name == "array":
            self._argument()
        rows: list[tuple[str, ...]] = []
        cells: list[str] = []
        while True:
            cells.append(join(self.sequence(), compact=self.compact).text.strip())
            token = self._take()
            if token == "&":
                continue
            rows.append(tuple(cells))
            cells = []
            if token == r"\end":
                break
            if token != r"\\":
                raise NotReadable(name)
        if self._name() != name:
            raise NotReadable(name)
        if len(rows) > 1 and rows[-1] == ("",):
            rows.pop()
        return table(tuple(rows), _GRIDS.get(name, ""), lines=name in _LINES)

    def _name(self) -> str:
        if self._take() != "{":
            raise NotReadable("begin")
        name = ""
        while (token := self._take()) != "}":
            if not token:
                raise NotReadable("begin")
            name += token
        return name


_SPELT = {r"\ ": " ", r"\,": " ", r"\_": "_", r"\&": "&", r"\%": "%", r"\#": "#", r"\$": "$", r"\-": "-", "~": " "}
