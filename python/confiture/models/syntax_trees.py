"""Syntax trees of SQL statements, as the library ``sqlglot`` has them."""

from __future__ import annotations

from confiture.artifacts import Artifact, Document
from confiture.artifacts.payloads import RawMessagePack
from confiture.models.constraints import Digest

__all__ = ["NormalisationPolicy", "SyntaxTrees"]


class NormalisationPolicy(Artifact, frozen=True, kw_only=True, omit_defaults=False):
    """What is done to trees before they are kept. All of it is written, as its hash tells two policies apart.

    Attributes:
        version: Of what the other fields mean.
        dialect: The dialect that the text is read in, by sqlglot's name for it.
        keeps_comments: Whether comments stay.
        keeps_places: Whether lines and columns stay.
        folds_names: Whether names without quotes become what the server makes of them: lower case.
    """

    version: int = 1
    dialect: str = "postgres"
    keeps_comments: bool = False
    keeps_places: bool = False
    folds_names: bool = True


class SyntaxTrees(Document, frozen=True, kw_only=True, tag="syntax_trees/1"):
    """The trees of a text.

    Attributes:
        parser: ``sqlglot``.
        parser_version: The version that read the text.
        policy: What was done to the trees.
        policy_sha256: SHA-256 of `policy` as MessagePack.
        text_sha256: SHA-256 of the text in UTF-8.
        trees: The statements in their order, each as ``sqlglot.serde.dump`` gives it.
    """

    parser: str
    parser_version: str
    policy: NormalisationPolicy
    policy_sha256: Digest
    text_sha256: Digest
    trees: tuple[RawMessagePack, ...]
