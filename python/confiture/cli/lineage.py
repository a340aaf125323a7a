"""``confiture lineage``."""

from __future__ import annotations

import os
from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

from confiture.cli import output, terminal
from confiture.cli.column_lineage import add_columns, is_of_columns, refuse_column_conflicts, show_columns
from confiture.cli.options import add_environment, not_empty
from confiture.cli.progress import SlowProgress
from confiture.cli.reports import refuse_page_on_terminal

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from confiture.core.builder import SchemaBuilder
    from confiture.lineage.changes import LineageChanges
    from confiture.models.lineage import Lineage
    from confiture.models.schema.model import SchemaModel
    from confiture.models.schema.parts import Place

__all__ = ["FORMATS", "add_arguments", "depth", "direction", "refuse_conflicts", "rendered", "run"]

DESCRIPTION = """\
An object is named in full (table app.users), without its kind, or by its name alone. Without one, the whole
schema is drawn. What an object needs is upstream of it, what needs it downstream: foreign keys, queries,
bodies of routines, types, defaults, triggers and more (docs/lineage.md). No database is asked."""

EXAMPLES = """\
examples:
  confiture lineage                           the tree of the whole schema
  confiture lineage -f html -o lineage.html   a page to search, pan and zoom
  confiture lineage customer                  what it needs, and what needs it
  confiture lineage customer --downstream --depth 1
  confiture lineage "table public.customer" -f json
  confiture lineage --kind table,view -f mermaid
  confiture lineage customer --column email   where its values come from, and where they go
  confiture lineage -f dot -o schema.dot      to be drawn by Graphviz
  confiture lineage --against env:prod -f html -o changes.html
"""

#: What a lineage can be printed as.
FORMATS = ("tree", "json", "mermaid", "dot", "html")
_LONGEST_NUMBER = 9

#: What statements of no consequence for a lineage start with, and those about roles and databases.
_WITHOUT_NEEDS = ("COMMENT", "DROP", "GRANT", "REVOKE", "SECURITY LABEL")
_OF_CLUSTERS = ("ALTER DATABASE", "ALTER DEFAULT PRIVILEGES", "ALTER ROLE", "ALTER TABLESPACE")


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("object", nargs="?", type=not_empty, metavar="OBJECT", help="object (default: all)")
    add_environment(parser)
    parser.add_argument("--upstream", action="store_true", help="only what it needs")
    parser.add_argument("--downstream", action="store_true", help="only what needs it")
    parser.add_argument("--depth", type=depth, metavar="N", help="stop after N steps (default: never)")
    parser.add_argument(
        "--kind",
        action="append",
        type=_kinds,
        default=[],
        metavar="KIND",
        help="follow objects of these kinds alone, such as table,view",
    )
    parser.add_argument("--schema-only", action="store_true", help="leave out seeds")
    parser.add_argument(
        "--against",
        type=not_empty,
        metavar="OLD",
        help="show what is different from a side of 'confiture diff', such as git:main (with --format html)",
    )
    add_columns(parser)
    parser.add_argument("-f", "--format", choices=FORMATS, default="tree", help="output (default: tree)")
    parser.add_argument(
        "-o", "--output", type=not_empty, metavar="FILE", help="write to FILE instead of printing"
    )


def run(options: Namespace) -> int:
    """Run the command; returns the exit code."""
    refuse_conflicts(options)
    refuse_column_conflicts(options, "lineage app.users")
    from confiture._backend import engine_name
    from confiture.core.builder import SchemaBuilder
    from confiture.lineage.document import make_lineage
    from confiture.lineage.graph import LineageGraph

    builder = SchemaBuilder(options.env, options.project_dir)
    if is_of_columns(options):
        return _columns(builder, options)
    changes = None
    with SlowProgress("Reading") as progress:
        if options.against is None:
            model = builder.parse(options.schema_only, progress)
            graph = LineageGraph.of_model(model)
        else:
            from confiture.diffing.drawing import compared_schemas

            graph, changes, model = compared_schemas(
                options.against, f"env:{options.env}", options.project_dir, options.schema_only, progress
            )
    lineage = make_lineage(
        graph,
        options.object,
        direction=direction(options),
        depth=options.depth,
        kinds=sorted({kind for kinds in options.kind for kind in kinds}),
        environment=builder.env_config.name,
        base_dir=os.fspath(builder.base_dir),
        engine=engine_name(),
    )
    _talk(model)
    _deliver(rendered(lineage, options, changes), builder, options)
    return 0


def _deliver(text: str, builder: SchemaBuilder, options: Namespace) -> None:
    if options.output is None:
        output.write(text)
    else:
        written = builder.write_report(options.output, text)
        output.note(f"Wrote {output.shown(written)}\n")


