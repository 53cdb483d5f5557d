"""PINs: chosen once with a slip, never kept as they are, and guarded by a wait that doubles."""

import pytest

from shared.errors import Refusal
from station.pins import Pins
from tests.station.place import Place

PIN = "829164"


@pytest.fixture
def pins(hall: Place) -> Pins:
    """Wu has a PIN; Zhou has a slip only."""
    pins = Pins(hall.keeper)
    slips = pins.make_slips(["wu", "zhou"])
    pins.choose("wu", slips["wu"], PIN)
    return pins


def wrong(pins: Pins, official: str = "wu") -> str:
    with pytest.raises(Refusal) as refused:
        pins.verify(official, "000000")
    return refused.value.code


def test_the_pin_that_was_chosen_is_the_pin(pins: Pins):
    pins.verify("wu", PIN)
    assert wrong(pins) == "pin_wrong"


def test_without_a_pin_nobody_signs_in(pins: Pins):
    assert wrong(pins, "zhou") == "pin_not_set"
    assert wrong(pins, "nobody") == "pin_not_set"


def test_after_five_failures_even_the_right_pin_must_wait(pins: Pins, hall: Place):
    assert [wrong(pins) for _ in range(5)] == ["pin_wrong"] * 4 + ["pin_locked"]
    with pytest.raises(Refusal, match="pin_locked"):
        pins.verify("wu", PIN)
    hall.clock.passes(seconds=31)
    pins.verify("wu", PIN)
    assert wrong(pins) == "pin_wrong"


def test_the_wait_doubles_up_to_a_quarter_of_an_hour(pins: Pins, hall: Place):
    for _ in range(12):
        wrong(pins)
        hall.clock.passes(minutes=15, seconds=1)
    assert wrong(pins) == "pin_locked"
    hall.clock.passes(minutes=14)
    assert wrong(pins) == "pin_locked"
    hall.clock.passes(minutes=1, seconds=1)
    pins.verify("wu", PIN)


def test_a_slip_works_once(pins: Pins):
    with pytest.raises(Refusal, match="slip_used"):
        pins.choose("wu", "ABCD-EFGH", "739182")


def test_a_slip_may_be_typed_in_small_letters_without_its_dash(hall: Place):
    pins = Pins(hall.keeper)
    slip = pins.make_slips(["sun"])["sun"]
    with pytest.raises(Refusal, match="slip_wrong"):
        pins.choose("sun", "wrong-one", PIN)
    pins.choose("sun", slip.replace("-", "").lower(), PIN)
    pins.verify("sun", PIN)


def test_nobody_who_has_a_pin_gets_another_slip_by_loading_again(pins: Pins):
    assert pins.make_slips(["wu", "zhou"]) == {}
    assert pins.renew_slip("wu")
    assert wrong(pins) == "pin_not_set"


@pytest.mark.parametrize("pin", ["12345", "123456", "111111", "987654", "abcdef", "1234567890123", "８２９１６４"])
def test_an_easy_pin_is_refused(hall: Place, pin: str):
    pins = Pins(hall.keeper)
    slip = pins.make_slips(["sun"])["sun"]
    with pytest.raises(Refusal, match="pin_weak"):
        pins.choose("sun", slip, pin)


def test_no_pin_stands_in_the_database(pins: Pins, hall: Place):
    with hall.keeper.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT pin_hash, slip_hash FROM officials").fetchall()
    assert all(PIN not in value for row in rows for value in row)
    assert {row[0][:9] for row in rows if row[0]} == {"$argon2id"}
