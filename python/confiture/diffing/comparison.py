"""Comparing two models: what is added, dropped, renamed and changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from confiture.artifacts.encoded import EncodedModel, differing_parts, has_same_without_owner
from confiture.diffing.context import Context
from confiture.diffing.defaults import without_defaults
from confiture.diffing.definitions import aggregate_differences, definition_differences
from confiture.diffing.dumps import is_comment_left_open, left_open_fields, of_a_dump
from confiture.diffing.fields import differences
from confiture.diffing.kinds import OWNED, OWNED_KINDS, REPLACED, UNOWNED, Entry, entries_of
from confiture.diffing.matching import (
    NEVER_RENAMED,
    Key,
    Rename,
    goes_with,
    identity_sequences,
    is_temporary,
    is_there_anyway,
    key_of,
    nameless,
    untouched,
)
from confiture.diffing.opaques import (
    altered_by,
    lone_opaques,
    opaque_change,
    types_kept_as_they_are,
    under_its_name,
    with_kept_types,
)
from confiture.diffing.privileges import differing_grants, grants_of, kind_of, running_roles
from confiture.diffing.renames import Renames, renamed_entry
from confiture.diffing.secrets import without_secrets
from confiture.diffing.tables import column_renames, compare_tables
from confiture.diffing.texts import (
    default_privileges_text,
    definition_text,
    details_of,
    difference_texts,
    sequence_default,
)
from confiture.diffing.verdicts import Verdict
from confiture.diffing.views import view_differences
from confiture.models.diff import UNDECIDED, SchemaChange
from confiture.models.schema.others import Definition
from confiture.models.schema.routines import Aggregate
from confiture.models.schema.tables import Table, View
from confiture.models.schema.types import Type
from confiture.models.statement import Identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from confiture.models.diff import Detail
    from confiture.models.schema.model import SchemaModel
    from confiture.models.schema.others import DefaultPrivileges
    from confiture.models.schema.parts import Place

__all__ = ["NEWEST", "compare"]

#: The version of PostgreSQL that models are of.
NEWEST = 18
#: The first one that has a privilege to maintain tables: of older ones, no dump tells of it.
_WITH_MAINTAIN = 17

#: What of a view is looked at as one.
_QUERY = ("query", "columns", "is_recursive")

#: What depends on how a server was told and says nothing of the result: partitions are attached one by one.
_TOLD = {"INDEX": ("is_only",), "MATERIALIZED_VIEW": (*_QUERY, "has_data"), "VIEW": _QUERY}


def compare(
    old: SchemaModel | EncodedModel,
    new: SchemaModel | EncodedModel,
    renames: Iterable[Rename] = (),
    *,
    dumped: int | None = None,
    is_exact: bool = False,
) -> list[SchemaChange]:
    """What is different, sorted by kind, name and type.

    What is the same in both is not looked at, unless an object that differs needs it to be understood.

    Args:
        old: The model of what was.
        new: The model of what is.
        renames: What the new text says was renamed.
        dumped: The major version of the server that one of them was dumped from: roles, tablespaces and
            databases are then left out, and, before 18, the names of not-null constraints.
        is_exact: Whether both are in one server's spelling: nothing is undecided then.
    """
    models = EncodedModel.of(old), EncodedModel.of(new)
    return _Comparison(*models, list(renames), dumped, is_exact=is_exact).run()


class _Comparison:
    def __init__(
        self,
        old: EncodedModel,
        new: EncodedModel,
        renames: list[Rename],
        dumped: int | None,
        *,
        is_exact: bool,
    ) -> None:
        self._models = (old, new)
        self._context = Context((old, new), is_exact=is_exact)
        self._is_exact = is_exact
        self._dumped = dumped
        self._sequences: dict[str, str] = {}
        #: What is changed by statements that only one model keeps as they are.
        self._altered: set[tuple[str | None, str | None]] = set()
        self._renames = renames
        self._renamed_columns: dict[str, dict[str, str]] = {}
        self._inferred: dict[str, dict[str, tuple[str, bool]]] = {}
        for rename in renames:
            if rename.column is not None:
                self._renamed_columns.setdefault(rename.called, {})[rename.old_name] = rename.column
        self._changes: list[tuple[tuple[Any, ...], SchemaChange]] = []
        self._runners: tuple[str | None, str | None] = (None, None)

    def run(self) -> list[SchemaChange]:
        old_entries, new_entries = self._entries()
        relations = self._renamed(
            old_entries, new_entries, lambda entry: isinstance(entry.item, (Table, View))
        )
        moved = {
            (old_entries[key].item.schema, old_entries[key].item.name): new_entries[other].item.name
            for key, (other, _) in relations.items()
        }
        renames = Renames(moved, self._columns_renamed(old_entries, new_entries, relations))
        if renames.relations or renames.columns:
            # What refers to them is another thing now, even if both texts have it.
            old_entries, new_entries = self._entries(renames.names())
            old_entries = {
                key if key in relations else key_of(entry): entry
                for key, entry in ((key, renamed_entry(one, renames)) for key, one in old_entries.items())
            }
            self._context.renames = renames
        renamed = relations | self._renamed(
            old_entries, new_entries, lambda entry: not isinstance(entry.item, (Table, View))
        )
        targets = {other for other, _ in renamed.values()}
        common = [(entry, new_entries[key]) for key, entry in old_entries.items() if key in new_entries]
        if self._dumped is not None:
            self._runners = self._roles_that_ran(common)
        for key, (other_key, _) in renamed.items():
            if old_entries[key].noun == "SEQUENCE":
                self._sequences[sequence_default(old_entries[key])] = sequence_default(new_entries[other_key])
        gone = {
            key: entry for key, entry in old_entries.items() if key not in new_entries and key not in renamed
        }
        come = {
            key: entry for key, entry in new_entries.items() if key not in old_entries and key not in targets
        }
        self._compare_opaque(gone, come)
        for verb, entries, others in (("DROP", gone, self._models[1]), ("ADD", come, self._models[0])):
            tables = {
                (entry.item.schema, entry.item.name)
                for entry in entries.values()
                if isinstance(entry.item, Table)
            }
            for entry in entries.values():
                if not goes_with(entry, tables, others.table):
                    self._whole(verb, entry)
        for one, other in common:
            self._compare(one, other)
        for key, (other_key, is_inferred) in renamed.items():
            self._rename(old_entries[key], new_entries[other_key], is_inferred=is_inferred)
        self._compare_default_privileges()
        return [change for _, change in sorted(self._changes, key=lambda pair: pair[0])]

    def _columns_renamed(
        self, old: Mapping[Key, Entry], new: Mapping[Key, Entry], relations: Mapping[Key, tuple[Key, bool]]
    ) -> dict[tuple[str | None, str], dict[str, str]]:
        """The new names of columns by their old ones, by their tables' schemas and old names."""
        found: dict[tuple[str | None, str], dict[str, str]] = {}
        for key, entry in old.items():
            other = new.get(relations[key][0] if key in relations else key)
            if other is None or not isinstance(entry.item, Table) or not isinstance(other.item, Table):
                continue
            annotated = self._renamed_columns.get(str(other.identity), {})
            columns = column_renames(entry.item, other.item, annotated)
            self._inferred[str(other.identity)] = columns
            if columns:
                found[entry.item.schema, entry.item.name] = {name: new for name, (new, _) in columns.items()}
        return found

    def _entries(self, names: Iterable[tuple[str, ...]] = ()) -> tuple[dict[Key, Entry], dict[Key, Entry]]:
        """The objects that differ, those that have one of the names in them, and what every database has."""
        models = differing_parts(*self._models, names)
        if self._dumped is not None:
            models = (of_a_dump(models[0], self._dumped), of_a_dump(models[1], self._dumped))
        self._old, self._new = models
        kept = types_kept_as_they_are((*self._old.opaque, *self._new.opaque))
        old, new = (
            {
                key_of(one): one
                for one in (with_kept_types(entry, kept) for entry in entries_of(model))
                if not is_temporary(one)
            }
            for model in models
        )
        for entries, others in ((old, new), (new, old)):
            for key, entry in entries.items():
                if key not in others and is_there_anyway(entry):
                    others[key] = entry._replace(item=untouched(entry.item))
        return old, new

    def _roles_that_ran(self, common: list[tuple[Entry, Entry]]) -> tuple[str | None, str | None]:
        owners = [(one.item.owner, other.item.owner) for one, other in common if one.noun in OWNED]
        if has_same_without_owner(*self._models, OWNED_KINDS):
            owners.append((None, None))
        if not any(None in pair for pair in owners):
            owners = [
                (one.item.owner, other.item.owner)
                for one, other in common
                if one.noun not in UNOWNED and not is_there_anyway(one)
            ]
        return running_roles(owners)

    def _renamed(
        self, old: Mapping[Key, Entry], new: Mapping[Key, Entry], is_wanted: Any
    ) -> dict[Key, tuple[Key, bool]]:
        """The new keys of renamed objects by their old ones, and whether that is inferred."""
        gone = {key: entry for key, entry in old.items() if key not in new and is_wanted(entry)}
        come = {key: entry for key, entry in new.items() if key not in old and is_wanted(entry)}
        found: dict[Key, tuple[Key, bool]] = {}
        if not gone or not come:
            return found
        called = {str(entry.identity): (key, entry) for key, entry in come.items()} if self._renames else {}
        for rename in self._renames:
            if rename.column is None and rename.called in called:
                key, entry = called[rename.called]
                old_key = key_of(entry._replace(identity=replace(entry.identity, name=rename.old_name)))
                if old_key in gone:
                    found[old_key] = (key, False)
        for old_key, key in identity_sequences(gone, come):
            found.setdefault(old_key, (key, True))
        taken = {key for key, _ in found.values()}
        by_definition: dict[Any, tuple[list[Key], list[Key]]] = {}
        for side, entries in enumerate((gone, come)):
            for key, entry in entries.items():
                if key in (taken if side else found) or entry.noun in NEVER_RENAMED:
                    continue
                by_definition.setdefault(nameless(entry), ([], []))[side].append(key)
        for olds, news in by_definition.values():
            if len(olds) == 1 and len(news) == 1:
                found[olds[0]] = (news[0], True)
        return found

    def _add(
        self,
        kind: str,
        entry: Entry,
        *,
        column: str | None = None,
        old: str | None = None,
        new: str | None = None,
        details: dict[str, Detail] | None = None,
        place: Place | None = None,
    ) -> None:
        old, new = (without_secrets(entry.identity.kind, value) for value in (old, new))
        change = SchemaChange(
            type=kind,
            object=str(entry.identity),
            table=entry.relation,
            column=column,
            old_value=old,
            new_value=new,
            details=details or None,
            location=place or entry.item.place,
        )
        name = (details or {}).get("name")
        order = (
            entry.noun,
            change.object,
            kind,
            column or "",
            str(name or ""),
            old or "",
            new or "",
            str(details),
        )
        self._changes.append((order, change))

    def _whole(self, verb: str, entry: Entry) -> None:
        """Add that an object is there or is no more."""
        details = details_of(entry)
        text = definition_text(entry)
        if verb == "ADD":
            self._add(f"ADD_{entry.noun}", entry, new=text, details=details)
        else:
            self._add(f"DROP_{entry.noun}", entry, old=text, details=details)

    def _rename(self, old: Entry, new: Entry, *, is_inferred: bool) -> None:
        details: dict[str, Detail] = {"inferred": is_inferred}
        old_name, new_name = old.identity.name, new.identity.name
        self._add(f"RENAME_{new.noun}", new, old=old_name, new=new_name, details=details)
        self._compare(old, new)

    def _compare(self, old: Entry, new: Entry) -> None:
        old = old._replace(item=without_defaults(old.item, self._runners[0]))
        new = new._replace(item=without_defaults(new.item, self._runners[1]))
        if old.item == new.item and not isinstance(old.item, View):
            return
        self._compare_about(old, new)
        if old.noun != new.noun:
            self._whole("DROP", old)
            self._whole("ADD", new)
        elif isinstance(old.item, Table) and isinstance(new.item, Table):
            self._compare_table(old, new)
        elif isinstance(old.item, Type) and isinstance(new.item, Type) and old.noun == "ENUM_TYPE":
            if old.item.labels != new.item.labels:
                self._add(
                    "CHANGE_ENUM_VALUES",
                    new,
                    old=", ".join(old.item.labels),
                    new=", ".join(new.item.labels),
                    details={
                        "added": [label for label in new.item.labels if label not in old.item.labels],
                        "removed": [label for label in old.item.labels if label not in new.item.labels],
                    },
                )
        else:
            self._compare_fields(old, new)

    def _compare_fields(self, old: Entry, new: Entry) -> None:
        scope = self._context.scope(new)
        if isinstance(old.item, Definition) and isinstance(new.item, Definition):
            found = definition_differences(old.item, new.item, scope)
        else:
            left_out = [*_TOLD.get(new.noun, ())]
            if self._dumped is not None:
                left_out += left_open_fields(old.item, new.item)
            found = differences(old.item, new.item, scope, left_out)
            found = view_differences(old.item, new.item, scope) + found
            if isinstance(old.item, Aggregate) and isinstance(new.item, Aggregate):
                found = aggregate_differences(found, old.item, new.item, scope)
        certain = [one for one in found if one.verdict is Verdict.DIFFERENT]
        called = {(schema, new.identity.name) for schema in (None, new.identity.schema)}
        if isinstance(new.item, View) and called & self._altered:
            certain = []
        if not found:
            return
        verb = "REPLACE" if new.noun in REPLACED else "CHANGE"
        fields: list[str] = [one.field for one in certain or found]
        details: dict[str, Detail] = {"name": new.identity.name, "fields": fields}
        old_text, new_text = difference_texts(certain or found)
        if old_text == new_text:
            details["reason"] = "* stands for other columns"
        if not certain:
            details["change"] = f"{verb}_{new.noun}"
            self._add(UNDECIDED, new, old=old_text, new=new_text, details=details)
        elif new.noun == "INDEX":
            # There is no way to change one.
            self._whole("DROP", old)
            self._whole("ADD", new)
        else:
            self._add(f"{verb}_{new.noun}", new, old=old_text, new=new_text, details=details)

    def _compare_table(self, old: Entry, new: Entry) -> None:
        if not (isinstance(old.item, Table) and isinstance(new.item, Table)):
            return
        columns = self._inferred.get(str(new.identity), {})
        table = old.item
        if self._sequences:
            table = replace(
                table,
                columns=tuple(
                    replace(column, default=self._sequences.get(column.default or "", column.default))
                    for column in table.columns
                ),
            )
        for part in compare_tables(table, new.item, self._context.scope(new), columns):
            if part.privileges is not None:
                before, after = (grants_of("column", one) for one in part.privileges)
                self._add_grants(new, before, after, column=part.column)
                continue
            self._add(
                part.type,
                new,
                column=part.column,
                old=part.old,
                new=part.new,
                details=part.details,
                place=part.place or (old.item.place if part.type.startswith("DROP_") else None),
            )

    def _compare_about(self, old: Entry, new: Entry) -> None:
        """Compare comment, owner and privileges."""
        one, other = old.item, new.item
        is_left_open = self._dumped is not None and not self._is_exact and is_comment_left_open(one, other)
        if one.comment != other.comment and not is_left_open:
            self._add("CHANGE_COMMENT", new, old=one.comment, new=other.comment)
        old_owner, new_owner = one.owner or self._runners[0], other.owner or self._runners[1]
        is_public = (new.noun, other.name) == ("SCHEMA", "public")
        if is_public:
            # It has an owner from the start.
            old_owner, new_owner = one.owner or other.owner, other.owner or one.owner
        if old_owner != new_owner and new.noun not in UNOWNED:
            self._add("CHANGE_OWNER", new, old=old_owner, new=new_owner)
        before = grants_of(kind_of(old), one.privileges, old_owner)
        self._add_grants(new, before, grants_of(kind_of(new), other.privileges, new_owner))
        if (
            isinstance(one, View)
            and isinstance(other, View)
            and one.column_privileges != other.column_privileges
        ):
            olds, news = dict(one.column_privileges), dict(other.column_privileges)
            for column in sorted(olds.keys() | news.keys()):
                pair = (grants_of("column", olds.get(column)), grants_of("column", news.get(column)))
                self._add_grants(new, *pair, column=column)

    def _add_grants(self, entry: Entry, before: Any, after: Any, column: str | None = None) -> None:
        if self._dumped is not None and self._dumped < _WITH_MAINTAIN:
            before, after = (
                {one for one in grants if one.privilege != "MAINTAIN"} for grants in (before, after)
            )
        for verb, grantee, is_grantable, privileges in differing_grants(before, after):
            details: dict[str, Detail] = {"grantee": grantee or None, "privileges": list(privileges)}
            if is_grantable:
                details["with_grant_option"] = True
            text = f"{', '.join(privileges)} to {grantee or 'the owner'}"
            text += " with grant option" if is_grantable else ""
            old, new = (None, text) if verb == "GRANT" else (text, None)
            self._add(verb, entry, column=column, old=old, new=new, details=details)

    def _compare_default_privileges(self) -> None:
        def keyed(model: SchemaModel, runner: str | None) -> dict[Any, DefaultPrivileges]:
            return {(one.role or runner, one.schema, one.objects): one for one in model.default_privileges}

        before, after = keyed(self._old, self._runners[0]), keyed(self._new, self._runners[1])
        for key in before.keys() | after.keys():
            one, other = before.get(key), after.get(key)
            old_text, new_text = default_privileges_text(one), default_privileges_text(other)
            if old_text == new_text:
                continue
            role, schema, objects = key
            identity = Identity(
                kind="default_privileges",
                schema=schema,
                arguments=None if role is None else (role,),
            )
            change = SchemaChange(
                type="CHANGE_DEFAULT_PRIVILEGES",
                object=str(identity),
                old_value=old_text,
                new_value=new_text,
                details={"objects": objects},
                location=(other or one or DefaultPrivileges(objects="")).place,
            )
            self._changes.append((("~DEFAULT", change.object, change.type, objects, "", "", "", ""), change))

    def _compare_opaque(self, gone: dict[Key, Entry], come: dict[Key, Entry]) -> None:
        """Tell what is kept as it is and only one text has: it may change anything.

        An object of the other model that it would define is neither gone nor added.
        """
        for model, other, entries in ((self._old, self._new, come), (self._new, self._old, gone)):
            for one in lone_opaques(model, other):
                self._altered |= altered_by(one)
                key = under_its_name(one, entries)
                is_new = model is self._new
                entry = None if key is None or self._is_exact else entries.pop(key)
                change = opaque_change(one, entry, is_new=is_new, is_exact=self._is_exact)
                order = ("~OPAQUE", change.object, str(is_new), one.fingerprint, "", "", "", "")
                self._changes.append((order, change))
