"""The units that central has in its memory: each with its logs, its rules replayed, its set-ups and its decisions.

A `Loaded` unit is a pure function of what is primary in the store. It is thrown away whenever somebody else has changed
the unit, and the least used go when too many lines are held.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from central import decisions
from central.decisions import Docket
from central.gates import Gates
from central.judging import Judges, Rows
from central.logs import Logs, ShrunkError
from central.pieces import Piece
from central.store.envelopes import Envelopes, Kept
from shared import dsse, envelope, package
from shared.certificate import Root, Trust
from shared.election import Setup
from shared.keys import PublicKey

MOST_LINES: Final = 600_000  # some 300 bytes each


@dataclass(slots=True)
class Loaded:
    """One unit at ``version``. ``setups``: package version -> set-up."""

    unit: str
    version: int
    setups: dict[int, Setup]
    docket: Docket
    logs: Logs
    judges: Judges
    lines: int = 0

    @property
    def setup(self) -> Setup | None:
        """The newest version that the office signed."""
        return self.setups[max(self.setups)] if self.setups else None

    def take(self, piece: Piece) -> Rows:
        """Take a piece in and judge what counts because of it. Raises `ShrunkError`; refuses what cannot be read."""
        self.lines += len(piece.lines)
        return self.judges.judge(self.logs.add(piece))


class Units:
    """``root`` is the office's own; every unit is judged under it."""

    def __init__(self, store: Envelopes, root: Root, office: PublicKey) -> None:
        self.store: Final = store
        self.trust: Final = Trust(root)
        self._office: Final = office
        self._held: OrderedDict[str, Loaded] = OrderedDict()
        self._setups: dict[tuple[str, int], Setup] = {}

    def get(self, unit: str) -> Loaded:
        """The unit as it stands in the store now."""
        held = self._held.get(unit)
        if held is None or held.version != self.store.version(unit):
            held = self.read(self.store.kept(unit), unit)[0]
            self._keep(held)
        else:
            self._held.move_to_end(unit)
        return held

    def cached(self, unit: str) -> Loaded:
        """The unit as this program last saw it: enough where the store guards the version at the commit."""
        held = self._held.get(unit)
        return held if held is not None else self.get(unit)

    def lacks(self, unit: str, device: str, batch: str) -> bool:
        """Whether the unit is at hand and holds no such batch, as far as this program knows. Another program may have
        kept it meanwhile: the commit finds out."""
        held = self._held.get(unit)
        log = held.logs.logs.get(device) if held is not None else None
        return log is not None and batch not in log.pieces

    def forget(self, unit: str) -> None:
        self._held.pop(unit, None)

    def read(self, kept: Kept, unit: str, more: Piece | None = None) -> tuple[Loaded, Rows]:
        """A unit from nothing but what is primary, and all rows of it; ``more`` is a piece that is about to be kept."""
        loaded = self._empty(kept, unit)
        pieces = [Piece.of(envelope.open_(raw, self.trust)) for raw in kept.batches]
        if more is not None and all(piece.id != more.id for piece in pieces):
            pieces.append(more)
        loaded.lines = sum(len(piece.lines) for piece in pieces)
        return loaded, loaded.judges.judge(loaded.logs.take(pieces))

    def replace(self, loaded: Loaded) -> None:
        self._keep(loaded)

    def _empty(self, kept: Kept, unit: str) -> Loaded:
        setups = {version: self._setup(unit, version, signed) for version, signed in kept.packages}
        docket = decisions.read(unit, kept.decisions, self._office)
        trust = Trust(self.trust.root, [dsse.parse(data) for data in kept.endings])
        packages = {setup.hash: version for version, setup in setups.items()}
        logs = _logs(unit, docket, trust, packages)
        return Loaded(unit, kept.version, setups, docket, logs, Judges(unit, setups, logs))

    def _setup(self, unit: str, version: int, signed: bytes) -> Setup:
        """A package never changes once it is signed; its roll is long to read."""
        found = self._setups.get((unit, version))
        if found is None:
            found = self._setups[unit, version] = package.read(signed, self.trust).setup
        return found

    def _keep(self, loaded: Loaded) -> None:
        self._held[loaded.unit] = loaded
        self._held.move_to_end(loaded.unit)
        while len(self._held) > 1 and sum(one.lines for one in self._held.values()) > MOST_LINES:
            self._held.popitem(last=False)


def _logs(unit: str, docket: Docket, trust: Trust, packages: dict[str, int]) -> Logs:
    released: dict[str, set[str]] = {}
    for one in docket.all_of("release"):
        released.setdefault(one.settlement.device, set()).add(one.settlement.hash)
    chosen = {(one.settlement.device, one.settlement.parent): one.settlement.hash for one in docket.all_of("branch")}
    logs = Logs(unit.partition("/")[0], Gates(trust.ended, _nothing_yet, packages), chosen)
    logs.gates.has = logs.has
    logs.gates.released = {device: frozenset(hashes) for device, hashes in released.items()}
    return logs


def _nothing_yet(_: object) -> bool:
    return False


Reload = Callable[[], Loaded]
__all__ = ["Loaded", "ShrunkError", "Units"]
