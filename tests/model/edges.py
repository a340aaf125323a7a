"""What needs what, as the catalogues have it, and where a model says otherwise.

The catalogues know of parts (columns, constraints, defaults); here they count for what they are parts of, as
they do in a model.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from confiture.models.statement import Identity

from .catalogue import FIRST_OF_A_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confiture.models.schema.model import SchemaModel
    from confiture.models.schema.others import Edge

    from .catalogue import Catalogue

__all__ = ["edge_differences", "edges_of_catalogue"]

#: A catalogue and an identifier in it.
Object = tuple[str, int]

_DEPENDENCIES = """
    SELECT classid::regclass::text, objid, refclassid::regclass::text, refobjid FROM pg_depend
    WHERE objid >= 16384 AND refobjid >= 16384 AND deptype NOT IN ('e', 'x')
"""

_RELATIONS = """
    SELECT c.oid, c.relnamespace, c.relname::text,
        CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'f' THEN 'foreign_table'
            WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view' WHEN 'S' THEN 'sequence'
            ELSE 'index' END
    FROM pg_class c
    WHERE c.oid >= 16384 AND (c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') OR c.relkind IN ('i', 'I')
        AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid
            AND k.contype IN ('p', 'u', 'x')))
"""

_TYPES = """
    SELECT t.oid, t.typnamespace, t.typname::text, CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END
    FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE t.oid >= 16384 AND t.typtype <> 'm' AND coalesce(c.relkind = 'c', true)
        AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
"""

_ROUTINES = """
    SELECT p.oid, p.pronamespace, p.proname::text,
        CASE p.prokind WHEN 'a' THEN 'aggregate' WHEN 'p' THEN 'procedure' ELSE 'function' END,
        ARRAY(SELECT format_type(t, NULL) FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS u (t, n)
              ORDER BY n)
    FROM pg_proc p
    WHERE p.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend d
        WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
"""

_OF_TABLES = """
    SELECT 'pg_trigger', t.oid, 'trigger', c.relnamespace, c.relname::text, t.tgname::text
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal
    UNION ALL
    SELECT 'pg_policy', p.oid, 'policy', c.relnamespace, c.relname, p.polname
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    UNION ALL
    SELECT 'pg_rewrite', r.oid, 'rule', c.relnamespace, c.relname, r.rulename
    FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class WHERE r.rulename <> '_RETURN'
"""

#: What is a part of something else: of that, if it is one itself, and so on.
_PARTS = """
    SELECT 'pg_attrdef', oid, 'pg_class', adrelid FROM pg_attrdef
    UNION ALL
    SELECT 'pg_constraint', t.tgconstraint, 'pg_trigger', t.oid FROM pg_trigger t WHERE NOT t.tgisinternal
    UNION ALL
    SELECT 'pg_constraint', k.oid, CASE WHEN k.contypid <> 0 THEN 'pg_type' ELSE 'pg_class' END,
        CASE WHEN k.contypid <> 0 THEN k.contypid ELSE k.conrelid END
    FROM pg_constraint k
    WHERE k.contype <> 't'
        AND NOT EXISTS (SELECT FROM pg_constraint p WHERE p.oid = k.conparentid AND p.conrelid = k.conrelid)
    UNION ALL
    SELECT 'pg_class', i.indexrelid, 'pg_class', i.indrelid FROM pg_index i
    WHERE EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid
            AND k.contype IN ('p', 'u', 'x'))
    UNION ALL
    SELECT 'pg_type', a.oid, 'pg_type', e.oid FROM pg_type e JOIN pg_type a ON a.oid = e.typarray
    UNION ALL
    SELECT 'pg_type', r.rngmultitypid, 'pg_type', r.rngtypid FROM pg_range r
    UNION ALL
    SELECT 'pg_type', t.oid, 'pg_class', c.oid FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid
    WHERE c.relkind <> 'c'
    UNION ALL
    SELECT 'pg_class', c.oid, 'pg_type', c.reltype FROM pg_class c WHERE c.relkind = 'c'
    UNION ALL
    SELECT 'pg_rewrite', oid, 'pg_class', ev_class FROM pg_rewrite WHERE rulename = '_RETURN'
    UNION ALL
    SELECT 'pg_publication_rel', oid, 'pg_publication', prpubid FROM pg_publication_rel
    UNION ALL
    SELECT 'pg_proc', d.objid, 'pg_type', d.refobjid FROM pg_depend d
    WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_type'::regclass AND d.deptype = 'i'
    UNION ALL
    SELECT 'pg_cast', d.objid, 'pg_type', d.refobjid FROM pg_depend d
    WHERE d.classid = 'pg_cast'::regclass AND d.refclassid = 'pg_type'::regclass AND d.deptype = 'i'
