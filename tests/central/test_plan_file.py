"""Plans are read strictly, and every fault is told at once with its place."""

import random

import pytest

from central.faults import Faulty
from central.plans.file import MAX_PLAN_BYTES, read_plan
from shared.errors import Refusal
from tests.central.plans import SMALL, faults, small_plan, toml


def test_a_plan_says_what_its_unit_is_and_where_groups_vote():
    plan = read_plan(toml(small_plan()))
    assert (plan.unit.id, plan.election.voting_day, plan.lead.id) == ("test-2026/north", "2026-12-20", "hall")
    homes = plan.homes()
    assert homes.of(station="", group="第2村民小组", community="") == "sub"
    assert homes.of(station="", group="第1村民小组", community="") == "hall"
    assert homes.of(station="分会场", group="1", community="") == "sub"


def test_one_text_serves_for_both_languages():
    plan = read_plan(toml(small_plan()))
    assert (plan.election.name.en, plan.unit.name.en) == ("换届选举", "North Village")


def test_keys_that_nobody_knows_are_told_with_their_path():
    plan = small_plan()
    plan["posts"][0]["seat"] = 1
    plan["vote"] = "tomorrow"
    assert faults(plan) == [("posts[1].seat", "plan_key_unknown"), ("vote", "plan_key_unknown")]


def test_all_faults_come_at_once():
    plan = small_plan()
    plan["election"]["id"] = "Not An Id"
    plan["election"]["voting_day"] = "2026-13-01"
    del plan["unit"]["name"]
    plan["posts"][0]["seats"] = 0
    plan["papers"][0]["colour"] = "url(x)"
    plan["boxes"][0]["kind"] = "flying"
    assert faults(plan) == [
        ("election.id", "plan_not_an_id"),
        ("election.voting_day", "plan_not_a_day"),
        ("unit.name", "plan_key_missing"),
        ("posts[1].seats", "plan_not_a_number"),
        ("papers[1].colour", "plan_not_a_colour"),
        ("boxes[1].kind", "plan_not_a_choice"),
    ]


def test_a_fault_reads_in_both_languages():
    plan = small_plan()
    plan["posts"][0]["seats"] = "three"
    with pytest.raises(Faulty) as refused:
        read_plan(toml(plan))
    (fault,) = refused.value.faults
    assert fault.sentence("zh") == "posts[1].seats:“seats”应是 1 到 99 之间的整数。"
    assert fault.sentence("en") == "posts[1].seats: “seats” is a whole number from 1 to 99."


@pytest.mark.parametrize("leads", [(False, False), (True, True)])
def test_one_station_leads(leads: tuple[bool, bool]):
    plan = small_plan()
    for station, lead in zip(plan["stations"], leads, strict=True):
        station["lead"] = lead
    assert faults(plan) == [("stations", "plan_one_lead")]


def test_every_post_stands_on_one_paper():
    plan = small_plan()
    plan["posts"].append({"id": "deputy", "name": "副主任", "seats": 1})
    assert faults(plan) == [("posts.deputy", "plan_post_paper")]
    plan["papers"].append({"id": "both", "name": "票", "colour": "blue", "posts": ["deputy", "director"]})
    assert faults(plan) == [("posts.director", "plan_post_paper")]


def test_references_to_nothing_are_told():
    plan = small_plan()
    plan["candidates"][0]["post"] = "king"
    plan["boxes"][2]["station"] = "moon"
    plan["officials"][0]["station"] = "moon"
    assert faults(plan) == [
        ("candidates[1]", "plan_unknown"),
        ("boxes.roaming-1", "plan_unknown"),
        ("officials[1]", "plan_unknown"),
    ]


def test_an_id_or_a_groups_home_given_twice_is_told():
    plan = small_plan()
    plan["boxes"][1]["id"] = "hall-1"
    plan["stations"][0]["homes"] = ["第2组"]
    assert faults(plan) == [("boxes", "plan_twice"), ("stations.homes", "plan_twice")]


def test_a_group_beyond_those_of_the_unit_has_no_home():
    plan = small_plan()
    plan["unit"]["groups"] = [1, 3]
    assert faults(plan) == [("stations.homes", "plan_unknown")]


def test_a_station_needs_a_fixed_box():
    plan = small_plan()
    del plan["boxes"][1]
    assert faults(plan) == [("stations.sub", "plan_no_fixed_box")]


def test_unknown_roles_and_parameters_are_told():
    plan = small_plan()
    plan["officials"][0]["roles"] = ["king"]
    plan["procedure"]["parameters"] = {"proxy_limit": 3, "pile_minimum": 1}
    assert faults(plan) == [
        ("officials[1].roles", "plan_role_unknown"),
        ("procedure.parameters", "parameter_unknown"),
        ("procedure.parameters", "parameter_wrong"),
    ]


def test_parameters_of_the_plan_reach_the_procedure():
    plan = small_plan()
    plan["procedure"]["parameters"] = {"proxies_per_holder": {"value": 2, "source": "选举办法 第九条"}}
    procedure = read_plan(toml(plan)).procedure
    assert procedure.parameters.proxies_per_holder == 2
    assert procedure.sources["proxies_per_holder"] == "选举办法 第九条"


def test_settings_are_lines_of_text():
    plan = small_plan()
    plan["settings"] = {"notice": "请带身份证", "limit": 3}
    assert faults(plan) == [("settings.limit", "plan_not_words")]


@pytest.mark.parametrize("data", [b"[election", b"\xff\xfe", b"a = " + b"[" * 100_000])
def test_what_is_no_toml_is_refused_as_a_whole(data: bytes):
    with pytest.raises(Refusal, match="plan_not_toml"):
        read_plan(data)


def test_a_plan_beyond_the_limit_is_refused():
    with pytest.raises(Refusal, match="plan_too_large"):
        read_plan(SMALL.encode() + b" " * MAX_PLAN_BYTES)


@pytest.mark.parametrize(
    "section", ["election", "unit", "procedure", "posts", "papers", "stations", "boxes", "officials"]
)
def test_a_section_that_is_missing_or_of_another_shape_is_told(section: str):
    plan = small_plan()
    plan[section] = "something else"
    assert (section, "plan_not_a_table") in faults(plan)
    del plan[section]
    assert (section, "plan_key_missing") in faults(plan)


def test_a_value_of_any_other_kind_is_a_fault_or_fits_and_never_a_crash():
    dice = random.Random(3)
    strange = ["", "x", -1, 0, 10**20, True, [], ["x"], [1, {}], {}, {"zh": 1}, {"value": []}, [[]], 1.5]
    for _ in range(300):
        plan = small_plan()
        table = plan[dice.choice(sorted(plan))]
        fields = dice.choice(table) if isinstance(table, list) else table
        fields[dice.choice([*sorted(fields), "relatives", "homes", "voter", "parameters"])] = dice.choice(strange)
        assert all(code.startswith(("plan_", "parameter_")) for _, code in faults(plan))
