"""What `due --json` is measured beside: Anki's own backend, opening a collection and building today's queue.

Runs in an interpreter that has the package `anki`, which flashtorch does not depend on: `make PATH CARDS` writes a collection,
`due PATH` opens it.
"""

from __future__ import annotations

import sys
import time


def make(path: str, cards: int) -> None:
    from anki.collection import AddNoteRequest, Collection  # type: ignore[import-not-found, unused-ignore]

    collection = Collection(path)
    model = collection.models.by_name("Basic")
    deck = collection.decks.id("large")
    requests = []
    for number in range(cards):
        note = collection.new_note(model)
        note.fields = [f"What is {number} + 1?", f"It is {number + 1}."]
        requests.append(AddNoteRequest(note=note, deck_id=deck))
    collection.add_notes(requests)
    # Half of them reviewed ten times, so that both programs read a past of the same size.
    day_ms = 86_400_000
    start = int(time.time() * 1000) - 365 * day_ms
    ids = collection.db.list("select id from cards order by id")
    rows = [
        (start + index * 7 + turn * 30 * day_ms, card, 0, 3, 10, 5, 2500, 4000, 1)
        for index, card in enumerate(ids[: cards // 2])
        for turn in range(10)
    ]
    collection.db.executemany("insert or ignore into revlog values (?,?,?,?,?,?,?,?,?)", rows)
    today = collection.sched.today
    due = [(today + index % 60 - 30, card) for index, card in enumerate(ids[: cards // 2])]
    collection.db.executemany("update cards set type=2, queue=2, due=?, ivl=10, factor=2500, reps=10 where id=?", due)
    collection.close()


def due(path: str) -> None:
    from anki.collection import Collection

    collection = Collection(path)
    collection.decks.select(collection.decks.id("large"))
    queued = collection.sched.get_queued_cards(fetch_limit=1)
    print(queued.new_count, queued.learning_count, queued.review_count)
    collection.close()


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2], int(sys.argv[3]))
    else:
        due(sys.argv[2])
