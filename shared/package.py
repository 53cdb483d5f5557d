"""The package: all that the office signed about one unit, in one version, with the certificates to prove it.

All stations of a unit hold the same payload, hence the same package hash. The signed package is sealed to each
station's key: a lost stick shows nobody the roll. The public package is the same without roll, proxies and
applications; ``of`` names the full one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

from shared import canonical, codec, dsse
from shared.certificate import Certificate, Root, Subject, Trust, read_ending, read_root
from shared.codec import ElectionId, Hash, KeyId, UnitId
from shared.dsse import Signed
from shared.election import Application, Box, Candidate, Election, Official, PaperType, Post, Setup, Station, Unit
from shared.errors import Refusal
from shared.keys import PublicKey, SealingKey, SigningKey, fingerprint, seal_to
from shared.procedure import Procedure
from shared.roll import Proxy, Roll, Voter
from shared.spare import Spare

PACKAGE: Final = dsse.type_of("package")
MOST_PACKAGE: Final = 64 * 2**20  # bytes; the roll of a large community is a tenth of it


@dataclass(frozen=True)
class Credentials:
    """What proves a package and the logs under it: root statement, office and station certificates, endings, spares."""

    root: Signed
    office: Signed
    stations: tuple[Signed, ...]
    endings: tuple[Signed, ...] = ()
    spares: tuple[Spare, ...] = ()


@dataclass(frozen=True)
class Payload:
    """What is signed. ``of`` is the hash of the full package where this is the public one."""

    version: int
    election: Election
    unit: Unit
    posts: tuple[Post, ...]
    papers: tuple[PaperType, ...]
    candidates: tuple[Candidate, ...]
    stations: tuple[Station, ...]
    boxes: tuple[Box, ...]
    officials: tuple[Official, ...]
    procedure: Procedure
    credentials: Credentials
    roll: tuple[Voter, ...] = ()
    proxies: tuple[Proxy, ...] = ()
    applications: tuple[Application, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    of: Hash = ""


@dataclass(frozen=True)
class Package:
    """A package that was verified. ``setup.hash`` is that of the full package, for the public one too."""

    payload: Payload
    signed: Signed
    office: Certificate
    stations: dict[str, Certificate]  # by device

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the payload, hex."""
        return sha256(self.signed.payload).hexdigest()

    @cached_property
    def trust(self) -> Trust:
        """The root and the endings that this package brings, for its own election."""
        credentials = self.payload.credentials
        return Trust(read_root(credentials.root), credentials.endings, election=self.payload.election.id)

    @property
    def public(self) -> bool:
        return bool(self.payload.of)

    @cached_property
    def setup(self) -> Setup:
        said = self.payload
        return Setup(
            version=said.version,
            hash=said.of or self.hash,
            election=said.election,
            unit=said.unit,
            posts=said.posts,
            papers=said.papers,
            candidates=said.candidates,
            stations=said.stations,
            boxes=said.boxes,
            officials=said.officials,
            procedure=said.procedure,
            roll=Roll(said.roll),
            proxies=said.proxies,
            applications=said.applications,
            settings=said.settings,
        )

    def chain_of(self, device: str) -> tuple[Signed, ...]:
        """The certificates that the headers of ``device`` carry. Refuses with ``not_enrolled``."""
        return self.certificate_of(device).chain

    def certificate_of(self, device: str) -> Certificate:
        """Refuses with ``not_enrolled`` where the package is not for this device."""
        if device not in self.stations:
            raise Refusal("not_enrolled", unit=self.payload.unit.id, key=fingerprint(device))
        return self.stations[device]


def write(setup: Setup, credentials: Credentials, key: SigningKey) -> bytes:
    """The full package, signed by the office. ``setup.hash`` is not looked at: it is what comes out."""
    payload = Payload(
        version=setup.version,
        election=setup.election,
        unit=setup.unit,
        posts=setup.posts,
        papers=setup.papers,
        candidates=setup.candidates,
        stations=setup.stations,
        boxes=setup.boxes,
        officials=setup.officials,
        procedure=setup.procedure,
        credentials=credentials,
        roll=tuple(setup.roll),
        proxies=setup.proxies,
        applications=setup.applications,
        settings=setup.settings,
    )
    return _sign(payload, key)


def publish(package: Package, key: SigningKey) -> bytes:
    """The public package: what a doubter needs to check a public archive, and nothing about any voter."""
    credentials = replace(package.payload.credentials, spares=())
    bare = replace(
        package.payload, roll=(), proxies=(), applications=(), credentials=credentials, of=package.setup.hash
    )
    return _sign(bare, key)


def root_of(data: bytes) -> Root:
    """The root that a package brings, for people to compare its fingerprint before they trust it."""
    return read_root(_payload(_parse(data)).credentials.root)


