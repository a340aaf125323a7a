"""Models of schemas, made by hand, and a large one."""

from __future__ import annotations

from confiture.models.schema.model import SchemaModel
from confiture.models.schema.others import Edge, Opaque, Schema
from confiture.models.schema.parts import Place, QualifiedName
from confiture.models.schema.routines import Argument, Routine, Trigger
from confiture.models.schema.tables import Column, Constraint, Index, Sequence, Table, View
from confiture.models.schema.types import Attribute, Domain, Type
from confiture.models.statement import Identity


def table(schema: str, name: str, *columns: str, line: int = 1, comment: str | None = None) -> Table:
    """A table with these columns, of which the first is its key."""
    key = Constraint(name=f"{name}_pkey", kind="primary_key", columns=columns[:1])
    return Table(
        schema=schema,
        name=name,
        comment=comment,
        place=Place(file=f"{schema}/{name}.sql", line=line, column=1),
        columns=tuple(
            Column(name=column, type="integer", is_not_null=not index) for index, column in enumerate(columns)
        ),
        constraints=(key,) if columns else (),
    )


def needs(source: str, target: str, kind: str = "query", *, is_defined: bool = True) -> Edge:
    return Edge(source=source, target=target, kind=kind, is_defined=is_defined)


def view(schema: str, name: str, *columns: str) -> View:
    return View(schema=schema, name=name, columns=columns, query="select 1")


#: A small shop: every kind of mark that a rendering has.
SHOP = SchemaModel(
    schemas=(Schema(name="app", place=Place(file="schema.sql", line=1, column=1)),),
    types=(
        Type(schema="app", name="Mood", kind="enum", labels=("sad", "</script><b>", "happy")),
        Type(
            schema="app",
            name="address",
            kind="composite",
            attributes=(Attribute(name="street", type="text"),),
        ),
    ),
    domains=(Domain(schema="app", name="email", type="text"),),
    sequences=(
        Sequence(schema="app", name="users_id_seq", owned_by=QualifiedName(schema="app", name="users")),
    ),
    tables=(
        table("app", "orders", "id", "user_id", line=3),
        table("app", "users", "id", "email", "mood", comment="People."),
        table("audit", "users", "id"),
    ),
    indexes=(Index(schema="app", name="users_email_idx", table="users"),),
    views=(
        view("app", "active_users", "id", "email"),
        View(schema="app", name="totals", query="select 1", is_materialized=True),
    ),
    routines=(
        Routine(schema="app", name="f", arguments=(Argument(type="integer"),), language="plpgsql"),
        Routine(schema="app", name="f", arguments=(Argument(type="text"), Argument(type="text", mode="out"))),
        Routine(schema="app", name="touch", returns="trigger", language="plpgsql"),
    ),
    triggers=(
        Trigger(
            schema="app",
            name="audit",
            table="users",
            timing="after",
            events=("insert",),
            function=QualifiedName(schema="app", name="touch"),
        ),
    ),
    opaque=(
        Opaque(
            kind="CREATE VIEW",
            identity=Identity(kind="view", schema="app", name="odd"),
            fingerprint="0" * 64,
            reason="it is odd",
            place=Place(file="odd.sql", line=7, column=2),
        ),
        Opaque(
            kind="ALTER TABLE",
            identity=Identity(kind="table", schema="app", name="users"),
            fingerprint="1" * 64,
            reason="it is odd",
        ),
    ),
    edges=(
        needs("function app.f(integer)", "function app.f(text)", "body"),
        needs("function app.f(text)", "function app.f(integer)", "body"),
        needs("index app.users_email_idx", "table app.users", "index"),
        needs("materialized view app.totals", "table app.orders"),
        needs("materialized view app.totals", "view app.active_users"),
        needs("sequence app.users_id_seq", "table app.users", "owned_by"),
        needs("table app.orders", "table app.users", "foreign_key"),
        needs("table app.users", "domain app.email", "type"),
        needs("table app.users", "sequence app.users_id_seq", "default"),
        needs("table app.users", 'type app."Mood"', "type"),
        needs("trigger audit on app.users", "function app.touch()", "trigger_function"),
        needs("trigger audit on app.users", "table app.users", "trigger"),
        needs("view app.active_users", "function app.f(integer)"),
        needs("view app.active_users", "table app.users"),
        needs("view app.odd", "table app.missing", is_defined=False),
    ),
)


def large(objects: int) -> SchemaModel:
    """A model of so many objects: tables that refer to earlier ones, views, indexes and functions."""
    tables, views, indexes, routines, edges = [], [], [], [], []
    state = 1

    def below(limit: int) -> int:
        nonlocal state
        state = (state * 1103515245 + 12345) % 2147483648
        return state * limit // 2147483648

    names = []
    for number in range(objects):
        schema = f"s{number % 12:02}"
        turn = number % 10
        if turn < 5 or number < 20:
            name = f"table_{number:05}"
            tables.append(table(schema, name, *(f"column_{column}" for column in range(3 + number % 9))))
            called, kind = f"table {schema}.{name}", "foreign_key"
        elif turn < 7:
            called, kind = f"view {schema}.view_{number:05}", "query"
            views.append(view(schema, f"view_{number:05}", "id", "name"))
        elif turn < 9:
            name = f"index_{number:05}"
            indexes.append(Index(schema=schema, name=name, table=tables[-1].name))
            called, kind = f"index {schema}.{name}", "index"
        else:
            routines.append(Routine(schema=schema, name=f"f_{number:05}", language="plpgsql"))
            called, kind = f"function {schema}.f_{number:05}()", "body"
        for _ in range(1 if kind == "index" else 1 + below(3)):
            if names and number % 17:
                target = names[max(0, len(names) - 1 - below(min(len(names), 400)))]
                edges.append(needs(called, target, kind))
        if kind != "index":
            names.append(called)
    return SchemaModel(
        tables=tuple(tables),
        views=tuple(views),
        indexes=tuple(indexes),
        routines=tuple(routines),
        edges=tuple({(edge.source, edge.target): edge for edge in edges}.values()),
    )
