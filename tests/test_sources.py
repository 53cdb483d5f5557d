"""Whatever the code cites can be looked up in docs/sources.md."""

import re
from pathlib import Path

from tests.architecture import PROGRAMS

ROOT = Path(__file__).parent.parent
CITED = re.compile(r"\b(?:(?:W|S)\d\d|(?:BV|RO|PX|BX|WN|TI)\d{1,2})\b")


def cited() -> set[str]:
    files = [path for place in (*PROGRAMS, "tests") for path in (ROOT / place).rglob("*.*")]
    texts = (path.read_text("utf-8") for path in files if path.suffix in {".py", ".toml"})
    return {key for text in texts for key in CITED.findall(text)}


def explained() -> set[str]:
    return set(re.findall(r"^\| (\w+) \|", (ROOT / "docs" / "sources.md").read_text("utf-8"), re.MULTILINE))


def test_every_cited_source_is_explained() -> None:
    assert sorted(cited() - explained()) == []
