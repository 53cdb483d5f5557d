"""Rolls as offices send them, made for one test each: real .xlsx and CSV bytes, a few named people."""

import csv
import io
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from central.rolls import RollDraft, read_roll
from central.rolls.homes import Homes
from central.rolls.identity import check_character

ROLLS = Path(__file__).parent / "rolls"
VILLAGE = Path(__file__).parents[2] / "rehearsal" / "rolls" / "village-1595.xlsx"
VOTING_DAY = date(2026, 12, 20)
HALL = Homes(lead="hall")
HEADER = ("序号", "村民小组", "姓名", "性别", "出生日期", "公民身份号码", "备注")


def id_number(born: str, serial: str = "001") -> str:
    """A valid number of the region that belongs to nobody; an odd serial is a man's."""
    digits = f"999001{born}{serial}"
    return digits + check_character(digits)


LI_MING = (1, "第1村民小组", "李明", "男", "1980-05-06", id_number("19800506"), "")
WANG_FANG = (2, "第2村民小组", "王芳", "女", "1991-11-30", id_number("19911130", "002"), "")
ZHAO_HAI = (3, "第1村民小组", "赵海", "男", "1975-01-09", id_number("19750109", "003"), "")


def but(person: tuple[object, ...], **changes: object) -> tuple[object, ...]:
    """The same person with some columns otherwise: no, group, name, sex, born, id, remark."""
    places = ("no", "group", "name", "sex", "born", "id", "remark")
    return tuple(changes.get(place, value) for place, value in zip(places, person, strict=True))


def workbook(*rows: tuple[object, ...], header: tuple[str, ...] = HEADER) -> Workbook:
    book = Workbook()
    for row in (header, *rows):
        book.active.append(row)
    return book


def xlsx(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv_text(*rows: tuple[object, ...], header: tuple[str, ...] = HEADER, delimiter: str = ",") -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows((header, *rows))
    return stream.getvalue()


def read(data: bytes, homes: Homes = HALL) -> RollDraft:
    return read_roll(data, voting_day=VOTING_DAY, homes=homes)


def read_rows(*rows: tuple[object, ...]) -> RollDraft:
    return read(xlsx(workbook(*rows)))


def codes(draft: RollDraft) -> list[tuple[int, str]]:
    """(row, code) of every fault."""
    return [(fault.row, fault.code) for fault in draft.faults]
