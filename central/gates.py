"""What a line must pass before it counts: a trusted certificate, a known package, a known kind, the logs it takes in.

Held lines wait and merge by themselves; quarantined ones are kept and shown, and count only after a decision.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from central.pieces import Piece
from shared import codec
from shared import line as lines
from shared.certificate import Certificate, Ending
from shared.chain import Head
from shared.errors import Refusal
from shared.events import KINDS, LogTaken, PackageTaken

Waiting = Literal["held", "quarantined"]
_TYPE: Final = b'"type":"'  # the last field of every line, since keys are sorted
_LOOKED_AT: Final = frozenset({LogTaken.TYPE, PackageTaken.TYPE})


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a log does not go on. ``waits_for``: the device whose log must come first."""

    status: Waiting
    refusal: Refusal
    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One line on its way in. ``epochs``: those of its log, in order, as far as they link up."""

    device: str
    epoch: str
    seq: int
    hash: str
    raw: bytes
    covers: tuple[Piece, ...]
    epochs: tuple[str, ...]


def type_of(raw: bytes) -> str:
    """The type of a line without parsing the rest of it; whatever is not canonical is refused where it is read."""
    return raw[raw.rfind(_TYPE) + len(_TYPE) : -2].decode(errors="replace")


@dataclass(slots=True)
class Gates:
    """``packages``: hash -> version of what the office signed for the unit. ``released``: (device, hash of a line) up
    to which a decision lets a log count in spite of a quarantine."""

    ended: Callable[[Certificate], Ending | None]
    has: Callable[[Head], bool]
    packages: dict[str, int] = field(default_factory=dict)
    released: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def plain(self, piece: Piece) -> bool:
        """Whether no line of the piece needs to be looked at for its certificate or its package."""
        return piece.package in self.packages and self.ended(piece.certificate) is None

    def stop(self, place: Place, *, released: bool) -> Stop | None:
        """Why this line may not count yet; None where it may."""
        kind = type_of(place.raw)
        if not released:
            stopped = self._certificate(place) or self._package(place) or self._kind(place, kind)
            if stopped is not None:
                return stopped
        return self.content(place, kind, released=released) if kind in _LOOKED_AT else None

    def content(self, place: Place, kind: str, *, released: bool) -> Stop | None:
        """The part that only certain kinds of line must pass."""
        data = lines.read(place.raw).data
        if kind == LogTaken.TYPE:
            taken = codec.read(LogTaken, data)
            return None if self.has(Head(taken.device, taken.epoch, taken.through, taken.head)) else _missing_log(taken)
        return None if released else self._taken(place, codec.read(PackageTaken, data))

    def _certificate(self, place: Place) -> Stop | None:
        endings = [self.ended(one.certificate) for one in place.covers]
        if any(ending is None or _trusted(ending, place) for ending in endings):
            return None
        reason = next(ending.reason for ending in endings if ending)
        return Stop("quarantined", Refusal("certificate_ended", reason=reason, epoch=place.epoch, seq=place.seq))

    def _package(self, place: Place) -> Stop | None:
        if any(one.package in self.packages for one in place.covers):
            return None
        return self._unknown(place, place.covers[0].package, self._version(place))

    def _version(self, place: Place) -> int:
        """Which version a strange package claims to be, as far as this very line says; 0 where nobody says."""
        if type_of(place.raw) != PackageTaken.TYPE:
            return 0
        return codec.read(PackageTaken, lines.read(place.raw).data).version

    def _taken(self, place: Place, taken: PackageTaken) -> Stop | None:
        return (
            None if self.packages.get(taken.hash) == taken.version else self._unknown(place, taken.hash, taken.version)
        )

    def _unknown(self, place: Place, hash_: str, version: int) -> Stop:
        """A version that the office has not signed yet may still come; another content of a known one never fits."""
        if version in self.packages.values():
            return Stop("quarantined", Refusal("package_other", package=hash_, version=version, seq=place.seq))
        return Stop("held", Refusal("package_unknown", package=hash_, seq=place.seq))

    def _kind(self, place: Place, kind: str) -> Stop | None:
        if kind in KINDS:
            return None
        return Stop("quarantined", Refusal("kind_waits", kind=kind[:64], epoch=place.epoch, seq=place.seq))


def _trusted(ending: Ending, place: Place) -> bool:
    """Up to the last trusted line; epochs that lie before that line's are trusted whole, and no other."""
    last = ending.last
    if last is None or last.epoch not in place.epochs:
        return False
    here, there = place.epochs.index(place.epoch), place.epochs.index(last.epoch)
    return here < there or (here == there and place.seq <= last.through)


def _missing_log(taken: LogTaken) -> Stop:
    refusal = Refusal("log_missing", device=taken.device, epoch=taken.epoch, through=taken.through)
    return Stop("held", refusal, waits_for=taken.device)
