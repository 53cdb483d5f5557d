"""The golden files: what version 1 wrote must come out byte for byte, and open, for ever."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared import archive, canonical, envelope, package, query, receipt, request, spare
from shared.codec import read
from shared.dsse import Signed
from shared.errors import Refusal
from shared.keys import SigningKey
from shared.spare import Spare
from tests.shared.liuhe import HALL_CHAIN, HALL_SEALING, OFFICE_KEY, PHONE_CHAIN, TRUST
from tests.shared.vectors import make

HERE = Path(make.__file__).parent
FILES = make.files()


def golden(name: str) -> bytes:
    return (HERE / name).read_bytes()


def table(name: str) -> Any:
    return json.loads(golden(name))


@pytest.mark.parametrize("name", FILES)
def test_comes_out_byte_for_byte(name: str):
    assert FILES[name] == golden(name)


def test_no_golden_file_is_left_without_a_test():
    found = {path.name for path in HERE.iterdir() if path.suffix in {".json", ".jsonl", ".deflate"}}
    assert found == FILES.keys() | make.made_once().keys() | {"weak-keys.json"}


@pytest.mark.parametrize("case", table("canonical.json")["good"], ids=lambda case: case["bytes"][:40])
def test_canonical_good(case: dict[str, Any]):
    assert canonical.decode(bytes.fromhex(case["bytes"])) == case["value"]


@pytest.mark.parametrize("text", table("canonical.json")["bad"])
def test_canonical_bad(text: str):
    with pytest.raises(Refusal):
        canonical.decode(bytes.fromhex(text))


@pytest.mark.parametrize("case", table("keys.json")["signing"].values(), ids=table("keys.json")["signing"])
def test_keys(case: dict[str, str]):
    public = SigningKey.from_seed(bytes.fromhex(case["seed"])).public
    assert (public.base64, public.id, public.fingerprint) == (case["public"], case["id"], case["fingerprint"])


def test_the_batch_opens():
    batch = envelope.open_(golden("batch.jsonl"), TRUST)
    assert batch.id == table("batch.json")["id"]
    assert list(batch.hashes) == table("batch.json")["hashes"]


def test_the_compact_batch_inflates_to_it():
    assert envelope.inflate(golden("batch.deflate")) == golden("batch.jsonl")


def test_the_statements_verify():
    signed = {name: read(Signed, one["envelope"]) for name, one in table("statements.json").items()}
    assert TRUST.device([signed["office"], signed["hall"]]).chain == HALL_CHAIN
    assert TRUST.device([signed["office"], signed["hall"], signed["phone"]]).chain == PHONE_CHAIN


def test_receipt_query_and_request_read():
    assert receipt.open_(golden("receipt.json"), [OFFICE_KEY.public]).status == "held"
    assert query.open_(golden("query.json"), TRUST)[0].want == "batches"
    assert request.read(golden("request.json")).station == "中心会场"


def test_the_sealed_package_opens():
    assert package.open_sealed(golden("sealed-package.json"), HALL_SEALING) == golden("package.json")


def test_the_packages_read():
    full = package.read(golden("package.json"), TRUST)
    assert package.read(golden("public-package.json"), TRUST).setup.hash == full.hash


def test_the_spare_key_opens():
    case = table("spare.json")
    assert spare.open_(read(Spare, case["spare"]), case["code"]).seed.hex() == case["seed"]


def test_the_archives_verify():
    full = archive.verify(golden("archive-full.jsonl").splitlines(keepends=True), TRUST)
    public = archive.verify(golden("archive-public.jsonl").splitlines(keepends=True), TRUST)
    assert full.heads == public.heads
    assert (full.public, public.public) == (False, True)
