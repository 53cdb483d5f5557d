"""A new station asks to be enrolled: its public keys and a name, signed with the key itself (proof of possession).

The office approves it only after people compared the fingerprint on both screens; the signature alone proves nothing
about who sent it.
"""

from dataclasses import dataclass
from typing import Annotated, Final

from shared import canonical, codec, dsse
from shared.codec import ElectionId, Form
from shared.errors import Refusal
from shared.keys import PublicKey, SealingKey, SigningKey

REQUEST: Final = dsse.type_of("request")

Nonce = Annotated[str, Form(r"[0-9a-f]{32}")]


@dataclass(frozen=True, slots=True)
class Request:
    """``public`` (Ed25519) and ``sealing`` (X25519) in base64; ``station`` is what people call the place."""

    public: str
    sealing: str
    station: str
    nonce: Nonce
    election: ElectionId = ""

    @property
    def fingerprint(self) -> str:
        return PublicKey.from_base64(self.public).fingerprint


def write(key: SigningKey, sealing: SealingKey, station: str, *, nonce: str, election: str = "") -> bytes:
    """``request.json``. ``nonce``: 16 random bytes in hex, new for every request."""
    request = Request(key.public.base64, sealing.public, station, nonce, election)
    return dsse.sign(REQUEST, canonical.encode(codec.write(request)), [key])


def read(data: bytes) -> Request:
    """Refuses with ``not_canonical``, ``bad_field``, ``wrong_type``, ``weak_key``, ``bad_signature``."""
    signed = dsse.parse(data)
    dsse.expect(signed, REQUEST)
    request = codec.read(Request, canonical.decode(signed.payload))
    dsse.verify(signed, REQUEST, [PublicKey.from_base64(request.public)])
    if len(canonical.from_base64(request.sealing)) != 32:
        raise Refusal("bad_field", field="Request.sealing")
    return request
