"""What a learner typed for a predict card, as a value. It is parsed and never run."""

from __future__ import annotations

import ast
import builtins
import re
import unicodedata
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flashtorch.grading import arrays
from flashtorch.grading.frames import STORED
from flashtorch.grading.observation import Array, Items, Plain, Tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from flashtorch.grading.observation import Node

MAX_LENGTH = 16_384
MAX_DEPTH = 32

DTYPES = {name: name for name in STORED} | {
    "half": "float16", "float": "float32", "double": "float64", "short": "int16", "int": "int32", "long": "int64",
    "cfloat": "complex64", "cdouble": "complex128", "chalf": "complex32",
}  # fmt: skip
"""What follows `torch.` in a dtype."""
BARE = "bare"
"""The kind of `1, 2, 3`, which leaves open whether it is a tuple or a list."""
_CLASSES = ("int", "float", "bool", "str", "list", "tuple", "dict", "set", "complex", "bytes", "slice", "range", "type")
_TENSORS = ("tensor", "torch.tensor", "Parameter", "nn.Parameter", "torch.nn.Parameter")
_TORCH_CLASSES = {"Tensor": "torch.Tensor", "torch.Tensor": "torch.Tensor", "torch.Size": "torch.Size"} | dict.fromkeys(
    _TENSORS[2:], "torch.nn.parameter.Parameter"
)


class NoLiteral(Exception):
    """What was typed is no value that is understood."""


@dataclass(frozen=True, slots=True)
class Raises:
    """Typed for a program that raises: an exception's name, or `error` for any."""

    name: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A value, and whether its dtype was written down."""

    value: Node
    device: str = ""
    requires_grad: bool | None = None


def parse(text: str) -> Typed | Raises:
    """The value in `text`.

    Raises:
        NoLiteral: it is none that is understood.
    """
    text = _narrow(text[: MAX_LENGTH + 1]).strip()
    if not text or len(text) > MAX_LENGTH:
        raise NoLiteral
    if (raised := _raised(text)) is not None:
        return raised
    # What torch prints of a result's history is no part of its value.
    text = re.sub(r",\s*grad_fn=<\w*>", "", text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise NoLiteral from None
    try:
        return _top(node)
    except (ValueError, OverflowError, TypeError, RecursionError):
        raise NoLiteral from None


_CHINESE = str.maketrans("“”‘’「」【】", "\"\"''\"\"[]")
"""Quotes and brackets of a Chinese keyboard; its other marks are wide forms of ours."""
_SAID = frozenset({"error", "an error", "raises", "exception", "报错", "会报错", "错误", "出错", "抛异常", "异常"})
"""What says that something is raised, whatever it is."""
_CONSTANTS = {"true": True, "false": False, "none": None}
"""As other languages and tired fingers write them."""


def _narrow(text: str) -> str:
    """Full-width brackets, commas and digits as a Chinese keyboard gives them; text in quotes is left alone."""
    if "'" in text or '"' in text:
        return text
    text = text.rstrip("。；").translate(_CHINESE)
    return unicodedata.normalize("NFKC", text).replace("、", ",").replace("\u2212", "-")


def _raised(text: str) -> Raises | None:
    if text.lower().rstrip(".!。！") in _SAID:
        return Raises("")
    word = re.fullmatch(r"(?:\w+\.)*([A-Za-z_]\w*)(?:\(.*\))?", text, re.DOTALL)
    if word is None:
        return None
    known = getattr(builtins, word[1], None)
    is_builtin = isinstance(known, type) and issubclass(known, BaseException)
    return Raises(word[1]) if is_builtin or re.search(r"(Error|Exception|Warning)$", word[1]) else None


def _top(node: ast.expr) -> Typed:
    if isinstance(node, ast.Call) and _dotted(node.func) in _TENSORS:
        return _tensor(node)
    value = _value(node, 0)
    if isinstance(node, ast.Tuple) and isinstance(value, Items) and node.elts and node.elts[0].col_offset == node.col_offset:
        return Typed(Items(BARE, value.items))
    return Typed(value)


def _value(node: ast.expr, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise NoLiteral
    deeper: Callable[[ast.expr], Node] = lambda inner: _value(inner, depth + 1)  # noqa: E731
    match node:
        case ast.Tuple(elts=inner) | ast.List(elts=inner):
            return Items("tuple" if isinstance(node, ast.Tuple) else "list", tuple(map(deeper, inner)))
        case ast.Set(elts=inner):
            return Items("set", tuple(sorted(map(deeper, inner), key=_order)))
        case ast.Dict(keys=keys, values=values):
            return Tree("dict", tuple((_key(key), deeper(value)) for key, value in zip(keys, values, strict=True)))
        case ast.Call():
            return _called(node, deeper)
        case ast.Name() | ast.Attribute():
            return _named(_dotted(node))
    return plain(_number(node))


def _order(node: Node) -> tuple[str, str]:
    """The order in which an observed set lists its elements."""
    if not isinstance(node, Plain):
        raise NoLiteral
    return node.kind, node.text


def _key(node: ast.expr | None) -> str:
    if node is None:
        raise NoLiteral
    return repr(ast.literal_eval(node))


def _called(node: ast.Call, deeper: Callable[[ast.expr], Node]) -> Node:
    name = _dotted(node.func)
    if name in ("torch.Size", "Size", "tuple", "list") and len(node.args) == 1 and not node.keywords:
        inner = deeper(node.args[0])
        if isinstance(inner, Items):
            return Items("list" if name == "list" else "tuple", inner.items)
    if name in ("device", "torch.device") and len(node.args) == 1 and isinstance(node.args[0], ast.Constant):
        return Plain("device", str(node.args[0].value))
    if name in ("device", "torch.device") and [word.arg for word in node.keywords] == ["type"]:
        return Plain("device", str(ast.literal_eval(node.keywords[0].value)))
    if name in ("tensor", "torch.tensor"):
        return _tensor(node).value
    if name == "float" and len(node.args) == 1 and not node.keywords:
        # `float('nan')` is how Python spells what it prints as nan.
        return plain(float(ast.literal_eval(node.args[0])))
    raise NoLiteral


def _named(name: str) -> Node:
    owner, _, last = name.rpartition(".")
    if owner == "torch" and last in DTYPES:
        return Plain("dtype", f"torch.{DTYPES[last]}")
    if name in ("torch.nan", "torch.inf", "math.nan", "math.inf", "np.nan", "np.inf", "nan", "inf", "NaN", "Inf"):
        return plain(float(last or name))
    if name in _CLASSES:
        return Plain("class", name)
    if name in _CONSTANTS:
        return plain(_CONSTANTS[name])
    if name in DTYPES:
        # `int64`, where torch's own is meant.
        return Plain("dtype", f"torch.{DTYPES[name]}")
    if name in _TORCH_CLASSES:
        return Plain("class", _TORCH_CLASSES[name])
    raise NoLiteral


def plain(value: Any) -> Plain:
    """A Python constant as the observation of one."""
    if value is None or isinstance(value, bool):
        return Plain(type(value).__name__, str(value))
    if isinstance(value, int):
        return Plain("int", str(value))
    if isinstance(value, float):
        return Plain("float", value.hex())
    if isinstance(value, complex):
        return Plain("complex", f"{value.real.hex()} {value.imag.hex()}")
    if isinstance(value, str):
        return Plain("str", value)
    if isinstance(value, bytes):
        return Plain("bytes", value.hex())
    raise NoLiteral


def _number(node: ast.expr) -> Any:
    """A constant, with its sign; `1+2j`; `nan`, `inf`."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name() | ast.Attribute():
            inner = _named(_dotted(node))
            if isinstance(inner, Plain) and inner.kind == "float":
                return float.fromhex(inner.text)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            value = _number(operand)
            if isinstance(value, int | float | complex) and not isinstance(value, bool):
                return -value if isinstance(node.op, ast.USub) else value
        case ast.BinOp(op=ast.Add() | ast.Sub(), left=left, right=right):
            one, other = _number(left), _number(right)
            if isinstance(other, complex) and isinstance(one, int | float):
                return one + other if isinstance(node.op, ast.Add) else one - other
        case ast.BinOp(op=ast.Div(), left=left, right=right):
            # A fraction is how a person writes a number that has no end.
            one, other = _number(left), _number(right)
            if type(one) in (int, float) and type(other) in (int, float) and other:
                return one / other
    raise NoLiteral


