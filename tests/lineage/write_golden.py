"""Write the golden documents and the published schema anew."""

from __future__ import annotations

import msgspec

from lineage.test_document import GOLDEN, PUBLISHED, example, golden_json, json_schema

if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    (GOLDEN / "lineage.json").write_text(golden_json(), encoding="utf-8")
    (GOLDEN / "lineage.msgpack").write_bytes(msgspec.msgpack.encode(example()))
    PUBLISHED.write_text(json_schema(), encoding="utf-8")
