"""Batches of other logs, and our own that this database lacks, asked for over the network with a signed question."""

import json
from collections.abc import Callable
from typing import Any, Final

from shared import canonical, codec, query
from shared.canonical import from_base64
from shared.chain import Head
from shared.errors import Refusal
from shared.receipt import Reason
from station import receiving
from station.keeper import Keeper
from station.store import siblings
from station.store.opening import reading

Ask = Callable[[bytes], bytes]
MOST_ROUNDS: Final = 200


def fetch(keeper: Keeper, ask: Ask) -> int:
    """Bring every other log of the unit up to what the asked side holds; how many batches came.

    Where it holds more of our own log than this database, the station becomes read-only and database_behind is refused.
    """
    taken = 0
    for head in heads(keeper, ask):
        if head.device == keeper.device:
            _look_at_own(keeper, head)
        elif head.device in keeper.setup.station_of_device:
            taken += _bring(keeper, ask, head)
    return taken


def heads(keeper: Keeper, ask: Ask) -> list[Head]:
    """What the asked side holds of the unit's logs. Refuses answer_unfit."""
    value = _answer(ask(_question(keeper, "heads", ())))
    try:
        return [codec.read(Head, one) for one in value["heads"]]
    except (KeyError, TypeError) as error:
        raise Refusal("answer_unfit") from error


def batches(keeper: Keeper, ask: Ask, place: str) -> list[bytes]:
    """The batch files from ``place`` on (`shared.query.from_`), as many as one answer holds. Refuses answer_unfit."""
    value = _answer(ask(_question(keeper, "batches", (place,))))
    try:
        return [from_base64(one) for one in value["batches"]]
    except (KeyError, TypeError) as error:
        raise Refusal("answer_unfit") from error


def _question(keeper: Keeper, want: Any, about: tuple[str, ...]) -> bytes:
    return query.ask(
        keeper.enrolment.key,
        want,
        about,
        election=keeper.setup.election.id,
        at=keeper.now().isoformat(timespec="seconds"),
        certificates=keeper.enrolment.chain,
    )


def _answer(data: bytes) -> dict[str, Any]:
    try:
        value = canonical.decode(data)
    except Refusal as refusal:
        raise _said(data) from refusal
    if not isinstance(value, dict):
        raise Refusal("answer_unfit")
    return value


def _said(data: bytes) -> Refusal:
    """Why the other side refused to answer, if that is what came back; proxies and strangers say anything."""
    try:
        value = json.loads(data)
    except ValueError:
        return Refusal("answer_unfit")
    match value:
        case {"code": str() as code, "facts": dict() as facts}:
            return Reason(code, facts).refusal()
        case _:
            return Refusal("answer_unfit")


def _look_at_own(keeper: Keeper, head: Head) -> None:
    why = keeper.lacks(head)
    if why is not None:
        keeper.suspect(why)
        raise why


def _bring(keeper: Keeper, ask: Ask, head: Head) -> int:
    taken = 0
    for _ in range(MOST_ROUNDS):
        have = _held(keeper, head)
        if have >= head.through:
            break
        came = batches(keeper, ask, query.from_(head.device, head.epoch, have + 1))
        for raw in came:
            receiving.receive(keeper, raw)
        taken += len(came)
        if _held(keeper, head) == have:
            break
    return taken


def _held(keeper: Keeper, head: Head) -> int:
    with reading(keeper.engine) as connection:
        known = siblings.head_of(connection, head.device, head.epoch)
    return known.through if known else 0
