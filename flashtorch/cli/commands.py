"""The commands by name, each loaded when it is called.

Imports click alone, so that `--version` and completion answer at once.
"""

from __future__ import annotations

import importlib
import os
from typing import Any

import click
from click.shell_completion import CompletionItem

from flashtorch import __version__
from flashtorch.errors import ExitCode, Trouble

COMMANDS = {
    "study": "Study (the default): `flashtorch [PATH…]`.",
    "due": "What is due today.",
    "grade": "Judge one answer, or a file of them.",
    "regrade": "Judge your own answers again.",
    "deck": "Check and show decks.",
    "stats": "What has been learnt.",
    "export": "Answers or cards as CSV or JSON lines.",
    "backup": "Keep a copy of the history, or restore one.",
    "doctor": "Look whether everything is in order here.",
    "paths": "Where everything is kept.",
    "completion": "Print a script that lets the shell complete.",
}
"""Each is the function of its name in `flashtorch.cli.<name>`; the help is here so that listing loads nothing."""


class Commands(click.Group):
    """Loads a command's module when it is called; a first word that names no command starts the study."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"flashtorch.cli.{name}")
        command = getattr(module, name)
        assert isinstance(command, click.Command)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {"--help", "--version", "-h"}
        # While completing, the words so far are looked at and nothing is to be started.
        if not ctx.resilient_parsing and (not args or (args[0] not in COMMANDS and args[0] not in own)):
            _refuse_a_slip(args[:1])
            args = ["study", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Commands by name, without loading any, then the paths of decks."""
        named = [CompletionItem(name, help=said) for name, said in COMMANDS.items() if name.startswith(incomplete)]
        return [*named, CompletionItem(incomplete, type="file")]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _refuse_a_slip(first: list[str]) -> None:
    """A first word that is nearly a command is one; a deck of that name, with a path that is there, stays a deck."""
    for word in first:
        if word.isidentifier() and not os.path.exists(word):
            import difflib

            from flashtorch.cli.surroundings import surroundings
            from flashtorch.language import _

            near = difflib.get_close_matches(word, COMMANDS, n=1, cutoff=0.7)
            if near:
                surroundings()  # chooses the language
                advice = _("Did you mean {name}?").format(name=f"flashtorch {near[0]}")
                raise Trouble(_("no such file or folder"), where=word, advice=advice)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", prog_name="flashtorch", message="%(prog)s %(version)s")
def flashtorch() -> None:
    """A terminal trainer that makes PyTorch knowledge stick."""


def run(arguments: list[str]) -> int:
    """Run a command; its exit code.

    Raises:
        Trouble: what a person has to know; also for a command line that is not understood.
    """
    try:
        result: Any = flashtorch.main(args=arguments, prog_name="flashtorch", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as error:
        raise Trouble(" ".join(error.format_message().split())) from None
    except click.Abort:
        raise KeyboardInterrupt from None
    return int(result) if isinstance(result, int) else ExitCode.YES
