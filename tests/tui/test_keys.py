"""The table of keys, and what is made from it."""

from __future__ import annotations

import pytest
from textual.binding import Binding

from flashtorch.tui.flashtorch_app import FlashtorchApp
from flashtorch.tui.keys import KEYS, REVIEW, Scene, bindings, is_open
from flashtorch.tui.screens.help import keys_text
from flashtorch.tui.screens.home import HomeScreen
from flashtorch.tui.screens.problems import ProblemsScreen
from flashtorch.tui.screens.review import ReviewScreen
from flashtorch.tui.screens.welcome import WelcomeScreen
from flashtorch.tui.widgets.foot import foot_text


def test_a_key_means_one_thing_in_a_scene() -> None:
    for scene in Scene:
        keys = [key for row in KEYS if scene in row.when for key in row.keys]
        assert len(keys) == len(set(keys)), scene


def test_the_footer_names_only_keys_that_work() -> None:
    for row in KEYS:
        assert row.foot <= row.when, row.id


SCREENS: tuple[tuple[type[object], frozenset[Scene]], ...] = (
    (ReviewScreen, REVIEW),
    (HomeScreen, frozenset({Scene.HOME})),
    (WelcomeScreen, frozenset({Scene.WELCOME})),
    (ProblemsScreen, frozenset({Scene.REPORT})),
)


def test_every_row_has_an_action_wherever_it_is_open() -> None:
    for screen, scenes in SCREENS:
        for row in KEYS:
            if row.when & scenes:
                owner = FlashtorchApp if row.of_app else screen
                assert callable(getattr(owner, f"action_{row.action}")), (row.id, screen)
    assert frozenset().union(*(scenes for _screen, scenes in SCREENS)) == frozenset(Scene)


def test_every_key_is_bound() -> None:
    bound = [binding for binding in bindings(frozenset(Scene)) if isinstance(binding, Binding)]
    assert len(bound) == sum(len(row.keys) for row in KEYS)
    assert {binding.action for binding in bound} >= {"rate(1)", "pick(9)", "reveal", "give_up"}


@pytest.mark.parametrize("scene", list(Scene))
@pytest.mark.parametrize("width", [10, 38, 78, 200])
def test_the_footer_fits(scene: Scene, width: int) -> None:
    assert foot_text(scene, width).cell_length <= width


def test_the_footer_of_every_scene_says_how_to_go_on() -> None:
    for scene in Scene:
        assert foot_text(scene, 78).plain


def test_the_help_has_every_row() -> None:
    shown = keys_text().plain
    for row in KEYS:
        assert row.label() in shown


def test_what_is_not_in_the_table_is_left_alone() -> None:
    assert is_open("copy_text", Scene.OPENING)
    assert not is_open("rate", Scene.OPENING)
