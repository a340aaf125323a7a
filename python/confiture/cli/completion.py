"""``confiture completion``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.cli import output

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

DESCRIPTION = """\
The script is printed; it belongs where the shell looks for completions, and counts in shells that are started
afterwards."""

EXAMPLES = """\
examples:
  confiture completion bash > ~/.local/share/bash-completion/completions/confiture
  confiture completion zsh > ~/.zfunc/_confiture     with fpath+=~/.zfunc before compinit in ~/.zshrc
  confiture completion tcsh >> ~/.tcshrc
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("shell", choices=("bash", "zsh", "tcsh"), help="the shell")


def run(options: Namespace) -> int:
    """Run the command; returns the exit code."""
    import shtab

    from confiture.cli.main import build_parser

    output.write(shtab.complete(build_parser(), options.shell) + "\n")
    return 0
