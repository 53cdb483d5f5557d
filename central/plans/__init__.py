"""Settling a plan against its roll: names become roll numbers, rules become lists, and the whole is checked."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from central.faults import Faulty, PlanFault
from central.plans.blueprint import Blueprint
from central.plans.checks import faults_of, warnings_of
from central.plans.plan import PersonRef, Plan
from shared.election import Application, Candidate, Official
from shared.roll import Proxy, Voter


def settle(plan: Plan, voters: Sequence[Voter]) -> Blueprint:
    """The set-up but for keys, version and hash.

    Refuses `Faulty` (plan_faulty) with all faults: people who are not on the roll, whose name several bear, or whose
    number and name disagree; and what `central.plans.checks` finds.
    """
    finder = _Finder(voters)
    drawn = _drawn(plan, tuple(voters), finder)
    faults = [*finder.faults, *faults_of(drawn)]
    if faults:
        raise Faulty("plan_faulty", faults)
    return replace(drawn, warnings=tuple(warnings_of(drawn)))


def _drawn(plan: Plan, voters: tuple[Voter, ...], finder: "_Finder") -> Blueprint:
    proxies = tuple(_proxies(plan, finder))
    named = tuple(_applications(plan, finder))
    spoken_for = {application.voter for application in named} | {proxy.principal for proxy in proxies}
    return Blueprint(
        election=plan.election,
        unit=plan.unit,
        posts=plan.posts,
        papers=plan.papers,
        candidates=tuple(_candidates(plan, finder)),
        stations=plan.stations,
        boxes=plan.boxes,
        officials=tuple(_officials(plan, finder)),
        procedure=plan.procedure,
        voters=voters,
        proxies=proxies,
        applications=(*named, *_applications_by_rule(plan, voters, spoken_for)),
        settings=plan.settings,
    )


class _Finder:
    """Finds people on the roll; what is not found is a fault, and 0 stands for the person."""

    def __init__(self, voters: Sequence[Voter]) -> None:
        self.faults: list[PlanFault] = []
        self._by_no = {voter.no: voter for voter in voters}
        self._by_name: dict[str, list[int]] = {}
        for voter in voters:
            self._by_name.setdefault(voter.name, []).append(voter.no)

    def voter(self, ref: PersonRef) -> int:
        """The roll number of somebody who must be on the roll."""
        found = self._by_number(ref) if ref.no >= 0 else self._by_bare_name(ref)
        if found == 0 and ref.no < 0 and ref.name not in self._by_name:
            self._fault(ref, "plan_person_missing", name=ref.name)
        return found

    def anyone(self, ref: PersonRef) -> int:
        """The roll number of somebody who may be on the roll; 0 for a stranger to it."""
        if ref.no == 0:
            return 0
        return self._by_number(ref) if ref.no > 0 else self._by_bare_name(ref)

    def _by_number(self, ref: PersonRef) -> int:
        if ref.no not in self._by_no:
            self._fault(ref, "plan_number_missing", voter=ref.no)
            return 0
        if ref.name and ref.name != self._by_no[ref.no].name:
            self._fault(ref, "plan_name_differs", voter=ref.no, name=ref.name)
        return ref.no

    def _by_bare_name(self, ref: PersonRef) -> int:
        numbers = self._by_name.get(ref.name, [])
        if len(numbers) > 1:
            self._fault(ref, "plan_name_shared", name=ref.name, voters=", ".join(map(str, numbers)))
        return numbers[0] if len(numbers) == 1 else 0

    def _fault(self, ref: PersonRef, code: str, **facts: str | int) -> None:
        self.faults.append(PlanFault(ref.path, code, facts))


def _candidates(plan: Plan, finder: _Finder) -> Iterator[Candidate]:
    for each in plan.candidates:
        relatives = tuple(finder.voter(relative) for relative in each.relatives)
        yield Candidate(each.id, each.post, each.person.name, voter=finder.voter(each.person), relatives=relatives)


def _officials(plan: Plan, finder: _Finder) -> Iterator[Official]:
    for each in plan.officials:
        voter = finder.anyone(each.person)
        yield Official(each.id, each.person.name, each.station, roles=each.roles, voter=voter)


def _proxies(plan: Plan, finder: _Finder) -> Iterator[Proxy]:
    for each in plan.proxies:
        yield Proxy(finder.voter(each.principal), finder.voter(each.holder), each.relation, each.published)


def _applications(plan: Plan, finder: _Finder) -> Iterator[Application]:
    for each in plan.applications:
        yield Application(finder.voter(each.person), each.box, each.reason)


def _applications_by_rule(plan: Plan, voters: tuple[Voter, ...], spoken_for: set[int]) -> Iterator[Application]:
    """Those of the box's own station whom the remark puts on its list, but for people who applied or gave a proxy."""
    taken = set(spoken_for)
    station = {box.id: box.station for box in plan.boxes if box.kind == "roaming"}
    for rule in plan.application_rules:
        for voter in voters:
            reason = next((words for words in rule.remarks if words in voter.remark), "")
            away = any(words in voter.remark for words in rule.unless)
            if reason and not away and voter.home == station.get(rule.box) and voter.no not in taken:
                taken.add(voter.no)
                yield Application(voter.no, rule.box, reason)
