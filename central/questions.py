"""What enrolled devices may ask the office: heads, receipts and batches of their own unit. Bytes in, bytes out."""

from datetime import datetime, timedelta
from typing import Any, Final

from central.intake import Intake
from central.store.envelopes import Envelopes
from central.units import Units
from shared import canonical, codec, query
from shared.canonical import to_base64
from shared.errors import Refusal

MOST_ANSWER: Final = 6 * 2**20  # bytes of batches in one answer
OLDEST_QUESTION: Final = timedelta(days=1)  # clocks of villages are off; the answer holds roll numbers, no names


class Questions:
    """One office's answers."""

    def __init__(self, units: Units, intake: Intake, store: Envelopes) -> None:
        self._units: Final = units
        self._intake: Final = intake
        self._store: Final = store

    def answer(self, data: bytes, now: datetime) -> bytes:
        """Canonical JSON: ``{"heads": [head, …]}``; ``{"receipts": [base64, …]}``; ``{"batches": [base64, …],
        "more": bool}``, batch files verbatim, up to 6 MiB.

        Refuses what `shared.query.open_` does, and question_too_old.
        """
        asked, certificate = query.open_(data, self._units.trust)
        if abs(now - datetime.fromisoformat(asked.at)) > OLDEST_QUESTION:
            raise Refusal("question_too_old", at=asked.at)
        value: dict[str, Any]
        if asked.want == "heads":
            value = {"heads": self._heads(certificate.unit, asked.about)}
        elif asked.want == "receipts":
            value = {"receipts": self._receipts(certificate.unit, asked.about, now)}
        else:
            value = self._batches(certificate.unit, asked.about)
        return canonical.encode(value)

    def _heads(self, unit: str, about: tuple[str, ...]) -> list[dict[str, Any]]:
        with self._intake.lock:
            logs = self._units.get(unit).logs.logs
            wanted = [log for device, log in sorted(logs.items()) if not about or device in about]
            return [codec.write(head) for log in wanted for head in log.heads()]

    def _receipts(self, unit: str, about: tuple[str, ...], now: datetime) -> list[str]:
        """As each batch stands now: what was held when it came may have merged since."""
        answers = (self._intake.answered(unit, one, now) for one in about)
        return [to_base64(found.data) for found in answers if found is not None]

    def _batches(self, unit: str, about: tuple[str, ...]) -> dict[str, Any]:
        found: list[str] = []
        size = 0
        for one in about:
            for raw in self._raw(unit, one):
                size += len(raw)
                if found and size > MOST_ANSWER:
                    return {"batches": found, "more": True}
                found.append(to_base64(raw))
        return {"batches": found, "more": False}

    def _raw(self, unit: str, one: str) -> list[bytes]:
        device, _, place = one.partition("/")
        if not place:
            return self._store.raw(unit, [one])
        epoch, _, seq = place.partition("/")
        return [raw for _, raw in self._store.batches_from(unit, device, epoch, int(seq))]
