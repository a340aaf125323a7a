"""Views and materialised views."""

from __future__ import annotations

from confiture._pure.schema.edges import add_references
from confiture._pure.schema.privileges import made
from confiture._pure.schema.reading import Reader, UnmodelledError
from confiture._pure.schema.records import Settings, View
from confiture._pure.schema.sequences import read_persistence
from confiture._pure.schema.settings import read_parameters
from confiture._pure.schema.starred_views import note_stars
from confiture._pure.schema.state import State
from confiture._pure.schema.text import expression_text

__all__ = ["create_materialized_view", "create_view", "take_check_option"]


def create_view(state: State, reader: Reader, form: str) -> None:
    """``CREATE [OR REPLACE] [TEMPORARY] [RECURSIVE] VIEW …``."""
    reader.expect("create")
    is_replacing = reader.take("or", "replace")
    persistence = read_persistence(reader)
    view = View(kind="view", statement=state.statement)
    view.is_recursive = reader.take("recursive")
    reader.expect("view")
    name = reader.name()
    if reader.is_group():
        view.columns = reader.columns()
    if reader.take("with"):
        view.options = read_parameters(reader.group())
    reader.expect("as")
    query = _query(reader)
    end = query.end
    texts = query.texts[query.at : end]
    if texts[-2:] == ["check", "option"] and "with" in texts[-4:]:
        strength = texts[-3]
        view.check_option = strength if strength in ("local", "cascaded") else "cascaded"
        query.end = end - (3 if strength == "with" else 4)
    take_check_option(view, view.options)
    view.query = expression_text(query)
    schema = state.schema_of(name, is_temporary=persistence == "temporary")
    view.persistence = "temporary" if schema == "pg_temp" else persistence
    view.schema, view.name = schema, name.name
    known = state.relations.get((schema, name.name))
    if known is not None and is_replacing:
        if not isinstance(known, View) or known.kind != "view":
            raise UnmodelledError("it is defined already, and is no view")
        state.forget(known, "query")
        state.change(
            known,
            query=view.query,
            columns=view.columns,
            check_option=view.check_option,
            options=view.options,
            is_recursive=view.is_recursive,
            statement=state.statement,
        )
        view = known
    else:
        state.add_relation(view, is_type=True)
        made(state, view)
    own = (view.name,) if view.is_recursive else ()
    add_references(state, view, query, "query", tables=own)
    note_stars(state, view, query)


def _query(reader: Reader) -> Reader:
    if reader.is_done or not (reader.is_group() or reader.word() in ("select", "with", "values", "table")):
        raise reader.refused("a query")
    query = reader.part(reader.at, reader.end)
    reader.at = reader.end
    return query


def take_check_option(view: View, options: Settings) -> None:
    """Make the option ``check_option`` the view's own."""
    if "check_option" in options:
        view.check_option = options["check_option"]
        view.options = {name: value for name, value in options.items() if name != "check_option"}


def create_materialized_view(state: State, reader: Reader, form: str) -> None:
    """``CREATE MATERIALIZED VIEW …``."""
    reader.expect("create")
    persistence = "unlogged" if reader.take("unlogged") else "permanent"
    reader.expect("materialized", "view")
    reader.take("if", "not", "exists")
    name = reader.name()
    view = View(kind="materialized_view", persistence=persistence, statement=state.statement)
    if reader.is_group():
        view.columns = reader.columns()
    if reader.take("using"):
        view.access_method = reader.identifier()
    if reader.take("with"):
        view.options = read_parameters(reader.group())
    if reader.take("tablespace"):
        view.tablespace = reader.identifier()
    reader.expect("as")
    query = _query(reader)
    texts = query.texts[query.at : query.end]
    if texts[-3:] == ["with", "no", "data"]:
        view.has_data = False
        query.end -= 3
    elif texts[-2:] == ["with", "data"]:
        query.end -= 2
    view.query = expression_text(query)
    view.schema, view.name = state.schema_of(name), name.name
    if form and (view.schema, view.name) in state.relations:
        return
    state.add_relation(view, is_type=True)
    made(state, view)
    add_references(state, view, query, "query")
    note_stars(state, view, query)
