"""The learner's own editor: which one, how it is told a line, and what came back from it."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from flashtorch.errors import Trouble
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

_WAITS = {
    "code": "--wait", "code-insiders": "--wait", "codium": "--wait", "vscodium": "--wait", "cursor": "--wait", "windsurf": "--wait",
    "subl": "--wait", "zed": "--wait", "mate": "--wait", "gvim": "-f", "mvim": "-f",
}  # fmt: skip
"""Editors that come back at once unless they are told to wait."""
_SHORT = {"--wait": "-w", "-f": "--nofork"}
_GOTO = frozenset({"code", "code-insiders", "codium", "vscodium", "cursor", "windsurf"})
_COLON = frozenset({"hx", "helix", "subl", "zed"})
_PLUSSES = """
vi vim nvim view ex gvim mvim nano pico rnano emacs emacsclient kak ne joe jed mg micro gedit gnome-text-editor mcedit vis e3 zile
xed pluma geany
"""
_PLUS = frozenset(_PLUSSES.split())
_DASH_L = frozenset({"kate", "kwrite", "mate"})
_HELD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_MOST_BYTES = 4 << 20


def editor_words(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The command of `VISUAL`, else of `EDITOR`, as words; empty when neither says anything."""
    for name in ("VISUAL", "EDITOR"):
        text = environment.get(name, "").strip()
        if text:
            try:
                return tuple(shlex.split(text))
            except ValueError:
                # A quote that is never closed: as it stands it names no program, and that will be said.
                return (text,)
    return ()


def at_line(words: Sequence[str], file: Path, line: int = 0) -> list[str]:
    """The command that opens a file at a line, from 1; 0 for no line in particular."""
    name = Path(words[0]).name.removesuffix(".exe")
    wait = _WAITS.get(name)
    command = [*words, wait] if wait and not {wait, _SHORT[wait]} & set(words) else [*words]
    if line < 1:
        return [*command, str(file)]
    if name in _GOTO:
        return [*command, "--goto", f"{file}:{line}"]
    if name in _COLON:
        return [*command, f"{file}:{line}"]
    if name in _DASH_L:
        return [*command, "-l", str(line), str(file)]
    return [*command, *([f"+{line}"] if name in _PLUS else []), str(file)]


def open_file(words: Sequence[str], file: Path, line: int, suspended: Callable[[], AbstractContextManager[None]]) -> None:
    """Let the learner edit a file, and wait; `suspended` hands the terminal over meanwhile.

    Raises:
        Trouble: there is no editor, it cannot be started, or it ended with an error.
    """
    if not words:
        raise Trouble(_("no editor is set: set EDITOR, for instance to vim or to code --wait, and start flashtorch again"))
    command = at_line(words, file, line)
    with suspended(), _signals_held():
        try:
            status = subprocess.run(command, check=False).returncode
        except OSError as error:
            says = _("the editor {name} cannot be started ({reason})")
            raise Trouble(says.format(name=words[0], reason=error.strerror)) from None
    if status:
        raise Trouble(_("the editor {name} ended with status {status}").format(name=words[0], status=status))


def edit_text(words: Sequence[str], text: str, suspended: Callable[[], AbstractContextManager[None]]) -> str:
    """Let the learner edit a Python text, and give what came back, its last line end left away.

    Raises:
        Trouble: as `open_file`, or the text cannot be handed over or read again; it is to stay as it was.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="flashtorch-", ignore_cleanup_errors=True) as folder:
            file = Path(folder) / "answer.py"
            file.write_text(f"{text}\n" if text and not text.endswith("\n") else text, encoding="utf-8")
            open_file(words, file, 0, suspended)
            if file.stat().st_size > _MOST_BYTES:
                raise Trouble(_("what came back from the editor is too long; the answer stays as it was"))
            back = file.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        says = _("the editor's file cannot be read or written ({reason}); the answer stays as it was")
        raise Trouble(says.format(reason=getattr(error, "strerror", None) or "UTF-8")) from None
    return _clean(back).removesuffix("\n")


def _clean(text: str) -> str:
    """What no terminal shows would be in the way of every later look."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(character for character in unified if character >= " " or character in "\n\t")


@contextlib.contextmanager
def _signals_held() -> Iterator[None]:
    """An interrupt is the editor's; what asks this program to end is heeded once the editor has gone.

    Caught rather than ignored, for the editor would inherit that; and kept from the event loop, which hears of signals by itself.
    """
    heard: list[int] = []
    loop = signal.set_wakeup_fd(-1)
    before = {number: signal.signal(number, lambda signum, _frame: heard.append(signum)) for number in _HELD}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(loop, warn_on_full_buffer=False)
        for caught in heard:
            if caught != signal.SIGINT:
                os.kill(os.getpid(), caught)
