"""What one cell means: a name, a number, a date, a sex, a group. What is beyond doubt is mended, and told."""

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from openpyxl.utils.datetime import from_excel

from central.rolls.cells import Cell
from central.rolls.pinyin_keys import DOT

_DOTS: Final = re.compile(r"[•・‧∙⋅●.·]")
_INVISIBLE: Final = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_BETWEEN_CHINESE: Final = re.compile(r"(?<![A-Za-z]) | (?![A-Za-z])")
_DATE_FORMS: Final = (
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]?"),
    re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]?0{1,2}:00(?::00)?)?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
    re.compile(r"(\d{4})年(\d{1,2})月?()"),
    re.compile(r"(\d{4})[-/.](\d{1,2})()"),
    re.compile(r"(\d{4})(\d{2})()"),
)
_EXCEL_DAYS: Final = range(3_000, 80_000)  # serial day numbers of the years 1908 to 2119; 2000 alone is a year
_SEXES: Final = {"男": "m", "男性": "m", "M": "m", "女": "f", "女性": "f", "F": "f"}
ROUND_ZERO: Final = "\u3007"  # a number to Unicode, a character of names to people
# letters, their marks, private characters of old systems, and rare ones (Cn) that this Python is too old to know
_NAME_CATEGORIES: Final = ("Lo", "Lu", "Ll", "Lt", "Lm", "Mn", "Mc", "Co", "Cn")
_CHINESE_DIGITS: Final = ROUND_ZERO + "一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Birth:
    """A birth date as the sheet gives it; ``day`` is 0 where only the month is given."""

    year: int
    month: int
    day: int

    def agrees(self, born: date) -> bool:
        return (self.year, self.month) == (born.year, born.month) and self.day in (0, born.day)


def text(cell: Cell) -> str:
    """The words of a cell, trimmed; a whole number without a decimal point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and math.isfinite(cell) and cell == int(cell):
        return str(int(cell))
    return _INVISIBLE.sub(" ", str(cell)).strip()


def read_name(cell: Cell) -> tuple[str, tuple[str, ...]]:
    """The name and what was mended in it: spaces between Chinese characters, and the dot of a minority name.

    The characters themselves are never normalised: a rare one is the person's own.
    """
    raw = "" if cell is None else str(cell)
    name = _BETWEEN_CHINESE.sub("", _INVISIBLE.sub(" ", raw).strip())
    mends = ("mend_spaces_in_name",) if name != raw else ()
    dotted = _DOTS.sub(DOT, name)
    return dotted, (*mends, "mend_dot_in_name") if dotted != name else mends


def odd_characters(name: str) -> str:
    """What cannot stand in a name: digits, signs, brackets, the marks that a wrong encoding leaves behind."""
    return "".join(sign for sign in name if not _belongs_in_a_name(sign))


def _belongs_in_a_name(sign: str) -> bool:
    return sign in (DOT, " ", ROUND_ZERO) or unicodedata.category(sign) in _NAME_CATEGORIES


def read_id(cell: Cell) -> tuple[str, tuple[str, ...]]:
    """The number in plain digits and a capital X, and what was mended: full-width digits, spaces, a small x."""
    raw = text(cell)
    plain = unicodedata.normalize("NFKC", raw)
    number = "".join(plain.split()).lstrip("'`").upper()
    mends = ["mend_full_width_digits"] if plain != raw else []
    if number != plain:
        mends.append("mend_id_spelling")
    return number, tuple(mends)


def lost_digits(cell: Cell) -> bool:
    """Whether a spreadsheet kept the number as a number: it holds 15 digits, the rest are noughts."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return abs(cell) >= 10**15
    return isinstance(cell, str) and bool(re.fullmatch(r"\d\.\d+[Ee]\+\d+", cell.strip()))


def read_birth(cell: Cell) -> Birth | None:
    """A date in any form that offices write; None where it is none."""
    if isinstance(cell, datetime | date):
        return Birth(cell.year, cell.month, cell.day)
    if isinstance(cell, int | float) and cell in _EXCEL_DAYS:
        day = from_excel(int(cell))
        return Birth(day.year, day.month, day.day) if isinstance(day, datetime | date) else None
    plain = _plain(cell)
    for form in _DATE_FORMS:
        if match := form.fullmatch(plain):
            year, month, day_ = match.groups()
            return _real(int(year), int(month), int(day_ or 0))
    return None


def read_sex(cell: Cell) -> str | None:
    """Gives "m", "f", "" for an empty cell, None for words that say neither."""
    plain = _plain(cell).upper()
    return _SEXES.get(plain) if plain else ""


def read_no(cell: Cell) -> int:
    """A whole number from 1; 0 for anything else."""
    plain = _plain(cell)
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 10 else 0


def group_number(name: str) -> str:
    """The number in a group's name as digits, so that 第8村民小组, 8组 and 八组 are one; other names as they stand."""
    plain = "".join(unicodedata.normalize("NFKC", name).split())
    if match := re.fullmatch(r"第?(\d+)(?:村民小组|居民小组|小组|组|队|社)?", plain):
        return str(int(match[1]))
    if match := re.fullmatch(r"第?([\u3007一二三四五六七八九十]+)(?:村民小组|居民小组|小组|组|队|社)", plain):
        return str(_chinese_number(match[1]))
    return plain


def _chinese_number(digits: str) -> int:
    if "十" not in digits:
        return int("".join(str(_CHINESE_DIGITS.index(digit)) for digit in digits))
    tens, _, ones = digits.partition("十")
    return 10 * (_CHINESE_DIGITS.index(tens) if tens else 1) + (_CHINESE_DIGITS.index(ones[0]) if ones else 0)


def _plain(cell: Cell) -> str:
    return "".join(unicodedata.normalize("NFKC", text(cell)).split())


def _real(year: int, month: int, day: int) -> Birth | None:
    try:
        date(year, month, day or 1)
    except ValueError:
        return None
    return Birth(year, month, day)
