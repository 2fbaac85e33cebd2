"""What is given instead of a model, a device, a type or a fingerprint is refused by name."""

from collections.abc import Callable
from pathlib import PurePosixPath
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
from registry.errors import InputError, InvalidFingerprintError, LoadError

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


@pytest.mark.parametrize(
    ("name", "given"),
    [
        *(("trust_remote_code", given) for given in ("no", 0, None)),
        *(("allow_pickle", "false"), ("local_files_only", 1), ("probe", "off")),
        *(("device", None), ("dtype", 7), ("backend", ["onnx"]), ("quantization", 4)),
        *(("dim", "128"), ("threads", 2.0), ("context_length", True), ("timeout", "3")),
        *(("local_path", 3), ("cache_dir", b"cache"), ("revision", 7), ("api_key", 7)),
    ],
)
def test_an_argument_of_another_type_is_named_before_anything_is_loaded(
    name: str, given: object
) -> None:
    arguments: dict[str, Any] = {"local_path": "no such folder", name: given}
    with pytest.raises(InputError) as caught:
        load(ALL_MINILM_L6_V2, **arguments)
    assert str(caught.value).startswith(f"{name} should be ")


def test_every_argument_of_another_type_is_named_but_no_key_is_shown() -> None:
    arguments: dict[str, Any] = {"dim": "128", "probe": "no", "api_key": 987_654_321}
    with pytest.raises(InputError) as caught:
        load(ALL_MINILM_L6_V2, **arguments)
    assert all(name in str(caught.value) for name in arguments)
    assert "987" not in str(caught.value)


def test_a_misspelled_argument_is_a_type_error_as_of_any_function() -> None:
    misspelled: dict[str, Any] = {"backends": "onnx"}
    with pytest.raises(TypeError, match=r"'backends'.*'backend'"):
        load(ALL_MINILM_L6_V2, **misspelled)


def test_numbers_of_numpy_and_paths_of_any_class_are_taken() -> None:
    import numpy as np

    folder = PurePosixPath("no such folder")
    whole: dict[str, Any] = {"dim": np.int64(384), "threads": np.int32(1), "local_path": folder}
    with pytest.raises(LoadError):
        load(ALL_MINILM_L6_V2, **whole)


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
