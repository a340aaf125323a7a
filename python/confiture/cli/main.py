"""Running a command and turning whatever happens into output and an exit code.

The parser is `argparse`: it loads in a quarter of the time of the libraries built on top of it, which
would be half of what a whole command may take. Only the module of the command that runs is imported.
"""

from __future__ import annotations

import importlib
import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from typing import TYPE_CHECKING, Any, NoReturn

from confiture._failures import display_path, without_passwords
from confiture.cli import output, terminal
from confiture.exceptions import ConfiturError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from confiture.models.documents import ErrorDocument

__all__ = ["COMMANDS", "build_parser", "main"]

_TOP_OPTIONS = ("-h", "--help", "-V", "--version")

#: The commands, with their summaries.
COMMANDS = {
    "init": "Start a project that builds at once.",
    "build": "Write the schema tree as one bundle.",
    "check": "Find what is duplicate, missing, too late or left open.",
    "verify": "Load the bundle into a throwaway PostgreSQL.",
    "diff": "Compare two schemas.",
    "lineage": "Show what objects need, and what needs them.",
    "hash": "Print the digest of the schema tree.",
    "locate": "Find the source of a line of the bundle, or of an error of psql.",
    "manifest": "List the files, objects and dependencies of a build.",
    "dbt": "Read what dbt wrote, without dbt.",
    "metadata": "Keep schemas and dbt projects in a database, run by run.",
    "data": "Compare the data in tables.",
    "artifact": "Read what the other commands write.",
    "completion": "Print a script for shell completion.",
}

_DESCRIPTION = """\
Confiture makes a PostgreSQL schema tree one reproducible, hashed bundle: offline, in milliseconds, and
with nothing silently lost.
"""

_EXAMPLES = """\
examples:
  confiture init shop                  start a project in the folder shop
  confiture build                      write db/generated/schema_local.sql
  confiture check                      find what is defined twice, missing or left open
  confiture lineage customer           show what a table needs, and what needs it
  confiture build -e prod --check      exit 1 if the bundle is not up to date
  confiture hash                       print a digest to key a cache with

exit codes:
  0 done   1 findings   2 usage   3 database   4 schema or build   5 configuration

'confiture COMMAND --help' tells the rest.
"""

_USAGE_EXIT = 2
_INTERNAL_EXIT = 70
_INTERRUPTED_EXIT = 130
_BROKEN_PIPE_EXIT = 141


class UsageError(ConfiturError):
    """The command line cannot be understood."""

    exit_code = _USAGE_EXIT
    default_code = "USAGE_001"


class InternalError(ConfiturError):
    """A mistake of this program."""

    exit_code = _INTERNAL_EXIT
    default_code = "INTERNAL_001"