def _dotted(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            return f"{_dotted(value)}.{name}"
    raise NoLiteral


def _tensor(node: ast.Call) -> Typed:
    """`tensor([[1., 2.]], dtype=…, device=…, requires_grad=True)`; of what torch prints, `size=(0, 3)` as well."""
    if len(node.args) != 1:
        raise NoLiteral
    words = {word.arg: word.value for word in node.keywords}
    if words.keys() - {"dtype", "device", "requires_grad", "size"}:
        raise NoLiteral
    found = _elements(node.args[0], 0)
    dtype = _dtype(words["dtype"]) if "dtype" in words else _inferred(found)
    data = arrays.from_numbers(found, "<f4" if dtype == "bfloat16" else STORED[dtype])
    if "size" in words:
        data = data.reshape(ast.literal_eval(words["size"]))
    device = str(ast.literal_eval(words["device"])).partition(":")[0] if "device" in words else ""
    asks = bool(ast.literal_eval(words["requires_grad"])) if "requires_grad" in words else None
    return Typed(Array("tensor", dtype, data.shape, device, bool(asks), data), device, asks)


def _dtype(node: ast.expr) -> str:
    named = _named(_dotted(node))
    if not isinstance(named, Plain) or named.kind != "dtype":
        raise NoLiteral
    return named.text.removeprefix("torch.")


def _inferred(found: Any) -> str:
    """The dtype that torch gives to these numbers; to none at all, its default."""
    kind = arrays.from_numbers(found).dtype.kind
    return {"b": "bool", "i": "int64", "u": "int64", "f": "float32", "c": "complex64"}[kind]


def _elements(node: ast.expr, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise NoLiteral
    if isinstance(node, ast.List | ast.Tuple):
        return [_elements(inner, depth + 1) for inner in node.elts]
    value = _number(node)
    if not isinstance(value, bool | int | float | complex):
        raise NoLiteral
    return value
