"""The names of a catalogue's models, and what a text in somebody's code names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from registry.models.kinds import Registered

# "ollama/llama3.1:8b", "huggingface:BAAI/bge-m3": how routers and frameworks say who serves it.
_PREFIX = re.compile(
    r"(?:hf|huggingface|hugging_face|local|sentence[-_]transformers|fastembed|ollama|ollama_chat|"
    r"openai|azure|azure_openai|mistral|mistralai|cohere|voyage|jina|jina_ai|gemini|vertex_ai|"
    r"google|google_genai|vllm|hosted_vllm|litellm|lm_studio|groq|together_ai|deepinfra|text-"
    r"completion-openai|bedrock|anthropic)[:/](?=.)",
    re.IGNORECASE,
)
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_FILE = re.compile(
    r"\.(?:py|json|jsonl|ya?ml|toml|txt|md|csv|git|bin|pt|onnx|gguf|safetensors|html?|js|ts|sh)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Named:
    """What a text names: models, several if they share the name.

    Without any, only its organization is known. former: the repository was called that before.
    """

    text: str
    models: tuple[Registered, ...]
    former: bool = False


@dataclass
class Vocabulary:
    """Every name of every model, in small letters."""

    models: Iterable[Registered]
    _certain: dict[str, list[Registered]] = field(init=False, default_factory=dict)
    _in_context: dict[str, list[Registered]] = field(init=False, default_factory=dict)
    _former: set[str] = field(init=False, default_factory=set)
    organizations: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        for model in self.models:
            for name in (*names_of(model), *former_names(model)):
                folded = name.casefold()
                where = self._certain if _is_distinctive(folded) else self._in_context
                owners = where.setdefault(folded, [])
                if model not in owners:
                    owners.append(model)
            self._former.update(name.casefold() for name in former_names(model))
        self._former.difference_update(
            (model.huggingface_id or "").casefold() for model in self.models
        )
        self.organizations = frozenset(
            model.huggingface_id.partition("/")[0].casefold()
            for model in self.models
            if model.huggingface_id
        )

    def __iter__(self) -> Iterator[str]:
        yield from self._certain
        yield from self._in_context

    def look_up(self, text: str, *, in_context: bool, kind: str | None = None) -> Named | None:
        """What a text names, if it names anything; a common word only where a model is meant.

        >>> from registry import MODEL_REGISTRY
        >>> vocabulary = Vocabulary(MODEL_REGISTRY)
        >>> [model.id for model in vocabulary.look_up("baai/bge-m3", in_context=False).models]
        ['bge-m3']
        >>> vocabulary.look_up("mpnet", in_context=False)
        """
        folded = text.casefold()
        if found := self._find(folded, in_context=in_context, kind=kind):
            return Named(text, found, folded in self._former)
        if prefix := _PREFIX.match(folded):
            rest = text[prefix.end() :]
            if found := self._find(rest.casefold(), in_context=True, kind=kind):
                return Named(rest, found, rest.casefold() in self._former)
        if in_context and self._is_foreign(folded):
            return Named(text, ())
        return None

    def _find(self, folded: str, *, in_context: bool, kind: str | None) -> tuple[Registered, ...]:
        folded = folded.removesuffix(":latest") if folded.endswith(":latest") else folded
        found = self._certain.get(folded)
        if found is None and in_context:
            found = self._in_context.get(folded)
            if found is not None and kind is None and len({model.kind for model in found}) > 1:
                return ()  # a short name of models of several types says nothing
        if not found:
            return ()
        return tuple(model for model in found if model.kind == kind) or tuple(found)

    def _is_foreign(self, folded: str) -> bool:
        """Whether a text looks like a repository of an organization that is known."""
        return bool(
            _REPOSITORY.fullmatch(folded)
            and folded.partition("/")[0] in self.organizations
            and not _FILE.search(folded)
        )


def names_of(model: Registered) -> Iterator[str]:
    """Every name of a model that somebody's code may use."""
    yield model.id
    yield from model.aliases
    if model.huggingface_id is not None:
        yield model.huggingface_id
        yield model.huggingface_id.partition("/")[2]  # as sentence-transformers takes it
    for field_name in ("ollama_tag", "provider_model"):
        name: str | None = getattr(model, field_name, None)
        if name is not None:
            yield name


def former_names(model: Registered) -> tuple[str, ...]:
    """What the repository of a model was called before."""
    names: tuple[str, ...] = getattr(model, "former_huggingface_ids", ())
    return names


def _is_distinctive(folded: str) -> bool:
    """Whether a name can hardly be anything but a model: `mistral` and `frida` can."""
    if "/" in folded:
        return True
    return bool(re.search(r"[-:_.]", folded) and re.search(r"\d", folded))
