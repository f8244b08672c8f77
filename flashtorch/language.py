"""English or Chinese, chosen once; sentences go through the standard library's gettext.

The English sentence in the source is the key. Catalogues lie in `locale/<language>/LC_MESSAGES/flashtorch.po`, compiled
beside it by `python -m tests.house.catalogue`.
"""

from __future__ import annotations

import gettext as _gettext
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LANGUAGES", "Language", "_", "current", "n_", "pick", "use"]

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
CATALOGUES = Path(__file__).parent / "locale"

_chosen: Language = "en"
_translations: _gettext.NullTranslations = _gettext.NullTranslations()


def pick(setting: str, environment: Mapping[str, str]) -> Language:
    """The language of the interface: the setting, else what the locale says, else English."""
    if setting == "zh":
        return "zh"
    if setting == "en":
        return "en"
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def use(language: Language) -> None:
    """Choose the language for every sentence from here on."""
    global _chosen, _translations
    _chosen = language
    _translations = _gettext.translation("flashtorch", CATALOGUES, [language], fallback=True)


def current() -> Language:
    """The language in use."""
    return _chosen


def _(sentence: str) -> str:
    """The sentence in the chosen language; looked up at the time of the call, so never call it at import."""
    return _translations.gettext(sentence)


def n_(one: str, many: str, count: int) -> str:
    """The sentence for `count` things."""
    return _translations.ngettext(one, many, count)
