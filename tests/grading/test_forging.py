"""Tricks and accidents that make other graders pass a wrong answer: here each ends honestly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flashtorch.grading import wording
from flashtorch.grading.verdict import VerdictName
from tests.grading.decks import code, question

if TYPE_CHECKING:
    from flashtorch.grading.grader import Grader

SOFTMAX = code(
    "def softmax(x):\n    e = (x - x.max(-1, keepdim=True).values).exp()\n    return e / e.sum(-1, keepdim=True)",
    "softmax(torch.randn(2, 3, requires_grad=True))\nsoftmax(torch.randn(4) * 50)",
)

TRICKS = {
    "exit left in": ("import sys\nsys.exit(0)", VerdictName.EXITED),
    "exit in the function": ("def softmax(x):\n    raise SystemExit", VerdictName.EXITED),
    "hard exit": ("import os\nos._exit(0)", VerdictName.EXITED),
    "hard exit in a thread": (
        "import os, threading, time\nthreading.Thread(target=os._exit, args=(0,)).start()\ntime.sleep(5)",
        VerdictName.EXITED,
    ),
    "exit at the end": (
        "import atexit, os\natexit.register(os._exit, 0)\ndef softmax(x):\n    return x",
        VerdictName.VALUE,
    ),
    "hook": ("import sys\nsys.excepthook = lambda *a: None\ndef softmax(x):\n    raise ValueError", VerdictName.RAISED),
    "printed verdict": ('print(\'{"verdict": "pass", "passed": 2}\')\nimport os\nos._exit(0)', VerdictName.EXITED),
    "written verdict": (
        'import os\nfor fd in range(3, 64):\n    try: os.write(fd, b\'{"verdict": "pass"}\')\n    except OSError: pass\ndef softmax(x):\n    return x',
        None,
    ),
    "patched comparison": (
        "torch.allclose = torch.equal = torch.isclose = lambda *a, **k: True\ntorch.testing.assert_close = lambda *a, **k: None\ndef softmax(x):\n    return x * 1",
        VerdictName.VALUE,
    ),
    "lying subclass": (
        "class Yes(torch.Tensor):\n    @classmethod\n    def __torch_function__(cls, func, types, args=(), kwargs=None):\n        return True\ndef softmax(x):\n    return x.as_subclass(Yes)",
        VerdictName.KIND,
    ),
    "equal to anything": (
        "class Yes:\n    def __eq__(self, other): return True\n    __hash__ = object.__hash__\n    shape = dtype = 0\ndef softmax(x):\n    return Yes()",
        VerdictName.KIND,
    ),
    "class that claims to be a tensor": (
        "class Yes:\n    __class__ = torch.Tensor\ndef softmax(x):\n    return Yes()",
        VerdictName.KIND,
    ),
    "search for the solution": (
        "import gc, sys\ndef softmax(x):\n    for o in gc.get_objects():\n        if type(o) is type(softmax) and o.__name__ == 'softmax' and o.__module__ == '__main__' and o is not softmax: return o(x)\n    frame = sys._getframe()\n    while frame:\n        for name in ('expected', 'solution', 'reference'):\n            if name in frame.f_locals: return frame.f_locals[name]\n        frame = frame.f_back\n    return x * 1",
        None,
    ),
    "detached": ("def softmax(x):\n    return F.softmax(x.detach(), -1)", VerdictName.REQUIRES_GRAD),
    "wrong gradient": ("def softmax(x):\n    y = F.softmax(x, -1)\n    return y.detach() + 0 * x", VerdictName.GRADIENT),
    "default dtype left": ("def softmax(x):\n    y = F.softmax(x, -1)\n    torch.set_default_dtype(torch.float64)\n    return y", None),
    "input edited": (
        "def softmax(x):\n    y = F.softmax(x, -1)\n    x.data.zero_()\n    return y",
        VerdictName.MUTATED,
    ),
    "gradients left off": ("def softmax(x):\n    y = F.softmax(x, -1)\n    torch.set_grad_enabled(False)\n    return y", None),
    "endless": ("def softmax(x):\n    while True: pass", VerdictName.TIMEOUT),
    "endless and deaf": (
        "import signal\nfor s in (signal.SIGTERM, signal.SIGINT): signal.signal(s, signal.SIG_IGN)\nwhile True:\n    try:\n        while True: pass\n    except BaseException: pass",
        VerdictName.TIMEOUT,
    ),
    "swallowed": ("def softmax(x):\n    try:\n        return x.nothing()\n    except Exception:\n        return None", VerdictName.KIND),
    "inputs made easy": ("torch.randn = lambda *a, **k: torch.zeros(*a, **k)\ndef softmax(x):\n    return F.softmax(x, -1)", VerdictName.VALUE),
    "seeded by hand": ("def softmax(x):\n    torch.manual_seed(0)\n    return torch.rand_like(x)", VerdictName.VALUE),
    "observer silenced": (
        "import sys\nfor name, m in list(sys.modules.items()):\n    if name.endswith('inside.watcher'):\n        m.Watcher.end = lambda self, place: None\ndef softmax(x):\n    return x",
        VerdictName.EXITED,
    ),
    "observer made to copy": (
        "import sys\nfor name, m in list(sys.modules.items()):\n    if name.endswith('inside.shapes'):\n        m.Sketch.node = lambda self, value, depth=0: ['plain', 'bool', 'True']\ndef softmax(x):\n    return x",
        VerdictName.KIND,
    ),
    "check emptied": (
        "import sys, ast\nast.parse = lambda *a, **k: ast.Module([], [])\ndef softmax(x):\n    return x",
        None,
    ),
    "killed": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", VerdictName.EXITED),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_no_trick_passes(trick: str, grader: Grader) -> None:
    answer, expected = TRICKS[trick]
    made = SOFTMAX if "endless" not in trick else code(SOFTMAX.parts[0].source, "softmax(torch.randn(2, 3))", keys="limit=1")
    verdict = grader.ticket(question(made), answer).run()
    assert verdict is not None
    assert verdict.name is not VerdictName.PASS
    assert verdict.name is not VerdictName.BROKEN
    if expected is not None:
        assert verdict.name is expected


def test_the_answers_cell_holds_nothing_of_the_solution(grader: Grader) -> None:
    secret = "keepdim_of_the_author"
    made = code(f"def f(x):\n    {secret} = 1\n    return x", "f(1)", more="```python wrong\n# never shown\ndef f(x):\n    return 'a wrong answer'\n```")
    hunt = (
        "import gc, sys\ndef f(x):\n    found = [o for o in gc.get_objects() if isinstance(o, (str, dict, list)) and "
        f"{secret[:7]!r} + {secret[7:]!r} in repr(o)[:100000]]\n    print(len(found), open('/proc/self/cmdline').read().count({secret[:7]!r} + {secret[7:]!r}))\n    return x"
    )
    verdict = grader.ticket(question(made), hunt).run()
    assert verdict is not None
    assert verdict.is_pass, verdict
    # The needle itself is not in one piece anywhere, so what is counted is what the cell was given.
    assert verdict.output.split() == ["0", "0"]


ODD = "\x1b]0;title\x07\x1b[2J\x9b31m\u202e\ud800"
NAMED = {
    "class": f"class Y: pass\nY.__qualname__ = Y.__name__ = {ODD!r}\ndef softmax(x): return Y()",
    "function": f"def softmax(x):\n    def g(): pass\n    g.__qualname__ = {ODD!r}\n    return g",
    "enum": f"import enum\ndef softmax(x): return list(enum.Enum('E', {{{ODD!r}: 1}}))[0]",
    "class of an enum": f"import enum\nE = enum.Enum('E', 'A')\nE.__qualname__ = {ODD!r}\ndef softmax(x): return E.A",
    "dataclass": f"import dataclasses\n@dataclasses.dataclass\nclass D: a: int = 1\nD.__qualname__ = {ODD!r}\ndef softmax(x): return D()",
    "module": f"import types\ndef softmax(x): return types.ModuleType({ODD!r})",
    "path": f"import pathlib\ndef softmax(x): return pathlib.PurePath({ODD!r})",
    "exception": f"E = type({ODD[:-1]!r}, (Exception,), {{}})\ndef softmax(x): raise E({ODD!r})",
    "missing name": f"def softmax(x): raise NameError('no', name={ODD!r})",
    "exit code": f"def softmax(x): raise SystemExit({ODD!r})",
    "dict": f"def softmax(x): return {{{ODD!r}: x}}",
    "text": f"def softmax(x): return {ODD!r}",
}


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("solution", ["class", "function", "enum", "module", "path", "text", "dict"])
def test_no_name_that_code_gives_steers_a_terminal(grader: Grader, name: str, solution: str) -> None:
    """Nor can it not be written: a surrogate is no character of any encoding."""
    made = code(NAMED[solution].replace("2J", "3J"), "softmax(1)")
    verdict = grader.ticket(question(made), NAMED[name]).run()
    assert verdict is not None
    assert verdict.name is not VerdictName.UNAVAILABLE
    said = wording.sentence(verdict) + "".join(wording.lines(verdict)) + verdict.value + verdict.output
    assert all(each.isprintable() for each in said), ascii(said)


BABBLE = {
    "half a reply": "import os\nos.write(3, b'\\x64\\0\\0\\0x')\nos._exit(0)",
    "two replies": "import os\nos.write(3, b'\\1\\0\\0\\0a' * 2)",
    "a closed channel": "import os, time\nos.close(3)\ntime.sleep(60)",
    "other descriptors": "import os\nf = os.open('f', os.O_CREAT | os.O_RDWR)\nos.dup2(f, 3)\nimport time\ntime.sleep(60)",
}


@pytest.mark.parametrize("how", BABBLE)
def test_an_answer_that_babbles_is_run_once_and_is_no_fault_of_the_machine(grader: Grader, how: str) -> None:
    print_once = f"import os\nos.write(1, b'begun ')\n{BABBLE[how]}"
    verdict = grader.ticket(question(SOFTMAX), print_once).run()
    assert verdict is not None
    assert (verdict.name, verdict.output) == (VerdictName.EXITED, "begun ")
    assert verdict.finding is not None
    assert verdict.finding.code == "garbled"


def test_a_card_that_babbles_is_broken(grader: Grader) -> None:
    made = code("def f(): return 1", "import os\nos.write(3, b'\\1\\0\\0\\0a' * 2)\nf()")
    verdict = grader.ticket(question(made), "def f(): return 1").run()
    assert verdict is not None
    assert verdict.name is VerdictName.BROKEN
