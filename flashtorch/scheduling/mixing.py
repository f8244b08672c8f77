"""The order among cards that are all to be asked: notes interleaved, new cards spread among the reviews."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from flashtorch.scheduling.chance import unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from flashtorch.scheduling.row import Row


def interleaved(rows: Iterable[Row], seed: int) -> tuple[Row, ...]:
    """Shuffled by the seed, no two of one note beside each other as long as that is possible.

    The cards of each note are laid evenly over the whole, each note at its own phase; where two of one note would still meet, the
    next other one goes first. A note that holds more than half of what is left goes at every chance.
    """
    notes: dict[tuple[object, ...], list[Row]] = {}
    for row in sorted(rows, key=lambda row: (unit(row.card, seed), row.card)):
        key = (row.deck, row.file) if row.note is None else (row.deck, row.note)
        notes.setdefault(key, []).append(row)
    # Each entry: where the note's next card lies (0 to 1), which note, how many of it have gone.
    heap = [(unit(group[0].card, seed) / len(group), number, 0) for number, group in enumerate(notes.values())]
    groups = list(notes.values())
    heapq.heapify(heap)
    largest = [(-len(group), number) for number, group in enumerate(groups)]
    heapq.heapify(largest)
    left = {number: len(group) for number, group in enumerate(groups)}
    rest, last, ordered = sum(left.values()), -1, []
    gone = dict.fromkeys(left, 0)
    while rest:
        number = _majority(largest, left, rest)
        if number is None or number == last:
            number = _next(heap, gone, last)
        group = groups[number]
        ordered.append(group[gone[number]])
        gone[number] += 1
        left[number] -= 1
        rest -= 1
        last = number
        if left[number]:
            phase = unit(group[0].card, seed)
            heapq.heappush(heap, ((gone[number] + phase) / len(group), number, gone[number]))
            heapq.heappush(largest, (-left[number], number))
    return tuple(ordered)


def _majority(largest: list[tuple[int, int]], left: dict[int, int], rest: int) -> int | None:
    """The note that has to go now, or two of it will meet."""
    while left[largest[0][1]] != -largest[0][0]:
        heapq.heappop(largest)
    count, number = largest[0]
    return number if -count * 2 > rest else None


def _next(heap: list[tuple[float, int, int]], gone: dict[int, int], last: int) -> int:
    """The note whose card lies next, but for the last one's where there is another."""
    waiting = None
    while heap:
        entry = heapq.heappop(heap)
        if entry[2] != gone[entry[1]]:
            continue
        if entry[1] != last:
            if waiting:
                heapq.heappush(heap, waiting)
            return entry[1]
        waiting = entry
    return last


def round_robin(files: Sequence[Iterable[Row]]) -> Iterator[Row]:
    """One of each file in turn, each file in its own order; nothing is drawn from a file before its turn."""
    turns: list[Iterator[Row]] = [iter(file) for file in files]
    while turns:
        going = []
        for turn in turns:
            row = next(turn, None)
            if row is not None:
                going.append(turn)
                yield row
        turns = going


def spread(reviews: Sequence[Row], new: Sequence[Row]) -> tuple[Row, ...]:
    """The new cards laid evenly among the reviews, both in their own order."""
    placed = [((index + 0.5) / len(reviews), 0, row) for index, row in enumerate(reviews)]
    placed += [((index + 0.5) / len(new), 1, row) for index, row in enumerate(new)]
    return tuple(row for _, _, row in sorted(placed, key=lambda place: place[:2]))
