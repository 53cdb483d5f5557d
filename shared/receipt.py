"""What a receiver has done with a batch: the same signed answer for the same state, so a repeat changes nothing.

There is no time in it. Codes and facts travel, sentences are made by whoever shows them. ``accepted`` says how far the
receiver's copy of the log reaches; the sender goes on from there and deletes nothing before it has seen the receipt.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Literal

from shared import canonical, codec, dsse
from shared.codec import Epoch, Hash, KeyId
from shared.errors import TABLE, Refusal
from shared.keys import PublicKey, SigningKey

RECEIPT: Final = dsse.type_of("receipt")
Status = Literal["accepted", "held", "quarantined", "refused"]


@dataclass(frozen=True, slots=True)
class Reason:
    """A refusal on its way: code and facts."""

    code: str
    facts: dict[str, Any]

    @classmethod
    def of(cls, refusal: Refusal) -> "Reason":
        return cls(refusal.code, {name: _plain(fact) for name, fact in refusal.facts.items()})

    def refusal(self) -> Refusal:
        """For showing it. A code of a newer version that we do not know still shows as one."""
        if self.code not in TABLE:
            return Refusal("unknown_code", name=self.code[:64])
        facts = {name: fact for name, fact in self.facts.items() if name not in {"self", "code"}}
        return Refusal(self.code, **facts)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where the bytes could not be read, ``batch`` and what belongs to its log are left out, and ``file`` names them.

    ``accepted``: the receiver holds this log without gap up to here (0: nothing); ``head``: the hash there.
    """

    status: Status
    reasons: tuple[Reason, ...] = ()
    batch: Hash | None = None
    device: KeyId | None = None
    epoch: Epoch | None = None
    accepted: int = 0
    head: Hash | None = None
    file: Hash | None = None  # SHA-256 of the bytes as received


def write(receipt: Receipt, key: SigningKey) -> bytes:
    """Sign a receipt. Ed25519 is deterministic: the same receipt has the same bytes."""
    if (receipt.batch is None) == (receipt.file is None):
        raise ValueError("a receipt names a batch, or the bytes that could not be read as one")
    return dsse.sign(RECEIPT, canonical.encode(codec.write(receipt)), [key])


def unreadable(data: bytes, refusal: Refusal) -> Receipt:
    """The answer to bytes that hold no batch id."""
    return Receipt("refused", (Reason.of(refusal),), file=sha256(data).hexdigest())


def open_(data: bytes, keys: Iterable[PublicKey]) -> Receipt:
    """Read a receipt that one of ``keys`` signed.

    Refuses with ``not_canonical``, ``bad_field``, ``wrong_type``, ``bad_signature``, ``missing_signature``.
    """
    payload = dsse.verify(dsse.parse(data), RECEIPT, keys)
    receipt = codec.read(Receipt, canonical.decode(payload))
    if (receipt.batch is None) == (receipt.file is None):
        raise Refusal("bad_field", field="Receipt.batch")
    return receipt


def _plain(fact: Any) -> Any:
    """Facts as the format holds them; anything odd goes as its text, since a receipt must always be possible."""
    if isinstance(fact, bool) or (isinstance(fact, int) and abs(fact) < canonical.LIMIT):
        return fact
    if isinstance(fact, (list, tuple)):
        return [_plain(item) for item in fact]
    return str(fact).encode(errors="replace").decode()[: codec.LONGEST_TEXT]
