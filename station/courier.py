"""Carries batches over the network: to the office and to the other stations, and theirs back, whenever they answer.

One thread for each address. What fails is tried again after a wait that doubles, with jitter, so that a whole county
does not knock at the same moment when its office comes back. Files and sticks do the same work without this.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
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


class Carrier:
    """The traffic with one address. ``signer``: key id of its receipts; a peer's is learnt from the first."""

    def __init__(self, keeper: Keeper, base: str, post: Post, *, signer: str = "") -> None:
        self.base: Final = base.rstrip("/")
        self._keeper = keeper
        self._post = post
        self._signer = signer
        self._rounds = 0
        self._failures = 0
        self._turned_away: Refusal | None = None
        self.heard: datetime | None = None
        self.refusal: Refusal | None = None

    def line(self) -> Line:
        return Line(self.base, len(self._unanswered(again=True)), self.heard, self.refusal)

    def go(self) -> float:
        """One round: send what waits, now and then fetch what is new. Gives the seconds to wait before the next."""
        try:
            self._round()
        except (OSError, HTTPException) as error:
            self.refusal = Refusal("no_connection", address=self.base, cause=type(error).__name__)
        except Refusal as refusal:
            self.refusal = refusal
        else:
            self._failures, self.refusal, self.heard = 0, self._turned_away, self._keeper.now()
            return EVERY_SECONDS
        self._failures += 1
        wait: float = min(EVERY_SECONDS * 2.0 ** min(self._failures, 10), LONGEST_WAIT)
        return wait * (0.5 + self._keeper.random(1)[0] / 256)

    def _round(self) -> None:
        again = self._rounds % AGAIN_EVERY == 0
        waiting = self._unanswered(again=again)
        most = len(waiting) if self._signer else 1  # until we know whose receipts these are, all seem unanswered
        turned_away = [why for why in map(self._send, waiting[:most]) if why is not None]
        if again or turned_away:
            self._turned_away = turned_away[0] if turned_away else None
        if self._rounds % FETCH_EVERY == 0:
            fetching.fetch(self._keeper, lambda asked: self._post(f"{self.base}/api/v1/queries", asked))
        self._rounds += 1

    def _send(self, cut: Cut) -> Refusal | None:
        """Why the batch does not count there yet; None where it was accepted."""
        answer = self._post(f"{self.base}/api/v1/envelopes", cut.raw)
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


class Courier:
    """All carriers of a station. ``central`` may be empty; ``peers`` are addresses of the unit's other stations."""

    def __init__(self, keeper: Keeper, *, central: str, peers: Sequence[str], post: Post = over_http) -> None:
        self._keeper = keeper
        self._stop = threading.Event()
        office = [Carrier(keeper, central, post, signer=keeper.enrolment.office.id)] if central else []
        self.carriers: Final = [*office, *(Carrier(keeper, peer, post) for peer in peers)]
        jobs = [lambda carrier=carrier: self._carry(carrier) for carrier in self.carriers]
        self._threads = [threading.Thread(target=job, name="courier", daemon=True) for job in [self._cut, *jobs]]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def lines(self) -> list[Line]:
        """How each address does."""
        return [carrier.line() for carrier in self.carriers]

    def close(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _cut(self) -> None:
        while not self._stop.wait(EVERY_SECONDS):
            sending.cut_due(self._keeper)

    def _carry(self, carrier: Carrier) -> None:
        wait = 0.0
        while not self._stop.wait(wait):
            wait = carrier.go()
