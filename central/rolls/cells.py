"""Cells, rows and sheets as every reader of rolls hands them on, and the limits that all readers keep."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

Cell = str | int | float | bool | date | datetime | time | timedelta | None

MAX_FILE_BYTES: Final = 20 * 1024 * 1024
MAX_INFLATED_BYTES: Final = 200 * 1024 * 1024
MAX_INFLATION: Final = 200  # a real sheet is 5 to 20 times its zip
MAX_ZIP_PARTS: Final = 1000
MAX_XML_ELEMENTS: Final = 4_000_000  # in one part
MAX_SHEETS: Final = 100
MAX_ROWS: Final = 60_000
MAX_COLUMNS: Final = 200
MAX_MERGED_ROWS: Final = 500_000  # all merged areas of a sheet together
MAX_CELL_CHARACTERS: Final = 2_000

_ERROR: Final = re.compile(r"#(NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|SPILL!|CALC!|FIELD!|BLOCKED!)|Err:\d{3}|#{3,}")
_LOGICAL: Final = frozenset({"TRUE", "FALSE"})  # as a text file writes them


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``number`` is what the office's own program shows at its left edge, from 1."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook, or the one table of a text file, whose name is then empty."""

    name: str
    rows: tuple[Row, ...]


def is_error(cell: Cell) -> bool:
    """Whether a formula failed here; programs for sheets write that as a word that begins with # or Err."""
    return isinstance(cell, str) and bool(_ERROR.fullmatch(cell.strip()))


def is_logical(cell: Cell) -> bool:
    """Whether the cell is a ticked box or the answer of a comparison, which says nothing about a person."""
    return isinstance(cell, bool) or (isinstance(cell, str) and cell.strip() in _LOGICAL)


def is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
