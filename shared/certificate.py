"""Who may speak for what: root -> office -> station -> phone, and the statements by which a certificate ends.

A header carries the chain of its device, so anyone who knows the root can judge a batch without a network. Dates are
shown to people and never enforced: what arrives late is judged as if it had come in time. A certificate ends only by a
signed statement of its issuer or of someone above.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Final, Literal

from shared import canonical, codec, dsse
from shared.codec import ElectionId, Epoch, Form, Hash, UnitId
from shared.dsse import Signed
from shared.errors import Refusal
from shared.keys import PublicKey, SigningKey, fingerprint, name_of

ROOT: Final = dsse.type_of("root")
CERTIFICATE: Final = dsse.type_of("certificate")
ENDING: Final = dsse.type_of("ending")

Role = Literal["office", "station", "phone"]
ORDER: Final[tuple[Role, ...]] = ("office", "station", "phone")
NAMED_BY_ROLE: Final[dict[Role, frozenset[str]]] = {
    "office": frozenset(),
    "station": frozenset({"election", "unit", "station", "sealing"}),
    "phone": frozenset({"election", "unit", "station", "box"}),
}
_REMEMBERED: Final = 10_000  # chains whose signatures need no second check; more than any county has devices

Day = Annotated[str, Form(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")]
Code = Annotated[str, Form(r"[a-z][a-z_]{0,39}")]
LocalId = Annotated[str, Form(r"[a-z0-9][a-z0-9_-]{0,63}")]


@dataclass(frozen=True)
class Root:
    """The keys that everything hangs on: ``threshold`` of ``keys`` (base64) must sign for an office."""

    version: int
    keys: tuple[str, ...]
    threshold: int
    name: str

    @cached_property
    def id(self) -> str:
        return name_of(canonical.encode(codec.write(self)))

    @property
    def fingerprint(self) -> str:
        """Printed on the station's sheet and compared by people when a package is loaded."""
        return fingerprint(self.id)

    @cached_property
    def public(self) -> tuple[PublicKey, ...]:
        return tuple(PublicKey.from_base64(key) for key in self.keys)

    def sign(self, keys: Sequence[SigningKey]) -> Signed:
        """The root statement. A later version is signed by the keys of the one before as well."""
        return dsse.signed(ROOT, canonical.encode(codec.write(self)), keys)

    def succeeded_by(self, signed: Signed) -> "Root":
        """The next version: signed by enough of the old keys and of the new. Refuses with ``wrong_root``."""
        successor = read_root(signed)
        _signed_by(signed, self.public, threshold=self.threshold, otherwise="wrong_root")
        if successor.version != self.version + 1:
            raise Refusal("wrong_root", found=successor.fingerprint, trusted=self.fingerprint)
        return successor


def read_root(signed: Signed) -> Root:
    """A root that its own keys have signed. Whether it is ours, people decide by its fingerprint."""
    root = codec.read(Root, _payload(signed, ROOT))
    if root.version < 1 or not 1 <= root.threshold <= len(set(root.keys)) or len(set(root.keys)) != len(root.keys):
        raise Refusal("bad_field", field="Root.threshold")
    dsse.verify(signed, ROOT, root.public, root.threshold)
    return root


@dataclass(frozen=True)
class Subject:
    """What a certificate says: this key may speak as ``role`` for what is named. What does not apply is left out."""

    role: Role
    public: str  # Ed25519, base64
    name: str  # shown to people
    issued: Day
    until: Day = ""
    election: ElectionId = ""
    unit: UnitId = ""
    station: LocalId = ""
    box: LocalId = ""
    sealing: str = ""  # X25519, base64

    def issue(self, keys: Sequence[SigningKey]) -> Signed:
        """The certificate, signed by whoever stands above: the root's keys, the office's, the station's."""
        _hold(self)
        return dsse.signed(CERTIFICATE, canonical.encode(codec.write(self)), keys)


@dataclass(frozen=True)
class Certificate:
    """A certificate whose chain up to the root was verified."""

    signed: Signed
    subject: Subject
    above: "Certificate | None"

    @property
    def id(self) -> str:
        """What ending statements call it."""
        return self.signed.id

    @cached_property
    def chain(self) -> tuple[Signed, ...]:
        """What the headers of the device carry: office, station[, phone]."""
        return (*(self.above.chain if self.above else ()), self.signed)

    @property
    def role(self) -> Role:
        return self.subject.role

    @cached_property
    def public(self) -> PublicKey:
        return PublicKey.from_base64(self.subject.public)

    @property
    def device(self) -> str:
        """The id of the key, by which its log is called."""
        return self.public.id

    @property
    def election(self) -> str:
        return self.subject.election

    @property
    def unit(self) -> str:
        return self.subject.unit

    @property
    def station(self) -> str:
        return self.subject.station

    @property
    def box(self) -> str:
        return self.subject.box


@dataclass(frozen=True, slots=True)
class LastTrusted:
    """Up to here a log counts although its certificate has ended."""

    epoch: Epoch
    through: int


