"""The demonstration: one whole election day of a village, played by virtual people over HTTP with the real programs."""

import json
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from rehearsal import counting, figures
from rehearsal.marking import Marked, level, votes
from rehearsal.network import Cable
from rehearsal.phone import UNREACHABLE, Phone
from rehearsal.village import LEAST, Village

ROOT = Path(__file__).parents[2]
SMALL = ("--voters", str(LEAST), "--seed", "7")
GOOD = {
    "papers": [{"round": 1, "type": "red", "difference": 0}, {"round": 2, "type": "red", "difference": 0}],
    "elected": [{"post": post, "name": "", "votes": 1} for post, seats in figures.SEATS.items() for _ in range(seats)],
    "conflicts": 1,
    "cases_open": 0,
    "fingerprint": {"hall": {"station": "ab", "central": "ab"}},
}


def demo(folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "rehearsal.cli", "demo", "--exit", "--json", "--folder", str(folder), *SMALL]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=1200)
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    return dict(json.loads(line))


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The same day twice, at once."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(demo, (tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second"))))


@pytest.fixture
def day(days: list[dict[str, Any]]) -> dict[str, Any]:
    return days[0]


@pytest.mark.slow
def test_the_one_line_holds_just_the_agreed_figures(day: dict[str, Any]):
    assert set(day) == set(figures.KEYS)
    papers = {"round", "type", "rights", "issued", "spoiled", "handed_back", "in_boxes", "not_returned", "difference"}
    assert {key for one in day["papers"] for key in one} == papers
    assert {key for one in day["contests"] for key in one} == {"round", "post", "valid", "void", "blank"}
    assert {key for one in day["elected"] for key in one} == {"post", "name", "votes"}


@pytest.mark.slow
def test_station_and_office_agree_on_all_64_digits(day: dict[str, Any]):
    assert set(day["fingerprint"]) == {"hall", "sub-venue"}
    for pair in day["fingerprint"].values():
        assert pair["station"] == pair["central"]
        assert len(bytes.fromhex(pair["central"])) == 32


@pytest.mark.slow
def test_every_paper_is_accounted_for(day: dict[str, Any]):
    assert [(one["round"], one["type"]) for one in day["papers"]] == [
        (1, "director"), (1, "deputy"), (1, "member"), (2, "member"),
    ]  # fmt: skip
    for one in day["papers"]:
        assert one["issued"] == one["rights"] + one["spoiled"] + one["handed_back"]
        assert one["rights"] == one["in_boxes"]
        assert one["difference"] == 0
    assert [one["spoiled"] for one in day["papers"]] == [0, 0, 1, 0]
    assert [one["handed_back"] for one in day["papers"]] == [1, 1, 1, 0]


@pytest.mark.slow
def test_every_paper_in_the_boxes_was_called(day: dict[str, Any]):
    inside = {(one["round"], one["type"]): one["in_boxes"] for one in day["papers"]}
    for one in day["contests"]:  # each paper type of this village holds one contest of the same name
        assert one["valid"] + one["void"] + one["blank"] == inside[one["round"], one["post"]]


@pytest.mark.slow
def test_a_tie_is_played_and_every_seat_filled(day: dict[str, Any]):
    assert [one["post"] for one in day["elected"]] == ["director", "deputy", "member", "member", "member"]
    assert day["elected"][-1]["name"] in counting.TIED
    assert not {one["name"] for one in day["elected"][:-1]} & set(counting.TIED)


@pytest.mark.slow
def test_one_right_was_used_twice_and_is_settled(day: dict[str, Any]):
    assert (day["conflicts"], day["cases_open"]) == (1, 0)


@pytest.mark.slow
def test_the_same_seed_plays_the_same_day(days: list[dict[str, Any]]):
    first, second = ({key: one[key] for key in figures.LISTS} for one in days)
    assert first == second


def test_who_comes_is_the_same_for_the_same_seed():
    village = Village()
    first, again, other = (village.turnout(1200, random.Random(seed)) for seed in (5, 5, 6))
    assert first == again != other
    assert sum(map(len, first.by_station.values())) == pytest.approx(1165, abs=10)


def test_a_namesake_stays_away_from_the_hall():
    village = Village()
    assert village.name(village.present) == village.name(village.namesake)
    everybody = [no for many in village.turnout(1300, random.Random(1)).by_station.values() for no in many]
    assert village.present in everybody
    assert village.namesake not in everybody


@pytest.mark.parametrize("seed", range(20))
def test_two_are_above_the_tie_and_the_tied_above_half(seed: int):
    papers = LEAST + 10 * seed
    found = counting.main_papers({"director": 0, "deputy": 0, "member": papers}, random.Random(seed))["member"]
    reached = {name: votes(found, name) for name, _ in counting.MEMBERS}
    tied = {reached[name] for name in counting.TIED}
    above = [count for count in reached.values() if count > max(tied)]
    assert (len(tied), len(above)) == (1, 2)
    assert min(tied) * 2 > papers
    assert min(reached.values()) * 2 < papers


def test_levelling_names_nobody_twice_and_empties_no_paper():
    papers = [Marked(("陈",)), Marked(("陈", "王")), Marked(("陈", "刘")), Marked(("刘",)), Marked(void="over")]
    level(papers, "陈", "王")
    assert votes(papers, "陈") == votes(papers, "王") == 2
    assert all(one.names or one.void for one in papers)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, []),
        ({"conflicts": 2}, ["2 rights used twice"]),
        ({"cases_open": 1}, ["1 cases are open"]),
        ({"fingerprint": {"hall": {"station": "ab", "central": "cd"}}}, ["fingerprints of hall differ"]),
        ({"papers": [*GOOD["papers"], {"round": 2, "type": "blue", "difference": -1}]}, ["blue differs"]),
        ({"papers": GOOD["papers"][:1]}, ["repeat ballot was not held"]),
        ({"elected": GOOD["elected"][1:]}, ["0 of 1 elected"]),
    ],
)
def test_what_does_not_hold_is_said(change: dict[str, Any], says: list[str]):
    found = figures.wrong(GOOD | change)
    assert len(found) == len(says)
    assert all(words in sentence for words, sentence in zip(says, found, strict=True))


@pytest.fixture
def answering() -> Iterator[int]:
    """The port of somebody who answers everything."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_a_cut_cable_carries_nothing_until_it_is_mended(answering: int):
    cable = Cable(answering)
    phone = Phone(cable.url)
    assert phone.open("/").status == 200
    cable.cut()
    with pytest.raises(UNREACHABLE):
        phone.open("/")
    cable.mend()
    assert phone.open("/").status == 200
    cable.close()
