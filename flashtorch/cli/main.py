"""The command line: names to modules, loaded when called; errors to exit codes.

Imports click alone, so that `--version` and completion answer at once.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from flashtorch import __version__
from flashtorch.errors import ExitCode, Trouble

if TYPE_CHECKING:
    from types import FrameType

COMMANDS = {
    "study": "Study (the default): `flashtorch [PATH…]`.",
    "due": "What is due today.",
    "grade": "Judge one answer.",
    "deck": "Check and show decks.",
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
            args = ["study", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Commands by name, without loading any, then the paths of decks."""
        named = [CompletionItem(name, help=said) for name, said in COMMANDS.items() if name.startswith(incomplete)]
        return [*named, CompletionItem(incomplete, type="file")]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", prog_name="flashtorch", message="%(prog)s %(version)s")
def flashtorch() -> None:
    """A terminal trainer that makes PyTorch knowledge stick."""


def main(arguments: list[str] | None = None) -> None:
    """Run a command and leave with its exit code; nothing but a bug ends in a traceback."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        result: Any = flashtorch.main(args=arguments, prog_name="flashtorch", standalone_mode=False)
        code = int(result) if isinstance(result, int) else ExitCode.YES
        sys.stdout.flush()
    except Trouble as trouble:
        click.echo(trouble.line(), err=True)
        code = trouble.exit_code
    except click.exceptions.Exit as leaving:
        code = leaving.exit_code
    except click.ClickException as error:
        click.echo(f"{error.format_message()}", err=True)
        code = ExitCode.CANNOT
    except (KeyboardInterrupt, click.Abort):
        code = ExitCode.INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe left, for instance `| head`; what it wanted it has.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = ExitCode.YES
    sys.exit(code)


def _terminated(signum: int, frame: FrameType | None) -> None:
    raise SystemExit(ExitCode.TERMINATED)
