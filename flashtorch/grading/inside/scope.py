"""The world an answer finds: its module, its seeds, its standard streams; set up afresh before each seed."""

from __future__ import annotations

import builtins
import contextlib
import linecache
import os
import random
import sys
import tempfile
import types
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from collections.abc import Mapping

BASELINE = (True, "torch.float32", "cpu")
"""Grad mode, default dtype and default device as they are in a fresh process."""

_seed_torch = torch.default_generator.manual_seed
_streams = (sys.stdout, sys.stderr)


def begin() -> None:
    """Take note of the standard streams: those of this process, not of the one that it was forked from."""
    global _streams
    _streams = (sys.stdout, sys.stderr)


def reseed(seed: int, device: str) -> None:
    """Seed every generator a program is likely to draw from.

    Not through `torch.manual_seed`, which formats the whole Python stack for each accelerator that is absent (0.2 to 1 ms).
    """
    _seed_torch(seed)
    random.seed(seed)
    if (numpy := sys.modules.get("numpy")) is not None:
        numpy.random.seed(seed % 2**32)
    if device == "cuda":
        for generator in torch.cuda.default_generators:
            generator.manual_seed(seed)
    elif device == "mps":
        torch.mps.manual_seed(seed)


def state() -> tuple[bool, str, str]:
    """Grad mode, default dtype and default device: what a program can leave changed for everyone after it."""
    return torch.is_grad_enabled(), str(torch.get_default_dtype()), str(torch.get_default_device())


def fresh_module(device: str, sources: Mapping[str, str]) -> dict[str, Any]:
    """The names of a new `__main__` in `sys.modules`, with torch in scope.

    It bears that name so that a main guard runs, and is registered so that dataclasses, pickling and `global` work. The sources are
    known to `linecache`, which tracebacks and `torch.jit.script` read.
    """
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    for name, source in sources.items():
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    vars(module).update(torch=torch, nn=torch.nn, F=torch.nn.functional, device=torch.device(device))
    return vars(module)


def forget() -> None:
    """Drop the sources that `linecache` was given."""
    linecache.clearcache()


def put_back() -> None:
    """Undo what the run before this one may have left behind in the process."""
    if state() != BASELINE:
        torch.set_grad_enabled(True)
        torch.set_default_dtype(torch.float32)
        torch.set_default_device(None)
    sys.stdout, sys.stderr = _streams
    # `site` makes these close standard input before they leave; in an answer they are to behave as sys.exit does.
    builtins.exit = sys.exit  # type: ignore[assignment]
    builtins.quit = sys.exit  # type: ignore[assignment]


def fall_silent() -> None:
    """Print nothing from here on: an answer that runs under three seeds is heard once."""
    for stream in _streams:
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    with contextlib.suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        os.close(nowhere)


def empty_folder() -> None:
    """Work in a new folder, so that no file of the run before is found."""
    with contextlib.suppress(OSError):
        os.chdir(tempfile.mkdtemp(dir=os.getcwd()))
