"""What models are made of: the base of their classes, and the classes inside of them."""

# Source: "every_type.json", 10 models
# Input: sha256:61bd9908c27454ce323db405878e3369e12470bc8dfec7c09d9760cba0d1608e
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "f59063e9645b036e")

TYPE_CHECKING = False
if TYPE_CHECKING:
    import typing
    from collections.abc import Mapping
    from dataclasses import dataclass

    from . import words
else:
    # The class that collections.abc shows, without what else comes with that.
    from _collections_abc import Mapping

    from . import LazyModule, part

    typing = LazyModule("typing")
    words = LazyModule(f"{__package__}.words")

    def dataclass(**options):
        """Let `dataclasses` know a class as the dataclass that checkers see.

        The class is written out below and stays as it is.
        """

        def known(cls):
            for name in ("__dataclass_fields__", "__dataclass_params__"):
                setattr(cls, name, _MadeWhenAsked(name))
            return cls

        return known

    class _MadeWhenAsked:
        """What `dataclasses.fields`, `asdict` or `replace` ask a class for."""

        def __init__(self, name):
            self.name = name

        def __get__(self, instance, owner):
            import dataclasses
            from typing import get_type_hints

            types, defaults = get_type_hints(owner), owner.__init__.__kwdefaults__ or {}
            fields = []
            for name in _names(owner):
                default = defaults.get(name, dataclasses.MISSING)
                fields.append((name, types[name], dataclasses.field(default=default)))
            made = dataclasses.make_dataclass(
                owner.__name__, fields, frozen=True, kw_only=True
            )
            value = getattr(made, self.name)
            setattr(owner, self.name, value)
            return value

    class _TypeOfKind:
        """`Model.type`: the member of ModelType whose value is `kind`."""

        def __get__(self, instance, owner):
            owner.type = part("model_type").ModelType(owner.kind)
            return owner.type

    def _names(cls):
        slots = (base.__dict__.get("__slots__", ()) for base in reversed(cls.__mro__))
        return [name for names in slots for name in names]

    def _values(model):
        values = {name: getattr(model, name) for name in _names(type(model))}
        return values | getattr(model, "__dict__", {})

    def _restored(cls, values):
        return cls(**values)


class Frozen:
    """What models and their parts do alike: they cannot be changed, and compare by value."""

    __slots__ = ()

    if not TYPE_CHECKING:  # or checkers would not see a frozen dataclass
        __match_args__ = ()

        def __getattr__(self, name):
            # What was not given fills no slot: most fields of most models.
            for base in type(self).__mro__:
                init = base.__dict__.get("__init__")
                defaults = getattr(init, "__kwdefaults__", None) or {}
                if name in defaults:
                    return defaults[name]
            kind = type(self).__name__
            raise AttributeError(f"{kind!r} object has no attribute {name!r}", obj=self)

        def __setattr__(self, name, value):
            from dataclasses import FrozenInstanceError

            raise FrozenInstanceError(f"cannot assign to field {name!r}")

        def __delattr__(self, name):
            from dataclasses import FrozenInstanceError

            raise FrozenInstanceError(f"cannot delete field {name!r}")

        def __repr__(self):
            defaults = type(self).__init__.__kwdefaults__ or {}
            given = (
                f"{name}={value!r}"
                for name, value in _values(self).items()
                if name not in defaults or value != defaults[name]
            )
            return f"{type(self).__qualname__}({', '.join(given)})"

        def __eq__(self, other):
            if type(self) is not type(other):
                return NotImplemented
            return self is other or _values(self) == _values(other)

        def __hash__(self):
            return hash(tuple(_values(self).values()))

        def __copy__(self):
            return self

        def __deepcopy__(self, memo):
            return self

        def __replace__(self, **changes):
            return type(self)(**(_values(self) | changes))

        def __reduce__(self):
            return (_restored, (type(self), _values(self)))


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

        @classmethod
        def __get_pydantic_core_schema__(cls, source, handler):
            return part("in_pydantic").mapping_schema(cls)


