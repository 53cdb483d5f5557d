"""Damaged, forged and oversized batches at the office: each is refused, or recognised as the batch that it was; nothing
else merges, and the signed answer names the cause and what to send next."""

import json
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from rehearsal.programs import Program
from shared import canonical, codec, dsse, envelope, receipt
from shared.envelope import BATCH
from shared.keys import SigningKey
from shared.receipt import Receipt
from tests import cast
from tests.central.offices import Office
from tests.shared import liuhe
from tests.station.place import PACKAGE
from tests.stories.programs import central, office_on_disk, running
from tests.story import Day

SENT, FIRST, LAST = 8, 9, 10  # the office holds lines 1 to 8 of the hall; 9 and 10 are an admission and its arrival


def state(office: Office) -> tuple[Any, ...]:
    """Everything that a merge would change."""
    kept = {table: office.rows(table) for table in ("batch", "standing", "decision")}
    return office.fingerprint(cast.UNIT_ID), office.projection(), kept


@pytest.fixture
def office(day: Day, tmp_path: Path) -> Office:
    office = Office(tmp_path / "office", PACKAGE)
    office.receive(day.hall.batch(1, SENT))
    return office


def flips(data: bytes) -> Iterator[bytes]:
    """Every way to turn one bit of ``data`` over."""
    for place, byte in enumerate(data):
        for bit in range(8):
            yield data[:place] + bytes([byte ^ (1 << bit)]) + data[place + 1 :]


@pytest.mark.slow
def test_every_flipped_bit_is_refused(day: Day, office: Office):
    before = state(office)
    whole = day.hall.batch(FIRST, LAST)
    answers = {office.receive(damaged).status for damaged in flips(whole)}
    assert answers == {"refused"}
    assert state(office) == before
    assert office.receive(whole).status == "accepted"


@pytest.mark.slow
def test_every_flipped_bit_of_a_known_batch_is_refused_or_recognised(day: Day, office: Office):
    whole = day.hall.batch(FIRST, LAST)
    first = office.receive(whole)
    before = state(office)
    for damaged in flips(whole):
        answer = office.receive(damaged)
        assert answer == first or answer.status == "refused"
    assert state(office) == before


def test_every_flipped_bit_of_the_compact_form_is_refused_or_is_that_batch(day: Day, office: Office):
    """A bit of the container may say how much memory to unpack with: what comes out is the very same batch."""
    whole = day.hall.batch(FIRST, LAST)
    answers = [office.receive(damaged) for damaged in flips(envelope.compact(whole))]
    taken = [answer for answer in answers if answer.status != "refused"]
    assert len(taken) < 8
    assert {answer.batch for answer in taken} == {envelope.peek(whole)}
    assert {row[1]: row[7] for row in office.rows("batch")}[envelope.peek(whole)] == whole
    assert [row[3] for row in office.rows("head")] == [LAST]


def test_a_file_cut_off_anywhere_is_refused(day: Day, office: Office):
    before = state(office)
    whole = day.hall.batch(FIRST, LAST)
    for form in (whole, envelope.compact(whole)):
        assert {office.receive(form[:end]).status for end in range(len(form))} == {"refused"}
    assert state(office) == before


# ---- one example of each fault, and what the answer says ---------------------------------------------------------


def sealed(day: Day, lines: tuple[bytes, ...], *, key: SigningKey = cast.HALL_KEY, **other: Any) -> bytes:
    """A batch behind line 8 that an honest station would never write. ``other``: fields of its header."""
    header = envelope.header_after(
        day.hall.head(SENT),
        lines,
        election=cast.ELECTION_ID,
        package=day.hall.package,
        certificates=day.hall.certificates,
    )
    first = dsse.sign(BATCH, canonical.encode(codec.write(replace(header, **other))), [key])
    return b"\n".join((first, *lines, b""))


def honest(day: Day) -> tuple[bytes, ...]:
    return day.hall.lines[FIRST - 1 : LAST]


def under_another_root(day: Day) -> bytes:
    forger = SigningKey.from_seed(b"forger".ljust(32, b"."))
    office = replace(liuhe.OFFICE, public=forger.public.base64).issue([forger])
    return sealed(day, honest(day), certificates=(office, liuhe.HALL.issue([forger])))


def deep_line(day: Day) -> bytes:
    deep = honest(day)[0].replace(b'"data":{', b'"data":{"a":' + b"[" * 30 + b"]" * 30 + b",")
    return sealed(day, (deep,))


