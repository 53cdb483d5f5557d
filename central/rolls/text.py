"""CSV and TSV: UTF-8 with or without a mark at the front, GB18030, and the UTF-16 that Excel calls "Unicode text"."""

import codecs
import csv
import io
from typing import Final

from central.rolls.cells import MAX_CELL_CHARACTERS, MAX_COLUMNS, MAX_ROWS, Row, Sheet
from shared.errors import Refusal

DELIMITERS: Final = (",", "\t", ";")
_MARKED: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_text_sheet(data: bytes) -> Sheet:
    """One sheet without a name. Refuses: roll_encoding, roll_not_a_table, roll_too_many_rows, roll_too_many_columns."""
    text = _decode(data)
    delimiter = max(DELIMITERS, key=lambda sign: _steady_columns(text, sign))
    rows = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            _within_limits(number, cells)
            rows.append(Row(number, tuple(cell or None for cell in cells)))
    except csv.Error as error:
        raise Refusal("roll_not_a_table", row=len(rows) + 1) from error
    return Sheet("", tuple(rows))


def _decode(data: bytes) -> str:
    for mark, encoding in _MARKED:
        if data.startswith(mark):
            return _strict(data, encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _strict(data, "gb18030")


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refusal("roll_encoding", encoding=encoding, byte=error.start) from error


def _steady_columns(text: str, delimiter: str) -> int:
    """How often the sign stands in the fullest of the first lines: title lines hold none."""
    return max((line.count(delimiter) for line in text[:20_000].splitlines()), default=0)


def _within_limits(number: int, cells: list[str]) -> None:
    if number > MAX_ROWS:
        raise Refusal("roll_too_many_rows", most=MAX_ROWS)
    if len(cells) > MAX_COLUMNS:
        raise Refusal("roll_too_many_columns", row=number, most=MAX_COLUMNS)
    if any(len(cell) > MAX_CELL_CHARACTERS for cell in cells):
        raise Refusal("roll_cell_too_long", row=number, most=MAX_CELL_CHARACTERS)
