"""Files that arrive: encodings, and what is made to do harm or merely broken."""

import io
import random
import zipfile

import pytest

from central.rolls import cells as roll_cells
from shared.errors import Refusal
from tests.central.roll_files import LI_MING, ROLLS, VILLAGE, WANG_FANG, but, csv_text, read, workbook, xlsx


def _zip(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as new:
        for name, body in parts.items():
            new.writestr(name, body)
    return stream.getvalue()


A_DOCUMENT = _zip(document=b"<w/>")  # a zip, but no workbook


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_the_encodings_that_are_met(encoding: str):
    rare = but(WANG_FANG, name="王㛃𬭸")
    draft = read(csv_text(LI_MING, rare).encode(encoding))
    assert [voter.name for voter in draft.accepted()] == ["李明", "王㛃𬭸"]


def test_tabs_and_semicolons_part_columns_as_well():
    for delimiter in "\t;":
        assert len(read(csv_text(LI_MING, WANG_FANG, delimiter=delimiter).encode()).accepted()) == 2


def test_rows_of_text_are_counted_as_a_spreadsheet_counts_them():
    two_lines = but(LI_MING, remark="行动不便\n住楼上")
    (fault,) = read(csv_text(two_lines, ("",) * 7, but(WANG_FANG, name="")).encode()).faults
    assert fault.row == 4


def test_bytes_of_no_known_encoding_are_refused():
    with pytest.raises(Refusal, match="roll_encoding"):
        read("姓名,性别\n李明,男\n".encode("gb18030") + b"\xff\xff")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "roll_old_office"),
        (b"%PDF-1.7", "roll_not_a_table"),
        (b"<html><table></table></html>", "roll_not_a_table"),
        (b"PK\x03\x04 not a zip", "roll_broken_file"),
        (b"", "roll_no_header"),
        (A_DOCUMENT, "roll_not_a_table"),
        (bytes(1000), "roll_no_header"),
    ],
)
def test_what_is_no_roll_is_refused_by_its_bytes(data: bytes, code: str):
    with pytest.raises(Refusal, match=code):
        read(data)


def test_a_file_beyond_the_limit_is_not_looked_into():
    with pytest.raises(Refusal, match="roll_too_large"):
        read(bytes(roll_cells.MAX_FILE_BYTES + 1))


def test_a_zip_that_unpacks_too_far_is_refused_before_it_is_unpacked():
    with pytest.raises(Refusal, match="roll_bomb"):
        read(_with_part(xlsx(workbook(LI_MING)), "xl/media/x.bin", bytes(30_000_000)))


def test_xml_entities_are_refused():
    bomb = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
    with pytest.raises(Refusal, match="roll_unsafe_xml"):
        read(_with_part(xlsx(workbook(LI_MING)), "xl/evil.xml", bomb))


def test_a_cell_in_the_far_corner_is_refused():
    book = workbook(LI_MING)
    book.active["XFD1048576"] = "x"
    with pytest.raises(Refusal, match="roll_too_many_rows"):
        read(xlsx(book))


def test_columns_without_end_are_refused_in_text_and_in_sheets():
    wide = tuple("甲" for _ in range(roll_cells.MAX_COLUMNS + 1))
    for data in (xlsx(workbook(wide)), csv_text(wide).encode()):
        with pytest.raises(Refusal, match="roll_too_many_columns"):
            read(data)


def test_rows_without_end_are_refused():
    with pytest.raises(Refusal, match="roll_too_many_rows"):
        read(("姓名,性别\n" + "李明,男\n" * roll_cells.MAX_ROWS).encode())


def test_a_cell_without_end_is_refused():
    endless = but(LI_MING, remark="长" * (roll_cells.MAX_CELL_CHARACTERS + 1))
    for data in (xlsx(workbook(endless)), csv_text(endless).encode()):
        with pytest.raises(Refusal, match="roll_cell_too_long"):
            read(data)


def test_merged_areas_without_end_are_refused():
    sheet = _part(xlsx(workbook(LI_MING)), "xl/worksheets/sheet1.xml")
    merged = b"<mergeCells>" + b'<mergeCell ref="A1:A60000"/>' * 20 + b"</mergeCells>"
    with pytest.raises(Refusal, match="roll_bomb"):
        read(
            _with_part(
                xlsx(workbook(LI_MING)),
                "xl/worksheets/sheet1.xml",
                sheet.replace(b"</sheetData>", b"</sheetData>" + merged),
            )
        )


def test_a_sheet_whose_stated_size_is_wrong_is_read_whole():
    sheet = _part(xlsx(workbook(LI_MING, WANG_FANG)), "xl/worksheets/sheet1.xml")
    data = _with_part(
        xlsx(workbook(LI_MING)), "xl/worksheets/sheet1.xml", sheet.replace(b'ref="A1:G3"', b'ref="A1:A1"')
    )
    assert b'ref="A1:A1"' in _part(data, "xl/worksheets/sheet1.xml")
    assert len(read(data).accepted()) == 2


@pytest.mark.parametrize("name", ["village-1595.xlsx", "branch-57-utf8bom.csv"])
def test_damage_is_refused_or_read_and_never_a_crash(name: str):
    whole = VILLAGE.read_bytes() if name.startswith("village") else (ROLLS / name).read_bytes()
    dice = random.Random(1)
    for _ in range(25):
        damaged = bytearray(whole[: dice.randrange(len(whole))] if dice.random() < 0.5 else whole)
        for _ in range(3):
            damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
        _read_or_refuse(bytes(damaged))


def test_damage_inside_the_parts_of_a_workbook_is_never_a_crash():
    whole, dice = xlsx(workbook(LI_MING, WANG_FANG)), random.Random(2)
    for _ in range(200):
        part = dice.choice(zipfile.ZipFile(io.BytesIO(whole)).namelist())
        body = bytearray(_part(whole, part))
        body[dice.randrange(len(body))] = dice.randrange(32, 127)
        _read_or_refuse(_with_part(whole, part, bytes(body)))


def _read_or_refuse(data: bytes) -> None:
    try:
        read(data)
    except Refusal as refusal:
        assert refusal.sentence("zh")  # noqa: PT017


def _part(data: bytes, name: str) -> bytes:
    return zipfile.ZipFile(io.BytesIO(data)).read(name)


def _with_part(data: bytes, name: str, body: bytes) -> bytes:
    """The same zip with one part put in or exchanged."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, body)
    return stream.getvalue()
