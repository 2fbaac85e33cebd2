"""Exports in practice: from two processes at once, of a Router, of several heads, without torch."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Never

import numpy as np
import pytest
import torch
import warm
from checkpoints import MINILM, build_cross_encoder, minilm_folder
from command_line import environment
from engine_fixtures import ENGINES, Exported, exported, fewer_texts, shallow
from environments import Environment
from sentence_transformers import SentenceTransformer, base
from sentence_transformers.sentence_transformer import modules as dense
from sources import Built

from registry import fingerprint, load
from registry.backends.interface import LoadOptions
from registry.errors import CheckpointError, LoadError
from registry.exporting._weights import weights_of
from registry.exporting._writing import _commit
from registry.exporting.export_model import export_model
from registry.exports.export import read_export
from registry.exports.place import place_of
from registry.files.lock_file import LockedFile, LockedModel
from registry.fingerprints.fingerprint_text import Fingerprint
from registry.loading.expected import expected

__all__ = ["exported", "shallow"]  # fixtures that pytest finds by name

pytestmark = pytest.mark.heavy

TEXTS = ["a cat sits on the mat", "share prices fell today", "", "Straßenbahn " * 200]

EXPORT = """
import dataclasses, sys
from pathlib import Path
from registry import MS_MARCO_MINILM_L6_V2
from registry.backends.interface import LoadOptions
from registry.exporting.export_model import export_model

