"""Formulas: the TeX source, with the commands that have a character of their own replaced by it."""

from __future__ import annotations

import re

_SIGNS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "eta": "η", "theta": "θ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "omega": "ω",
    "Delta": "Δ", "Sigma": "Σ", "Omega": "Ω", "Theta": "Θ", "Phi": "Φ", "cdot": "·", "times": "×", "pm": "±", "le": "≤", "leq": "≤",
    "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈", "to": "→", "rightarrow": "→", "infty": "∞", "sum": "∑",
    "prod": "∏", "partial": "∂", "nabla": "∇", "in": "∈", "sqrt": "√", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉",
    "odot": "⊙", "ldots": "…", "dots": "…", "cdots": "⋯", "top": "⊤", "log": "log", "exp": "exp", "max": "max", "min": "min",
    "left": "", "right": "", "quad": " ", "qquad": "  ",
}  # fmt: skip
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_SPACE = re.compile(r"\\[,;:!]")


def readable(source: str) -> str:
    """The formula with Greek letters and signs as characters; grouping and everything unknown stay as written."""
    signs = _COMMAND.sub(lambda command: _SIGNS.get(command[1], command[0]), source.strip())
    return _SPACE.sub(" ", signs)
