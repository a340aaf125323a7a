"""The golden files of all artifacts, and the command that writes them anew: ``make goldens``.

They are written after a change of an artifact that is meant. A change by which documents that were written
before cannot be read any more also takes another version of the kind.
"""

from __future__ import annotations

from pathlib import Path

from artifacts.samples import FULL, LEAST, sample_documents
from confiture.artifacts.documents import StoredArtifact, encode_artifact
from confiture.artifacts.json_schemas import json_schema, schema_text
from confiture.artifacts.registry import KINDS

GOLDEN = Path(__file__).with_name("golden")
#: Kinds whose schemas the documentation has too.
PUBLISHED = ("lineage", "diff")
_DOCUMENTATION = Path(__file__).parents[2] / "docs"

#: What to say where a file is not as it should be.
REWRITE = "An artifact has changed. If it was meant to, write the golden files anew: make goldens"


def golden_files() -> dict[Path, bytes]:
    """What every golden file should hold."""
    files = {
        _DOCUMENTATION / f"{name}.schema.json": schema_text(json_schema(name)).encode() for name in PUBLISHED
    }
    for name, kind in KINDS.items():
        files[GOLDEN / f"{name}.schema.json"] = schema_text(json_schema(name)).encode()
        for extent in (FULL, LEAST):
            artifact = StoredArtifact(kind, "json", tuple(sample_documents(name, extent)), 0)
            for encoding in ("json", "msgpack"):
                files[GOLDEN / f"{name}.{extent}.{encoding}"] = encode_artifact(artifact, encoding)
    return files


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    wanted = golden_files()
    for path in sorted(set(GOLDEN.iterdir()) - set(wanted)):
        path.unlink()
    for path, content in wanted.items():
        path.write_bytes(content)
