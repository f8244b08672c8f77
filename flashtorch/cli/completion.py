"""`flashtorch completion`: the script with which a shell completes commands, options, decks and cards."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from flashtorch.cli.commands import flashtorch as command
from flashtorch.errors import ExitCode

_SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
def completion(shell: str) -> int:
    """Print the completion script for SHELL.

    \b
    bash:  flashtorch completion bash > ~/.local/share/bash-completion/completions/flashtorch
    zsh:   flashtorch completion zsh > a folder of your $fpath, as _flashtorch
    fish:  flashtorch completion fish > ~/.config/fish/completions/flashtorch.fish
    """
    made = get_completion_class(shell)
    assert made is not None
    # Not `source()`: it starts the shell to look at its age, and this script is as often made for another machine.
    writer = made(command, {}, "flashtorch", "_FLASHTORCH_COMPLETE")
    click.echo(writer.source_template % writer.source_vars())
    return ExitCode.YES
