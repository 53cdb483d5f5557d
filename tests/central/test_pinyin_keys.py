"""How names are found by Latin letters."""

import pytest

from central.rolls.pinyin_keys import name_keys


def test_whole_pinyin_and_initials():
    assert name_keys("张明") == ("zhangming", "zm")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("单雄", "shanxiong"), ("曾华", "zenghua"), ("仇丽", "qiuli"), ("区海", "ouhai"), ("解放", "xiefang"),
        ("查明", "zhaming"), ("盖叶", "geye"), ("朴槿", "piaojin"), ("任静", "renjing"), ("员外", "yunwai"),
        ("华强", "huaqiang"), ("尉迟恭", "yuchigong"), ("万俟雅", "moqiya"), ("长孙无忌", "zhangsunwuji"),
        ("夏侯鹏军", "xiahoupengjun"), ("覃海", "qinhai"), ("吕绿", "lvlv"),
    ],
)  # fmt: skip
def test_surnames_are_read_as_surnames_first(name: str, key: str):
    assert name_keys(name)[0] == key


def test_other_readings_of_the_first_character_find_the_person_too():
    assert {"zenghua", "zh", "cenghua", "ch"} == set(name_keys("曾华"))
    assert "danxiong" in name_keys("单雄")


def test_a_minority_name_is_found_whole_and_by_each_part():
    keys = name_keys("阿依古丽·买买提")
    assert keys[:2] == ("ayigulimaimaiti", "ayglmmt")
    assert {"ayiguli", "maimaiti", "mmt"} <= set(keys)


def test_a_character_that_no_dictionary_reads_adds_nothing():
    assert name_keys("李\ue000") == ("li", "l")
    assert name_keys("\ue000") == ()


def test_keys_are_plain_small_letters_without_spaces():
    for name in ("㛃䶮", "李𬭸", "王Amy", "买买提·John"):
        assert all(key.isascii() and key.islower() and key.isalpha() for key in name_keys(name))
