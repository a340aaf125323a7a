"""``ALTER`` of what tables, views and indexes are kept as."""

from __future__ import annotations

from confiture._pure.schema.owners import set_owner
from confiture._pure.schema.privileges import read_role
from confiture._pure.schema.reading import Name, Reader, UnmodelledError
from confiture._pure.schema.records import (
    Index,
    Relation,
    View,
)
from confiture._pure.schema.settings import change_fdw_options, read_parameters
from confiture._pure.schema.state import Missing, State

__all__ = ["on_index", "on_storage", "on_view"]


def on_storage(state: State, action: Reader, relation: Relation) -> None:
    """What tables and materialised views have in common."""
    if action.take("cluster", "on"):
        found = state.relation(Name(relation.schema, action.identifier()))
        if not isinstance(found, Index) or found.table is not relation:
            raise Missing
        state.change(relation, clustered_on=found)
    elif action.take("set", "without", "cluster"):
        state.change(relation, clustered_on=None)
    elif action.take("set", "without", "oids"):
        pass
    elif action.take("set", "access", "method"):
        method = action.identifier()
        state.change(relation, access_method=None if method == "default" else method)
    elif action.take("set", "tablespace"):
        tablespace = action.identifier()
        action.take("nowait")
        state.change(relation, tablespace=None if tablespace == "pg_default" else tablespace)
    elif action.take("set", "logged"):
        _set_persistence(state, relation, "permanent")
    elif action.take("set", "unlogged"):
        _set_persistence(state, relation, "unlogged")
    elif action.take("owner", "to"):
        set_owner(state, relation, read_role(state, action))
    elif action.take("options"):
        state.change(relation, options=change_fdw_options(relation.options, action.group()))
    elif action.are_words("set") and action.is_sign("(", 1):
        action.at += 1
        state.change(relation, options={**relation.options, **read_parameters(action.group())})
    elif action.take("reset"):
        names = read_parameters(action.group())
        kept = {name: value for name, value in relation.options.items() if name not in names}
        state.change(relation, options=kept)
    else:
        raise action.refused("an action")


def _set_persistence(state: State, relation: Relation, persistence: str) -> None:
    """Make a table logged or not, and with it the sequences that it owns."""
    state.change(relation, persistence=persistence)
    for need in relation.dependents:
        if need.kind == "owned_by" and not need.is_void and not need.source.is_dropped:
            state.change(need.source, persistence=persistence)


def on_view(state: State, action: Reader, view: View) -> None:
    from confiture._pure.schema.text import expression_text
    from confiture._pure.schema.views import take_check_option

    if action.word() == "alter":
        action.at += 1
        action.take("column")
        name = action.identifier()
        settings = dict(view.column_settings)
        if action.take("set", "default"):
            settings[f"{name}.default"] = expression_text(action.part(action.at, action.end))
            action.at = action.end
        elif action.take("drop", "default"):
            settings.pop(f"{name}.default", None)
        elif action.take("set"):
            setting = action.take_any("statistics", "storage", "compression")
            if not setting:
                raise action.refused("a setting")
            start = action.at
            action.at = action.end
            settings[f"{name}.{setting}"] = expression_text(action.part(start, action.end))
        else:
            raise action.refused("an action")
        state.change(view, column_settings=settings)
        return
    if view.kind == "view" and action.are_words("set") and action.is_sign("(", 1):
        action.at += 1
        changed = View(kind="view", check_option=view.check_option, options=view.options)
        options = {**view.options, **read_parameters(action.group())}
        changed.options = options
        take_check_option(changed, options)
        state.change(view, options=changed.options, check_option=changed.check_option)
        return
    if view.kind == "view" and action.take("reset"):
        names = read_parameters(action.group())
        kept = {name: value for name, value in view.options.items() if name not in names}
        check = None if "check_option" in names else view.check_option
        state.change(view, options=kept, check_option=check)
        return
    if action.word() in ("no", "depends"):
        raise UnmodelledError("a view's extension has no place")
    on_storage(state, action, view)


def on_index(state: State, action: Reader, index: Index) -> None:
    if action.take("attach", "partition"):
        child = state.relation(action.name())
        if not isinstance(child, Index):
            raise Missing
        state.change(child, parent=index)
        state.need(child, index, "partition")
        if child.constraint is not None and index.constraint is not None:
            state.change(child.constraint, parent=index.constraint, inherited=1, is_local=False)
    elif action.word() == "alter":
        action.at += 1
        action.take("column")
        number = action.text()
        action.at += 1
        action.expect("set", "statistics")
        start = action.at
        action.at = action.end
        statistics = {**index.statistics, number: "".join(action.texts[start : action.end])}
        state.change(index, statistics=statistics)
    elif action.take("set", "tablespace"):
        tablespace = action.identifier()
        action.take("nowait")
        _set_on_index(state, index, tablespace=None if tablespace == "pg_default" else tablespace)
    elif action.are_words("set") and action.is_sign("(", 1):
        action.at += 1
        _set_on_index(state, index, options={**_options_of(index), **read_parameters(action.group())})
    elif action.take("reset"):
        names = read_parameters(action.group())
        kept = {name: value for name, value in _options_of(index).items() if name not in names}
        _set_on_index(state, index, options=kept)
    elif action.word() in ("no", "depends"):
        raise UnmodelledError("an index's extension has no place")
    else:
        raise action.refused("an action")


def _options_of(index: Index) -> dict[str, str | None]:
    return index.options if index.constraint is None else index.constraint.options


def _set_on_index(state: State, index: Index, **values: object) -> None:
    state.change(index if index.constraint is None else index.constraint, **values)
