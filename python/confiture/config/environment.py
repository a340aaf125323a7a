"""What an environment says, as typed and checked values.

`Environment.load` reads ``db/environments/<env>.yaml``; environments can also be made in Python.
Either way the values are checked when the objects are made. Whether directories exist and whether
patterns can be meant is for the engine to say, which meets them.

Importing this module is cheap on purpose: reading YAML is imported when a file is read.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from confiture.config.checks import (
    check_choice,
    check_closed,
    check_list,
    check_name,
    check_path,
    check_pattern,
    check_struct,
    check_text,
)
from confiture.config.failures import (
    MISSING_KEY,
    TEMPLATE_REFUSED,
    VALUE_REFUSED,
    WRONG_TYPE,
    Refusal,
    refusal,
)

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "SEPARATOR_STYLES",
    "SORT_MODES",
    "BuildConfig",
    "CommentValidationConfig",
    "DirectoryConfig",
    "Environment",
    "SeparatorConfig",
]

SORT_MODES = ("alphabetical", "hex")
SEPARATOR_STYLES = ("block_comment", "line_comment", "mysql", "custom")

#: The engines keep an entry's order in 64 bits.
_ORDER_LIMIT = 2**63


class DirectoryConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One directory to search for SQL files. ``docs/selection.md`` says how.

    Attributes:
        path: The directory; relative paths start from the project.
        recursive: Whether directories below it are searched too.
        include: Patterns of the files to select.
        exclude: Patterns of files and directories to leave out.
        auto_discover: Whether the directory may be missing.
        order: Files of a lower order come first.

    Raises:
        ConfigurationError: The path is empty or no path, there is no include pattern, or a value has
            another type than its field.
    """

    path: str
    recursive: bool = True
    include: list[str] = field(default_factory=lambda: ["**/*.sql"])
    exclude: list[str] = []
    auto_discover: bool = True
    order: int = 0

    def __post_init__(self) -> None:
        check_path(self.path, ("path",))
        for name in ("include", "exclude"):
            patterns = getattr(self, name)
            check_list(patterns, (name,))
            for at, pattern in enumerate(patterns):
                check_text(pattern, (name, at))
                check_pattern(pattern, (name, at))
        if not self.include:
            raise refusal(
                VALUE_REFUSED,
                ("include",),
                "an empty list selects no file",
                "Write patterns such as '**/*.sql', or remove the key to select all SQL files.",
            )
        if isinstance(self.order, bool) or not isinstance(self.order, int):
            raise refusal(WRONG_TYPE, ("order",), "expected a whole number", "Write a whole number.")
        if not -_ORDER_LIMIT <= self.order < _ORDER_LIMIT:
            raise refusal(
                VALUE_REFUSED, ("order",), "the number does not fit 64 bits", "Write a smaller number."
            )


class CommentValidationConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether files are searched for constructs they leave open (``docs/bundle.md``).

    Attributes:
        enabled: Whether they are searched at all.
        fail_on_unclosed_blocks: Whether a block comment left open makes a build fail.
        fail_on_spillover: Whether anything else left open makes a build fail.
    """

    enabled: bool = True
    fail_on_unclosed_blocks: bool = True
    fail_on_spillover: bool = True


class SeparatorConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands before each file in a bundle (``docs/bundle.md``).

    Attributes:
        style: One of `SEPARATOR_STYLES`.
        custom_template: The text of style ``custom``; see `confiture.config.templates`. Other styles
            do not use it, but it is checked all the same.

    Raises:
        ConfigurationError: The style is unknown, or the template is missing or cannot be meant.
    """

    style: str = "block_comment"
    custom_template: str | None = None

    def __post_init__(self) -> None:
        check_choice(self.style, SEPARATOR_STYLES, ("style",))
        if self.custom_template is not None:
            from confiture.config.templates import parse_template

            check_text(self.custom_template, ("custom_template",))
            try:
                parse_template(self.custom_template)
            except Refusal as error:
                raise error.below(("custom_template",)) from None
            if self.style == "custom":
                check_closed(self.custom_template, ("custom_template",))
        elif self.style == "custom":
            raise refusal(
                TEMPLATE_REFUSED,
                ("custom_template",),
                "style 'custom' needs a template",
                "Write one, such as '-- {file_path}', or choose another style.",
            )


class BuildConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How bundles are built.

    Attributes:
        sort_mode: One of `SORT_MODES`.
        two_pass: Whether foreign keys are moved behind all tables (``docs/bundle.md``).
        validate_comments: The search for open constructs.
        separators: What stands before each file.
        lint: A section of the wider tool, left alone.

    Raises:
        ConfigurationError: The sort mode is unknown.
    """

    sort_mode: str = "alphabetical"
    two_pass: bool = False
    validate_comments: CommentValidationConfig = field(default_factory=CommentValidationConfig)
    separators: SeparatorConfig = field(default_factory=SeparatorConfig)
    lint: Any = None

    def __post_init__(self) -> None:
        check_choice(self.sort_mode, SORT_MODES, ("sort_mode",))
        check_struct(self.validate_comments, CommentValidationConfig, ("validate_comments",))
        check_struct(self.separators, SeparatorConfig, ("separators",))


class Environment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One environment of a project.

    Its printed form shows neither `database_url` nor the sections that are left alone at the top: they
    may hold passwords.

    Attributes:
        name: Its name; of a loaded environment, that of its file.
        database_url: The PostgreSQL URL as written, ``${NAME}`` not expanded: see
            `require_database_url`.
        include_dirs: Directories to build from. A string is a directory that must exist, with the
            defaults of `DirectoryConfig` otherwise. In a loaded environment all directories are
            absolute paths without symbolic links.
        exclude_dirs: Directories to leave out.
        superuser_dirs: Directories whose files need a superuser, before the others.
        superuser_post_dirs: Directories whose files need a superuser, after the others.
        build: How bundles are built.
        migration: This and the following ones up to `require_confirmation` are sections of the wider
            tool, accepted as they are and left alone.
        project_dir: Directory that relative paths start from; empty: the current directory. It is no
            key of the file.
        config_file: The file it was loaded from, if it was. It is no key of the file.

    Raises:
        ConfigurationError: A value cannot be meant.
    """

    name: str
    database_url: str | None = None
    include_dirs: list[str | DirectoryConfig] = []
    exclude_dirs: list[str] = []
    superuser_dirs: list[str | DirectoryConfig] = []
    superuser_post_dirs: list[str | DirectoryConfig] = []
    build: BuildConfig = field(default_factory=BuildConfig)

    migration: Any = None
    seed: Any = None
    infrastructure: Any = None
    drift: Any = None
    ssh_tunnel: Any = None
    acls: Any = None
    acls_lint_enabled: Any = None
    ownership: Any = None
    function_coverage: Any = None
    security_lint: Any = None
    lint: Any = None
    database: Any = None
    notifications: Any = None
    apply_as: Any = None
    locking: Any = None
    rebuild: Any = None
    options: Any = None
    auto_backup: Any = None
    require_confirmation: Any = None

    project_dir: str = ""
    config_file: str | None = None

    @classmethod
    def load(cls, env: str, project_dir: Path | str | None = None) -> Environment:
        """Read ``db/environments/<env>.yaml`` of a project.

        Args:
            env: Name of the environment.
            project_dir: Directory of the project; default: the current directory.

        Raises:
            ConfigurationError: There is no such file, or it says something that cannot be meant. The
                context names ``file``, ``line`` and ``column`` where there is such a place.
        """
        from confiture.config.loading import load_environment

        return load_environment(env, project_dir)

    @classmethod
    def of(cls, value: object, project_dir: Path | str | None = None) -> Environment:
        """An environment from a dict, a dataclass or an object with attributes, with the keys of the file.

        A dict must have no other keys; other attributes of an object are passed over. References to variables
        are text like any other.

        Args:
            value: What it says; `name` is needed.
            project_dir: Directory that relative paths start from; default: as `value` says.

        Raises:
            ConfigurationError: A key is missing or unknown, or a value cannot be meant.
        """
        from confiture.config.normalising import environment_of

        return environment_of(value, project_dir)

    def __post_init__(self) -> None:
        check_name(self.name)
        check_struct(self.build, BuildConfig, ("build",))
        if self.database_url is not None:
            check_text(self.database_url, ("database_url",))
        for key in ("include_dirs", "superuser_dirs", "superuser_post_dirs"):
            entries = getattr(self, key)
            check_list(entries, (key,))
            for at, entry in enumerate(entries):
                if not isinstance(entry, DirectoryConfig):
                    check_path(entry, (key, at))
        check_list(self.exclude_dirs, ("exclude_dirs",))
        for at, directory in enumerate(self.exclude_dirs):
            check_path(directory, ("exclude_dirs", at))

    def __repr__(self) -> str:
        return f"Environment({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [(name, getattr(self, name)) for name in _PRINTED]

    def include_entries(self) -> list[DirectoryConfig]:
        """The include directories in the form the engine takes, with absolute, symlink-free paths.

        Raises:
            ConfigurationError: There are none.
        """
        if not self.include_dirs:
            raise refusal(
                MISSING_KEY,
                ("include_dirs",),
                "no directory is listed, so there is nothing to build from",
                "List the directories that hold the schema, as in 'include_dirs: [db/schema]'.",
            )
        return self._entries(self.include_dirs)

    def superuser_entries(self) -> list[DirectoryConfig]:
        """`superuser_dirs` in the form of `include_entries`."""
        return self._entries(self.superuser_dirs)

    def superuser_post_entries(self) -> list[DirectoryConfig]:
        """`superuser_post_dirs` in the form of `include_entries`."""
        return self._entries(self.superuser_post_dirs)

    def excluded_directories(self) -> list[str]:
        """`exclude_dirs` as absolute, symlink-free paths."""
        return [self.resolve(directory) for directory in self.exclude_dirs]

    def require_database_url(self) -> str:
        """The database URL with ``${NAME}`` expanded, for a command that connects.

        Raises:
            ConfigurationError: It is missing or no PostgreSQL URL (``CONFIG_017``), or holds a
                reference that cannot be expanded. No message shows any of it.
        """
        from confiture.config.database_urls import database_url_of

        return database_url_of(self)

    def resolve(self, path: str) -> str:
        """`path`, which may be relative to the project, as an absolute path without symbolic links."""
        named = os.path.abspath(os.path.join(self.project_dir, path))
        if os.path.islink(named) and not os.path.exists(named):
            # Where a broken link leads is not what anybody wrote.
            return os.path.join(os.path.realpath(os.path.dirname(named)), os.path.basename(named))
        return os.path.realpath(os.path.join(self.project_dir, path))

    def _entries(self, listed: list[str | DirectoryConfig]) -> list[DirectoryConfig]:
        return [
            replace(entry, path=self.resolve(entry.path))
            if isinstance(entry, DirectoryConfig)
            else DirectoryConfig(path=self.resolve(entry), auto_discover=False)
            for entry in listed
        ]


#: Fields of an environment that its file cannot set.
NOT_KEYS = ("project_dir", "config_file")

_PRINTED = (
    "name",
    "include_dirs",
    "exclude_dirs",
    "superuser_dirs",
    "superuser_post_dirs",
    "build",
    *NOT_KEYS,
)
