"""The chain of a log: what follows what. Every line is bound to its device, election, epoch, place and all before it.

::

    genesis   = SHA-256(0x02 ‖ JCS({device, election, epoch}))
    hash(seq) = SHA-256(0x00 ‖ hash(seq-1) ‖ SHA-256(line))

No line names its predecessor or its log, so no line can contradict its chain. A line may be left out and its digest
kept (redaction), and the chain still verifies. Hashes are lower-case hex wherever they are text.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from shared import canonical
from shared.codec import Epoch, Hash, KeyId


@dataclass(frozen=True, slots=True)
class Head:
    """A log up to and with ``through`` (0: nothing yet). As a value: ``{device, epoch, through, head}``."""

    device: KeyId
    epoch: Epoch
    through: int
    hash: Hash = field(metadata={"name": "head"})

    def after(self, lines: Iterable[bytes]) -> "Head":
        """The head once ``lines`` have followed."""
        through, end = self.through, self.hash
        for line in lines:
            through, end = through + 1, extend(end, line)
        return Head(self.device, self.epoch, through, end)


def genesis(device: str, election: str, epoch: str) -> str:
    """The hash before the first line."""
    name = canonical.encode({"device": device, "election": election, "epoch": epoch})
    return sha256(b"\x02" + name).hexdigest()


def start(device: str, election: str, epoch: str) -> Head:
    """The head of a log that holds nothing yet."""
    return Head(device, epoch, 0, genesis(device, election, epoch))


def digest(line: bytes) -> str:
    """What stands for a line that is left out."""
    return sha256(line).hexdigest()


def extend(before: str, line: bytes) -> str:
    """The hash of ``line`` where ``before`` is the hash of the line before it."""
    return sha256(b"\x00" + bytes.fromhex(before) + sha256(line).digest()).hexdigest()


def extend_digest(before: str, line_digest: str) -> str:
    """As `extend`, of a line of which only the digest is known."""
    return sha256(b"\x00" + bytes.fromhex(before) + bytes.fromhex(line_digest)).hexdigest()


def hashes(before: str, lines: Iterable[bytes]) -> tuple[str, ...]:
    """The hash of each line in turn."""
    found = []
    end = bytes.fromhex(before)
    for line in lines:  # as `extend`, without the way from bytes to text and back
        end = sha256(b"\x00" + end + sha256(line).digest()).digest()
        found.append(end.hex())
    return tuple(found)
