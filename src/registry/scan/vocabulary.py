"""The names of a catalogue's models, and what a text in other code names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from registry.catalogue.here import Catalogue
from registry.models.constants import constant_name
from registry.models.kinds import Registered
from registry_base.spellings import spellings

_LONGEST = 200
_GOOGLE = "models/"

# "ollama/llama3.1:8b", "huggingface:BAAI/bge-m3": how routers and frameworks name the server.
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
    """What a text names: a model, or several that share the name.

    Without any, only its organization is known. today: the repository's present name, if the text
    is a former one. loosely: by a short name of ours, which others may use for similar models.
    """

    text: str
    models: tuple[Registered, ...]
    today: str | None = None
    loosely: bool = False


class Vocabulary:
    """Every name of every model of a catalogue, in lower case.

    >>> from registry.catalogue.here import catalogue_here
    >>> vocabulary = Vocabulary(catalogue_here("registry"))
    >>> [model.id for model in vocabulary.look_up("baai/bge-m3", in_context=False).models]
    ['bge-m3']
    >>> vocabulary.look_up("mpnet", in_context=False)
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._by_id: Mapping[str, Registered] = catalogue.module.MODELS_BY_ID
        constants = {constant_name(each).casefold() for each in self._by_id} - {*self._by_id}
        self._names = {name: ids for name, ids in catalogue.names.items() if name not in constants}
        for model in self._by_id.values():  # "bge-m3": as people shorten repositories
            base = (model.huggingface_id or "").casefold().partition("/")[2]
            if base and base not in self._names:
                self._names[base] = (model.id,)
        self._former = {
            name.casefold(): model.huggingface_id or model.id
            for model in self._by_id.values()
            for name in getattr(model, "former_ids", ())
        }
        self.organizations = frozenset(
            model.huggingface_id.partition("/")[0].casefold()
            for model in self._by_id.values()
            if model.huggingface_id
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def look_up(self, text: str, *, in_context: bool, kind: str | None = None) -> Named | None:
        """The model that a text names, if any; a common word counts only if a model is meant."""
        if "://" in text or len(text) > _LONGEST:
            return None
        folded = text.casefold()
        named = self._find(text, folded, in_context=in_context, kind=kind)
        if named is None and (prefix := _PREFIX.match(folded)):
            named = self._find(text, folded[prefix.end() :], in_context=True, kind=kind)
        if named is None and folded.startswith(_GOOGLE):  # else it is a folder
            found = self._find(text, folded[len(_GOOGLE) :], in_context=in_context, kind=kind)
            named = found if found and found.models[0].huggingface_id is None else None
        if named is None and in_context and self._is_foreign(folded):
            return Named(text, ())
        return named

    def _find(self, text: str, folded: str, *, in_context: bool, kind: str | None) -> Named | None:
        name = folded
        if name not in self._names and (":" in name or "/" in name):
            name = next((each for each in spellings(name) if each in self._names), name)
        ids = self._names.get(name)
        if ids is None or not (in_context or _is_distinctive(folded)):
            return None
        models = [self._by_id[each] for each in ((name,) if name in ids else ids)]
        fitting = [model for model in models if model.kind == kind] or models
        if len({model.kind for model in fitting}) > 1 and not _is_distinctive(name):
            return None  # a short name shared by several types says nothing
        loosely = not _is_distinctive(name) and not any(_is_served_as(name, m) for m in fitting)
        return Named(text, tuple(fitting), self._former.get(name), loosely)

    def _is_foreign(self, folded: str) -> bool:
        """Whether a text looks like a repository of a known organization."""
        return bool(
            _REPOSITORY.fullmatch(folded)
            and folded.partition("/")[0] in self.organizations
            and not _FILE.search(folded)
        )


def _is_served_as(name: str, model: Registered) -> bool:
    """Whether some runtime uses this name for a model."""
    tag: str | None = getattr(model, "ollama_tag", None)
    names: tuple[str, ...] = getattr(model, "ollama_names", ())
    api: str | None = getattr(model, "provider_model", None)
    known = (tag, *names, api, (model.huggingface_id or "").partition("/")[2])
    return name in {each.casefold().partition(":")[0] for each in known if each}


def _is_distinctive(folded: str) -> bool:
    """Whether a name can hardly be anything but a model: `mistral` and `frida` can."""
    if "/" in folded:
        return True
    # "nomic-embed-text" can hardly be ordinary words, "neural-chat" can.
    return folded.count("-") > 1 or bool(re.search(r"[-:_.]", folded) and re.search(r"\d", folded))
