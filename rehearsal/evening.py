"""After the result: what is still unsent reaches the office by file and by network, and two people settle the case."""

import random
from typing import Any, Final

from rehearsal.day import HEADS
from rehearsal.desk import Place, WentOtherwise
from rehearsal.office import unpacked
from rehearsal.stage import Stage
from rehearsal.telling import Telling
from rehearsal.village import Village

AGAIN: Final = 5  # batches that go to the office once more, by network
ACCEPTED: Final = 200


class Evening:
    """From the last declaration to an office that knows everything."""

    def __init__(self, stage: Stage, village: Village, telling: Telling, seed: int) -> None:
        self.stage = stage
        self.village = village
        self.telling = telling
        self.dice = random.Random(f"{seed} evening")

    def ends(self) -> tuple[dict[str, Any], dict[str, str]]:
        """(the unit's result as the office has it, station -> the fingerprint on its screen)."""
        sub, hall = self.stage.sub, self.stage.hall
        with self.telling.phase("其余批次送出：重复、乱序", "What is left goes out: twice, shuffled", 2) as step:
            self._by_file(sub)
            step()
            seat = hall.seats[HEADS["hall"][0]]
            seat.cuts()
            seat.waits_until_sent()
            self.stage.uplinks["sub-venue"].mend()
        with self.telling.phase("两人裁定重复用票", "Two people settle the right used twice"):
            self.stage.office.settles(self.village.name(self.village.namesake), self.village.namesake)
        shown = {place.id: place.seats[HEADS[place.id][0]].fingerprint() for place in (hall, sub)}
        return self.stage.office.result(), shown

    def _by_file(self, place: Place) -> None:
        """The batches as files, some given twice, in any order; the receipts go back the same way."""
        seat = place.seats[HEADS[place.id][0]]
        seat.cuts()
        files = unpacked(seat.phone.open("/exchange/batches.zip"))
        given = [*files, *self.dice.sample(files, len(files) // 2)]
        self.dice.shuffle(given)
        receipts = self.stage.office.takes_files(given)
        for name, data in self.dice.sample(files, AGAIN):
            answer = self.stage.office.watcher.post("/api/v1/envelopes", data)
            if answer.status != ACCEPTED:
                raise WentOtherwise(f"{name} was known, and now: {answer.body[:400]!r}")
        seat.phone.upload(seat.sees("/exchange").form("/exchange/upload"), "files", receipts)
        seat.waits_until_sent()
