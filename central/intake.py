"""All that is decided about a batch: bytes in, a signed receipt out. No HTTP, no SQL.

Order, cheapest and most general first: size, decode, certificates, signature, header, chain, parse, rules.

1. The same batch id gets the same receipt, as long as its status is the same.
2. Accepted: every line counts. Held: it waits for a gap, a log or a package, and merges by itself. Quarantined: an
ended certificate, another package, an unknown kind, a fork; it is kept and shown, and counts only after a decision.
3. Refused: answered with the cause and what to send next, not kept.
4. What was answered is on the disk.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from central.judging import Rows, parse
from central.logs import Logs, ShrunkError
from central.pieces import Piece
from central.store.envelopes import Change, Kept, StaleError
from central.units import Loaded, Units
from shared import canonical, dsse, envelope, receipt
from shared.certificate import Trust
from shared.chain import Head
from shared.errors import Refusal
from shared.keys import SigningKey
from shared.receipt import Reason, Receipt

Amend = Callable[[Kept], tuple[Kept, dict[str, Any]]]
MOST_WAITING: Final = 64 * 2**20  # bytes that one key may have lying here without counting
TRIES: Final = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """A receipt on its way. ``code``: the first reason; ``unit`` and ``batch`` where they are known."""

    status: receipt.Status
    data: bytes
    code: str = ""
    unit: str = ""
    batch: str = ""


class Intake:
    """``key`` signs the receipts. One intake a process; threads may share it."""

    def __init__(self, units: Units, key: SigningKey, *, most_waiting: int = MOST_WAITING) -> None:
        self.units: Final = units
        self._store: Final = units.store
        self._key: Final = key
        self.most_waiting = most_waiting
        self.lock: Final = threading.RLock()

    def receive(self, data: bytes, now: datetime) -> bytes:
        """The signed receipt for a batch file in either form. ``now`` is shown, never judged by."""
        return self.answer(data, now).data

    def answer(self, data: bytes, now: datetime) -> Answer:
        """As `receive`, with the status beside the bytes."""
        trust = self.units.trust
        try:
            known = self._known(data, trust, now)
            if known is not None:
                return known
            batch = envelope.open_(data, trust)
        except Refusal as refusal:
            return self._refused(data, refusal)
        try:
            return self._taken(Piece.of(batch), batch.raw, batch.certificate.unit, now)
        except Refusal as refusal:
            return self._turned_away(batch.certificate.unit, batch.id, batch.head, refusal)

    def answered(self, unit: str, batch: str, now: datetime) -> Answer | None:
        """The answer to a batch by its name, as it stands now; None where the unit keeps no such batch."""
        found = self._store.answered(unit, batch)
        if found is None:
            return None
        status, answer = found
        if answer is None:
            return self._answer_anew(unit, batch, now)
        return Answer(_status(status), answer, unit=unit, batch=batch)

    def _known(self, data: bytes, trust: Trust, now: datetime) -> Answer | None:
        """The answer to a batch that is kept already. Its name is all that is looked at: nothing of it is used."""
        signed = _envelope(data)
        header = envelope.read_header(signed)
        unit = trust.device(header.certificates).unit
        return None if self.units.lacks(unit, header.device, signed.id) else self.answered(unit, signed.id, now)

    def _answer_anew(self, unit: str, batch: str, now: datetime) -> Answer:
        """The answer to a batch whose status is another than when it was answered last."""
        with self.lock:
            logs = self.units.get(unit).logs
            made = self._receipt(logs, logs.piece(batch))
            data = self._store.file_receipt((unit, batch, made.status, _moment(now), receipt.write(made, self._key)))
        return Answer(made.status, data, _code(made), unit, batch)

    def _taken(self, piece: Piece, raw: bytes, unit: str, now: datetime) -> Answer:
        for _ in range(TRIES):
            try:
                with self.lock:
                    return self._keep(piece, raw, unit, now)
            except StaleError:
                self.units.forget(unit)  # another program has changed the unit meanwhile
        raise StaleError

    def _keep(self, piece: Piece, raw: bytes, unit: str, now: datetime) -> Answer:
        loaded = self.units.cached(unit)
        if piece.id in loaded.logs.log(piece.device).pieces:
            return self._answer_anew(unit, piece.id, now)  # it came twice at one moment
        waiting = any(True for _ in loaded.logs.waiting())
        try:
            fresh = _Fresh(piece, raw, loaded.take(piece), waiting=waiting)
        except ShrunkError:
            loaded, rows = self.units.read(self._store.kept(unit), unit, more=piece)
            fresh = _Fresh(piece, raw, rows, waiting=True, whole=True)
        except Refusal:
            self.units.forget(unit)
            raise
        return self._commit(loaded, fresh, now)

    def _commit(self, loaded: Loaded, fresh: "_Fresh", now: datetime) -> Answer:
        piece, unit = fresh.piece, loaded.unit
        try:
            answer = self._receipt(loaded.logs, piece)
            if answer.status != "accepted":
                self._hold_waiting(loaded.logs, piece)
            data = receipt.write(answer, self._key)
            change = change_of(loaded, fresh.rows, whole=fresh.whole)
            if not fresh.waiting and answer.status == "accepted":
                change.waiting = None
            change.batch = (
                unit, piece.id, piece.device, piece.epoch, piece.from_, piece.to, _moment(now), fresh.raw,
            )  # fmt: skip
            change.receipt = (unit, piece.id, answer.status, _moment(now), data)
            self._store.commit(change)
        except BaseException:
            self.units.forget(unit)  # memory is ahead of the disk
            raise
        loaded.version += 1
        self.units.replace(loaded)
        return Answer(answer.status, data, _code(answer), unit, piece.id)

    def _hold_waiting(self, logs: Logs, piece: Piece) -> None:
        """Refuse what cannot be read even later, and what a key has too much of. What counts was parsed when judged."""
        for place, line in enumerate(piece.lines):
            parse(line, piece.from_ + place)
        held = sum(one.size for one, _ in logs.waiting() if one.device == piece.device)
        if held > self.most_waiting:
            raise Refusal("quota", device=piece.device, held=held, most=self.most_waiting)

    def _receipt(self, logs: Logs, piece: Piece) -> Receipt:
        log = logs.log(piece.device)
        if log.counts(piece):
            return Receipt("accepted", (), piece.id, piece.device, piece.epoch, accepted=piece.to, head=piece.head)
        stop = logs.why(log, piece)
        through, head = log.through(piece.epoch)
        return Receipt(
            stop.status,
            (Reason.of(stop.refusal),),
            piece.id,
            piece.device,
            piece.epoch,
            accepted=through,
            head=head or None,
        )

    def _refused(self, data: bytes, refusal: Refusal) -> Answer:
        """Where the header proves whose batch it is, the answer says what is held of that log."""
        try:
            signed = _envelope(data)
            header = envelope.read_header(signed)
            certificate = envelope.verify_header(signed, header, self.units.trust)
        except Refusal:
            made = receipt.unreadable(data, refusal)
            return Answer("refused", receipt.write(made, self._key), refusal.code)
        head = Head(header.device, header.epoch, header.to, header.head)
        return self._turned_away(certificate.unit, signed.id, head, refusal)

    def _turned_away(self, unit: str, batch: str, head: Head, refusal: Refusal) -> Answer:
        with self.lock:
            through, hash_ = self.units.get(unit).logs.log(head.device).through(head.epoch)
        made = Receipt(
            "refused", (Reason.of(refusal),), batch, head.device, head.epoch, accepted=through, head=hash_ or None
        )
        return Answer("refused", receipt.write(made, self._key), refusal.code, unit, batch)

    def refold(self, unit: str, amend: Amend = lambda kept: (kept, {})) -> None:
        """Make every row of a unit anew from what is primary. ``amend`` adds to what is primary, in one transaction: it
        gives all that is kept with the addition, and the rows of it by the field of `Change`."""
        for _ in range(TRIES):
            with self.lock:
                kept, added = amend(self._store.kept(unit))
                loaded, rows = self.units.read(kept, unit)
                change = replace(change_of(loaded, rows, whole=True), **added)
                self.units.forget(unit)
                try:
                    self._store.commit(change)
                except StaleError:
                    continue
            return
        raise StaleError


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A piece that is about to be kept. ``waiting``: others of the unit were, ``whole``: all is made anew."""

    piece: Piece
    raw: bytes
    rows: Rows
    waiting: bool
    whole: bool = False