"""

_DEFINITIONS = """
    SELECT 'pg_cast', oid, 'cast', NULL::oid, NULL,
        ARRAY[format_type(castsource, NULL), format_type(casttarget, NULL)], NULL
    FROM pg_cast c
    WHERE NOT EXISTS (SELECT FROM pg_depend d
        WHERE d.classid = 'pg_cast'::regclass AND d.objid = c.oid AND d.deptype = 'i')
    UNION ALL
    SELECT 'pg_operator', oid, 'operator', oprnamespace, oprname,
        ARRAY[CASE WHEN oprleft = 0 THEN 'none' ELSE format_type(oprleft, NULL) END,
              CASE WHEN oprright = 0 THEN 'none' ELSE format_type(oprright, NULL) END], NULL
    FROM pg_operator WHERE oprcode <> 0
    UNION ALL
    SELECT 'pg_opclass', o.oid, 'operator_class', o.opcnamespace, o.opcname, NULL, m.amname
    FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod
    UNION ALL
    SELECT 'pg_opfamily', o.oid, 'operator_family', o.opfnamespace, o.opfname, NULL, m.amname
    FROM pg_opfamily o JOIN pg_am m ON m.oid = o.opfmethod
    UNION ALL
    SELECT 'pg_collation', oid, 'collation', collnamespace, collname, NULL, NULL FROM pg_collation
    UNION ALL
    SELECT 'pg_ts_config', oid, 'text_search_configuration', cfgnamespace, cfgname, NULL, NULL
    FROM pg_ts_config
    UNION ALL
    SELECT 'pg_ts_dict', oid, 'text_search_dictionary', dictnamespace, dictname, NULL, NULL FROM pg_ts_dict
    UNION ALL
    SELECT 'pg_statistic_ext', oid, 'statistics', stxnamespace, stxname, NULL, NULL FROM pg_statistic_ext
    UNION ALL
    SELECT 'pg_publication', oid, 'publication', NULL, pubname, NULL, NULL FROM pg_publication
    UNION ALL
    SELECT 'pg_foreign_data_wrapper', oid, 'foreign_data_wrapper', NULL, fdwname, NULL, NULL
    FROM pg_foreign_data_wrapper
    UNION ALL
    SELECT 'pg_foreign_server', oid, 'foreign_server', NULL, srvname, NULL, NULL FROM pg_foreign_server
    UNION ALL
    SELECT 'pg_user_mapping', u.oid, 'user_mapping', NULL, coalesce(r.rolname, 'public'), NULL, s.srvname
    FROM pg_user_mapping u JOIN pg_foreign_server s ON s.oid = u.umserver
    LEFT JOIN pg_roles r ON r.oid = u.umuser
    UNION ALL
    SELECT 'pg_event_trigger', oid, 'event_trigger', NULL, evtname, NULL, NULL FROM pg_event_trigger
"""

#: Edges of these kinds say more than the catalogues: bodies are only text there, and a copy needs nothing.
_BEYOND = ("body", "like")


#: What extensions hold is called by its name alone in a model.
_MEMBERS = """
    SELECT coalesce(t.typname, p.proname, c.relname)::text FROM pg_depend d
    LEFT JOIN pg_type t ON d.classid = 'pg_type'::regclass AND t.oid = d.objid
    LEFT JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
    LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
    WHERE d.deptype = 'e' AND coalesce(t.typname, p.proname, c.relname) IS NOT NULL
