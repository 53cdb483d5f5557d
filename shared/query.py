"""A device asks central, or a sibling station, for heads, receipts or batches. Only enrolled keys get an answer.

The question carries the certificates of the asker, so whoever knows the root can judge it. ``at`` lets the asked side
turn away old questions; it has the clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from shared import canonical, codec, dsse
from shared.certificate import Certificate, Trust
from shared.codec import ElectionId, Form, KeyId
from shared.dsse import Signed
from shared.errors import Refusal
from shared.keys import SigningKey
from shared.line import Moment, hold_moment

QUERY: Final = dsse.type_of("query")
MOST_ASKED: Final = 1_000

# A device id, a batch id, or "<device>/<epoch>/<seq>": the batches of one log from there on.
Subject = Annotated[str, Form(r"[a-z2-7]{51}[aq]|[0-9a-f]{64}|[a-z2-7]{51}[aq]/[0-9a-f]{32}/[1-9][0-9]{0,14}")]


@dataclass(frozen=True, slots=True)
class Query:
    """``about``: devices for heads (none: all of the unit), batch ids for receipts, either or `from_` for batches."""

    device: KeyId
    election: ElectionId
    at: Moment
    want: Literal["heads", "receipts", "batches"]
    certificates: tuple[Signed, ...]
    about: tuple[Subject, ...] = ()

    def sign(self, key: SigningKey) -> bytes:
        return dsse.sign(QUERY, canonical.encode(codec.write(self)), [key])


def from_(device: str, epoch: str, seq: int) -> str:
    """The batches of a log from line ``seq`` on."""
    return f"{device}/{epoch}/{seq}"


def ask(
    key: SigningKey,
    want: Literal["heads", "receipts", "batches"],
    about: Sequence[str] = (),
    *,
    election: str,
    at: str,
    certificates: Sequence[Signed],
) -> bytes:
    """A signed question by the device that holds ``key``."""
    return Query(key.public.id, election, at, want, tuple(certificates), tuple(about)).sign(key)


def open_(data: bytes, trust: Trust) -> tuple[Query, Certificate]:
    """The question and who asks. Refuses as `shared.envelope.open_` does a header, and ``too_many_asked``."""
    signed = dsse.parse(data)
    dsse.expect(signed, QUERY)
    query = codec.read(Query, canonical.decode(signed.payload))
    certificate = trust.device(query.certificates)
    dsse.verify(signed, QUERY, [certificate.public])
    if query.device != certificate.device:
        raise Refusal("wrong_device", expected=certificate.device, found=query.device)
    if query.election != (certificate.election or query.election):
        raise Refusal("wrong_election", expected=certificate.election, found=query.election)
    if len(query.about) > MOST_ASKED:
        raise Refusal("too_many_asked", found=len(query.about), most=MOST_ASKED)
    hold_moment(query.at, "Query.at")
    return query, certificate
