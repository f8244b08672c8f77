"""Answers that are right or wrong in awkward ways, for a card of each kind: what people type on a Chinese keyboard, at night, or by half."""

from __future__ import annotations

DECK = """---
deck: awkward
---

# Name
<!-- card: name -->

Which call sets gradients back?

```text answer
zero_grad
```

# Count
<!-- card: count -->

How many elements has a tensor of shape (10, 100)?

```text answer
1000
```

# Third
<!-- card: third -->

What is a third, to two places?

```text answer tol=0.005
0.333
```

# Which
<!-- card: which -->

Which are views?

- [x] transpose
- [ ] clone
- [x] narrow

# Shape
<!-- card: shape -->

```python predict
torch.ones(2, 3).shape
```

# Zero
<!-- card: zero -->

```python predict
torch.zeros(1).mul(-1).item()
```

# Nothing
<!-- card: nothing -->

```python predict
(torch.zeros(1) / 0).item()
```

# Thousand
<!-- card: thousand -->

```python predict
torch.tensor(1000.0)
```

# Raise
<!-- card: raise -->

```python predict
torch.ones(2, 3) @ torch.ones(2, 3)
```

# Fill
<!-- card: fill -->

```python fill
def last(x):
    return x[{{-1}}].{{sum}}()
```

```python check
last(torch.arange(6.0).view(2, 3))
```

# Code
<!-- card: code -->

Write `double(x)`.

<details><summary>Answer</summary>

```python solution
def double(x):
    return x * 2
```

```python check
double(torch.arange(3.0, requires_grad=True))
```

</details>

# Fix
<!-- card: fix -->

`mean(x)` should be the mean over the last dimension.

```python starter
def mean(x):
    return x.mean()
```

```python solution
def mean(x):
    return x.mean(-1)
```

```python check
mean(torch.randn(2, 3, 4))
```
"""

ANSWERS: tuple[tuple[str, str, str], ...] = (
    ("name", "zero_grad", "pass"),
    ("name", "  Zero_Grad ", "pass"),
    ("name", "ｚｅｒｏ＿ｇｒａｄ", "pass"),
    ("name", "zero_grad。", "pass"),
    ("name", "zero grad", "value"),
    ("name", "zero_grads", "value"),
    ("count", "1000", "pass"),
    ("count", "１０００", "pass"),
    ("count", "1e3", "pass"),
    ("count", "1000.0", "pass"),
    ("count", "1001", "value"),
    ("count", "thousand", "value"),
    ("third", "0.333", "pass"),
    ("third", "0.33", "pass"),
    ("third", ".3333", "pass"),
    ("third", "０．３３", "pass"),
    ("third", "0.32", "value"),
    ("third", "33%", "value"),
    ("which", "1,3", "pass"),
    ("which", "3,1", "pass"),
    ("which", "3 1", "pass"),
    ("which", "１，３", "pass"),
    ("which", "1、3", "pass"),
    ("which", "1,3,", "pass"),
    ("which", "1,1,3", "pass"),
    ("which", "第1、第3个。", "pass"),
    ("which", "1和3", "pass"),
    ("which", "1", "value"),
    ("which", "1,2,3", "value"),
    ("which", "0", "syntax"),
    ("which", "4", "syntax"),
    ("which", "transpose", "syntax"),
    ("shape", "(2, 3)", "pass"),
    ("shape", "torch.Size([2, 3])", "pass"),
    ("shape", "Size([2,3])", "pass"),
    ("shape", "[2, 3]", "pass"),
    ("shape", "2, 3", "pass"),
    ("shape", "(2, 3,)", "pass"),
    ("shape", "（２，３）", "pass"),
    ("shape", "【2，3】。", "pass"),
    ("shape", "(3, 2)", "value"),
    ("shape", "(2, 3, 1)", "value"),
    ("shape", "6", "kind"),
    ("shape", "2 x 3", "syntax"),
    ("zero", "0", "pass"),
    ("zero", "-0.0", "pass"),
    ("zero", "0.0", "pass"),
    ("zero", "1e-3", "value"),
    ("nothing", "nan", "pass"),
    ("nothing", "NaN", "pass"),
    ("nothing", "float('nan')", "pass"),
    ("nothing", "inf", "value"),
    ("nothing", "error", "value"),
    ("thousand", "1e3", "pass"),
    ("thousand", "1000", "pass"),
    ("thousand", "tensor(1000.)", "pass"),
    ("thousand", "torch.tensor(1e3)", "pass"),
    ("thousand", "tensor([1000.])", "shape"),
    ("raise", "error", "pass"),
    ("raise", "RuntimeError", "pass"),
    ("raise", "报错", "pass"),
    ("raise", "会报错。", "pass"),
    ("raise", "it raises", "syntax"),
    ("raise", "ValueError", "value"),
    ("raise", "(2, 2)", "value"),
    ("fill", "-1\nsum", "pass"),
    ("fill", " -1 \r\n sum \r\n", "pass"),
    ("fill", "1\nsum", "pass"),
    ("fill", "-1\nmean", "value"),
    ("fill", "-1 # the last\nsum", "outside"),
    ("fill", "-1", "syntax"),
    ("fill", "0\nsum", "value"),
    ("code", "def double(x):\r\n\treturn x + x\r\n", "pass"),
    ("code", "\ufeffdef double(x): return 2 * x", "pass"),
    ("code", "double = lambda 张量: 张量 + 张量", "pass"),
    ("code", "from torch import add\ndef double(x):\n    print('hi')\n    return add(x, x)", "pass"),
    ("code", "class Double:\n    def __call__(self, x):\n        return x * 2\ndouble = Double()", "pass"),
    ("code", "def double(x):\n    return x.detach() * 2", "requires-grad"),
    ("code", "def double(x):\n    return (x * 2).tolist()", "kind"),
    ("code", "def double(x):\n    print(x * 2)", "kind"),
    ("code", "def double(x):\n    return x * 2.0000001", "pass"),
    ("code", "def double(x):\n    return x * 2.001", "value"),
    ("code", "def double(x)：\n    return x * 2", "syntax"),
    ("code", "def doubel(x):\n    return x * 2", "missing-name"),
    ("code", "", "missing-name"),
    ("fix", "def mean(x):\n    return x.mean()", "shape"),
    ("fix", "def mean(x):\n    return x.sum(-1) / x.size(-1)", "pass"),
    ("fix", "def mean(x):\n    return x.mean(-1, keepdim=True)", "shape"),
    ("fix", "def mean(x):\n    return x.mean(-1).double()", "dtype"),
)
"""Card, answer, and the verdict; `outside` for what is refused because it would change the program around a blank."""
