"""Makes the golden files: every format of version 1, from fixed keys and salts.

Run ``python -m tests.shared.vectors.make``. They freeze the formats: Python and JavaScript must both
reproduce them. A change here is a new version of the format.
What holds randomness or depends on a compressor (``sealed-package.json``, ``batch.deflate``) is made once if
missing, and must open for ever; all else must come out byte for byte.
"""

import json
from pathlib import Path
from typing import Any

from shared import archive, canonical, chain, codec, dsse, envelope, package, query, receipt, request
from shared.certificate import Ending, LastTrusted
from shared.errors import Refusal
from shared.keys import SigningKey
from shared.receipt import Reason, Receipt
from tests.shared import liuhe
from tests.shared.liuhe_package import CREDENTIALS, SETUP, SPARE, SPARE_CODE, SPARE_KEY

HERE = Path(__file__).parent

GOOD: tuple[Any, ...] = (
    {},
    [],
    "",
    True,
    0,
    -1,
    2**53 - 1,
    1 - 2**53,
    {"b": [2, 1, {"a": False}], "a": "字", "A": "", "": "empty key", "10": 1, "9": 2, "_": 3, "~": 4},
    'quote " backslash \\ slash / tab \t line \n return \r back \b feed \f nul \0 unit \x1f del \x7f',
    "euro € ü 票 𠮷 🗳 line separator \u2028 non-character \uffff",
    [[[[[[[[]]]]]]]],
)
BAD: tuple[bytes, ...] = (
    b"",
    b" 1",
    b"1\n",
    b"1.0",
    b"1e3",
    b"-0",
    b"01",
    b"null",
    b"NaN",
    b"Infinity",
    b"9007199254740992",
    b"-9007199254740992",
    b'{"a":1,"a":1}',
    b'{"b":1,"a":1}',
    b'{"a": 1}',
    b'{"a":null}',
    '{"字":1}'.encode(),
    b'"\\u0041"',
    b'"\\/"',
    b'"\\u000A"',
    b'"\\u000a"',
    b'"\\ud800"',
    b'"\\ud842\\udfb7"',
    b'"\x7f\x01"',
    b"\xef\xbb\xbf1",
    b'"\xff"',
    b'"\xed\xa0\x80"',
    b"[[[[[[[[[]]]]]]]]]",
    b"[1,]",
    b"{'a':1}",
)


def key_of(key: SigningKey) -> dict[str, str]:
    return {
        "seed": key.seed.hex(),
        "public": key.public.base64,
        "id": key.public.id,
        "fingerprint": key.public.fingerprint,
    }


def keys() -> Any:
    named = {
        "county": liuhe.COUNTY_KEY,
        "office": liuhe.OFFICE_KEY,
        "hall": liuhe.HALL_KEY,
        "school": liuhe.SCHOOL_KEY,
        "phone": liuhe.PHONE_KEY,
        "spare": SPARE_KEY,
    }
    sealing = {"hall": liuhe.HALL_SEALING, "school": liuhe.SCHOOL_SEALING}
    return {
        "signing": {name: key_of(key) for name, key in named.items()},
        "sealing": {name: {"raw": key.raw.hex(), "public": key.public} for name, key in sealing.items()},
    }


def canonical_texts() -> Any:
    """Texts as hex, since half of them are no text."""
    return {
        "good": [{"value": value, "bytes": canonical.encode(value).hex()} for value in GOOD],
        "bad": [text.hex() for text in BAD],
    }


def statements() -> Any:
    ending = Ending(liuhe.PHONE_CERTIFICATE.id, "lost", LastTrusted(liuhe.EPOCH, 7)).sign([liuhe.HALL_KEY])
    named = {
        "root": liuhe.ROOT_SIGNED,
        "office": liuhe.OFFICE_CERTIFICATE,
        "hall": liuhe.HALL_CERTIFICATE,
        "school": liuhe.SCHOOL_CERTIFICATE,
        "phone": liuhe.PHONE_CERTIFICATE,
        "phone_ended": ending,
    }
    found: dict[str, Any] = {name: {"id": one.id, "envelope": codec.write(one)} for name, one in named.items()}
    found["root"]["fingerprint"] = liuhe.ROOT.fingerprint
    return found


def chain_and_batch() -> Any:
    batch = envelope.open_(liuhe.batch_file(), liuhe.TRUST)
    return {
        "device": liuhe.HALL_KEY.public.id,
        "election": liuhe.ELECTION,
        "epoch": liuhe.EPOCH,
        "genesis": liuhe.HALL_START.hash,
        "lines": [one.decode() for one in liuhe.RAW_LINES],
        "digests": [chain.digest(one) for one in liuhe.RAW_LINES],
        "hashes": list(batch.hashes),
        "header": batch.signed.payload.decode(),
        "pae": dsse.pae(envelope.BATCH, batch.signed.payload).decode(),
        "id": batch.id,
    }


def a_receipt() -> bytes:
    reasons = (Reason.of(Refusal("broken_chain", device=liuhe.HALL_KEY.public.id)),)
    head = liuhe.HALL_START.after(liuhe.RAW_LINES)
    batch = envelope.peek(liuhe.batch_file())
    answer = Receipt("held", reasons, batch, head.device, head.epoch, head.through, head.hash)
    return receipt.write(answer, liuhe.OFFICE_KEY)


def a_query() -> bytes:
    return query.ask(
        liuhe.PHONE_KEY,
        "batches",
        [query.from_(liuhe.PHONE_KEY.public.id, liuhe.EPOCH, 8)],
        election=liuhe.ELECTION,
        at="2026-11-08T09:00:00+08:00",
        certificates=liuhe.PHONE_CHAIN,
    )


def files() -> dict[str, bytes]:
    """Name -> bytes of every golden file that must come out the same."""
    full = package.read(package.write(SETUP, CREDENTIALS, liuhe.OFFICE_KEY), liuhe.TRUST)
    public = package.read(package.publish(full, liuhe.OFFICE_KEY), liuhe.TRUST)
    batches = (envelope.open_(liuhe.batch_file(), liuhe.TRUST),)
    sealing, nonce = liuhe.HALL_SEALING, liuhe.EPOCH
    return {
        "keys.json": _shown(keys()),
        "canonical.json": _shown(canonical_texts()),
        "statements.json": _shown(statements()),
        "batch.json": _shown(chain_and_batch()),
        "batch.jsonl": liuhe.batch_file(),
        "receipt.json": a_receipt(),
        "query.json": a_query(),
        "request.json": request.write(liuhe.HALL_KEY, sealing, "中心会场", nonce=nonce, election=liuhe.ELECTION),
        "package.json": bytes(full.signed),
        "public-package.json": bytes(public.signed),
        "spare.json": _shown({"code": SPARE_CODE, "seed": SPARE_KEY.seed.hex(), "spare": codec.write(SPARE)}),
        "archive-full.jsonl": b"".join(archive.write([full], batches)),
        "archive-public.jsonl": b"".join(archive.write([public], batches)),
    }


def made_once() -> dict[str, bytes]:
    full = package.write(SETUP, CREDENTIALS, liuhe.OFFICE_KEY)
    return {
        "sealed-package.json": package.seal(full, liuhe.HALL, 1),
        "batch.deflate": envelope.compact(liuhe.batch_file()),
    }


def _shown(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def main() -> None:
    for name, data in files().items():
        (HERE / name).write_bytes(data)
    for name, data in made_once().items():
        if not (HERE / name).exists():
            (HERE / name).write_bytes(data)


if __name__ == "__main__":
    main()
