"""Ordinary torch programs that the walls must not break: a list that allows nothing looks like perfect containment.

Each ends without an exception, at level A and at level C; those that start processes at level A alone.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from flashtorch.cards.model import CardLimits
from flashtorch.grading.plan import limits
from flashtorch.sandbox.cell import Ending
from tests.sandbox.running import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from flashtorch.sandbox.sandbox import Sandbox

PRELUDE = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n"
WORK = {
    "product": "x = torch.randn(512, 512); (x @ x).sum().item()",
    "large elementwise": "(torch.randn(4_000_000).sin() * 2).sum().item()",
    "convolution, forward and back": "m = nn.Conv2d(3, 32, 3); m(torch.randn(8, 3, 64, 64)).sum().backward(); assert m.weight.grad is not None",
    "training": "net = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10)); o = torch.optim.AdamW(net.parameters())\nfor _ in range(5):\n    o.zero_grad(); F.cross_entropy(net(torch.randn(64, 64)), torch.randint(0, 10, (64,))).backward(); o.step()",
    "transformer": "nn.TransformerEncoderLayer(64, 4, batch_first=True)(torch.randn(2, 16, 64)).sum().backward()",
    "LSTM": "nn.LSTM(8, 16)(torch.randn(5, 3, 8))[0].sum().backward()",
    "linear algebra": "x = torch.randn(64, 64); torch.fft.fft2(x); torch.linalg.svd(x); torch.linalg.eigh(x @ x.T); torch.linalg.solve(x, x)",
    "autocast": "with torch.autocast('cpu', dtype=torch.bfloat16): assert nn.Linear(32, 32)(torch.randn(4, 32)).dtype is torch.bfloat16",
    "vmap of grad": "torch.func.vmap(torch.func.grad(lambda x: (x ** 2).sum()))(torch.randn(4, 3))",
    "gradcheck": "assert torch.autograd.gradcheck(lambda x: x.sin(), (torch.randn(4, dtype=torch.double, requires_grad=True),))",
    "own autograd function": "class Twice(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x): return x * 2\n    @staticmethod\n    def backward(ctx, g): return g * 2\nx = torch.ones(3, requires_grad=True); Twice.apply(x).sum().backward(); assert x.grad.sum() == 6",
    "profiler": "from torch.profiler import ProfilerActivity, profile\nwith profile(activities=[ProfilerActivity.CPU]) as p: torch.randn(10) @ torch.randn(10)\nassert p.key_averages()",
    "save and load": "m = nn.Linear(3, 3); torch.save(m.state_dict(), 'm.pt'); m.load_state_dict(torch.load('m.pt'))",
    "trace": "import warnings; warnings.simplefilter('ignore')\nm = torch.jit.trace(nn.Linear(3, 3), torch.randn(2, 3)); m.save('t.pt'); torch.jit.load('t.pt')(torch.randn(2, 3))",
    "export": "torch.export.export(nn.Linear(3, 3), (torch.randn(2, 3),))",
    "fx": "assert 'linear' in torch.fx.symbolic_trace(nn.Sequential(nn.Linear(2, 2))).code.lower() or True",
    "loader": "from torch.utils.data import DataLoader, TensorDataset\nassert len(list(DataLoader(TensorDataset(torch.arange(10)), batch_size=2, shuffle=True))) == 5",
    "numpy and back": "import numpy as np; a = np.random.rand(200, 200); (a @ a); torch.from_numpy(a).sum()",
    "temporary folder": "import os, tempfile\nwith tempfile.TemporaryDirectory() as d:\n    open(d + '/x', 'w').write('1'); assert os.listdir(d) == ['x']\nopen('a', 'w').write('x'); os.rename('a', 'b'); assert 'b' in os.listdir('.'); os.remove('b')",
    "the standard library": "import sqlite3, csv, json, re, collections, dataclasses, typing, itertools, functools, math, random, statistics, unittest, asyncio, concurrent.futures, threading, subprocess, multiprocessing, urllib.request, http.client, ssl, decimal, fractions, heapq, bisect, copy, pickle, inspect, textwrap, time, datetime, zoneinfo, logging, warnings, contextlib, abc, enum, gzip, bz2, lzma, zipfile, tarfile, hashlib, uuid, secrets",
    "database in its folder": "import sqlite3; c = sqlite3.connect('x.db'); c.execute('create table t(a)'); c.commit(); c.close()",
    "threads": "import threading; ts = [threading.Thread(target=sum, args=(range(1000),)) for _ in range(8)]; [t.start() for t in ts]; [t.join() for t in ts]",
    "pool of threads": "from concurrent.futures import ThreadPoolExecutor as E\nwith E(4) as e: assert list(e.map(lambda x: x * x, range(4))) == [0, 1, 4, 9]",
    "event loop": "import asyncio; asyncio.run(asyncio.sleep(0.01))",
    "alarm": "import signal, time; hit = []; signal.signal(signal.SIGALRM, lambda *a: hit.append(1)); signal.setitimer(signal.ITIMER_REAL, 0.05); time.sleep(0.2); assert hit",
    "pickle": "import pickle; assert pickle.loads(pickle.dumps(torch.ones(2))).sum() == 2",
    "copies": "import copy; copy.deepcopy(nn.Linear(2, 2))",
    "benchmark": "import torch.utils.benchmark as B; B.Timer('x + 1', setup='import torch; x = torch.ones(10)').timeit(100)",
    "unicode": "print('μ ≈ 0.1 ✓ 日本')",
    "more threads for torch": "torch.set_num_threads(4); x = torch.randn(800, 800); x @ x; assert torch.get_num_threads() == 4",
    "compile, eager": "assert torch.compile(lambda x: x.sin() + 1, backend='eager')(torch.zeros(3)).sum() == 3",
    "who and where": "import getpass, os, platform; os.cpu_count(), platform.platform(), os.getcwd(), os.path.expanduser('~'), os.getpid()",
    "memory maps": "import numpy as np; m = np.memmap('m', dtype='f4', mode='w+', shape=(1000,)); m[:] = 1; m.flush(); torch.from_file('m', size=1000).sum()",
}
PROCESSES = {
    "loader with workers": "from torch.utils.data import DataLoader, Dataset\nclass D(Dataset):\n    def __len__(self): return 8\n    def __getitem__(self, i): return torch.ones(3) * i\nassert len(list(DataLoader(D(), batch_size=2, num_workers=2))) == 4",
    "queue": "import multiprocessing as mp\ncontext = mp.get_context('fork')\ndef put(q): q.put(1)\nq = context.Queue(); p = context.Process(target=put, args=(q,)); p.start(); assert q.get(timeout=10) == 1; p.join()",
    "program": "import subprocess; assert subprocess.run(['echo', 'hi'], capture_output=True, text=True).stdout == 'hi\\n'",
    "shared memory": "from multiprocessing import shared_memory; s = shared_memory.SharedMemory(create=True, size=1 << 20); s.buf[0] = 1; s.close(); s.unlink()",
    "pool": "import multiprocessing as mp\nwith mp.get_context('fork').Pool(2) as pool: assert pool.map(abs, [-1, -2]) == [1, 2]",
}
COMPILED = "x = torch.randn(1000); torch.testing.assert_close(torch.compile(lambda x: x.sin() + x.cos())(x), x.sin() + x.cos())"
GENEROUS = replace(limits(CardLimits(), "cpu"), wall_s=60, cpu_s=60)
WITH_PROCESSES = limits(CardLimits(wall_s=60, memory_mb=6000, processes=True), "cpu")


@pytest.mark.parametrize("name", WORK)
@pytest.mark.parametrize("level", ["A", "B", "C"])
def test_it_works(at_level: Callable[[str], Sandbox], level: str, name: str) -> None:
    outcome = run(at_level(level), PRELUDE + WORK[name], GENEROUS)
    assert outcome.ending is Ending.REPLIED, outcome


@pytest.mark.parametrize("name", PROCESSES)
def test_it_works_with_processes(at_level: Callable[[str], Sandbox], name: str) -> None:
    outcome = run(at_level("A"), PRELUDE + PROCESSES[name], WITH_PROCESSES)
    assert outcome.ending is Ending.REPLIED, outcome


@pytest.mark.skipif(shutil.which("g++") is None, reason="torch.compile needs a C++ compiler")
@pytest.mark.skipif("FLASHTORCH_LONG_TESTS" not in os.environ, reason="takes half a minute; FLASHTORCH_LONG_TESTS=1 has it run")
def test_compiling_works(at_level: Callable[[str], Sandbox]) -> None:
    outcome = run(at_level("A"), PRELUDE + COMPILED, WITH_PROCESSES)
    assert outcome.ending is Ending.REPLIED, outcome


@pytest.mark.parametrize("level", ["A", "B", "C"])
def test_the_rehearsed_cell_works_the_same(at_level: Callable[[str], Sandbox], level: str) -> None:
    outcome = run(at_level(level), PRELUDE + WORK["training"], GENEROUS, rehearse=True)
    assert outcome.ending is Ending.REPLIED, outcome
