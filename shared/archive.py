"""The archive of an election: everything signed, as JSON Lines, so that anybody can check it with one root fingerprint.

First the packages, then endings and decisions, then each batch: its envelope and, for every line of it, the line itself
or a text with its SHA-256. In the **full** archive every line stands: for scrutineers, the higher office and courts.
In the **public** one the package has no roll, and of a line that names a voter (it carries a salt) only the hash
is left. Signatures, chains and heads verify in both.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from shared import canonical, chain, dsse, envelope, package
from shared.certificate import ENDING, ROOT, Certificate, Trust
from shared.chain import Head
from shared.dsse import Signed
from shared.envelope import BATCH, Batch, Header
from shared.errors import Refusal
from shared.package import MOST_PACKAGE, PACKAGE, Package
from shared.receipt import RECEIPT

STATEMENTS: Final = frozenset({ROOT, ENDING, RECEIPT, dsse.type_of("decision")})

_DIGEST: Final = re.compile(rb'"([0-9a-f]{64})"')


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a log: its raw bytes, or None where only the digest was kept."""

    seq: int
    digest: str
    line: bytes | None


@dataclass(frozen=True, slots=True)
class Section:
    """One batch of the archive, verified: signature, certificates, chain from ``prev`` to ``head``."""

    id: str
    header: Header
    certificate: Certificate
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Archive:
    """What an archive proves. ``statements`` are carried as they are; whoever reads them judges them.

    ``heads``: the furthest of each log. ``forks``: (device, epoch, seq) where one log goes on in two ways.
    """

    public: bool
    packages: tuple[Package, ...]
    statements: tuple[Signed, ...]
    sections: tuple[Section, ...]
    heads: tuple[Head, ...]
    forks: tuple[tuple[str, str, int], ...]

    @property
    def shown(self) -> int:
        return sum(entry.line is not None for section in self.sections for entry in section.entries)

    @property
    def left_out(self) -> int:
        return sum(entry.line is None for section in self.sections for entry in section.entries)


def write(packages: Sequence[Package], batches: Iterable[Batch], statements: Sequence[Signed] = ()) -> Iterator[bytes]:
    """The lines of an archive, each with its line feed: public if the packages are, full if they are.

    ``batches``: each log from its start, in order; what follows a fork after what it forks from.
    """
    if len({one.public for one in packages}) != 1:
        raise ValueError("an archive is public or full")
    public = packages[0].public
    for one in (*(one.signed for one in packages), *statements):
        yield bytes(one) + b"\n"
    for batch in batches:
        yield bytes(batch.signed) + b"\n"
        for line in batch.lines:
            left_out = (public and _names_voter(line)) or not line.startswith(b"{")
            yield (_bare(line) if left_out else line) + b"\n"


def verify(stream: Iterable[bytes], trust: Trust) -> Archive:
    """Verify an archive, line by line as a file gives them.

    Refuses as `shared.envelope.open_` and `shared.package.read` do, with ``archive_gap`` (a log does not begin at its
    start or skips lines), ``not_redacted`` (a public archive shows a line that names a voter), ``no_package``.
    """
    items = iter(stream)
    packages: list[Package] = []
    statements: list[Signed] = []
    sections: list[Section] = []
    logs = _Logs()
    for item in items:
        signed = dsse.parse(_line(item))
        if signed.payload_type == PACKAGE and not sections:
            packages.append(package.verify(signed, trust))
        elif signed.payload_type == BATCH:
            section = _section(signed, items, trust)
            logs.add(section)
            sections.append(section)
        elif signed.payload_type in STATEMENTS and not sections:
            statements.append(signed)
        else:
            raise Refusal("wrong_type", expected=BATCH, found=signed.payload_type[:80])
    if not packages:
        raise Refusal("no_package")
    public = any(one.public for one in packages)
    if public:
        _hold_redacted(packages, sections)
    return Archive(public, tuple(packages), tuple(statements), tuple(sections), logs.heads(), tuple(sorted(logs.forks)))


@dataclass
class _Logs:
    """Every hash at every place of every log, to see gaps and forks."""

    places: dict[tuple[str, str, int], set[str]] = field(default_factory=dict)
    furthest: dict[tuple[str, str], Head] = field(default_factory=dict)
    forks: set[tuple[str, str, int]] = field(default_factory=set)

    def add(self, section: Section) -> None:
        header = section.header
        log = (header.device, header.epoch)
        if header.from_ > 1 and header.prev not in self.places.get((*log, header.from_ - 1), set()):
            raise Refusal("archive_gap", device=header.device, before=header.from_)
        end = header.prev
        for entry in section.entries:
            end = chain.extend_digest(end, entry.digest)
            here = self.places.setdefault((*log, entry.seq), set())
            here.add(end)
            if len(here) == 2:
                self.forks.add((*log, entry.seq))
        if log not in self.furthest or self.furthest[log].through < header.to:
            self.furthest[log] = Head(*log, header.to, header.head)

    def heads(self) -> tuple[Head, ...]:
        return tuple(self.furthest[log] for log in sorted(self.furthest))


def _section(signed: Signed, items: Iterator[bytes], trust: Trust) -> Section:
    header = envelope.read_header(signed)
    certificate = envelope.verify_header(signed, header, trust)
    entries = tuple(_entry(next(items, b""), seq) for seq in range(header.from_, header.to + 1))
    end = header.prev
    for entry in entries:
        end = chain.extend_digest(end, entry.digest)
    if end != header.head:
        raise Refusal("broken_chain", device=header.device)
    return Section(signed.id, header, certificate, entries)


def _entry(item: bytes, seq: int) -> Entry:
    line = _line(item)
    bare = _DIGEST.fullmatch(line)
    return Entry(seq, bare[1].decode(), None) if bare else Entry(seq, chain.digest(line), line)


def _line(item: bytes) -> bytes:
    if len(item) > MOST_PACKAGE:
        raise Refusal("package_too_large", most=MOST_PACKAGE)
    if not item.endswith(b"\n"):
        raise Refusal("cut_off")
    return item[:-1]


def _bare(line: bytes) -> bytes:
    return b'"' + chain.digest(line).encode() + b'"'


def _names_voter(line: bytes) -> bool:
    """Whether a line must stay out of the public archive. One that cannot be read must: who knows what it says."""
    try:
        value = canonical.decode(line)
    except Refusal:
        return True
    return not isinstance(value, dict) or "salt" in value


def _hold_redacted(packages: Sequence[Package], sections: Sequence[Section]) -> None:
    if not all(one.public for one in packages):
        raise Refusal("not_redacted", device="", seq=0)
    for section in sections:
        for entry in section.entries:
            if entry.line is not None and _names_voter(entry.line):
                raise Refusal("not_redacted", device=section.header.device, seq=entry.seq)
