"""The command tag of a raw parse tree in JSON, as PostgreSQL 18 names it.

The facts are those of ``CreateCommandTag`` (src/backend/tcop/utility.c) and ``cmdtaglist.h``.
One is different by intent: a ``SELECT`` with ``INTO`` is ``SELECT INTO`` here, which the server finds
only when it has analysed the statement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pglast import ast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: The fields of a node, as JSON has them.
Fields = dict[str, Any]

#: How tags name an object, where it is not the words of ``OBJECT_…``.
_OBJECT_WORDS = {
    "ATTRIBUTE": "TYPE",
    "COLUMN": "TABLE",
    "DOMCONSTRAINT": "DOMAIN",
    "FDW": "FOREIGN DATA WRAPPER",
    "FOREIGN_SERVER": "SERVER",
    "LARGEOBJECT": "LARGE OBJECT",
    "MATVIEW": "MATERIALIZED VIEW",
    "OPCLASS": "OPERATOR CLASS",
    "OPFAMILY": "OPERATOR FAMILY",
    "STATISTIC_EXT": "STATISTICS",
    "TABCONSTRAINT": "TABLE",
    "TSCONFIGURATION": "TEXT SEARCH CONFIGURATION",
    "TSDICTIONARY": "TEXT SEARCH DICTIONARY",
    "TSPARSER": "TEXT SEARCH PARSER",
    "TSTEMPLATE": "TEXT SEARCH TEMPLATE",
}

#: The statements that always have the same tag.
_FIXED = {
    "AlterCollationStmt": "ALTER COLLATION",
    "AlterDatabaseRefreshCollStmt": "ALTER DATABASE",
    "AlterDatabaseSetStmt": "ALTER DATABASE",
    "AlterDatabaseStmt": "ALTER DATABASE",
    "AlterDefaultPrivilegesStmt": "ALTER DEFAULT PRIVILEGES",
    "AlterDomainStmt": "ALTER DOMAIN",
    "AlterEnumStmt": "ALTER TYPE",
    "AlterEventTrigStmt": "ALTER EVENT TRIGGER",
    "AlterExtensionContentsStmt": "ALTER EXTENSION",
    "AlterExtensionStmt": "ALTER EXTENSION",
    "AlterFdwStmt": "ALTER FOREIGN DATA WRAPPER",
    "AlterForeignServerStmt": "ALTER SERVER",
    "AlterOpFamilyStmt": "ALTER OPERATOR FAMILY",
    "AlterOperatorStmt": "ALTER OPERATOR",
    "AlterPolicyStmt": "ALTER POLICY",
    "AlterPublicationStmt": "ALTER PUBLICATION",
    "AlterRoleSetStmt": "ALTER ROLE",
    "AlterRoleStmt": "ALTER ROLE",
    "AlterSeqStmt": "ALTER SEQUENCE",
    "AlterStatsStmt": "ALTER STATISTICS",
    "AlterSubscriptionStmt": "ALTER SUBSCRIPTION",
    "AlterSystemStmt": "ALTER SYSTEM",
    "AlterTSConfigurationStmt": "ALTER TEXT SEARCH CONFIGURATION",
    "AlterTSDictionaryStmt": "ALTER TEXT SEARCH DICTIONARY",
    "AlterTableSpaceOptionsStmt": "ALTER TABLESPACE",
    "AlterTypeStmt": "ALTER TYPE",
    "AlterUserMappingStmt": "ALTER USER MAPPING",
    "CallStmt": "CALL",
    "CheckPointStmt": "CHECKPOINT",
    "ClusterStmt": "CLUSTER",
    "CommentStmt": "COMMENT",
    "CompositeTypeStmt": "CREATE TYPE",
    "ConstraintsSetStmt": "SET CONSTRAINTS",
    "CopyStmt": "COPY",
    "CreateAmStmt": "CREATE ACCESS METHOD",
    "CreateCastStmt": "CREATE CAST",
    "CreateConversionStmt": "CREATE CONVERSION",
    "CreateDomainStmt": "CREATE DOMAIN",
    "CreateEnumStmt": "CREATE TYPE",
    "CreateEventTrigStmt": "CREATE EVENT TRIGGER",
    "CreateExtensionStmt": "CREATE EXTENSION",
    "CreateFdwStmt": "CREATE FOREIGN DATA WRAPPER",
    "CreateForeignServerStmt": "CREATE SERVER",
    "CreateForeignTableStmt": "CREATE FOREIGN TABLE",
    "CreateOpClassStmt": "CREATE OPERATOR CLASS",
    "CreateOpFamilyStmt": "CREATE OPERATOR FAMILY",
    "CreatePLangStmt": "CREATE LANGUAGE",
    "CreatePolicyStmt": "CREATE POLICY",
    "CreatePublicationStmt": "CREATE PUBLICATION",
    "CreateRangeStmt": "CREATE TYPE",
    "CreateRoleStmt": "CREATE ROLE",
    "CreateSchemaStmt": "CREATE SCHEMA",
    "CreateSeqStmt": "CREATE SEQUENCE",
    "CreateStatsStmt": "CREATE STATISTICS",
    "CreateStmt": "CREATE TABLE",
    "CreateSubscriptionStmt": "CREATE SUBSCRIPTION",
    "CreateTableSpaceStmt": "CREATE TABLESPACE",
    "CreateTransformStmt": "CREATE TRANSFORM",
    "CreateTrigStmt": "CREATE TRIGGER",
    "CreateUserMappingStmt": "CREATE USER MAPPING",
    "CreatedbStmt": "CREATE DATABASE",
    "DeclareCursorStmt": "DECLARE CURSOR",
    "DeleteStmt": "DELETE",
    "DoStmt": "DO",
    "DropOwnedStmt": "DROP OWNED",
    "DropRoleStmt": "DROP ROLE",
    "DropSubscriptionStmt": "DROP SUBSCRIPTION",
    "DropTableSpaceStmt": "DROP TABLESPACE",
    "DropUserMappingStmt": "DROP USER MAPPING",
    "DropdbStmt": "DROP DATABASE",
    "ExecuteStmt": "EXECUTE",
    "ExplainStmt": "EXPLAIN",
    "ImportForeignSchemaStmt": "IMPORT FOREIGN SCHEMA",
    "IndexStmt": "CREATE INDEX",
    "InsertStmt": "INSERT",
    "ListenStmt": "LISTEN",
    "LoadStmt": "LOAD",
    "LockStmt": "LOCK TABLE",
    "MergeStmt": "MERGE",
    "NotifyStmt": "NOTIFY",
    "PrepareStmt": "PREPARE",
    "ReassignOwnedStmt": "REASSIGN OWNED",
    "RefreshMatViewStmt": "REFRESH MATERIALIZED VIEW",
    "ReindexStmt": "REINDEX",
    "RuleStmt": "CREATE RULE",
    "SecLabelStmt": "SECURITY LABEL",
    "TruncateStmt": "TRUNCATE TABLE",
    "UnlistenStmt": "UNLISTEN",
    "UpdateStmt": "UPDATE",
    "VariableShowStmt": "SHOW",
    "ViewStmt": "CREATE VIEW",
}

_TRANSACTION = {
    "BEGIN": "BEGIN",
    "START": "START TRANSACTION",
    "COMMIT": "COMMIT",
    "ROLLBACK": "ROLLBACK",
    "SAVEPOINT": "SAVEPOINT",
    "RELEASE": "RELEASE",
    "ROLLBACK_TO": "ROLLBACK",
    "PREPARE": "PREPARE TRANSACTION",
    "COMMIT_PREPARED": "COMMIT PREPARED",
    "ROLLBACK_PREPARED": "ROLLBACK PREPARED",
}


def object_words(kind: str) -> str:
    """How tags name an object type: ``OBJECT_MATVIEW`` is ``MATERIALIZED VIEW``."""
    name = kind.removeprefix("OBJECT_")
    return _OBJECT_WORDS.get(name, name.replace("_", " "))


def _rename(fields: Fields) -> str:
    is_of_column = fields["renameType"] == "OBJECT_COLUMN"
    return "ALTER " + object_words(fields["relationType" if is_of_column else "renameType"])


def _select(fields: Fields) -> str:
    # The grammar hangs INTO on the first arm of a set operation.
    while "larg" in fields:
        fields = fields["larg"]
    return "SELECT INTO" if "intoClause" in fields else "SELECT"


def _create_table_as(fields: Fields) -> str:
    return "CREATE MATERIALIZED VIEW" if fields["objtype"] == "OBJECT_MATVIEW" else "CREATE TABLE AS"


_BY_CONTENT: dict[str, Callable[[Fields], str]] = {
    "AlterFunctionStmt": lambda s: "ALTER " + object_words(s["objtype"]),
    "AlterObjectDependsStmt": lambda s: "ALTER " + object_words(s["objectType"]),
    "AlterObjectSchemaStmt": lambda s: "ALTER " + object_words(s["objectType"]),
    "AlterOwnerStmt": lambda s: "ALTER " + object_words(s["objectType"]),
    "AlterTableMoveAllStmt": lambda s: "ALTER " + object_words(s["objtype"]),
    "AlterTableStmt": lambda s: "ALTER " + object_words(s["objtype"]),
    "ClosePortalStmt": lambda s: "CLOSE CURSOR" if s.get("portalname") else "CLOSE CURSOR ALL",
    "CreateFunctionStmt": lambda s: "CREATE PROCEDURE" if s.get("is_procedure") else "CREATE FUNCTION",
    "CreateTableAsStmt": _create_table_as,
    "DeallocateStmt": lambda s: "DEALLOCATE" if s.get("name") else "DEALLOCATE ALL",
    "DefineStmt": lambda s: "CREATE " + object_words(s["kind"]),
    "DiscardStmt": lambda s: str(s["target"]).replace("_", " "),
    "DropStmt": lambda s: "DROP " + object_words(s["removeType"]),
    "FetchStmt": lambda s: "MOVE" if s.get("ismove") else "FETCH",
    "GrantRoleStmt": lambda s: "GRANT ROLE" if s.get("is_grant") else "REVOKE ROLE",
    "GrantStmt": lambda s: "GRANT" if s.get("is_grant") else "REVOKE",
    "RenameStmt": _rename,
    "SelectStmt": _select,
    "TransactionStmt": lambda s: _TRANSACTION[s["kind"].removeprefix("TRANS_STMT_")],
    "VacuumStmt": lambda s: "VACUUM" if s.get("is_vacuumcmd") else "ANALYZE",
    "VariableSetStmt": lambda s: "RESET" if s["kind"] in ("VAR_RESET", "VAR_RESET_ALL") else "SET",
}

#: Nodes named like statements that no statement of its own begins with.
_INNER = {"PLAssignStmt", "RawStmt", "ReplicaIdentityStmt", "ReturnStmt", "SetOperationStmt"}

#: Every node that is a statement.
STATEMENTS = {name for name in dir(ast) if name.endswith("Stmt")} - _INNER


def command_tag(statement: Mapping[str, Fields]) -> str:
    """The command tag of a statement.

    Args:
        statement: The name of its node, one of ``STATEMENTS``, with the fields that are not empty.
    """
    ((name, fields),) = statement.items()
    return _FIXED[name] if name in _FIXED else _BY_CONTENT[name](fields)