class _Formatter(RawDescriptionHelpFormatter):
    """Keeps line breaks, and asks for the terminal's width without importing ``shutil`` to do so."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=terminal.width() - 2)


class _Parser(ArgumentParser):
    def __init__(self, prog: str, **settings: Any) -> None:
        # Without abbreviations, an option that is added later breaks nobody's scripts.
        super().__init__(prog=prog, formatter_class=_Formatter, allow_abbrev=False, **settings)

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        output.flush()
        super().exit(status, message)

    def print_help(self, file: Any = None) -> None:
        output.write(self.format_help())

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        # The parser of an action is asked by that of its command, and knows the options better.
        options, unknown = super().parse_known_args(args, namespace)
        if unknown:
            raise self._unknown_arguments(unknown)
        return options, unknown

    def _unknown_arguments(self, unknown: list[str]) -> UsageError:
        from confiture.config.suggestions import did_you_mean

        hint = f"Run '{self.prog} --help' for the options."
        misspelt = next((argument for argument in unknown if argument.startswith("--")), None)
        if misspelt is not None:
            name = misspelt.partition("=")[0]
            options = [option for option in self._option_string_actions if option.startswith("--")]
            hint = did_you_mean(name, options, hint)
        shown = display_path(" ".join(unknown))
        return UsageError(f"Unrecognized arguments: {shown}.", resolution_hint=hint)

    def _check_value(self, action: Any, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        from confiture.config.suggestions import did_you_mean, listed

        known = [str(choice) for choice in action.choices]
        name = "/".join(action.option_strings) or action.metavar or action.dest
        raise UsageError(
            f"Argument {name}: there is no {value!r}.",
            resolution_hint=did_you_mean(
                str(value), known, f"There are {listed(known, 'and')}; run '{self.prog} --help'."
            ),
        )

    def error(self, message: str) -> NoReturn:
        raise UsageError(
            message[:1].upper() + message[1:].rstrip(".") + ".",
            resolution_hint=f"Run '{self.prog} --help' for the options.",
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code.

    Args:
        arguments: What follows the program's name; default: that of this process.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        try:
            code = _run(given)
            output.flush()
        except ConfiturError as error:
            can_print = error.error_code != output.OUTPUT_UNWRITABLE
            code = _report(error, as_json=can_print and _wants_json(given))
    except KeyboardInterrupt:
        terminal.say("Interrupted. What stood at the output is unchanged.")
        return _INTERRUPTED_EXIT
    except BrokenPipeError:
        # Whoever read the output has enough.
        return _BROKEN_PIPE_EXIT
    except ConfiturError as error:
        terminal.show_error(error.message, error.resolution_hint)
        return error.exit_code
    return code


def build_parser() -> ArgumentParser:
    """The parser with all commands, for completion and documentation."""
    parser = _top_parser()
    commands = parser.add_subparsers(metavar="command")
    for name in COMMANDS:
        module = _module(name)
        _configure(
            commands.add_parser(name, help=COMMANDS[name]),
            name,
            module,
        )
    return parser


def _run(given: Sequence[str]) -> int:
    try:
        return _dispatch(given)
    except (ConfiturError, KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:
        if os.environ.get("CONFITURE_DEBUG"):
            raise
        raise InternalError(
            f"Something failed that should not: {type(error).__name__}: {error}.",
            resolution_hint="Please report it with the command; CONFITURE_DEBUG=1 shows where it happened.",
        ) from error


def _dispatch(given: Sequence[str]) -> int:
    if not given or given[0] in ("-h", "--help"):
        output.write(build_parser().format_help())
        return 0 if given else _USAGE_EXIT
    if given[0] in ("-V", "--version"):
        return _print_version()
    name = given[0]
    if name not in COMMANDS:
        raise _unknown_command(name)
    module = _module(name)
    parser = _Parser(f"confiture {name}")
    _configure(parser, name, module)
    options: Namespace = parser.parse_args(given[1:])
    # msgspec, which commands import, does not hear an interrupt that comes while it imports this module
    # itself, and crashes later.
    import datetime  # noqa: F401

    code: int = module.run(options)
    return code


def _module(command: str) -> ModuleType:
    return importlib.import_module(f"confiture.cli.{command}")


def _configure(parser: ArgumentParser, name: str, module: ModuleType) -> None:
    parser.description = f"{COMMANDS[name]}\n\n{module.DESCRIPTION}"
    parser.epilog = module.EXAMPLES
    module.add_arguments(parser)


def _top_parser() -> ArgumentParser:
    parser = _Parser("confiture", description=_DESCRIPTION, epilog=_EXAMPLES)
    parser.add_argument("-V", "--version", action="store_true", help="print version and engine")
    return parser


def _print_version() -> int:
    import confiture
    from confiture._backend import engine_name

    names = {"rust": "rust (native)", "python": "python (pure)"}
    output.write(f"confiture {confiture.__version__}, engine: {names[engine_name()]}\n")
    return 0


def _unknown_command(name: str) -> UsageError:
    from confiture.config.suggestions import did_you_mean

    is_option = name.startswith("-")
    return UsageError(
        f"There is no {'option' if is_option else 'command'} {name!r}.",
        resolution_hint=did_you_mean(
            name,
            _TOP_OPTIONS if is_option else COMMANDS,
            f"The commands are {', '.join(COMMANDS)}; run 'confiture --help'.",
        ),
    )


def _wants_json(given: Sequence[str]) -> bool:
    """Whether the arguments, which may be wrong in other ways, ask for JSON."""
    following = [*given[1:], ""]
    return any(
        argument in ("--format=json", "-fjson", "-f=json")
        or (argument in ("--format", "-f") and value == "json")
        for argument, value in zip(given, following, strict=True)
    )


def _report(error: ConfiturError, *, as_json: bool) -> int:
    if as_json:
        from confiture.artifacts import dumps_json

        try:
            output.write(dumps_json(_as_document(error)) + "\n")
            output.flush()
        except ConfiturError as second:
            terminal.show_error(second.message, second.resolution_hint)
        else:
            return error.exit_code
    terminal.show_error(
        without_passwords(error.message), error.resolution_hint and without_passwords(error.resolution_hint)
    )
    return error.exit_code


def _as_document(error: ConfiturError) -> ErrorDocument:
    from confiture.models.documents import ErrorDocument, ErrorPart

    return ErrorDocument(
        ok=False,
        error=ErrorPart(
            code=error.error_code,
            message=without_passwords(error.message),
            hint=error.resolution_hint and without_passwords(error.resolution_hint),
            file=error.context.get("file"),
            line=error.context.get("line"),
            column=error.context.get("column"),
        ),
    )