model = dataclasses.replace(
    MS_MARCO_MINILM_L6_V2, id="tiny-cross-encoder", huggingface_id="tests/tiny", revision=None
)
weights, output = map(Path, sys.argv[1:])
print(export_model(model, "onnx", output=output, options=LoadOptions(local_path=weights))[1])
"""


def test_two_processes_at_once_make_one_export(tmp_path: Path) -> None:
    weights, output = build_cross_encoder(tmp_path / "model"), tmp_path / "exports" / "tiny"
    with ThreadPoolExecutor(2) as pool:
        command = ("-c", EXPORT, weights, output)
        both = [pool.submit(warm.run, command, tmp_path, environment()) for _ in range(2)]
    made = sorted(each.result().stdout.strip() for each in both)
    assert made == ["False", "True"], [each.result().stderr for each in both]
    export = read_export(output)
    assert export is not None
    assert export.probe.difference < 1e-5
    # Nothing incomplete is left beside it.
    assert [each.name for each in output.parent.iterdir() if each.is_dir()] == ["tiny"]


def test_what_a_killed_export_left_is_removed(
    exported: Exported, shallow: Path, tmp_path: Path
) -> None:
    place = shutil.copytree(exported(MINILM, shallow, "onnx"), tmp_path / "all[1]")
    left = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=tmp_path))
    (left / "traced").mkdir()
    others = [
        Path(tempfile.mkdtemp(prefix=f".{name}.", dir=tmp_path)) for name in ("all[1].v2", "all1")
    ]
    beside = tmp_path / ".all[1].settings"
    beside.write_text("mine")
    export_model(MINILM, "onnx", output=place, options=LoadOptions(local_path=shallow))
    assert {each.name for each in tmp_path.iterdir()} == {
        each.name for each in (place, *others, beside)
    }


def test_what_the_cache_has_is_copied(
    exported: Exported, shallow: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGISTRY_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    place = place_of(MINILM, None, "onnx", "f32")
    of_the_pin(exported(MINILM, shallow, "onnx"), place)
    # No weights are at hand: they would be needed for anything but a copy.
    made, new = export_model(MINILM, "onnx", output=tmp_path / "taken")
    assert new
    assert made.folder == tmp_path / "taken"
    assert contents(made.folder) == contents(place)
    (place / "tokenizer-0.json").unlink()
    with pytest.raises(LoadError):
        export_model(MINILM, "onnx", output=tmp_path / "of-a-damaged-one")
    assert sorted(each.name for each in tmp_path.iterdir() if each.is_dir()) == ["cache", "taken"]


def of_the_pin(folder: Path, place: Path) -> Path:
    """A copy of an export that calls its weights those of the pinned commit."""
    export = read_export(shutil.copytree(folder, place))
    assert export is not None
    dataclasses.replace(export, revision=MINILM.revision).write()
    return place


def test_weights_from_a_folder_do_not_pass_for_the_pinned_commit(
    exported: Exported, shallow: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGISTRY_CACHE_DIR", str(tmp_path / "cache"))
    with pytest.raises(LoadError, match="--output"):
        export_model(MINILM, "onnx", options=LoadOptions(local_path=shallow))
    folder = exported(MINILM, shallow, "onnx")
    encoder = load(MINILM, backend="onnx", local_path=folder)
    assert Fingerprint.parse(fingerprint(encoder)).revision is None
    assert expected(MINILM, {"backend": "onnx", "local_path": folder}).revision == "?"
    with pytest.raises(CheckpointError, match="commit"):
        load(MINILM, backend="onnx", local_path=folder, revision=MINILM.revision)
    shutil.copytree(folder, place_of(MINILM, None, "onnx", "f32"))
    with pytest.raises(CheckpointError, match="commit"):
        load(MINILM, backend="onnx")
    pinned = load(MINILM, backend="onnx", local_path=of_the_pin(folder, tmp_path / "pinned"))
    assert fingerprint(pinned) == fingerprint(MINILM)


def test_locked_hashes_tell_the_commit_of_weights_in_a_folder(
    shallow: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = LoadOptions(local_path=shallow)
    weights = weights_of(MINILM, options)
    files = {path: LockedFile(size=1, sha256=digest) for path, digest in weights.items()}
    lock = LockedModel(str(MINILM.huggingface_id), "c" * 40, files)
    monkeypatch.setattr("registry.exporting._writing.locked_weights", lambda *_: lock)
    assert _commit(MINILM, options, weights) == "c" * 40
    assert _commit(MINILM, options, dict.fromkeys(weights, "0" * 64)) is None
    assert _commit(MINILM, options, weights | {"more.safetensors": "0" * 64}) is None


def test_an_export_of_other_weights_is_not_kept(
    exported: Exported, shallow: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(*_: object) -> Never:
        raise LoadError("made again")

    monkeypatch.setattr("registry.exporting.export_model._make", make)
    folder = shutil.copytree(exported(MINILM, shallow, "onnx"), tmp_path / "export")
    same = LoadOptions(local_path=shallow)
    assert export_model(MINILM, "onnx", output=folder, options=same)[1] is False
    monkeypatch.setenv("REGISTRY_CACHE_DIR", str(tmp_path / "cache"))
    for options in (LoadOptions(local_path=minilm_folder()), LoadOptions()):
        with pytest.raises(LoadError, match="made again"):
            export_model(MINILM, "onnx", output=folder, options=options)


def contents(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def build_dense(folder: Path, modules: list[Any]) -> Path:
    untyped: Any = SentenceTransformer
    untyped(modules=modules, device="cpu").save_pretrained(str(folder))
    return folder


def same_vectors(model: Any, weights: Path, output: Path) -> None:
    with fewer_texts():
        made, _ = export_model(
            model, "onnx", output=output, options=LoadOptions(local_path=weights)
        )
    right = load(model, local_path=weights, device="cpu")
    found = load(model, local_path=made.folder, backend="onnx")
    for method in ("encode_queries", "encode_documents"):
        one, other = (getattr(each, method)(TEXTS) for each in (found, right))
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_a_router_has_a_graph_for_each_way(shallow: Path, tmp_path: Path) -> None:
    untyped: Any = SentenceTransformer
    network, pooling, _ = untyped(str(shallow), device="cpu")
    torch.manual_seed(0)
    library: Any = dense
    table = library.StaticEmbedding(network.tokenizer, embedding_dim=384)
    routers: Any = base.modules
    router = routers.Router({"query": [table], "document": [network, pooling]})
    weights = build_dense(tmp_path / "model", [router, routers.Normalize()])
    same_vectors(MINILM, weights, tmp_path / "export")
    export = read_export(tmp_path / "export")
    assert export is not None
    assert len({route.graph for route in export.routes.values()}) == 2


def test_one_of_several_heads_that_modules_json_names(shallow: Path, tmp_path: Path) -> None:
    """As in stella: linear layers for several widths, only one of which is in modules.json."""
    untyped: Any = SentenceTransformer
    network, pooling, normalize = untyped(str(shallow), device="cpu")
    torch.manual_seed(0)
    library: Any = dense
    head = library.Dense(in_features=384, out_features=256, activation_function=torch.nn.Identity())
    weights = build_dense(tmp_path / "model", [network, pooling, head, normalize])
    shutil.copytree(weights / "2_Dense", weights / "2_Dense_512")
    same_vectors(dataclasses.replace(MINILM, embedding_dim=256), weights, tmp_path / "export")


def test_an_export_of_another_commit(exported: Exported, shallow: Path, tmp_path: Path) -> None:
    folder = of_the_pin(exported(MINILM, shallow, "onnx"), tmp_path / "pinned")
    moved = dataclasses.replace(MINILM, revision="1" * 40)
    with pytest.raises(CheckpointError, match="commit"):
        load(moved, backend="onnx", local_path=folder)
    interrupted = Path(shutil.copytree(folder, tmp_path / "interrupted"))
    (interrupted / "tokenizer-0.json").unlink()
    with pytest.raises(CheckpointError):
        load(MINILM, backend="onnx", local_path=interrupted)


def test_the_folder_around_an_export(exported: Exported, shallow: Path, tmp_path: Path) -> None:
    inside = Path(shutil.copytree(exported(MINILM, shallow, "onnx"), tmp_path / MINILM.id))
    with pytest.raises(LoadError, match=re.escape(f"{inside}?")):
        load(MINILM, backend="onnx", local_path=tmp_path)


ENCODE = """
import importlib.util, json, sys
from registry import ALL_MINILM_L6_V2, MS_MARCO_MINILM_L6_V2, SPLADE_V3, load
from registry.backends import default_backend
from registry.errors import MissingExtraError

