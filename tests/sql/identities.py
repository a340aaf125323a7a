"""What a statement names, read from PostgreSQL's raw parse tree.

Kinds are the types of ``pg_identify_object`` with underscores, and shorter where nothing is lost by it:
``column``, ``constraint`` (of a table or a domain), ``statistics``, ``foreign_server``, ``type`` (composite
ones too), ``parameter``. They are what the statement says, not what a catalogue would: ``ALTER TABLE v`` is
of a table. Names are folded as the server does; a schema that is not written is None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pglast import ast, enums, parser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Identity(NamedTuple):
    """An object that a statement names."""

    kind: str
    schema: str | None
    #: None for an index or statistics that the server will name.
    name: str | None
    #: The relation (for a constraint perhaps the domain, for a user mapping the server) that it belongs to,
    #: in the same schema.
    table: str | None = None
    #: The types of a routine's input arguments, or of an operator's, as :func:`written_type` has them; None
    #: where they are left out.
    arguments: tuple[str, ...] | None = None


_KINDS = {
    "ATTRIBUTE": "column",
    "DOMCONSTRAINT": "constraint",
    "FDW": "foreign_data_wrapper",
    "LARGEOBJECT": "large_object",
    "MATVIEW": "materialized_view",
    "OPCLASS": "operator_class",
    "OPFAMILY": "operator_family",
    "PARAMETER_ACL": "parameter",
    "STATISTIC_EXT": "statistics",
    "TABCONSTRAINT": "constraint",
    "TSCONFIGURATION": "text_search_configuration",
    "TSDICTIONARY": "text_search_dictionary",
    "TSPARSER": "text_search_parser",
    "TSTEMPLATE": "text_search_template",
}

#: What belongs to a relation, and is named after it.
_PARTS = {"column", "constraint", "policy", "rule", "trigger"}


def _kind(object_type: int) -> str:
    name = enums.ObjectType(object_type).name.removeprefix("OBJECT_")
    return _KINDS.get(name, name.lower())


def _type(node: ast.TypeName) -> str:
    # A column's type may be three names deep; the dimensions and sizes of an array are the same type.
    name = ".".join(part.sval for part in node.names)
    return name + ("%TYPE" if node.pct_type else "") + ("[]" if node.arrayBounds else "")


def written_type(text: str) -> str:
    """A type's name as the grammar has it, without modifiers: ``int`` is ``pg_catalog.int4``."""
    (raw,) = parser.parse_sql(f"CREATE FUNCTION f() RETURNS {text} LANGUAGE sql")
    return _type(raw.stmt.returnType)


def _names(nodes: Iterable[ast.String]) -> list[str]:
    return [node.sval for node in nodes]


def _named(kind: str, names: list[str], arguments: tuple[str, ...] | None = None) -> Identity:
    return Identity(kind, names[-2] if len(names) > 1 else None, names[-1], None, arguments)


def _relation(kind: str, relation: ast.RangeVar) -> Identity:
    return Identity(kind, relation.schemaname, relation.relname)


def _part(kind: str, relation: ast.RangeVar, name: str | None) -> Identity:
    return Identity(kind, relation.schemaname, name, relation.relname)


def _inputs(parameters: Iterable[ast.FunctionParameter]) -> tuple[str, ...]:
    modes = enums.FunctionParameterMode
    output = (modes.FUNC_PARAM_OUT, modes.FUNC_PARAM_TABLE)
    return tuple(_type(p.argType) for p in parameters if p.mode not in output)


def _with_arguments(kind: str, node: ast.ObjectWithArgs) -> Identity:
    if node.args_unspecified:
        return _named(kind, _names(node.objname))
    types = tuple("NONE" if t is None else _type(t) for t in node.objargs or ())
    return _named(kind, _names(node.objname), types)


def _listed(kind: str, nodes: tuple[Any, ...]) -> Identity:
    """An object that the grammar has as a list, which means something else for each kind."""
    if kind == "cast":
        return Identity(kind, None, f"{_type(nodes[0])} AS {_type(nodes[1])}")
    if kind == "transform":
        return Identity(kind, None, f"{_type(nodes[0])} LANGUAGE {nodes[1].sval}")
    if isinstance(nodes[0], ast.TypeName):
        domain = _named("domain", _names(nodes[0].names))
        return Identity(kind, domain.schema, nodes[1].sval, domain.name)
    names = _names(nodes)
    if kind in _PARTS and len(names) > 1:
        owner = _named(kind, names[:-1])
        return Identity(kind, owner.schema, names[-1], owner.name)
    if kind in ("operator_class", "operator_family"):
        # The first is the access method.
        return _named(kind, names[1:])
    return _named(kind, names)


def _object(kind: str, node: Any) -> Identity:
    """An object as ``DROP``, ``COMMENT``, ``GRANT`` and most of ``ALTER`` have it."""
    match node:
        case ast.RangeVar():
            return _relation(kind, node)
        case ast.ObjectWithArgs():
            return _with_arguments(kind, node)
        case ast.TypeName():
            return _named(kind, _names(node.names))
        case ast.String():
            return Identity(kind, None, node.sval)
        case ast.Integer():
            return Identity(kind, None, str(node.ival))
        case ast.Float():
            return Identity(kind, None, node.fval)
        case _:
            return _listed(kind, node)


