"""What a rewritten check reports to: it sees values, makes calls, and notes what each gave and did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flashtorch.grading.inside import explain, gradients, inputs, scope
from flashtorch.grading.inside.codec import TooLarge
from flashtorch.grading.inside.shapes import Raised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

    from flashtorch.grading.inside.shapes import Sketch

MAX_SEEN = 4096
BETWEEN = ">"
"""Stands between the names of an exception's classes."""
COTANGENTS = 2_000_003
"""Added to the seed: drawn from the seed itself, a cotangent could be equal to an input of the same shape."""


class Overflow(BaseException):
    """What the expression gave does not fit into a reply. Not an Exception: no handler in a check is meant to catch it."""

    def __init__(self, place: int) -> None:
        self.place = place


class Watcher:
    """Notes, in `seen`, `[place, facts]` for each observed expression each time it is reached."""

    def __init__(self, sketch: Sketch, seed: int, device: str, *, moves: bool, sources: Mapping[str, str], own: str) -> None:
        self.steady = False
        """Whether the state of the random numbers is left to the program from now on: the check looks at it."""
        self.seen: list[list[Any]] = []
        self.in_flight: BaseException | None = None
        """The last exception that was noted and let through to the check's own handler."""
        self._sketch = sketch
        self._seed = seed
        self._device = device
        self._moves = moves
        self._sources = sources
        self._own = own
        self._drawn = 0
        self._called = False
        self._mark = sketch.mark()
        self._facts: dict[str, Any] = {}
        self._inner: list[tuple[inputs.Before, inputs.Labelled]] = []
        self._labels: dict[str, int] = {}

    def reseed(self) -> None:
        """Seed anew, differently each time, and the same for every answer that comes this far."""
        if self.steady:
            return
        self._drawn += 1
        scope.reseed((self._seed + 7919 * self._drawn) % 2**63, self._device)

    def watching(self, place: int, in_try: bool, is_call: bool) -> Watching:
        """The context in which an observed expression is evaluated; `is_call` when it is to end in `call`."""
        return Watching(self, place, in_try, is_call)

    def begin(self, is_call: bool) -> None:
        self._facts = {}
        self._inner = []
        self._labels = {}
        self._mark = self._sketch.mark()
        self._called = not is_call
        self.reseed()

    def end(self, place: int) -> None:
        if (state := scope.state()) != scope.BASELINE:
            self._facts["state"] = list(state)
        # What the answer drew must not reach the inputs of the next expression.
        self.reseed()
        if len(self.seen) >= MAX_SEEN:
            raise Overflow(place)
        if self._facts:
            self.seen.append([place, self._facts])

    def failed(self, error: BaseException) -> None:
        """Note an exception; `early` when it came from the arguments, before the call."""
        self._sketch.back_to(self._mark)
        self._facts = {"raised": explain.error(error, self._sources, self._own) | {"early": not self._called}}

    def drawn(self, value: Any) -> Any:
        """Passes a function on; what making it drew must not reach the arguments."""
        self.reseed()
        return value

    def raises(self, later: Callable[[], Any]) -> Raised:
        """What `raises(…)` in a check gives: the type of the exception that the expression raised."""
        try:
            later()
        except Exception as error:
            return Raised(BETWEEN.join(_chain(type(error))))
        return Raised("")

    def inner(self, texts: tuple[str, ...], function: Any, /, *positional: Any, **named: Any) -> Any:
        """A call inside a larger expression: what it does to its arguments is told with the whole, and its draws are its own."""
        labels = [*texts, *named]
        arguments = [(self._label(label), value) for label, value in zip(labels, (*positional, *named.values()), strict=False)]
        if not self._moves:
            self._inner.append((inputs.Before(arguments), inputs.leaves(arguments)))
        self.reseed()
        output = function(*positional, **named)
        self.reseed()
        return output

    def _label(self, text: str) -> str:
        """The text, or the text with a number where the same stands in another call."""
        self._labels[text] = times = self._labels.get(text, 0) + 1
        return text if times == 1 else f"{text} ({times})"

    def see(self, place: int, value: Any) -> None:
        """Note a value. On a second device only calls are looked at, for only their arguments can be moved there."""
        if self._moves:
            return
        facts: dict[str, Any] = {"value": self._sketch.node(value)}
        if self._inner:
            facts |= self._done_to(value, [], [])
        self._facts |= facts

    def call(self, place: int, function: Any, /, *positional: Any, **named: Any) -> None:
        """Make the call, its arguments being evaluated; note what it gave, changed, and the gradients of its leaves."""
        if self._moves:
            positional = tuple(inputs.moved(value, self._device) for value in positional)
            named = {key: inputs.moved(value, self._device) for key, value in named.items()}
        arguments = inputs.labelled(positional, named)
        before = inputs.Before(arguments)
        leaves = inputs.leaves(arguments)
        self.reseed()
        self._called = True
        output = function(*positional, **named)
        facts: dict[str, Any] = {"value": self._sketch.node(output)}
        self._facts = facts | self._done_to(output, before.changes(self._sketch), leaves)

    def _done_to(self, output: Any, changed: list[list[Any]], leaves: inputs.Labelled) -> dict[str, Any]:
        """What was changed, and the gradients of the leaves, of the whole call and of those inside it."""
        inner = [each for before, _ in self._inner for each in before.changes(self._sketch)]
        facts: dict[str, Any] = {"changed": [*changed, *inner]}
        known = {id(tensor) for _, tensor in leaves}
        deeper = [(label, tensor) for _, found in self._inner for label, tensor in found if id(tensor) not in known]
        found = gradients.of_leaves(self._sketch, output, [*leaves, *deeper], (self._seed + COTANGENTS) % 2**63)
        if found is not None:
            facts["gradients"] = found
        return facts


def _chain(kind: type) -> Iterator[str]:
    """The names of a class and those it is derived from, up to the first that no program of the card defined."""
    for base in kind.__mro__:
        yield base.__name__[:80]
        if base.__module__ != "__main__":
            return


class Watching:
    """Notes what is raised inside it; keeps it to itself unless the check has a handler of its own."""

    def __init__(self, watcher: Watcher, place: int, in_try: bool, is_call: bool) -> None:
        self._watcher = watcher
        self._place = place
        self._in_try = in_try
        self._is_call = is_call

    def __enter__(self) -> None:
        self._watcher.begin(self._is_call)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        if isinstance(error, Overflow):
            return False
        if isinstance(error, TooLarge):
            raise Overflow(self._place) from None
        if error is not None:
            self._watcher.failed(error)
            self._watcher.in_flight = error
        self._watcher.end(self._place)
        return error is not None and not self._in_try
