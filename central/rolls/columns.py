"""Where the people stand in a sheet: the header row by its words, and which rows are no people.

Offices put titles above the header, repeat the header on each printed page, leave blank rows, end with totals and a
line for signatures, and add sheets of notes.
"""

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from central.rolls.cells import Cell, Row, Sheet, is_empty

SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = {
    "no": ("序号", "编号", "选民编号", "选民证号", "选民序号"),
    "name": ("姓名", "选民姓名", "党员姓名", "代表姓名", "会员姓名", "村民姓名", "居民姓名", "名字"),
    "sex": ("性别",),
    "born": ("出生日期", "出生年月", "出生年月日", "出生时间", "生日"),
    "id": ("身份证号", "身份证号码", "公民身份号码", "公民身份证号", "公民身份证号码", "居民身份证号码", "居民身份证号",
           "身份证", "证件号码", "证件号"),
    "group": ("村民小组", "居民小组", "组别", "小组", "所在组", "所属小组", "所在小组", "村组", "组"),
    "community": ("社区", "所在社区", "所属社区", "村居", "自然村", "选区"),
    "household": ("户号", "户编号", "家庭编号", "户籍号", "户口簿号"),
    "householder": ("户主姓名", "户主"),
    "address": ("户籍地址", "住址", "家庭住址", "现住址", "居住地址", "地址", "门牌号"),
    "residence": ("现居住情况", "居住情况", "在家情况", "外出情况", "流动情况", "现居住地"),
    "remark": ("备注", "说明", "附注"),
    "membership": ("党员类别", "党员身份", "党员类型"),
    "representative": ("是否居民代表", "是否村民代表", "是否代表", "居民代表", "村民代表"),
    "station": ("投票站", "投票点", "所属投票站", "投票会场", "会场"),
}  # fmt: skip
ENOUGH: Final = 2  # a header names the person and at least one thing more
LOOK_FOR_HEADER: Final = 50  # rows

