"""What sentence-transformers adds to a network: pooling, normalization, heads, prompts."""

from __future__ import annotations

from registry.hub._fact import Fact, Findings, as_guess, computed, inferred
from registry.hub._facts.architecture import gives_one_vector
from registry.hub._facts.modules import (
    CONFIG,
    MODULES,
    Module,
    module_config,
    modules,
    network_config,
)
from registry.hub._facts.reading import JsonFile, Reader
from registry.hub._json_values import line, several
from registry_base.json_shapes import is_list

WRITTEN = "config_sentence_transformers.json"

# Its modes, and the catalogue's words. The catalogue has no word for modes that are not here.
_POOLING = {
    "cls": "cls",
    "mean": "mean",
    "max": "max",
    "lasttoken": "lasttoken",
    "weightedmean": "weightedmean",
}
# Before version 5.4 every mode had a flag.
_POOLING_FLAGS = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_lasttoken": "lasttoken",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
}
_SIMILARITIES = frozenset({"cosine", "dot", "euclidean", "maxsim"})
_SCALES = {"Identity": "logit", "Sigmoid": "sigmoid"}
# The names under which its encode_query and encode_document look for a prompt, in that order;
# for the other tasks the usual ones.
_PROMPTS = {
    "prompts.query": ("query",),
    "prompts.document": ("document", "passage", "corpus"),
    "prompts.classification": ("classification", "Classification"),
    "prompts.clustering": ("clustering", "Clustering"),
    "prompts.similarity": ("similarity", "STS"),
}


def find(reader: Reader, kind: str | None, found: Findings) -> None:
    """Everything of this group."""
    listed, written = modules(reader), reader.json(WRITTEN)
    if kind == "dense" or (kind == "vision-language" and gives_one_vector(reader)):
        _find_dense(reader, listed, found)
    if kind == "sparse":
        found.put("specs.embedding_dim", _sparse_width(reader, listed, found))
    similarity = written.text("similarity_fn_name")
    if similarity is not None and similarity.value in _SIMILARITIES:
        found.put("similarity", similarity)
    elif similarity is not None:
        why = f"{similarity.origin} {similarity.value}: the catalogue has no word for it"
        found.put("similarity", None, why)
    elif kind in ("dense", "sparse"):
        found.put("similarity", None, f"{WRITTEN} does not say")
    if kind == "cross-encoder" and (scale := _score_scale(reader, written)) is not None:
        found.put("score_scale", scale)
    if kind in ("dense", "sparse", "colbert", "vision-language"):
        prompts = written.within("prompts")
        for path, names in _PROMPTS.items():
            found.put(path, prompts.prompt(*names))


def _score_scale(reader: Reader, written: JsonFile) -> Fact | None:
    """The scale of scores after a CrossEncoder's activation, if one is named."""
    config = network_config(reader)
    named = (
        written.text("activation_fn")
        or config.within("sentence_transformers").text("activation_fn")
        or config.text("sbert_ce_default_activation_function")
    )
    scale = None if named is None else _SCALES.get(str(named.value).rpartition(".")[2])
    return None if named is None or scale is None else Fact(scale, named.origin)


def _find_dense(reader: Reader, listed: tuple[Module, ...], found: Findings) -> None:
    if not listed:
        reason = f"there is no {MODULES}"
        found.put("pooling", None, reason)
        found.put("normalize", None, reason)
        projected = network_config(reader).whole("projection_dim")  # CLIP and its kin
        width = projected or found.facts.get("specs.hidden_dim")
        found.put("specs.embedding_dim", as_guess(width), reason)
        return
    pooling = next((m for m in listed if m.name == "Pooling"), None)
    modes = _pooled(module_config(reader, pooling))[0] if pooling else []
    if pooling is not None and len(modes) == 1 and modes[0].value in _POOLING:
        found.put("pooling", Fact(_POOLING[modes[0].value], modes[0].origin))
    elif modes:
        told = " and ".join(str(mode.value) for mode in modes)
        found.put("pooling", None, f"the catalogue has no word for {told}")
    normalizes = listed[-1].name == "Normalize"
    found.put("normalize", Fact(normalizes, f"{MODULES}: {listed[-1].name} is the last module"))
    width, head = _width(reader, listed)
    why = f"no module in {MODULES} says it"
    if head is not None and width is not None:
        found.put("architecture.has_projection", Fact(True, width.origin))
        found.put("architecture.projection_dims", width)
    elif head is not None:
        why = f"{head.file(CONFIG)} does not state out_features"
    found.put("specs.embedding_dim", width, why)
    found.put("architecture.matryoshka_dims", _matryoshka(reader, found))
    if "loss:MatryoshkaLoss" in reader.source.metadata.tags:
        tag = inferred(True, "the Hub: tag loss:MatryoshkaLoss")
        found.put("capabilities.matryoshka", tag)
    if found.value("architecture.matryoshka_dims"):
        found.put("capabilities.matryoshka", Fact(True, "config.json: matryoshka_dimensions"))


