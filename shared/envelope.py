"""A batch: a run of lines of one log, bound by one signature over a header whose head commits to every line.

A batch file is JSON Lines: the envelope, then the raw lines, each ended by one line feed and nothing else. The compact
form is the same, deflated (zlib, RFC 1950), for QR codes. What `open_` returns is proved to come from a device under
our root; what the lines say is not looked at here, so that a line may be judged later, or by a newer version.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from shared import canonical, chain, codec, dsse
from shared.certificate import Certificate, Trust
from shared.chain import Head
from shared.codec import ElectionId, Epoch, Hash, KeyId
from shared.dsse import Signed
from shared.errors import Refusal
from shared.keys import SigningKey

BATCH: Final = dsse.type_of("batch")
MOST_CONTAINER: Final = 8 * 2**20  # bytes, as received
MOST_INFLATED: Final = 32 * 2**20
MOST_LINES: Final = 5_000
_SEALED: Final = b'{"ciphertext":'  # how `shared.package.seal` begins


@dataclass(frozen=True, slots=True)
class Header:
    """Lines ``from_`` to ``to`` of one log; ``prev`` is the hash before the first of them, ``head`` that of the last.

    ``package``: hash of the set-up that the device holds. ``certificates``: office, station[, phone].
    """

    device: KeyId
    election: ElectionId
    epoch: Epoch
    package: Hash
    from_: int = field(metadata={"name": "from"})
    to: int
    prev: Hash
    head: Hash
    certificates: tuple[Signed, ...]


@dataclass(frozen=True)
class Batch:
    """A batch that was verified. ``raw`` is the plain batch file, to be kept and passed on verbatim."""

    id: str
    header: Header
    certificate: Certificate
    lines: tuple[bytes, ...]
    hashes: tuple[str, ...]
    raw: bytes
    signed: Signed

    @property
    def head(self) -> Head:
        return Head(self.header.device, self.header.epoch, self.header.to, self.header.head)


def header_after(
    before: Head, lines: Sequence[bytes], *, election: str, package: str, certificates: Sequence[Signed]
) -> Header:
    """The header of the batch that holds ``lines``, where ``before`` is the head of the log in front of them."""
    after = before.after(lines)
    return Header(
        device=before.device,
        election=election,
        epoch=before.epoch,
        package=package,
        from_=before.through + 1,
        to=after.through,
        prev=before.hash,
        head=after.hash,
        certificates=tuple(certificates),
    )


def seal(header: Header, lines: Sequence[bytes], key: SigningKey) -> bytes:
    """The batch file. Lines that do not fit the header, or more than a reader takes, are our bug: `ValueError`."""
    before = Head(header.device, header.epoch, header.from_ - 1, header.prev)
    if before.after(lines).hash != header.head or len(lines) != header.to - header.from_ + 1:
        raise ValueError("these lines are not what the header says")
    if key.public.id != header.device:
        raise ValueError("this key is not the device's")
    envelope = dsse.sign(BATCH, canonical.encode(codec.write(header)), [key])
    data = b"\n".join((envelope, *lines, b""))
    if not 1 <= len(lines) <= MOST_LINES or len(data) > MOST_CONTAINER:
        raise ValueError("more than one batch holds")
    return data


def open_(data: bytes, trust: Trust) -> Batch:
    """Verify a batch file or its compact form, cheapest and most general checks first.

    Refuses with what `plain` refuses, ``too_many_lines``, ``cut_off``, ``not_canonical``, ``too_deep``, ``bad_field``,
    ``wrong_type``, what `Trust.device` refuses, ``bad_signature``, ``missing_signature``, ``wrong_device``,
    ``wrong_election``, ``incomplete_batch``, ``broken_chain``.
    """
    raw = plain(data)
    first, lines = _split(raw)
    signed = dsse.parse(first)
    header = read_header(signed)
    certificate = verify_header(signed, header, trust)
    if len(lines) != header.to - header.from_ + 1:
        raise Refusal("incomplete_batch", expected=header.to - header.from_ + 1, found=len(lines))
    hashes = chain.hashes(header.prev, lines)
    if hashes[-1] != header.head:
        raise Refusal("broken_chain", device=header.device)
    return Batch(signed.id, header, certificate, lines, hashes, raw, signed)


def peek(data: bytes) -> str:
    """The batch id that a file claims, nothing verified: to find the receipt of a batch that is held already."""
    first, _ = _split(plain(data))
    signed = dsse.parse(first)
    dsse.expect(signed, BATCH)
    return signed.id


def read_header(signed: Signed) -> Header:
    """The header as it is written; nobody has vouched for it yet."""
    dsse.expect(signed, BATCH)
    header = codec.read(Header, canonical.decode(signed.payload))
    if not 1 <= header.from_ <= header.to < header.from_ + MOST_LINES:
        raise Refusal("bad_field", field="Header.from")
    return header


def verify_header(signed: Signed, header: Header, trust: Trust) -> Certificate:
    """The certificate of the device that signed this header, once all that it says fits."""
    certificate = trust.device(header.certificates)
    if certificate.role == "office":
        raise Refusal("wrong_role", expected="station", found="office")
    dsse.verify(signed, BATCH, [certificate.public])
    if header.device != certificate.device:
        raise Refusal("wrong_device", expected=certificate.device, found=header.device)
    if header.election != certificate.election:
        raise Refusal("wrong_election", expected=certificate.election, found=header.election)
    if header.from_ == 1 and header.prev != chain.genesis(header.device, header.election, header.epoch):
        raise Refusal("broken_chain", device=header.device)
    return certificate


def compact(data: bytes) -> bytes:
    """A batch file, deflated."""
    return zlib.compress(data, 9)


def inflate(data: bytes) -> bytes:
    """Back from the compact form, never more than `MOST_INFLATED` bytes. Refuses with ``bad_compression``."""
    inflater = zlib.decompressobj()
    try:
        found = inflater.decompress(data, MOST_INFLATED + 1)
    except zlib.error:
        raise Refusal("bad_compression") from None
    if len(found) > MOST_INFLATED:
        raise Refusal("batch_too_large", most=MOST_INFLATED)
    if not inflater.eof or inflater.unused_data:
        raise Refusal("bad_compression")
    return found


def plain(data: bytes) -> bytes:
    """The batch file of either form. An envelope begins with a brace, which no zlib stream does.

    Refuses with ``empty_file``, ``batch_too_large``, ``not_a_batch``, what `inflate` refuses, and ``wrong_type`` for a
    sealed package, which is no signed statement as it stands.
    """
    if not data:
        raise Refusal("empty_file")
    if len(data) > MOST_CONTAINER:
        raise Refusal("batch_too_large", most=MOST_CONTAINER)
    raw = inflate(data) if _is_zlib(data) else data
    if not raw.startswith(b"{"):
        raise Refusal("not_a_batch")
    if raw.startswith(_SEALED):
        raise Refusal("wrong_type", expected=BATCH, found=dsse.type_of("package"))
    return raw


def _is_zlib(data: bytes) -> bool:
    """Whether the two bytes of a zlib header stand in front (RFC 1950, 2.2): method 8, and a check sum over both."""
    return len(data) > 1 and data[0] & 15 == 8 and int.from_bytes(data[:2], "big") % 31 == 0


def _split(raw: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    found = raw.count(b"\n") - 1
    if found > MOST_LINES:
        raise Refusal("too_many_lines", found=found, most=MOST_LINES)
    first, *lines = raw.split(b"\n")
    if not lines or lines.pop():  # each line ends with a line feed, the last one too
        _expect_batch(first)
        raise Refusal("cut_off")
    return first, tuple(lines)


def _expect_batch(first: bytes) -> None:
    """A receipt or a request is one statement without a line feed: told as what it is, not as a batch cut off."""
    try:
        signed = dsse.parse(first)
    except Refusal:
        return  # the batch was cut off within its first line
    dsse.expect(signed, BATCH)
