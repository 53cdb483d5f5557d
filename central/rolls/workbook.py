""".xlsx: a zip of XML parts, looked through before openpyxl may open it.

The looking-through inflates each part under a limit, parses it with defusedxml (no document types, so no entities),
bounds rows and columns, and notes merged cells: openpyxl's streaming reader, which alone is safe from a cell reference
to the far corner, does not know them.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring, iterparse
from openpyxl import load_workbook
from openpyxl.utils.cell import column_index_from_string, range_boundaries
from openpyxl.workbook.workbook import Workbook

from central.rolls.cells import (
    MAX_CELL_CHARACTERS,
    MAX_COLUMNS,
    MAX_INFLATED_BYTES,
    MAX_INFLATION,
    MAX_MERGED_ROWS,
    MAX_ROWS,
    MAX_SHEETS,
    MAX_XML_ELEMENTS,
    MAX_ZIP_PARTS,
    Cell,
    Row,
    Sheet,
    is_empty,
)
from shared.errors import Refusal

_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_WORKBOOK: Final = "xl/workbook.xml"
_SHEETS: Final = "xl/worksheets/"
_SMALL_PART: Final = 1_000_000  # below this a high ratio of inflation does no harm
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
# openpyxl has no error of its own for parts that do not fit together
_MISFIT: Final = (*_BROKEN, KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError, ParseError)


@dataclass
class _Extent:
    """What one worksheet part holds: its last row and column with a value, and its merged areas."""

    rows: int = 0
    columns: int = 0
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)  # left, top, right, bottom
    merged_rows: int = 0

    def add_merged(self, area: tuple[int, int, int, int]) -> None:
        self.merged.append(area)
        self.merged_rows += 1 + min(area[3], MAX_ROWS) - min(area[1], MAX_ROWS)
        if self.merged_rows > MAX_MERGED_ROWS:
            raise Refusal("roll_bomb", most=MAX_MERGED_ROWS)


def read_workbook(data: bytes) -> tuple[tuple[Sheet, ...], tuple[str, ...]]:
    """The visible sheets, merged cells filled with their value, and the names of hidden sheets, which are left out.

    Refuses: roll_not_a_table, roll_broken_file, roll_bomb, roll_unsafe_xml, roll_too_many_rows, roll_too_many_columns,
    roll_too_many_sheets, roll_cell_too_long.
    """
    extents = _look_through(data)  # by the sheet's name
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        return _read_sheets(book, extents)
    except _MISFIT as error:
        raise Refusal("roll_broken_file", cause=type(error).__name__) from error


def _read_sheets(book: Workbook, extents: dict[str, _Extent]) -> tuple[tuple[Sheet, ...], tuple[str, ...]]:
    if len(book.worksheets) > MAX_SHEETS:
        raise Refusal("roll_too_many_sheets", most=MAX_SHEETS)
    sheets = []
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            extent = extents[sheet.title]
            sheets.append(Sheet(sheet.title, tuple(_rows(sheet, extent))))
    hidden = tuple(sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible")
    return tuple(sheets), hidden


def _rows(sheet: Any, extent: _Extent) -> Iterator[Row]:
    """``sheet`` is openpyxl's streaming worksheet, whose published types do not fit it."""
    if not extent.rows:
        return
    sheet.reset_dimensions()  # offices' programs write wrong ones
    table = sheet.iter_rows(max_row=extent.rows, max_col=extent.columns, values_only=True)
    rows: list[list[Cell]] = [list(cells) for cells in table]
    _fill_merged(rows, extent)
    for number, cells in enumerate(rows, start=1):
        if any(isinstance(cell, str) and len(cell) > MAX_CELL_CHARACTERS for cell in cells):
            raise Refusal("roll_cell_too_long", row=number, most=MAX_CELL_CHARACTERS)
        yield Row(number, tuple(cells))