def dense_head(reader: Reader) -> Fact | None:
    """The output width of the last linear module, from its configuration or its weights."""
    heads = [module for module in modules(reader) if module.name == "Dense"]
    return _dense_width(reader, heads[-1]) if heads else None


def _dense_width(reader: Reader, module: Module) -> Fact | None:
    path = module.file("model.safetensors")
    tensors = reader.tensors(path) if reader.has(path) else None
    shape = tensors["linear.weight"].shape if tensors and "linear.weight" in tensors else ()
    if len(shape) == 2 and shape[0] > 0:
        return Fact(shape[0], f"{path}: linear.weight")
    return module_config(reader, module).whole("out_features")


def _width(reader: Reader, listed: tuple[Module, ...]) -> tuple[Fact | None, Module | None]:
    """The width after the last module that sets it, and that module if it is a linear one."""
    width, setting = None, None
    for module in listed:
        if module.name == "Pooling":
            width, setting = _pooled(module_config(reader, module))[1], module
        elif module.name == "Dense":
            width, setting = _dense_width(reader, module), module
        elif module.name == "StaticEmbedding":
            width, setting = _static_width(reader, module), module
    if setting is None:
        width = as_guess(network_config(reader).whole("projection_dim"))
    return width, setting if setting is not None and setting.name == "Dense" else None


def _pooled(config: JsonFile) -> tuple[list[Fact], Fact | None]:
    """The modes of a Pooling module, and its output width."""
    given = config.data.get("pooling_mode")
    if given is not None:
        names = [line(mode) or "another value" for mode in several(given)]
        modes = [Fact(name, config.origin("pooling_mode")) for name in names]
        if not names or not set(names) <= set(_POOLING_FLAGS.values()):
            return modes, None  # sentence-transformers would not load it
    else:
        flags = [key for key in _POOLING_FLAGS if config.data.get(key) is True]
        modes = [Fact(_POOLING_FLAGS[key], config.origin(key)) for key in flags]
    width = config.whole("embedding_dimension", "word_embedding_dimension")
    if width is not None and len(modes) > 1:
        width = computed(width.value * len(modes), f"{width.origin}, {len(modes)} times")
    return modes, width


def _static_width(reader: Reader, module: Module) -> Fact | None:
    path = module.file("model.safetensors")
    for name, tensor in (reader.tensors(path) or {}).items() if reader.has(path) else ():
        if name.startswith("embedding") and len(tensor.shape) == 2 and tensor.shape[1] > 0:
            return Fact(tensor.shape[1], f"{path}: {name}")
    return None


def _sparse_width(reader: Reader, listed: tuple[Module, ...], found: Findings) -> Fact | None:
    for module in listed:
        if module.name == "SparseAutoEncoder":
            return module_config(reader, module).whole("hidden_dim")
    vocabulary = found.facts.get("specs.vocab_size")
    return None if vocabulary is None else computed(vocabulary.value, vocabulary.origin)


def _matryoshka(reader: Reader, found: Findings) -> Fact | None:
    """The widths, if they are what the catalogue means: all of them up to the full one."""
    config, width = network_config(reader), found.value("specs.embedding_dim")
    listed = config.data.get("matryoshka_dimensions")
    if not is_list(listed) or not all(type(dim) is int and dim > 0 for dim in listed):
        return None
    dims = sorted(set(listed), reverse=True)
    if len(dims) < 2 or dims[0] != width:
        return None
    return Fact(dims, config.origin("matryoshka_dimensions"))
