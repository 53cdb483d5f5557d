"""What may not stand in a set-up, and what the office should look at again. Pure: a blueprint in, findings out."""

from collections import Counter
from collections.abc import Iterator

from central.faults import PlanFault
from central.plans.blueprint import Blueprint
from shared.events.kind import DESK, HEADS
from shared.roll import Voter
from shared.rules.officials import COUNTING_ROLES


def faults_of(drawn: Blueprint) -> Iterator[PlanFault]:
    """Findings that stop the set-up."""
    yield from _candidate_faults(drawn)
    yield from _counting_faults(drawn)
    yield from _staff_faults(drawn)
    yield from _proxy_faults(drawn)
    yield from _application_faults(drawn)


def warnings_of(drawn: Blueprint) -> Iterator[PlanFault]:
    """Findings that the office may leave as they are."""
    standing = Counter(candidate.post for candidate in drawn.candidates)
    for post in drawn.posts:
        # 村民委员会组织法 第十五条: more candidates than seats; an election by write-in alone has none
        if 0 < standing[post.id] <= post.seats:
            facts = {"post": post.id, "candidates": standing[post.id], "seats": post.seats}
            yield PlanFault(f"posts.{post.id}", "warn_not_contested", facts)
        if standing[post.id] == 0:
            yield PlanFault(f"posts.{post.id}", "warn_no_candidates", {"post": post.id})
    candidates = {candidate.voter for candidate in drawn.candidates}
    for official in drawn.officials:
        if official.voter and official.voter in candidates:
            yield PlanFault(f"officials.{official.id}", "warn_candidate_official", {"official": official.id})
    yield from _household_warnings(drawn)
    yield from _proxy_warnings(drawn)


def _candidate_faults(drawn: Blueprint) -> Iterator[PlanFault]:
    standing = Counter((candidate.post, candidate.voter) for candidate in drawn.candidates if candidate.voter)
    for (post, voter), times in standing.items():
        if times > 1:
            yield PlanFault(f"posts.{post}", "plan_candidate_twice", {"voter": voter, "post": post})


def _counting_faults(drawn: Blueprint) -> Iterator[PlanFault]:
    """RO2: neither a candidate nor a near relative that a candidate lists is scrutineer, caller or teller."""
    for official in drawn.officials:
        counting = sorted(COUNTING_ROLES & set(official.roles))
        if counting and official.voter in _concerned(drawn):
            facts = {"official": official.id, "roles": " / ".join(counting)}
            yield PlanFault(f"officials.{official.id}", "plan_counting_candidate", facts)


def _concerned(drawn: Blueprint) -> frozenset[int]:
    people = {candidate.voter for candidate in drawn.candidates}
    people |= {relative for candidate in drawn.candidates for relative in candidate.relatives}
    return frozenset(people - {0})


def _staff_faults(drawn: Blueprint) -> Iterator[PlanFault]:
    """Each station can open, seal, override and close by itself, which takes two; a box leaves with its witnesses."""
    concerned = _concerned(drawn)
    for station in drawn.stations:
        staff = [official for official in drawn.officials if official.station == station.id]
        heads = [official for official in staff if set(official.roles) & set(HEADS)]
        if len(heads) < 2:
            facts = {"station": station.id, "given": len(heads), "roles": " / ".join(HEADS)}
            yield PlanFault(f"stations.{station.id}", "plan_two_heads", facts)
        if not any(set(official.roles) & set(DESK) for official in staff):
            facts = {"station": station.id, "roles": " / ".join(DESK)}
            yield PlanFault(f"stations.{station.id}", "plan_no_desk", facts)
        fit = sum(official.voter not in concerned for official in staff)
        needed = drawn.procedure.parameters.roaming_witnesses
        if _has_roaming_box(drawn, station.id) and fit < needed:
            facts = {"station": station.id, "given": fit, "needed": needed}
            yield PlanFault(f"stations.{station.id}", "plan_few_witnesses", facts)


def _has_roaming_box(drawn: Blueprint, station: str) -> bool:
    return any(box.kind == "roaming" and box.station == station for box in drawn.boxes)


def _proxy_faults(drawn: Blueprint) -> Iterator[PlanFault]:
    """PX1: a named person, a limited number; a right that was entrusted is not entrusted further."""
    parameters = drawn.procedure.parameters
    principals = Counter(proxy.principal for proxy in drawn.proxies if proxy.principal)
    candidates = {candidate.voter for candidate in drawn.candidates}
    held = Counter(proxy.holder for proxy in drawn.proxies if proxy.holder)
    for voter, times in principals.items():
        if times > 1:
            yield PlanFault("proxies", "plan_proxy_twice", {"voter": voter})
    for holder, count in held.items():
        if holder in principals:
            yield PlanFault("proxies", "plan_proxy_chain", {"voter": holder})
        if count > parameters.proxies_per_holder:
            facts = {"voter": holder, "given": count, "most": parameters.proxies_per_holder}
            yield PlanFault("proxies", "plan_proxy_limit", facts)
        if holder in candidates and not parameters.candidate_may_hold_proxy:
            yield PlanFault("proxies", "plan_proxy_candidate", {"voter": holder})


def _application_faults(drawn: Blueprint) -> Iterator[PlanFault]:
    """A list holds each voter once, from the box's own station: only that station can lend the right."""
    roaming = {box.id: box.station for box in drawn.boxes if box.kind == "roaming"}
    home = {voter.no: voter.home for voter in drawn.voters}
    principals = {proxy.principal for proxy in drawn.proxies}
    seen = Counter(application.voter for application in drawn.applications if application.voter)
    for application in drawn.applications:
        facts = {"voter": application.voter, "box": application.box}
        if application.box not in roaming:
            yield PlanFault("applications", "plan_not_roaming", facts)
        elif application.voter and home[application.voter] != roaming[application.box]:
            yield PlanFault("applications", "plan_application_elsewhere", facts)
        if application.voter in principals and application.voter:
            yield PlanFault("applications", "plan_application_principal", facts)
    for voter, times in seen.items():
        if times > 1:
            yield PlanFault("applications", "plan_application_twice", {"voter": voter})


def _household_warnings(drawn: Blueprint) -> Iterator[PlanFault]:
    """Someone of a candidate's household may be a near relative whom the candidate did not list."""
    voters = {voter.no: voter for voter in drawn.voters}
    households = {_household(voters[each.voter]) for each in drawn.candidates if voters[each.voter].household}
    for official in drawn.officials:
        counting = COUNTING_ROLES & set(official.roles)
        if counting and official.voter and _household(voters[official.voter]) in households:
            yield PlanFault(f"officials.{official.id}", "warn_household", {"official": official.id})


def _household(voter: Voter) -> tuple[str, str]:
    return voter.group, voter.household


def _proxy_warnings(drawn: Blueprint) -> Iterator[PlanFault]:
    home = {voter.no: voter.home for voter in drawn.voters}
    for proxy in drawn.proxies:
        if drawn.procedure.parameters.proxy_needs_publication and not proxy.published:
            yield PlanFault("proxies", "warn_proxy_unpublished", {"voter": proxy.principal})
        if home[proxy.principal] != home[proxy.holder]:
            yield PlanFault("proxies", "warn_proxy_elsewhere", {"voter": proxy.principal, "holder": proxy.holder})
