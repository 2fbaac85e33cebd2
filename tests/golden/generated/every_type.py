"""A typed model registry, generated: edit the catalogue named below, not this file."""

# Source: "every_type.json", 10 models
# Input: sha256:de56efa577d9eba2ea91d1094d5d38a095395ec200341cc90ae7c3ecc398b9b0
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from types import MappingProxyType

# --------------------------------------------------------------------------------------
# How the classes are made
# --------------------------------------------------------------------------------------

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from dataclasses import dataclass
    from enum import StrEnum
    from typing import ClassVar, Final, Literal, TypeAlias, TypedDict, Unpack, overload
else:
    # Importing `dataclasses`, `enum` and `typing` would take longer than the whole rest
    # of this module. So at run time a decorator of the same name makes the same kind of
    # class, and asks `dataclasses` only when `fields`, `asdict` or `replace` do; the enum
    # is made when first asked for.
    _REQUIRED = object()

    class _StandardAttribute:
        """An attribute by which `dataclasses` knows its own; made on first use."""

        def __init__(self, name):
            self.name = name

        def __get__(self, instance, owner):
            import dataclasses

            types = _meaning(owner._annotations)
            specification = [
                (
                    name,
                    types[name],
                    (
                        dataclasses.field()
                        if default is _REQUIRED
                        else dataclasses.field(default=default)
                    ),
                )
                for name, default in owner._defaults.items()
            ]
            twin = dataclasses.make_dataclass(
                owner.__name__, specification, frozen=True, kw_only=True
            )
            value = getattr(twin, self.name)
            setattr(owner, self.name, value)
            return value

    def _meaning(annotations):
        # Most names in them are of no object of this module, but of its __getattr__.
        import typing
        from collections.abc import Mapping

        names = {name: __getattr__(name) for name in ("ModelType", *_WORDS)}
        names |= {"ClassVar": typing.ClassVar, "Literal": typing.Literal}
        holder = type("", (), {"__annotations__": dict(annotations)})
        return typing.get_type_hints(holder, globals(), names | {"Mapping": Mapping})

    class _Annotations(dict):
        """Annotations as texts, until `typing.get_type_hints` goes through them."""

        def items(self):
            return _meaning(self).items()

    class _TypeOfClass:
        """`Model.type`: the member of ModelType whose value is `kind`."""

        def __get__(self, instance, owner):
            owner.type = __getattr__("ModelType")(owner.kind)
            return owner.type

    def _init(self, **values):
        cls = type(self)
        setters = cls._setters
        if missing := cls._required - values.keys():
            raise TypeError(f"{cls.__name__} needs {', '.join(sorted(missing))}")
        try:
            for name, value in values.items():
                setters[name](self, value)
        except KeyError as error:
            raise TypeError(f"{cls.__name__} has no field {error}") from None

    def _getattr(self, name):
        # Only fields that are not their default fill their slot.
        default = self._defaults.get(name, _REQUIRED)
        if default is _REQUIRED:
            raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}")
        return default

    def _values(self):
        return {name: getattr(self, name) for name in self._defaults}

    def _refuse(self, name, value=None):
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def _repr(self):
        defaults = self._defaults
        given = (
            f"{name}={value!r}"
            for name, value in _values(self).items()
            if value is not defaults[name] and value != defaults[name]
        )
        return f"{type(self).__qualname__}({', '.join(given)})"

    def _eq(self, other):
        if type(self) is not type(other):
            return NotImplemented
        return self is other or _values(self) == _values(other)

    def _hash(self):
        names = sorted(self._required) or self._defaults
        return hash(tuple(getattr(self, name) for name in names))

    def _restore(cls, values):
        return cls(**values)

    _METHODS = {
        "__init__": _init,
        "__getattr__": _getattr,
        "__repr__": _repr,
        "__eq__": _eq,
        "__hash__": _hash,
        "__setattr__": _refuse,
        "__delattr__": _refuse,
        "__copy__": lambda self: self,
        "__deepcopy__": lambda self, memo: self,
        "__reduce__": lambda self: (_restore, (type(self), _values(self))),
        "__replace__": lambda self, **values: type(self)(**(_values(self) | values)),
        "__match_args__": (),
        "__dataclass_fields__": _StandardAttribute("__dataclass_fields__"),
        "__dataclass_params__": _StandardAttribute("__dataclass_params__"),
    }

    def _make_class(cls):
        inherited = getattr(cls, "_defaults", {})
        annotations = {
            name: annotation
            for name, annotation in cls.__annotations__.items()
            if not annotation.startswith("ClassVar")
        }
        own = {name: cls.__dict__.get(name, _REQUIRED) for name in annotations}
        defaults = {**inherited, **own}
        namespace = {
            name: value
            for name, value in cls.__dict__.items()
            if name not in own and name not in ("__dict__", "__weakref__")
        }
        namespace |= _METHODS
        namespace["__annotations__"] = _Annotations(cls.__annotations__)
        namespace["__slots__"] = tuple(name for name in own if name not in inherited)
        namespace["_defaults"] = defaults
        namespace["_annotations"] = {**getattr(cls, "_annotations", {}), **annotations}
        namespace["_required"] = frozenset(
            name for name, default in defaults.items() if default is _REQUIRED
        )
        made = type(cls)(cls.__name__, cls.__bases__, namespace)
        made.__qualname__ = cls.__qualname__
        made._setters = {name: getattr(made, name).__set__ for name in defaults}
        return made

    def dataclass(*, frozen, slots, kw_only):
        return _make_class

    def overload(function):
        return function


class FrozenDict(dict[str, object]):
    """A dictionary that cannot be changed: the free-form parts of an entry."""

    if not TYPE_CHECKING:

        def _refuse(self, *args, **kwargs):
            raise TypeError("this mapping is read-only")

        __setitem__ = __delitem__ = __ior__ = _refuse
        clear = pop = popitem = setdefault = update = _refuse

        def __hash__(self):
            return hash(frozenset(self.items()))

        def __reduce__(self):
            return (FrozenDict, (dict(self),))

        def __deepcopy__(self, memo):
            return self


# --------------------------------------------------------------------------------------
# Types of models and their fields
# --------------------------------------------------------------------------------------


if TYPE_CHECKING:

    class ModelType(StrEnum):
        """The types of models in this registry."""

        Colbert = "colbert"
        """Late-interaction text retriever: one vector a token, compared by MaxSim."""
        Dense = "dense"
        """Encoder that gives one vector an input."""
        Sparse = "sparse"
        """Encoder that gives one weight a word of the vocabulary (SPLADE and its kin)."""
        CrossEncoder = "cross-encoder"
        """Reranker: reads query and document together and gives one score."""
        VisionLanguage = "vision-language"
        """Late-interaction retriever for document pages and images."""
        Llm = "llm"
        """Generates text."""
        Timeseries = "timeseries"
        """Forecasts time series."""
        Speech = "speech"
        """Writes down what was said."""

