"""Signed statements: DSSE v1 (secure-systems-lab/dsse) around canonical JSON.

The signature covers the type and the exact payload bytes (PAE), so a statement can never pass for one of another type.
The envelope itself is printed canonically and stands in files, in JSON Lines and inside other statements alike.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Final, Literal

from shared import canonical, codec
from shared.errors import Refusal
from shared.keys import PublicKey, SigningKey

Kind = Literal["root", "certificate", "ending", "request", "batch", "receipt", "package", "query", "decision"]
MOST_SIGNATURES: Final = 16


def type_of(kind: Kind) -> str:
    return f"application/vnd.pollstation.{kind}.v1+json"


def pae(payload_type: str, payload: bytes) -> bytes:
    """What is signed: ``DSSEv1 <length> <type> <length> <payload>``, lengths in bytes."""
    name = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(payload), payload)


@dataclass(frozen=True, slots=True)
class Signature:
    """``keyid`` is a hint, which nothing protects; only a key that we already know is tried."""

    keyid: str
    sig: bytes


@dataclass(frozen=True)
class Signed:
    """An envelope as it came; nothing about it is checked yet but its form."""

    payload: bytes
    payload_type: str = field(metadata={"name": "payloadType"})
    signatures: tuple[Signature, ...]

    @cached_property
    def id(self) -> str:
        """SHA-256 of the signed bytes, hex. It names the statement whoever signed it."""
        return sha256(pae(self.payload_type, self.payload)).hexdigest()

    def __bytes__(self) -> bytes:
        return canonical.encode(codec.write(self))


def sign(payload_type: str, payload: bytes, keys: Sequence[SigningKey]) -> bytes:
    """The envelope of ``payload``, with one signature by each key."""
    return bytes(signed(payload_type, payload, keys))


def signed(payload_type: str, payload: bytes, keys: Sequence[SigningKey]) -> Signed:
    said = pae(payload_type, payload)
    return Signed(payload, payload_type, tuple(Signature(key.public.id, key.sign(said)) for key in keys))


def expect(envelope: Signed, payload_type: str) -> None:
    """Refuses with ``wrong_type``, which names both kinds: what was brought and what is wanted."""
    if envelope.payload_type != payload_type:
        raise Refusal("wrong_type", expected=payload_type, found=envelope.payload_type[:80])


def parse(data: bytes) -> Signed:
    """Read an envelope and nothing else. Refuses with ``not_canonical``, ``too_deep``, ``bad_field``."""
    envelope = codec.read(Signed, canonical.decode(data))
    if not 1 <= len(envelope.signatures) <= MOST_SIGNATURES:
        raise Refusal("bad_field", field="Signed.signatures")
    return envelope


def verify(envelope: Signed, payload_type: str, keys: Iterable[PublicKey], threshold: int = 1) -> bytes:
    """The payload, once ``threshold`` different keys of ``keys`` have signed it as ``payload_type``.

    Signatures under other key ids are passed over, as DSSE asks: they may be meant for someone else. Refuses with
    ``wrong_type``, ``bad_signature`` (one of our keys is named, its signature does not fit), ``missing_signature``.
    """
    expect(envelope, payload_type)
    known = {key.id: key for key in keys}
    said = pae(payload_type, envelope.payload)
    have = set()
    for signature in envelope.signatures[:MOST_SIGNATURES]:
        if signature.keyid in known:
            known[signature.keyid].verify(signature.sig, said)
            have.add(signature.keyid)
    if len(have) < max(threshold, 1):
        raise Refusal("missing_signature", have=len(have), need=max(threshold, 1))
    return envelope.payload
