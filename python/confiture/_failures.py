"""What can go wrong in an engine, worded once.

The native engine calls these functions by name and the pure one calls them directly, so the class,
the code and the text of an error cannot differ between the two. Each function returns the exception;
the caller raises it.

Paths arrive as the file system gives them (``surrogateescape``); `display_path` makes them printable.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence

from confiture.exceptions import ConfigurationError, SchemaError

#: How each construct that can be left open is called, and what closes it.
OPEN_CONSTRUCTS = {
    "block_comment": ("block comment", "*/"),
    "string": ("string", "'"),
    "quoted_name": ("quoted name", '"'),
    "dollar_quote": ("dollar-quoted string", "the same $tag$"),
    "copy_data": ("COPY data", "a line that is \\. alone"),
}

_LISTED_FINDINGS = 20

_PASSWORD = re.compile(r"(\b\w+:/+[^/@\s:]*:)[^/@\s]*@")

_KINDS = {
    stat.S_IFDIR: "directory",
    stat.S_IFIFO: "named pipe",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "character device",
    stat.S_IFBLK: "block device",
}


def file_kind(mode: int) -> str:
    """What to call a file of this ``st_mode`` that is neither regular nor a link."""
    return _KINDS.get(stat.S_IFMT(mode), "special file")


def without_passwords(text: str) -> str:
    """The text with the passwords of all URLs in it starred out, also of those that became paths."""
    return _PASSWORD.sub(r"\1***@", text) if "@" in text else text


def display_path(path: str) -> str:
    r"""`path` as printable text: undecodable bytes and control characters become ``\xHH`` escapes."""
    path = without_passwords(path)
    if path.isprintable():
        return path
    shown: list[str] = []
    for character in path:
        code = ord(character)
        if 0xDC80 <= code <= 0xDCFF:
            shown.append(f"\\x{code - 0xDC00:02x}")
        elif character == "\n":
            shown.append("\\n")
        elif character == "\r":
            shown.append("\\r")
        elif code < 0x20 or 0x7F <= code < 0xA0:
            shown.append(f"\\x{code:02x}")
        elif character.isprintable():
            shown.append(character)
        else:
            shown.append(f"\\u{code:04x}")
    return "".join(shown)


def _system_error(errno: int, path: str) -> OSError:
    return OSError(errno, os.strerror(errno), path)


def _schema_error(
    code: str, message: str, hint: str, path: str, *, errno: int = 0, **place: int
) -> SchemaError:
    error = SchemaError(
        message,
        error_code=code,
        context={"file": display_path(path), **place},
        resolution_hint=hint,
    )
    if errno:
        error.__cause__ = _system_error(errno, path)
    return error


def missing_directory(path: str) -> SchemaError:
    """An include directory does not exist and was not marked ``auto_discover``."""
    return _schema_error(
        "SCHEMA_001",
        f"The include directory {display_path(path)} does not exist.",
        "Create it, correct the path in include_dirs, or write it as "
        "{path: ..., auto_discover: true} if it may be absent.",
        path,
    )


def not_a_directory(path: str) -> SchemaError:
    """An include directory is something else."""
    return _schema_error(
        "SCHEMA_002",
        f"{display_path(path)} is listed in include_dirs but is not a directory.",
        "List the directory that holds the file, and select the file with an include pattern.",
        path,
    )


def directory_unreadable(path: str, errno: int) -> SchemaError:
    """A directory cannot be listed."""
    return _schema_error(
        "SCHEMA_003",
        f"The directory {display_path(path)} cannot be read: {os.strerror(errno)}.",
        "Grant read and search permission on it, or leave it out with exclude_dirs.",
        path,
        errno=errno,
    )


def file_unreadable(path: str, errno: int) -> SchemaError:
    """A selected file vanished or cannot be opened or read."""
    return _schema_error(
        "SCHEMA_004",
        f"The file {display_path(path)} cannot be read: {os.strerror(errno)}.",
        "Check that it still exists and that you may read it, then run the command again.",
        path,
        errno=errno,
    )


def file_changed(path: str) -> SchemaError:
    """A selected file is another one when it is read again."""
    return _schema_error(
        "SCHEMA_004",
        f"The file {display_path(path)} changed while it was read.",
        "Run the command again when nothing writes to the file.",
        path,
    )


def directory_named_like_file(path: str) -> SchemaError:
    """A directory has a name that an include pattern would select as a file."""
    return _schema_error(
        "SCHEMA_005",
        f"{display_path(path)} is a directory, but its name is that of a selected SQL file.",
        "Rename the directory, or leave it out with an exclude pattern.",
        path,
    )


def special_file(path: str, kind: str) -> SchemaError:
    """A selected path is a named pipe, a socket or a device."""
    return _schema_error(
        "SCHEMA_006",
        f"{display_path(path)} is a {kind}, not a regular file.",
        "Remove it, or leave it out with an exclude pattern.",
        path,
    )


def broken_link(path: str, errno: int) -> SchemaError:
    """A selected symbolic link cannot be resolved."""
    return _schema_error(
        "SCHEMA_007",
        f"The symbolic link {display_path(path)} cannot be followed: {os.strerror(errno)}.",
        "Mend or remove the link, or leave it out with an exclude pattern.",
        path,
        errno=errno,
    )


def path_refused(path: str, reason: str) -> SchemaError:
    """A selected path cannot be written in the digest's lines; `reason` is what it contains."""
    return _schema_error(
        "SCHEMA_008",
        f"The path {display_path(path)} contains {reason}.",
        "Rename it: such a path would make the digest's lines ambiguous.",
        path,
    )


