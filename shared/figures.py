"""How dates, counts, shares and fingerprints are written on screens, on paper and in a console, in both languages."""

from datetime import date, datetime
from typing import Final

from shared.errors import Language

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(value: date | str, language: Language) -> str:
    """2026年12月20日, or 20 Dec 2026."""
    when = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    if language == "en":
        return f"{when.day} {MONTHS[when.month - 1]} {when.year}"
    return f"{when.year}年{when.month}月{when.day}日"


def clock(value: datetime | str) -> str:
    """09:42, in the offset that the moment was written with."""
    when = datetime.fromisoformat(value) if isinstance(value, str) else value
    return when.strftime("%H:%M")


def moment(value: datetime | str, language: Language) -> str:
    """2026年12月20日 09:42, or 20 Dec 2026, 09:42."""
    when = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{day(when, language)}{', ' if language == 'en' else ' '}{clock(when)}"


def number(value: int) -> str:
    """1,047, with a true minus sign."""
    return f"{value:,}".replace("-", "−")


def percent(part: int, whole: int) -> str:
    """Half up to one place, in integers: no float may decide on which side of a line a figure falls."""
    if whole == 0:
        return "—"
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10:,}.{tenths % 10}%"


def fingerprint(key_id: str) -> str:
    """What people compare of a key: ABCD EFGH IJKL MNOP."""
    short = key_id[:16].upper()
    return " ".join(short[start : start + 4] for start in range(0, 16, 4))


def state_fingerprint(digest: str) -> str:
    """What screens show of a state: 7F3A-91C2."""
    return f"{digest[:4]}-{digest[4:8]}".upper()
