"""What in a plan refers to what: ids used twice or pointing at nothing, and what no election goes without."""

from collections import Counter
from collections.abc import Iterable, Iterator

from central.faults import PlanFault
from central.plans.plan import Plan
from central.rolls.values import group_number


def reference_faults(plan: Plan) -> Iterator[PlanFault]:
    """Ids used twice, references to nothing, and what every election has: one lead, a paper a post, a box a station."""
    yield from _twice("posts", (post.id for post in plan.posts))
    yield from _twice("papers", (paper.id for paper in plan.papers))
    yield from _twice("stations", (station.id for station in plan.stations))
    yield from _twice("boxes", (box.id for box in plan.boxes))
    yield from _twice("candidates", (candidate.id for candidate in plan.candidates))
    yield from _twice("officials", (official.id for official in plan.officials))
    yield from _twice("stations.homes", (group_number(group) for station in plan.stations for group in station.homes))
    yield from _paper_faults(plan)
    yield from _station_faults(plan)


def _twice(path: str, ids: Iterable[str]) -> Iterator[PlanFault]:
    for each, count in Counter(ids).items():
        if count > 1:
            yield PlanFault(path, "plan_twice", {"id": each, "count": count})


def _paper_faults(plan: Plan) -> Iterator[PlanFault]:
    posts = {post.id for post in plan.posts}
    on_papers = Counter(post for paper in plan.papers for post in paper.posts)
    for paper in plan.papers:
        for post in sorted(set(paper.posts) - posts):
            yield PlanFault(f"papers.{paper.id}", "plan_unknown", {"kind": "posts", "id": post})
    for post in sorted(posts):
        if on_papers[post] != 1:
            yield PlanFault(f"posts.{post}", "plan_post_paper", {"post": post, "papers": on_papers[post]})
    for candidate in plan.candidates:
        if candidate.post not in posts:
            yield PlanFault(candidate.path, "plan_unknown", {"kind": "posts", "id": candidate.post})


def _station_faults(plan: Plan) -> Iterator[PlanFault]:
    stations = {station.id for station in plan.stations}
    leads = sum(station.lead for station in plan.stations)
    if leads != 1:
        yield PlanFault("stations", "plan_one_lead", {"leads": leads})
    named = [(f"boxes.{box.id}", box.station) for box in plan.boxes]
    named += [(official.path, official.station) for official in plan.officials]
    for path, station in named:
        if station not in stations:
            yield PlanFault(path, "plan_unknown", {"kind": "stations", "id": station})
    for station in sorted(stations - {box.station for box in plan.boxes if box.kind == "fixed"}):
        yield PlanFault(f"stations.{station}", "plan_no_fixed_box", {"station": station})
    known = {group_number(group) for group in plan.groups}
    for group in (group for station in plan.stations for group in station.homes):
        if known and group_number(group) not in known:
            yield PlanFault("stations.homes", "plan_unknown", {"kind": "groups", "id": group})
