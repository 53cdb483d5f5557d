"""Other stations' batches come in, questions are answered: bytes in, signed bytes out. No HTTP here.

A batch is verified as the office verifies it and kept verbatim; it changes nothing until two officials, or the desk,
take its log in (``log.taken``). Order: size → decode → certificates → signature → chain → unit → what is held → lines.
"""

import sqlite3
from datetime import datetime, timedelta
from typing import Any, Final

from shared import canonical, codec, envelope, query, receipt
from shared import events as ev
from shared import line as lines
from shared.canonical import to_base64
from shared.certificate import LastTrusted
from shared.chain import Head
from shared.envelope import Batch, Header
from shared.errors import Refusal
from shared.receipt import Reason, Receipt
from station.high_water import behind
from station.keeper import Keeper
from station.store import arrivals, log, outbox, siblings
from station.store.opening import reading

MOST_WAITING: Final = 64 * 2**20  # bytes of one device that may lie here without counting
MOST_ANSWER: Final = 6 * 2**20  # bytes of batches in one answer
OLDEST_QUESTION: Final = timedelta(days=1)  # clocks of villages are off; the answer holds roll numbers, no names


def receive(keeper: Keeper, data: bytes) -> bytes:
    """The signed receipt for a batch file of another log of the unit, in either form.

    The same batch gets the same receipt as long as its status is the same. Nothing is refused by exception.
    """
    try:
        batch = envelope.open_(data, keeper.enrolment.trust)
    except Refusal as refusal:
        return receipt.write(_unread(data, refusal), keeper.enrolment.key)
    try:
        made = _taken(keeper, batch)
    except Refusal as refusal:
        made = _answer(batch, "refused", _held(keeper, batch), refusal)
    return receipt.write(made, keeper.enrolment.key)


def answer(keeper: Keeper, data: bytes, now: datetime) -> bytes:
    """What an enrolled station of the unit asked for, as canonical JSON.

    ``{"heads": [head, …]}``; ``{"receipts": [base64, …]}``; ``{"batches": [base64, …], "more": bool}``, batch files
    verbatim, up to 6 MiB. Refuses what `shared.query.open_` does, wrong_unit, question_too_old.
    """
    asked, certificate = query.open_(data, keeper.enrolment.trust)
    if not keeper.enrolment.is_of_unit(certificate):
        raise Refusal("wrong_unit", expected=keeper.enrolment.newest.setup.unit.id, found=certificate.unit)
    if abs(now - datetime.fromisoformat(asked.at)) > OLDEST_QUESTION:
        raise Refusal("question_too_old", at=asked.at)
    with reading(keeper.engine) as connection:
        value: dict[str, Any]
        if asked.want == "heads":
            value = {"heads": [codec.write(head) for head in _heads(keeper, connection, asked.about)]}
        elif asked.want == "receipts":
            value = {"receipts": [to_base64(raw) for one in asked.about for raw in outbox.receipts_of(connection, one)]}
        else:
            value = _batches(keeper, connection, asked.about)
    return canonical.encode(value)


def read_own(keeper: Keeper, data: bytes) -> tuple[receipt.Status, list[Refusal]]:
    """What a receipt by this station says, for the console."""
    made = receipt.open_(data, [keeper.enrolment.key.public])
    return made.status, [reason.refusal() for reason in made.reasons]


def _unread(data: bytes, refusal: Refusal) -> Receipt:
    """Named by its batch id where the file still says one."""
    try:
        return Receipt("refused", (Reason.of(refusal),), batch=envelope.peek(data))
    except Refusal:
        return receipt.unreadable(data, refusal)


def _taken(keeper: Keeper, batch: Batch) -> Receipt:
    if not keeper.enrolment.is_of_unit(batch.certificate):
        expected = keeper.enrolment.newest.setup.unit.id
        raise Refusal("wrong_unit", expected=expected, found=batch.certificate.unit)
    if batch.header.device == keeper.device:
        return _own(keeper, batch)
    made = keeper.write(lambda connection: _keep(keeper, connection, batch))
    keeper.heard()
    return made


def _keep(keeper: Keeper, connection: sqlite3.Connection, batch: Batch) -> Receipt:
    """Store the batch with its status, and whatever held batch fits behind it."""
    device, epoch = batch.header.device, batch.header.epoch
    held = siblings.head_of(connection, device, epoch)
    status, why = _judge(keeper, connection, batch)
    known = siblings.find(connection, batch.id)
    if status != siblings.ACCEPTED and known is None:
        _hold_quota(connection, batch)
    arrivals.add(connection)
    if known is None:
        siblings.add(connection, batch, status)
    elif known.status == siblings.HELD and status == siblings.ACCEPTED:
        siblings.accept(connection, batch.id)
    if status == siblings.ACCEPTED:
        _follow_on(keeper, connection, batch.head)
        return _answer(batch, status, batch.head, None)
    return _answer(batch, status, held, why)


