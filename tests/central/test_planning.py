"""A plan is settled against its roll: people found, rules of proxies, roles and lists held."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from central.plans import settle
from central.plans.blueprint import Blueprint, StationKeys
from central.plans.file import read_plan
from central.rolls import read_roll
from shared.preset import unconfirmed
from tests.central.plans import codes, faults, settled, small_plan

REHEARSAL = Path(__file__).parents[2] / "rehearsal"


@pytest.fixture(scope="module")
def liuhe():
    plan = read_plan((REHEARSAL / "plans" / "liuhe.toml").read_bytes())
    roll = (REHEARSAL / "rolls" / "village-1595.xlsx").read_bytes()
    draft = read_roll(roll, voting_day=date.fromisoformat(plan.election.voting_day), homes=plan.homes())
    return settle(plan, draft.accepted())


def test_the_demonstration_village_has_no_fault_and_no_warning(liuhe: Blueprint):
    assert liuhe.warnings == ()
    assert unconfirmed(liuhe.procedure) == ()
    assert (len(liuhe.voters), len(liuhe.candidates), len(liuhe.proxies)) == (1595, 9, 12)


def test_its_roaming_list_is_the_infirm_at_home_of_the_halls_groups(liuhe: Blueprint):
    voters = {voter.no: voter for voter in liuhe.voters}
    listed = [voters[application.voter] for application in liuhe.applications]
    assert len(listed) == 18
    assert all(voter.home == "hall" and voter.remark in ("卧床", "行动不便") for voter in listed)


def test_with_keys_it_is_a_set_up(liuhe: Blueprint):
    keys = {each.id: StationKeys(f"device-{each.id}", "public", "sealing") for each in liuhe.stations}
    setup = liuhe.setup(version=1, hash_="00", keys=keys)
    assert (setup.lead.device, setup.eligible, setup.unit.id) == ("device-hall", 1595, "liuhe-2026/liuhe")
    assert setup.proxy_of[93].holder == 94


def test_candidates_are_found_by_name_and_numbered_by_post():
    assert [(each.id, each.voter) for each in settled(small_plan()).candidates] == [
        ("director-1", 1),
        ("director-2", 2),
    ]


def test_a_candidate_who_is_not_on_the_roll_is_told():
    plan = small_plan()
    plan["candidates"][0]["name"] = "李鸣"
    assert faults(plan) == [("candidates[1]", "plan_person_missing")]


def test_a_name_that_two_bear_needs_the_number():
    plan = small_plan()
    plan["candidates"][0]["name"] = "陈燕"
    assert faults(plan) == [("candidates[1]", "plan_name_shared")]
    plan["candidates"][0]["voter"] = 8
    assert settled(plan).candidates[0].voter == 8


def test_number_and_name_must_agree():
    plan = small_plan()
    plan["candidates"][0]["voter"] = 3
    plan["candidates"][1]["voter"] = 99
    assert faults(plan) == [("candidates[1]", "plan_name_differs"), ("candidates[2]", "plan_number_missing")]


def test_a_candidate_cannot_count():
    """RO2."""
    plan = small_plan()
    plan["officials"][1]["name"] = "李明"
    assert ("officials.hall-scrutineer", "plan_counting_candidate") in faults(plan)


def test_a_candidate_cannot_call():
    """RO2: calling is part of the count."""
    plan = small_plan()
    plan["officials"][1] |= {"name": "李明", "roles": ["caller", "presiding_officer"]}
    assert ("officials.hall-scrutineer", "plan_counting_candidate") in faults(plan)


def test_a_listed_relative_of_a_candidate_cannot_count():
    """RO2, and 选举法 第四十三条 for the relatives."""
    plan = small_plan()
    plan["candidates"][0]["relatives"] = ["赵海"]
    plan["officials"][4] |= {"name": "赵海", "roles": ["teller", "presiding_officer"]}
    assert codes(plan) == ["plan_counting_candidate"]


def test_a_namesake_of_a_candidate_who_is_not_on_the_roll_may_count():
    plan = small_plan()
    plan["officials"][1] |= {"name": "李明", "voter": 0}
    assert faults(plan) == []


def test_a_station_needs_two_for_what_takes_two_and_one_at_the_desk():
    plan = small_plan()
    plan["officials"][4]["roles"] = ["caller"]
    del plan["officials"][5]
    plan["officials"][3]["roles"] = ["chief_scrutineer"]
    assert codes(plan) == ["plan_two_heads", "plan_no_desk"]


def test_a_roaming_box_needs_its_witnesses():
    plan = small_plan()
    plan["procedure"]["parameters"] = {"roaming_witnesses": 4}
    assert faults(plan) == [("stations.hall", "plan_few_witnesses")]


def proxied(*pairs: tuple[int | str, int | str], **parameters: Any) -> dict[str, Any]:
    """The small plan with (principal, holder) pairs."""
    plan = small_plan()
    plan["proxies"] = [
        {"principal": principal, "holder": holder, "relation": "近亲属", "published": True}
        for principal, holder in pairs
    ]
    plan["procedure"]["parameters"] = parameters
    return plan


def test_proxies_up_to_the_limit_stand_one_more_does_not():
    """PX1."""
    assert faults(proxied((5, 3), (6, 3), proxies_per_holder=2)) == []
    assert codes(proxied((5, 3), (6, 3), (7, 3), proxies_per_holder=2)) == ["plan_proxy_limit"]


def test_a_right_is_entrusted_once_and_not_further():
    assert codes(proxied((5, 3), (5, 7))) == ["plan_proxy_twice"]
    assert codes(proxied((5, 3), (3, 7))) == ["plan_proxy_chain"]
    assert codes(proxied((5, 5))) == ["plan_proxy_chain"]


def test_a_candidate_holds_a_proxy_only_where_the_place_allows_it():
    assert codes(proxied((5, 1))) == ["plan_proxy_candidate"]
    assert faults(proxied((5, 1), candidate_may_hold_proxy=True)) == []


def test_both_people_of_a_proxy_are_on_the_roll():
    assert faults(proxied((99, "赵海"), (5, "张三"))) == [
        ("proxies[1].principal", "plan_number_missing"),
        ("proxies[2].holder", "plan_person_missing"),
    ]


def test_the_names_beside_the_numbers_of_a_proxy_are_compared():
    plan = proxied((5, 3))
    plan["proxies"][0] |= {"principal_name": "孙老", "holder_name": "赵河"}
    assert faults(plan) == [("proxies[1].holder", "plan_name_differs")]


def test_an_unpublished_proxy_and_one_of_another_station_are_pointed_out():
    plan = proxied((4, 3))
    plan["proxies"][0]["published"] = False
    assert [each.code for each in settled(plan).warnings] == ["warn_proxy_unpublished", "warn_proxy_elsewhere"]


def test_a_rule_lists_the_infirm_but_those_away_or_spoken_for():
    plan = small_plan()
    plan["application_rules"] = [{"box": "roaming-1", "remarks": ["卧床"], "unless": ["外出"]}]
    assert [each.voter for each in settled(plan).applications] == [5]
    assert settled(plan | {"proxies": proxied((5, 3))["proxies"]}).applications == ()


def test_applications_are_for_a_roaming_box_of_the_home_station_and_once():
    plan = small_plan()
    plan["applications"] = [
        {"voter": voter, "box": box, "reason": "生病"}
        for voter, box in ((5, "hall-1"), (4, "roaming-1"), (3, "roaming-1"), ("赵海", "roaming-1"))
    ]
    assert codes(plan) == ["plan_not_roaming", "plan_application_elsewhere", "plan_application_twice"]


def test_who_gave_a_proxy_does_not_also_wait_for_the_box():
    plan = proxied((5, 3))
    plan["applications"] = [{"voter": 5, "box": "roaming-1", "reason": "生病"}]
    assert codes(plan) == ["plan_application_principal"]


def test_nobody_stands_twice_for_one_post():
    plan = small_plan()
    plan["candidates"][1]["name"] = "李明"
    assert codes(plan) == ["plan_candidate_twice"]


def test_what_the_office_may_leave_is_only_pointed_out():
    plan = small_plan()
    plan["procedure"]["parameters"] = {"roaming_witnesses": 2}
    del plan["candidates"][1]
    plan["officials"][0]["name"] = "李明"
    assert [each.code for each in settled(plan).warnings] == ["warn_not_contested", "warn_candidate_official"]
    del plan["candidates"]
    assert [each.code for each in settled(plan).warnings] == ["warn_no_candidates"]
