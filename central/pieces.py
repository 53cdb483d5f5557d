"""A batch as central keeps it: its place in its log, its lines, and whoever vouches for it."""

from dataclasses import dataclass

from shared.certificate import Certificate
from shared.envelope import Batch


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Lines ``from_`` to ``to`` of one log. ``hashes[n]`` is the chain's hash after ``lines[n]``."""

    id: str
    device: str
    epoch: str
    from_: int
    to: int
    prev: str
    package: str
    certificate: Certificate
    lines: tuple[bytes, ...]
    hashes: tuple[str, ...]
    size: int

    @classmethod
    def of(cls, batch: Batch) -> "Piece":
        header = batch.header
        return cls(
            id=batch.id,
            device=header.device,
            epoch=header.epoch,
            from_=header.from_,
            to=header.to,
            prev=header.prev,
            package=header.package,
            certificate=batch.certificate,
            lines=batch.lines,
            hashes=batch.hashes,
            size=len(batch.raw),
        )

    @property
    def head(self) -> str:
        return self.hashes[-1]
