"""From a plan and a roll to each station's signed, sealed package: stations are approved, then packages are made."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

from central.intake import Intake
from central.office import Office
from central.plans import settle
from central.plans.blueprint import Blueprint, StationKeys
from central.plans.file import read_plan
from central.rolls import RollDraft, read_roll
from central.store.envelopes import Kept
from central.store.setups import Setups, StationRow, UnitRow
from shared import dsse, package, request
from shared.certificate import Ending, LastTrusted, Subject, Trust
from shared.errors import Refusal
from shared.keys import PublicKey
from shared.package import Credentials

_NO_HASH: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plan settled against its roll, nothing stored yet."""

    blueprint: Blueprint
    roll: RollDraft


class Enrolment:
    """One office's set-up work."""

    def __init__(self, office: Office, store: Setups, intake: Intake) -> None:
        self._office: Final = office
        self._store: Final = store
        self._intake: Final = intake

    def draw(self, plan_file: bytes, roll_file: bytes) -> Drawn:
        """Read and check both. Refuses with every fault at once; nothing is stored."""
        plan = read_plan(plan_file)
        day = date.fromisoformat(plan.election.voting_day)
        draft = read_roll(roll_file, voting_day=day, homes=plan.homes(), id_key=self._office.id_key)
        return Drawn(settle(plan, draft.accepted()), draft)

    def create(self, plan_file: bytes, roll_file: bytes, now: datetime) -> Drawn:
        """Store a unit's plan and roll, once they are without fault."""
        drawn = self.draw(plan_file, roll_file)
        unit, election = drawn.blueprint.unit, drawn.blueprint.election
        row = UnitRow(unit.id, unit.name.zh, plan_file, roll_file)
        self._store.add_unit(row, election=election.id, voting_day=election.voting_day, now=_moment(now))
        return drawn

    def import_roll(self, unit: str, roll_file: bytes, now: datetime) -> Drawn:
        """Another roll under the same plan. Refuses ``unit_unknown``."""
        return self.create(self._unit(unit).plan, roll_file, now)

    def compare(self, request_file: bytes) -> str:
        """The fingerprint that people compare with the station's own screen before they approve it."""
        return request.read(request_file).fingerprint

    def approve(self, unit: str, station: str, request_file: bytes, now: datetime) -> None:
        """Certify a station's keys. Refuses unit_unknown, station_unknown, key_in_use."""
        blueprint = self._blueprint(unit)
        planned = next((one for one in blueprint.stations if one.id == station), None)
        if planned is None:
            raise Refusal("station_unknown", station=station)
        asked = request.read(request_file)
        for other in self._store.stations(unit).values():
            if other.station != station and request.read(other.request).public == asked.public:
                raise Refusal("key_in_use", station=other.station)
        subject = Subject(
            role="station",
            public=asked.public,
            name=planned.name.zh,
            issued=now.date().isoformat(),
            election=blueprint.election.id,
            unit=unit,
            station=station,
            sealing=asked.sealing,
        )
        certificate = subject.issue([self._office.key])
        self._store.approve(StationRow(unit, station, request_file, bytes(certificate)), _moment(now))

    def package(self, unit: str, station: str, now: datetime) -> tuple[bytes, int]:
        """(the unit's package sealed to one station, its version). All stations of a unit hold the same content; a new
        version is made when it changes. Refuses unit_unknown, station_unknown, stations_missing."""
        approved = self._store.stations(unit)
        blueprint = self._blueprint(unit)
        if station not in {one.id for one in blueprint.stations}:
            raise Refusal("station_unknown", station=station)
        missing = [one.id for one in blueprint.stations if one.id not in approved]
        if missing:
            raise Refusal("stations_missing", stations=", ".join(missing))
        signed, version = self._current(unit, blueprint, approved, now)
        trust = Trust(self._office.root)
        subject = trust.device([self._office.certificate, dsse.parse(approved[station].certificate)]).subject
        return package.seal(signed, subject, version), version

    def _current(
        self, unit: str, blueprint: Blueprint, approved: dict[str, StationRow], now: datetime
    ) -> tuple[bytes, int]:
        newest = self._store.newest_package(unit)
        if newest is not None:
            again = self._write(blueprint, approved, newest.version)
            if dsse.parse(again).payload == dsse.parse(newest.signed).payload:
                return newest.signed, newest.version
        version = newest.version + 1 if newest else 1
        signed = self._write(blueprint, approved, version)
        hash_ = sha256(dsse.parse(signed).payload).hexdigest()

        def amend(kept: Kept) -> tuple[Kept, dict[str, Any]]:
            packages = (*kept.packages, (version, signed))
            return replace(kept, packages=packages), {"package": (unit, version, hash_, signed, _moment(now))}

        self._intake.refold(unit, amend)
        return signed, version

    def _write(self, blueprint: Blueprint, approved: dict[str, StationRow], version: int) -> bytes:
        keys = {}
        for row in approved.values():
            asked = request.read(row.request)
            device = PublicKey.from_base64(asked.public).id
            keys[row.station] = StationKeys(device, asked.public, asked.sealing)
        wanted = {one.id for one in blueprint.stations}
        certificates = tuple(dsse.parse(row.certificate) for name, row in sorted(approved.items()) if name in wanted)
        endings = tuple(dsse.parse(data) for data in self._intake.units.store.kept(blueprint.unit.id).endings)
        credentials = Credentials(self._office.root_signed, self._office.certificate, certificates, endings)
        return package.write(blueprint.setup(version=version, hash_=_NO_HASH, keys=keys), credentials, self._office.key)

    def end(self, unit: str, station: str, reason: str, last: LastTrusted | None) -> str:
        """End a station's certificate; what it signed after ``last`` leaves the state. Gives the statement's id."""
        row = self._store.stations(unit).get(station)
        if row is None:
            raise Refusal("station_unknown", station=station)
        signed = Ending(dsse.parse(row.certificate).id, reason, last).sign([self._office.key])

        def amend(kept: Kept) -> tuple[Kept, dict[str, Any]]:
            return replace(kept, endings=(*kept.endings, bytes(signed))), {"ending": (unit, signed.id, bytes(signed))}

        self._intake.refold(unit, amend)
        return signed.id

    def _unit(self, unit: str) -> UnitRow:
        found = self._store.unit(unit)
        if found is None:
            raise Refusal("unit_unknown", unit=unit[:80])
        return found

    def _blueprint(self, unit: str) -> Blueprint:
        row = self._unit(unit)
        return self.draw(row.plan, row.roll).blueprint


def _moment(now: datetime) -> str:
    return now.isoformat(timespec="seconds")