def _judge(keeper: Keeper, connection: sqlite3.Connection, batch: Batch) -> tuple[receipt.Status, Refusal | None]:
    """Where the batch stands against what is held of its log."""
    header = batch.header
    held = siblings.head_of(connection, header.device, header.epoch)
    through = held.through if held else 0
    ended = keeper.enrolment.trust.ended(batch.certificate)
    if ended is not None and not _still_trusted(ended.last, header):
        return "quarantined", Refusal("certificate_ended", reason=ended.reason, epoch=header.epoch, seq=header.from_)
    if header.from_ > through + 1:
        return "held", Refusal("gap", epoch=header.epoch, next=through + 1, found=header.from_)
    if not _continues(connection, batch, through):
        return "quarantined", Refusal("forked", epoch=header.epoch, seq=header.from_)
    try:
        for seq, raw in enumerate(batch.lines, header.from_):
            _hold_line(seq, raw)
    except Refusal as refusal:
        if refusal.code == "unknown_kind":
            return "quarantined", refusal
        raise
    return "accepted", None


def _still_trusted(last: LastTrusted | None, header: Header) -> bool:
    return last is not None and last.epoch == header.epoch and header.to <= last.through


def _continues(connection: sqlite3.Connection, batch: Batch, through: int) -> bool:
    """Whether the batch says the same as what is held, as far as both reach."""
    header = batch.header
    said = {header.from_ - 1: header.prev} | dict(enumerate(batch.hashes, header.from_))
    overlap = range(max(header.from_ - 1, 1), min(through, header.to) + 1)
    if not overlap:
        return True
    kept = siblings.hashes(connection, (header.device, header.epoch), overlap[0], overlap[-1])
    return all(kept.get(seq) == said[seq] for seq in overlap)


def _hold_line(seq: int, raw: bytes) -> None:
    line = lines.read(raw)
    if line.seq != seq:
        raise Refusal("bad_field", field="Line.seq")
    event = ev.read(line.type, line.data)
    if bool(line.salt) is not event.NAMES_VOTER:
        raise Refusal("bad_field", field="Line.salt")


def _follow_on(keeper: Keeper, connection: sqlite3.Connection, head: Head) -> None:
    """Held batches that fit now are accepted, one after another."""
    for stored in siblings.of_log(connection, head.device, head.epoch, status=siblings.HELD):
        batch = envelope.open_(stored.raw, keeper.enrolment.trust)
        if _judge(keeper, connection, batch)[0] == siblings.ACCEPTED:
            siblings.accept(connection, stored.batch)


def _hold_quota(connection: sqlite3.Connection, batch: Batch) -> None:
    device = batch.header.device
    waiting = siblings.bytes_waiting(connection, device) + len(batch.raw)
    if waiting > MOST_WAITING:
        raise Refusal("quota", device=device, held=waiting, most=MOST_WAITING)


def _own(keeper: Keeper, batch: Batch) -> Receipt:
    """Our own batch comes back: it is known, or it shows that this database is an older copy."""
    with reading(keeper.engine) as connection:
        why = behind(connection, batch.head)
        through = dict(log.epochs(connection)).get(batch.header.epoch, 0)
        mine = Head(keeper.device, batch.header.epoch, through, log.hash_at(connection, batch.header.epoch, through))
    if why is None:
        return _answer(batch, "accepted", batch.head, None)
    if keeper.lacks(batch.head) is not None:
        keeper.suspect(why)
    return _answer(batch, "held", mine if through else None, why)


def _held(keeper: Keeper, batch: Batch) -> Head | None:
    with reading(keeper.engine) as connection:
        return siblings.head_of(connection, batch.header.device, batch.header.epoch)


def _answer(batch: Batch, status: receipt.Status, held: Head | None, why: Refusal | None) -> Receipt:
    return Receipt(
        status,
        (Reason.of(why),) if why else (),
        batch=batch.id,
        device=batch.header.device,
        epoch=batch.header.epoch,
        accepted=held.through if held else 0,
        head=held.hash if held else None,
    )


def _heads(keeper: Keeper, connection: sqlite3.Connection, about: tuple[str, ...]) -> list[Head]:
    """Of every epoch here, own ones as far as they are cut into batches: nothing else can be handed out."""
    found = [*siblings.heads(connection)]
    for epoch, _ in log.epochs(connection):
        through = outbox.cut_through(connection, epoch)
        if through:
            found.append(Head(keeper.device, epoch, through, log.hash_at(connection, epoch, through)))
    return [head for head in found if not about or head.device in about]


def _batches(keeper: Keeper, connection: sqlite3.Connection, about: tuple[str, ...]) -> dict[str, Any]:
    found: list[str] = []
    size = 0
    for raw in (raw for one in about for raw in _asked(keeper, connection, one)):
        size += len(raw)
        if found and size > MOST_ANSWER:
            return {"batches": found, "more": True}
        found.append(to_base64(raw))
    return {"batches": found, "more": False}


def _asked(keeper: Keeper, connection: sqlite3.Connection, subject: str) -> list[bytes]:
    """One batch by its id, or those of a log from one event on."""
    device, _, place = subject.partition("/")
    if not place:
        known = siblings.find(connection, subject) or outbox.find(connection, subject)
        return [known.raw] if known else []
    epoch, _, seq = place.partition("/")
    if device == keeper.device:
        return [cut.raw for cut in outbox.from_on(connection, epoch, int(seq))]
    return [stored.raw for stored in siblings.batches_after(connection, device, epoch, int(seq) - 1)]