def _columns(builder: SchemaBuilder, options: Namespace) -> int:
    """Show which columns come from which."""
    from confiture.column_lineage.schema_project import schema_project, table_queries
    from confiture.core.schema_models import parse_sql
    from confiture.lineage.graph import LineageGraph
    from confiture.lineage.lookup import find_object

    with SlowProgress("Reading") as progress:
        text, _, _ = builder.text_with_origins(options.schema_only, progress)
        model = parse_sql(text)
    node = (
        None if options.object is None else find_object(LineageGraph.of_model(model), options.object).called
    )
    project = schema_project(model, builder.env_config.name, table_queries(text, model))
    return show_columns(project, node, options, lambda shown: _deliver(shown, builder, options))


def depth(text: str) -> int:
    """A number of steps, from 1, of an option."""
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER and int(text)):
        raise ArgumentTypeError(f"{text!r} is no number of steps, from 1")
    return int(text)


def _kinds(text: str) -> list[str]:
    from confiture.config.suggestions import nearest
    from confiture.lineage.objects import KINDS

    kinds = ["_".join(word.lower().replace("-", " ").replace("_", " ").split()) for word in text.split(",")]
    for kind in kinds:
        if kind not in KINDS:
            near = nearest(kind, KINDS)
            suggestion = f"did you mean '{near}'?" if near else f"such as {', '.join(KINDS[:8])}"
            raise ArgumentTypeError(f"{kind!r} is no kind of object ({suggestion})")
    return kinds


def direction(options: Namespace) -> str:
    """What ``--upstream`` and ``--downstream`` ask for."""
    if options.upstream == options.downstream:
        return "both"
    return "upstream" if options.upstream else "downstream"


def refuse_conflicts(options: Namespace, named: str = "lineage app.users", command: str = "lineage") -> None:
    """Refuse options that do not go together.

    Args:
        options: The options.
        named: A command that names an object, for messages.
        command: The command, for messages.

    Raises:
        UsageError: Some do not.
    """
    conflict = hint = None
    has_direction = options.upstream or options.downstream
    if options.object is None and options.depth is not None:
        conflict = "--depth counts the steps from an object"
        hint = f"Name an object, as in: confiture {named} --depth 1"
    elif options.object is None and has_direction and options.format != "tree":
        conflict = f"The whole schema has no --upstream and --downstream with --format {options.format}"
        hint = f"Name an object, as in: confiture {named} --upstream"
    elif options.against is not None and is_of_columns(options):
        conflict = "--against compares objects, not columns"
        hint = f"Leave out the columns, as in: confiture {command} --against OLD -f html -o changes.html"
    elif options.against is not None and options.format != "html":
        conflict = f"--against shows what is different on a page, not with --format {options.format}"
        hint = f"Ask for a page, as in: confiture {command} --against OLD -f html -o changes.html"
    if conflict is not None:
        from confiture.cli.main import UsageError

        raise UsageError(f"{conflict}.", resolution_hint=hint)
    refuse_page_on_terminal(options, command)


def _talk(model: SchemaModel) -> None:
    """Say what the lineage cannot know of."""
    needing = [opaque for opaque in model.opaque if not _needs_nothing(opaque.kind)]
    kept, refused = len(needing), sum(opaque.is_refused for opaque in needing)
    if kept:
        subject, pronoun = (
            ("1 statement is", "it needs") if kept == 1 else (f"{kept} statements are", "they need")
        )
        broken = f" ({refused} cannot be read)" if refused else ""
        terminal.show_warning(f"{subject} not modelled{broken}; what {pronoun} is not in the lineage.")


def _needs_nothing(kind: str | None) -> bool:
    """Whether statements of a kind make no object need another one."""
    return kind is not None and (kind in _OF_CLUSTERS or kind.startswith(_WITHOUT_NEEDS))


def rendered(lineage: Lineage, options: Namespace, changes: LineageChanges | None = None) -> str:
    """The lineage in the format that is asked for, that of a page also with what is different in it."""
    if options.format == "json":
        from msgspec.structs import replace

        from confiture.artifacts import dumps_json

        return dumps_json(replace(lineage, base_dir=output.encodable(lineage.base_dir))) + "\n"
    if options.format == "mermaid":
        from confiture.lineage.mermaid import render_mermaid

        return render_mermaid(lineage)
    if options.format == "dot":
        from confiture.lineage.dot import render_dot

        return render_dot(lineage)
    if options.format == "html":
        from confiture.lineage.html import render_html

        return render_html(lineage, changes)
    from confiture.lineage.tree import render_tree

    def shown_place(place: Place) -> str:
        return f"{output.shown(os.path.join(lineage.base_dir, place.file or '-'))}:{place.line}"

    return render_tree(
        lineage, shown_place=shown_place, is_coloured=options.output is None and output.has_colour()
    )
