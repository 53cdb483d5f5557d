"""Who may speak for what: each broken link of the chain has its own answer."""

from dataclasses import replace

import pytest

from shared import canonical, codec, dsse
from shared.certificate import Ending, LastTrusted, Root, Subject, Trust, read_root
from shared.dsse import Signed
from shared.errors import Refusal
from shared.keys import SigningKey
from tests.shared.liuhe import (
    COUNTY_KEY,
    EPOCH,
    HALL,
    HALL_CERTIFICATE,
    HALL_CHAIN,
    HALL_KEY,
    OFFICE,
    OFFICE_CERTIFICATE,
    OFFICE_KEY,
    PHONE,
    PHONE_CERTIFICATE,
    PHONE_CHAIN,
    PHONE_KEY,
    ROOT,
    ROOT_SIGNED,
    SCHOOL,
    SCHOOL_KEY,
    STRANGER_KEY,
    TRUST,
)


def refused(*chain: Signed, trust: Trust = TRUST) -> str:
    with pytest.raises(Refusal) as refusal:
        trust.device(chain)
    return refusal.value.code


def test_a_station_and_its_phone_are_known_by_their_chain():
    hall, phone = TRUST.device(HALL_CHAIN), TRUST.device(PHONE_CHAIN)
    assert (hall.role, hall.station, hall.device) == ("station", "hall", HALL_KEY.public.id)
    assert (phone.role, phone.box, phone.device) == ("phone", "roaming-1", PHONE_KEY.public.id)
    assert phone.above == hall


def test_a_chain_is_verified_once():
    assert TRUST.device(HALL_CHAIN) is TRUST.device(tuple(HALL_CHAIN))


def test_the_office_may_stand_alone():
    assert TRUST.device([OFFICE_CERTIFICATE]).role == "office"


def test_another_root():
    stranger = Root(1, (STRANGER_KEY.public.base64,), 1, "someone")
    assert refused(*HALL_CHAIN, trust=Trust(stranger)) == "wrong_root"
    assert refused(OFFICE.issue([STRANGER_KEY]), HALL_CERTIFICATE) == "wrong_root"


def test_a_signature_that_does_not_fit():
    forged = replace(OFFICE, name="别处").issue([STRANGER_KEY])
    (signature,) = forged.signatures
    named = replace(forged, signatures=(replace(signature, keyid=COUNTY_KEY.public.id),))
    assert refused(named, HALL_CERTIFICATE) == "bad_signature"


def test_a_certificate_of_another_issuer():
    assert refused(OFFICE_CERTIFICATE, HALL.issue([STRANGER_KEY])) == "wrong_issuer"
    assert refused(*HALL_CHAIN, PHONE.issue([SCHOOL_KEY])) == "wrong_issuer"


@pytest.mark.parametrize(
    "chain",
    [
        (),
        (HALL_CERTIFICATE,),
        (HALL_CERTIFICATE, OFFICE_CERTIFICATE),
        (OFFICE_CERTIFICATE, PHONE_CERTIFICATE),
        (OFFICE_CERTIFICATE, OFFICE_CERTIFICATE),
        (*PHONE_CHAIN, PHONE_CERTIFICATE),
    ],
    ids=["none", "no office", "reversed", "no station", "office twice", "too long"],
)
def test_a_chain_of_wrong_order(chain: tuple[Signed, ...]):
    assert refused(*chain) == "wrong_role"


def test_another_election():
    assert refused(*HALL_CHAIN, trust=Trust(ROOT, election="hexi-2026")) == "wrong_election"
    assert refused(OFFICE_CERTIFICATE, replace(HALL, election="hexi-2026").issue([OFFICE_KEY])) == "wrong_election"
    elsewhere = replace(PHONE, election="hexi-2026", unit="hexi-2026/liuhe")
    assert refused(*HALL_CHAIN, elsewhere.issue([HALL_KEY])) == "wrong_election"


def test_a_station_certifies_only_its_own_phones():
    assert refused(*HALL_CHAIN, replace(PHONE, station="school").issue([HALL_KEY])) == "wrong_unit"


@pytest.mark.parametrize(
    "subject",
    [
        replace(HALL, box="roaming-1"),
        replace(HALL, sealing=""),
        replace(HALL, unit=""),
        replace(OFFICE, station="hall"),
        replace(PHONE, box=""),
        replace(PHONE, sealing=HALL.sealing),
    ],
)
def test_a_role_names_what_it_needs_and_no_more(subject: Subject):
    with pytest.raises(Refusal, match="bad_field"):
        subject.issue([OFFICE_KEY])


