"""Carries batches over the network: to the office and to the other stations, and theirs back, whenever they answer.

One thread for each address. What fails is tried again after a wait that doubles, with jitter, so that a whole county
does not knock at the same moment when its office comes back. Files and sticks do the same work without this.

No fault ends a thread: a full disk or a stranger's proxy passes, and an unsent log that nobody tries to send does not.
The fault is told to the program's own log and to the exchange screen, and the work tried again.
"""

import logging
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from http.client import HTTPException
from typing import Final
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from shared.errors import Refusal
from station import fetching, sending
from station.keeper import Keeper
from station.store import outbox
from station.store.opening import reading
from station.store.outbox import Cut

Post = Callable[[str, bytes], bytes]
LOG: Final = logging.getLogger(__name__)
EVERY_SECONDS: Final = 1.0
FETCH_EVERY: Final = 5  # rounds
AGAIN_EVERY: Final = 15  # rounds: what was held or refused is asked about again
LONGEST_WAIT: Final = 60.0
TIMEOUT: Final = 20.0
NO_RECEIPT: Final = frozenset({"not_canonical", "bad_field", "too_deep", "wrong_type"})
MOST_ANSWER: Final = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Line:
    """How one address does, for the screens. ``refusal``: why the last try failed; ``heard``: when it last answered."""

    base: str
    waiting: int
    heard: datetime | None
    refusal: Refusal | None


def over_http(url: str, data: bytes) -> bytes:
    """POST and give back the answer, whatever its status: a refusal is a signed receipt too."""
    if urlsplit(url).scheme not in {"http", "https"}:
        raise Refusal("address_unfit", address=url)
    request = Request(url, data, {"Content-Type": "application/octet-stream", "Accept": "application/json"})  # noqa: S310
    try:
        with urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310  # the scheme was looked at
            return bytes(answer.read(MOST_ANSWER))
    except HTTPError as error:
        with error:
            return error.read(MOST_ANSWER)


class Patience:
    """Does one round of work whatever goes wrong in it, and says how long to wait before the next.

    ``refusal``: why the last round failed; ``sending_faulty`` for what nobody expected.
    """

    def __init__(self, keeper: Keeper, work: Callable[[], None]) -> None:
        self._keeper = keeper
        self._work = work
        self._failures = 0
        self.refusal: Refusal | None = None

    def go(self) -> float:
        """Seconds until the next round."""
        try:
            self._work()
        except Refusal as refusal:
            self.refusal = refusal
            return self._longer()
        except Exception as fault:  # noqa: BLE001  # a fault of one round must not end all rounds; it is told loudly
            wait = self._longer()
            _tell(fault)
            again = self._keeper.now() + timedelta(seconds=wait)
            self.refusal = Refusal("sending_faulty", cause=type(fault).__name__, at=again.isoformat(timespec="seconds"))
            return wait
        self._failures, self.refusal = 0, None
        return EVERY_SECONDS

    def _longer(self) -> float:
        self._failures += 1
        wait: float = min(EVERY_SECONDS * 2.0 ** min(self._failures, 10), LONGEST_WAIT)
        return wait * (0.5 + self._keeper.random(1)[0] / 256)


def _tell(fault: BaseException) -> None:
    """Where it happened and what kind it was, without its words: they may quote what was being sent."""
    chain: list[str] = []
    link: BaseException | None = fault
    while link is not None:
        chain.append(f"{type(link).__name__}\n{''.join(traceback.format_tb(link.__traceback__))}")
        link = link.__cause__ or link.__context__
    LOG.error("sending stopped by a fault: %s", "caused by ".join(chain))


