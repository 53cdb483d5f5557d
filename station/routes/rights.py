"""The rights of one roll entry as a desk sees them: used, away with a box, entrusted, of another station, or free."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from flask_babel import gettext as _

from shared import events as ev
from shared.book import Admission
from shared.election import Setup
from shared.errors import Refusal
from shared.figures import clock
from shared.ledger import papers_of
from shared.roll import Voter
from shared.rules import Act, By, objections
from shared.rules.check_in import lease_of
from shared.state import State
from station.routes import words

LATER = frozenset({"other_home", "second_official_needed", "role_lacking"})  # what the form itself asks for


class Mark(NamedTuple):
    """A state in a word and a tone: "" ok no warn."""

    label: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class OneRight:
    """A right that the person at the desk may use: their own, or that of ``voter`` who entrusted it."""

    voter: Voter
    kind: Literal["own", "proxy"]
    mark: Mark
    use: Admission | None
    obstacle: Refusal | None
    elsewhere: bool
    note: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        return self.obstacle is None


def mark_of(state: State, setup: Setup, round_: int, voter: Voter) -> Mark:
    """The pill beside a name in a list."""
    used = use_mark(state, setup, round_, voter.no)
    if used is not None:
        return used
    lease = lease_of(state, round_, voter.no)
    if lease is not None:
        return Mark(words.box_name(setup, lease.box), "warn")
    if voter.home != setup.station_of_device[state.own].id:
        return Mark(words.station_name(setup, voter.home), "warn")
    held = sum(1 for one in setup.proxies if one.holder == voter.no)
    if held:
        return Mark(_("受托 %(n)s 人", n=held))
    return Mark(_("请假")) if state.mine.attendance.get(voter.no) == "excused" else Mark(_("未到"))


def use_mark(state: State, setup: Setup, round_: int, no: int) -> Mark | None:
    """Where and when the right was used; None while it was not."""
    uses = state.uses(round_, no)
    if not uses:
        return None
    if len(uses) > 1:
        return Mark(_("用了 %(n)s 次", n=len(uses)), "no")
    use = uses[0]
    if use.box:
        return Mark(_("流动票箱已投"), "ok")
    if use.device != state.own:
        station = setup.station_of_device[use.device].id if use.device in setup.station_of_device else ""
        return Mark(f"{clock(use.at)} {words.station_name(setup, station)}", "warn")
    words_ = _("%(at)s 代领") if use.right == "proxy" else _("%(at)s 已领票")
    return Mark(words_ % {"at": clock(use.at)}, "ok")


def of_person(state: State, setup: Setup, round_: int, asked: tuple[Voter, By]) -> list[OneRight]:
    """The own right first, then every right that was entrusted to this person."""
    voter, by = asked
    found = [_right(state, setup, round_, (voter, voter, by))]
    entrusted = [one for one in setup.proxies if one.holder == voter.no and one.principal in setup.roll]
    found += [_right(state, setup, round_, (setup.roll[one.principal], voter, by)) for one in entrusted]
    return found


def _right(state: State, setup: Setup, round_: int, asked: tuple[Voter, Voter, By]) -> OneRight:
    voter, holder, _ = asked
    kind: Literal["own", "proxy"] = "own" if voter is holder else "proxy"
    uses = state.uses(round_, voter.no)
    return OneRight(
        voter=voter,
        kind=kind,
        mark=mark_of(state, setup, round_, voter),
        use=uses[0] if uses else None,
        obstacle=_obstacle(state, setup, round_, asked),
        elsewhere=voter.home != setup.station_of_device[state.own].id,
        note=_proxy_note(setup, voter) if kind == "proxy" else (),
    )


def _proxy_note(setup: Setup, principal: Voter) -> tuple[str, ...]:
    proxy = setup.proxy_of[principal.no]
    published = _("书面委托已公示") if proxy.published else _("书面委托未公示")
    return tuple(part for part in (proxy.relation, published) if part)


def _obstacle(state: State, setup: Setup, round_: int, asked: tuple[Voter, Voter, By]) -> Refusal | None:
    """What the rules would answer now, so that the desk knows before the button; they are asked again at the act."""
    voter, holder, by = asked
    if not round_:
        return Refusal("round_not_called", round=1)
    own = voter is holder
    event = ev.PapersIssued(
        round_, voter.no, papers_of(state, setup, round_), "own" if own else "proxy", 0 if own else holder.no
    )
    epoch, through, _hash = state.mine.head()
    found = objections(Act(event, (by,), state.own, epoch, through + 1), state, setup)
    return next((one for one in found if one.code not in LATER), None)
