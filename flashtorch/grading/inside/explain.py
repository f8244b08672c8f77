"""Why the learner's code raised: their own lines, the sub-expression that failed, and a line for each tensor in it."""

from __future__ import annotations

import ast
import builtins
import difflib
import itertools
import types
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Code = types.CodeType
    Frame = types.FrameType

MAX_TEXT = 500
MAX_FRAMES = 4
MAX_TENSORS = 8


def error(raised: BaseException, sources: Mapping[str, str], own: str) -> dict[str, Any]:
    """The exception as plain values.

    `own` is the file name that the learner's code was compiled under; only its frames are told.
    """
    told: dict[str, Any] = {
        "type": type(raised).__name__[:80],
        "bases": [base.__name__[:80] for base in type(raised).__mro__ if base not in (BaseException, object)][:12],
        "text": _text(raised),
    }
    if isinstance(raised, SystemExit):
        told["code"] = repr(raised.code)[:80]
    frames = [(frame, last, line) for frame, last, line in _walk(raised) if frame.f_code.co_filename == own]
    if frames:
        lines = sources[own].splitlines()
        told["frames"] = [[line, _line(lines, line)] for _, _, line in frames[-MAX_FRAMES:]]
        told["part"], told["tensors"] = _part(frames[-1], sources[own])
    if missing := _missing(raised):
        told["missing"], told["near"] = missing
    return told


def _text(raised: BaseException) -> str:
    try:
        return str(raised)[:MAX_TEXT]
    except BaseException:  # A learner's __str__ may do anything.
        return ""


def _walk(raised: BaseException) -> Iterator[tuple[Frame, int, int]]:
    trace = raised.__traceback__
    for _ in range(2000):
        if trace is None:
            return
        yield trace.tb_frame, trace.tb_lasti, trace.tb_lineno
        trace = trace.tb_next


def _line(lines: list[str], number: int) -> str:
    return lines[number - 1].strip()[:200] if 0 < number <= len(lines) else ""


def _part(where: tuple[Frame, int, int], source: str) -> tuple[str, list[str]]:
    """The failing sub-expression and its tensors. Nothing is run again: names and attributes are looked up, no more."""
    frame, last, _ = where
    spot = next(itertools.islice(frame.f_code.co_positions(), last // 2, None), None)
    if spot is None:
        return "", []
    first, end, column, end_column = spot
    if first is None or end is None or column is None or end_column is None:
        return "", []
    node = ast.Pass(lineno=first, end_lineno=end, col_offset=column, end_col_offset=end_column)
    part = ast.get_source_segment(source, node) or ""
    try:
        tree = ast.parse(part.strip(), mode="eval")
    except SyntaxError:
        return part[:200], []
    found: dict[str, str] = {}
    for piece in ast.walk(tree):
        if isinstance(piece, ast.Name | ast.Attribute) and len(found) < MAX_TENSORS:
            summary = _summary(_look_up(piece, frame))
            if summary:
                found.setdefault(ast.unparse(piece), summary)
    return part[:200], [f"{name} {summary}" for name, summary in sorted(found.items())]


def _look_up(piece: ast.expr, frame: Frame) -> Any:
    if isinstance(piece, ast.Name):
        return frame.f_locals.get(piece.id, frame.f_globals.get(piece.id))
    if isinstance(piece, ast.Attribute):
        holder = _look_up(piece.value, frame)
        if isinstance(holder, torch.nn.Module) or (type(holder).__module__ == "__main__" and not isinstance(holder, torch.Tensor)):
            try:
                return getattr(holder, piece.attr, None)
            except Exception:  # The learner's property may raise.
                return None
    return None


def _summary(value: Any) -> str:
    if isinstance(value, torch.Tensor):
        with torch._C.DisableTorchFunctionSubclass():
            kind = str(value.dtype).removeprefix("torch.")
            loose = "" if value.layout is not torch.strided or value.is_contiguous() else " non-contiguous"
            return f"{kind}{tuple(value.shape)} {value.device}{loose}"
    if isinstance(value, torch.nn.Module) and type(value).__module__.startswith("torch.nn.modules.") and not list(value.children()):
        return repr(value)[:120]
    return ""


def _missing(raised: BaseException) -> tuple[str, str] | None:
    """A name that is nowhere, and the nearest one there is: in scope for a NameError, in the module for an AttributeError."""
    if type(raised) is NameError and raised.name:
        frames = list(_walk(raised))
        if not frames:
            return raised.name[:80], ""
        frame = frames[-1][0]
        owned = _owned(frame.f_locals.get("self"))
        if raised.name in owned:
            return raised.name[:80], f"self.{raised.name}"
        return raised.name[:80], _nearest(raised.name, {**vars(builtins), **frame.f_globals, **frame.f_locals})
    if type(raised) is AttributeError and raised.name and type(raised.obj) is types.ModuleType:
        owner = raised.obj.__name__
        near = _nearest(raised.name, vars(raised.obj))
        return f"{owner}.{raised.name}"[:120], f"{owner}.{near}" if near else ""
    if type(raised) is AttributeError and raised.name and raised.obj is not None:
        return _mistyped(type(raised.obj), raised.name)
    return None


def _mistyped(kind: type, name: str) -> tuple[str, str] | None:
    """A method that was misspelt: only where the class is torch's or Python's and has one so near that nothing else was meant."""
    if kind.__module__.partition(".")[0] not in ("torch", "builtins", "numpy"):
        return None
    near = _nearest(name, dict.fromkeys(dir(kind)), cutoff=0.75)
    return (f"{kind.__name__}.{name}"[:120], f"{kind.__name__}.{near}") if near else None


def _owned(holder: Any) -> Mapping[str, Any]:
    """What an object of the learner's own class was given in its methods, without asking it."""
    if type(holder).__module__ != "__main__":
        return {}
    try:
        own = object.__getattribute__(holder, "__dict__")
    except AttributeError:
        return {}
    held = [own.get(name) for name in ("_modules", "_parameters", "_buffers")]
    return {**own, **{name: value for each in held if type(each) is dict for name, value in each.items()}}


def _nearest(name: str, known: Mapping[str, Any], cutoff: float = 0.7) -> str:
    public = [other for other in known if not other.startswith("_") and other != name]
    exact = [other for other in public if other.lower() == name.lower()]
    return next(iter(exact or difflib.get_close_matches(name, public, n=1, cutoff=cutoff)), "")
