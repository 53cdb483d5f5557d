"""What a running office is made of: wired once, handed to the pages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from central.accounts import Desk
from central.enrolment import Enrolment
from central.intake import Intake
from central.office import Office
from central.questions import Questions
from central.settling import Settling
from central.store.accounts import Accounts
from central.store.cases import Cases
from central.store.envelopes import Envelopes
from central.store.setups import Setups
from central.store.tables import create
from central.units import Units
from central.view import Views
from central.watch import Watch
from shared.database import connect

Clock = Callable[[], datetime]
Random = Callable[[int], bytes]
MOST_FILES: Final = 64 * 2**20  # bytes of one request: a stick's worth of batch files


@dataclass(frozen=True, slots=True)
class Program:
    """All parts over one office's folder."""

    office: Office
    now: Clock
    random: Random
    store: Envelopes
    units: Units
    intake: Intake
    questions: Questions
    views: Views
    cases: Cases
    settling: Settling
    watch: Watch
    setups: Setups
    enrolment: Enrolment
    desk: Desk


def wire(office: Office, now: Clock, random: Random) -> Program:
    """Open the office's database and put everything together. Refuses ``other_format``."""
    engine = connect(office.database)
    create(engine)
    store, cases, setups = Envelopes(engine), Cases(engine), Setups(engine)
    units = Units(store, office.root, office.key.public)
    intake = Intake(units, office.key)
    views = Views(intake)
    settling = Settling(intake, views, cases, office.key)
    return Program(
        office=office,
        now=now,
        random=random,
        store=store,
        units=units,
        intake=intake,
        questions=Questions(units, intake, store),
        views=views,
        cases=cases,
        settling=settling,
        watch=Watch(views, settling, cases),
        setups=setups,
        enrolment=Enrolment(office, setups, intake),
        desk=Desk(Accounts(engine), random),
    )
