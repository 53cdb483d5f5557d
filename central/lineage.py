"""Which lines of one device follow which: a pure function of all pieces that are kept and of the branches decided.

The hash of a line names all that went before it, so pieces fall into a tree. Its trunk is the log. Where two lines
follow one and the same (a fork: same device, epoch and seq, other bytes; or two epochs that go on from one point),
the trunk ends, whichever came first, until a decision names the branch. A piece that does not link up yet, but says
of some place another hash than the trunk, ends it there too: somewhere before, the log must have forked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from central.pieces import Piece
from shared import codec
from shared import line as lines
from shared.chain import genesis
from shared.events import EpochOpened

ROOT: Final = ""  # what the first epoch follows


@dataclass(slots=True)
class Run:
    """The part of a trunk that lies in one epoch: line n (from 1) has ``hashes[n - 1]``. ``covers``: the pieces that
    hold the line."""

    epoch: str
    hashes: list[str] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)
    covers: list[tuple[Piece, ...]] = field(default_factory=list)

    def extend(self, piece: Piece) -> None:
        """Go on with a piece that begins where this run ends."""
        self.hashes += piece.hashes
        self.lines += piece.lines
        self.covers += [(piece,)] * len(piece.lines)


@dataclass(frozen=True, slots=True)
class Fork:
    """Two or more lines want to follow ``parent`` (the hash at ``seq`` - 1). ``branches``: hash of each first line
    that is known; one that does not link up yet is not among them."""

    epoch: str
    seq: int
    parent: str
    branches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trunk:
    """``fork`` is where it ends undecided; ``decided`` are the forks that a decision has settled."""

    runs: tuple[Run, ...]
    fork: Fork | None
    decided: tuple[Fork, ...] = ()


def opening(piece: Piece) -> EpochOpened | None:
    """The event that begins an epoch, if this piece holds it. Whether it may stand is judged elsewhere."""
    if piece.from_ != 1:
        return None
    line = lines.read(piece.lines[0])
    return codec.read(EpochOpened, line.data) if line.type == EpochOpened.TYPE else None


class Tree:
    """All lines of one device, by hash."""

    def __init__(self, pieces: Iterable[Piece], election: str) -> None:
        self.covers: dict[str, list[tuple[Piece, int]]] = {}
        self.children: dict[str, list[str]] = {}
        self.said: dict[str, dict[int, set[str]]] = {}
        self.late: dict[str, list[tuple[int, str]]] = {}
        for piece in sorted(pieces, key=lambda one: (one.from_, one.to, one.id)):
            self._add(piece, election)

    def _add(self, piece: Piece, election: str) -> None:
        said = self.said.setdefault(piece.epoch, {})
        parent = piece.prev
        if piece.from_ == 1 and parent == genesis(piece.device, election, piece.epoch):
            parent = self._begin(piece)
        else:
            said.setdefault(piece.from_ - 1, set()).add(piece.prev)
        for place, hash_ in enumerate(piece.hashes):
            said.setdefault(piece.from_ + place, set()).add(hash_)
            self.covers.setdefault(hash_, []).append((piece, place))
            self._follow(parent, hash_)
            parent = hash_

    def _begin(self, piece: Piece) -> str:
        """What the first line of an epoch follows. Where officials accepted a gap, the epoch follows what is there."""
        opened = opening(piece)
        if opened is None or opened.previous is None:
            return ROOT
        tail = opened.previous
        if opened.missing:
            entry = (tail.through - opened.missing, piece.hashes[0])
            late = self.late.setdefault(tail.epoch, [])
            late.extend([entry] if entry not in late else [])
            return f"gap {piece.hashes[0]}"
        self.said.setdefault(tail.epoch, {}).setdefault(tail.through, set()).add(tail.head)
        return tail.head

    def _follow(self, parent: str, child: str) -> None:
        found = self.children.setdefault(parent, [])
        if child not in found:
            found.append(child)

    def odd(self, epoch: str) -> int:
        """The first place of which two hashes are said; 0 where all agree."""
        return min((seq for seq, hashes in self.said.get(epoch, {}).items() if len(hashes) > 1), default=0)


def trunk(tree: Tree, chosen: Mapping[str, str]) -> Trunk:
    """Walk from the root as far as it is clear. ``chosen``: parent hash -> the child that a decision named."""
    runs: list[Run] = []
    decided: list[Fork] = []
    settled: set[str] = set()  # epochs in which a fork is decided: what does not link up there belongs to what lost
    parent = ROOT
    while True:
        run = runs[-1] if runs else None
        seq = len(run.hashes) + 1 if run else 1
        kids = sorted(tree.children.get(parent, ()))
        if run and not kids:
            kids = sorted(child for least, child in tree.late.get(run.epoch, ()) if least <= seq - 1)
        fork = Fork(run.epoch if run else "", seq, parent, tuple(kids))
        odd = tree.odd(run.epoch) if run and run.epoch not in settled else 0
        if parent in chosen and chosen[parent] in kids:
            decided.append(fork)
            settled.add(run.epoch if run else "")
            kids = [chosen[parent]]
        elif len(kids) > 1 or odd == seq:
            return Trunk(tuple(runs), fork, tuple(decided))
        if not kids:
            return Trunk(tuple(runs), None, tuple(decided))
        _grow(runs, tree, kids[0])
        parent = kids[0]


def _grow(runs: list[Run], tree: Tree, hash_: str) -> None:
    covers = tree.covers[hash_]
    piece, place = covers[0]
    if not runs or runs[-1].epoch != piece.epoch:
        runs.append(Run(piece.epoch))
    runs[-1].hashes.append(hash_)
    runs[-1].lines.append(piece.lines[place])
    runs[-1].covers.append(tuple(one for one, _ in covers))