def _altered(object_type: int, relation: ast.RangeVar | None, node: Any, name: str | None) -> Identity:
    """The object of an ``ALTER`` that has a relation, a part of one, or neither."""
    kind = _kind(object_type)
    if kind == "constraint" and node is not None:
        domain = _named("domain", _names(node))
        return Identity(kind, domain.schema, name, domain.name)
    if relation is None:
        return Identity(kind, None, name) if node is None else _object(kind, node)
    if kind in _PARTS:
        return _part(kind, relation, node[-1].sval if name is None else name)
    return _relation(kind, relation)


def _granted(statement: ast.GrantStmt) -> list[Identity]:
    kind = _kind(statement.objtype)
    if statement.targtype == enums.GrantTargetType.ACL_TARGET_ALL_IN_SCHEMA:
        kind = "schema"
    return [_object(kind, node) for node in statement.objects]


def _created_routine(statement: ast.CreateFunctionStmt) -> Identity:
    kind = "procedure" if statement.is_procedure else "function"
    return _named(kind, _names(statement.funcname), _inputs(statement.parameters or ()))


def _defined(statement: ast.DefineStmt) -> Identity:
    kind = _kind(statement.kind)
    arguments = None
    if kind == "aggregate" and not statement.oldstyle:
        arguments = _inputs(statement.args[0] or ())
    elif kind == "operator":
        sides = {d.defname.lower(): _type(d.arg) for d in statement.definition if d.defname.endswith("arg")}
        arguments = (sides.get("leftarg", "NONE"), sides.get("rightarg", "NONE"))
    return _named(kind, _names(statement.defnames), arguments)


def _created_schema(statement: ast.CreateSchemaStmt) -> Identity:
    # Without a name it is named after its owner, who may be whoever runs it.
    name = statement.schemaname or (statement.authrole and statement.authrole.rolename)
    return Identity("schema", None, name)


def _selected_into(statement: ast.SelectStmt) -> list[Identity]:
    while statement.larg is not None:
        statement = statement.larg
    return [] if statement.intoClause is None else [_relation("table", statement.intoClause.rel)]


def _user_mapping(statement: Any) -> Identity:
    roles = enums.RoleSpecType
    user = statement.user
    name = user.rolename or {roles.ROLESPEC_PUBLIC: "public"}.get(user.roletype)
    return Identity("user_mapping", None, name, statement.servername)


def _simple(kind: str, attribute: str) -> Callable[[Any], Identity]:
    return lambda statement: Identity(kind, None, getattr(statement, attribute))


def _qualified(kind: str, attribute: str) -> Callable[[Any], Identity]:
    return lambda statement: _named(kind, _names(getattr(statement, attribute)))


def _of_relation(kind: str, attribute: str) -> Callable[[Any], Identity]:
    return lambda statement: _relation(kind, getattr(statement, attribute))


def _of_part(kind: str, relation: str, attribute: str) -> Callable[[Any], Identity]:
    return lambda statement: _part(kind, getattr(statement, relation), getattr(statement, attribute))


