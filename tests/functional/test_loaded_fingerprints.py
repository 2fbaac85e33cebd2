"""Fingerprints of loaded models include precision, width and commit automatically."""

from __future__ import annotations

import dataclasses
import sqlite3
from pathlib import Path

import pytest
from checkpoints import MINILM, shallow_minilm

from registry import check_fingerprint, fingerprint, load
from registry.encoders.dense import DenseEncoder
from registry.errors import FingerprintMismatchError
from registry.fingerprints.fingerprint_text import Fingerprint
from registry.integrations.stores import check, stamp

pytestmark = pytest.mark.heavy

MODEL = dataclasses.replace(MINILM, matryoshka=True, matryoshka_dims=(384, 128))


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shallow_minilm(tmp_path_factory.mktemp("weights") / "model")


@pytest.fixture(scope="module")
def half(weights: Path) -> DenseEncoder:
    return load(MODEL, local_path=weights, device="cpu", dtype="bfloat16", dim=128)


def test_the_number_format_is_that_of_the_network(weights: Path, half: DenseEncoder) -> None:
    exact = load(MODEL, local_path=weights, device="cpu")
    checkpoint = load(MODEL, local_path=weights, device="cpu", dtype="auto")
    precisions = [Fingerprint.parse(fingerprint(each)).precision for each in (exact, half)]
    assert precisions == [None, "bf16"]
    assert Fingerprint.parse(fingerprint(checkpoint)).precision is None  # the weights are float32


def test_what_it_knows_and_what_is_said_besides(half: DenseEncoder) -> None:
    found = Fingerprint.parse(fingerprint(half, quantization="int8"))
    assert (found.dim, found.quantization, found.precision) == (128, "int8", "bf16")
    assert found.revision is None  # the commit of a folder is unknown
    revision = str(MODEL.revision)
    said = fingerprint(half, revision=revision)
    assert said == fingerprint(MODEL, dim=128, precision="bfloat16")
    with pytest.raises(FingerprintMismatchError) as caught:
        check_fingerprint(fingerprint(MODEL, dim=128), half, revision=revision)
    assert [each.partition(":")[0] for each in caught.value.differences] == ["precision"]


def test_a_store_takes_what_was_loaded(half: DenseEncoder) -> None:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE passages (embedding BLOB)")
    stamp(database, half, collection="passages", revision=MODEL.revision)
    precision = "bf16"
    check(database, MODEL, collection="passages", dim=128, precision=precision)
    with pytest.raises(FingerprintMismatchError):
        check(database, MODEL, collection="passages", dim=128)