def invalid_utf8(path: str, offset: int) -> SchemaError:
    """A file is not UTF-8; `offset` is that of the first byte that is not, from 0."""
    return _schema_error(
        "SCHEMA_009",
        f"The file {display_path(path)} is not valid UTF-8: see the byte at offset {offset}.",
        "Save the file as UTF-8.",
        path,
        offset=offset,
    )


def nul_byte(path: str, offset: int) -> SchemaError:
    """A file holds a NUL byte, which PostgreSQL refuses; `offset` counts bytes from 0."""
    return _schema_error(
        "SCHEMA_010",
        f"The file {display_path(path)} holds a NUL byte at offset {offset}.",
        "Remove the byte; if the file is UTF-16, save it as UTF-8.",
        path,
        offset=offset,
    )


def output_unwritable(path: str, errno: int) -> SchemaError:
    """The output, or the temporary file beside it, cannot be written."""
    return _schema_error(
        "SCHEMA_011",
        f"The output {display_path(path)} cannot be written: {os.strerror(errno)}. "
        "What stood there before is unchanged.",
        "Check the folder's permissions and free space, or choose another path with --output.",
        path,
        errno=errno,
    )


def telemetry_unwritable(path: str, errno: int) -> SchemaError:
    """A telemetry file cannot be appended to."""
    return _schema_error(
        "SCHEMA_023",
        f"The telemetry file {display_path(path)} cannot be written: {os.strerror(errno)}.",
        "Check the folder's permissions and free space, or choose another path with --telemetry; the "
        "build itself does not depend on it.",
        path,
        errno=errno,
    )


def not_telemetry(path: str, encoding: str) -> SchemaError:
    """A file that telemetry should be appended to holds something else."""
    name = "MessagePack" if encoding == "msgpack" else "lines of JSON"
    return _schema_error(
        "SCHEMA_023",
        f"The file {display_path(path)} holds no telemetry in {name}, so none is appended to it.",
        "Choose another path with --telemetry, or remove the file if nobody needs it.",
        path,
    )


def records_are_output(path: str) -> SchemaError:
    """Two of a build's files would be written to one place."""
    return _schema_error(
        "SCHEMA_024",
        f"A build cannot write two of its files to {display_path(path)}.",
        "Give the bundle, --source-map, --run-manifest and --telemetry a file each.",
        path,
    )


def unclosed(findings: Sequence[tuple[str, str, int, int]]) -> SchemaError:
    """Files end inside a comment, string, quoted name or dollar quote.

    Args:
        findings: ``(path, kind, line, column)`` of each opening delimiter, in build order; `kind` is
            a key of `OPEN_CONSTRUCTS`.
    """
    path, _, line, column = findings[0]
    rows = [unclosed_message(*finding) for finding in findings[:_LISTED_FINDINGS]]
    if len(findings) > _LISTED_FINDINGS:
        rows.append(f"and {len(findings) - _LISTED_FINDINGS} more")
    return _schema_error(
        "SCHEMA_012",
        "\n".join(rows),
        "Close what was opened there: left open, it would swallow the files that follow.",
        path,
        line=line,
        column=column,
    )


