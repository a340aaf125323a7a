"""Syntax trees as an artifact, and trees again. The library ``sqlglot`` is needed for both."""

from __future__ import annotations

import hashlib
import importlib
from typing import TYPE_CHECKING, Any

from confiture.artifacts import dumps_msgpack
from confiture.artifacts.failures import library_missing
from confiture.artifacts.payloads import RawMessagePack
from confiture.exceptions import ArtifactError
from confiture.models.syntax_trees import NormalisationPolicy, SyntaxTrees

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["parse_trees", "policy_hash", "restore_trees"]

_PARSER = "sqlglot"

#: The keys of a dump for the class of a node and for its type, which is a dump again.
_CLASS, _TYPE = "c", "t"

#: The class of a dump that is no node but one of the names of types.
_NAME_OF_A_TYPE = "DataType.Type"

_NODES = "sqlglot.expressions"


def policy_hash(policy: NormalisationPolicy) -> str:
    """The hash that tells a policy from others, 64 hexadecimal digits."""
    return hashlib.sha256(dumps_msgpack(policy)).hexdigest()


def parse_trees(text: str, policy: NormalisationPolicy | None = None) -> SyntaxTrees:
    """The syntax trees of a text.

    Args:
        text: SQL statements.
        policy: What is done to the trees; default: that of `NormalisationPolicy`.

    Raises:
        ArtifactError: ``ARTIFACT_009``: sqlglot is not installed; ``ARTIFACT_010``: it cannot read the text.
    """
    sqlglot = _library()
    policy = policy or NormalisationPolicy()
    try:
        parsed = sqlglot.parse(text, dialect=policy.dialect)
        trees = [_normalised(tree, policy) for tree in parsed if tree is not None]
        text_sha256 = hashlib.sha256(text.encode()).hexdigest()
        dumps = tuple(RawMessagePack(dumps_msgpack(sqlglot.serde.dump(tree))) for tree in trees)
    except (sqlglot.errors.SqlglotError, ValueError) as error:
        raise _unparsed(str(error).partition("\n")[0].rstrip(".")) from error
    except RecursionError as error:
        raise _unparsed("it is nested too deeply") from error
    return SyntaxTrees(
        parser=_PARSER,
        parser_version=sqlglot.__version__,
        policy=policy,
        policy_sha256=policy_hash(policy),
        text_sha256=text_sha256,
        trees=dumps,
    )


def restore_trees(trees: SyntaxTrees, policy: NormalisationPolicy | None = None) -> list[Any]:
    """The trees that an artifact holds, as expressions of sqlglot.

    Args:
        trees: The artifact.
        policy: What must have been done to the trees; default: whatever was.

    Raises:
        ArtifactError: ``ARTIFACT_009``: sqlglot is not installed; ``ARTIFACT_011``: the hash is not that of
            the policy; ``ARTIFACT_012``: this sqlglot cannot make trees of it.
    """
    wanted = policy_hash(trees.policy if policy is None else policy)
    if trees.policy_sha256 != wanted:
        raise ArtifactError(
            f"The trees were normalised by the policy {trees.policy_sha256}, not by {wanted}.",
            error_code="ARTIFACT_011",
            resolution_hint="Parse the text again with the policy that is needed.",
        )
    sqlglot = _library()
    restored = []
    for number, tree in enumerate(trees.trees, 1):
        try:
            dump = tree.value()
            _refuse_foreign(sqlglot.expressions, dump)
            restored.append(sqlglot.serde.load(dump))
        except (ImportError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise ArtifactError(
                f"Tree {number} cannot be restored by sqlglot {sqlglot.__version__}: it was written by "
                f"{trees.parser_version}, or is damaged ({error}).",
                error_code="ARTIFACT_012",
                context={"number": number},
                resolution_hint=f"Install sqlglot {trees.parser_version}, or parse the text again.",
            ) from error
    return restored


def _library() -> ModuleType:
    try:
        import sqlglot
        import sqlglot.serde
    except ImportError as error:
        raise library_missing(_PARSER, "a syntax tree", "trees") from error
    found: ModuleType = sqlglot
    return found


def _normalised(tree: Any, policy: NormalisationPolicy) -> Any:
    if policy.folds_names:
        from sqlglot.optimizer.normalize_identifiers import normalize_identifiers

        tree = normalize_identifiers(tree, dialect=policy.dialect)
    if policy.keeps_comments and policy.keeps_places:
        return tree
    for node in tree.walk():
        if not policy.keeps_comments:
            node.comments = None
        if not policy.keeps_places:
            for key in ("line", "col", "start", "end"):
                node.meta.pop(key, None)
            if not node.meta:
                node._meta = None
    return tree


def _refuse_foreign(expressions: ModuleType, dump: Any) -> None:
    """Refuse a dump that names anything but nodes: sqlglot would import and call whatever is named.

    Raises:
        ValueError: It does.
    """
    pending = [dump]
    while pending:
        payloads = pending.pop()
        if not isinstance(payloads, list):
            raise ValueError("a dump is no list")
        for payload in payloads:
            name = payload.get(_CLASS)
            if name is not None and name != _NAME_OF_A_TYPE:
                _refuse_other_class(expressions, name)
            if payload.get(_TYPE) is not None:
                pending.append(payload[_TYPE])


def _refuse_other_class(expressions: ModuleType, name: str) -> None:
    module_name, _, class_name = name.rpartition(".")
    module = expressions
    if module_name:
        if module_name != _NODES and not module_name.startswith(f"{_NODES}."):
            raise ValueError(f"{name} is no node")
        module = importlib.import_module(module_name)
    node = getattr(module, class_name, None)
    if not (
        isinstance(node, type) and issubclass(node, getattr(expressions, "Expr", expressions.Expression))
    ):
        raise ValueError(f"{name} is no node")


def _unparsed(reason: str) -> ArtifactError:
    return ArtifactError(
        f"sqlglot cannot read the text: {reason}.",
        error_code="ARTIFACT_010",
        resolution_hint="Correct the text; 'confiture check' tells what PostgreSQL makes of it.",
    )