_ONE: dict[str, Callable[[Any], Identity]] = {
    "AlterCollationStmt": _qualified("collation", "collname"),
    "AlterDatabaseRefreshCollStmt": _simple("database", "dbname"),
    "AlterDatabaseSetStmt": _simple("database", "dbname"),
    "AlterDatabaseStmt": _simple("database", "dbname"),
    "AlterDomainStmt": _qualified("domain", "typeName"),
    "AlterEnumStmt": _qualified("type", "typeName"),
    "AlterEventTrigStmt": _simple("event_trigger", "trigname"),
    "AlterExtensionContentsStmt": _simple("extension", "extname"),
    "AlterExtensionStmt": _simple("extension", "extname"),
    "AlterFdwStmt": _simple("foreign_data_wrapper", "fdwname"),
    "AlterForeignServerStmt": _simple("foreign_server", "servername"),
    "AlterFunctionStmt": lambda s: _with_arguments(_kind(s.objtype), s.func),
    "AlterObjectDependsStmt": lambda s: _altered(s.objectType, s.relation, s.object, None),
    "AlterObjectSchemaStmt": lambda s: _altered(s.objectType, s.relation, s.object, None),
    "AlterOpFamilyStmt": _qualified("operator_family", "opfamilyname"),
    "AlterOperatorStmt": lambda s: _with_arguments("operator", s.opername),
    "AlterOwnerStmt": lambda s: _altered(s.objectType, s.relation, s.object, None),
    "AlterPolicyStmt": _of_part("policy", "table", "policy_name"),
    "AlterPublicationStmt": _simple("publication", "pubname"),
    "AlterSeqStmt": _of_relation("sequence", "sequence"),
    "AlterStatsStmt": _qualified("statistics", "defnames"),
    "AlterSubscriptionStmt": _simple("subscription", "subname"),
    "AlterTSConfigurationStmt": _qualified("text_search_configuration", "cfgname"),
    "AlterTSDictionaryStmt": _qualified("text_search_dictionary", "dictname"),
    "AlterTableSpaceOptionsStmt": _simple("tablespace", "tablespacename"),
    "AlterTableStmt": lambda s: _relation(_kind(s.objtype), s.relation),
    "AlterTypeStmt": _qualified("type", "typeName"),
    "AlterUserMappingStmt": _user_mapping,
    "CommentStmt": lambda s: _object(_kind(s.objtype), s.object),
    "CompositeTypeStmt": _of_relation("type", "typevar"),
    "CreateAmStmt": _simple("access_method", "amname"),
    "CreateCastStmt": lambda s: _listed("cast", (s.sourcetype, s.targettype)),
    "CreateConversionStmt": _qualified("conversion", "conversion_name"),
    "CreateDomainStmt": _qualified("domain", "domainname"),
    "CreateEnumStmt": _qualified("type", "typeName"),
    "CreateEventTrigStmt": _simple("event_trigger", "trigname"),
    "CreateExtensionStmt": _simple("extension", "extname"),
    "CreateFdwStmt": _simple("foreign_data_wrapper", "fdwname"),
    "CreateForeignServerStmt": _simple("foreign_server", "servername"),
    "CreateForeignTableStmt": lambda s: _relation("foreign_table", s.base.relation),
    "CreateFunctionStmt": _created_routine,
    "CreateOpClassStmt": _qualified("operator_class", "opclassname"),
    "CreateOpFamilyStmt": _qualified("operator_family", "opfamilyname"),
    "CreatePLangStmt": _simple("language", "plname"),
    "CreatePolicyStmt": _of_part("policy", "table", "policy_name"),
    "CreatePublicationStmt": _simple("publication", "pubname"),
    "CreateRangeStmt": _qualified("type", "typeName"),
    "CreateRoleStmt": _simple("role", "role"),
    "CreateSchemaStmt": _created_schema,
    "CreateSeqStmt": _of_relation("sequence", "sequence"),
    "CreateStmt": _of_relation("table", "relation"),
    "CreateSubscriptionStmt": _simple("subscription", "subname"),
    "CreateTableAsStmt": lambda s: _relation(_kind(s.objtype), s.into.rel),
    "CreateTableSpaceStmt": _simple("tablespace", "tablespacename"),
    "CreateTransformStmt": lambda s: _listed("transform", (s.type_name, ast.String(sval=s.lang))),
    "CreateTrigStmt": _of_part("trigger", "relation", "trigname"),
    "CreateUserMappingStmt": _user_mapping,
    "CreatedbStmt": _simple("database", "dbname"),
    "DefineStmt": _defined,
    "DropSubscriptionStmt": _simple("subscription", "subname"),
    "DropTableSpaceStmt": _simple("tablespace", "tablespacename"),
    "DropUserMappingStmt": _user_mapping,
    "DropdbStmt": _simple("database", "dbname"),
    "ImportForeignSchemaStmt": _simple("schema", "local_schema"),
    "IndexStmt": _of_part("index", "relation", "idxname"),
    "RefreshMatViewStmt": _of_relation("materialized_view", "relation"),
    "RenameStmt": lambda s: _altered(s.renameType, s.relation, s.object, s.subname),
    "RuleStmt": _of_part("rule", "relation", "rulename"),
    "SecLabelStmt": lambda s: _object(_kind(s.objtype), s.object),
    "ViewStmt": _of_relation("view", "view"),
}


def _created_statistics(statement: ast.CreateStatsStmt) -> list[Identity]:
    names = statement.defnames
    return [_named("statistics", _names(names)) if names else Identity("statistics", None, None)]


def _role(statement: Any) -> list[Identity]:
    # ALTER ROLE ALL, CURRENT_USER and the like name no role.
    return [Identity("role", None, statement.role.rolename)] if statement.role is not None else []


_SEVERAL: dict[str, Callable[[Any], list[Identity]]] = {
    "AlterRoleSetStmt": _role,
    "AlterRoleStmt": _role,
    "CreateStatsStmt": _created_statistics,
    "DropRoleStmt": lambda s: [Identity("role", None, role.rolename) for role in s.roles],
    "DropStmt": lambda s: [_object(_kind(s.removeType), node) for node in s.objects],
    "GrantStmt": _granted,
    "SelectStmt": _selected_into,
    "TruncateStmt": lambda s: [_relation("table", relation) for relation in s.relations],
}


def identity(statement: ast.Node) -> list[Identity]:
    """The objects that a statement of DDL is about, in the order in which it names them.

    Returns:
        Nothing for statements that are about no object, and for DML, of which only ``TRUNCATE`` and
        ``SELECT INTO`` are read. ``ALTER TABLE`` gives the table alone, not what it does to columns.
    """
    name = type(statement).__name__
    if name in _ONE:
        return [_ONE[name](statement)]
    return _SEVERAL[name](statement) if name in _SEVERAL else []
