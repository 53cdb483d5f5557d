"""The one table of refusals and the code agree: nothing is missing, nothing is left over, nothing lacks a language."""

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.architecture import PROGRAMS, Module, read

ROOT = Path(__file__).parent.parent
AREAS = sorted((ROOT / "shared" / "refusals").glob("*.toml"))
ENTRIES = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in AREAS}
TABLE: dict[str, dict[str, str]] = {code: entry for area in ENTRIES.values() for code, entry in area.items()}
SENTENCES = {"zh", "en", "next_zh", "next_en"}
CHINESE = re.compile("[\u4e00-\u9fff]")
CHINESE_MARKS = re.compile("[\u3000-\u303f\uff00-\uffef]")  # English may quote a Chinese word, but is not written so


class Use(NamedTuple):
    """One place that refuses: its code, and the facts it gives, or None where they are handed through."""

    place: str
    code: str
    facts: frozenset[str] | None


def uses() -> Iterator[Use]:
    for module in read(ROOT).of(*PROGRAMS):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and _callee(node) == "Refusal" and node.args:
                yield from _uses_in(module, node)


def _callee(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def _uses_in(module: Module, call: ast.Call) -> Iterator[Use]:
    names = [keyword.arg for keyword in call.keywords]
    facts = None if None in names else frozenset(name for name in names if name)
    first = call.args[0]
    for branch in [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]:
        if isinstance(branch, ast.Constant) and isinstance(branch.value, str):
            yield Use(f"{module.path}:{call.lineno}", branch.value, facts)


def words_in_the_code() -> set[str]:
    """Every string constant: a code may also stand in a table, or be handed on before it is raised."""
    nodes = chain.from_iterable(ast.walk(module.tree) for module in read(ROOT).of(*PROGRAMS))
    python = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    scripts = [path for path in (ROOT / "static").rglob("*.js") if "vendor" not in path.parts]
    quoted = (re.findall(r"[\"']([a-z_]+)[\"']", path.read_text("utf-8")) for path in scripts)
    return python | set(chain.from_iterable(quoted))


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_every_code_that_is_raised_stands_in_the_table() -> None:
    assert [use for use in uses() if use.code not in TABLE] == []


def test_every_entry_of_the_table_is_used() -> None:
    assert sorted(TABLE.keys() - words_in_the_code()) == []


def test_no_code_stands_in_two_areas() -> None:
    assert len(TABLE) == sum(len(area) for area in ENTRIES.values())


def test_every_fact_that_a_sentence_names_is_given() -> None:
    known = [use for use in uses() if use.code in TABLE and use.facts is not None]
    assert [use for use in known if missing_facts(use)] == []


def missing_facts(use: Use) -> set[str]:
    named: set[str] = set().union(*(placeholders(sentence) for sentence in TABLE[use.code].values()))
    return named - (use.facts or frozenset())


@pytest.mark.parametrize("code", sorted(TABLE))
def test_an_entry_says_what_is_so_and_what_to_do_in_both_languages(code: str) -> None:
    entry = TABLE[code]
    assert entry.keys() == SENTENCES
    assert all(sentence.strip() == sentence != "" for sentence in entry.values())
    assert CHINESE.search(entry["zh"])
    assert CHINESE.search(entry["next_zh"])
    assert not CHINESE_MARKS.search(entry["en"] + entry["next_en"])
    assert re.search("[A-Za-z]{2}", entry["en"])
    assert re.search("[A-Za-z]{2}", entry["next_en"])


@pytest.mark.parametrize("code", sorted(TABLE))
def test_both_languages_name_the_same_facts(code: str) -> None:
    entry = TABLE[code]
    assert placeholders(entry["zh"]) == placeholders(entry["en"])
    assert placeholders(entry["next_zh"]) == placeholders(entry["next_en"])
