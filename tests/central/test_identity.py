"""Identity numbers by GB 11643, and the hash that stands for them."""

from datetime import date

import pytest

from central.rolls.identity import check_character, id_hash, read_identity

WANG_PING = "11010519491231002X"  # the example printed in the standard itself


def test_the_standards_own_example():
    person = read_identity(WANG_PING)
    assert (person.born, person.sex, person.last4, person.checked) == (date(1949, 12, 31), "f", "002X", True)
    assert check_character(WANG_PING[:17]) == "X"


def test_every_single_mistyped_digit_is_noticed():
    for place in range(17):
        wrong = str((int(WANG_PING[place]) + 1) % 10)
        person = read_identity(WANG_PING[:place] + wrong + WANG_PING[place + 1 :])
        assert person is None or not person.checked


def test_two_digits_exchanged_are_noticed():
    assert not read_identity("11010519491231020X").checked


@pytest.mark.parametrize(
    "number", ["", "1101051949123100", "11010519491331002X", "1101051949123100XX", "110105194912310x2X"]
)
def test_what_has_no_form_is_none(number: str):
    assert read_identity(number) is None


def test_the_hash_depends_on_the_key():
    assert id_hash(b"a" * 32, WANG_PING) == id_hash(b"a" * 32, WANG_PING)
    assert id_hash(b"a" * 32, WANG_PING) != id_hash(b"b" * 32, WANG_PING)
