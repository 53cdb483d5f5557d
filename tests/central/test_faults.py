"""Every fault of rolls and plans has its sentences, and no sentence stands for nothing."""

import re
import tomllib
from pathlib import Path

import pytest

from central.faults import Faulty, PlanFault, RowFault

CENTRAL = Path(__file__).parents[2] / "central"
REFUSALS = CENTRAL.parent / "shared" / "refusals"
PREFIXES = ("row_", "mend_", "plan_", "warn_", "roll_")


def test_the_table_and_the_program_name_the_same_faults():
    source = "".join(file.read_text(encoding="utf-8") for file in sorted(CENTRAL.rglob("*.py")))
    literal = set(re.findall(r'"((?:row|plan|warn|roll|mend)_[a-z0-9_]+)"', source))
    sentences = "".join((REFUSALS / name).read_text(encoding="utf-8") for name in ("setup.toml", "plan.toml"))
    of_table = {code for code in tomllib.loads(sentences) if code.startswith(PREFIXES)}
    assert of_table <= literal
    assert {code for code in literal if code.startswith("mend_")} <= of_table


def test_a_fault_that_the_table_does_not_know_is_a_bug():
    with pytest.raises(KeyError):
        RowFault(1, "row_made_up")
    with pytest.raises(KeyError):
        PlanFault("posts", "plan_made_up")


def test_a_list_of_faults_is_one_refusal_that_counts_them():
    refusal = Faulty("roll_faulty", [RowFault(3, "row_name_missing"), RowFault(9, "row_id_form")])
    assert refusal.sentence("en") == "The roll has 2 fault(s). Nobody was imported."
    assert [fault.row for fault in refusal.faults] == [3, 9]