def _fill_merged(rows: list[list[Cell]], extent: _Extent) -> None:
    """Give each row of an area merged downwards its value: a household's number is often written once.

    An area that spans columns is a title or a note, and is filled in its first column only.
    """
    for left, top, _, bottom in extent.merged:
        if left > extent.columns or top > len(rows):
            continue
        value = rows[top - 1][left - 1]
        for row in rows[top : min(bottom, len(rows))]:
            row[left - 1] = value if is_empty(row[left - 1]) else row[left - 1]


def _look_through(data: bytes) -> dict[str, _Extent]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            _bounded(parts)
            if _WORKBOOK not in parts.namelist():
                raise Refusal("roll_not_a_table", row=1)
            by_part = {part: _extent(parts, part) for part in parts.namelist() if part.endswith((".xml", ".rels"))}
            return {name: by_part[part] for name, part in _sheet_parts(parts) if part in by_part}
    except DefusedXmlException as error:
        raise Refusal("roll_unsafe_xml") from error
    except (*_BROKEN, ParseError, ValueError, KeyError) as error:
        raise Refusal("roll_broken_file", cause=type(error).__name__) from error


def _sheet_parts(parts: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name of each sheet and the part of the zip that holds it."""
    relations = fromstring(parts.read("xl/_rels/workbook.xml.rels"), forbid_dtd=True)
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for element in fromstring(parts.read(_WORKBOOK), forbid_dtd=True).iter():
        if element.tag.rpartition("}")[2] == "sheet":
            target = targets.get(element.get(_RELATION), "")
            yield element.get("name", ""), target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _bounded(parts: zipfile.ZipFile) -> None:
    """A zip reader stops at the size that the zip declares, so bounding the declared sizes bounds what is read."""
    infos = parts.infolist()
    inflated = sum(info.file_size for info in infos)
    if len(infos) > MAX_ZIP_PARTS or inflated > MAX_INFLATED_BYTES:
        raise Refusal("roll_bomb", bytes=inflated, most=MAX_INFLATED_BYTES)
    for info in infos:
        if info.file_size > _SMALL_PART and info.file_size > MAX_INFLATION * max(info.compress_size, 1):
            raise Refusal("roll_bomb", bytes=info.file_size, most=MAX_INFLATION * info.compress_size)


def _extent(parts: zipfile.ZipFile, part: str) -> _Extent:
    extent = _Extent()
    row = 0
    with parts.open(part) as stream:
        for count, (_, element) in enumerate(iterparse(stream, forbid_dtd=True)):
            if count > MAX_XML_ELEMENTS:
                raise Refusal("roll_bomb", part=part, most=MAX_XML_ELEMENTS)
            tag = element.tag.rpartition("}")[2]
            if tag in ("v", "is", "t"):
                continue  # looked at with its cell
            if part.startswith(_SHEETS) and tag == "row":
                row = _number(element.get("r"), row + 1)
                _note_row(extent, row, element)
            elif part.startswith(_SHEETS) and tag == "mergeCell":
                extent.add_merged(_area(element.get("ref", "")))
            if tag != "c":
                element.clear()
    return extent


def _note_row(extent: _Extent, number: int, row: Element) -> None:
    column = 0
    for cell in row:
        column = _column(cell.get("r"), column + 1)
        if any(child.tag.rpartition("}")[2] in ("v", "is") for child in cell):
            extent.rows, extent.columns = max(extent.rows, number), max(extent.columns, column)
    if extent.rows > MAX_ROWS:
        raise Refusal("roll_too_many_rows", most=MAX_ROWS)
    if extent.columns > MAX_COLUMNS:
        raise Refusal("roll_too_many_columns", row=number, most=MAX_COLUMNS)


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else otherwise


def _column(reference: str | None, otherwise: int) -> int:
    letters = (reference or "").rstrip("0123456789")
    return column_index_from_string(letters) if letters.isascii() and letters.isalpha() else otherwise


def _area(reference: str) -> tuple[int, int, int, int]:
    left, top, right, bottom = range_boundaries(reference)
    return left or 1, top or 1, right or left or 1, bottom or top or 1