def test_a_weak_key_is_never_certified():
    weak = canonical.to_base64(bytes([1, *bytes(31)]))
    with pytest.raises(Refusal, match="weak_key"):
        replace(HALL, public=weak).issue([OFFICE_KEY])
    payload = canonical.encode(codec.write(replace(HALL, public=weak)))
    assert refused(OFFICE_CERTIFICATE, dsse.signed(HALL_CERTIFICATE.payload_type, payload, [OFFICE_KEY])) == "weak_key"


def test_another_kind_of_statement_is_no_certificate():
    assert refused(ROOT_SIGNED) == "wrong_type"


# --- the root -------------------------------------------------------------------------------------------------------


def test_a_root_is_signed_by_its_own_keys():
    assert read_root(ROOT_SIGNED) == ROOT
    with pytest.raises(Refusal, match="missing_signature"):
        read_root(ROOT.sign([STRANGER_KEY]))


def three(*, threshold: int, version: int = 2) -> Root:
    keys = (COUNTY_KEY, OFFICE_KEY, HALL_KEY)
    return Root(version, tuple(key.public.base64 for key in keys), threshold, "三人")


def test_two_of_three():
    root = three(threshold=2, version=1)
    read_root(root.sign([COUNTY_KEY, HALL_KEY]))
    with pytest.raises(Refusal, match="missing_signature"):
        read_root(root.sign([COUNTY_KEY]))
    assert Trust(root).device([OFFICE.issue([COUNTY_KEY, HALL_KEY])]).role == "office"
    assert refused(OFFICE.issue([COUNTY_KEY]), trust=Trust(root)) == "missing_signature"


@pytest.mark.parametrize("root", [replace(ROOT, threshold=0), replace(ROOT, threshold=2), replace(ROOT, version=0)])
def test_a_root_nobody_or_everybody_could_meet(root: Root):
    with pytest.raises(Refusal, match="bad_field"):
        read_root(root.sign([COUNTY_KEY]))


def test_a_root_that_counts_one_key_twice():
    with pytest.raises(Refusal, match="bad_field"):
        read_root(replace(ROOT, keys=ROOT.keys * 2, threshold=2).sign([COUNTY_KEY]))


def test_the_next_root_is_signed_by_old_and_new():
    successor = three(threshold=2)
    assert ROOT.succeeded_by(successor.sign([COUNTY_KEY, HALL_KEY])) == successor
    with pytest.raises(Refusal, match="wrong_root"):
        ROOT.succeeded_by(successor.sign([OFFICE_KEY, HALL_KEY]))
    with pytest.raises(Refusal, match="missing_signature"):
        ROOT.succeeded_by(successor.sign([COUNTY_KEY]))


def test_no_root_is_skipped():
    with pytest.raises(Refusal, match="wrong_root"):
        ROOT.succeeded_by(three(threshold=1, version=3).sign([COUNTY_KEY]))


# --- endings --------------------------------------------------------------------------------------------------------


def ending(through: int, *, reason: str = "lost") -> Ending:
    return Ending(HALL_CERTIFICATE.id, reason, LastTrusted(EPOCH, through))


@pytest.mark.parametrize("signer", [OFFICE_KEY, COUNTY_KEY], ids=["issuer", "root"])
def test_a_certificate_ends_by_its_issuer_or_above(signer: SigningKey):
    trust = Trust(ROOT, [ending(7).sign([signer])])
    certificate = trust.device(HALL_CHAIN)
    assert trust.ended(certificate) == ending(7)


@pytest.mark.parametrize("signer", [HALL_KEY, SCHOOL_KEY, STRANGER_KEY])
def test_nobody_else_can_end_it(signer: SigningKey):
    trust = Trust(ROOT, [ending(7).sign([signer])])
    assert trust.ended(trust.device(HALL_CHAIN)) is None


def test_a_station_ends_its_phone():
    stated = Ending(PHONE_CERTIFICATE.id, "lost").sign([HALL_KEY])
    trust = Trust(ROOT, [stated])
    assert trust.ended(trust.device(PHONE_CHAIN)) == Ending(PHONE_CERTIFICATE.id, "lost")
    assert trust.ended(trust.device(HALL_CHAIN)) is None


def test_of_two_endings_the_more_cautious_counts_in_any_order():
    stated = [ending(9).sign([OFFICE_KEY]), ending(4).sign([OFFICE_KEY])]
    for endings in (stated, stated[::-1]):
        trust = Trust(ROOT, endings)
        assert trust.ended(trust.device(HALL_CHAIN)) == ending(4)


def test_an_ending_says_why_in_a_code():
    with pytest.raises(Refusal, match="bad_field"):
        Trust(ROOT, [ending(4, reason="手机丢了").sign([OFFICE_KEY])])


def test_another_station_is_not_touched():
    trust = Trust(ROOT, [ending(7).sign([OFFICE_KEY])])
    assert trust.ended(trust.device((OFFICE_CERTIFICATE, SCHOOL.issue([OFFICE_KEY])))) is None
