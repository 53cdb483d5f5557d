"""The roll: no error, no omission, no duplicate (RG2), or nothing at all."""

import json
from collections import defaultdict

import pytest

from central.faults import Faulty
from central.rolls import read_roll
from central.rolls.columns import find_table
from central.rolls.homes import Homes
from central.rolls.workbook import read_workbook
from shared.errors import Refusal
from tests.central.roll_files import (
    HALL,
    HEADER,
    LI_MING,
    ROLLS,
    VILLAGE,
    VOTING_DAY,
    WANG_FANG,
    ZHAO_HAI,
    but,
    codes,
    csv_text,
    id_number,
    read,
    read_rows,
    workbook,
    xlsx,
)

KINDS = {
    "id_check_digit": "row_id_check_digit",
    "duplicate_person": "row_duplicate",
    "under_18_on_voting_day": "row_under_18",
    "spaces_in_name_to_mend": "mend_spaces_in_name",
    "full_width_digits_to_mend": "mend_full_width_digits",
    "name_missing": "row_name_missing",
    "sex_disagrees_with_id": "row_sex_differs",
    "noted_as_dead": "row_noted_dead",
    "birth_date_disagrees_with_id": "row_birth_differs",
}


def test_a_village_as_its_office_sends_it_is_read_clean():
    draft = read(VILLAGE.read_bytes(), Homes("hall", {"8": "sub-venue", "9组": "sub-venue"}))
    assert (len(draft.accepted()), draft.mends, draft.facts.numbering) == (1595, (), "sheet")
    assert draft.facts.by_home == {"hall": 1302, "sub-venue": 293}
    assert draft.facts.columns_ignored == ("民族", "联系电话")


def test_a_voter_keeps_no_more_than_the_desk_needs():
    voter = read(VILLAGE.read_bytes()).accepted()[18]
    assert (voter.no, voter.name, voter.birth_year, voter.last4) == (19, "谢杰金", 1942, "497X")
    assert (voter.group, voter.household, voter.remark) == ("第1村民小组", "0006", "卧床")
    assert "19420601" not in repr(voter)


def test_four_communities_in_gb18030_with_their_representatives():
    draft = read((ROLLS / "street-4766-gb18030.csv").read_bytes())
    assert len(draft.accepted()) == 4766
    assert draft.facts.by_electorate == {"voters": 4766, "representative": 420}
    assert draft.facts.by_group["新光社区"] == 1120


def test_a_branch_of_55_full_and_2_probationary_members_has_55_rights():
    """RG14, and the figures behind the expected list of RG15."""
    draft = read((ROLLS / "branch-57-utf8bom.csv").read_bytes())
    assert len(draft.accepted()) == 55
    assert [(each.row, each.reason) for each in draft.facts.without_right] == [
        (57, "probationary_member"),
        (58, "probationary_member"),
    ]
    assert draft.facts.by_residence == {"在家": 35, "长期外出": 19, "因病": 1}
    assert {voter.electorates for voter in draft.voters} == {("voters", "full_member")}


def test_every_bad_row_of_a_dirty_roll_is_found_and_no_other():
    data = (ROLLS / "dirty-400.xlsx").read_bytes()
    no_of_row = {entry.row: entry.cell("no") for entry in find_table(read_workbook(data)[0][0]).entries}
    draft = read(data)
    found = defaultdict(list)
    for each in (*draft.faults, *draft.mends):
        found[each.code].append(no_of_row[each.facts.get("other", each.row)])
    answers = json.loads((ROLLS / "dirty-400.answers.json").read_text(encoding="utf-8"))
    assert found == {KINDS[kind]: numbers for kind, numbers in answers.items()}


def test_nothing_comes_out_of_a_roll_with_one_bad_row():
    draft = read_rows(LI_MING, but(WANG_FANG, name=""))
    assert draft.voters == ()
    with pytest.raises(Faulty) as refused:
        draft.accepted()
    assert [fault.row for fault in refused.value.faults] == [3]


def test_a_fault_says_its_row_in_both_languages():
    (fault,) = read_rows(LI_MING, but(WANG_FANG, name="")).faults
    assert fault.sentence("zh") == "第 3 行没有姓名。"
    assert fault.sentence("en") == "Row 3 has no name."


def test_a_duplicate_names_both_rows():
    (fault,) = read_rows(LI_MING, WANG_FANG, but(LI_MING, no=3, group="第2村民小组")).faults
    assert (fault.row, fault.code, fault.facts["other"]) == (4, "row_duplicate", 2)


def test_without_numbers_name_and_day_of_birth_make_a_duplicate():
    assert codes(read_rows(but(LI_MING, id=""), but(LI_MING, no=2, id=""))) == [(3, "row_duplicate")]


def test_two_people_of_one_name_and_birthday_with_their_own_numbers_are_two():
    twin = but(LI_MING, no=2, id=id_number("19800506", "003"))
    assert codes(read_rows(LI_MING, twin)) == []


