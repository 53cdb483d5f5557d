"""From a preset's file and an election's own parameters to a `Procedure`.

A preset is data of ours, so a fault in its file is a bug and crashes; what an election sets on top is people's, and is
refused with the name of the parameter.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib import resources
from typing import Any, Final

from shared.errors import Refusal
from shared.procedure import Parameters, Procedure, RoundRule, Text, Threshold

MUST_CONFIRM: Final = "the office must confirm"
SET_BY_PLAN: Final = "the office's election plan"
OF_ROUNDS: Final = ("void_when_over", "rerun_needs_turnout")  # parameters that shape rounds, not `Parameters`


def preset_names() -> tuple[str, ...]:
    files = resources.files("shared.presets").iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


def read_preset(name: str, set_: Mapping[str, Any] | None = None) -> Procedure:
    """The procedure called ``name`` with the parameters in ``set_`` put in place of the usual ones.

    A value may come with its source: ``{"value": 2, "source": "…"}``. Refuses: preset_unknown, parameter_unknown,
    parameter_wrong, the first that is found; `parameter_refusals` gives all.
    """
    refusals = parameter_refusals(name, set_ or {})
    if refusals:
        raise refusals[0]
    data = _read(name)
    chosen = {key: _value(set_[key]) if set_ and key in set_ else usual["value"] for key, usual in _usual(data).items()}
    return Procedure(
        preset=name,
        rounds=tuple(_shaped(_round(each), chosen, _main_validity(data)) for each in data["rounds"]),
        parameters=Parameters(**{key: value for key, value in chosen.items() if key not in OF_ROUNDS}),
        sources={key: _source(key, usual, set_ or {}) for key, usual in _usual(data).items()},
    )


def parameter_refusals(name: str, set_: Mapping[str, Any]) -> list[Refusal]:
    """Everything wrong with a choice of preset and parameters, in the order given."""
    if name not in preset_names():
        return [Refusal("preset_unknown", preset=name, known=", ".join(preset_names()))]
    usual = _usual(_read(name))
    refusals = []
    for key, given in set_.items():
        if key not in usual:
            refusals.append(Refusal("parameter_unknown", parameter=key, known=", ".join(sorted(usual))))
        elif not _fits(_value(given), usual[key]) or not _sourced_well(given):
            refusals.append(Refusal("parameter_wrong", parameter=key, allowed=_allowed(usual[key])))
    return refusals


def unconfirmed(procedure: Procedure) -> tuple[str, ...]:
    """Parameters whose value no law names and no plan has set: the office must confirm each before the day."""
    return tuple(sorted(key for key, source in procedure.sources.items() if source == MUST_CONFIRM))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("shared.presets").joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def _usual(data: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return dict(data["parameters"])


def _value(given: Any) -> Any:
    return given.get("value") if isinstance(given, dict) else given


def _source(key: str, usual: Mapping[str, Any], set_: Mapping[str, Any]) -> str:
    if key not in set_:
        return str(usual["source"])
    given = set_[key]
    return str(given["source"]) if isinstance(given, dict) and "source" in given else SET_BY_PLAN


def _sourced_well(given: Any) -> bool:
    """A bare value, or a table of a value and, if one is named, a source in words."""
    if not isinstance(given, dict):
        return True
    source = given.get("source", SET_BY_PLAN)
    return given.keys() <= {"value", "source"} and isinstance(source, str) and bool(source)


def _fits(value: Any, usual: Mapping[str, Any]) -> bool:
    """Of the same type as the usual value (a truth value is no number), and within its bounds."""
    if type(value) is not type(usual["value"]):
        return False
    if "choices" in usual:
        return value in usual["choices"]
    return not isinstance(value, int) or isinstance(value, bool) or usual["least"] <= value <= usual["most"]


def _allowed(usual: Mapping[str, Any]) -> str:
    if "choices" in usual:
        return " / ".join(usual["choices"])
    return f"{usual['least']}-{usual['most']}" if "least" in usual else "true / false"


def _round(data: Mapping[str, Any]) -> RoundRule:
    return RoundRule(
        kind=data["kind"],
        validity=_thresholds(data.get("validity", ())),
        win=_thresholds(data.get("win", ())),
        void_when_over=data["void_when_over"],
        source=Text(**data["source"]),
    )


def _thresholds(data: Iterable[Mapping[str, Any]]) -> tuple[Threshold, ...]:
    return tuple(Threshold(**{**each, "source": Text(**each["source"])}) for each in data)


def _main_validity(data: Mapping[str, Any]) -> tuple[Threshold, ...]:
    return next(_round(each).validity for each in data["rounds"] if each["kind"] == "main")


def _shaped(rule: RoundRule, chosen: Mapping[str, Any], turnout: tuple[Threshold, ...]) -> RoundRule:
    own = turnout if rule.kind == "rerun" and chosen["rerun_needs_turnout"] else rule.validity
    return replace(rule, void_when_over=chosen["void_when_over"], validity=own)
