"""What a publisher files a repository under: its task, its tags, the library that loads it.

Most tasks are declared for several types, sometimes by the Hub itself; a few are done by only one
type. Each piece of this is separate evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from registry.hub._facts.reading import Reader

Vote = tuple[str, str]
"""A type, and the evidence."""

_ENCODERS = frozenset({"dense", "sparse", "colbert", "vision-language"})
# Tasks that one type alone does: https://huggingface.co/tasks
_DECIDING = {
    "text-ranking": "cross-encoder",
    "text-generation": "llm",
    "image-text-to-text": "llm",
    "time-series-forecasting": "timeseries",
    "visual-document-retrieval": "vision-language",
}
# Which other types each task is declared for; none for tasks that are not here.
_SAID_OF = {
    "text-ranking": frozenset({"cross-encoder", "colbert"}),
    "text-classification": frozenset({"cross-encoder"}),
    "zero-shot-classification": frozenset({"cross-encoder"}),
    "feature-extraction": _ENCODERS,
    "sentence-similarity": _ENCODERS,
    "fill-mask": _ENCODERS | {"cross-encoder"},
    "image-feature-extraction": frozenset({"dense", "vision-language"}),
    "zero-shot-image-classification": frozenset({"dense", "vision-language"}),
    "visual-document-retrieval": frozenset({"vision-language", "colbert"}),
    "image-text-to-text": frozenset({"llm", "vision-language"}),
    "any-to-any": frozenset({"llm", "vision-language"}),
    "time-series-forecasting": frozenset({"timeseries"}),
    **dict.fromkeys(
        (
            "text-generation",
            "text2text-generation",
            "conversational",
            "translation",
            "summarization",
            "question-answering",
            "table-question-answering",
            "image-to-text",
            "visual-question-answering",
            "document-question-answering",
            "video-text-to-text",
            "audio-text-to-text",
        ),
        frozenset({"llm"}),
    ),
}
# Tasks that contradict a layout; others are sometimes declared for it.
_TELLING = frozenset({*_DECIDING, "text-classification"}) - {"image-text-to-text"}
_TAGS = {
    "splade": ("sparse",),
    "sparse-encoder": ("sparse",),
    "cross-encoder": ("cross-encoder",),
    "rerank": ("cross-encoder",),
    "reranker": ("cross-encoder",),
    "reranking": ("cross-encoder",),
    "colbert": ("colbert", "vision-language"),
    "late-interaction": ("colbert", "vision-language"),
    "mteb": (*sorted(_ENCODERS), "cross-encoder"),  # has results in that benchmark
}
_LIBRARY = "sentence-transformers"
_RANKS = re.compile(r"re-?rank|cross-?encoder|ranker", re.IGNORECASE)
_EMBEDS = re.compile(r"(?<![a-z])embed(s|der|ding|dings)?(?![a-z])", re.IGNORECASE)
# What a task or a tag means if it is not of one type.
_MEANS = {
    "text-classification": "a classifier",
    "zero-shot-classification": "a classifier",
    "feature-extraction": "an encoder",
    "sentence-similarity": "an encoder",
    "mteb": "an encoder or a reranker",
}


@dataclass(frozen=True)
class Filing:
    """What a repository is filed under."""

    task: str | None
    tags: frozenset[str]
    by_library: bool
    name: str

    @classmethod
    def of(cls, reader: Reader) -> Filing:
        """That of a repository."""
        metadata = reader.source.metadata
        tags = frozenset(tag.casefold() for tag in metadata.tags)
        library = _LIBRARY in tags or metadata.library == _LIBRARY
        return cls(metadata.pipeline_tag, tags, library, reader.source.huggingface_id)

    @property
    def decides(self) -> Iterator[Vote]:
        """The type of a task that no other type does."""
        if self.task in _DECIDING:
            yield _DECIDING[self.task], self.said_task

    @property
    def said_task(self) -> str:
        """How the task is cited."""
        return f"pipeline_tag {self.task}"

    @property
    def _said_name(self) -> str:
        return f"the name {self.name}"

    def ranks(self) -> str | None:
        """The evidence that it ranks texts by how well they answer a query; None without any."""
        named = [f"tag {tag}" for tag in sorted(self.tags) if _TAGS.get(tag) == ("cross-encoder",)]
        if self.task == "text-ranking" or (
            self.task == "text-classification" and (self.by_library or named)
        ):
            named.insert(0, self.said_task)
        if self.by_library:
            named.append(_LIBRARY)
        if _RANKS.search(self.name):
            named.append(self._said_name)
        return " and ".join(named) or None

    def ranks_twice(self) -> str | None:
        """The same if a task says so, and the library, a tag or the name: stronger than a head."""
        evidence = self.ranks()
        return evidence if evidence and evidence.startswith("pipeline_tag") and (
            " and " in evidence
        ) else None  # fmt: skip

    def contradicts_layout(self, types: Iterable[str]) -> Iterator[Vote]:
        """Evidence for a type other than these, which a layout shows."""
        yield from self._task_against(types, _TELLING)
        yield from self._tags_against(types)

    def contradicts_head(self, types: Iterable[str]) -> Iterator[Vote]:
        """Evidence for a type other than these, which the head of a network allows."""
        types = frozenset(types)
        yield from self._task_against(types, None)
        yield from self._tags_against(types)
        if types == frozenset({"llm"}):
            if self.by_library:
                yield "an encoder or a reranker", _LIBRARY
            if _RANKS.search(self.name):
                yield "cross-encoder", self._said_name
            elif _EMBEDS.search(self.name.rpartition("/")[2]):
                yield "an encoder", self._said_name

    def _task_against(self, types: Iterable[str], telling: frozenset[str] | None) -> Iterator[Vote]:
        if self.task is None or (telling is not None and self.task not in telling):
            return
        said_of = _SAID_OF.get(self.task, frozenset[str]())
        if not said_of.intersection(types):
            means = _DECIDING.get(self.task) or _MEANS.get(self.task) or "something else"
            yield means, self.said_task

    def _tags_against(self, types: Iterable[str]) -> Iterator[Vote]:
        for tag in sorted(self.tags & _TAGS.keys()):
            if not set(_TAGS[tag]).intersection(types):
                yield _MEANS.get(tag) or _TAGS[tag][0], f"tag {tag}"
