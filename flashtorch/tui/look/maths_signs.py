"""What TeX commands look like in a terminal, and the small letters that Unicode has for scripts."""

from __future__ import annotations

LETTERS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ",
    "Psi": "Ψ", "Omega": "Ω", "ell": "ℓ", "hbar": "ℏ", "imath": "ı", "jmath": "ȷ", "infty": "∞", "emptyset": "∅", "varnothing": "∅",
    "top": "⊤", "bot": "⊥", "ldots": "…", "dots": "…", "cdots": "⋯", "vdots": "⋮", "ddots": "⋱", "prime": "′", "star": "⋆",
    "dagger": "†", "circ": "∘", "degree": "°", "Re": "ℜ", "Im": "ℑ", "aleph": "ℵ", "backslash": "\\", "colon": ":",
}  # fmt: skip
"""Names of things."""

PREFIXES = {"partial": "∂", "nabla": "∇", "forall": "∀", "exists": "∃", "neg": "¬", "lnot": "¬"}
"""Signs that belong to what follows."""

RELATIONS = {
    "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥", "ne": "≠", "neq": "≠", "ll": "≪", "gg": "≫",
    "approx": "≈", "sim": "∼", "simeq": "≃", "cong": "≅", "equiv": "≡", "propto": "∝", "in": "∈", "notin": "∉", "ni": "∋",
    "subset": "⊂", "subseteq": "⊆", "supset": "⊃", "supseteq": "⊇", "to": "→", "rightarrow": "→", "leftarrow": "←", "gets": "←",
    "leftrightarrow": "↔", "Rightarrow": "⇒", "implies": "⇒", "Leftarrow": "⇐", "Leftrightarrow": "⇔", "iff": "⇔", "mapsto": "↦",
    "longrightarrow": "⟶", "mid": "|", "parallel": "∥", "perp": "⊥", "triangleq": "≜", "coloneqq": "≔", "land": "∧", "lor": "∨",
    "wedge": "∧", "vee": "∨",
}  # fmt: skip

OPERATORS = {
    "cdot": "·", "times": "×", "div": "÷", "pm": "±", "mp": "∓", "ast": "∗", "odot": "⊙", "otimes": "⊗", "oplus": "⊕",
    "ominus": "⊖", "cup": "∪", "cap": "∩", "setminus": "∖", "bullet": "•",
}  # fmt: skip

BIG = {
    "sum": "∑", "prod": "∏", "int": "∫", "iint": "∬", "oint": "∮", "bigcup": "⋃", "bigcap": "⋂", "bigoplus": "⨁", "bigotimes": "⨂",
}  # fmt: skip

_FUNCTIONS = """
arccos arcsin arctan arg argmax argmin cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim limsup liminf ln log max min
Pr sec sin sinh sup tan tanh softmax
"""
FUNCTIONS = frozenset(_FUNCTIONS.split())
"""Written as they are called."""

DELIMITERS = {
    "{": "{", "}": "}", "lbrace": "{", "rbrace": "}", "lbrack": "[", "rbrack": "]", "langle": "⟨", "rangle": "⟩", "lfloor": "⌊",
    "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "|": "‖", "Vert": "‖", "lVert": "‖", "rVert": "‖", "vert": "|",
    "lvert": "|", "rvert": "|",
}  # fmt: skip

SPACES = {",": " ", ";": " ", ":": " ", ">": " ", " ": " ", "!": "", "quad": "  ", "qquad": "    ", "enspace": " "}
"""Spaces that somebody asked for."""

_SIZES = """
displaystyle textstyle scriptstyle limits nolimits big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr middle nonumber
"""
IGNORED = frozenset(_SIZES.split())
"""What only says how large or where something is set."""

ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0304", "tilde": "\u0303", "widetilde": "\u0303",
    "dot": "\u0307", "ddot": "\u0308", "vec": "\u20d7", "check": "\u030c", "underline": "\u0332",
}  # fmt: skip

WORDS = frozenset(
    {"text", "textrm", "textit", "textbf", "textsf", "texttt", "mathrm", "mathit", "mathsf", "mathtt", "operatorname", "mbox"}
)
"""Commands whose argument is written upright, as a word."""

_DOUBLE = {"C": "ℂ", "H": "ℍ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ"}
_ROUND = {"B": "ℬ", "E": "ℰ", "F": "ℱ", "H": "ℋ", "I": "ℐ", "L": "ℒ", "M": "ℳ", "R": "ℛ"}


def _alphabet(upper: int, lower: int | None, exceptions: dict[str, str]) -> dict[str, str]:
    made = {chr(65 + place): chr(upper + place) for place in range(26)}
    if lower is not None:
        made |= {chr(97 + place): chr(lower + place) for place in range(26)}
    return made | exceptions


ALPHABETS = {
    "mathbb": _alphabet(0x1D538, 0x1D552, _DOUBLE) | {"1": "𝟙"},
    "mathcal": _alphabet(0x1D49C, None, _ROUND),
    "mathscr": _alphabet(0x1D49C, None, _ROUND),
    "mathbf": _alphabet(0x1D400, 0x1D41A, {}),
    "boldsymbol": _alphabet(0x1D400, 0x1D41A, {}),
    "bm": _alphabet(0x1D400, 0x1D41A, {}),
}
"""Letters of another cut, one character each."""

LOW = dict(zip("0123456789+-=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
HIGH = dict(
    zip(
        "0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ⊤′∘°",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡᵀ′°°",
        strict=True,
    )
)
"""Small characters above the line. Both ⊤ and T mean a transpose here, and look the same."""
