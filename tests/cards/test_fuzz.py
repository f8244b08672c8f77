"""Decks changed at random: nothing raises, no card comment is swallowed."""

from __future__ import annotations

from tests.cards.mutants import mutants, try_decks


def test_no_card_comment_of_a_changed_deck_is_swallowed() -> None:
    tally = try_decks(mutants(2000, seed=3))
    assert tally.lost == []
    assert tally.decks == 2000
    assert tally.comments == tally.loaded + tally.told
    assert tally.loaded > 500
    assert len(tally.codes) > 50
