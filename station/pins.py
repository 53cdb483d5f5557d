"""PINs of officials: set at the station with a one-time slip, kept as Argon2id, guarded by a wait that doubles.

A failure is counted, durably, before the answer is given, so neither a crash nor many phones give more guesses.
"""

import threading
from base64 import b32encode
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from shared.errors import Refusal
from station.keeper import Keeper
from station.store import officials
from station.store.opening import reading

# Least figures of the OWASP password storage cheat sheet: a tablet checks a PIN in a fifth of a second.
PASSES: Final = 2
LANES: Final = 1
MEMORY: Final = 19 * 1024
FREE_TRIES: Final = 5
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(minutes=15)
LEAST_DIGITS: Final = 6
MOST_DIGITS: Final = 12


class Pins:
    """The PINs of one station. One is checked at a time: each check takes memory, and a tablet has little."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._one_at_a_time = threading.Lock()

    def verify(self, official: str, pin: str) -> None:
        """Refuses pin_not_set, pin_wrong (how many tries are left), pin_locked (until when)."""
        with self._one_at_a_time:
            kept = self._kept(official)
            if not kept.pin_hash:
                raise Refusal("pin_not_set", official=official)
            self._hold_wait(kept)
            self._fail(kept)
            if not _fits(pin, kept.pin_hash):
                raise self._wrong(kept, "pin_wrong")
            self._keeper.write(lambda connection: officials.clear_failures(connection, official))

    def is_set(self, official: str) -> bool:
        """Whether this official has chosen a PIN here."""
        return bool(self._kept(official).pin_hash)

    def choose(self, official: str, slip: str, pin: str) -> None:
        """Set the PIN with the one-time slip, which is used up. Refuses slip_used, slip_wrong, pin_locked, pin_weak."""
        with self._one_at_a_time:
            kept = self._kept(official)
            if not kept.slip_hash:
                raise Refusal("slip_used", official=official)
            self._hold_wait(kept)
            if not _is_strong(pin):
                raise Refusal("pin_weak", least=LEAST_DIGITS, most=MOST_DIGITS)
            self._fail(kept)
            if not _fits(_typed(slip), kept.slip_hash):
                raise self._wrong(kept, "slip_wrong")
            hash_ = self._hash(pin)
            self._keeper.write(lambda connection: officials.set_pin(connection, official, hash_))

    def make_slips(self, names: Iterable[str]) -> dict[str, str]:
        """A new slip for each official who has neither PIN nor slip: official -> code to print."""
        fresh = {name: self._code() for name in names if not self._begun(name)}
        hashes = {name: self._hash(_typed(code)) for name, code in fresh.items()}
        self._keeper.write(lambda connection: officials.add_slips(connection, hashes))
        return fresh

    def renew_slip(self, official: str) -> str:
        """A new slip for somebody who forgot the PIN; the old PIN ends."""
        code = self._code()
        hash_ = self._hash(_typed(code))
        self._keeper.write(lambda connection: officials.add_slips(connection, {official: hash_}))
        return code

    def _kept(self, official: str) -> officials.Kept:
        with reading(self._keeper.engine) as connection:
            return officials.find(connection, official)

    def _begun(self, official: str) -> bool:
        kept = self._kept(official)
        return bool(kept.pin_hash or kept.slip_hash)

    def _hold_wait(self, kept: officials.Kept) -> None:
        if kept.locked_until and datetime.fromisoformat(kept.locked_until) > self._keeper.now():
            raise Refusal("pin_locked", official=kept.official, until=kept.locked_until)

    def _fail(self, kept: officials.Kept) -> None:
        """Count a failure beforehand; success clears it."""
        failures = kept.failures + 1
        wait = min(FIRST_WAIT * 2 ** min(failures - FREE_TRIES, 10), LONGEST_WAIT) if failures >= FREE_TRIES else None
        until = (self._keeper.now() + wait).isoformat(timespec="seconds") if wait else ""
        self._keeper.write(lambda connection: officials.count_failure(connection, kept.official, failures, until))

    def _wrong(self, kept: officials.Kept, code: str) -> Refusal:
        left = FREE_TRIES - kept.failures - 1
        if left > 0:
            return Refusal(code, official=kept.official, left=left)
        return Refusal("pin_locked", official=kept.official, until=self._kept(kept.official).locked_until)

    def _hash(self, secret: str) -> str:
        derive = Argon2id(salt=self._keeper.random(16), length=32, iterations=PASSES, lanes=LANES, memory_cost=MEMORY)
        return derive.derive_phc_encoded(secret.encode())

    def _code(self) -> str:
        """Eight characters that nobody takes for each other, in fours (40 bits; five tries, then a wait)."""
        code = b32encode(self._keeper.random(5)).decode()
        return f"{code[:4]}-{code[4:]}"


def _fits(secret: str, phc: str) -> bool:
    try:
        Argon2id.verify_phc_encoded(secret.encode(), phc)
    except InvalidKey:
        return False
    return True


def _typed(slip: str) -> str:
    """Blanks, dashes and small letters make no difference on a slip."""
    return "".join(character for character in slip.upper() if character.isalnum())


def _is_strong(pin: str) -> bool:
    """Digits only, enough of them, not one digit and not a run such as 123456."""
    if not (pin.isascii() and pin.isdigit() and LEAST_DIGITS <= len(pin) <= MOST_DIGITS):
        return False
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return not (len(steps) == 1 and steps <= {0, 1, 9})
