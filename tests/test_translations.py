"""Every Chinese sentence of the screens has its English one, and no English one is left over."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
ENGLISH = ROOT / "translations" / "en"
AREAS = ("shared", "station", "central")
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
CHINESE_MARK = "\u3000-\u303f\uff00-\uffef"
CHINESE = re.compile(f"[\u4e00-\u9fff{CHINESE_MARK}]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


class Sentence(NamedTuple):
    chinese: str
    place: str


@cache
def sentences(area: str) -> tuple[Sentence, ...]:
    """What a program and its pages say, as marked for translation."""
    return tuple(found for folder in (ROOT / area, ROOT / "templates" / area) for found in _marked(folder))


def _marked(folder: Path) -> Iterator[Sentence]:
    options = {"**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}}
    for file, line, message, _, _ in extract_from_dir(
        folder, METHODS, options, KEYWORDS, directory_filter=lambda _: True
    ):
        chinese = message if isinstance(message, str) else message[0]
        yield Sentence(chinese, f"{(folder / file).relative_to(ROOT).as_posix()}:{line}")


@cache
def catalogue(area: str) -> dict[str, str]:
    """Chinese to English, as one file has it."""
    path = ENGLISH / f"{area}.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        messages = [message for message in read_po(file, locale="en") if message.id and not message.fuzzy]
    return {_first(message.id): _first(message.string) for message in messages}


def _first(words: object) -> str:
    """A sentence with a plural has several forms; the first stands for them."""
    return str(words[0]) if isinstance(words, list | tuple) else str(words)


@pytest.mark.parametrize("area", AREAS)
def test_every_sentence_has_its_english(area: str) -> None:
    known = catalogue("shared") | catalogue(area)
    assert [sentence for sentence in sentences(area) if not known.get(sentence.chinese)] == []


@pytest.mark.parametrize("area", AREAS)
def test_no_english_is_left_over(area: str) -> None:
    speakers = AREAS if area == "shared" else (area,)
    said = {sentence.chinese for speaker in speakers for sentence in sentences(speaker)}
    assert sorted(catalogue(area).keys() - said) == []


def is_english(words: str) -> bool:
    """Has letters, and no Chinese; only putting things side by side, as in ``%(name)s (%(group)s)``, is neither."""
    return bool(re.search("[A-Za-z]", PLACEHOLDER.sub("", words))) and not CHINESE.search(words)


@pytest.mark.parametrize("area", AREAS)
def test_what_is_marked_is_chinese_and_its_translation_is_not(area: str) -> None:
    assert [sentence for sentence in sentences(area) if is_english(sentence.chinese)] == []
    assert [english for english in catalogue(area).values() if re.search(f"[{CHINESE_MARK}]", english)] == []


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_fill_in_the_same_things(area: str) -> None:
    for chinese, english in catalogue(area).items():
        assert sorted(PLACEHOLDER.findall(chinese)) == sorted(PLACEHOLDER.findall(english)), chinese


def test_sentences_are_found_in_pages() -> None:
    assert any(sentence.place.startswith("templates/shared/") for sentence in sentences("shared"))
