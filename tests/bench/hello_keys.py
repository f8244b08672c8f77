"""The smallest Textual program that answers a key: what keys on the screen are measured beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App, ComposeResult
from textual.widgets import Static

if TYPE_CHECKING:
    from textual import events


class HelloKeys(App[None]):
    def compose(self) -> ComposeResult:
        self.count = 0
        yield Static("key 0 pressed")

    def on_key(self, event: events.Key) -> None:
        self.count += 1
        self.query_one(Static).update(f"key {self.count} pressed")


if __name__ == "__main__":
    HelloKeys().run()
