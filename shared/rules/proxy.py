"""Rules of proxy voting (委托投票): registered in writing, published, a limited number for one holder, used once.

选举法 第四十二条 names a limit of three; village rules name three, two or none: all are parameters of the procedure.
A principal who comes in person uses the right; the proxy then finds it used.
"""

from collections.abc import Iterator

from shared import events as ev
from shared.errors import Refusal
from shared.rules.act import Bench


def objections(bench: Bench, event: ev.PapersIssued) -> Iterator[Refusal]:
    """Refuses proxy_missing, proxy_holder_differs, proxy_unpublished, proxy_limit, proxy_candidate."""
    if event.right == "own":
        if event.holder:
            yield Refusal("proxy_holder_differs", voter=event.voter, holder=event.holder)
        return
    parameters = bench.setup.procedure.parameters
    registered = bench.setup.proxy_of.get(event.voter)
    if registered is None:
        yield Refusal("proxy_missing", voter=event.voter)
        return
    if registered.holder != event.holder:
        yield Refusal("proxy_holder_differs", voter=event.voter, holder=event.holder)
    if parameters.proxy_needs_publication and not registered.published:
        yield Refusal("proxy_unpublished", voter=event.voter)
    if not parameters.candidate_may_hold_proxy and _is_candidate(bench, event.holder):
        yield Refusal("proxy_candidate", holder=event.holder)
    if used_by(bench, event.round, event.holder) >= parameters.proxies_per_holder:
        yield Refusal("proxy_limit", holder=event.holder, limit=parameters.proxies_per_holder)


def used_by(bench: Bench, round_: int, holder: int) -> int:
    """How many entrusted rights the holder has used in this round, wherever."""
    entrusted = (one.principal for one in bench.setup.proxies if one.holder == holder)
    uses = (use for principal in entrusted for use in bench.state.uses(round_, principal))
    return sum(1 for use in uses if use.right == "proxy")


def _is_candidate(bench: Bench, holder: int) -> bool:
    return any(one.voter == holder for one in bench.setup.candidates)