class Carrier:
    """The traffic with one address. ``signer``: key id of its receipts; a peer's is learnt from the first."""

    def __init__(self, keeper: Keeper, base: str, post: Post, *, signer: str = "") -> None:
        self.base: Final = base.rstrip("/")
        self._keeper = keeper
        self._post = post
        self._signer = signer
        self._rounds = 0
        self._patience = Patience(keeper, self._round)
        self._turned_away: Refusal | None = None
        self.heard: datetime | None = None

    @property
    def refusal(self) -> Refusal | None:
        """Why the last round failed, or why the other side does not count what it was sent."""
        return self._patience.refusal or self._turned_away

    def line(self) -> Line:
        return Line(self.base, len(self._unanswered(again=True)), self.heard, self.refusal)

    def go(self) -> float:
        """One round: send what waits, now and then fetch what is new. Gives the seconds to wait before the next."""
        wait = self._patience.go()
        if self._patience.refusal is None:
            self.heard = self._keeper.now()
        return wait

    def _round(self) -> None:
        again = self._rounds % AGAIN_EVERY == 0
        waiting = self._unanswered(again=again)
        most = len(waiting) if self._signer else 1  # until we know whose receipts these are, all seem unanswered
        turned_away = [why for why in map(self._send, waiting[:most]) if why is not None]
        if again or turned_away:
            self._turned_away = turned_away[0] if turned_away else None
        if self._rounds % FETCH_EVERY == 0:
            fetching.fetch(self._keeper, partial(self._say, "queries"))
        self._rounds += 1

    def _say(self, what: str, data: bytes) -> bytes:
        """The other side's answer. Refuses no_connection."""
        try:
            return self._post(f"{self.base}/api/v1/{what}", data)
        except (OSError, HTTPException) as error:
            raise Refusal("no_connection", address=self.base, cause=type(error).__name__) from error

    def _send(self, cut: Cut) -> Refusal | None:
        """Why the batch does not count there yet; None where it was accepted."""
        answer = self._say("envelopes", cut.raw)
        try:
            receipt, signer = sending.file_receipt(self._keeper, answer)
        except Refusal as refusal:
            if refusal.code in NO_RECEIPT:
                raise Refusal("answer_unfit") from refusal
            raise
        if receipt.batch != cut.batch:
            raise Refusal("receipt_of_another", batch=cut.batch)
        self._signer = signer
        return receipt.reasons[0].refusal() if receipt.reasons else None

    def _unanswered(self, *, again: bool) -> list[Cut]:
        with reading(self._keeper.engine) as connection:
            return outbox.unanswered(connection, self._signer, again=again)


class Rounds:
    """One thread that does rounds until it is closed. ``go`` gives the seconds to wait; `hurry` cuts a wait short."""

    def __init__(self, go: Callable[[], float], *, first: float = 0.0) -> None:
        self._go = go
        self._first = first
        self._wake = threading.Event()
        self._closed = False
        self._thread = threading.Thread(target=self._rounds, name="courier", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def hurry(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        self._closed = True
        self._wake.set()

    def join(self) -> None:
        self._thread.join()

    def _rounds(self) -> None:
        wait = self._first
        while True:
            self._wake.wait(wait)
            self._wake.clear()  # before the look, so that a stop told from here on cuts the next wait short
            if self._closed:
                return
            wait = self._go()


class Courier:
    """All carriers of a station. ``central`` may be empty; ``peers`` are addresses of the unit's other stations."""

    def __init__(self, keeper: Keeper, *, central: str, peers: Sequence[str], post: Post = over_http) -> None:
        office = [Carrier(keeper, central, post, signer=keeper.enrolment.office.id)] if central else []
        self.carriers: Final = [*office, *(Carrier(keeper, peer, post) for peer in peers)]
        self._cutting = Patience(keeper, lambda: _cut_due(keeper))
        self._rounds = [Rounds(self._cutting.go, first=EVERY_SECONDS), *(Rounds(one.go) for one in self.carriers)]

    def start(self) -> None:
        for rounds in self._rounds:
            rounds.start()

    def lines(self) -> list[Line]:
        """How each address does."""
        return [carrier.line() for carrier in self.carriers]

    @property
    def fault(self) -> Refusal | None:
        """Why nothing can be cut into batches at the moment."""
        return self._cutting.refusal

    def hurry(self) -> None:
        """Somebody waits for it: cut and send now, however long a failure would have made everybody wait."""
        for rounds in self._rounds:
            rounds.hurry()

    def close(self) -> None:
        """Stop when the rounds that are under way have ended."""
        for rounds in self._rounds:
            rounds.stop()
        for rounds in self._rounds:
            rounds.join()


def _cut_due(keeper: Keeper) -> None:
    sending.cut_due(keeper)