"""


def _is_late(edge: Edge, texts: dict[str, str]) -> bool:
    """Whether something names what the server looks for when it runs: it has it as a text."""
    return f"{edge.target.rpartition('.')[2]}'::text" in texts.get(edge.source, "")


def _texts(model: SchemaModel) -> dict[str, str]:
    """What is written in objects, by what they are called."""
    texts: dict[str, list[str | None]] = defaultdict(list)
    for table in model.tables:
        kind = "foreign_table" if table.is_foreign else "table"
        called = str(Identity(kind=kind, schema=table.schema, name=table.name))
        texts[called] += [f"::{table.of_type and table.of_type.name}"]
        texts[called] += [one.expression for one in table.constraints]
        for column in table.columns:
            texts[called] += [f"::{column.type} collate {column.collation}", column.default, column.generated]
    for index in model.indexes:
        called = str(Identity(kind="index", schema=index.schema, name=index.name))
        texts[called] += [index.where, *(f"{key.expression} collate {key.collation}" for key in index.keys)]
    for view in model.views:
        kind = "materialized_view" if view.is_materialized else "view"
        texts[str(Identity(kind=kind, schema=view.schema, name=view.name))].append(view.query)
    for policy in model.policies:
        identity = Identity(kind="policy", schema=policy.schema, name=policy.name, parent=policy.table)
        texts[str(identity)] += [policy.using, policy.check]
    for rule in model.rules:
        identity = Identity(kind="rule", schema=rule.schema, name=rule.name, parent=rule.table)
        texts[str(identity)] += [rule.condition, *rule.actions]
    for trigger in model.triggers:
        identity = Identity(kind="trigger", schema=trigger.schema, name=trigger.name, parent=trigger.table)
        texts[str(identity)].append(trigger.when)
    for routine in model.routines:
        kind = "procedure" if routine.is_procedure else "function"
        arguments = tuple(one.type for one in routine.arguments if one.mode in ("in", "inout", "variadic"))
        identity = Identity(kind=kind, schema=routine.schema, name=routine.name, arguments=arguments)
        texts[str(identity)] += [routine.sql_body, f"::{routine.returns}"]
        texts[str(identity)] += [f"::{one.type} {one.default}" for one in routine.arguments]
    return {called: " ".join(filter(None, some)) for called, some in texts.items()}


def _is_implicit(edge: tuple[str, str], texts: dict[str, str]) -> bool:
    """Whether what needs something does not name it.

    A constant is of the type of the column that it is compared with, and collations come with columns.
    """
    source, target = edge
    if source not in texts:
        return False
    kind, name = target.partition(" ")[0], re.escape(target.rpartition(".")[2])
    if kind in ("type", "domain"):
        return re.search(rf"::([\w\"]+\.)?{name}|\bas ([\w\"]+\.)?{name}(\[\])*\)", texts[source]) is None
    if kind == "collation":
        return re.search(rf"\bcollate ([\w\"]+\.)?{name}", texts[source]) is None
    return False


def edges_of_catalogue(catalogue: Catalogue) -> set[tuple[str, str]]:
    """Pairs of what needs something and what it needs, as both are called."""
    wholes: dict[Object, Object] = {
        (part_of, part): (of, whole) for part_of, part, of, whole in catalogue.tuples(_made(_PARTS))
    }
    called = {thing: str(identity) for thing, identity in _identities(catalogue)}

    def name(thing: Object) -> str | None:
        while thing not in called and thing in wholes:
            thing = wholes[thing]
        return None if thing in catalogue.members else called.get(thing)

    edges = set()
    for source_of, source, target_of, target in catalogue.tuples(_DEPENDENCIES):
        needs, needed = name((source_of, source)), name((target_of, target))
        if needs is not None and needed is not None and needs != needed:
            edges.add((needs, needed))
    return edges


def _made(query: str) -> str:
    """What of the things that a query gives, each with its identifier, a text has made."""
    return f"SELECT * FROM ({query}) AS made (made_of, number) WHERE number >= {FIRST_OF_A_TEXT}"


def _identities(catalogue: Catalogue) -> Iterator[tuple[Object, Identity]]:
    for source, query in (("pg_class", _RELATIONS), ("pg_type", _TYPES)):
        for oid, schema, name, kind in catalogue.tuples(query):
            if schema in catalogue.schemas:
                yield (source, oid), Identity(kind=kind, schema=catalogue.schemas[schema], name=name)
    for oid, schema, name, kind, arguments in catalogue.tuples(_ROUTINES):
        identity = Identity(
            kind=kind, schema=catalogue.schemas.get(schema), name=name, arguments=tuple(arguments)
        )
        yield ("pg_proc", oid), identity
    for source, oid, kind, schema, table, name in catalogue.tuples(_made(_OF_TABLES)):
        yield (
            (source, oid),
            Identity(kind=kind, schema=catalogue.schemas.get(schema), name=name, parent=table),
        )
    for source, oid, kind, schema, name, arguments, parent in catalogue.tuples(_made(_DEFINITIONS)):
        identity = Identity(
            kind=kind,
            schema=catalogue.schemas.get(schema),
            name=name,
            arguments=None if arguments is None else tuple(arguments),
            parent=parent,
        )
        yield (source, oid), identity


def edge_differences(model: SchemaModel, catalogue: Catalogue, there: set[tuple[str, str]]) -> list[str]:
    """Edges that the model lacks, and those that it alone has; `there` are those of the catalogue."""
    texts = _texts(model)
    expected = {edge for edge in there if not _is_implicit(edge, texts)}
    members = {name for (name,) in catalogue.tuples(_MEMBERS)}
    beyond = {
        (edge.source, edge.target)
        for edge in model.edges
        if edge.kind in _BEYOND
        or _is_late(edge, texts)
        or (not edge.is_defined and edge.target.partition(" ")[2].partition("(")[0] in members)
    }
    said = {(edge.source, edge.target): edge.kind for edge in model.edges}
    found = [
        f"edge {source} -> {target}: missing from the model"
        for source, target in sorted(expected - said.keys())
    ]
    found += [
        f"edge {source} -> {target}: only in the model, as {said[source, target]}"
        for source, target in sorted(said.keys() - there - beyond)
    ]
    return found