_TOTAL: Final = re.compile(r"(合计|总计|共计|小计|本页合计|总人数).*")
_GRAND_TOTAL: Final = re.compile(r"(合计|总计|共计|总人数).*")
_FOOTNOTE: Final = re.compile(
    r"(填表人|填报人|制表|审核|负责人|经办人|联系人|签字|盖章|注:|填表日期|填报日期|第\d+页).*"
)
_TOTAL_AS_NAME: Final = re.compile(r"(本页)?(合计|总计|共计|小计)[::]?\d*人?|总人数[::]?\d*人?")
_FOOTNOTE_AS_NAME: Final = re.compile(
    r"(填表人|填报人|制表人?|审核人?|负责人|经办人|联系人|签字|盖章|填表日期|填报日期)(:.*)?"
)
_BRACKETED: Final = re.compile(r"[((【\[].*?[))】\]]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row that names, or should name, a person: the cells by what they mean, and each column's own heading."""

    sheet: str
    row: int
    cells: Mapping[str, Cell]
    headings: Mapping[str, str]

    def cell(self, column: str) -> Cell:
        return self.cells.get(column)


@dataclass(frozen=True, slots=True)
class Table:
    """The people of one sheet.

    ``total``: what its grand total says, 0 if it says nothing; ``ignored``: headings of columns that are not read.
    """

    sheet: str
    header_row: int
    columns: frozenset[str]
    ignored: tuple[str, ...]
    entries: tuple[Entry, ...]
    total: int
    total_row: int


def find_table(sheet: Sheet) -> Table | None:
    """The table of people in ``sheet``; None where no row of the first 50 names a person's column and one more."""
    best = max(sheet.rows[:LOOK_FOR_HEADER], key=lambda row: len(_columns(row)), default=None)
    columns = _columns(best) if best else {}
    if best is None or "name" not in columns or len(columns) < ENOUGH:
        return None
    below = [row for row in sheet.rows if row.number > best.number and not all(map(is_empty, row.cells))]
    total, total_row = _grand_total(below, columns["name"])
    read = set(columns.values())
    ignored = [_squeezed(cell) for place, cell in enumerate(best.cells) if place not in read and not is_empty(cell)]
    headings = {column: _squeezed(best.cells[place]) for column, place in columns.items()}
    people = [row for row in below if row.number != total_row]
    entries = tuple(_entries(sheet.name, people, columns, headings))
    return Table(sheet.name, best.number, frozenset(columns), tuple(ignored), entries, total, total_row)


def nameless_header(sheet: Sheet) -> Row | None:
    """The row that would be a header if it had a column of names: what is missing is then one heading, not a table."""
    best = max(sheet.rows[:LOOK_FOR_HEADER], key=lambda row: len(_columns(row)), default=None)
    columns = _columns(best) if best else {}
    return best if len(columns) >= ENOUGH and "name" not in columns else None


def _columns(row: Row) -> dict[str, int]:
    """What each place of a row means, were the row a header; the first synonym wins over later ones."""
    words = {_header_word(cell): place for place, cell in reversed(list(enumerate(row.cells))) if isinstance(cell, str)}
    found = {}
    for column, synonyms in SYNONYMS.items():
        place = next((words[synonym] for synonym in synonyms if synonym in words), None)
        if place is not None:
            found[column] = place
    return found


def _header_word(cell: str) -> str:
    return _BRACKETED.sub("", _squeezed(cell)).strip("*:")


def _squeezed(cell: Cell) -> str:
    return "".join(unicodedata.normalize("NFKC", str(cell)).split())


def _entries(sheet: str, rows: list[Row], columns: dict[str, int], headings: dict[str, str]) -> Iterator[Entry]:
    for row in rows:
        cells = {column: row.cells[place] for column, place in columns.items() if place < len(row.cells)}
        entry = Entry(sheet, row.number, cells, headings)
        if _is_person(entry, row):
            yield entry


def _is_person(entry: Entry, row: Row) -> bool:
    """Not the header again, a total, a line for signatures, or a row numbered in advance and left empty."""
    name = entry.cell("name")
    if isinstance(name, str) and _header_word(name) in SYNONYMS["name"]:
        return False
    if _starts(row, _TOTAL) or _starts(row, _FOOTNOTE):
        return False
    if isinstance(name, str) and (
        _TOTAL_AS_NAME.fullmatch(_squeezed(name)) or _FOOTNOTE_AS_NAME.fullmatch(_squeezed(name))
    ):
        return False
    merged_down = {"no", "group", "community", "household", "householder"}
    return any(not is_empty(cell) for column, cell in entry.cells.items() if column not in merged_down)


def _starts(row: Row, pattern: re.Pattern[str]) -> bool:
    first = next((cell for cell in row.cells if not is_empty(cell)), None)
    return isinstance(first, str) and bool(pattern.fullmatch(_squeezed(first)))


def _grand_total(rows: list[Row], name_place: int) -> tuple[int, int]:
    if rows and _is_bare_number(rows[-1], name_place):
        return _total_of(rows[-1], name_place), rows[-1].number
    for row in reversed(rows):
        if _starts(row, _GRAND_TOTAL):
            return _total_of(row, name_place), row.number
    return 0, 0


def _is_bare_number(row: Row, name_place: int) -> bool:
    """A number under the names and nothing beside it: a total whose word stood in a column that was taken out."""
    filled = [place for place, cell in enumerate(row.cells) if not is_empty(cell)]
    return filled == [name_place] and bool(_count_in(row.cells[name_place]))


def _total_of(row: Row, name_place: int) -> int:
    """The number under the names, else the only number of the row; 0 where several could be meant."""
    numbers = {place: number for place, cell in enumerate(row.cells) if (number := _count_in(cell))}
    if name_place in numbers:
        return numbers[name_place]
    return next(iter(numbers.values())) if len(numbers) == 1 else 0


def _count_in(cell: Cell) -> int:
    if isinstance(cell, int | float) and not isinstance(cell, bool) and math.isfinite(cell):
        return int(cell)
    digits = re.findall(r"\d+", _squeezed(cell)) if isinstance(cell, str) else []
    return int(digits[0]) if len(digits) == 1 and len(digits[0]) < 7 else 0
