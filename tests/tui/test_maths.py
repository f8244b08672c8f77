"""Formulas as characters: what they look like, and that nothing of them is lost, tokens and grouping alike."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashtorch.tui.look.maths import display, readable
from flashtorch.tui.look.maths_signs import ALPHABETS, HIGH, LOW


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"\sqrt{d_k}", "√dₖ"),
        (r"\sqrt{x^2}", "√(x²)"),
        (r"\sqrt[3]{x+1}", "∛(x + 1)"),
        (r"\mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V", "softmax(QKᵀ/√dₖ)V"),
        (r"\frac{\partial L}{\partial x_i} = \sum_j w_{ij}\delta_j", "∂L/∂xᵢ = ∑ⱼ wᵢⱼδⱼ"),
        (r"x_{t+1} = x_t - \eta \nabla f(x_t)", "xₜ₊₁ = xₜ - η∇f(xₜ)"),
        (r"\mathbb{E}_{x\sim p}[\log p(x)]", "𝔼_(x∼p)[log p(x)]"),
        (r"\hat{m}_t = \frac{m_t}{1-\beta_1^t}", "m̂ₜ = mₜ/(1 - β₁ᵗ)"),
        (r"\begin{bmatrix}1 & 2\\3 & 4\end{bmatrix}", "[1, 2; 3, 4]"),
        (r"q, k \in \mathbb{R}^{d_k}", "q, k ∈ ℝ^(dₖ)"),
        (r"\frac{1}{n}\sum_{i=1}^{n} x_i", "(1/n) ∑ᵢ₌₁ⁿ xᵢ"),
        (r"d_{\text{model}}x", "d_model x"),
        (r"2\frac12", "2(1/2)"),
        (r"\frac ab\frac cd", "(a/b)(c/d)"),
        (r"\left\lfloor\frac{H+2p-k}{s}\right\rfloor+1", "⌊(H + 2p - k)/s⌋ + 1"),
        (r"\text{若 } x > 0", "若 x > 0"),
        (r"y = \begin{cases} x & x > 0 \\ 0 & \text{otherwise}\end{cases}", "y = {x, x > 0; 0, otherwise}"),
        (r"\|x\|_2 \le |y|", "‖x‖₂ ≤ |y|"),
        (r"p(y|x)", "p(y|x)"),
        ("10^{-5}", "10⁻⁵"),
        ("x_q^2", "x_(q)²"),
        ("", ""),
    ],
)
def test_what_formulas_look_like(source: str, shown: str) -> None:
    assert readable(source) == shown


@pytest.mark.parametrize("source", [r"\unknown{x}", "{x", "x}", r"\frac{a}", "a & b", r"\begin{tikz}x\end{tikz}", "x^^y", "{" * 200])
def test_what_cannot_be_read_is_shown_as_it_is_written(source: str) -> None:
    assert readable(source) == source


def test_matrices_stand_in_rows_where_there_is_room() -> None:
    source = r"A = \begin{bmatrix}1 & 2\\3 & 40\\5 & 6\end{bmatrix} \begin{pmatrix}x\\y\end{pmatrix} + b"
    assert display(source, 40) == ["    ⎡ 1  2  ⎤ ⎛ x ⎞", "A = ⎢ 3  40 ⎥ ⎝ y ⎠ + b", "    ⎣ 5  6  ⎦"]
    assert display(source, 20) == ["A = [1, 2; 3, 40; 5, 6](x; y) + b"]
    assert display(r"\begin{aligned} a &= b \\ c &= d+1\end{aligned}", 40) == ["a = b", "c = d + 1"]
    assert display(r"\oops" "\n x", 40) == [r"\oops", "x"]


@given(st.text(st.sampled_from(r"\{}^_&'|()[]+-=/,! $%~ab1"), max_size=40))
def test_any_source_is_shown_somehow(source: str) -> None:
    assert isinstance(readable(source), str)
    assert display(source, 20)


# ------------------------------------------------------------------ grouping: the line is read back and computed


@dataclass(frozen=True)
class Formula:
    """A random formula, and what it is worth when each name is a number."""

    tex: str
    worth: float
    names: tuple[str, ...]


NAMES = {"a": 1.7, "b": 2.3, "q": 0.9, r"\beta": 1.3, r"\lambda": 1.9, "3": 3.0, "12": 12.0}
SHOWN = {"a": "a", "b": "b", "q": "q", r"\beta": "β", r"\lambda": "λ", "3": "3", "12": "12"}
ATOMS = st.sampled_from([Formula(f"{name} ", worth, (SHOWN[name],)) for name, worth in NAMES.items()])


def _made(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    def both(one: Formula, other: Formula) -> tuple[str, ...]:
        return one.names + other.names

    def root(one: Formula) -> Formula:
        return Formula(rf"\sqrt{{{one.tex}}}", abs(one.worth) ** 0.5, one.names)

    def over(one: Formula, other: Formula) -> Formula:
        return Formula(rf"\frac{{{one.tex}}}{{{other.tex}}}", one.worth / (other.worth or 1.0), both(one, other))

    def times(one: Formula, other: Formula) -> Formula:
        left, right = (f"{each.tex}" if _holds(each.tex) else rf"\left({each.tex}\right)" for each in (one, other))
        return Formula(rf"{left}\cdot {right}", one.worth * other.worth, both(one, other))

    def beside(one: Formula, other: Formula) -> Formula:
        left, right = (each.tex if _holds(each.tex) and not each.tex[0].isdigit() else f"({each.tex})" for each in (one, other))
        return Formula(f"{left}{right}", one.worth * other.worth, both(one, other))

    def plus(one: Formula, other: Formula) -> Formula:
        return Formula(f"{one.tex}+{other.tex}", one.worth + other.worth, both(one, other))

    def power(one: Formula, other: Formula) -> Formula:
        return Formula(f"{{{one.tex}}}^{{{other.tex}}}", _power(one.worth, other.worth), both(one, other))

    pair = st.tuples(inner, inner)
    return inner.map(root) | st.one_of(*[pair.map(lambda two, make=make: make(*two)) for make in (over, times, beside, plus, power)])  # type: ignore[misc]


def _holds(tex: str) -> bool:
    """Whether the source is one fraction, root or name, which TeX itself keeps together."""
    return bool(re.fullmatch(r"(?:\\?[a-z]+|\d+) |\\sqrt\{[^{}]*\}|\\frac\{[^{}]*\}\{[^{}]*\}", tex))


def _power(base: float, exponent: float) -> float:
    return math.pow(abs(base), max(-4.0, min(4.0, exponent)))


FORMULAS = st.recursive(ATOMS, _made, max_leaves=8)
_BACK = {small: large for large, small in HIGH.items() if small not in "ᵀ°′"}
_READ = re.compile(r"\d+|.")


class Reader:
    """Computes a shown line. What stands side by side is multiplied; whether before or after a division is an argument, for a line
    that people read rightly is worth the same either way."""

    def __init__(self, line: str, *, tight: bool) -> None:
        small = "".join(map(re.escape, _BACK))
        line = re.sub(f"[{small}]+", lambda found: "^(" + "".join(_BACK[sign] for sign in found[0]) + ")", line)
        self.tokens: list[str] = [*_READ.findall(line.replace(" ", "")), "$"]
        self.tight = tight
        self.at = 0

    @property
    def token(self) -> str:
        return self.tokens[self.at]

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1]

    def sum(self) -> float:
        worth = self.product()
        while self.token == "+":
            self.take()
            worth += self.product()
        return worth

    def product(self) -> float:
        worth = self.beside() if self.tight else self.power()
        while self.token not in ("+", ")", "$"):
            if self.token == "/":
                self.take()
                worth /= (self.beside() if self.tight else self.power()) or 1.0
                continue
            if self.token == "·":
                self.take()
            worth *= self.beside() if self.tight else self.power()
        return worth

    def beside(self) -> float:
        worth = self.power()
        while self.token not in ("+", ")", "$", "/", "·"):
            worth *= self.power()
        return worth

    def power(self) -> float:
        if self.token == "√":
            self.take()
            return float(abs(self.power()) ** 0.5)
        worth = self.atom()
        while self.token == "^":
            self.take()
            worth = _power(worth, self.atom())
        return worth

    def atom(self) -> float:
        token = self.take()
        if token == "(":
            worth = self.sum()
            assert self.take() == ")"
            return worth
        return float(token) if token.isdigit() else {SHOWN[name]: worth for name, worth in NAMES.items()}[token]


@given(FORMULAS)
def test_what_is_grouped_stays_grouped_and_no_token_is_lost(formula: Formula) -> None:
    shown = readable(formula.tex)
    assert "\\" not in shown
    for tight in (True, False):
        assert Reader(shown, tight=tight).sum() == pytest.approx(formula.worth, rel=1e-6, abs=1e-9), shown
    large = "".join(_BACK.get(sign, sign) for sign in shown)
    for name, count in Counter(formula.names).items():
        if not name.isdigit():
            assert large.count(name) == count, shown


def test_small_characters_are_told_apart() -> None:
    assert len(set(LOW.values())) == len(LOW)
    doubles = [small for small, count in Counter(HIGH.values()).items() if count > 1]
    assert doubles == ["ᵀ", "°"]
    for alphabet in ALPHABETS.values():
        assert len(set(alphabet.values())) == len(alphabet)
