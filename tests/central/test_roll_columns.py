"""Sheets as offices lay them out: titles, merged cells, repeated headers, blanks, totals, signatures, notes."""

import pytest
from openpyxl import Workbook

from central.rolls.homes import Homes
from shared.errors import Refusal
from tests.central.roll_files import HEADER, LI_MING, WANG_FANG, ZHAO_HAI, but, codes, csv_text, read, workbook, xlsx


def test_the_header_is_found_below_titles():
    book = Workbook()
    for row in (("柳河村选民登记册",), ("填报单位：柳河村",), (), HEADER, LI_MING):
        book.active.append(row)
    book.active.merge_cells("A1:G1")
    assert [voter.name for voter in read(xlsx(book)).accepted()] == ["李明"]


def test_headings_with_notes_in_brackets_and_stars_are_understood():
    header = ("编号", "组别", "*姓 名", "性别", "出生年月", "身份证号码(18位)", "备注")
    assert read(xlsx(workbook(LI_MING, header=header))).accepted()[0].last4 == LI_MING[5][14:]


def test_blank_rows_repeated_headers_and_rows_numbered_in_advance_are_nobody():
    blank = ("",) * 7
    book = workbook(LI_MING, blank, HEADER, WANG_FANG, (3, "", "", "", "", "", ""))
    assert len(read(xlsx(book)).accepted()) == 2


def test_totals_of_groups_and_the_line_for_signatures_are_nobody():
    rows = (
        LI_MING,
        ("小计", "", 1, "", "", "", ""),
        WANG_FANG,
        ("总计:2人",),
        ("填表人：李明", "", "", "审核人:", "", "", ""),
    )
    draft = read(xlsx(workbook(*rows)))
    assert len(draft.accepted()) == 2


def test_a_household_number_merged_down_belongs_to_each_of_its_rows():
    header = ("户号", *HEADER[1:])
    book = workbook(("0007", *LI_MING[1:]), (None, *WANG_FANG[1:]), (None, *ZHAO_HAI[1:]), header=header)
    book.active.merge_cells("A2:A3")
    assert [voter.household for voter in read(xlsx(book)).accepted()] == ["0007", "0007", ""]


def test_one_sheet_a_group_is_one_roll_and_note_sheets_are_skipped():
    book = workbook(LI_MING, WANG_FANG)
    book.create_sheet("说明").append(("此表由各组填报",))
    second = book.create_sheet("第二组")
    second.append(HEADER)
    second.append(but(ZHAO_HAI, no=1))
    draft = read(xlsx(book))
    assert [voter.no for voter in draft.accepted()] == [1, 2, 3]
    assert (draft.facts.sheets_read, draft.facts.sheets_skipped) == (("Sheet", "第二组"), ("说明",))


def test_a_fault_on_a_second_sheet_names_sheet_and_row():
    book = workbook(LI_MING)
    second = book.create_sheet("第二组")
    second.append(HEADER)
    second.append(but(LI_MING, no=2))
    (fault,) = read(xlsx(book)).faults
    assert (fault.row, fault.facts["sheet"], fault.facts["other_sheet"]) == (2, "第二组", "Sheet")


def test_a_hidden_sheet_is_left_out_and_told():
    book = workbook(LI_MING)
    hidden = book.create_sheet("去年")
    hidden.append(HEADER)
    hidden.append(WANG_FANG)
    hidden.sheet_state = "hidden"
    draft = read(xlsx(book))
    assert (len(draft.accepted()), draft.facts.sheets_skipped) == (1, ("去年",))


def test_a_person_with_only_an_address_lacks_a_name():
    header = (*HEADER[:6], "住址")
    assert codes(read(xlsx(workbook(("", "", "", "", "", "", "1组3号"), header=header)))) == [
        (2, "row_name_missing"),
        (2, "row_birth_unknown"),
    ]


@pytest.mark.parametrize("column", [0, 1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize(("cell", "code"), [("#REF!", "row_cell_error"), (True, "row_cell_logical")])
def test_a_failed_formula_or_a_ticked_box_is_a_fault_of_its_cell_and_nothing_else(column: int, cell: object, code: str):
    homes = Homes("hall", groups=frozenset({"1", "2"}))
    row = (*LI_MING[:column], cell, *LI_MING[column + 1 :])
    for data in (xlsx(workbook(row, WANG_FANG)), csv_text(tuple(str(one).upper() for one in row), WANG_FANG).encode()):
        (fault,) = read(data, homes).faults
        assert (fault.row, fault.code, fault.facts["column"]) == (2, code, HEADER[column])


def test_a_householder_or_an_address_that_failed_names_its_own_heading():
    header = (*HEADER, "户主", "家庭住址")
    faults = read(xlsx(workbook((*LI_MING, "#N/A", "#DIV/0!"), header=header))).faults
    assert [fault.sentence("zh") for fault in faults] == [
        "第 2 行“户主”一格是公式出错的标记，不是内容。",
        "第 2 行“家庭住址”一格是公式出错的标记，不是内容。",
    ]


def test_a_sheet_without_groups_is_one_fault_about_the_column():
    header, rows = ("序号", *HEADER[2:]), [(person[0], *person[2:]) for person in (LI_MING, WANG_FANG, ZHAO_HAI)]
    (fault,) = read(xlsx(workbook(*rows, header=header)), Homes("hall", groups=frozenset({"1", "2"}))).faults
    assert (fault.row, fault.code, fault.facts["column"]) == (1, "roll_column_missing", "村民小组")
    assert "居民小组" in fault.sentence("en")


def test_a_sheet_without_names_says_which_heading_is_wanted():
    header = (*HEADER[:2], "户主姓名", *HEADER[3:])
    with pytest.raises(Refusal, match="has no column for “姓名”"):
        read(xlsx(workbook(LI_MING, header=header)))


@pytest.mark.parametrize(
    "foot",
    [
        ("", 2),
        ("", "2人"),
        ("合计", 2),
        ("", "合计2人"),
        ("第2村民小组", "小计"),
        ("", "审核人：李明"),
        ("填表人:", ""),
    ],
)
def test_without_a_column_of_numbers_the_foot_is_nobody(foot: tuple[object, ...]):
    rows = [person[1:] for person in (LI_MING, WANG_FANG)]
    assert len(read(xlsx(workbook(*rows, foot, header=HEADER[1:]))).accepted()) == 2


def test_a_bare_number_at_the_foot_is_held_against_the_rows():
    assert codes(read(xlsx(workbook(LI_MING[1:], ("", 4), header=HEADER[1:])))) == [(3, "row_total_differs")]
