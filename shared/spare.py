"""The spare key of a station: made beforehand, certified, sealed under a code that lies in an envelope on the spot.

Whoever opens the envelope turns any device into the station's replacement without a network; its use is a case. Only
the seed is kept; the sealing key follows from it (`SealingKey.beside`).
"""

import os
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from shared.dsse import Signed
from shared.errors import Refusal
from shared.keys import Random, SigningKey

# RFC 9106, the second recommended option: 64 MiB, which a tablet has.
_PASSES: Final = 3
_LANES: Final = 4
_MEMORY: Final = 64 * 1024
_NONCE: Final = bytes(12)  # each salt gives a key of its own, and each key seals once


@dataclass(frozen=True, slots=True)
class Spare:
    """``sealed``: 32 bytes of seed and the tag, by ChaCha20-Poly1305 under Argon2id of the code and ``salt``."""

    certificate: Signed
    salt: bytes
    sealed: bytes


def seal(key: SigningKey, certificate: Signed, code: str, *, random: Random = os.urandom) -> Spare:
    """``certificate``: of the station, for the spare key. ``code``: printed on the paper in the envelope."""
    salt = random(16)
    sealed = ChaCha20Poly1305(_derive(code, salt)).encrypt(_NONCE, key.seed, bytes(certificate))
    return Spare(certificate, salt, sealed)


def open_(spare: Spare, code: str) -> SigningKey:
    """The spare key. Refuses with ``wrong_code``. Slow on purpose, about as long as a breath."""
    if len(spare.salt) != 16 or len(spare.sealed) != 48:
        raise Refusal("bad_field", field="Spare.sealed")
    try:
        seed = ChaCha20Poly1305(_derive(code, spare.salt)).decrypt(_NONCE, spare.sealed, bytes(spare.certificate))
    except InvalidTag:
        raise Refusal("wrong_code") from None
    return SigningKey.from_seed(seed)


def _derive(code: str, salt: bytes) -> bytes:
    """Blanks, dashes and small letters make no difference: people type the code from paper."""
    typed = "".join(character for character in code.upper() if character.isalnum())
    return Argon2id(salt=salt, length=32, iterations=_PASSES, lanes=_LANES, memory_cost=_MEMORY).derive(typed.encode())
