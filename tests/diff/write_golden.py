"""Write the golden files of comparisons, and the published schema, anew."""

from __future__ import annotations

import msgspec

from .test_document import GOLDEN, NEW, OLD, PUBLISHED, golden_json, json_schema, report_of

if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    (GOLDEN / "diff.json").write_text(golden_json(), encoding="utf-8")
    (GOLDEN / "diff.msgpack").write_bytes(msgspec.msgpack.encode(report_of(OLD, NEW)))
    PUBLISHED.write_text(json_schema(), encoding="utf-8")
