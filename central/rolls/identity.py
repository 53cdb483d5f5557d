"""The citizen identity number (GB 11643): what it says about a person, and the keyed hash that stands for it.

The number itself is looked at while a roll is read and is kept nowhere: the roll keeps the last four characters, and
central keeps `id_hash`, which only the holder of the office's secret key can compute.
"""

import hmac
import re
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final

WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS: Final = "10X98765432"
_FORM: Final = re.compile(r"[0-9]{17}[0-9X]")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a well-formed number says. ``sex``: "m" or "f"; ``checked``: its last character fits the other seventeen."""

    born: date
    sex: str
    last4: str
    checked: bool


def read_identity(number: str) -> Identity | None:
    """What ``number`` says; None when it is not 17 digits, then a digit or X, with a real date in places 7 to 14."""
    if not _FORM.fullmatch(number):
        return None
    born = _date(number[6:14])
    if born is None:
        return None
    sex = "m" if int(number[16]) % 2 else "f"
    return Identity(born, sex, number[14:], number[17] == check_character(number[:17]))


def check_character(digits: str) -> str:
    """The eighteenth character for seventeen digits: weighted sum mod 11 (GB 11643-1999, ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True))
    return CHECK_CHARACTERS[total % 11]


def id_hash(key: bytes, id_number: str) -> str:
    """HMAC-SHA-256 of the number under the office's secret key, hex: finds one person on two rolls, tells nothing else.

    A bare hash would not do: region, birth date and the last four characters leave few numbers to try.
    """
    return hmac.new(key, id_number.encode("ascii"), sha256).hexdigest()


def _date(digits: str) -> date | None:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    try:
        return date(year, month, day)
    except ValueError:
        return None