def read(data: bytes, trust: Trust) -> Package:
    """Verify a package. Refuses with ``package_too_large``, ``not_canonical``, ``bad_field``, ``wrong_type``,
    ``wrong_root``, ``wrong_election``, ``bad_signature``, ``missing_signature``, ``wrong_setup`` and what
    `Trust.device` refuses.
    """
    return verify(_parse(data), trust)


def verify(signed: Signed, trust: Trust) -> Package:
    """As `read`, of an envelope that was read already."""
    payload = _payload(signed)
    root = read_root(payload.credentials.root)
    if root.id != trust.root.id:
        raise Refusal("wrong_root", found=root.fingerprint, trusted=trust.root.fingerprint)
    office = trust.device([payload.credentials.office])
    dsse.verify(signed, PACKAGE, [office.public])
    expected = trust.election or payload.unit.id.partition("/")[0]
    if payload.election.id != expected or payload.unit.id.partition("/")[0] != expected:
        raise Refusal("wrong_election", expected=expected, found=payload.election.id)
    stations = _enrolled(payload, trust)
    for ending in payload.credentials.endings:
        read_ending(ending)
    _hold(payload)
    return Package(payload, signed, office, stations)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed package. All but ``ciphertext`` is bound into the seal."""

    election: ElectionId
    unit: UnitId
    station: str
    version: int
    device: KeyId
    sealing: str
    ciphertext: bytes = b""

    @property
    def info(self) -> bytes:
        return b"pollstation package v1\n" + canonical.encode(codec.write(replace(self, ciphertext=b"")))


def seal(data: bytes, recipient: Subject, version: int) -> bytes:
    """Seal a signed package (`write`) to the station, or the spare device, that ``recipient`` certifies."""
    device = PublicKey.from_base64(recipient.public).id
    label = Sealed(recipient.election, recipient.unit, recipient.station, version, device, recipient.sealing)
    sealed = replace(label, ciphertext=seal_to(recipient.sealing, data, label.info))
    return canonical.encode(codec.write(sealed))


def open_sealed(data: bytes, key: SealingKey) -> bytes:
    """The signed package, for `read`. Refuses with ``sealed_for_another``, which says for whom; ``cannot_unseal``."""
    if len(data) > MOST_PACKAGE:
        raise Refusal("package_too_large", most=MOST_PACKAGE)
    sealed = codec.read(Sealed, canonical.decode(data))
    if sealed.sealing != key.public:
        raise Refusal("sealed_for_another", station=sealed.station[:64], key=fingerprint(sealed.device))
    return key.open(sealed.ciphertext, sealed.info)


def _sign(payload: Payload, key: SigningKey) -> bytes:
    return dsse.sign(PACKAGE, canonical.encode(codec.write(payload)), [key])


def _parse(data: bytes) -> Signed:
    if len(data) > MOST_PACKAGE:
        raise Refusal("package_too_large", most=MOST_PACKAGE)
    return dsse.parse(data)


def _payload(signed: Signed) -> Payload:
    dsse.expect(signed, PACKAGE)
    return codec.read(Payload, canonical.decode(signed.payload))


def _enrolled(payload: Payload, trust: Trust) -> dict[str, Certificate]:
    """Device -> certificate, spares too. What the set-up says of a station must be what its certificate says."""
    office = payload.credentials.office
    stations = [trust.device((office, signed)) for signed in payload.credentials.stations]
    spares = [trust.device((office, spare.certificate)) for spare in payload.credentials.spares]
    _hold_stations(payload.stations, stations)
    names = {station.id for station in payload.stations}
    for certificate in (*stations, *spares):
        if certificate.unit != payload.unit.id or certificate.station not in names:
            raise Refusal("wrong_unit", expected=payload.unit.id, found=certificate.unit)
    return {certificate.device: certificate for certificate in (*stations, *spares)}


def _hold_stations(stations: Sequence[Station], certificates: Sequence[Certificate]) -> None:
    said = {(one.id, one.device, one.public, one.sealing) for one in stations}
    proved = {(one.station, one.device, one.subject.public, one.subject.sealing) for one in certificates}
    if said != proved or len(stations) != len(certificates):
        raise Refusal("wrong_setup", field="stations")


def _hold(payload: Payload) -> None:
    """Numbers and ids name one thing each, and the unit has one lead station."""
    ids: dict[str, list[Any]] = {
        "stations": [one.id for one in payload.stations],
        "boxes": [one.id for one in payload.boxes],
        "posts": [one.id for one in payload.posts],
        "papers": [one.id for one in payload.papers],
        "candidates": [one.id for one in payload.candidates],
        "officials": [one.id for one in payload.officials],
        "roll": [one.no for one in payload.roll],
        "proxies": [one.principal for one in payload.proxies],
    }
    for name, found in ids.items():
        if len(set(found)) != len(found):
            raise Refusal("wrong_setup", field=name)
    if sum(station.lead for station in payload.stations) != 1 or 0 in ids["roll"] or payload.version < 1:
        raise Refusal("wrong_setup", field="stations")
