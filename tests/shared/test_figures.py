from datetime import date

import pytest

from shared.figures import clock, day, fingerprint, moment, number, percent, state_fingerprint


def test_dates_read_as_each_language_writes_them():
    assert moment("2026-12-20T09:42:31+08:00", "zh") == "2026年12月20日 09:42"
    assert moment("2026-12-20T09:42:31+08:00", "en") == "20 Dec 2026, 09:42"
    assert day(date(2026, 3, 1), "zh") == "2026年3月1日"
    assert day("2026-03-01", "en") == "1 Mar 2026"


def test_a_clock_keeps_the_offset_of_the_device_that_wrote_it():
    assert clock("2026-12-20T00:05:00+06:00") == "00:05"


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(551, 1047, "52.6%"), (1047, 1595, "65.6%"), (1, 8, "12.5%"), (1, 2000, "0.1%"), (1, 2001, "0.0%"),
     (1, 3, "33.3%"), (2, 3, "66.7%"), (0, 5, "0.0%"), (5, 5, "100.0%"), (3, 0, "—")],
)  # fmt: skip
def test_shares_are_rounded_half_up_in_integers(part: int, whole: int, shown: str):
    assert percent(part, whole) == shown


def test_counts_have_separators():
    assert number(1047) == "1,047"
    assert number(-3) == "−3"


def test_fingerprints_are_shown_in_fours():
    assert fingerprint("abcdefghijklmnopqrstuvwx") == "ABCD EFGH IJKL MNOP"
    assert state_fingerprint("7f3a91c2" + "0" * 56) == "7F3A-91C2"
