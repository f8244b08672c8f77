from __future__ import annotations

import pytest

from flashtorch.grading.fill import NotFilled, program

SOURCES = {
    "call": "y = f({{x}}, 1)\n",
    "operator": "y = x {{@}} w\n",
    "attribute": "y = x.{{permute}}(2, 0, 1)\n",
    "keyword": "y = x.sum({{dim}}=1)\n",
    "context": "with {{torch.no_grad()}}:\n    w -= 1\n",
    "name": "def {{f}}(x):\n    return x\n",
    "statement": "opt.zero_grad()\n{{loss.backward()}}\nopt.step()\n",
    "arguments": "y = x.view({{2, -1}})\n",
    "product": "y = {{x}} * 2\n",
    "text": 'y = x.to("{{cpu}}")\n',
    "formatted": 'y = f"{x:{{.2f}}}"\n',
    "comparison": "y = x {{<}} 3\n",
    "unary": "y = {{-}}x\n",
    "slice": "y = x[{{1:}}]\n",
    "trailer": "y = x.{{sum(0)}}\n",
    "end": "y = x{{.sum(0)}} + 1\n",
    "constructor": "y = nn.{{Linear(2, 3)}}(x)\n",
    "power": "y = x{{.sum(0)}} ** 2\n",
    "bound": "y = not x{{[0]}} + {{1}}\n",
    "mask": "y = x {{<}} z{{[:, None]}}\n",
    "member": "self.{{register_buffer('t', x)}}\n",
    "chinese": "文 = f({{x}}, '字')  # 注 {{y}}\n",
}


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("call", "x"),
        ("call", "g(x)[0]"),
        ("call", "(a, b)"),
        ("call", "x, y"),
        ("call", "*x"),
        ("operator", "*"),
        ("operator", "+"),
        ("attribute", "transpose"),
        ("attribute", "mT.permute"),
        ("trailer", "T.sum(1)"),
        ("trailer", "mean(0)"),
        ("trailer", "sum"),
        ("end", ".mean(0)"),
        ("end", "[0]"),
        ("end", ""),
        ("constructor", "Conv1d(2, 3, 1)"),
        ("trailer", "sum(0) + z"),
        ("trailer", "sum(0) if z else 0"),
        ("end", ".sum(0) * 2"),
        ("mask", "<=\n[:, None] - 1"),
        ("mask", ">\n.T + 1"),
        ("member", "t = nn.Buffer(x)"),
        ("member", "t += x"),
        ("member", "t = x; self.u = x"),
        ("member", "t: object = x"),
        ("member", "t = self.u = x"),
        ("keyword", "axis"),
        ("context", "torch.inference_mode()"),
        ("context", "contextlib.nullcontext()"),
        ("name", "g"),
        ("statement", "loss.sum().backward()"),
        ("statement", "pass"),
        ("arguments", "-1"),
        ("arguments", "2, 3, 4"),
        ("product", "(a + b)"),
        ("product", "a.b"),
        ("text", "cuda"),
        ("formatted", ".3f"),
        ("comparison", ">="),
        ("slice", ":2"),
        ("slice", "0"),
        ("chinese", "一\n二"),
    ],
)
def test_what_stays_inside_its_blank(source: str, answer: str) -> None:
    filled = program(SOURCES[source], answer)
    for line in answer.split("\n"):
        assert line in filled


@pytest.mark.parametrize(
    ("source", "answer", "code"),
    [
        ("call", "x) + (y", "outside-blanks"),
        ("call", "x, 2) #", "outside-blanks"),
        ("call", "", "syntax"),
        ("call", "(", "syntax"),
        ("product", "a + b", "outside-blanks"),
        ("product", "a if b else c", "outside-blanks"),
        ("product", "x = 3; y", "outside-blanks"),
        ("product", "lambda: 3", "outside-blanks"),
        ("operator", "* w +", "outside-blanks"),
        ("operator", "; w = 1 #", "outside-blanks"),
        ("attribute", "a + b", "outside-blanks"),
        ("power", ".sum(0) * 2", "outside-blanks"),
        ("bound", "[0] and y\n1", "outside-blanks"),
        ("bound", "[0]\n1 if y else z", "outside-blanks"),
        ("member", "a, x = 1, 2", "outside-blanks"),
        ("end", "y", "outside-blanks"),
        ("constructor", "Linear(2, 3)(x) + nn.Linear(2, 3)", "outside-blanks"),
        ("context", "a: pass #", "syntax"),
        ("context", "a: exit() #", "syntax"),
        ("text", '") + ("', "outside-blanks"),
        ("call", "x\ny", "blanks"),
        ("chinese", "x", "blanks"),
        ("call", "\x00", "syntax"),
        ("call", "(" * 500, "syntax"),
    ],
)
def test_what_reaches_beyond_its_blank(source: str, answer: str, code: str) -> None:
    with pytest.raises(NotFilled) as refused:
        program(SOURCES[source], answer)
    assert refused.value.code == code


@pytest.mark.parametrize("source", SOURCES)
def test_the_authors_own_words_fit(source: str) -> None:
    from flashtorch.cards import blanks

    text = SOURCES[source]
    assert program(text, "\n".join(blanks.contents(text)) + "\n") == blanks.whole(text)
