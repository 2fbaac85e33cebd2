"""The default checkpoint of an architecture: from the Hub, remembered, well known, or guessed."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from registry.defaults._cache import CachedDefault, DefaultsCache
from registry.defaults._judgement import Candidate, Judged, judge, outranked
from registry.defaults._popular import query_huggingface_api, try_model_access
from registry.defaults._static import canonical_type, guess, static_defaults
from registry.errors import HubError
from registry.files.cache_folder import cache_folder
from registry.hub.endpoint import endpoint, who

Source = Literal["hub", "cache", "static", "guess"]

_MAX_AGE = timedelta(days=7)
_TRUE = {"1", "on", "true", "yes"}  # as huggingface_hub reads its own variables


@dataclass(frozen=True, kw_only=True)
class DefaultModel:
    """The default checkpoint of a model type.

    model_type: as transformers spells it.
    source: "hub", asked now; "cache", asked at most a week ago, or longer if the Hub is away;
    "static", well known; "guess", not backed by anything, `reason` says how little supports it.
    downloads: in the 30 days before the Hub was asked; None if it did not say.
    candidates: the popular models that were considered, most downloads first.
    notes: what went wrong on the way, such as that the Hub is away.
    """

    model_type: str
    huggingface_id: str
    source: Source
    reason: str
    downloads: int | None = None
    candidates: tuple[Candidate, ...] = ()
    notes: tuple[str, ...] = ()


def get_recommended_default_model(
    model_type: str, *, update: bool = False, cache_dir: str | Path | None = None
) -> DefaultModel:
    """The default checkpoint of an architecture, such as "bert", "gpt-j" or "whisper".

    The Hub's popular models decide if one of them is credible and can be read; the answer is
    remembered for a week. Else the well-known one, else a guess marked as one.

    update: ask the Hub now, however fresh the answer in the cache.
    cache_dir: the folder of huggingface_model_types.json; else REGISTRY_CACHE_DIR, else the
    user's cache.

    With USE_STATIC_REGISTRY=true neither the Hub nor the cache is used; with HF_HUB_OFFLINE=1 only
    the cache. Raises InputError for a text that cannot be a model type, and MissingExtraError
    without the extra `hub`. An unavailable Hub is a note, not an error.

        get_recommended_default_model("gpt-j").huggingface_id   # "EleutherAI/gpt-j-6b"
    """
    name = canonical_type(model_type)
    if _static_only():
        notes = ["the Hub is not asked: USE_STATIC_REGISTRY is set"] if update else []
        return _known_or_guessed(name, notes=notes)
    cache = DefaultsCache(cache_folder(cache_dir))
    cached = _of_this_hub(cache.read()).get(name)
    if cached is not None and not update and _is_fresh(cached):
        return _from_cache(name, cached, cache.notes)
    try:
        found = _from_hub(name)
    except HubError as error:
        cache.notes.append(str(error))
        if cached is not None:
            return _from_cache(name, cached, cache.notes)
        return _known_or_guessed(name, notes=cache.notes)
    if found.source != "guess":
        cache.write(
            name,
            CachedDefault(
                found.huggingface_id, found.candidates, found.reason, datetime.now(UTC), endpoint()
            ),
        )
    return replace(found, notes=tuple(cache.notes))


def known_default_models(*, cache_dir: str | Path | None = None) -> tuple[DefaultModel, ...]:
    """Every default that is known without asking the Hub, in alphabetical order of the types.

    Cached answers, however old, come before well-known ones.
    Raises MissingExtraError without the extra `hub`, unless USE_STATIC_REGISTRY=true.
    """
    cached: Mapping[str, CachedDefault] = {}
    notes: list[str] = []
    if not _static_only():
        cache = DefaultsCache(cache_folder(cache_dir))
        cached, notes = _of_this_hub(cache.read()), cache.notes
    return tuple(
        _from_cache(name, cached[name], notes)
        if name in cached
        else _known_or_guessed(name, notes=notes)
        for name in sorted({*static_defaults(), *cached})
    )


def _from_hub(model_type: str) -> DefaultModel:
    """Raises HubError."""
    judged = judge(query_huggingface_api(model_type), model_type)
    credible = [each for each in judged if not each.objections]
    winner = next((each for each in credible if try_model_access(each.model.huggingface_id)), None)
    candidates = tuple(
        Candidate(each.model.huggingface_id, each.model.downloads, _why_not(each, judged, winner))
        for each in sorted(judged, key=lambda each: -each.model.downloads)
    )
    if winner is None:
        return _known_or_guessed(model_type, candidates)
    merits = [merit for merit, has in winner.merits.items() if has]
    return DefaultModel(
        model_type=model_type,
        huggingface_id=winner.model.huggingface_id,
        source="hub",
        reason=f"popular; {', '.join(merits) or 'nothing speaks against it'}",
        downloads=winner.model.downloads,
        candidates=candidates,
    )


def _why_not(each: Judged, judged: Sequence[Judged], winner: Judged | None) -> str | None:
    if each is winner:
        return None
    if each.objections:
        return "; ".join(each.objections)
    if winner is not None and judged.index(winner) < judged.index(each):
        return outranked(each, winner)
    if each.model.gated:
        return "gated: accept the agreement on its page, and set the HF_TOKEN of that account"
    return "its config.json cannot be read"


def _known_or_guessed(
    model_type: str, candidates: tuple[Candidate, ...] | None = None, notes: Sequence[str] = ()
) -> DefaultModel:
    """Without the Hub, or (candidates given) if no popular model was credible."""
    source: Source
    if known := static_defaults().get(model_type):
        source, name, reason = "static", known.huggingface_id, "the well-known checkpoint"
        if known.gated:
            reason += ", gated: its page asks for an agreement"
    else:
        supposed = guess(model_type)
        source, name, reason = "guess", supposed.huggingface_id, supposed.reason
    if candidates is not None:
        reason = f"nothing popular on {who()} is credible and open; {reason}"
    return DefaultModel(
        model_type=model_type,
        huggingface_id=name,
        source=source,
        reason=reason,
        candidates=candidates or (),
        notes=tuple(notes),
    )


def _from_cache(name: str, entry: CachedDefault, notes: Sequence[str]) -> DefaultModel:
    downloads = {each.huggingface_id: each.downloads for each in entry.candidates}
    return DefaultModel(
        model_type=name,
        huggingface_id=entry.default_model,
        source="cache",
        reason=f"{entry.reason} (asked on {entry.updated_at:%Y-%m-%d})".lstrip(),
        downloads=downloads.get(entry.default_model),
        candidates=entry.candidates,
        notes=tuple(notes),
    )


def _of_this_hub(cached: Mapping[str, CachedDefault]) -> Mapping[str, CachedDefault]:
    """The entries from this Hub: answers of another one do not count."""
    here = endpoint()
    return {name: entry for name, entry in cached.items() if entry.endpoint in (None, here)}


def _is_fresh(entry: CachedDefault) -> bool:
    return timedelta() <= datetime.now(UTC) - entry.updated_at < _MAX_AGE


def _static_only() -> bool:
    return os.environ.get("USE_STATIC_REGISTRY", "").strip().lower() in _TRUE