def unclosed_message(path: str, kind: str, line: int, column: int) -> str:
    """One finding as ``path:line:column: reason``."""
    name, closing = OPEN_CONSTRUCTS[kind]
    return f"{display_path(path)}:{line}:{column}: this {name} is never closed with {closing}."


def invalid_pattern(pattern: str, reason: str, file: str | None, line: int) -> ConfigurationError:
    """A glob cannot be meant as written; `file` and `line` are given for ignore files."""
    context: dict[str, object] = {"pattern": without_passwords(pattern)}
    place = ""
    if file is not None:
        place = f"{display_path(file)}:{line}: "
        context |= {"file": display_path(file), "line": line}
    return ConfigurationError(
        f"{place}the pattern {without_passwords(pattern)!r} {reason}.",
        error_code="CONFIG_010",
        context=context,
        resolution_hint="Patterns follow gitignore rules, relative to their own directory.",
    )


def nothing_selected(directories: Sequence[str], schema_only: bool) -> SchemaError:
    """No file is left to build."""
    listed = ", ".join(display_path(directory) for directory in directories)
    what = "No SQL file other than seeds" if schema_only else "No SQL file"
    return _schema_error(
        "SCHEMA_014",
        f"{what} was selected in {listed}.",
        "Add .sql files there, or check the include and exclude patterns and .confitureignore files "
        "of the environment.",
        directories[0],
    )


def output_is_input(path: str, reason: str) -> SchemaError:
    """The output would be read as a source file by the next build, or is one already."""
    return _schema_error(
        "SCHEMA_015",
        f"The output {display_path(path)} {reason}: it would be read as a source file.",
        "Choose an output outside of the include directories, or leave its folder out with exclude_dirs.",
        path,
    )


def output_was_read(path: str) -> SchemaError:
    """The output is a file that what should be written was made of."""
    return _schema_error(
        "SCHEMA_015",
        f"The output {display_path(path)} is one of the files that it is made of.",
        "Name another file with --output.",
        path,
    )


def output_not_a_file(path: str, kind: str) -> SchemaError:
    """The output exists and cannot be replaced by a file."""
    return _schema_error(
        "SCHEMA_016",
        f"The output {display_path(path)} is a {kind}, not a regular file.",
        "Name a file with --output, or write to the standard output: a bundle with --stdout, "
        "a report without --output.",
        path,
    )


#: What is wrong with an include, with ``{path}`` for what it names, and the way out.
_INCLUDE_REFUSALS = {
    "missing": ("{path} does not exist", "Correct the path: {start}."),
    "not_regular": ("{path} is not a regular file", "Include the files themselves."),
    "output": ("{path} is what a build writes", "Include its source files."),
    "cycle": ("{path} would include itself", "Remove one of the includes."),
    "depth": ("{path} would be inside of more than 100 files", "Include it from a file further up."),
    "in_statement": (
        "{path} would be included while a statement is not sent or its data not read",
        "Put the command on a line of its own, after the statement's semicolon and its data.",
    ),
    "absolute": ("the path {path} is absolute", "Write it relative: {start}."),
    "home": ("the path {path} starts in somebody's home directory", "Write it relative: {start}."),
    "no_path": ("no file is named", "Name one, and close its quotes."),
    "variable": ("the path {path} depends on a psql variable", "Write the path itself."),
    "command": ("the path {path} depends on a command", "Write the path itself."),
}


def include_refused(chain: Sequence[str], line: int, column: int, reason: str, path: str) -> SchemaError:
    r"""A psql command that includes a file cannot be replaced by it.

    Args:
        chain: Absolute paths from the selected file down to the one that holds the command.
        line: Line of the command's backslash.
        column: Its column.
        reason: ``"missing"``, ``"not_regular"``, ``"output"``, ``"cycle"``, ``"depth"``, ``"in_statement"``,
            ``"absolute"``, ``"home"``, ``"no_path"``, ``"variable"`` or ``"command"``.
        path: The file's absolute path, for the first five; else the argument as it is written.
    """
    message, hint = _INCLUDE_REFUSALS[reason]
    start = "\\i starts from the project, \\ir from the directory of the file that holds it"
    shown = [display_path(file) for file in chain]
    via = f" ({' includes '.join(shown)})" if len(shown) > 1 else ""
    return _schema_error(
        "SCHEMA_017",
        f"{shown[-1]}:{line}:{column}: {message.format(path=display_path(path))}{via}.",
        hint.format(start=start),
        chain[-1],
        line=line,
        column=column,
    )