@dataclass(frozen=True, kw_only=True)
class Export(Frozen):
    """The files that one runtime runs for this model, and what it calls them."""

    __slots__ = [
        "runtime",
        "name",
        "huggingface_id",
        "revision",
        "file",
    ]

    runtime: str
    """The library or server that runs it."""
    name: str | None
    """What that runtime calls the model, where it is not huggingface_id."""
    huggingface_id: str | None
    """Repository that holds the files, where it is not the model's own."""
    revision: str | None
    """Commit of that repository: 40 hexadecimal digits, never a branch or a tag."""
    file: str | None
    """Path of the file in the repository."""

    def __init__(
        self,
        *,
        runtime: str,
        name: str | None = None,
        huggingface_id: str | None = None,
        revision: str | None = None,
        file: str | None = None,
    ) -> None:
        assign = object.__setattr__
        assign(self, "runtime", runtime)
        if name is not None:
            assign(self, "name", name)
        if huggingface_id is not None:
            assign(self, "huggingface_id", huggingface_id)
        if revision is not None:
            assign(self, "revision", revision)
        if file is not None:
            assign(self, "file", file)


@dataclass(frozen=True, kw_only=True)
class Variant(Frozen):
    """One quantized or converted version: its file, its Ollama tag, or both."""

    __slots__ = [
        "id",
        "quantization",
        "huggingface_id",
        "revision",
        "file",
        "bytes",
        "sha256",
        "ollama_tag",
    ]

    id: str
    """Name of the variant, unique within the model."""
    quantization: str
    """Number format of the weights."""
    huggingface_id: str | None
    """Repository that holds the file, where it is not the model's own."""
    revision: str | None
    """Commit of the Hub repository that the entry describes and that loading is pinned
    to: 40 hexadecimal digits, never a branch or a tag.
    """
    file: str | None
    """Path of the file in the repository."""
    bytes: int | None
    """Size of the file in bytes."""
    sha256: str | None
    """SHA-256 of the file."""
    ollama_tag: str | None
    """Tag of the model in the Ollama library, with the part after the colon so that it
    names one build.
    """

    def __init__(
        self,
        *,
        id: str,
        quantization: str,
        huggingface_id: str | None = None,
        revision: str | None = None,
        file: str | None = None,
        bytes: int | None = None,
        sha256: str | None = None,
        ollama_tag: str | None = None,
    ) -> None:
        assign = object.__setattr__
        assign(self, "id", id)
        assign(self, "quantization", quantization)
        if huggingface_id is not None:
            assign(self, "huggingface_id", huggingface_id)
        if revision is not None:
            assign(self, "revision", revision)
        if file is not None:
            assign(self, "file", file)
        if bytes is not None:
            assign(self, "bytes", bytes)
        if sha256 is not None:
            assign(self, "sha256", sha256)
        if ollama_tag is not None:
            assign(self, "ollama_tag", ollama_tag)


