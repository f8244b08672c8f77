"""A verdict in words: the only place that has sentences for findings.

`sentence` says in one line what was found, `lines` what belongs below it: a guess at the reason, the learner's own lines where the
code raised, and the note of a catalogued mistake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flashtorch.grading.verdict import Finding, Verdict, VerdictName
from flashtorch.language import _, n_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Params = Mapping[str, Any]
    Words = Callable[[Params], str]

MAX_EXPRESSION = 120
MAX_ARGUMENT = 20


def sentence(verdict: Verdict) -> str:
    """The verdict in one line."""
    if verdict.name is VerdictName.PASS:
        return _("All {count} checks pass").format(count=verdict.total) if verdict.total > 1 else _("Right")
    if verdict.finding is None:
        return verdict.name.value
    said = finding(verdict.finding)
    if verdict.name is VerdictName.BROKEN:
        return _("This card does not work here and is not counted: {why}").format(why=said)
    return said


def lines(verdict: Verdict) -> tuple[str, ...]:
    """What belongs below the sentence, outermost first; empty when there is no more to say."""
    found = verdict.finding
    if found is None:
        return ()
    said = []
    if found.guess:
        said.append(_GUESSES[found.guess](found.params.get("guess", {})))
    said += [line for entry in found.trace for line in entry.split("\n")]
    if verdict.note:
        said += verdict.note.split("\n")
    return tuple(said)


def finding(found: Finding) -> str:
    """A finding in one line: the call or expression, and what differs."""
    said = _said(found.code, found.params)
    if not found.expression:
        return said
    text = found.expression if len(found.expression) <= MAX_EXPRESSION else found.expression[: MAX_EXPRESSION - 1] + "…"
    return f"`{text}`: {said}"


def value(given: Any) -> str:
    """A number as it is told: six digits are what a comparison needs."""
    if isinstance(given, bool) or not isinstance(given, int | float | complex):
        return str(given)
    return str(given) if isinstance(given, int) else f"{given:.6g}"


def _said(code: str, params: Params) -> str:
    """The sentence of a code, and where in a container the difference is."""
    said = _SENTENCES[code](params)
    return _("at {place}: {said}").format(said=said, place=params["at"]) if params.get("at") else said


def _got(params: Params) -> str:
    return _("got {got}, expected {expected}").format(got=value(params["got"]), expected=value(params["expected"]))


def _values(params: Params) -> str:
    told = {"got": value(params["got"]), "expected": value(params["expected"]), "total": params["total"]}
    if params["total"] == 1:
        return _("the value differs: got {got}, expected {expected}").format(**told)
    index = ", ".join(map(str, params["index"]))
    said = _("{count} of {total} values differ, first at [{index}]: got {got}, expected {expected}")
    said = said.format(count=params["count"], index=index, **told)
    if params["largest"] is None:
        return said
    return _("{said} (largest difference {largest})").format(said=said, largest=f"{params['largest']:.3g}")


def _keys(params: Params) -> str:
    missing, extra = ", ".join(params["missing"]), ", ".join(params["extra"])
    if missing and extra:
        return _("the keys {missing} are missing, and {extra} were not expected").format(missing=missing, extra=extra)
    if missing:
        return _("the keys {missing} are missing").format(missing=missing)
    return _("the keys {extra} were not expected").format(extra=extra)


def _raised(params: Params) -> str:
    text = " ".join(str(params["text"]).split())
    text = text if len(text) <= 240 else text[:239] + "…"
    said = f"{params['type']}: {text}" if text else str(params["type"])
    return _("{error} (your line {line})").format(error=said, line=params["line"]) if params.get("line") else said


def _missing(params: Params) -> str:
    said = _("there is no name {name}; did you mean {near}?") if params["near"] else _("there is no name {name}")
    return said.format(name=params["name"], near=params["near"])


def _not_defined(params: Params) -> str:
    said = _("your code does not define {name}; is it your {near}?") if params["near"] else _("your code does not define {name}")
    return said.format(name=params["name"], near=params["near"])


def _syntax(params: Params) -> str:
    said = _("syntax error in line {line}: {text}") if params["line"] else _("syntax error: {text}")
    return said.format(line=params["line"], text=params["text"])


def _exit(params: Params) -> str:
    said = _("your code left the program with exit({code}) before the checks were done")
    if params["line"]:
        said = _("your code left the program with exit({code}) in line {line} before the checks were done")
    return said.format(code=params["code"], line=params["line"])


def _memory(params: Params) -> str:
    if "limit" in params:
        return _("your code needs more than the {limit} MB it may use").format(limit=params["limit"])
    return _("your code ran out of memory: {error}").format(error=_raised(params))


def _argument(params: Params) -> str:
    """The argument as the check writes it where that is a short name for it, else by its place."""
    text, number = params["argument"], params.get("number")
    if number is None or (text and len(text) <= MAX_ARGUMENT and "(" not in text):
        return str(text)
    return _("argument {number}").format(number=number)


def _inner(params: Params) -> str:
    return _SENTENCES[params["inner"]](params)


def _reference_raised(params: Params) -> str:
    said = {
        "setup": _("its setup raises {error}"),
        "answer": _("its own solution raises {error}"),
        "check": _("its check raises {error}"),
    }
    return said[params["stage"]].format(error=_raised({**params, "line": 0}))


def _choice(params: Params) -> str:
    missing = n_("{count} right option is missing", "{count} right options are missing", params["missing"])
    extra = n_("{count} chosen option is wrong", "{count} chosen options are wrong", params["extra"])
    said = [missing.format(count=params["missing"])] if params["missing"] else []
    return ", ".join([*said, extra.format(count=params["extra"])] if params["extra"] else said)


_SENTENCES: dict[str, Words] = {
    # Not judged yet: free retries.
    "syntax": _syntax,
    "empty": lambda _p: _("nothing was typed"),
    "literal": lambda p: _(
        "{got} is no value that is understood; write 3, 0.5, True, 'text', a shape such as (2, 3), tensor([…]), float32 or error"
    ).format(got=p["got"]),
    "option-numbers": lambda p: _("write the numbers of the options, 1 to {count}, such as 1,3").format(count=p["count"]),
    "blanks": lambda p: n_(
        "one line is wanted, for the one blank, not {got}", "{expected} lines are wanted, one a blank, not {got}", p["expected"]
    ).format(**p),
    "outside-blanks": lambda _p: _("this would change the program outside the blanks; fill in only what is missing"),
    "missing-name": _missing,
    "not-defined": _not_defined,
    "not-set": lambda p: _("the check gives a value to {name} only when your code does what is expected").format(name=p["name"]),
    # The program ended.
    "exit-called": _exit,
    "exited": lambda p: _("your code ended the process before the checks were done (status {code})").format(
        code=p["code"]
    ),
    "signalled": lambda p: _("your code was ended by {signal}").format(signal=p["signal"]),
    "disk": lambda p: _("your code wrote more than the {limit} MB of files it may have").format(limit=p["limit"]),
    "tasks": lambda _p: _("your code started far too many threads or processes and was stopped"),
    "output": lambda p: _("your code printed far more than {limit} KB and was stopped").format(limit=p["limit"]),
    "garbled": lambda _p: _("no readable result came back from your code"),
    "timeout": lambda p: _("stopped after {seconds} s").format(seconds=f"{p['seconds']:g}"),
    "cpu": lambda p: _("stopped after {seconds} s of computing").format(seconds=f"{p['seconds']:g}"),
    "memory": _memory,
    "too-large": lambda _p: _("what came out is too large to compare (over 16 MB)"),
    # It raised, or should have.
    "raised": _raised,
    "raised-there": lambda p: _("with its inputs on device {device} it raises {error}").format(
        device=p["device"], error=_raised(p)
    ),
    "raised-other": lambda p: _("raised {error}, expected {expected}").format(error=_raised(p), expected=p["expected"]),
    "should-raise": lambda p: _("nothing was raised, expected {expected}").format(expected=p["expected"]),
    "not-reached": lambda _p: _("this was not reached as often as with the solution"),
    "reached-more": lambda _p: _("this was reached more often than with the solution"),
    # Values.
    "kind": _got,
    "shape": lambda p: _("shape {got}, expected {expected}").format(got=tuple(p["got"]), expected=tuple(p["expected"])),
    "length": lambda p: n_("{got} element, expected {expected}", "{got} elements, expected {expected}", p["got"]).format(
        got=p["got"], expected=p["expected"]
    ),
    "dtype": lambda p: _("dtype {got}, expected {expected}").format(got=p["got"], expected=p["expected"]),
    "device": lambda p: _("on device {got}, expected {expected}").format(got=p["got"], expected=p["expected"]),
    "values": _values,
    "plain": _got,
    "keys": _keys,
    "requires-grad": lambda p: _("requires_grad is {got}, expected {expected}").format(got=p["got"], expected=p["expected"]),
    "typed": lambda p: _("{got} is not the answer").format(got=p["got"]),
    "choice": _choice,
    "predict-no-raise": lambda _p: _("it raises nothing"),
    "predict-raises": lambda p: _("it raises {error}").format(error=_raised(p)),
    "predict-other-raise": lambda p: _("it raises {expected}, not {got}").format(**p),
    # Gradients and side effects.
    # The output is weighted, so that a wrong gradient cannot hide in a sum; the numbers are of that, not of the sum.
    "gradient": lambda p: _("the gradient of {argument} differs (of the output weighted at random): {what}").format(
        argument=_argument(p), what=_inner(p)
    ),
    "no-gradient": lambda p: _("no gradient reaches {argument}; is the graph cut by detach(), item() or no_grad()?").format(
        argument=_argument(p)
    ),
    "stray-gradient": lambda p: _("a gradient reaches {argument}, which was not expected").format(argument=_argument(p)),
    "grads": lambda p: _("the gradients left in the module differ: {what}").format(what=_inner(p)),
    "changed": lambda p: _("{argument} was changed in place").format(argument=_argument(p)),
    "not-changed": lambda p: _("{argument} was to be changed in place").format(argument=_argument(p)),
    "changed-otherwise": lambda p: _("{argument} was changed otherwise than expected: {what}").format(
        argument=_argument(p), what=_inner(p)
    ),
    "grad-left": lambda p: _("a .grad was left behind on {argument}").format(argument=_argument(p)),
    "grad-mode": lambda p: _("gradient tracking was left on") if p["got"] == "True" else _("gradient tracking was left off"),
    "default-dtype": lambda p: _("the default dtype was left at {got}").format(got=p["got"]),
    "default-device": lambda p: _("the default device was left at {got}").format(got=p["got"]),
    # The card, or this machine.
    "reference-ended": lambda p: _("its own solution does not finish ({how})").format(how=finding(p["how"])),
    "reference-syntax": lambda p: _("its own code does not compile: {text}").format(text=p["text"]),
    "reference-too-large": lambda _p: _("what its own solution gives is too large to compare"),
    "reference-raised": _reference_raised,
    "reference-unreadable": lambda p: _("its check looks at a {kind}, which cannot be compared").format(kind=p["kind"]),
    "reference-nothing": lambda _p: _("its check observes nothing"),
    "torch-range": lambda p: _("it is for torch {range}, and this is torch {torch}").format(**p),
    "no-device": lambda p: _("it needs the device {device}, and there is none").format(device=p["device"]),
    "no-processes": lambda p: _("it starts processes, which sandbox level {level} does not allow").format(level=p["level"]),
    "unavailable": lambda p: _("no code can be run here: {why}").format(why=p["why"]),
    "not-trusted": lambda p: _("the deck {deck} is not trusted, so its code is not run").format(deck=p["deck"]),
    "lost": lambda _p: _("the process that runs code was lost twice"),
    "bug": lambda p: _("the judge itself failed ({why}); please report it").format(why=p["why"]),
}
"""Each code of a finding."""

_GUESSES: dict[str, Words] = {
    "transposed": lambda _p: _("Your result is the transpose of the expected one."),
    "negated": lambda _p: _("Your result is the negative of the expected one."),
    "factor": lambda p: _("Every value is {factor} times the expected one.").format(factor=f"{p['factor']:.4g}"),
    "no-return": lambda p: _("Did you forget to return a value from {name}?").format(name=p["name"]),
    "full-width": lambda p: _("{got} is a full-width character; Python wants {narrow}.").format(**p),
    "printed": lambda p: _("{name} prints its result; return it instead.").format(name=p["name"]),
    "no-self": lambda p: _("The method {name} has no self as its first parameter.").format(name=p["name"]),
    "not-called": lambda p: _("Did you forget the parentheses of {name}()?").format(name=p["name"]),
    "uncalled": lambda p: _("The statement {statement} calls nothing: its parentheses are missing.").format(**p),
}
"""Each guess."""