@dataclass(frozen=True, slots=True)
class Ending:
    """A certificate ends. Without ``last`` nothing that its key ever signed counts. ``reason`` is a code: lost, …"""

    certificate: Hash
    reason: Code
    last: LastTrusted | None = None

    def sign(self, keys: Sequence[SigningKey]) -> Signed:
        return dsse.signed(ENDING, canonical.encode(codec.write(self)), keys)


def read_ending(signed: Signed) -> Ending:
    """What an ending statement says; `Trust.ended` judges whether its signer may say so."""
    return codec.read(Ending, _payload(signed, ENDING))


class Trust:
    """The root that people compared, and the endings known so far. ``election``: the only one taken, if given."""

    def __init__(self, root: Root, endings: Iterable[Signed] = (), *, election: str = "") -> None:
        self.root: Final = root
        self.election: Final = election
        self._endings: dict[str, list[Signed]] = {}
        for signed in endings:
            self._endings.setdefault(read_ending(signed).certificate, []).append(signed)
        self._known: dict[tuple[Signed, ...], Certificate] = {}

    def device(self, certificates: Sequence[Signed]) -> Certificate:
        """The certificate at the end of a chain: office, station, phone, in this order, as far as it goes.

        Refuses with ``wrong_role``, ``wrong_root``, ``wrong_issuer``, ``wrong_election``, ``wrong_unit``, ``weak_key``,
        ``bad_signature``. An ended certificate is still one: see `ended`.
        """
        chain = tuple(certificates)
        known = self._known.get(chain)
        if known is None:
            known = self._verified(chain)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[chain] = known
        return known

    def ended(self, certificate: Certificate) -> Ending | None:
        """The ending of this certificate itself, if its issuer or someone above has stated one.

        Of several the most cautious counts, whatever order they came in. A statement by anyone else says nothing. What
        a station had certified before it ended stays certified: its log up to the last trusted line shows it.
        """
        stated = self._endings.get(certificate.id, ())
        valid = [read_ending(signed) for signed in stated if self._may_end(signed, certificate)]
        return min(valid, key=_caution, default=None)

    def _may_end(self, signed: Signed, certificate: Certificate) -> bool:
        above = certificate.above
        while above is not None:
            if _fits(signed, (above.public,), 1):
                return True
            above = above.above
        return _fits(signed, self.root.public, self.root.threshold)

    def _verified(self, chain: tuple[Signed, ...]) -> Certificate:
        above: Certificate | None = None
        if not 1 <= len(chain) <= len(ORDER):
            raise Refusal("wrong_role", expected="", found=len(chain))
        for signed, role in zip(chain, ORDER, strict=False):
            subject = codec.read(Subject, _payload(signed, CERTIFICATE))
            if subject.role != role:
                raise Refusal("wrong_role", expected=role, found=subject.role)
            _hold(subject)
            self._hold_under(subject, above)
            if above is None:
                _signed_by(signed, self.root.public, threshold=self.root.threshold, otherwise="wrong_root")
            else:
                _signed_by(signed, (above.public,), threshold=1, otherwise="wrong_issuer")
            above = Certificate(signed, subject, above)
        assert above is not None
        return above

    def _hold_under(self, subject: Subject, above: Certificate | None) -> None:
        """What a certificate names must lie inside what the one above it names."""
        if self.election and subject.election not in {"", self.election}:
            raise Refusal("wrong_election", expected=self.election, found=subject.election)
        if subject.unit and not subject.unit.startswith(f"{subject.election}/"):
            raise Refusal("wrong_election", expected=subject.unit.partition("/")[0], found=subject.election)
        if above is None or above.role == "office":
            return
        if subject.election != above.election:
            raise Refusal("wrong_election", expected=above.election, found=subject.election)
        if (subject.unit, subject.station) != (above.unit, above.station):
            raise Refusal("wrong_unit", expected=above.unit, found=subject.unit)


def _hold(subject: Subject) -> None:
    """Exactly what the role needs is named, and the key is fit for use."""
    needed = NAMED_BY_ROLE[subject.role]
    for field in ("election", "unit", "station", "box", "sealing"):
        if bool(getattr(subject, field)) != (field in needed):
            raise Refusal("bad_field", field=f"Subject.{field}")
    PublicKey.from_base64(subject.public)


def _payload(signed: Signed, payload_type: str) -> object:
    dsse.expect(signed, payload_type)
    return canonical.decode(signed.payload)


def _signed_by(signed: Signed, keys: Sequence[PublicKey], *, threshold: int, otherwise: str) -> None:
    """Signed by enough of ``keys``; where it names none of them at all, the refusal is ``otherwise``."""
    known = {key.id for key in keys}
    if not any(signature.keyid in known for signature in signed.signatures):
        raise Refusal(otherwise, trusted=fingerprint(keys[0].id))
    dsse.verify(signed, signed.payload_type, keys, threshold)


def _fits(signed: Signed, keys: Sequence[PublicKey], threshold: int) -> bool:
    try:
        dsse.verify(signed, ENDING, keys, threshold)
    except Refusal:
        return False
    return True


def _caution(ending: Ending) -> tuple[int, str, str]:
    last = ending.last
    return (last.through, last.epoch, ending.reason) if last else (-1, "", ending.reason)
