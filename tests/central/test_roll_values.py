"""What cells mean: dates in every form, names and numbers mended, groups compared by number."""

from datetime import datetime

import pytest

from central.rolls.cells import Cell
from central.rolls.values import Birth, group_number, odd_characters, read_birth, read_id, read_name, read_no, read_sex

A_SHEETS_DATE = datetime(2000, 9, 10)  # noqa: DTZ001 - a sheet knows no zone


@pytest.mark.parametrize(
    "cell",
    [
        "2000年9月10日", "2000-09-10", "2000/9/10", "20000910", "2000.9.10", 20000910, 36779, " 2000 年 9 月 10 日",
        "2000-09-10 00:00:00", "２０００年９月１０日", A_SHEETS_DATE,
    ],
)  # fmt: skip
def test_dates_in_many_forms_are_one_day(cell: Cell):
    assert read_birth(cell) == Birth(2000, 9, 10)


@pytest.mark.parametrize("cell", ["2000年9月", "2000.09", "200009", "2000-9"])
def test_a_month_without_a_day_is_kept_as_that(cell: Cell):
    assert read_birth(cell) == Birth(2000, 9, 0)


@pytest.mark.parametrize("cell", ["", None, "不详", "1990-02-30", "90-1-1", 12, float("nan"), float("inf"), True])
def test_what_is_no_date_is_none(cell: Cell):
    assert read_birth(cell) is None


def test_spaces_leave_a_chinese_name_and_stay_in_a_latin_one():
    assert read_name("  徐 涛 ") == ("徐涛", ("mend_spaces_in_name",))
    assert read_name("王\u3000明") == ("王明", ("mend_spaces_in_name",))
    assert read_name("John Smith") == ("John Smith", ())


@pytest.mark.parametrize("dot", "•・‧∙.·")
def test_every_dot_of_a_minority_name_becomes_the_same(dot: str):
    assert read_name(f"阿依古丽{dot}买买提")[0] == "阿依古丽·买买提"


def test_rare_characters_are_letters_of_names():
    assert odd_characters("㛃䶮𬭸𠅤李〇") == ""
    assert odd_characters("李明1?(已故)") == "1?()"


def test_an_identity_number_is_mended_to_plain_characters():
    assert read_id("９９９００１１９６００４２２５３９９")[1] == ("mend_full_width_digits",)
    assert read_id(" '99900119420601497x")[0] == "99900119420601497X"


def test_groups_are_one_by_their_number():
    assert {group_number(name) for name in ("第8村民小组", "8组", "八组", "8", "第八居民小组")} == {"8"}
    assert [group_number(name) for name in ("十二组", "二十组", "东风社区")] == ["12", "20", "东风社区"]


def test_sexes_and_numbers():
    assert [read_sex(cell) for cell in ("男", "女性", "", "未知")] == ["m", "f", "", None]
    assert [read_no(cell) for cell in (7, "12", 3.0, "0", "甲", None)] == [7, 12, 3, 0, 0, 0]
