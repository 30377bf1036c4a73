"""The published answers of HPKE (RFC 9180, base mode; draft-ietf-hpke-pq for our own KEM), through the public API.

The vectors are those of the wheel `cryptography-vectors`. Their ciphertexts are all bound to associated data, which the
public API cannot pass. So each case is reached in two halves that meet in the published key and base nonce: the
published ciphertext is what the AEAD gives under them, and what the AEAD gives under them without associated data is
what `Suite.decrypt` opens from the published `enc`, `info` and private key. A wrong KEM, key schedule or nonce fails.

Not reached, because `cryptography` has no public way to it: the modes psk, auth and auth_psk; DHKEM(X448); the
export-only AEAD and exported secrets; the second and later messages of a context; sealing with the published
randomness; TurboSHAKE; ML-KEM-512; and the KEMs with P-256 or P-384 beside ML-KEM, whose seeds only it itself expands.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cryptography_vectors
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM1024PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from forms_app.sealing.keys import Identity

FOLDER = Path(cryptography_vectors.__file__).parent / "HPKE"
KEMS: dict[int, tuple[KEM, Callable[[bytes], Any]]] = {
    0x10: (KEM.P256, lambda raw: ec.derive_private_key(int.from_bytes(raw, "big"), ec.SECP256R1())),
    0x11: (KEM.P384, lambda raw: ec.derive_private_key(int.from_bytes(raw, "big"), ec.SECP384R1())),
    0x12: (KEM.P521, lambda raw: ec.derive_private_key(int.from_bytes(raw, "big"), ec.SECP521R1())),
    0x20: (KEM.X25519, X25519PrivateKey.from_private_bytes),
    0x41: (KEM.MLKEM768, MLKEM768PrivateKey.from_seed_bytes),
    0x42: (KEM.MLKEM1024, MLKEM1024PrivateKey.from_seed_bytes),
    0x647A: (KEM.MLKEM768_X25519, lambda raw: Identity("office", raw)._key),
}
KDFS = {1: KDF.HKDF_SHA256, 2: KDF.HKDF_SHA384, 3: KDF.HKDF_SHA512, 16: KDF.SHAKE128, 17: KDF.SHAKE256}
AEADS: dict[int, tuple[AEAD, Callable[[bytes], Any]]] = {
    1: (AEAD.AES_128_GCM, AESGCM),
    2: (AEAD.AES_256_GCM, AESGCM),
    3: (AEAD.CHACHA20_POLY1305, ChaCha20Poly1305),
}
REACHED = {"test-vectors.json": 18, "hpke-pq-test-vectors.json": 6}


def reached(name: str) -> list[dict[str, Any]]:
    """Return the cases of a file that the public API can run."""
    cases: list[dict[str, Any]] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    known = [one for one in cases if one["kem_id"] in KEMS and one["kdf_id"] in KDFS and one["aead_id"] in AEADS]
    return [one for one in known if one["mode"] == 0]


CASES = {
    f"{one['kem_id']:#x}-{one['kdf_id']}-{one['aead_id']}-{name.partition('-')[0]}": one
    for name in REACHED
    for one in reached(name)
}


@pytest.mark.parametrize("name", REACHED)
def test_no_case_is_lost(name: str):
    """A file of vectors that shrinks or is spelled another way does not pass by itself."""
    assert len(reached(name)) == REACHED[name]


def test_our_own_kem_is_among_them():
    """The KEM that records are sealed with is reached, with the key derivation that they use."""
    assert any((one["kem_id"], one["kdf_id"]) == (0x647A, 1) for one in CASES.values())


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_published_ciphertexts_open(case: dict[str, Any]):
    """Private key, `enc` and `info` give the published key and nonce, under which the ciphertext is the published."""
    kem, private = KEMS[case["kem_id"]]
    aead, cipher = AEADS[case["aead_id"]]
    suite, key = Suite(kem, KDFS[case["kdf_id"]], aead), private(bytes.fromhex(case["skRm"]))
    raw = {name: bytes.fromhex(case[name]) for name in ("enc", "info", "key", "base_nonce")}
    first = {name: bytes.fromhex(text) for name, text in case["encryptions"][0].items()}
    locked = cipher(raw["key"])
    assert first["nonce"] == raw["base_nonce"]
    assert locked.encrypt(raw["base_nonce"], first["pt"], first["aad"]) == first["ct"]
    sealed = raw["enc"] + locked.encrypt(raw["base_nonce"], first["pt"], None)
    assert suite.decrypt(sealed, key, info=raw["info"]) == first["pt"]
    with pytest.raises(InvalidTag):
        suite.decrypt(sealed, key, info=raw["info"] + b"\0")
