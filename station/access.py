"""Who stands at a phone, and what they may do: sign-in with a PIN, the lock after idleness, roles, the second official.

A phone belongs to the desk, people change at it: a session names one official and one desk, and ends when nobody
touched the phone for a while. Every view states which roles may use it; whoever else is signed in may look (observers
see everything and change nothing). The rules of the day ask again about every act; this file only saves people the way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

from flask import current_app, request, session

from shared.election import Official, Station
from shared.errors import Refusal
from shared.events.kind import Roles
from shared.roll import Voter
from shared.rules import By
from shared.web import PUBLIC
from station.courier import Courier
from station.keeper import Keeper
from station.pins import Pins

LOOK: Final = "look"
FRESH: Final = 30  # seconds


@dataclass(frozen=True, slots=True)
class Program:
    """What the screens stand on. ``plain``: two officials switched plain HTTP on, so every screen says so.
    ``courier``: the traffic with each address."""

    keeper: Keeper
    pins: Pins
    now: Callable[[], datetime]
    idle: timedelta
    plain: bool
    courier: Courier


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in on this phone, and at which desk it lies."""

    official: Official
    desk: str

    @property
    def by(self) -> By:
        return By(self.official.id, self.desk)

    def may(self, roles: Roles) -> bool:
        return bool(set(self.official.roles) & set(roles))


def program() -> Program:
    return cast(Program, current_app.extensions["station"])


def keeper() -> Keeper:
    return program().keeper


def here() -> Station:
    """This station, as the set-up names it."""
    return keeper().station


def staff() -> list[Official]:
    """The officials of this station, in the order of the set-up."""
    return [one for one in keeper().setup.officials if one.station == here().id]


def voter(no: int) -> Voter:
    """An entry of the roll. Refuses ``voter_unknown``."""
    found = keeper().setup.roll.get(no)
    if found is None:
        raise Refusal("voter_unknown", voter=no)
    return found


def check(rule: Any) -> None:
    """Raise ``not_signed_in`` or ``not_allowed``. ``rule`` is `LOOK` or the roles that may."""
    person = signed_in()
    if person is None:
        raise Refusal("not_signed_in")
    if rule != LOOK and not person.may(rule):
        raise Refusal("not_allowed")
    _touch()


def may(endpoint: str) -> bool:
    """Would the signed-in person be let in there? Buttons that would not be are not drawn."""
    rule, person = rule_of(endpoint), signed_in()
    return person is not None and (rule in (LOOK, PUBLIC) or person.may(rule))


def rule_of(endpoint: str) -> Any:
    return current_app.extensions["access_rules"][endpoint]


def _touch() -> None:
    """Somebody is here. A page that refreshes itself is nobody, and a cookie need not be renewed with every tap."""
    now = _seconds(program().now())
    if request.headers.get("X-Part") != "live" and now - int(session.get("seen", 0)) >= FRESH:
        session["seen"] = now


def signed_in() -> Person | None:
    """Who this phone's session names; nobody once it lay idle, or once a newer list leaves them out."""
    official = keeper().setup.official.get(session.get("official", ""))
    if official is None or official.station != here().id or _is_idle():
        return None
    return Person(official, session["desk"])


def me() -> Person:
    """Who acts. Refuses ``not_signed_in``."""
    person = signed_in()
    if person is None:
        raise Refusal("not_signed_in")
    return person


def last_person() -> tuple[str, str]:
    """(official, desk) of the session, even if it is locked: what the sign-in page offers first."""
    return session.get("official", ""), session.get("desk", "")


def sign_in(official: str, desk: str, pin: str) -> None:
    """Begin a session. Refuses ``official_unknown`` and what `Pins.verify` refuses."""
    _of_staff(official)
    program().pins.verify(official, pin)
    begin(official, desk)


def choose_pin(official: str, slip: str, pin: str) -> None:
    """Set one's own PIN with the one-time slip. Refuses ``official_unknown`` and what `Pins.choose` refuses."""
    _of_staff(official)
    program().pins.choose(official, slip, pin)


def begin(official: str, desk: str) -> None:
    """A session of its own for each person: nothing of the one before is left on the phone."""
    session.clear()
    session.update(official=official, desk=desk, seen=_seconds(program().now()))


def sign_out() -> None:
    """The desk stays on the phone, the person does not."""
    desk = session.get("desk", "")
    session.clear()
    session["desk"] = desk


def second(official: str, pin: str) -> By:
    """The second official of an act, who types their own PIN on this phone. Refuses ``official_unknown``,
    ``same_official_twice`` and what `Pins.verify` refuses."""
    if official == me().official.id:
        raise Refusal("same_official_twice", official=official)
    _of_staff(official)
    program().pins.verify(official, pin)
    return By(official, me().desk)


def _of_staff(official: str) -> None:
    if official not in {one.id for one in staff()}:
        raise Refusal("official_unknown", official=official)


def _is_idle() -> bool:
    return _seconds(program().now()) - int(session.get("seen", 0)) > program().idle.total_seconds()


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