@dataclass(frozen=True)
class Fault:
    """What is wrong, the code that the answer names, and the status over HTTP."""

    name: str
    make: Callable[[Day], bytes]
    code: str
    status: int = 422


FAULTS = (
    Fault("truncated", lambda day: day.hall.batch(FIRST, LAST)[:-7], "cut_off"),
    Fault(
        "line missing", lambda day: day.hall.batch(FIRST, LAST).replace(honest(day)[1] + b"\n", b""), "incomplete_batch"
    ),
    Fault("line changed", lambda day: sealed(day, honest(day)).replace(b'"own"', b'"OWN"', 1), "broken_chain"),
    Fault("wrong key", lambda day: sealed(day, honest(day), key=liuhe.STRANGER_KEY), "missing_signature"),
    Fault("wrong root", under_another_root, "wrong_root"),
    Fault("wrong election", lambda day: sealed(day, honest(day), election="elsewhere-2026"), "wrong_election"),
    Fault("school's name", lambda day: sealed(day, honest(day), device=day.school.device), "wrong_device"),
    Fault("gap", lambda day: day.hall.batch(LAST, 20), "gap", 202),
    Fault("oversize", lambda day: day.hall.batch(FIRST, LAST) + b" " * (8 << 20), "batch_too_large", 413),
    Fault("5,001 lines", lambda day: day.hall.batch(FIRST, LAST) + b"{}\n" * 4_999, "too_many_lines"),
    Fault("bomb", lambda day: zlib.compress(b"{" * (33 << 20), 9), "batch_too_large", 413),
    Fault("deep envelope", lambda day: b'{"a":' * 100_000 + b"}" * 100_000 + b"\n{}\n", "too_deep"),
    Fault("deep line", deep_line, "too_deep"),
    Fault("nothing", lambda day: b"", "empty_file"),
    Fault("a picture", lambda day: b"\x89PNG\r\n\x1a\n" + bytes(5_000), "not_a_batch"),
)


def says_why(answer: Receipt, fault: Fault, day: Day) -> None:
    """The cause and the next step in both languages; where the batch is proved to be the hall's, what is held of it."""
    assert [one.code for one in answer.reasons] == [fault.code]
    refusal = answer.reasons[0].refusal()
    assert all(refusal.sentence(language) and refusal.advice(language) for language in ("zh", "en"))
    if answer.device is not None:
        assert (answer.accepted, answer.head) == (SENT, day.hall.head(SENT).hash)
    if fault.code == "gap":
        assert refusal.facts["next"] == SENT + 1


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_the_answer_names_the_cause_and_what_to_send_next(day: Day, office: Office, fault: Fault):
    before = office.projection() | {"waiting": []}
    says_why(office.receive(fault.make(day)), fault, day)
    assert office.projection() | {"waiting": []} == before
    assert office.receive(day.hall.batch(FIRST, LAST)).status == "accepted"


@pytest.fixture(scope="module")
def served(day: Day, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The real program, which holds the first lines of the hall."""
    with running(central(office_on_disk(tmp_path_factory.mktemp("served") / "office"))) as (program,):
        assert post(program, day.hall.batch(1, SENT))[0] == 200
        yield program
        assert "Traceback" not in program.log.read_text(encoding="utf-8")


def post(program: Program, data: bytes) -> tuple[int, bytes]:
    asked = urllib.request.Request(f"{program.url}/api/v1/envelopes", data)
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_over_http_the_answer_is_a_signed_receipt_too(day: Day, served: Program, fault: Fault):
    status, answer = post(served, fault.make(day))
    assert status == fault.status
    says_why(receipt.open_(answer, [liuhe.OFFICE_KEY.public]), fault, day)


def test_over_http_a_repeat_gets_the_same_bytes_again(day: Day, served: Program):
    first = post(served, day.hall.batch(1, SENT))
    assert post(served, day.hall.batch(1, SENT)) == first
    assert post(served, envelope.compact(day.hall.batch(1, SENT))) == first


def test_over_http_what_no_batch_can_be_is_told_so_before_it_is_read(served: Program):
    status, answer = post(served, bytes(10 << 20))
    said = json.loads(answer)
    assert (status, said["code"]) == (413, "too_large")
    assert said["sentence"]
    assert said["advice"]