@dataclass(frozen=True, kw_only=True)
class ModelInfo(Frozen):
    """What is known about any model. None means unknown."""

    __slots__ = [
        "id",
        "name",
        "description",
        "huggingface_id",
        "revision",
        "provider",
        "provider_model",
        "base_url",
        "organization",
        "release_date",
        "license",
        "status",
        "superseded_by",
        "aliases",
        "former_ids",
        "exports",
        "architecture_type",
        "architecture_variant",
        "base_model",
        "parameters",
        "parameter_count",
        "active_parameters",
        "active_parameter_count",
        "hidden_dim",
        "context_length",
        "max_sequence_length",
        "max_position_embeddings",
        "vocab_size",
        "num_layers",
        "num_attention_heads",
        "memory_mb",
        "config_file",
        "tokenizer_file",
        "safetensors_files",
        "pytorch_files",
        "onnx_files",
        "openvino_files",
        "gguf_files",
        "variants",
        "modalities",
        "quantization",
        "tokenizer_model",
        "packages",
        "trust_remote_code",
        "gated",
        "batch_size",
        "memory_per_batch_mb",
        "gpu_recommended",
        "sources",
        "overruled",
        "metadata",
    ]

    if TYPE_CHECKING:
        type: typing.ClassVar[words.ModelType]
    else:
        type = _TypeOfKind()
    """The type, as a member of ModelType."""
    kind: typing.ClassVar[str]
    """The type, as a literal text: what tells the classes apart by structure."""
    id: str
    """Short, recognisable name in kebab-case; it becomes the constant
    (`jina-colbert-v2` is JINA_COLBERT_V2) and the literal that `get_model` takes. Never
    change it once published: add an alias.
    """
    name: str
    """Display name, as its authors write it."""
    description: str
    """One or two sentences that help people choose."""
    huggingface_id: str | None
    """Repository on the Hugging Face Hub; a model behind an API may have none."""
    revision: str | None
    """Commit of the Hub repository that the entry describes and that loading is pinned
    to: 40 hexadecimal digits, never a branch or a tag.
    """
    provider: str | None
    """Who serves the model behind an API. Well-known ones have their address and the
    variable of their key built in; any other one needs base_url.
    """
    provider_model: str | None
    """What the provider calls the model in requests."""
    base_url: str | None
    """Address of the provider's OpenAI-compatible API, where it is not a well-known
    one.
    """
    organization: str
    """Who publishes the model: usually the first part of huggingface_id."""
    release_date: str | None
    """Day, month or year of publication, as ISO 8601 of any precision."""
    license: str | None
    """SPDX identifier or expression, the name of a well-known model license, or the
    https address of the license text; null says that the publisher declares none.
    """
    status: words.Status
    """`deprecated`: still here, no longer the one to choose."""
    superseded_by: str | None
    """Id of the entry in this catalogue that replaces this one."""
    aliases: tuple[str, ...]
    """Other keys people use for this model: short names, Ollama tags. Unique within the
    type, and never another model's id.
    """
    former_ids: tuple[str, ...]
    """Repositories on the Hub that held this model before it was renamed or moved; the
    Hub redirects from them.
    """
    exports: tuple[Export, ...]
    """What other runtimes run in place of the repository's own weights."""
    architecture_type: str | None
    """`model_type` of the model's config.json."""
    architecture_variant: str | None
    """Well-known shape of that architecture."""
    base_model: str | None
    """Hub repository this model was tuned from."""
    parameters: str | None
    """Number of stored weights as people write it; the generated class also has
    parameter_count, the integer.
    """
    parameter_count: int | None
    """The exact number of stored weights, where it is known; must agree with
    `parameters`.
    """
    active_parameters: str | None
    """Weights used for one token, where fewer than `parameters` (mixture of experts)."""
    active_parameter_count: int | None
    """The exact number of weights used for one token, where it is known; must agree
    with `active_parameters`.
    """
    hidden_dim: int | None
    """Width of the backbone."""
    context_length: int | None
    """Longest input that the network takes, in tokens (time series: in time points)."""
    max_sequence_length: int | None
    """Where the published configuration cuts an input, in tokens, if below
    context_length; for chunks there is `chunk_length`, the smaller of both.
    """
    max_position_embeddings: int | None
    """As in config.json; RoBERTa-like models reserve two of them."""
    vocab_size: int | None
    """Rows of the input embedding matrix."""
    num_layers: int | None
    """Transformer layers."""
    num_attention_heads: int | None
    """Attention heads per layer."""
    memory_mb: float | None
    """Size of the weights as stored, in MiB."""
    config_file: str | None
    """Configuration."""
    tokenizer_file: str | None
    """Tokenizer."""
    safetensors_files: tuple[str, ...]
    """safetensors files."""
    pytorch_files: tuple[str, ...]
    """Pickled PyTorch files; never loaded unless asked for."""
    onnx_files: tuple[str, ...]
    """ONNX files."""
    openvino_files: tuple[str, ...]
    """OpenVINO files."""
    gguf_files: tuple[str, ...]
    """GGUF files."""
    variants: tuple[Variant, ...]
    """Quantized or converted versions of the model."""
    modalities: tuple[words.Modality, ...]
    """Input modality."""
    quantization: tuple[words.NumberFormat, ...]
    """Number formats it is known to work in."""
    tokenizer_model: str | None
    """Repository of the tokenizer, where it is not the model's own."""
    packages: tuple[str, ...]
    """Python packages beyond the usual ones, as requirements."""
    trust_remote_code: bool | None
    """Whether loading runs code from the repository; only ever done when asked for, and
    with a pinned revision. Absent: unknown.
    """
    gated: bool | None
    """Whether the Hub asks for an agreement first."""
    batch_size: int | None
    """Batch size to start with."""
    memory_per_batch_mb: int | None
    """Memory for one such batch, in MiB."""
    gpu_recommended: bool | None
    """Whether it is too slow without a GPU for interactive use."""
    sources: tuple[str, ...]
    """Where the facts come from: name of the source, then the fields it gave. The
    beginning of a name says how the facts are known: `computed:` is arithmetic over
    facts that others state, `inferred:` a guess from a weak hint, `unverified:` recall
    that no source here confirms; all other sources state the facts. A name that ends in
    `@` and a commit is of that commit.
    """
    overruled: Mapping[str, object]
    """Rules that object to this entry although it is right: name of the rule, then the
    reason.
    """
    metadata: Mapping[str, object]
    """Anything else, free-form; reaches the generated class as a read-only mapping."""

    def __init__(
        self,
        *,
        id: str,
        name: str,
        description: str,
        huggingface_id: str | None = None,
        revision: str | None = None,
        provider: str | None = None,
        provider_model: str | None = None,
        base_url: str | None = None,
        organization: str,
        release_date: str | None = None,
        license: str | None = None,
        status: words.Status = "active",
        superseded_by: str | None = None,
        aliases: tuple[str, ...] = (),
        former_ids: tuple[str, ...] = (),
        exports: tuple[Export, ...] = (),
        architecture_type: str | None = None,
        architecture_variant: str | None = None,
        base_model: str | None = None,
        parameters: str | None = None,
        parameter_count: int | None = None,
        active_parameters: str | None = None,
        active_parameter_count: int | None = None,
        hidden_dim: int | None = None,
        context_length: int | None,
        max_sequence_length: int | None = None,
        max_position_embeddings: int | None = None,
        vocab_size: int | None = None,
        num_layers: int | None = None,
        num_attention_heads: int | None = None,
        memory_mb: float | None = None,
        config_file: str | None = None,
        tokenizer_file: str | None = None,
        safetensors_files: tuple[str, ...] = (),
        pytorch_files: tuple[str, ...] = (),
        onnx_files: tuple[str, ...] = (),
        openvino_files: tuple[str, ...] = (),
        gguf_files: tuple[str, ...] = (),
        variants: tuple[Variant, ...] = (),
        modalities: tuple[words.Modality, ...] = (),
        quantization: tuple[words.NumberFormat, ...] = (),
        tokenizer_model: str | None = None,
        packages: tuple[str, ...] = (),
        trust_remote_code: bool | None = None,
        gated: bool | None = None,
        batch_size: int | None = None,
        memory_per_batch_mb: int | None = None,
        gpu_recommended: bool | None = None,
        sources: tuple[str, ...] = (),
        overruled: Mapping[str, object] = FrozenDict(),
        metadata: Mapping[str, object] = FrozenDict(),
    ) -> None:
        assign = object.__setattr__
        assign(self, "id", id)
        assign(self, "name", name)
        assign(self, "description", description)
        if huggingface_id is not None:
            assign(self, "huggingface_id", huggingface_id)
        if revision is not None:
            assign(self, "revision", revision)
        if provider is not None:
            assign(self, "provider", provider)
        if provider_model is not None:
            assign(self, "provider_model", provider_model)
        if base_url is not None:
            assign(self, "base_url", base_url)
        assign(self, "organization", organization)
        if release_date is not None:
            assign(self, "release_date", release_date)
        if license is not None:
            assign(self, "license", license)
        if status != "active":
            assign(self, "status", status)
        if superseded_by is not None:
            assign(self, "superseded_by", superseded_by)
        if aliases:
            assign(self, "aliases", aliases)
        if former_ids:
            assign(self, "former_ids", former_ids)
        if exports:
            assign(self, "exports", exports)
        if architecture_type is not None:
            assign(self, "architecture_type", architecture_type)
        if architecture_variant is not None:
            assign(self, "architecture_variant", architecture_variant)
        if base_model is not None:
            assign(self, "base_model", base_model)
        if parameters is not None:
            assign(self, "parameters", parameters)
        if parameter_count is not None:
            assign(self, "parameter_count", parameter_count)
        if active_parameters is not None:
            assign(self, "active_parameters", active_parameters)
        if active_parameter_count is not None:
            assign(self, "active_parameter_count", active_parameter_count)
        if hidden_dim is not None:
            assign(self, "hidden_dim", hidden_dim)
        assign(self, "context_length", context_length)
        if max_sequence_length is not None:
            assign(self, "max_sequence_length", max_sequence_length)
        if max_position_embeddings is not None:
            assign(self, "max_position_embeddings", max_position_embeddings)
        if vocab_size is not None:
            assign(self, "vocab_size", vocab_size)
        if num_layers is not None:
            assign(self, "num_layers", num_layers)
        if num_attention_heads is not None:
            assign(self, "num_attention_heads", num_attention_heads)
        if memory_mb is not None:
            assign(self, "memory_mb", memory_mb)
        if config_file is not None:
            assign(self, "config_file", config_file)
        if tokenizer_file is not None:
            assign(self, "tokenizer_file", tokenizer_file)
        if safetensors_files:
            assign(self, "safetensors_files", safetensors_files)
        if pytorch_files:
            assign(self, "pytorch_files", pytorch_files)
        if onnx_files:
            assign(self, "onnx_files", onnx_files)
        if openvino_files:
            assign(self, "openvino_files", openvino_files)
        if gguf_files:
            assign(self, "gguf_files", gguf_files)
        if variants:
            assign(self, "variants", variants)
        if modalities:
            assign(self, "modalities", modalities)
        if quantization:
            assign(self, "quantization", quantization)
        if tokenizer_model is not None:
            assign(self, "tokenizer_model", tokenizer_model)
        if packages:
            assign(self, "packages", packages)
        if trust_remote_code is not None:
            assign(self, "trust_remote_code", trust_remote_code)
        if gated is not None:
            assign(self, "gated", gated)
        if batch_size is not None:
            assign(self, "batch_size", batch_size)
        if memory_per_batch_mb is not None:
            assign(self, "memory_per_batch_mb", memory_per_batch_mb)
        if gpu_recommended is not None:
            assign(self, "gpu_recommended", gpu_recommended)
        if sources:
            assign(self, "sources", sources)
        if overruled:
            assign(self, "overruled", overruled)
        if metadata:
            assign(self, "metadata", metadata)

    @property
    def chunk_length(self) -> int | None:
        """How many tokens of a text count, for code that cuts texts into chunks.

        The least of context_length, max_sequence_length and document_length that is known.
        """
        names = ("context_length", "max_sequence_length", "document_length")
        lengths = [getattr(self, name, None) for name in names]
        return min((length for length in lengths if length is not None), default=None)

    if not TYPE_CHECKING:

        def __str__(self):
            return self.id

        def __hash__(self):
            return hash(self.id)

        @classmethod
        def __get_pydantic_core_schema__(cls, source, handler):
            return part("in_pydantic").model_schema(cls, handler(source), handler)
