"""The best models for typical machines, found by the same estimates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from registry.catalogue.here import catalogue_here
from registry.catalogue.places import CatalogueLike
from registry.fit._recommendation import Recommendations, recommend
from registry.fit._tasks import TASKS, Task
from registry.fit.machine import Machine, machine_with
from registry.models.kinds import Weighed

_GIB = 2**30


@dataclass(frozen=True)
class Tier:
    """A class of machines; `machine` is the smallest of them, so that the others fit as well."""

    name: str
    machine: Machine


TIERS = (
    Tier("CPU only, 8 GB of RAM free", machine_with(ram=8 * _GIB)),
    Tier("GPU of 2 to 4 GB", machine_with(vram=2 * _GIB)),
    Tier("GPU of 8 to 16 GB", machine_with(vram=8 * _GIB)),
    Tier("GPU of 24 GB and more", machine_with(vram=24 * _GIB)),
)


def recommend_tiers(
    tasks: Sequence[Task] = TASKS,
    *,
    language: str | None = None,
    context: int | None = None,
    quantization: str | None = None,
    limit: int | None = 3,
    models: Iterable[Weighed] | None = None,
    catalogue: CatalogueLike | None = None,
) -> tuple[tuple[Tier, tuple[Recommendations, ...]], ...]:
    """What `recommend` says for each class of machines and each task.

    Raises InputError as `recommend` does.

    >>> for tier, (chat,) in recommend_tiers(["chat"], limit=1):
    ...     print(f"{tier.name}: {chat.fitting[0].model.id}")
    CPU only, 8 GB of RAM free: qwen3.5-4b
    GPU of 2 to 4 GB: qwen3-0.6b
    GPU of 8 to 16 GB: gemma-4-e4b-it
    GPU of 24 GB and more: qwen3.6-27b
    """
    pool = tuple(catalogue_here(catalogue).models if models is None else models)
    return tuple(
        (
            tier,
            tuple(
                recommend(
                    task,
                    machine=tier.machine,
                    language=language,
                    context=context,
                    quantization=quantization,
                    limit=limit,
                    models=pool,
                )
                for task in tasks
            ),
        )
        for tier in TIERS
    )
