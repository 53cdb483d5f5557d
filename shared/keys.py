"""Keys: Ed25519 to sign, X25519 to seal (HPKE, RFC 9180). Bytes in, bytes out; files are the business of the caller.

The id of a key is the lower-case base32 of SHA-256 over its 32 raw bytes; a device is called by the id of its key.
People compare a **fingerprint**: the first 16 characters, upper case, in fours (80 bits).
"""

import os
from base64 import b32encode
from collections.abc import Callable
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Final, Self

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hpke, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.canonical import from_base64, to_base64
from shared.errors import Refusal

_FIELD: Final = 2**255 - 19
_SIGN_BIT: Final = 2**255
# y of the points of order 1, 2, 4 and 8, little-endian. With such a key one signature fits many messages or all of them
# (the library follows RFC 8032, which does not ask for this check). Spellings of y above the field fall to the range
# check.
_SMALL_ORDER_Y: Final = frozenset(
    {
        0,
        1,
        _FIELD - 1,
        int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"),
        int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"),
    }
)
_HPKE: Final = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)

Random = Callable[[int], bytes]


def name_of(data: bytes) -> str:
    """Lower-case base32 of SHA-256: the id of a key from its raw bytes, of a root from its payload."""
    return b32encode(sha256(data).digest()).decode().rstrip("=").lower()


def fingerprint(name: str) -> str:
    """What people read to each other: ``ABCD EFGH IJKL MNOP``."""
    return " ".join(name[start : start + 4].upper() for start in range(0, 16, 4))


class PublicKey:
    """An Ed25519 public key that is fit to be trusted. Refuses with ``weak_key``."""

    def __init__(self, raw: bytes) -> None:
        y = int.from_bytes(raw, "little") & ~_SIGN_BIT
        if len(raw) != 32 or y >= _FIELD or y in _SMALL_ORDER_Y:
            raise Refusal("weak_key")
        self.raw: Final = raw
        self._key: Final = Ed25519PublicKey.from_public_bytes(raw)

    @classmethod
    def from_base64(cls, text: str) -> "PublicKey":
        """The key that a certificate names. One object per key: devices sign many batches."""
        return _public_key(text)

    @cached_property
    def id(self) -> str:
        return name_of(self.raw)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.id)

    @cached_property
    def base64(self) -> str:
        return to_base64(self.raw)

    def verify(self, signature: bytes, data: bytes) -> None:
        """Refuses with ``bad_signature``."""
        try:
            self._key.verify(signature, data)
        except InvalidSignature:
            raise Refusal("bad_signature", key=self.id) from None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and self.raw == other.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        return f"PublicKey({self.fingerprint})"


@lru_cache(maxsize=4096)
def _public_key(text: str) -> PublicKey:
    return PublicKey(from_base64(text))


class SigningKey:
    """An Ed25519 private key: a device, a station, an office or a root speaks with it."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key: Final = key
        self.public: Final = PublicKey(key.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, random: Random = os.urandom) -> Self:
        return cls.from_seed(random(32))

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def from_pem(cls, pem: bytes) -> Self:
        key = serialization.load_pem_private_key(pem, None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError("this file holds another kind of key")
        return cls(key)

    @property
    def seed(self) -> bytes:
        return self._key.private_bytes_raw()

    @property
    def pem(self) -> bytes:
        """PKCS #8, not encrypted: the caller writes it where only the owner may read (mode 0600)."""
        return _pem(self._key)

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)

    def __repr__(self) -> str:
        return f"SigningKey({self.public.fingerprint})"


class SealingKey:
    """An X25519 private key: packages are sealed to it."""

    def __init__(self, key: X25519PrivateKey) -> None:
        self._key: Final = key
        self.public: Final = to_base64(key.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, random: Random = os.urandom) -> Self:
        return cls.from_raw(random(32))

    @classmethod
    def from_raw(cls, raw: bytes) -> Self:
        return cls(X25519PrivateKey.from_private_bytes(raw))

    @classmethod
    def beside(cls, key: SigningKey) -> Self:
        """The sealing key that belongs to a spare device key, of which only the seed is kept."""
        derived = HKDF(SHA256(), length=32, salt=None, info=b"pollstation sealing key v1").derive(key.seed)
        return cls.from_raw(derived)

    @classmethod
    def from_pem(cls, pem: bytes) -> Self:
        key = serialization.load_pem_private_key(pem, None)
        if not isinstance(key, X25519PrivateKey):
            raise TypeError("this file holds another kind of key")
        return cls(key)

    @property
    def raw(self) -> bytes:
        return self._key.private_bytes_raw()

    @property
    def pem(self) -> bytes:
        return _pem(self._key)

    @property
    def fingerprint(self) -> str:
        return sealing_fingerprint(self.public)

    def open(self, ciphertext: bytes, info: bytes) -> bytes:
        """Refuses with ``cannot_unseal``: sealed to another key, for another purpose, or damaged."""
        try:
            return _HPKE.decrypt(ciphertext, self._key, info)
        except (InvalidTag, ValueError):
            raise Refusal("cannot_unseal", key=self.fingerprint) from None


def sealing_fingerprint(public: str) -> str:
    """Of an X25519 public key in base64."""
    return fingerprint(name_of(from_base64(public)))


def seal_to(public: str, plaintext: bytes, info: bytes) -> bytes:
    """HPKE to an X25519 public key in base64; ``info`` names the purpose and must be given again to open.

    Refuses a key of small order with ``weak_key``: what is sealed to it anyone could open.
    """
    raw = from_base64(public)
    if len(raw) != 32:
        raise Refusal("weak_key")
    try:
        return _HPKE.encrypt(plaintext, X25519PublicKey.from_public_bytes(raw), info)
    except ValueError:
        raise Refusal("weak_key") from None


def _pem(key: Ed25519PrivateKey | X25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
