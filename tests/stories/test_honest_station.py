"""Whatever anybody proposes at a station, sense or nonsense: what it accepted is no finding at the office, and what it
refused left nothing."""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from shared import events as ev
from shared.errors import Refusal
from station.checking import check
from station.commands import ballots, boxes, check_in, counting, log, roaming, rounds
from station.commands.counting import Mark
from station.folder import Folder
from station.keeper import By, Keeper
from station.sending import cut_now
from tests import cast
from tests.central.offices import Office
from tests.central.village import hash_of
from tests.station.place import HEADS, PACKAGE, Place, lines_of, prepare, run
from tests.story import batches, count, morning, repeat, vote

EXAMPLES, ACTS = 25, 20
GENERATE = (Phase.explicit, Phase.generate)  # acts are rarely made simpler by leaving some out, and it takes long
STAGES: dict[str, tuple[Callable[[Place, Place], None], ...]] = {
    "before anything": (),
    "open": (morning,),
    "voted": (morning, vote),
    "counted": (morning, vote, count),
    "over": (morning, vote, count, repeat),
}

# ---- what anybody may say ------------------------------------------------------------------------------------------

OFFICIALS = [*(one.id for one in cast.SETUP.officials), "nobody"]
anybody = st.lists(st.sampled_from(OFFICIALS), max_size=3).map(lambda names: tuple(By(one, "desk-1") for one in names))
heads = st.sampled_from([tuple(By(one, "table") for one in two) for two in HEADS.values()])
clerks = st.sampled_from([(By("wu", "desk-1"),), (By("yang", "desk-1"),), (By("wu", "desk-1"), By("zhou", "desk-1"))])
who = st.one_of(heads, heads, clerks, anybody)

numbers = st.one_of(st.integers(0, 25), st.sampled_from([60, 999_999]))
voters = st.one_of(st.integers(1, 44), st.sampled_from([0, cast.STRANGER]))
box_ids = st.sampled_from([cast.HALL_1, cast.HALL_2, cast.SCHOOL_1, cast.ROAMING, "box-9"])
kinds = st.sampled_from([cast.RED, cast.WHITE, "green"])
papers = st.dictionaries(st.sampled_from(cast.PAPERS), numbers, max_size=2)
words = st.sampled_from(["", "写坏", "x" * 50])
names = st.sampled_from(["wang", "li", "zhang", "chen", "zhao", "other", "person-10", "person-99", "nobody"])
seals = st.sampled_from(["hall-001", "school-001", "roaming-001", "hall-002", "school-002", "s-9", ""])
devices = st.sampled_from([cast.HALL_KEY.public.id, cast.SCHOOL_KEY.public.id, cast.PHONE_KEY.public.id, ""])
round_ = st.integers(0, 3)
marks = st.builds(Mark, st.lists(names, max_size=3).map(tuple), st.sampled_from(["", "", "unreadable", "写"]))


def cancelled(keeper: Keeper, who: tuple[By, ...], voter: int, **told: Any) -> object:
    """One right; the command takes several."""
    return check_in.cancel(keeper, who, voter, **told)


COMMANDS: dict[str, tuple[Callable[..., object], dict[str, st.SearchStrategy[Any]]]] = {
    "start": (log.start, {}),
    "take": (log.take, {}),
    "call_next": (rounds.call_next, {}),
    "open": (rounds.open_, {}),
    "pause": (rounds.pause, {"reason": words}),
    "resume": (rounds.resume, {}),
    "close": (rounds.close, {"unused": papers}),
    "declare": (rounds.declare, {}),
    "write_off": (rounds.write_off, {"station": st.sampled_from(["hall", "school", "x"]), "reason": words}),
    "receive": (ballots.receive, {"papers": papers}),
    "correct": (ballots.correct, {"papers": papers, "reason": words}),
    "recount": (ballots.recount, {"unused": papers, "reason": words}),
    "replace": (ballots.replace, {"voter": voters, "paper": kinds, "reason": words}),
    "not_returned": (ballots.not_returned, {"paper": kinds, "count": numbers, "reason": words}),
    "explain": (ballots.explain, {"paper": kinds, "where": st.sampled_from(["boxes", "desk:hall"]), "reason": words}),
    "seal": (boxes.seal, {"box": box_ids, "seal": seals}),
    "open box": (boxes.open_, {"box": box_ids, "seal": seals, "intact": st.booleans()}),
    "count box": (boxes.count, {"box": box_ids, "papers": papers, "again": words}),
    "hand_over": (boxes.hand_over, {"box": box_ids}),
    "receive box": (boxes.receive, {"box": box_ids, "seal": seals, "intact": st.booleans()}),
    "write box off": (boxes.write_off, {"box": box_ids, "reason": words}),
    "admit": (check_in.admit, {"voter": voters}),
    "override": (check_in.admit, {"voter": voters, "override": words}),
    "proxies": (
        check_in.admit_with_proxies,
        {
            "holder": voters,
            "principals": st.lists(voters, min_size=1, max_size=3),
            "own": st.booleans(),
            "override": words,
        },
    ),
    "cancel": (
        cancelled,
        {"voter": voters, "reason": words, "handed_back": st.lists(kinds, max_size=2, unique=True)},
    ),
    "arrive": (check_in.arrive, {"voter": voters}),
    "leave": (check_in.leave, {"voter": voters}),
    "excuse": (check_in.excuse, {"voter": voters, "reason": words}),
    "send": (
        roaming.send,
        {
            "box": box_ids,
            "voters": st.one_of(st.just(cast.BEDRIDDEN), st.lists(voters, max_size=4)),
            "team": st.one_of(st.just(("sun", "qian", "feng")), st.lists(st.sampled_from(OFFICIALS), max_size=3)),
            "papers": papers,
        },
    ),
    "visit": (
        roaming.visit,
        {"box": box_ids, "voter": voters, "outcome": st.sampled_from(["voted", "absent", "refused", "moved", "ill"])},
    ),
    "return": (roaming.return_box, {"box": box_ids, "seal": seals, "intact": st.booleans(), "papers": papers}),
    "complete": (roaming.complete, {"box": box_ids}),
    "take back": (roaming.take_back, {"box": box_ids, "voters": st.lists(voters, max_size=2), "reason": words}),
    "mix": (counting.mix, {"paper": kinds, "again": words}),
    "close sheet": (counting.close_sheet, {"paper": kinds}),
    "close pile": (counting.close_pile, {"paper": kinds}),
}
commands = st.sampled_from(sorted(COMMANDS)).flatmap(
    lambda name: st.tuples(st.just(name), st.fixed_dictionaries(COMMANDS[name][1]))
)
calls = st.tuples(st.just("call"), st.fixed_dictionaries({"paper": kinds, "marks": marks, "times": st.integers(1, 23)}))

FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "round": round_, "voter": voters, "holder": voters, "box": box_ids, "paper": kinds, "papers": papers, "seal": seals,
    "unused": papers, "voters": st.lists(voters, max_size=3).map(tuple), "device": devices, "reason": words,
    "types": st.lists(kinds, max_size=3).map(tuple), "handed_back": st.lists(kinds, max_size=2).map(tuple),
    "team": st.lists(st.sampled_from(OFFICIALS), max_size=4).map(tuple), "lease": st.integers(0, 2),
    "count": st.integers(0, 3), "sheet": st.integers(0, 3), "boxes": st.lists(box_ids, max_size=2).map(tuple),
    "version": st.integers(0, 3), "hash": st.sampled_from(["5e" * 32, hash_of(PACKAGE)]),
    "head": st.just("5e" * 32), "epoch": st.just("ab" * 16), "override": words,
    "station": st.sampled_from(["hall", "school", "x"]), "certificate": st.just("5e" * 32), "again": words,
    "where": st.sampled_from(["boxes", "desk:hall", "box:hall-1", ""]), "difference": st.integers(-3, 3),
}  # fmt: skip


def whatever(kind: type[ev.Event]) -> st.SearchStrategy[ev.Event]:
    """Any event of a kind that could be written down at all."""
    hints = get_type_hints(kind, include_extras=True)
    plain = {int: numbers, str: words, bool: st.booleans()}
    known = FIELDS | ({"papers": numbers} if hints.get("papers") is int else {})
    fields = {name: known.get(name, plain.get(hints[name])) for name in kind.__dataclass_fields__}
    return st.builds(kind, **{name: found for name, found in fields.items() if found is not None})


raw = st.tuples(st.just("raw"), st.sampled_from(sorted(ev.KINDS)).flatmap(lambda name: whatever(ev.KINDS[name])))
acts = st.lists(st.tuples(st.one_of(commands, commands, calls, raw), who), min_size=5, max_size=ACTS)

# ---- the stations --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both stations' folders as they stand at five moments of the day."""
    folders = {stage: tmp_path_factory.mktemp(stage.replace(" ", "-")) for stage in STAGES}
    for stage, folder in folders.items():
        prepare(folder / "hall")
        prepare(folder / "school", "school")
        with opened(folder) as both:
            for chapter in STAGES[stage]:
                chapter(both["hall"], both["school"])
    return folders


class opened(ExitStack):  # noqa: N801  # reads as what it does
    """Both stations of a folder, running."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def __enter__(self) -> dict[str, Place]:  # type: ignore[override]
        return {
            name: self.enter_context(run(Folder(self._folder / name), name, seed=seed))
            for seed, name in enumerate(("hall", "school"), 1)
        }


def do(keeper: Keeper, act: tuple[str, Any], by: tuple[By, ...]) -> None:
    name, given_ = act
    if name == "raw":
        keeper.propose([given_], by)
    elif name == "call":
        for _ in range(given_["times"]):
            counting.call_paper(keeper, given_["paper"], marks=given_["marks"])
    else:
        COMMANDS[name][0](keeper, by, **given_)


def tried(keeper: Keeper, act: tuple[str, Any], by: tuple[By, ...]) -> None:
    before = keeper.head, keeper.fingerprint()
    try:
        do(keeper, act, by)
    except Refusal:
        left_nothing = (keeper.head, keeper.fingerprint()) == before
        assert left_nothing, act


def merged(folder: Path, both: dict[str, Place]) -> Office:
    office = Office(folder / "office", PACKAGE)
    sent = [raw for place in both.values() if cut_now(place.keeper) >= 0 for raw in batches(place)]
    for data in (*sent, *sent):
        answer = office.receive(data)
        assert answer.status in ("accepted", "held"), answer.reasons
    return office


@pytest.mark.slow
@pytest.mark.parametrize("stage", STAGES)
@settings(
    max_examples=EXAMPLES,
    phases=GENERATE,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
@given(name=st.sampled_from(["hall", "school"]), proposed=acts)
def test_what_was_accepted_is_no_finding_and_what_was_refused_left_nothing(
    stages: dict[str, Path], stage: str, name: str, proposed: list[Any]
):
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copytree(stages[stage], folder, dirs_exist_ok=True)
        with opened(folder) as both:
            keeper = both[name].keeper
            for act, by in proposed:
                tried(keeper, act, by)
            checked = check(keeper)
            assert checked.findings == ()
            assert checked.fingerprint == keeper.fingerprint()
            office = merged(folder, both)
            assert office.rows("finding") == office.rows("waiting") == []
            assert len(office.rows("event")) == sum(len(lines_of(place.keeper)) for place in both.values())
            office.engine.dispose()
