"""What is shipped names nothing of the place where it was written, and no package index.

The forbidden words are put together from halves, so that this file does not hold them itself.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
KINDS = {".py", ".md", ".toml", ".lock", ".html", ".css", ".js", ".po", ".svg", ".json", ".txt", ".cfg", ".yml", ""}
SKIPPED = {"vendor", "__pycache__", "node_modules", "build", "dist"}
SHOWN = {".ci", ".gitignore", ".gitattributes", ".editorconfig"}

FOLDERS = ["/wo" + "rk/", "." + "library", ".." + "/shared", "/tmp" + "/probe", "/tmp" + "/brief"]
SHELF = [name + ".md" for name in ("doma" + "in", "pollbo" + "oks", "desi" + "gn", "sy" + "nc", "BRI" + "EF")]
TOOLS = ["farm" + "-bench", "farm" + "-studio", "issues" + " show", "DEVELOP" + "ERS.md", "MACH" + "INES.md"]
INDEXES = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "npmjs" + ".org",
    "npmjs" + ".com",
    "debian" + ".org",
    "index" + "-url",
    "find" + "-links",
]
FORBIDDEN = [*FOLDERS, *SHELF, *TOOLS, *INDEXES]


def product_files(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        hidden = any(part.startswith(".") and part not in SHOWN for part in parts)
        left_out = hidden or SKIPPED & set(parts) or any(part.endswith(".egg-info") for part in parts)
        if not left_out and path.suffix in KINDS and path.is_file():
            yield path


def mentions(root: Path, word: str) -> list[str]:
    whole = re.compile(r"(?<![\w-])" + re.escape(word) if word[0].isalnum() else re.escape(word), re.IGNORECASE)
    texts = ((path, path.read_text("utf-8", errors="replace")) for path in product_files(root))
    return [path.relative_to(root).as_posix() for path, text in texts if whole.search(text)]


@pytest.mark.parametrize("word", FORBIDDEN)
def test_no_file_names(word: str) -> None:
    assert mentions(ROOT, word) == []


@pytest.mark.parametrize("word", FORBIDDEN)
def test_a_planted_mention_is_seen(word: str, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text(f"It stands in {word} as everybody knows.", "utf-8")
    assert mentions(tmp_path, word) == ["notes.md"]
