"""A hook of mkdocs: the pages of reference that are made from the code.

They are written nowhere but into the site: `reference/commands.md` from the parsers of the command line,
`reference/environment.md` from the type of an environment, `reference/exceptions.md` from the exceptions,
`reference/schemas.md` from the kinds of artifacts, and `reference/python.md`, which mkdocstrings fills.
Confiture has to be installed beside mkdocs.
"""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

#: What every page says at its top.
_MADE = "This page is made from the code.\n\n"


def on_files(files: Any, config: Any) -> Any:
    """Add the pages to those of the site."""
    from mkdocs.structure.files import File

    for name, make in PAGES.items():
        files.append(File.generated(config, f"reference/{name}.md", content=make()))
    return files


def commands() -> str:
    """All commands with their help."""
    from confiture.cli.main import build_parser

    # The help is laid out for the width of a page.
    os.environ["COLUMNS"] = "100"
    sections = [f"# Commands\n\n{_MADE}"]
    for parser in _parsers(build_parser()):
        sections.append(f"## `{parser.prog}`\n\n```text\n{parser.format_help().rstrip()}\n```\n")
    return "\n".join(sections)


def _parsers(parser: ArgumentParser) -> Iterator[ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, _SubParsersAction):
            for inner in dict.fromkeys(action.choices.values()):
                yield from _parsers(inner)


#: The types of an environment's keys, as YAML has them.
_TYPES = {
    "str": "text",
    "str | None": "text, or null",
    "bool": "true or false",
    "int": "number",
    "list[str]": "list of texts",
    "list[str | DirectoryConfig]": "list of texts, or of entries with settings",
    "BuildConfig": "mapping, see below",
    "CommentValidationConfig": "mapping, see below",
    "SeparatorConfig": "mapping, see below",
}


_REQUIRED = "none: it has to be there"


def environment() -> str:
    """The keys of an environment's file with their types and defaults."""
    import msgspec

    from confiture.config import environment as module

    text = (
        f"# Keys of an environment\n\n{_MADE}What they do is told in [Configuration](../configuration.md).\n"
    )
    for name, about in (
        ("Environment", "A file `db/environments/<name>.yaml`"),
        ("DirectoryConfig", "An entry of `include_dirs` with settings"),
        ("BuildConfig", "`build`"),
        ("CommentValidationConfig", "`build.validate_comments`"),
        ("SeparatorConfig", "`build.separators`"),
    ):
        struct = getattr(module, name)
        text += f"\n## {about}\n\n| Key | Type | Default |\n|---|---|---|\n"
        left_alone: list[str] = []
        for field in msgspec.structs.fields(struct):
            kind = struct.__annotations__[field.name]
            if kind == "Any":
                left_alone.append(f"`{field.encode_name}`")
            elif field.encode_name not in ("project_dir", "config_file"):
                text += f"| `{field.encode_name}` | {_TYPES[kind]} | {_default(field)} |\n"
        if left_alone:
            text += f"\nFor other tools, and left alone: {', '.join(left_alone)}.\n"
    return text


def _default(field: Any) -> str:
    import msgspec

    # Its default is for environments that are made in Python step by step; none works without.
    if field.encode_name == "include_dirs":
        return _REQUIRED
    if field.default_factory is not msgspec.NODEFAULT:
        made = field.default_factory()
        return f"`{json.dumps(made)}`" if isinstance(made, list | dict) else "its own defaults"
    if field.default is not msgspec.NODEFAULT:
        return f"`{json.dumps(field.default)}`"
    return "the file's name" if field.encode_name == "name" else _REQUIRED


def exceptions() -> str:
    """The exceptions with their exit codes and default codes."""
    from confiture import exceptions as module

    text = (
        f"# Exceptions\n\n{_MADE}All are in `confiture.exceptions`; codes are [listed](../errors.md).\n\n"
        "| Exception | Is a | Exit code | What it is about |\n|---|---|---|---|\n"
    )
    for name in module.__all__:
        value = getattr(module, name)
        if isinstance(value, type) and issubclass(value, module.ConfiturError):
            about = (value.__doc__ or "").strip().split("\n")[0]
            text += f"| `{name}` | `{value.__bases__[0].__name__}` | {value.exit_code} | {about} |\n"
    return text


def schemas() -> str:
    """The JSON Schemas of all artifacts."""
    from confiture.artifacts.json_schemas import json_schema, schema_text
    from confiture.artifacts.registry import KINDS

    text = f"# JSON Schemas\n\n{_MADE}`confiture artifact schema NAME` prints one.\n"
    for kind in KINDS.values():
        shown = schema_text(json_schema(kind.name)).rstrip()
        text += f"\n## {kind.name}, version {kind.version}\n\nWhat it holds: {kind.summary}.\n"
        text += f"\n```json\n{shown}\n```\n"
    return text


def python_api() -> str:
    """Where mkdocstrings puts the public modules."""
    listed = (ROOT / "docs" / "python-api.md").read_text(encoding="utf-8")
    names = [line.split("`")[1] for line in listed.splitlines() if line.startswith("| `confiture")]
    text = f"# Python API\n\n{_MADE}[What Python may rely on](../python-api.md) says what stays.\n"
    for name in names:
        for module in _modules(name):
            text += f"\n::: {module}\n"
    return text


def _modules(name: str) -> list[str]:
    if not name.endswith(".*"):
        return [name]
    package = name.removesuffix(".*")
    directory = ROOT / "python" / package.replace(".", "/")
    return [f"{package}.{path.stem}" for path in sorted(directory.glob("*.py")) if path.stem != "__init__"]


PAGES: dict[str, Callable[[], str]] = {
    "commands": commands,
    "environment": environment,
    "exceptions": exceptions,
    "python": python_api,
    "schemas": schemas,
}
