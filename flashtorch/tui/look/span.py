"""How long until then, in as few characters as a button has."""

from __future__ import annotations

from flashtorch.language import _

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_MONTH, _YEAR = 30 * _DAY, 365 * _DAY


def span(seconds: float) -> str:
    """`10m`, `3h`, `24d`, `2.5mo` or `1.3y`; what is under a minute is `<1m`."""
    if seconds < _MINUTE:
        return _("<1m")
    if seconds < _HOUR:
        return _("{count}m").format(count=round(seconds / _MINUTE))
    if seconds < _DAY:
        return _("{count}h").format(count=round(seconds / _HOUR))
    if seconds < 2 * _MONTH:
        return _("{count}d").format(count=round(seconds / _DAY))
    if seconds < _YEAR:
        return _("{count}mo").format(count=f"{seconds / _MONTH:.1f}")
    return _("{count}y").format(count=f"{seconds / _YEAR:.1f}")
