"""The archive: both forms prove the same heads, and the public one names nobody."""

from dataclasses import replace

import pytest

from shared import archive, chain, dsse, envelope, package
from shared.certificate import Ending, Root, Trust
from shared.envelope import Batch
from shared.errors import Refusal
from tests.shared.liuhe import (
    HALL_KEY,
    HALL_START,
    OFFICE_KEY,
    PHONE_CERTIFICATE,
    RAW_LINES,
    ROOT,
    STRANGER_KEY,
    TRUST,
    batch_file,
)
from tests.shared.liuhe_package import CREDENTIALS, SETUP

FULL = package.read(package.write(SETUP, CREDENTIALS, OFFICE_KEY), TRUST)
PUBLIC = package.read(package.publish(FULL, OFFICE_KEY), TRUST)


def batch(lines: tuple[bytes, ...], after: chain.Head = HALL_START) -> Batch:
    return envelope.open_(batch_file(lines, after), TRUST)


FIRST = batch(RAW_LINES[:2])
SECOND = batch(RAW_LINES[2:], FIRST.head)
BATCHES = (FIRST, SECOND)


def refused(lines: list[bytes], trust: Trust = TRUST) -> str:
    with pytest.raises(Refusal) as refusal:
        archive.verify(lines, trust)
    return refusal.value.code


def test_the_full_archive_holds_every_line():
    found = archive.verify(archive.write([FULL], BATCHES), TRUST)
    assert not found.public
    assert (found.shown, found.left_out) == (3, 0)
    assert tuple(entry.line for section in found.sections for entry in section.entries) == RAW_LINES


def test_the_public_archive_proves_the_same_heads():
    full = archive.verify(archive.write([FULL], BATCHES), TRUST)
    public = archive.verify(archive.write([PUBLIC], BATCHES), TRUST)
    assert public.public
    assert public.heads == full.heads == (SECOND.head,)
    assert (public.shown, public.left_out) == (2, 1)
    assert [section.id for section in public.sections] == [FIRST.id, SECOND.id]


def test_the_public_archive_names_nobody():
    data = b"".join(archive.write([PUBLIC], BATCHES))
    for secret in (b'"voter":812', b"0f1e2d3c4b5a69788796a5b4c3d2e1f0", "李𠮷强".encode()):
        assert secret not in data
    assert chain.digest(RAW_LINES[1]).encode() in data


def test_an_archive_is_public_or_full():
    with pytest.raises(ValueError, match="public or full"):
        list(archive.write([PUBLIC, FULL], BATCHES))
    mixed = [bytes(FULL.signed) + b"\n", *archive.write([PUBLIC], BATCHES)]
    assert refused(mixed) == "not_redacted"


def test_a_public_archive_that_shows_a_voter():
    first, *_ = archive.write([PUBLIC], ())
    assert refused([first, *list(archive.write([FULL], BATCHES))[1:]]) == "not_redacted"


def test_endings_and_decisions_travel_along():
    stated = Ending(PHONE_CERTIFICATE.id, "lost").sign([HALL_KEY])
    decided = dsse.signed(dsse.type_of("decision"), b"{}", [OFFICE_KEY])
    found = archive.verify(archive.write([FULL], BATCHES, [stated, decided]), TRUST)
    assert found.statements == (stated, decided)


def test_a_changed_line_or_hash():
    lines = list(archive.write([PUBLIC], BATCHES))
    for place in (2, 3, 5):
        spoilt = lines.copy()
        spoilt[place] = spoilt[place].replace(b"e", b"f", 1) if place == 3 else spoilt[place].replace(b"zhao", b"zhou")
        assert refused(spoilt) == "broken_chain"


def test_lines_left_out_or_cut_off():
    lines = list(archive.write([FULL], BATCHES))
    assert refused(lines[:-1]) == "cut_off"
    assert refused([*lines[:-1], lines[-1][:-1]]) == "cut_off"
    assert refused([*lines[:1], *lines[4:]]) == "archive_gap"
    assert refused(lines[:2] + lines[3:]) == "broken_chain"
    assert refused(lines[1:]) == "no_package"
    assert refused([]) == "no_package"


def test_a_package_after_the_batches():
    lines = list(archive.write([FULL], BATCHES))
    assert refused([*lines, lines[0]]) == "wrong_type"


def test_another_root():
    lines = list(archive.write([FULL], BATCHES))
    assert refused(lines, Trust(Root(1, (STRANGER_KEY.public.base64,), 1, "x"))) == "wrong_root"


def test_a_fork_is_kept_and_shown():
    other = batch((RAW_LINES[0], RAW_LINES[1].replace(b"812", b"813")))
    found = archive.verify(archive.write([FULL], (*BATCHES, other)), TRUST)
    assert found.forks == ((HALL_KEY.public.id, HALL_START.epoch, 2),)
    assert found.heads == (SECOND.head,)


def test_a_line_nobody_can_read_stays_out_of_the_public_archive():
    odd = batch((b'{"voter": 812}', b'"' + b"0" * 64 + b'"'))
    public = archive.verify(archive.write([PUBLIC], [odd]), TRUST)
    full = archive.verify(archive.write([FULL], [odd]), TRUST)
    assert (public.shown, full.shown) == (0, 1)
    assert public.heads == full.heads


def test_two_versions_of_a_package():
    second = package.read(package.write(replace(SETUP, version=2), CREDENTIALS, OFFICE_KEY), TRUST)
    found = archive.verify(archive.write([FULL, second], BATCHES), Trust(ROOT))
    assert [one.setup.version for one in found.packages] == [1, 2]