encoder = load(ALL_MINILM_L6_V2, local_path=sys.argv[1])
shape = encoder.encode_queries(["a cat", "a dog"]).shape
loaded = sorted({"torch", "transformers", "scipy"} & sys.modules.keys())
try:
    load(MS_MARCO_MINILM_L6_V2, backend="sentence-transformers")
    missing = None
except MissingExtraError as error:
    missing = str(error)
try:
    load(SPLADE_V3)
except MissingExtraError as error:
    sparse = str(error)
print(json.dumps({
    "backend": default_backend("dense"),
    "auto": load(ALL_MINILM_L6_V2, backend="auto", local_path=sys.argv[1]).dim,
    "shape": shape,
    "torch": importlib.util.find_spec("torch") is not None,
    "loaded": loaded,
    "missing": missing,
    "sparse": sparse,
}))
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_a_wheel_without_torch_encodes(
    engine: str, exported: Exported, shallow: Path, once: Any, built: Built, builder: Environment
) -> None:
    requirements = "numpy", "tokenizers", "platformdirs"
    package = {"onnx": "onnxruntime"}.get(engine, engine)
    place = once(f"engine-{engine}", lambda at: Environment.create(at, package, *requirements))
    where = Environment(place)
    builder.install(built.wheel, where)
    folder = exported(MINILM, shallow, engine)
    said = json.loads(where.succeed("-c", ENCODE, str(folder), cwd=place))
    assert said["backend"] == engine
    assert said["auto"] == 384
    assert said["shape"] == [2, 384]
    assert (said["torch"], said["loaded"]) == (False, [])
    assert "[encoders]" in said["missing"]
    assert "[sparse]" in said["sparse"]


def test_without_any_the_small_one_is_offered_first(
    once: Any, built: Built, builder: Environment
) -> None:
    where = Environment(once("engine-none", lambda at: Environment.create(at, "numpy")))
    builder.install(built.wheel, where)
    program = "from registry import ALL_MINILM_L6_V2, load; load(ALL_MINILM_L6_V2)"
    done = where.run("-c", program, cwd=where.folder)
    assert done.status == 1
    places = [done.output.rindex(f"[{name}]") for name in ("openvino", "onnx", "encoders")]
    assert places == sorted(places)