else:
    _MEMBERS = {
        "Colbert": "colbert",
        "Dense": "dense",
        "Sparse": "sparse",
        "CrossEncoder": "cross-encoder",
        "VisionLanguage": "vision-language",
        "Llm": "llm",
        "Timeseries": "timeseries",
        "Speech": "speech",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One quantised or converted version: its file, its Ollama tag, or both."""

    id: str
    """Name of the variant, unique within the model."""
    quantization: str
    """Number format of the weights."""
    huggingface_id: str | None = None
    """Repository that holds the file, where it is not the model's own."""
    revision: str | None = None
    """Commit of the Hub repository that the entry describes and that loading is pinned
    to: 40 hexadecimal digits, never a branch or a tag.
    """
    file: str | None = None
    """Path of the file in the repository."""
    bytes: int | None = None
    """Size of the file in bytes."""
    sha256: str | None = None
    """SHA-256 of the file."""
    ollama_tag: str | None = None
    """Tag of the model in the Ollama library, with the part after the colon so that it
    names one build.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """What is known of any model. None stands for unknown."""

    if TYPE_CHECKING:
        type: ClassVar[ModelType]
    else:
        type = _TypeOfClass()
    """The type, as a member of ModelType."""
    kind: ClassVar[str]
    """The type, as a literal text: what tells the classes apart by structure."""
    id: str
    """Short, recognisable name in kebab-case; it becomes the constant
    (`jina-colbert-v2` is JINA_COLBERT_V2) and the literal that `get_model` takes. Never
    change it once published: add an alias.
    """
    name: str
    """Display name, as its authors write it."""
    description: str
    """One or two sentences that help somebody choose."""
    huggingface_id: str
    """Repository on the Hugging Face Hub."""
    revision: str | None = None
    """Commit of the Hub repository that the entry describes and that loading is pinned
    to: 40 hexadecimal digits, never a branch or a tag.
    """
    organization: str
    """Who publishes the model: usually the first part of huggingface_id."""
    release_date: str | None = None
    """Day, month or year of publication, as ISO 8601 of any precision."""
    license: str | None = None
    """SPDX identifier or expression, the name of a well-known model licence, or the
    https address of the licence text.
    """
    status: Status = "active"
    """`deprecated`: still here, no longer the one to choose."""
    superseded_by: str | None = None
    """Id of the entry in this catalogue that replaces this one."""
    aliases: tuple[str, ...] = ()
    """Other keys people use for this model: short names, Ollama tags. Unique within the
    type, and never another model's id.
    """
    architecture_type: str | None = None
    """`model_type` of the model's config.json."""
    architecture_variant: str | None = None
    """Well-known shape of that architecture."""
    base_model: str | None = None
    """Hub repository this model was tuned from."""
    parameters: str | None
    """Number of stored weights as people write it; the generated class also has
    parameter_count, the integer.
    """
    parameter_count: int | None
    """The exact number of stored weights, where it is known; must agree with
    `parameters`.
    """
    active_parameters: str | None = None
    """Weights used for one token, where fewer than `parameters` (mixture of experts)."""
    active_parameter_count: int | None = None
    """The exact number of weights used for one token, where it is known; must agree
    with `active_parameters`.
    """
    hidden_dim: int | None = None
    """Width of the backbone."""
    context_length: int | None
    """Longest input in tokens (time series: in time points)."""
    max_sequence_length: int | None = None
    """Where the published pipeline truncates by default, in tokens, if below
    context_length.
    """
    max_position_embeddings: int | None = None
    """As in config.json; RoBERTa-like models reserve two of them."""
    vocab_size: int | None = None
    """Rows of the input embedding matrix."""
    num_layers: int | None = None
    """Transformer layers."""
    num_attention_heads: int | None = None
    """Attention heads a layer."""
    memory_mb: float | None = None
    """Size of the weights as stored, in MiB."""
    config_file: str | None = None
    """Configuration."""
    tokenizer_file: str | None = None
    """Tokenizer."""
    safetensors_files: tuple[str, ...] = ()
    """safetensors files."""
    pytorch_files: tuple[str, ...] = ()
    """Pickled PyTorch files; never loaded unless asked for."""
    onnx_files: tuple[str, ...] = ()
    """ONNX files."""
    openvino_files: tuple[str, ...] = ()
    """OpenVINO files."""
    gguf_files: tuple[str, ...] = ()
    """GGUF files."""
    variants: tuple[Variant, ...] = ()
    """Quantised or converted versions of the model."""
    modalities: tuple[Modality, ...] = ()
    """What it reads."""
    quantization: tuple[NumberFormat, ...] = ()
    """Number formats it is known to work in."""
    tokenizer_model: str | None = None
    """Repository of the tokenizer, where it is not the model's own."""
    packages: tuple[str, ...] = ()
    """Python packages beyond the usual ones, as requirements."""
    trust_remote_code: bool = False
    """Whether loading runs code from the repository; only ever done when asked for, and
    with a pinned revision.
    """
    gated: bool | None = None
    """Whether the Hub asks for an agreement first."""
    batch_size: int | None = None
    """Batch size to start with."""
    memory_per_batch_mb: int | None = None
    """Memory for one such batch, in MiB."""
    gpu_recommended: bool | None = None
    """Whether it is too slow without a GPU for interactive use."""
    sources: tuple[str, ...] = ()
    """Where the facts come from: name of the source, then the fields it gave. The
    beginning of a name says how the facts are known: `computed:` is arithmetic over
    facts that others state, `inferred:` a guess from a weak hint, `unverified:` recall
    that no source here confirms; all other sources state the facts. A name that ends in
    `@` and a commit is of that commit.
    """
    overruled: Mapping[str, object] = FrozenDict()
    """Rules that object to this entry although it is right: name of the rule, then the
    reason.
    """
    metadata: Mapping[str, object] = FrozenDict()
    """Anything else, free-form; reaches the generated class as a read-only mapping."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColbertModel(ModelInfo):
    """Late-interaction text retriever: one vector a token, compared by MaxSim."""

    type: ClassVar[Literal[ModelType.Colbert]]
    kind: ClassVar[Literal["colbert"]] = "colbert"
    has_projection: bool = False
    """Whether a linear head after the backbone changes the width of the output vectors."""
    projection_dims: int | None = None
    """Output width of that head; equals specs.embedding_dim."""
    matryoshka_dims: tuple[int, ...] = ()
    """Widths the vectors may be truncated to (Matryoshka), largest first; the first is
    specs.embedding_dim.
    """
    parameters: str
    """Number of stored weights as people write it; the generated class also has
    parameter_count, the integer.
    """
    parameter_count: int
    """The exact number of stored weights, where it is known; must agree with
    `parameters`.
    """
    embedding_dim: int
    """Width of one output vector (sparse: of the vocabulary vector)."""
    context_length: int
    """Longest input in tokens (time series: in time points)."""
    query_length: int | None = None
    """Tokens a query is padded or cut to (late interaction)."""
    document_length: int | None = None
    """Tokens a document is cut to by default (late interaction)."""
    normalize: bool | None = None
    """Whether the published pipeline ends in L2 normalisation."""
    similarity: Similarity | None = None
    """How two outputs are compared."""
    query_prompt: str | None = None
    """Before a query."""
    document_prompt: str | None = None
    """Before a document."""
    classification_prompt: str | None = None
    """Before a text to classify."""
    clustering_prompt: str | None = None
    """Before a text to cluster."""
    similarity_prompt: str | None = None
    """Before a text to compare with its like."""
    languages: tuple[str, ...] = ()
    """ISO 639 codes: two letters where there are two, else three. Empty: unknown, or
    not a matter of language.
    """
    programming_languages: tuple[str, ...] = ()
    """Programming languages it was tuned for."""
    multi_vector: bool = True
    """Whether it gives one vector a token, compared by MaxSim."""
    matryoshka: bool = False
    """Whether its vectors may be truncated (Matryoshka representation learning)."""
    domain: str | None = None
    """What it is specialised in; absent for general use."""
    beir_avg: float | None = None
    """Mean nDCG@10 on BEIR, as a fraction; read with beir_avg_datasets."""
    beir_avg_datasets: int | None = None
    """How many BEIR sets that mean is over (13, 14 or 15 are not comparable)."""
    beir13_avg: float | None = None
    """Mean nDCG@10 over 13 BEIR sets (without CQADupStack and MS MARCO)."""
    beir15_avg: float | None = None
    """Mean nDCG@10 over 15 BEIR sets."""
    mteb_avg: float | None = None
    """MTEB(eng, v2): mean over 41 tasks, in points."""
    mteb_eng_v1_avg: float | None = None
    """MTEB(eng, v1): mean over 56 tasks, in points."""
    ms_marco_mrr10: float | None = None
    """MRR@10 on MS MARCO passage dev, as a fraction (cross-encoders: re-ranking)."""
    trec_dl19_ndcg10: float | None = None
    """nDCG@10 on TREC DL 19, re-ranking, as a fraction."""
    requires_projection: bool = False
    """Whether loading fails without the projection's weights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseModel(ModelInfo):
    """Encoder that gives one vector an input."""

    type: ClassVar[Literal[ModelType.Dense]]
    kind: ClassVar[Literal["dense"]] = "dense"
    has_projection: bool = False
    """Whether a linear head after the backbone changes the width of the output vectors."""
    projection_dims: int | None = None
    """Output width of that head; equals specs.embedding_dim."""
    matryoshka_dims: tuple[int, ...] = ()
    """Widths the vectors may be truncated to (Matryoshka), largest first; the first is
    specs.embedding_dim.
    """
    parameters: str
    """Number of stored weights as people write it; the generated class also has
    parameter_count, the integer.
    """
    parameter_count: int
    """The exact number of stored weights, where it is known; must agree with
    `parameters`.
    """
    embedding_dim: int
    """Width of one output vector (sparse: of the vocabulary vector)."""
    context_length: int | None = None
    """Longest input in tokens (time series: in time points)."""
    image_size: int | None = None
    """Side of the input image in pixels."""
    patch_size: int | None = None
    """Side of an image patch in pixels; time points of one patch in time series."""
    pooling: Pooling | None = None
    """How token vectors become one vector."""
    normalize: bool | None = None
    """Whether the published pipeline ends in L2 normalisation."""
    similarity: Similarity | None = None
    """How two outputs are compared."""
    query_prompt: str | None = None
    """Before a query."""
    document_prompt: str | None = None
    """Before a document."""
    classification_prompt: str | None = None
    """Before a text to classify."""
    clustering_prompt: str | None = None
    """Before a text to cluster."""
    similarity_prompt: str | None = None
    """Before a text to compare with its like."""
    ollama_tag: str | None = None
    """Tag of the model in the Ollama library, with the part after the colon so that it
    names one build.
    """
    languages: tuple[str, ...] = ()
    """ISO 639 codes: two letters where there are two, else three. Empty: unknown, or
    not a matter of language.
    """
    programming_languages: tuple[str, ...] = ()
    """Programming languages it was tuned for."""
    multi_vector: bool = False
    """Whether it gives one vector a token, compared by MaxSim."""
    matryoshka: bool = False
    """Whether its vectors may be truncated (Matryoshka representation learning)."""
    domain: str | None = None
    """What it is specialised in; absent for general use."""
    beir_avg: float | None = None
    """Mean nDCG@10 on BEIR, as a fraction; read with beir_avg_datasets."""
    beir_avg_datasets: int | None = None
    """How many BEIR sets that mean is over (13, 14 or 15 are not comparable)."""
    beir13_avg: float | None = None
    """Mean nDCG@10 over 13 BEIR sets (without CQADupStack and MS MARCO)."""
    beir15_avg: float | None = None
    """Mean nDCG@10 over 15 BEIR sets."""
    mteb_avg: float | None = None
    """MTEB(eng, v2): mean over 41 tasks, in points."""
    mteb_eng_v1_avg: float | None = None
    """MTEB(eng, v1): mean over 56 tasks, in points."""
    ms_marco_mrr10: float | None = None
    """MRR@10 on MS MARCO passage dev, as a fraction (cross-encoders: re-ranking)."""
    trec_dl19_ndcg10: float | None = None
    """nDCG@10 on TREC DL 19, re-ranking, as a fraction."""
    requires_projection: bool = False
    """Whether loading fails without the projection's weights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SparseModel(ModelInfo):
    """Encoder that gives one weight a word of the vocabulary (SPLADE and its kin)."""

    type: ClassVar[Literal[ModelType.Sparse]]
    kind: ClassVar[Literal["sparse"]] = "sparse"
    parameters: str
    """Number of stored weights as people write it; the generated class also has
    parameter_count, the integer.
    """
    parameter_count: int
    """The exact number of stored weights, where it is known; must agree with
    `parameters`.
    """
    embedding_dim: int
    """Width of one output vector (sparse: of the vocabulary vector)."""
    context_length: int | None = None
    """Longest input in tokens (time series: in time points)."""
    pooling: Pooling | None = None
    """How token vectors become one vector."""
    normalize: bool | None = None
    """Whether the published pipeline ends in L2 normalisation."""
    similarity: Similarity | None = None
    """How two outputs are compared."""
    query_prompt: str | None = None
    """Before a query."""
    document_prompt: str | None = None
    """Before a document."""
    classification_prompt: str | None = None
    """Before a text to classify."""
    clustering_prompt: str | None = None
    """Before a text to cluster."""
    similarity_prompt: str | None = None
    """Before a text to compare with its like."""
    languages: tuple[str, ...] = ()
    """ISO 639 codes: two letters where there are two, else three. Empty: unknown, or
    not a matter of language.
    """
    programming_languages: tuple[str, ...] = ()
    """Programming languages it was tuned for."""
    domain: str | None = None
    """What it is specialised in; absent for general use."""
    beir_avg: float | None = None
    """Mean nDCG@10 on BEIR, as a fraction; read with beir_avg_datasets."""
    beir_avg_datasets: int | None = None
    """How many BEIR sets that mean is over (13, 14 or 15 are not comparable)."""
    beir13_avg: float | None = None
    """Mean nDCG@10 over 13 BEIR sets (without CQADupStack and MS MARCO)."""
    beir15_avg: float | None = None
    """Mean nDCG@10 over 15 BEIR sets."""
    mteb_avg: float | None = None
    """MTEB(eng, v2): mean over 41 tasks, in points."""
    mteb_eng_v1_avg: float | None = None
    """MTEB(eng, v1): mean over 56 tasks, in points."""
    ms_marco_mrr10: float | None = None
    """MRR@10 on MS MARCO passage dev, as a fraction (cross-encoders: re-ranking)."""
    trec_dl19_ndcg10: float | None = None
    """nDCG@10 on TREC DL 19, re-ranking, as a fraction."""
    requires_projection: bool = False
    """Whether loading fails without the projection's weights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossEncoderModel(ModelInfo):
    """Reranker: reads query and document together and gives one score."""

    type: ClassVar[Literal[ModelType.CrossEncoder]]
    kind: ClassVar[Literal["cross-encoder"]] = "cross-encoder"
    parameters: str
    """Number of stored weights as people write it; the generated class also has
    parameter_count, the integer.
    """
    parameter_count: int
    """The exact number of stored weights, where it is known; must agree with
    `parameters`.
    """
    context_length: int | None = None
    """Longest input in tokens (time series: in time points)."""
    query_prompt: str | None = None
    """Before a query."""
    document_prompt: str | None = None
    """Before a document."""
    classification_prompt: str | None = None
    """Before a text to classify."""
    clustering_prompt: str | None = None
    """Before a text to cluster."""
    similarity_prompt: str | None = None
    """Before a text to compare with its like."""
    ollama_tag: str | None = None
    """Tag of the model in the Ollama library, with the part after the colon so that it
    names one build.
    """
    languages: tuple[str, ...] = ()
    """ISO 639 codes: two letters where there are two, else three. Empty: unknown, or
    not a matter of language.
    """
    programming_languages: tuple[str, ...] = ()
    """Programming languages it was tuned for."""
    domain: str | None = None
    """What it is specialised in; absent for general use."""
    ms_marco_mrr10: float | None = None
    """MRR@10 on MS MARCO passage dev, as a fraction (cross-encoders: re-ranking)."""
    trec_dl19_ndcg10: float | None = None
    """nDCG@10 on TREC DL 19, re-ranking, as a fraction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisionLanguageModel(ModelInfo):
    """Late-interaction retriever for document pages and images."""

    type: ClassVar[Literal[ModelType.VisionLanguage]]
    kind: ClassVar[Literal["vision-language"]] = "vision-language"
    has_projection: bool = False
    """Whether a linear head after the backbone changes the width of the output vectors."""
    projection_dims: int | None = None
    """Output width of that head; equals specs.embedding_dim."""
    matryoshka_dims: tuple[int, ...] = ()
    """Widths the vectors may be truncated to (Matryoshka), largest first; the first is
    specs.embedding_dim.
    """
    parameters: str
    """Number of stored weights as people write it; the generated class also has
    parameter_count, the integer.
    """
    parameter_count: int
    """The exact number of stored weights, where it is known; must agree with
    `parameters`.
    """
    embedding_dim: int
    """Width of one output vector (sparse: of the vocabulary vector)."""
    context_length: int | None = None
    """Longest input in tokens (time series: in time points)."""
    query_length: int | None = None
    """Tokens a query is padded or cut to (late interaction)."""
    document_length: int | None = None
    """Tokens a document is cut to by default (late interaction)."""
    image_size: int | None = None
    """Side of the input image in pixels."""
    patch_size: int | None = None
    """Side of an image patch in pixels; time points of one patch in time series."""
    pooling: Pooling | None = None
    """How token vectors become one vector."""
    normalize: bool | None = None
    """Whether the published pipeline ends in L2 normalisation."""
    similarity: Similarity | None = None
    """How two outputs are compared."""
    query_prompt: str | None = None
    """Before a query."""
    document_prompt: str | None = None
    """Before a document."""
    classification_prompt: str | None = None
    """Before a text to classify."""
    clustering_prompt: str | None = None
    """Before a text to cluster."""
    similarity_prompt: str | None = None
    """Before a text to compare with its like."""
    languages: tuple[str, ...] = ()
    """ISO 639 codes: two letters where there are two, else three. Empty: unknown, or
    not a matter of language.
    """
    programming_languages: tuple[str, ...] = ()
    """Programming languages it was tuned for."""
    multi_vector: bool = False
    """Whether it gives one vector a token, compared by MaxSim."""
    matryoshka: bool = False
    """Whether its vectors may be truncated (Matryoshka representation learning)."""
    domain: str | None = None
    """What it is specialised in; absent for general use."""
    beir_avg: float | None = None
    """Mean nDCG@10 on BEIR, as a fraction; read with beir_avg_datasets."""
    beir_avg_datasets: int | None = None
    """How many BEIR sets that mean is over (13, 14 or 15 are not comparable)."""
    beir13_avg: float | None = None
    """Mean nDCG@10 over 13 BEIR sets (without CQADupStack and MS MARCO)."""
    beir15_avg: float | None = None
    """Mean nDCG@10 over 15 BEIR sets."""
    mteb_avg: float | None = None
    """MTEB(eng, v2): mean over 41 tasks, in points."""
    mteb_eng_v1_avg: float | None = None
    """MTEB(eng, v1): mean over 56 tasks, in points."""
    ms_marco_mrr10: float | None = None
    """MRR@10 on MS MARCO passage dev, as a fraction (cross-encoders: re-ranking)."""
    trec_dl19_ndcg10: float | None = None
    """nDCG@10 on TREC DL 19, re-ranking, as a fraction."""
    requires_projection: bool = False
    """Whether loading fails without the projection's weights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LlmModel(ModelInfo):
    """Generates text."""

    type: ClassVar[Literal[ModelType.Llm]]
    kind: ClassVar[Literal["llm"]] = "llm"
    parameters: str
    """Number of stored weights as people write it; the generated class also has
    parameter_count, the integer.
    """
    parameter_count: int
    """The exact number of stored weights, where it is known; must agree with
    `parameters`.
    """
    context_length: int
    """Longest input in tokens (time series: in time points)."""
    extended_context_length: int | None = None
    """Longest input in tokens with the documented rope scaling."""
    sliding_window: int | None = None
    """Width of local attention in tokens."""
    num_key_value_heads: int | None = None
    """Key and value heads a layer (grouped-query attention)."""
    head_dim: int | None = None
    """Width of one attention head."""
    intermediate_size: int | None = None
    """Width of the feed-forward layer."""
    num_experts: int | None = None
    """Experts a layer (mixture of experts)."""
    num_experts_per_token: int | None = None
    """Experts a token is routed to."""
    query_prompt: str | None = None
    """Before a query."""
    document_prompt: str | None = None
    """Before a document."""
    classification_prompt: str | None = None
    """Before a text to classify."""
    clustering_prompt: str | None = None
    """Before a text to cluster."""
    similarity_prompt: str | None = None
    """Before a text to compare with its like."""
    ollama_tag: str | None = None
    """Tag of the model in the Ollama library, with the part after the colon so that it
    names one build.
    """
    languages: tuple[str, ...] = ()
    """ISO 639 codes: two letters where there are two, else three. Empty: unknown, or
    not a matter of language.
    """
    programming_languages: tuple[str, ...] = ()
    """Programming languages it was tuned for."""
    instruction_tuned: bool | None = None
    """Whether it follows instructions (false: a base model)."""
    domain: str | None = None
    """What it is specialised in; absent for general use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeseriesModel(ModelInfo):
    """Forecasts time series."""

    type: ClassVar[Literal[ModelType.Timeseries]]
    kind: ClassVar[Literal["timeseries"]] = "timeseries"
    parameters: str | None = None
    """Number of stored weights as people write it; the generated class also has
    parameter_count, the integer.
    """
    parameter_count: int | None = None
    """The exact number of stored weights, where it is known; must agree with
    `parameters`.
    """
    context_length: int | None = None
    """Longest input in tokens (time series: in time points)."""
    patch_size: int | None = None
    """Side of an image patch in pixels; time points of one patch in time series."""
    output_patch_size: int | None = None
    """Time points predicted at a step."""
    prediction_length: int | None = None
    """Time points the model is meant to predict."""
    max_horizon: int | None = None
    """Most time points it can predict."""
    quantiles: tuple[float, ...] = ()
    """Quantiles the model predicts."""
    multivariate: bool | None = None
    """Whether it predicts several series together."""
    covariates: bool | None = None
    """Whether it takes exogenous series."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechModel(ModelInfo):
    """Writes down what was said."""

    type: ClassVar[Literal[ModelType.Speech]]
    kind: ClassVar[Literal["speech"]] = "speech"
    parameters: str | None = None
    """Number of stored weights as people write it; the generated class also has
    parameter_count, the integer.
    """
    parameter_count: int | None = None
    """The exact number of stored weights, where it is known; must agree with
    `parameters`.
    """
    context_length: int | None = None
    """Longest input in tokens (time series: in time points)."""
    languages: tuple[str, ...] = ()
    """ISO 639 codes: two letters where there are two, else three. Empty: unknown, or
    not a matter of language.
    """


AnyModel: TypeAlias = (
    ColbertModel
    | DenseModel
    | SparseModel
    | CrossEncoderModel
    | VisionLanguageModel
    | LlmModel
    | TimeseriesModel
    | SpeechModel
)
"""A model of whatever type."""
EmbeddingModel: TypeAlias = (
    ColbertModel | DenseModel | SparseModel | VisionLanguageModel
)
"""A model that gives vectors: it has an embedding_dim."""
MatryoshkaModel: TypeAlias = ColbertModel | DenseModel | VisionLanguageModel
"""A model of a type whose vectors may be truncated."""
_ModelWithLanguages: TypeAlias = (
    ColbertModel
    | DenseModel
    | SparseModel
    | CrossEncoderModel
    | VisionLanguageModel
    | LlmModel
    | SpeechModel
)

if TYPE_CHECKING:
    # The words that some fields are limited to.
    Modality: TypeAlias = Literal["text", "image", "audio", "video", "timeseries"]
    NumberFormat: TypeAlias = Literal[
        "fp32",
        "fp16",
        "bf16",
        "fp8",
        "int8",
        "int4",
        "nf4",
        "binary",
    ]
    Pooling: TypeAlias = Literal[
        "cls",
        "mean",
        "max",
        "lasttoken",
        "weightedmean",
        "latent-attention",
    ]
    Similarity: TypeAlias = Literal["cosine", "dot", "maxsim", "euclidean"]
    Status: TypeAlias = Literal["active", "deprecated"]

    # Ids, one union a type: a misspelt literal is an error in the editor.
    ColbertModelId: TypeAlias = Literal["late-interaction"]
    DenseModelId: TypeAlias = Literal[
        "dense-9",
        "dense-10",
        "dense-small",
    ]
    SparseModelId: TypeAlias = Literal["learned-sparse"]
    CrossEncoderModelId: TypeAlias = Literal["reranker"]
    VisionLanguageModelId: TypeAlias = Literal["pages"]
    LlmModelId: TypeAlias = Literal["chat"]
    TimeseriesModelId: TypeAlias = Literal["forecast"]
    SpeechModelId: TypeAlias = Literal["whisperer"]
    ModelId: TypeAlias = (
        ColbertModelId
        | DenseModelId
        | SparseModelId
        | CrossEncoderModelId
        | VisionLanguageModelId
        | LlmModelId
        | TimeseriesModelId
        | SpeechModelId
    )
else:
    _WORDS = {
        "Modality": ("text", "image", "audio", "video", "timeseries"),
        "NumberFormat": (
            "fp32",
            "fp16",
            "bf16",
            "fp8",
            "int8",
            "int4",
            "nf4",
            "binary",
        ),
        "Pooling": (
            "cls",
            "mean",
            "max",
            "lasttoken",
            "weightedmean",
            "latent-attention",
        ),
        "Similarity": ("cosine", "dot", "maxsim", "euclidean"),
        "Status": ("active", "deprecated"),
    }

    def __getattr__(name):
        # The types above, for who needs them at run time: typing.get_args(ModelId).
        if name == "ModelType" and name in globals():
            return globals()[name]
        if name == "ModelType":
            from enum import StrEnum

            made = StrEnum(name, _MEMBERS, module=__name__)
            made.__doc__ = "The types of models in this registry."
            return globals().setdefault(name, made)
        if name == "Filters":
            from typing import TypedDict

            types = _meaning(find_models.__annotations__)
            del types["model_type"], types["return"]
            return globals().setdefault(name, TypedDict(name, types, total=False))
        words = dict(_WORDS)
        words["ModelId"] = tuple(MODEL_REGISTRY)
        for cls, models in _MODELS_BY_CLASS.items():
            words[f"{cls.__name__}Id"] = tuple(model.id for model in models)
        if name not in words:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from typing import Literal

        return Literal[words[name]]


# --------------------------------------------------------------------------------------
# Long lists that several models share
# --------------------------------------------------------------------------------------

_DENSE_10__LANGUAGES: Final = (
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "sv",
    "da",
    "fi",
    "pl",
    "cs",
    "hu",
    "ro",
)

# --------------------------------------------------------------------------------------
# The models
# --------------------------------------------------------------------------------------

LATE_INTERACTION: Final = ColbertModel(
    id="late-interaction",
    name="Some Model",
    description='Says "hello"; costs {{ nothing }}, \\ and is # no comment.',
    huggingface_id="org/late-interaction",
    organization="org",
    license="MIT",
    aliases=("late", "colbert-alias"),
    has_projection=True,
    projection_dims=128,
    parameters="110M",
    parameter_count=110000000,
    embedding_dim=128,
    context_length=512,
    languages=("en",),
    modalities=("text",),
)
"""Says 'hello'; costs {{ nothing }}, \\ and is # no comment."""

DENSE_9: Final = DenseModel(
    id="dense-9",
    name="Some Model",
    description="A model.",
    huggingface_id="org/dense-9",
    organization="org",
    parameters="110M",
    parameter_count=110000000,
    embedding_dim=768,
    context_length=512,
    metadata=FrozenDict(
        {
            "a": "it's",
            "b": (1, 2.5, FrozenDict({"c": None})),
            "note": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        }
    ),
)
"""A model."""

DENSE_10: Final = DenseModel(
    id="dense-10",
    name="Some Model",
    description="A model.",
    huggingface_id="org/dense-10",
    organization="org",
    status="deprecated",
    superseded_by="dense-small",
    parameters="110M",
    parameter_count=110000000,
    embedding_dim=768,
    context_length=512,
    languages=_DENSE_10__LANGUAGES,
)
"""A model."""

DENSE_SMALL: Final = DenseModel(
    id="dense-small",
    name="Some Model",
    description="A model.",
    huggingface_id="org/dense-small",
    organization="org",
    aliases=("small",),
    matryoshka_dims=(768, 256, 64),
    parameters="110M",
    parameter_count=110000000,
    embedding_dim=768,
    context_length=512,
    pooling="mean",
    normalize=True,
    query_prompt="query: ",
    languages=_DENSE_10__LANGUAGES,
    modalities=("text",),
    matryoshka=True,
)
"""A model."""

LEARNED_SPARSE: Final = SparseModel(
    id="learned-sparse",
    name="Some Model",
    description="A model.",
    huggingface_id="org/learned-sparse",
    organization="org",
    parameters="110M",
    parameter_count=110000000,
    embedding_dim=768,
    context_length=512,
)
"""A model."""

RERANKER: Final = CrossEncoderModel(
    id="reranker",
    name="Some Model",
    description="A model.",
    huggingface_id="org/reranker",
    organization="org",
    aliases=("small",),
    parameters="110M",
    parameter_count=110000000,
    context_length=512,
)
"""A model."""

PAGES: Final = VisionLanguageModel(
    id="pages",
    name="Some Model",
    description="A model.",
    huggingface_id="org/pages",
    organization="org",
    parameters="110M",
    parameter_count=110000000,
    embedding_dim=768,
    context_length=512,
    modalities=("text", "image"),
    multi_vector=True,
)
"""A model."""

CHAT: Final = LlmModel(
    id="chat",
    name="Some Model",
    description="A model.",
    huggingface_id="org/chat",
    organization="org",
    parameters="7.24B",
    parameter_count=7240000000,
    context_length=32768,
    variants=(
        Variant(
            id="q4",
            quantization="q4_0",
            file="chat-q4_0.gguf",
            bytes=4431390720,
            sha256="0000000000000000000000000000000000000000000000000000000000000000",
        ),
        Variant(id="tag", quantization="q8_0", ollama_tag="chat:7b-q8_0"),
    ),
    ollama_tag="chat:7b",
)
"""A model."""

FORECAST: Final = TimeseriesModel(
    id="forecast",
    name="Some Model",
    description="A model.",
    huggingface_id="org/forecast",
    organization="org",
    context_length=512,
    quantiles=(0.1, 0.5, 0.9),
)
"""A model."""

WHISPERER: Final = SpeechModel(
    id="whisperer",
    name="Some Model",
    description="A model.",
    huggingface_id="org/whisperer",
    organization="org",
    parameters="39M",
    parameter_count=39000000,
    context_length=448,
    languages=("en",),
    modalities=("audio",),
    sources=("hub", "paper"),
)
"""A model."""

_COLBERT_MODELS: Final[tuple[ColbertModel, ...]] = (LATE_INTERACTION,)
_DENSE_MODELS: Final[tuple[DenseModel, ...]] = (
    DENSE_9,
    DENSE_10,
    DENSE_SMALL,
)
_SPARSE_MODELS: Final[tuple[SparseModel, ...]] = (LEARNED_SPARSE,)
_CROSS_ENCODER_MODELS: Final[tuple[CrossEncoderModel, ...]] = (RERANKER,)
_VISION_LANGUAGE_MODELS: Final[tuple[VisionLanguageModel, ...]] = (PAGES,)
_LLM_MODELS: Final[tuple[LlmModel, ...]] = (CHAT,)
_TIMESERIES_MODELS: Final[tuple[TimeseriesModel, ...]] = (FORECAST,)
_SPEECH_MODELS: Final[tuple[SpeechModel, ...]] = (WHISPERER,)
_MODELS: Final[tuple[AnyModel, ...]] = (
    *_COLBERT_MODELS,
    *_DENSE_MODELS,
    *_SPARSE_MODELS,
    *_CROSS_ENCODER_MODELS,
    *_VISION_LANGUAGE_MODELS,
    *_LLM_MODELS,
    *_TIMESERIES_MODELS,
    *_SPEECH_MODELS,
)
_WITH_EMBEDDING_DIM: Final[tuple[EmbeddingModel, ...]] = (
    *_COLBERT_MODELS,
    *_DENSE_MODELS,
    *_SPARSE_MODELS,
    *_VISION_LANGUAGE_MODELS,
)
_WITH_LANGUAGES: Final[tuple[_ModelWithLanguages, ...]] = (
    *_COLBERT_MODELS,
    *_DENSE_MODELS,
    *_SPARSE_MODELS,
    *_CROSS_ENCODER_MODELS,
    *_VISION_LANGUAGE_MODELS,
    *_LLM_MODELS,
    *_SPEECH_MODELS,
)
_WITH_MATRYOSHKA_DIMS: Final[tuple[MatryoshkaModel, ...]] = (
    *_COLBERT_MODELS,
    *_DENSE_MODELS,
    *_VISION_LANGUAGE_MODELS,
)
_MODELS_BY_CLASS: Final[Mapping[type[AnyModel], tuple[AnyModel, ...]]] = {
    ColbertModel: _COLBERT_MODELS,
    DenseModel: _DENSE_MODELS,
    SparseModel: _SPARSE_MODELS,
    CrossEncoderModel: _CROSS_ENCODER_MODELS,
    VisionLanguageModel: _VISION_LANGUAGE_MODELS,
    LlmModel: _LLM_MODELS,
    TimeseriesModel: _TIMESERIES_MODELS,
    SpeechModel: _SPEECH_MODELS,
}

CATALOGUE_VERSION: Final[str | None] = "1.2.3"
"""The version of the catalogue this module was generated from."""
SCHEMA_VERSION: Final = "1.0"
"""The version of the catalogue's schema."""
MODEL_REGISTRY: Final[Mapping[str, AnyModel]] = MappingProxyType(
    {model.id: model for model in _MODELS}
)
"""Every model by its id, in catalogue order: by type, then by id."""
SELECTED_DEFAULTS: Final[Mapping[str, AnyModel]] = MappingProxyType({})
"""Which model serves in which role, where nothing selects another."""


# --------------------------------------------------------------------------------------
# Looking models up
# --------------------------------------------------------------------------------------


class RegistryError(Exception):
    """Root of the errors of this registry.

    RegistryError
    ├── UnknownModelError    no model of that id
    └── AmbiguousModelError  a key that several models share
    """


class UnknownModelError(RegistryError, LookupError):
    """No model has that id; `suggestions` are the ids that may have been meant."""

    def __init__(self, key: str) -> None:
        import difflib

        folded = key.casefold()
        others = (model.id for model in _by_key().get(folded, ()))
        same = tuple(each for each in others if each != key)
        near = _begun(folded) or difflib.get_close_matches(folded, MODEL_REGISTRY, n=3)
        self.key = key
        self.suggestions = same or tuple(near)
        if same:
            message = f"{key!r} is no id, but another key of {', '.join(same)}"
        elif near:
            message = f"there is no model {key!r}; did you mean {' or '.join(near)}?"
        else:
            message = f"there is no model {key!r}; MODEL_REGISTRY lists them all"
        super().__init__(message)

    def __reduce__(self) -> tuple[object, ...]:
        return (UnknownModelError, (self.key,))


def _begun(folded: str) -> list[str]:
    """The first ids that begin as a text does: "gemma3" for "gemma-3-270m-it"."""
    bare = "".join(filter(str.isalnum, folded))
    return [
        model_id
        for model_id in MODEL_REGISTRY
        if bare and "".join(filter(str.isalnum, model_id)).startswith(bare)
    ][:3]


class AmbiguousModelError(RegistryError, LookupError):
    """A key belongs to several models; `candidates` are their ids."""

    def __init__(self, key: str, candidates: tuple[str, ...]) -> None:
        super().__init__(
            f"{key!r} is the key of {', '.join(candidates)}; use one of these ids, "
            "or say which model_type"
        )
        self.key = key
        self.candidates = candidates

    def __reduce__(self) -> tuple[object, ...]:
        return (AmbiguousModelError, (self.key, self.candidates))


@overload
def get_model(model_id: ColbertModelId) -> ColbertModel: ...
@overload
def get_model(model_id: DenseModelId) -> DenseModel: ...
@overload
def get_model(model_id: SparseModelId) -> SparseModel: ...
@overload
def get_model(model_id: CrossEncoderModelId) -> CrossEncoderModel: ...
@overload
def get_model(model_id: VisionLanguageModelId) -> VisionLanguageModel: ...
@overload
def get_model(model_id: LlmModelId) -> LlmModel: ...
@overload
def get_model(model_id: TimeseriesModelId) -> TimeseriesModel: ...
@overload
def get_model(model_id: SpeechModelId) -> SpeechModel: ...
def get_model(model_id: str) -> AnyModel:
    """The model of an id; a checker refuses a literal that is none.

    Raises UnknownModelError, with the nearest ids. For text that is not a literal, aliases
    and Hub repositories there is `find_model`.

    >>> get_model("late-interaction").id
    'late-interaction'
    """
    model = MODEL_REGISTRY.get(model_id)
    if model is None:
        raise UnknownModelError(model_id)
    return model


@overload
def find_model(
    key: str, *, model_type: Literal[ModelType.Colbert]
) -> ColbertModel | None: ...
@overload
def find_model(
    key: str, *, model_type: Literal[ModelType.Dense]
) -> DenseModel | None: ...
@overload
def find_model(
    key: str, *, model_type: Literal[ModelType.Sparse]
) -> SparseModel | None: ...
@overload
def find_model(
    key: str, *, model_type: Literal[ModelType.CrossEncoder]
) -> CrossEncoderModel | None: ...
@overload
def find_model(
    key: str, *, model_type: Literal[ModelType.VisionLanguage]
) -> VisionLanguageModel | None: ...
@overload
def find_model(key: str, *, model_type: Literal[ModelType.Llm]) -> LlmModel | None: ...
@overload
def find_model(
    key: str, *, model_type: Literal[ModelType.Timeseries]
) -> TimeseriesModel | None: ...
@overload
def find_model(
    key: str, *, model_type: Literal[ModelType.Speech]
) -> SpeechModel | None: ...
@overload
def find_model(key: str, *, model_type: ModelType | None = None) -> AnyModel | None: ...
def find_model(key: str, *, model_type: ModelType | None = None) -> AnyModel | None:
    """The model with this id, alias or Hub repository, without regard to case, or None.

    Raises AmbiguousModelError where several models share the key; `model_type` decides.

    >>> find_model("LATE-INTERACTION") is LATE_INTERACTION
    True
    """
    exact = MODEL_REGISTRY.get(key)
    found = (exact,) if exact is not None else _by_key().get(key.casefold(), ())
    if model_type is not None:
        found = tuple(model for model in found if model.kind == model_type)
    if len(found) > 1:
        raise AmbiguousModelError(key, tuple(model.id for model in found))
    return found[0] if found else None


@overload
def models_by_type(
    model_type: Literal[ModelType.Colbert],
) -> tuple[ColbertModel, ...]: ...
@overload
def models_by_type(model_type: Literal[ModelType.Dense]) -> tuple[DenseModel, ...]: ...
@overload
def models_by_type(
    model_type: Literal[ModelType.Sparse],
) -> tuple[SparseModel, ...]: ...
@overload
def models_by_type(
    model_type: Literal[ModelType.CrossEncoder],
) -> tuple[CrossEncoderModel, ...]: ...
@overload
def models_by_type(
    model_type: Literal[ModelType.VisionLanguage],
) -> tuple[VisionLanguageModel, ...]: ...
@overload
def models_by_type(model_type: Literal[ModelType.Llm]) -> tuple[LlmModel, ...]: ...
@overload
def models_by_type(
    model_type: Literal[ModelType.Timeseries],
) -> tuple[TimeseriesModel, ...]: ...
@overload
def models_by_type(
    model_type: Literal[ModelType.Speech],
) -> tuple[SpeechModel, ...]: ...
@overload
def models_by_type(model_type: ModelType) -> tuple[AnyModel, ...]: ...
def models_by_type(model_type: ModelType) -> tuple[AnyModel, ...]:
    """The models of one type, in catalogue order.

    >>> LATE_INTERACTION in models_by_type(LATE_INTERACTION.type)
    True
    """
    return _BY_TYPE[model_type]


# A member of ModelType is a text, and finds its like.
_BY_TYPE: Final[Mapping[str, tuple[AnyModel, ...]]] = {
    "colbert": _COLBERT_MODELS,
    "dense": _DENSE_MODELS,
    "sparse": _SPARSE_MODELS,
    "cross-encoder": _CROSS_ENCODER_MODELS,
    "vision-language": _VISION_LANGUAGE_MODELS,
    "llm": _LLM_MODELS,
    "timeseries": _TIMESERIES_MODELS,
    "speech": _SPEECH_MODELS,
}

# Groupings by one field, made when first asked for.
_groups: dict[str, dict[str, tuple[AnyModel, ...]]] = {}


def _grouped(pairs: Iterable[tuple[str, AnyModel]]) -> dict[str, tuple[AnyModel, ...]]:
    groups: dict[str, list[AnyModel]] = {}
    for key, model in pairs:
        group = groups.setdefault(key.casefold(), [])
        if not group or group[-1] is not model:
            group.append(model)
    return {key: tuple(models) for key, models in groups.items()}


def _by_key() -> dict[str, tuple[AnyModel, ...]]:
    if "key" not in _groups:
        _groups["key"] = _grouped(
            (key, model)
            for model in _MODELS
            for key in (model.id, model.huggingface_id, *model.aliases)
        )
    return _groups["key"]


def models_by_organization(organization: str) -> tuple[AnyModel, ...]:
    """The models somebody publishes, in catalogue order; case does not matter."""
    if "organization" not in _groups:
        _groups["organization"] = _grouped(
            (model.organization, model) for model in _MODELS
        )
    return _groups["organization"].get(organization.casefold(), ())


def models_by_license(license: str) -> tuple[AnyModel, ...]:
    """The models under a licence (SPDX), in catalogue order; case does not matter."""
    if "license" not in _groups:
        _groups["license"] = _grouped(
            (model.license, model) for model in _MODELS if model.license is not None
        )
    return _groups["license"].get(license.casefold(), ())


def models_by_modality(modality: Modality) -> tuple[AnyModel, ...]:
    """The models that read "text", "image" ..., in catalogue order."""
    if "modality" not in _groups:
        _groups["modality"] = _grouped(
            (modality, model) for model in _MODELS for modality in model.modalities
        )
    return _groups["modality"].get(modality, ())


def models_by_language(language: str) -> tuple[AnyModel, ...]:
    """The models for a language (ISO 639 code), in catalogue order."""
    if "language" not in _groups:
        _groups["language"] = _grouped(
            (code, model) for model in _WITH_LANGUAGES for code in model.languages
        )
    return _groups["language"].get(language.casefold(), ())


def models_by_max_embedding_dim(max_dim: int) -> tuple[EmbeddingModel, ...]:
    """The models whose vectors have at most `max_dim` dimensions, in catalogue order."""
    return tuple(
        model for model in _WITH_EMBEDDING_DIM if model.embedding_dim <= max_dim
    )


def models_with_matryoshka(dim: int | None = None) -> tuple[MatryoshkaModel, ...]:
    """The models whose vectors may be truncated; to exactly `dim` if given."""
    return tuple(
        model
        for model in _WITH_MATRYOSHKA_DIMS
        if model.matryoshka and (dim is None or dim in model.matryoshka_dims)
    )


if TYPE_CHECKING:

    class Filters(TypedDict, total=False):
        """What `find_models` can ask for; everything given must hold."""

        organization: str | None
        language: str | None
        license: str | None
        modality: Modality | None
        max_embedding_dim: int | None
        matryoshka: bool | None
        status: Status | None


@overload
def find_models(
    *, model_type: Literal[ModelType.Colbert], **filters: Unpack[Filters]
) -> tuple[ColbertModel, ...]: ...
@overload
def find_models(
    *, model_type: Literal[ModelType.Dense], **filters: Unpack[Filters]
) -> tuple[DenseModel, ...]: ...
@overload
def find_models(
    *, model_type: Literal[ModelType.Sparse], **filters: Unpack[Filters]
) -> tuple[SparseModel, ...]: ...
@overload
def find_models(
    *, model_type: Literal[ModelType.CrossEncoder], **filters: Unpack[Filters]
) -> tuple[CrossEncoderModel, ...]: ...
@overload
def find_models(
    *, model_type: Literal[ModelType.VisionLanguage], **filters: Unpack[Filters]
) -> tuple[VisionLanguageModel, ...]: ...
@overload
def find_models(
    *, model_type: Literal[ModelType.Llm], **filters: Unpack[Filters]
) -> tuple[LlmModel, ...]: ...
@overload
def find_models(
    *, model_type: Literal[ModelType.Timeseries], **filters: Unpack[Filters]
) -> tuple[TimeseriesModel, ...]: ...
@overload
def find_models(
    *, model_type: Literal[ModelType.Speech], **filters: Unpack[Filters]
) -> tuple[SpeechModel, ...]: ...
@overload
def find_models(
    *, model_type: ModelType | None = None, **filters: Unpack[Filters]
) -> tuple[AnyModel, ...]: ...
def find_models(
    *,
    model_type: ModelType | None = None,
    organization: str | None = None,
    language: str | None = None,
    license: str | None = None,
    modality: Modality | None = None,
    max_embedding_dim: int | None = None,
    matryoshka: bool | None = None,
    status: Status | None = None,
) -> tuple[AnyModel, ...]:
    """The models of which everything given holds, in catalogue order.

    >>> LATE_INTERACTION in find_models(model_type=LATE_INTERACTION.type)
    True
    """
    groups: list[tuple[AnyModel, ...]] = []
    if model_type is not None:
        groups.append(_BY_TYPE[model_type])
    if organization is not None:
        groups.append(models_by_organization(organization))
    if language is not None:
        groups.append(models_by_language(language))
    if license is not None:
        groups.append(models_by_license(license))
    if modality is not None:
        groups.append(models_by_modality(modality))
    if max_embedding_dim is not None:
        groups.append(models_by_max_embedding_dim(max_embedding_dim))
    found = groups[0] if groups else _MODELS
    for group in groups[1:]:
        ids = {model.id for model in group}
        found = tuple(model for model in found if model.id in ids)
    if matryoshka is not None:
        ids = {model.id for model in models_with_matryoshka()}
        found = tuple(model for model in found if (model.id in ids) is matryoshka)
    if status is not None:
        found = tuple(model for model in found if model.status == status)
    return found


__all__: list[str] = [
    "CATALOGUE_VERSION",
    "CHAT",
    "DENSE_10",
    "DENSE_9",
    "DENSE_SMALL",
    "FORECAST",
    "LATE_INTERACTION",
    "LEARNED_SPARSE",
    "MODEL_REGISTRY",
    "PAGES",
    "RERANKER",
    "SCHEMA_VERSION",
    "SELECTED_DEFAULTS",
    "WHISPERER",
    "AmbiguousModelError",
    "AnyModel",
    "ColbertModel",
    "CrossEncoderModel",
    "DenseModel",
    "EmbeddingModel",
    "FrozenDict",
    "LlmModel",
    "MatryoshkaModel",
    "ModelInfo",
    "ModelType",
    "RegistryError",
    "SparseModel",
    "SpeechModel",
    "TimeseriesModel",
    "UnknownModelError",
    "Variant",
    "VisionLanguageModel",
    "find_model",
    "find_models",
    "get_model",
    "models_by_language",
    "models_by_license",
    "models_by_max_embedding_dim",
    "models_by_modality",
    "models_by_organization",
    "models_by_type",
    "models_with_matryoshka",
]
if TYPE_CHECKING:
    __all__ += [
        "Filters",
        "ModelId",
        "Modality",
        "NumberFormat",
        "Pooling",
        "Similarity",
        "Status",
        "ColbertModelId",
        "DenseModelId",
        "SparseModelId",
        "CrossEncoderModelId",
        "VisionLanguageModelId",
        "LlmModelId",
        "TimeseriesModelId",
        "SpeechModelId",
    ]
