"""A repository's own graph, loaded as it is: the lock vouches for its bytes and its answers.

Nothing is measured here. The lock has the SHA-256 of every file that is used, and a probe, which
`load` compares with the graph's output. The steps after the graph come from the entry: pooling,
normalization, length, the scale of scores; late interaction and projections need an export.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.checkpoints.fetching import fetch
from registry.checkpoints.prompts import own_prompt
from registry.errors import CheckpointError, LoadError
from registry.exports.export import UNMEASURED, Engine, Export, Head, Route, roles_of
from registry.exports.own_files import OwnFile, named_file
from registry.exports.own_graph import After, output_of
from registry.exports.place import locked_weights
from registry.files.digests import damages
from registry.models.lengths import own_length
from registry_base.json_shapes import is_object

if TYPE_CHECKING:
    from registry.backends.interface import LoadOptions
    from registry.files.lock_file import LockedModel
    from registry.models.kinds import Loadable

_TOKENIZER = "tokenizer.json"
_CONFIGURATION = (
    _TOKENIZER, "config.json", "tokenizer_config.json", "config_sentence_transformers.json",
    "modules.json",
)  # fmt: skip
_SCALES: dict[str, Head | None] = {"logit": None, "sigmoid": "sigmoid"}
_PLAIN = ("Transformer", "Pooling", "Normalize", "MLMTransformer", "SpladePooling")


def own_export(model: Loadable, engine: Engine, options: LoadOptions) -> Export | None:
    """The repository's own file as an export; None if neither the entry nor the lock names one.

    Raises LoadError, which says what is missing, if it cannot be used; CheckpointError if a file is
    not as locked.
    """
    own = named_file(model, engine, options.revision)
    if own is None:
        return None
    lock = locked_weights(model, options.revision)
    if lock is None or own.path not in lock.files or own.huggingface_id != lock.huggingface_id:
        raise _refused(model, own, engine, "models.lock.json has no SHA-256 of it",
                       f"`registry lock {model.id}` adds that of its own repository")  # fmt: skip
    if lock.probe is None:
        raise _refused(model, own, engine, "models.lock.json has no probe of the model",
                       f"`registry lock {model.id} --probe` makes it where torch is")  # fmt: skip
    if model.kind == "colbert":
        raise _refused(model, own, engine, "how it reads queries is in no entry", "")
    folder = _folder(model, own, lock, options)
    after = _after(model, own, engine, folder)
    output, heads = output_of(model, folder / own.path, engine, after)
    config = _read(model, folder / "config.json")
    pad = config.get("pad_token_id")
    sided = _read(model, folder / "tokenizer_config.json").get("padding_side")
    prompts = _read(model, folder / "config_sentence_transformers.json").get("prompts")
    routes = {
        role: Route(
            graph=own.path,
            tokenizer=_TOKENIZER,
            length=own_length(model),
            prompt=own_prompt(prompts, role),
            pad=pad if isinstance(pad, int) else 0,
            pad_left=sided == "left",
            output=output,
            heads=heads,
        )
        for role in roles_of(model.kind)
    }
    used = [file for file in lock.expected if file.path == _TOKENIZER or own.belongs(file.path)]
    return Export(
        folder=folder,
        huggingface_id=lock.huggingface_id,
        revision=lock.revision,
        kind=model.kind,
        engine=engine,
        precision="f32",
        exporter="",
        libraries={},
        weights={},
        files=tuple(used),
        routes=routes,
        probe=UNMEASURED,
        source=f"{lock.huggingface_id}@{lock.revision}/{own.path}",
    )


def _refused(model: Loadable, own: OwnFile, engine: Engine, why: str, cure: str) -> LoadError:
    export = f"`registry export {model.id} --engine {engine}` makes an export of it"
    return LoadError(
        f"{model.id}: {own.path} cannot be loaded as it is: {why}; "
        f"{cure + ', or ' if cure else ''}{export}"
    )


def _folder(model: Loadable, own: OwnFile, lock: LockedModel, options: LoadOptions) -> Path:
    def is_used(path: str) -> bool:
        return path in _CONFIGURATION or own.belongs(path)

    if options.local_path is None:
        return fetch(model, options, is_used)
    expected = [file for file in lock.expected if is_used(file.path)]
    if damaged := damages(options.local_path, expected):
        raise CheckpointError(
            f"{model.id}: does not match the lock: {'; '.join(each.message for each in damaged)} "
            f"(in {options.local_path})"
        )
    return options.local_path


def _after(model: Loadable, own: OwnFile, engine: Engine, folder: Path) -> After:
    """The steps after the network, according to the entry. Raises LoadError if it lacks them."""
    listed: Any = _read(model, folder / "modules.json", [])
    names = [str(each.get("type")).rpartition(".")[2] for each in listed if is_object(each)]
    if odd := [name for name in names if name not in _PLAIN]:
        raise _refused(model, own, engine, f"its network has the module {odd[0]}", "")
    if model.kind == "cross-encoder":
        scale = getattr(model, "score_scale", None)
        if scale not in _SCALES:
            raise _refused(model, own, engine, "its entry does not say score_scale", "")
        return After(activation=_SCALES[scale])
    normalize: bool | None = getattr(model, "normalize", None)
    if model.kind == "dense" and normalize is None and not names:
        raise _refused(model, own, engine, "its entry does not say normalize", "")
    return After(getattr(model, "pooling", None), bool(normalize or "Normalize" in names))


def _read(model: Loadable, path: Path, empty: Any = None) -> Any:
    """A JSON file, `empty` if there is none. Raises CheckpointError."""
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {} if empty is None else empty
    except (ValueError, OSError, RecursionError) as error:
        raise CheckpointError(f"{model.id}: {path.name} is damaged: {error}") from None