def separator_broken(path: str, contained: str) -> SchemaError:
    """A path cannot stand in its separator, as it contains a comment delimiter, a quote or a dollar sign."""
    thing = "a comment delimiter" if "*" in contained else "a quote or a dollar sign"
    return _schema_error(
        "SCHEMA_013",
        f"The path {display_path(path)} contains {thing}, which its separator cannot hold.",
        "Rename it, or set build.separators.style to line_comment.",
        path,
    )


def no_such_place(path: str, line: int, column: int, reason: str) -> SchemaError:
    """A bundle has no such line or column; `reason` says how far it goes."""
    return _schema_error(
        "SCHEMA_018",
        f"There is no line {line}, column {column} in {display_path(path)}: {reason}.",
        "Lines and columns count from 1, the lines of the bundle's header included.",
        path,
        line=line,
        column=column,
    )


def source_map_is_output(path: str) -> SchemaError:
    """A source map would be written over its bundle."""
    return _schema_error(
        "SCHEMA_019",
        f"The source map and the bundle cannot both be written to {display_path(path)}.",
        "Choose another file with --source-map.",
        path,
    )


def foreign_key_needed(
    path: str, line: int, column: int, kind: str, key_path: str, key_line: int
) -> SchemaError:
    """A statement before the last table needs a foreign key that a two-pass build would move behind it."""
    return _schema_error(
        "SCHEMA_020",
        f"{display_path(path)}:{line}:{column}: {kind} needs the foreign key of "
        f"{display_path(key_path)}:{key_line} where it stands, but a two-pass build moves foreign keys "
        "behind all tables.",
        "Move the statement behind the last table, or set build.two_pass to false.",
        path,
        line=line,
        column=column,
    )


def rearranged_split(path: str) -> SchemaError:
    """Three bundles cannot be built in two passes, or sorted."""
    return _schema_error(
        "SCHEMA_021",
        f"A build that rearranges statements gives one bundle: {display_path(path)} cannot hold three.",
        "Build without --split, or in file order and with --no-two-pass.",
        path,
    )


def statement_unsortable(
    path: str, line: int, column: int, kind: str, reason: str, other: tuple[str, int, int] | None = None
) -> SchemaError:
    """A statement cannot be sorted by what it needs, for a reason in which another one may have a part."""
    subject = kind or "This"
    if other is not None:
        reason = f"{reason} (the other one: {display_path(other[0])}:{other[1]}:{other[2]})"
    return _schema_error(
        "SCHEMA_022",
        f"{display_path(path)}:{line}:{column}: {subject} cannot be sorted: {reason}.",
        "Build in file order (--order files), or say in the definitions themselves what they shall be.",
        path,
        line=line,
        column=column,
    )


def output_is_configuration(path: str) -> SchemaError:
    """The output is a file that says what to build."""
    return _schema_error(
        "SCHEMA_015",
        f"The output {display_path(path)} is a file that the build itself reads.",
        "Choose another output.",
        path,
    )


def outside_of_build(key: str, path: str) -> ConfigurationError:
    """A directory of a split build holds nothing that is built."""
    return ConfigurationError(
        f"{key} lists {display_path(path)}, which is no directory in or around an include directory.",
        error_code="CONFIG_037",
        context={"file": display_path(path), "key": key},
        resolution_hint="Correct the path, or list the directory in include_dirs as well.",
    )


def other_project(environment: str, own: str, given: str) -> ConfigurationError:
    """An environment was loaded from one project and is to be built in another."""
    return ConfigurationError(
        f"The environment {environment} belongs to the project {display_path(own)}, "
        f"not to {display_path(given)}.",
        error_code="CONFIG_038",
        context={"file": display_path(own)},
        resolution_hint="Load the environment from the project that is to be built, "
        "or leave out project_dir.",
    )