def test_eighteen_on_the_voting_day_is_enough_a_day_later_is_not():
    """RG1."""
    just = but(LI_MING, born="2008-12-20", id=id_number("20081220"))
    late = but(WANG_FANG, born="2008-12-21", id=id_number("20081221", "002"))
    assert codes(read_rows(just, late)) == [(3, "row_under_18")]


def test_a_month_of_birth_alone_may_not_decide_the_age():
    assert codes(read_rows(but(LI_MING, born="2008年12月", id=""))) == [(2, "row_age_unclear")]
    assert codes(read_rows(but(LI_MING, born="2008年11月", id=""))) == []


def test_an_identity_number_that_the_spreadsheet_rounded_is_named_as_that():
    assert codes(read_rows(but(LI_MING, id=float(LI_MING[5])))) == [(2, "row_id_lost_digits")]


def test_a_short_number_and_an_impossible_date_have_no_form():
    short = but(LI_MING, id="999001800506001")
    no_day = but(WANG_FANG, id="99900119910231002X")
    assert codes(read_rows(short, no_day)) == [(2, "row_id_form"), (3, "row_id_form")]


def test_neither_date_nor_number_leaves_the_age_unknown():
    assert codes(read_rows(but(LI_MING, born="", id=""))) == [(2, "row_birth_unknown")]


def test_a_date_that_is_none_is_told():
    assert codes(read_rows(but(LI_MING, born="1980-02-31"))) == [(2, "row_birth_unreadable")]


def test_a_rare_character_that_became_a_question_mark_is_told():
    assert codes(read_rows(but(LI_MING, name="李?"))) == [(2, "row_name_odd")]


@pytest.mark.parametrize("remark", ["已死亡", "2025年病故", "已去世", "因病亡故"])
def test_the_dead_are_noticed_in_many_words(remark: str):
    assert codes(read_rows(but(LI_MING, remark=remark))) == [(2, "row_noted_dead")]


def test_a_widow_is_alive():
    assert codes(read_rows(but(WANG_FANG, remark="配偶已故"))) == []


def test_a_note_behind_the_name_counts_too():
    assert (2, "row_noted_dead") in codes(read_rows(but(LI_MING, name="李明(去世)")))


def test_who_lost_political_rights_is_not_on_the_roll():
    assert codes(read_rows(but(LI_MING, remark="被剥夺政治权利"))) == [(2, "row_noted_without_right")]


def test_sex_comes_from_the_number_where_the_sheet_says_none():
    assert read_rows(but(WANG_FANG, sex="")).accepted()[0].sex == "f"


def test_a_group_that_the_unit_does_not_have_is_told():
    homes = Homes("hall", groups=frozenset({"1", "2"}))
    draft = read(xlsx(workbook(LI_MING, but(WANG_FANG, group="第7村民小组"))), homes)
    assert codes(draft) == [(3, "row_group_unknown")]


def test_a_station_named_in_the_sheet_is_the_home_and_must_exist():
    homes = Homes("hall", names={"分会场": "sub-venue"})
    header = (*HEADER, "投票站")
    draft = read(xlsx(workbook((*LI_MING, "分会场"), (*WANG_FANG, ""), header=header)), homes)
    assert [voter.home for voter in draft.accepted()] == ["sub-venue", "hall"]
    assert codes(read(xlsx(workbook((*LI_MING, "礼堂"), header=header)), homes)) == [(2, "row_station_unknown")]


def test_a_total_that_does_not_fit_the_rows_is_a_fault():
    """RG2: no omission."""
    total = ("合计", "", 4, "", "", "", "")
    assert codes(read_rows(LI_MING, WANG_FANG, ZHAO_HAI, total)) == [(5, "row_total_differs")]


def test_numbers_used_twice_are_replaced_by_the_order_of_rows():
    draft = read_rows(LI_MING, but(WANG_FANG, no=1), ZHAO_HAI)
    assert ([voter.no for voter in draft.accepted()], draft.facts.numbering) == ([1, 2, 3], "rows")


def test_the_sheets_own_numbers_stay_gaps_included():
    draft = read_rows(but(LI_MING, no=7), but(WANG_FANG, no="12"))
    assert [voter.no for voter in draft.accepted()] == [7, 12]


def test_hashes_of_identity_numbers_need_the_key_and_a_clean_roll():
    data, key = xlsx(workbook(LI_MING)), bytes(32)
    draft = read_roll(data, voting_day=VOTING_DAY, homes=HALL, id_key=key)
    assert set(draft.id_hashes) == {1}
    assert len(draft.id_hashes[1]) == 64
    assert read(data).id_hashes == {}


def test_a_file_without_a_header_is_refused():
    with pytest.raises(Refusal, match="roll_no_header"):
        read(csv_text(LI_MING, header=("甲", "乙", "丙", "丁", "戊", "己", "庚")).encode())


def test_an_empty_form_is_refused():
    with pytest.raises(Refusal, match="roll_empty"):
        read(xlsx(workbook()))
