"""``confiture hash``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.cli import output, terminal
from confiture.cli.options import add_environment, add_format
from confiture.cli.progress import SlowProgress

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from confiture.core.builder import SchemaBuilder
    from confiture.models.build import TreeDigest

DESCRIPTION = """\
The digest covers the bytes and the paths of all files that would be built, and nothing else: the same
tree has the same digest on every machine. It is the SHA-256 of the lines that --files prints, which are
those that sha256sum prints in the base directory.

With --semantic, it covers what the files define instead, and is blind to comments, white space, letter
case of unquoted names, the layout of files, and the order of what needs none. It is the SHA-256 of the lines
that --objects prints, with the fingerprint of each object."""

EXAMPLES = """\
examples:
  confiture hash                          print the digest
  confiture hash --files | sha256sum      compute it with coreutils
  confiture hash --check "$(cat digest)"  exit 1 if the tree has another digest
  confiture hash --semantic               print the fingerprint of the schema itself
  confiture hash --semantic --objects     print the fingerprint of each object in it
"""

_DIGITS = 64


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    add_environment(parser)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--files", action="store_true", help="print the digest and path of each file")
    what.add_argument(
        "--semantic", action="store_true", help="print the fingerprint of what the files define instead"
    )
    parser.add_argument(
        "--objects", action="store_true", help="with --semantic: print the fingerprint of each object"
    )
    parser.add_argument("--schema-only", action="store_true", help="leave out seeds")
    parser.add_argument("--check", metavar="DIGEST", help="exit 1 if the digest is not this one")
    add_format(parser)


def run(options: Namespace) -> int:
    """Run the command; returns the exit code."""
    expected = _expected(options.check)
    if options.objects and not options.semantic:
        from confiture.cli.main import UsageError

        raise UsageError(
            "--objects is for the fingerprints of objects.", resolution_hint="Give --semantic as well."
        )
    from confiture.core.builder import SchemaBuilder

    builder = SchemaBuilder(options.env, options.project_dir)
    if options.semantic:
        return _semantic(builder, options, expected)
    with SlowProgress("Hashing") as progress:
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


def _semantic(builder: SchemaBuilder, options: Namespace, expected: str | None) -> int:
    with SlowProgress("Reading") as progress:
        found = builder.semantic_fingerprint(options.schema_only, progress)
    for skipped in found.skipped:
        terminal.show_skipped(skipped.path, skipped.reason)
    matches = expected is None or expected == found.fingerprint
    if options.format == "json":
        from confiture.artifacts import dumps_json
        from confiture.artifacts.missing import missing_if_none
        from confiture.models.documents import FingerprintDocument

        document = FingerprintDocument(
            ok=matches,
            environment=found.environment,
            semantic_fingerprint=found.fingerprint,
            opaque=found.opaque,
            engine=found.engine,
            skipped=found.skipped,
            matches=missing_if_none(None if expected is None else matches),
            objects=missing_if_none(found.objects if options.objects else None),
        )
        output.write(dumps_json(document) + "\n")
    elif options.objects:
        output.write(found.lines)
    elif expected is None:
        output.write(f"{found.fingerprint}\n")
    if not matches and options.format == "text":
        terminal.say(f"The semantic fingerprint is {found.fingerprint}, not {expected}.")
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
    from confiture.artifacts.missing import missing_if_none
    from confiture.models.documents import TreeDigestDocument, file_digests

    document = TreeDigestDocument(
        ok=matches,
        environment=digest.environment,
        tree_digest=digest.tree_digest,
        files=digest.files,
        engine=digest.engine,
        skipped=digest.skipped,
        matches=missing_if_none(None if options.check is None else matches),
        digests=missing_if_none(file_digests(digest.lines) if options.files else None),
    )
    output.write(dumps_json(document) + "\n")
