"""The package: comes out as it went in, only at the station it is for, and only under the root that people compared."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shared import canonical, dsse, package, spare
from shared.certificate import Ending, Root, Trust
from shared.election import Setup
from shared.errors import Refusal
from shared.keys import SealingKey
from shared.package import PACKAGE, Credentials
from tests.shared.liuhe import (
    COUNTY_KEY,
    HALL,
    HALL_CHAIN,
    HALL_KEY,
    HALL_SEALING,
    OFFICE_KEY,
    PHONE_KEY,
    ROOT,
    SCHOOL,
    SCHOOL_CERTIFICATE,
    SCHOOL_SEALING,
    STRANGER_KEY,
    TRUST,
    station,
)
from tests.shared.liuhe_package import (
    CREDENTIALS,
    SETUP,
    SPARE,
    SPARE_CODE,
    SPARE_KEY,
    SPARE_SEALING,
    SPARE_SUBJECT,
)

FULL = package.write(SETUP, CREDENTIALS, OFFICE_KEY)


def refused(data: bytes, trust: Trust = TRUST) -> str:
    with pytest.raises(Refusal) as refusal:
        package.read(data, trust)
    assert refusal.value.sentence("zh")
    return refusal.value.code


def same(one: Setup, other: Setup) -> bool:
    return replace(one, roll=SETUP.roll) == replace(other, roll=SETUP.roll) and list(one.roll) == list(other.roll)


def test_a_set_up_comes_out_as_it_went_in():
    read = package.read(FULL, TRUST)
    assert same(read.setup, replace(SETUP, hash=read.hash))
    assert len(read.setup.hash) == 64
    assert not read.public


def test_it_enrols_its_stations():
    read = package.read(FULL, TRUST)
    assert read.certificate_of(HALL_KEY.public.id).station == "hall"
    assert read.chain_of(HALL_KEY.public.id) == HALL_CHAIN
    with pytest.raises(Refusal, match="not_enrolled") as refusal:
        read.certificate_of(PHONE_KEY.public.id)
    assert refusal.value.facts["key"] == PHONE_KEY.public.fingerprint


def test_people_compare_the_root_before_it_is_trusted():
    assert package.root_of(FULL).fingerprint == ROOT.fingerprint


def test_it_brings_endings_along():
    stated = Ending(SCHOOL_CERTIFICATE.id, "lost").sign([OFFICE_KEY])
    data = package.write(SETUP, replace(CREDENTIALS, endings=(stated,)), OFFICE_KEY)
    read = package.read(data, TRUST)
    assert read.trust.ended(read.stations[SETUP.stations[1].device]) == Ending(SCHOOL_CERTIFICATE.id, "lost")


def test_an_ending_that_says_nothing():
    broken = dsse.signed(dsse.type_of("ending"), b"{}", [OFFICE_KEY])
    assert refused(package.write(SETUP, replace(CREDENTIALS, endings=(broken,)), OFFICE_KEY)) == "bad_field"


def test_another_root():
    assert refused(FULL, Trust(Root(1, (STRANGER_KEY.public.base64,), 1, "x"))) == "wrong_root"


def test_another_election():
    assert refused(FULL, Trust(ROOT, election="hexi-2026")) == "wrong_election"
    elsewhere = replace(SETUP, election=replace(SETUP.election, id="hexi-2026"))
    assert refused(package.write(elsewhere, CREDENTIALS, OFFICE_KEY)) == "wrong_election"


def test_only_the_office_signs_it():
    assert refused(package.write(SETUP, CREDENTIALS, HALL_KEY)) == "missing_signature"
    assert refused(FULL.replace(b'"sig":"', b'"sig":"AA'))


def test_another_kind_of_statement():
    assert refused(dsse.sign(dsse.type_of("batch"), dsse.parse(FULL).payload, [OFFICE_KEY])) == "wrong_type"


@pytest.mark.parametrize(
    "change",
    [
        lambda setup: replace(setup, stations=setup.stations[:1]),
        lambda setup: replace(
            setup, stations=(setup.stations[0], replace(setup.stations[1], device=PHONE_KEY.public.id))
        ),
        lambda setup: replace(setup, stations=(setup.stations[0], replace(setup.stations[1], lead=True))),
        lambda setup: replace(setup, boxes=setup.boxes * 2),
        lambda setup: replace(setup, proxies=setup.proxies * 2),
        lambda setup: replace(setup, version=0),
    ],
    ids=["a station less", "another key", "two leads", "a box twice", "two holders", "no version"],
)
def test_a_set_up_that_contradicts_itself(change: Callable[[Setup], Setup]):
    assert refused(package.write(change(SETUP), CREDENTIALS, OFFICE_KEY)) == "wrong_setup"


def test_a_certificate_of_another_unit():
    certificate = replace(SCHOOL, unit="liuhe-2026/hexi").issue([OFFICE_KEY])
    credentials = replace(CREDENTIALS, stations=(CREDENTIALS.stations[0], certificate))
    assert refused(package.write(SETUP, credentials, OFFICE_KEY)) == "wrong_unit"


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    value = canonical.decode(dsse.parse(FULL).payload)
    change(value)
    return dsse.sign(PACKAGE, canonical.encode(value), [OFFICE_KEY])


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.update(more=1),
        lambda value: value.pop("posts"),
        lambda value: value.update(proxies=[]),
        lambda value: value["roll"][0].pop("home"),
        lambda value: value["roll"][0].update(birth_date="1961-02-03"),
        lambda value: value["roll"][0].update(no="1"),
        lambda value: value["procedure"]["rounds"][0]["validity"][0].update(comparator="<"),
    ],
)
def test_unknown_or_missing_fields(change: Callable[[dict[str, Any]], object]):
    assert refused(changed(change)) == "bad_field"


# --- sealed ---------------------------------------------------------------------------------------------------------


def test_only_its_station_opens_it():
    sealed = package.seal(FULL, HALL, 1)
    assert package.open_sealed(sealed, HALL_SEALING) == FULL
    with pytest.raises(Refusal, match="sealed_for_another") as refusal:
        package.open_sealed(sealed, SCHOOL_SEALING)
    assert refusal.value.facts == {"station": "hall", "key": HALL_KEY.public.fingerprint}


def test_the_label_is_bound_into_the_seal():
    value = canonical.decode(package.seal(FULL, HALL, 1))
    for change in ({"version": 2}, {"election": "hexi-2026"}, {"station": "school"}, {"unit": "liuhe-2026/hexi"}):
        with pytest.raises(Refusal, match="cannot_unseal"):
            package.open_sealed(canonical.encode(value | change), HALL_SEALING)


def test_a_sealed_package_shows_no_names():
    sealed = package.seal(FULL, HALL, 1)
    assert "王秀英".encode() not in sealed
    assert canonical.to_base64("王秀英".encode()).encode() not in sealed


def test_a_damaged_seal():
    value = canonical.decode(package.seal(FULL, HALL, 1))
    value["ciphertext"] = value["ciphertext"][:40]
    with pytest.raises(Refusal, match="cannot_unseal"):
        package.open_sealed(canonical.encode(value), HALL_SEALING)


def test_oversize():
    for read in (lambda data: package.read(data, TRUST), lambda data: package.open_sealed(data, HALL_SEALING)):
        with pytest.raises(Refusal, match="package_too_large"):
            read(bytes(package.MOST_PACKAGE + 1))


# --- public ---------------------------------------------------------------------------------------------------------


def test_the_public_package_names_no_voter():
    full = package.read(FULL, TRUST)
    data = package.publish(full, OFFICE_KEY)
    public = package.read(data, TRUST)
    assert public.public
    assert (public.setup.hash, len(public.setup.roll)) == (full.hash, 0)
    assert (public.setup.proxies, public.setup.applications, public.payload.credentials.spares) == ((), (), ())
    for secret in ("李𠮷强", "121X", "行动不便", "1-3"):
        assert secret.encode() not in dsse.parse(data).payload
    assert public.setup.stations == full.setup.stations


# --- the spare key --------------------------------------------------------------------------------------------------


def test_the_code_in_the_envelope_opens_the_spare_key():
    read = package.read(FULL, TRUST)
    (spare_,) = read.payload.credentials.spares
    key = spare.open_(spare_, "k7qm 2xpd 9fht")
    assert key.public == SPARE_KEY.public
    assert read.certificate_of(key.public.id).station == "hall"


def test_a_wrong_code():
    with pytest.raises(Refusal, match="wrong_code"):
        spare.open_(SPARE, SPARE_CODE[:-1] + "9")


def test_a_spare_under_another_certificate():
    with pytest.raises(Refusal, match="wrong_code"):
        spare.open_(replace(SPARE, certificate=CREDENTIALS.stations[0]), SPARE_CODE)


def test_the_spare_device_opens_the_package_too():
    sealed = package.seal(FULL, SPARE_SUBJECT, 1)
    assert package.open_sealed(sealed, SealingKey.beside(spare.open_(SPARE, SPARE_CODE))) == FULL
    assert SPARE_SUBJECT.sealing == SPARE_SEALING.public


def test_a_package_for_a_unit_without_spare():
    bare: Credentials = replace(CREDENTIALS, spares=())
    assert package.read(package.write(SETUP, bare, OFFICE_KEY), TRUST).payload.credentials.spares == ()


def test_the_office_alone_makes_certificates():
    forged = station(SPARE_KEY, SPARE_SEALING, "hall", "x").issue([COUNTY_KEY])
    credentials = replace(CREDENTIALS, spares=(replace(SPARE, certificate=forged),))
    assert refused(package.write(SETUP, credentials, OFFICE_KEY)) == "wrong_issuer"
