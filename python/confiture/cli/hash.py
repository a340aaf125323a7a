"""``confiture hash``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.cli import output, terminal
from confiture.cli.options import add_environment, add_format

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from confiture.models.build import TreeDigest

DESCRIPTION = """\
The digest covers the bytes and the paths of all files that would be built, and nothing else: the same
tree has the same digest on every machine. It is the SHA-256 of the lines that --files prints, which are
those that sha256sum prints in the base directory."""

EXAMPLES = """\
examples:
  confiture hash                          print the digest
  confiture hash --files | sha256sum      compute it with coreutils
  confiture hash --check "$(cat digest)"  exit 1 if the tree has another digest
"""

_DIGITS = 64


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    add_environment(parser)
    parser.add_argument("--files", action="store_true", help="print the digest and path of each file")
    parser.add_argument("--schema-only", action="store_true", help="leave out seeds")
    parser.add_argument("--check", metavar="DIGEST", help="exit 1 if the digest is not this one")
    add_format(parser)


def run(options: Namespace) -> int:
    """Run the command; returns the exit code."""
    expected = _expected(options.check)
    from confiture.core.builder import SchemaBuilder

    builder = SchemaBuilder(options.env, options.project_dir)
    with terminal.SlowProgress("Hashing") as progress:
        digest = builder.digest(options.schema_only, progress)
    for skipped in digest.skipped:
        terminal.show_skipped(skipped.path, skipped.reason)
    matches = expected is None or expected == digest.tree_digest
    if options.format == "json":
        _print_json(digest, options, matches)
    elif options.files:
        output.write(digest.lines)
    elif expected is None:
        output.write(f"{digest.tree_digest}\n")
    if not matches and options.format == "text":
        terminal.say(f"The tree digest is {digest.tree_digest}, not {expected}.")
    return 0 if matches else 1


def _expected(text: str | None) -> str | None:
    if text is None:
        return None
    digest = text.strip().lower()
    if len(digest) != _DIGITS or not set(digest) <= set("0123456789abcdef"):
        from confiture.cli.main import UsageError

        raise UsageError(
            f"--check was given {text!r}, which is no digest.",
            resolution_hint="Give the 64 hexadecimal digits that 'confiture hash' prints.",
        )
    return digest


def _print_json(digest: TreeDigest, options: Namespace, matches: bool) -> None:
    from confiture.artifacts import dumps_json

    document: dict[str, object] = {
        "ok": matches,
        "environment": digest.environment,
        "tree_digest": digest.tree_digest,
        "files": digest.files,
        "engine": digest.engine,
        "skipped": digest.skipped,
    }
    if options.check is not None:
        document["matches"] = matches
    if options.files:
        rows = (line.split("  ", 1) for line in digest.lines.split("\n")[:-1])
        document["digests"] = [{"path": path, "sha256": sha256} for sha256, path in rows]
    output.write(dumps_json(document) + "\n")
