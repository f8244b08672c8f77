"""Every sentence of the interface is there in Chinese, with the same blanks to fill."""

from __future__ import annotations

import re

import pytest

from flashtorch import language
from tests.house import catalogue

NAMES = re.compile(r"\{(\w+)[^}]*\}")


def test_every_sentence_has_its_chinese() -> None:
    known = catalogue.known(catalogue.read())
    missing = {text: place for text, place in catalogue.sentences().items() if text not in known}
    assert not missing


def test_translations_fill_the_same_blanks() -> None:
    for message in catalogue.read():
        # Chinese has one form for any count, and it is the one that names the count.
        english = message.id if isinstance(message.id, str) else message.id[-1]
        chinese = message.string if isinstance(message.string, str) else "".join(message.string or ())
        assert english == "" or set(NAMES.findall(english)) == set(NAMES.findall(chinese)), english


def test_no_translation_is_left_over() -> None:
    assert not set(catalogue.known(catalogue.read())) - set(catalogue.sentences())


def test_the_compiled_catalogue_is_the_written_one() -> None:
    assert catalogue.MO.read_bytes() == catalogue.compiled(catalogue.read())


def test_sentences_come_in_the_chosen_language() -> None:
    english, chinese = next(iter(catalogue.known(catalogue.read()).items()))
    try:
        language.use("zh")
        assert language._(english) == chinese
        language.use("en")
        assert language._(english) == english
    finally:
        language.use("en")


@pytest.mark.parametrize("text", catalogue.sentences())
def test_sentences_have_named_blanks_only(text: str) -> None:
    assert "%s" not in text
    assert "{}" not in text