def change_of(loaded: Loaded, rows: Rows, *, whole: bool) -> Change:
    """What must be written so that the store says the same as the memory."""
    unit = loaded.unit
    touched = {row[1] for row in rows.events}
    return Change(
        unit=unit,
        version=loaded.version,
        events=rows.events,
        claims=rows.claims,
        dead=rows.dead,
        findings=rows.findings,
        heads=[
            (unit, head.device, head.epoch, head.through, head.hash)
            for device in sorted(touched)
            for head in loaded.logs.log(device).heads()
        ],
        waiting=[
            (unit, one.id, one.device, stop.status, stop.refusal.code, _facts(stop.refusal), one.size)
            for one, stop in loaded.logs.waiting()
        ],
        whole=whole,
    )


def _facts(refusal: Refusal) -> str:
    return canonical.encode(Reason.of(refusal).facts).decode()


def _envelope(data: bytes) -> dsse.Signed:
    return dsse.parse(envelope.plain(data).partition(b"\n")[0])


def _status(found: str) -> receipt.Status:
    status: receipt.Status = found  # type: ignore[assignment]
    return status


def _code(made: Receipt) -> str:
    return made.reasons[0].code if made.reasons else ""


def _moment(now: datetime) -> str:
    return now.isoformat(timespec="seconds")
