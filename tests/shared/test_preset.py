"""The villagers' committee as the law has it, and what a plan may set on top."""

from typing import Any

import pytest

from shared.errors import Refusal
from shared.preset import MUST_CONFIRM, SET_BY_PLAN, parameter_refusals, preset_names, read_preset, unconfirmed

VILLAGE = "villagers_committee"


def test_the_main_round_asks_more_than_half_of_the_registered_and_of_those_who_voted():
    rule = read_preset(VILLAGE).rule("main")
    (valid,), (win,) = rule.validity, rule.win
    assert (valid.measure, valid.base, valid.least(1595)) == ("cast", "eligible", 798)
    assert (win.measure, win.base, win.least(240)) == ("votes", "cast", 121)


def test_a_repeat_ballot_asks_nothing_but_most_votes():
    rule = read_preset(VILLAGE).rule("repeat")
    assert (rule.validity, rule.win) == ((), ())


def test_a_rerun_asks_a_third_of_the_papers_cast_a_third_being_enough():
    (win,) = read_preset(VILLAGE).rule("rerun").win
    assert win.met(80, 240)
    assert not win.met(79, 240)


def test_whether_a_rerun_needs_its_own_turnout_is_a_parameter():
    assert read_preset(VILLAGE).rule("rerun").validity == read_preset(VILLAGE).rule("main").validity
    assert read_preset(VILLAGE, {"rerun_needs_turnout": False}).rule("rerun").validity == ()


def test_what_voids_a_round_is_a_parameter_of_every_round():
    assert {rule.void_when_over for rule in read_preset(VILLAGE).rounds} == {"issued"}
    assert {rule.void_when_over for rule in read_preset(VILLAGE, {"void_when_over": "rights"}).rounds} == {"rights"}


def test_every_value_names_its_source():
    procedure = read_preset(VILLAGE)
    thresholds = [each for rule in procedure.rounds for each in (*rule.validity, *rule.win)]
    assert all(rule.source for rule in procedure.rounds)
    assert all("第十五条" in each.source.zh for each in thresholds)
    assert all(procedure.sources.values())


def test_what_no_law_settles_the_office_must_confirm_until_its_plan_sets_it():
    assert "proxies_per_holder" in unconfirmed(read_preset(VILLAGE))
    procedure = read_preset(VILLAGE, {"proxies_per_holder": 2})
    assert procedure.parameters.proxies_per_holder == 2
    assert procedure.sources["proxies_per_holder"] == SET_BY_PLAN != MUST_CONFIRM
    assert "proxies_per_holder" not in unconfirmed(procedure)


def test_a_plan_may_name_the_source_of_its_value():
    procedure = read_preset(VILLAGE, {"roaming_witnesses": {"value": 3, "source": "本省选举办法 第二十四条"}})
    assert procedure.sources["roaming_witnesses"] == "本省选举办法 第二十四条"


@pytest.mark.parametrize(
    "given",
    [
        {"proxies_per_holder": 99}, {"proxies_per_holder": "3"}, {"proxies_per_holder": True}, {"write_in": 1},
        {"pile_minimum": 4}, {"sub_venue": "later"}, {"write_in": {"value": True, "why": "x"}},
        {"write_in": {"source": "x"}}, {"write_in": {"value": True, "source": 5}},
    ],
)  # fmt: skip
def test_values_that_do_not_fit_are_refused(given: dict[str, Any]):
    with pytest.raises(Refusal, match="parameter_wrong"):
        read_preset(VILLAGE, given)


def test_all_that_is_wrong_with_a_choice_is_told_at_once():
    refusals = parameter_refusals(VILLAGE, {"proxy_limit": 3, "write_in": "yes"})
    assert [refusal.code for refusal in refusals] == ["parameter_unknown", "parameter_wrong"]
    assert [refusal.code for refusal in parameter_refusals("senate", {})] == ["preset_unknown"]


def test_every_preset_can_be_read():
    assert VILLAGE in preset_names()
    for name in preset_names():
        assert read_preset(name).rule("main")
