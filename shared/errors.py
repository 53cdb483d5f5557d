"""Refusals: what people and peers do wrong, each with a code, facts and a sentence in two languages.

The one table of codes stands in ``shared/refusals/*.toml``. Every entry says what happened (``zh``, ``en``) and what
to do next (``next_zh``, ``next_en``). Anything that is not a `Refusal` is a bug of ours and is left to crash.
"""

import re
import tomllib
from importlib import resources
from typing import Any, Final, Literal

Language = Literal["zh", "en"]
KINDS: Final[dict[str, dict[Language, str]]] = {
    "root": {"zh": "根密钥声明", "en": "a statement of the root"},
    "certificate": {"zh": "证书", "en": "a certificate"},
    "ending": {"zh": "证书终止声明", "en": "the ending of a certificate"},
    "request": {"zh": "登记申请", "en": "a station's request"},
    "batch": {"zh": "批次文件", "en": "a batch file"},
    "receipt": {"zh": "回执", "en": "a receipt"},
    "package": {"zh": "选举包", "en": "a package"},
    "query": {"zh": "设备的询问", "en": "a device's question"},
    "decision": {"zh": "裁定", "en": "a decision"},
}
_TYPE: Final = re.compile(r"application/vnd\.pollstation\.([a-z]+)\.v1\+json")


class Refusal(Exception):
    """Something a person or a peer may not do, or sent wrongly.

    ``code`` is a key of the table; ``facts`` are plain values that name the cause and help to recover. They travel in
    receipts, so they hold identifiers and counts, never sentences and never personal data.
    """

    def __init__(self, code: str, **facts: Any) -> None:
        if code not in TABLE:
            raise KeyError(f"no refusal is called {code!r}")
        super().__init__(code)
        self.code = code
        self.facts = facts

    def sentence(self, language: Language = "zh") -> str:
        """What happened, in words."""
        return _fill(TABLE[self.code][language], self.facts, language)

    def advice(self, language: Language = "zh") -> str:
        """What to do next, in words."""
        return _fill(TABLE[self.code][f"next_{language}"], self.facts, language)

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence('en')} {self.advice('en')}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Refusal) and (self.code, self.facts) == (other.code, other.facts)

    def __hash__(self) -> int:
        return hash(self.code)


class _Shown(dict[str, Any]):
    """A fact that a sentence names but nobody gave shows as a gap instead of hiding the sentence."""

    def __missing__(self, key: str) -> str:
        return "…"


def _fill(sentence: str, facts: dict[str, Any], language: Language) -> str:
    return sentence.format_map(_Shown({name: _in_words(fact, language) for name, fact in facts.items()}))


def _in_words(fact: Any, language: Language) -> Any:
    """The type of one of our statements as people call it; every other fact as it is."""
    kind = _TYPE.fullmatch(fact) if isinstance(fact, str) else None
    return KINDS[kind[1]][language] if kind and kind[1] in KINDS else fact


def _read_table() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = {}
    for file in sorted(resources.files("shared").joinpath("refusals").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            table |= tomllib.loads(file.read_text(encoding="utf-8"))
    return table


TABLE: Final[dict[str, dict[str, str]]] = _read_table()
