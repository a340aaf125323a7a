"""Where unqualified names lead: ``search_path``, as a session of statements sets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re

__all__ = ["DEFAULT_PATH", "SearchPath"]

#: PostgreSQL's ``"$user", public``, for a user who has no schema of the same name.
DEFAULT_PATH = ("public",)

#: Fingerprints of ``SELECT pg_catalog.set_config('search_path', '', false)``, as ``pg_dump`` writes it, and
#: of the same without ``pg_catalog``.
EMPTYING_CALLS = frozenset(
    {
        "6cd1e69dbbca03051e8412a7fb8b632238d505d6cb39f23c9fbe3a561e54eb1f",
        "58c74936996f39fc418afcfaa9c93250b5b92a64648e0b46bf8b78972d41dcc9",
    }
)

_ITEM = r"""\s*(?:"((?:[^"]|"")*)"|'((?:[^']|'')*)'|([^\s,"']+))\s*(?:,|$)"""

#: What follows ``SET`` and stands for the setting, in a statement's normalised text.
_SETTING = r"set (?:session |local )?(?:schema |search_path (?:to|=) )"

_CALL = (
    r"select (?:pg_catalog \. )?set_config \( '(?i:search_path)' , '((?:[^']|'')*)' , "
    r"(true|false|'[a-z]+') \)\Z"
)
_OUTSIDE_QUOTES = r"""("(?:[^"]|"")*")|[^"]+"""
_TRUE = ("true", "'true'", "'t'", "'on'", "'yes'")


class SearchPath:
    """The schemas that unqualified names are looked up in.

    Attributes:
        schemas: The schemas in their order; new objects go into the first.
    """

    __slots__ = ("_after_transaction", "_in_transaction", "schemas")

    def __init__(self) -> None:
        self.schemas: tuple[str, ...] = DEFAULT_PATH
        self._in_transaction = False
        self._after_transaction: tuple[str, ...] | None = None

    def empty(self) -> None:
        """Follow a call that sets the path to nothing."""
        self.schemas = ("",)
        self._after_transaction = None

    def call(self, normalised: str) -> None:
        """Follow a ``SELECT`` of ``set_config`` alone, in its normalised text; of others, do nothing."""
        import re

        found = re.match(_CALL, normalised)
        if found is not None:
            scope = "local " if found[2] in _TRUE else ""
            # What `SET` has folded stands here as it is written.
            value = re.sub(_OUTSIDE_QUOTES, _lower, found[1].replace("''", "'")).strip() or "''"
            self.assign(f"set {scope}search_path to {value}")

    def reset(self) -> None:
        """Follow ``RESET``."""
        self.schemas = DEFAULT_PATH
        self._after_transaction = None

    def assign(self, normalised: str) -> None:
        """Follow a ``SET`` of the path, in its normalised text."""
        import re

        found = re.match(_SETTING, normalised)
        if found is None:
            return
        if normalised.startswith("set local "):
            if not self._in_transaction:
                return
            if self._after_transaction is None:
                self._after_transaction = self.schemas
        else:
            self._after_transaction = None
        value = normalised[found.end() :]
        self.schemas = DEFAULT_PATH if value == "default" else _schemas(value)

    def begin(self) -> None:
        """Follow the start of a transaction."""
        self._in_transaction = True

    def end(self) -> None:
        """Follow the end of a transaction."""
        self._in_transaction = False
        if self._after_transaction is not None:
            self.schemas = self._after_transaction
            self._after_transaction = None


def _lower(found: re.Match[str]) -> str:
    return found[0] if found[1] else found[0].lower()


def _schemas(value: str) -> tuple[str, ...]:
    import re

    item_of = re.compile(_ITEM)
    schemas = []
    at = 0
    while at < len(value):
        item = item_of.match(value, at)
        if item is None:
            # What is no list of names is a schema that nobody else means.
            schemas.append(value[at:])
            break
        quoted, string, word = item.groups()
        if quoted is not None:
            schemas.append(quoted.replace('""', '"'))
        elif string is not None:
            schemas.append(string.replace("''", "'"))
        else:
            schemas.append(word)
        at = item.end()
    named = tuple(schema for schema in schemas if schema != "$user")
    return named or ("",)
