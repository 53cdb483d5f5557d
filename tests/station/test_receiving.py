"""Another station's batches: verified, kept verbatim, answered with a signed receipt; nothing merges by itself."""

import pytest

from shared import envelope, query, receipt
from shared.certificate import Subject
from shared.errors import Refusal
from shared.line import By, Line, write
from shared.receipt import Receipt
from station.commands import log
from station.receiving import answer, receive
from station.sending import cut_now
from station.store import outbox, siblings
from station.store.opening import reading
from tests import cast
from tests.shared import liuhe
from tests.station.place import Place, lines_of


def files(place: Place) -> list[bytes]:
    cut_now(place.keeper)
    with reading(place.keeper.engine) as connection:
        return [cut.raw for cut in outbox.every(connection)]


def answered(place: Place, data: bytes) -> Receipt:
    return receipt.open_(receive(place.keeper, data), [place.keeper.enrolment.key.public])


def three_batches(place: Place) -> list[bytes]:
    files(place)
    place.opens()
    files(place)
    place.admits(cast.HE_PING)
    return files(place)


def test_a_batch_is_kept_verbatim_and_answered(hall: Place, school: Place):
    (raw,) = files(hall)
    made = answered(school, raw)
    assert (made.status, made.accepted, made.head) == ("accepted", 2, hall.keeper.head.hash)
    with reading(school.keeper.engine) as connection:
        assert [one.raw for one in siblings.of_log(connection, hall.keeper.device, hall.keeper.head.epoch)] == [raw]


def test_the_same_batch_gets_the_same_receipt(hall: Place, school: Place):
    (raw,) = files(hall)
    assert receive(school.keeper, raw) == receive(school.keeper, raw)
    assert receive(school.keeper, raw) == receive(school.keeper, envelope.compact(raw))


def test_a_batch_behind_a_gap_is_held_and_follows_by_itself(hall: Place, school: Place):
    first, second, third = three_batches(hall)
    held = answered(school, third)
    assert (held.status, held.reasons[0].code, held.reasons[0].facts["next"]) == ("held", "gap", 1)
    assert answered(school, first).status == "accepted"
    assert answered(school, second).accepted == 7
    assert answered(school, third).accepted == hall.keeper.head.through
    assert [head.through for head in school.keeper._others] == [hall.keeper.head.through]


def test_any_order_gives_the_same_head(hall: Place, school: Place):
    for raw in reversed(three_batches(hall)):
        receive(school.keeper, raw)
    assert list(school.keeper._others) == [hall.keeper.head]


def test_every_flipped_byte_is_refused_or_recognised(hall: Place, school: Place):
    (raw,) = files(hall)
    for place in range(0, len(raw), 7):
        made = answered(school, raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        assert made.status == "refused"
    assert school.keeper._others == ()


def test_a_batch_of_another_unit_is_refused(hall: Place):
    stranger = Subject(
        "station", liuhe.STRANGER_KEY.public.base64, "别村", "2026-11-01",
        election=cast.ELECTION_ID, unit="liuhe-2026/other", station="hall", sealing=cast.HALL_SEALING.public,
    )  # fmt: skip
    line = write(Line(1, "2026-11-08T08:00:00+08:00", "epoch.opened", (By("a", "b"), By("c", "b")), {"reason": "x"}))
    start = envelope.chain.start(liuhe.STRANGER_KEY.public.id, cast.ELECTION_ID, "ab" * 16)
    certificates = (liuhe.OFFICE_CERTIFICATE, stranger.issue([liuhe.OFFICE_KEY]))
    header = envelope.header_after(
        start, [line], election=cast.ELECTION_ID, package="5e" * 32, certificates=certificates
    )
    made = answered(hall, envelope.seal(header, [line], liuhe.STRANGER_KEY))
    assert (made.status, made.reasons[0].code) == ("refused", "wrong_unit")


def forked(place: Place) -> bytes:
    """What the hall's key would sign if an old copy of its database had gone on."""
    lines = lines_of(place.keeper)[:2]
    other = write(
        Line(3, "2026-11-08T09:00:00+08:00", "attendance.arrived", (By("wu", "d"),), {"voter": 9}, salt="0f" * 16)
    )
    start = envelope.chain.start(place.keeper.device, cast.ELECTION_ID, place.keeper.head.epoch).after(lines)
    chain = place.keeper.enrolment.chain
    header = envelope.header_after(start, [other], election=cast.ELECTION_ID, package="5e" * 32, certificates=chain)
    return envelope.seal(header, [other], cast.HALL_KEY)


def test_a_fork_is_kept_and_counts_nowhere(open_hall: Place, school: Place):
    (raw,) = files(open_hall)
    receive(school.keeper, raw)
    made = answered(school, forked(open_hall))
    assert (made.status, made.reasons[0].code) == ("quarantined", "forked")
    assert list(school.keeper._others) == [open_hall.keeper.head]


def test_our_own_batch_that_we_do_not_know_makes_us_read_only(open_hall: Place):
    assert answered(open_hall, files(open_hall)[0]).status == "accepted"
    assert answered(open_hall, forked(open_hall)).status == "held"
    with pytest.raises(Refusal, match="database_forked"):
        open_hall.admits(cast.HE_PING)


def test_a_log_is_taken_in_by_an_event_of_its_own(open_hall: Place, school: Place):
    receive(school.keeper, files(open_hall)[0])
    assert open_hall.keeper.device not in school.keeper.state.books
    log.take(school.keeper, school.heads[:1])
    assert school.keeper.state.books[open_hall.keeper.device].rounds[1].opened
    with pytest.raises(Refusal, match="nothing_to_take"):
        log.take(school.keeper, school.heads[:1])


def question(place: Place, want: str, *about: str, at: str = "2026-11-08T08:00:00+08:00") -> bytes:
    enrolment = place.keeper.enrolment
    return query.ask(
        enrolment.key, want, about, election=cast.ELECTION_ID, at=at, certificates=enrolment.chain
    )  # fmt: skip


def test_an_enrolled_station_is_told_heads_and_given_batches(open_hall: Place, school: Place):
    (raw,) = files(open_hall)
    heads = answer(open_hall.keeper, question(school, "heads"), open_hall.clock())
    assert open_hall.keeper.head.hash.encode() in heads
    place = query.from_(open_hall.keeper.device, open_hall.keeper.head.epoch, 1)
    given = answer(open_hall.keeper, question(school, "batches", place), open_hall.clock())
    assert envelope.canonical.to_base64(raw).encode() in given


def test_nobody_else_is_told_anything(open_hall: Place, school: Place):
    with pytest.raises(Refusal, match="question_too_old"):
        answer(open_hall.keeper, question(school, "heads", at="2026-11-06T08:00:00+08:00"), open_hall.clock())
    asked = query.ask(
        liuhe.STRANGER_KEY, "heads", (), election=cast.ELECTION_ID, at="2026-11-08T08:00:00+08:00",
        certificates=school.keeper.enrolment.chain,
    )  # fmt: skip
    with pytest.raises(Refusal, match="missing_signature"):
        answer(open_hall.keeper, asked, open_hall.clock())
