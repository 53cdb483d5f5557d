"""Keys: what RFC 8032 says, and the public keys that nobody may bring."""

import json
from pathlib import Path

import pytest

from shared.errors import Refusal
from shared.keys import PublicKey, SealingKey, SigningKey, seal_to

HALL = SigningKey.from_seed(bytes(range(32)))
OFFICE = SigningKey.from_seed(bytes(reversed(range(32))))

# The points of order 1, 2, 4 and 8 in each of their spellings (y below and above the field, both signs).
WEAK = json.loads((Path(__file__).parent / "vectors" / "weak-keys.json").read_text("utf-8"))
SMALL_ORDER = [bytes.fromhex(key) for key in WEAK["keys"]]

# RFC 8032 §7.1, tests 1 to 3: seed, public key, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("seed", "public", "message", "signature"), RFC_8032)
def test_rfc_8032(seed: str, public: str, message: str, signature: str):
    key = SigningKey.from_seed(bytes.fromhex(seed))
    assert key.public.raw.hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    key.public.verify(bytes.fromhex(signature), bytes.fromhex(message))


def test_there_are_fourteen_small_order_spellings():
    assert len(set(SMALL_ORDER)) == 14


@pytest.mark.parametrize("raw", SMALL_ORDER, ids=bytes.hex)
def test_a_small_order_key_is_refused(raw: bytes):
    with pytest.raises(Refusal, match="weak_key"):
        PublicKey(raw)


@pytest.mark.parametrize("raw", [bytes(31), bytes(33), b"", b"\xff" * 32])
def test_a_key_of_wrong_length_or_above_the_field_is_refused(raw: bytes):
    with pytest.raises(Refusal, match="weak_key"):
        PublicKey(raw)


def test_a_signature_with_s_above_the_order_is_refused():
    signature = HALL.sign(b"a")
    order = 2**252 + 27742317777372353535851937790883648493
    raised = (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")
    with pytest.raises(Refusal, match="bad_signature"):
        HALL.public.verify(signature[:32] + raised, b"a")


@pytest.mark.parametrize("signature", [b"", bytes(63), bytes(64), bytes(65)])
def test_a_made_up_signature_is_refused(signature: bytes):
    with pytest.raises(Refusal, match="bad_signature"):
        HALL.public.verify(signature, b"a")


def test_another_key_or_another_text_is_refused():
    for key, text in ((OFFICE, b"a"), (HALL, b"b")):
        with pytest.raises(Refusal, match="bad_signature"):
            HALL.public.verify(key.sign(text), b"a")


def test_names_of_a_key():
    assert HALL.public.id == "kzdvvj2umnduyauf35o36k6kw462mujvra46tn3uqgzovmihocga"
    assert HALL.public.fingerprint == "KZDV VJ2U MNDU YAUF"


def test_keys_go_round_through_text_and_file():
    assert PublicKey.from_base64(HALL.public.base64) == HALL.public
    assert SigningKey.from_pem(HALL.pem).public == HALL.public
    sealing = SealingKey.beside(HALL)
    assert SealingKey.from_pem(sealing.pem).public == sealing.public


def test_a_file_with_the_other_kind_of_key_is_our_bug():
    with pytest.raises(TypeError):
        SigningKey.from_pem(SealingKey.beside(HALL).pem)
    with pytest.raises(TypeError):
        SealingKey.from_pem(HALL.pem)


def test_a_new_key_takes_the_randomness_it_is_given():
    assert SigningKey.generate(lambda size: bytes(range(size))).public == HALL.public
    assert SigningKey.generate().public != SigningKey.generate().public


def test_only_the_key_it_was_sealed_to_opens():
    hall, office = SealingKey.beside(HALL), SealingKey.beside(OFFICE)
    sealed = seal_to(hall.public, b"roll", b"for the hall")
    assert hall.open(sealed, b"for the hall") == b"roll"
    for key, info in ((office, b"for the hall"), (hall, b"for another")):
        with pytest.raises(Refusal, match="cannot_unseal"):
            key.open(sealed, info)


@pytest.mark.parametrize("public", ["", "AAAA", "A" * 43 + "=", "AQ" + "A" * 41 + "="])
def test_nothing_is_sealed_to_a_weak_key(public: str):
    with pytest.raises(Refusal, match="weak_key"):
        seal_to(public, b"roll", b"")


def test_a_private_key_does_not_show_in_a_print():
    assert HALL.seed.hex() not in repr(HALL)
    assert repr(HALL).startswith("SigningKey(")
