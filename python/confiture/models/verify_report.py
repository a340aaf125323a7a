"""What ``confiture verify`` reports (``docs/verify.md``)."""

from __future__ import annotations

from confiture.artifacts import Document
from confiture.models.check import Finding

__all__ = ["VerifyReport"]


class VerifyReport(Document, frozen=True, kw_only=True, tag="verify_report/1"):
    """What a server makes of a build.

    Attributes:
        ok: Whether it loads, and there is no error and no warning among the findings.
        environment: Name of the environment.
        base_dir: Absolute path of the directory that the paths of files start from.
        server: The major version of the server; None if the build does not load.
        loads: Whether the server takes the whole build.
        findings: Why it does not, or what the server has that the model of the files has not.
        undecided: How many expressions and queries the server spells in a way that leaves undecided whether
            they are those of the files.
        engine: ``rust`` or ``python``.
    """

    ok: bool
    environment: str
    base_dir: str
    server: int | None
    loads: bool
    findings: list[Finding]
    undecided: int
    engine: str
