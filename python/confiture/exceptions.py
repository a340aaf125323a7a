"""The one exception hierarchy, with the exit code of each class.

Both engines raise these classes: the native one imports them from here, so an error caught from one
engine is caught from the other. Every user mistake ends in one of them, carrying a message, a place
(in ``context``) and a way out (``resolution_hint``).
"""

from __future__ import annotations

from typing import Any, ClassVar

__all__ = [
    "ArtifactError",
    "ConfigurationError",
    "ConfiturError",
    "DatabaseError",
    "DifferError",
    "ManifestError",
    "SchemaError",
    "ValidationError",
]


class ConfiturError(Exception):
    """Base of every error Confiture raises on purpose.

    Args:
        message: One full sentence that names the place and the reason.
        error_code: Stable code of the problem, listed in ``docs/errors.md``; the class has a default.
        severity: ``"error"`` or ``"warning"``.
        context: Structured facts. ``file``, ``line`` and ``column`` (1-based, columns in characters)
            are the place; other keys belong to the problem.
        resolution_hint: What the reader can do about it.
    """

    exit_code: ClassVar[int] = 4
    default_code: ClassVar[str] = "CONFITURE_000"

    def __init__(
        self,
        message: str,
        *,
        error_code: str | None = None,
        severity: str = "error",
        context: dict[str, Any] | None = None,
        resolution_hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.error_code = error_code or self.default_code
        self.severity = severity
        self.context: dict[str, Any] = context or {}
        self.resolution_hint = resolution_hint

    def __str__(self) -> str:
        if self.resolution_hint:
            return f"{self.message}\nHint: {self.resolution_hint}"
        return self.message

    def to_dict(self) -> dict[str, Any]:
        """The error as plain data: code, severity, message, context and hint."""
        return {
            "error_code": self.error_code,
            "severity": self.severity,
            "message": self.message,
            "context": self.context,
            "resolution_hint": self.resolution_hint,
        }


class ConfigurationError(ConfiturError):
    """The environment, an option or an ignore file says something that cannot be meant."""

    exit_code = 5
    default_code = "CONFIG_000"


class SchemaError(ConfiturError):
    """The schema tree cannot be selected, read, built or written."""

    exit_code = 4
    default_code = "SCHEMA_000"


class DifferError(ConfiturError):
    """Two schemas cannot be compared."""

    exit_code = 5
    default_code = "DIFFER_000"


class ValidationError(ConfiturError):
    """A check of content failed."""

    exit_code = 1
    default_code = "VALIDATION_000"


class DatabaseError(ConfiturError):
    """A database cannot be reached or refused a statement."""

    exit_code = 3
    default_code = "DATABASE_000"


class ArtifactError(ConfiturError):
    """An artifact cannot be encoded or decoded."""

    exit_code = 5
    default_code = "ARTIFACT_000"


class ManifestError(ConfiturError):
    """A dbt manifest or catalog cannot be understood."""

    exit_code = 5
    default_code = "MANIFEST_000"
