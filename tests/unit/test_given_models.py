"""What is given instead of a model, a device, a type or a fingerprint is refused by name."""

from collections.abc import Callable
from typing import Any

import pytest

from registry import (
    ALL_MINILM_L6_V2,
    check_fingerprint,
    estimate_memory,
    find_models,
    fingerprint,
    fits,
    load,
    models_by_type,
)
from registry.errors import InputError, InvalidFingerprintError

STAMP = fingerprint(ALL_MINILM_L6_V2)
CALLS: dict[str, Callable[[Any], object]] = {
    "load": load,
    "fingerprint": fingerprint,
    "check_fingerprint": lambda model: check_fingerprint(STAMP, model),
    "estimate_memory": estimate_memory,
    "fits": lambda model: fits(model, "8GB"),
}


@pytest.mark.parametrize("given", ["all-minilm-l6-v2", None, 7, ["all-minilm-l6-v2"]])
@pytest.mark.parametrize("name", CALLS)
def test_only_a_model_is_taken(name: str, given: object) -> None:
    with pytest.raises(InputError, match="takes a model, not") as caught:
        CALLS[name](given)
    assert ("get_model(" in str(caught.value)) == isinstance(given, str)


def test_a_device_that_there_is_not() -> None:
    device: Any = "tpu"
    for ask in (
        lambda: estimate_memory(ALL_MINILM_L6_V2, device=device),
        lambda: fits(ALL_MINILM_L6_V2, "8GB", device=device),
    ):
        with pytest.raises(InputError, match="cpu and gpu, not for 'tpu'"):
            ask()


@pytest.mark.parametrize("stored", [None, 7, b"tr1:a@?:8:-.-:-"])
def test_what_is_stored_in_place_of_a_fingerprint(stored: Any) -> None:
    with pytest.raises(InvalidFingerprintError, match="is not a fingerprint"):
        check_fingerprint(stored, ALL_MINILM_L6_V2)


def test_no_model_is_of_a_type_that_there_is_not() -> None:
    kind: Any = "nope"
    assert models_by_type(kind) == find_models(model_type=kind) == ()
