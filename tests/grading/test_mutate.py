"""Mutants: small mistakes, each a program of its own, where they may be made."""

from __future__ import annotations

import ast

import pytest

from flashtorch.grading.mutate import mutants


def diffs(source: str) -> set[str]:
    return {mutant.diff for mutant in mutants(source)}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("y = x.mean(dim=-1, keepdim=True)", "- x.mean(dim=-1, keepdim=True)  + x.mean(dim=-1)"),
        ("y = x.mean(dim=-1, keepdim=True)", "- x.mean(dim=-1, keepdim=True)  + x.sum(dim=-1, keepdim=True)"),
        ("y = F.mse_loss(a, b, reduction='sum')", "- 'sum'  + 'mean'"),
        ("y = loss.detach()", "- loss.detach()  + loss"),
        ("y = x.transpose(0, 1)", "- 1  + 2"),
        ("y = torch.zeros(3, device=d)", "- torch.zeros(3, device=d)  + torch.zeros(3)"),
        ("y = a - b", "- a - b  + b - a"),
        ("y = a < b", "- a < b  + a <= b"),
        ("y = -x", "- -x  + x"),
        ("y = torch.add(a, b)", "- torch.add(a, b)  + torch.add_(a, b)"),
        ("y = x[:, 1:]", "- 1:  + :"),
        ("def f(x):\n    return x", "- return x  + return"),
        ("opt.zero_grad()\nloss.backward()", "- opt.zero_grad()  + loss.backward()"),
        ("a = f(x)\nb = g(a)", "- a = f(x)"),
    ],
)
def test_a_mistake_that_people_make(source: str, expected: str) -> None:
    assert expected in diffs(source)


def test_a_block_can_lose_what_guards_it() -> None:
    made = [mutant.source for mutant in mutants("with torch.no_grad():\n    y = x * 1.5\n")]
    assert "y = x * 1.5" in made


def test_each_is_a_program_and_another_one_than_all_others() -> None:
    source = "def f(x, n=2):\n    '''Doc.'''\n    h = x @ x.t() + n\n    h = -1 * h\n    return F.relu(h).sum(0) if n > 1 else h\n"
    made = list(mutants(source))
    compiled = {ast.dump(ast.parse(mutant.source)) for mutant in made}
    assert len(compiled) == len(made) > 20
    assert ast.dump(ast.parse(source)) not in compiled
    assert all(1 <= mutant.line <= 5 for mutant in made)
    assert not any("Doc" in mutant.was for mutant in made)


@pytest.mark.parametrize("source", ["a = 1\nb = 2", "y = F.mse_loss(a, b)", "m.add_(1)\nz = w.sum()"])
def test_what_changes_nothing_is_left_alone(source: str) -> None:
    swapped = {"- a = 1  + b = 2", "- F.mse_loss(a, b)  + F.mse_loss(b, a)", "- m.add_(1)  + z = w.sum()"}
    assert not swapped & diffs(source)


def test_a_double_minus_is_no_mutant() -> None:
    assert "- 1  + -1" in diffs("y = 1")
    assert not any(mutant.source == "y = --1" for mutant in mutants("y = -1"))


def test_only_inside_the_spans() -> None:
    assert {mutant.was for mutant in mutants("y = x.sum(1) + 2\n", ((1, 10, 11),))} == {"1"}


def test_no_program_has_no_mutants() -> None:
    assert list(mutants("def f(:")) == []
