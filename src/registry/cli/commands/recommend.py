"""`registry recommend`: which models to take, why, and what would make the others fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from registry.cli.options.catalogue import CatalogueOption
from registry.cli.options.parameters import AsJson
from registry.cli.terminal.failure import USAGE, CommandError
from registry.cli.terminal.output import inform, write_json
from registry.cli.terminal.table import write_rows
from registry.errors import InputError

if TYPE_CHECKING:
    from registry.fit import (
        Fit,
        LeftOut,
        Machine,
        MemoryEstimate,
        Recommendation,
        Recommendations,
        Tier,
        TooLarge,
    )

# As registry.fit.TASKS, which is imported only where it is used.
TaskName = Annotated[
    Literal["retrieval", "rerank", "chat", "code"] | None,
    typer.Option("--task", help="Task; retrieval unless --tiers shows all."),
]
Language = Annotated[
    str | None,
    typer.Option("--language", help="ISO 639 code of a language that models must be made for."),
]
Vram = Annotated[
    str | None,
    typer.Option(
        "--vram", metavar="SIZE", help="For a GPU with this much free memory, such as 8GB."
    ),
]
Ram = Annotated[
    str | None,
    typer.Option(
        "--ram", metavar="SIZE", help="For a CPU with this much free memory, such as 16GB."
    ),
]
Cores = Annotated[
    int | None, typer.Option("--cores", min=1, help="Cores of that CPU; 4 by default.")
]
Auto = Annotated[
    bool, typer.Option("--auto", help="For this machine; the default without --vram and --ram.")
]
Tiers = Annotated[bool, typer.Option("--tiers", help="For four classes of machines.")]
Context = Annotated[
    int | None,
    typer.Option("--context", min=1, help="Tokens per text; 512, for language models 4096."),
]
Quantization = Annotated[
    str | None, typer.Option("--quantization", help="Only in this format: q4_K_M, fp16, ...")
]
Limit = Annotated[
    int | None,
    typer.Option("--limit", min=1, help="Show at most N models that fit and N that do not."),
]


def recommend(
    task: TaskName = None,
    language: Language = None,
    vram: Vram = None,
    ram: Ram = None,
    cores: Cores = None,
    auto: Auto = False,
    tiers: Tiers = False,
    context: Context = None,
    quantization: Quantization = None,
    limit: Limit = None,
    catalogue: CatalogueOption = None,
    as_json: AsJson = False,
) -> None:
    """Show which models fit into memory, the best first.

    For this machine (the GPU with the most free memory, else RAM), or one described by its free
    memory; GB means 2**30 bytes. Needs are estimates, good to about 15 %. In a pipe one line per
    model, tab-separated: model, yes or no, format, need, why; with --tiers after machine and
    task. With --json every part of every need, and what was left out and why.

    Example: registry recommend --task rerank --vram 8GB
    """
    from registry.fit import TASKS, recommend_tiers
    from registry.fit import recommend as recommend_for

    _check_one_machine(vram=vram, ram=ram, auto=auto, tiers=tiers, cores=cores)
    try:
        if tiers:
            found = recommend_tiers(
                TASKS if task is None else (task,),
                language=language,
                context=context,
                quantization=quantization,
                limit=limit or 3,
                catalogue=catalogue,
            )
            _show_tiers(found, as_json=as_json)
            return
        one = recommend_for(
            task or "retrieval",
            machine=_machine(vram, ram, cores),
            language=language,
            context=context,
            quantization=quantization,
            limit=limit or 5,
            catalogue=catalogue,
        )
    except InputError as error:
        raise CommandError(str(error), USAGE) from None
    _show(one, as_json=as_json)


def _check_one_machine(
    *, vram: str | None, ram: str | None, auto: bool, tiers: bool, cores: int | None
) -> None:
    wanted = {
        "--vram": vram is not None,
        "--ram": ram is not None,
        "--auto": auto,
        "--tiers": tiers,
    }
    given = [name for name, is_given in wanted.items() if is_given]
    if len(given) > 1:
        raise CommandError(f"{' and '.join(given)} name several machines; give one", USAGE)
    if cores is not None and ram is None:
        raise CommandError("--cores belongs to --ram", USAGE)


def _machine(vram: str | None, ram: str | None, cores: int | None) -> Machine:
    from registry.fit import machine_with, parse_memory, this_machine

    if vram is not None:
        return machine_with(vram=parse_memory(vram))
    if ram is not None:
        return machine_with(ram=parse_memory(ram), cores=cores)
    return this_machine()


def _show(found: Recommendations, *, as_json: bool) -> None:
    if as_json:
        write_json(_record(found))
        return
    write_rows(("model", "fits", "format", "needs", "why"), list(_rows(found)), {"model": "cyan"})
    inform(_where(found.machine))
    if not found.fitting:
        inform(f"nothing for {found.task} fits")
    for note in (*found.machine.notes, *found.notes, *found.advice):
        inform(note)


def _rows(found: Recommendations) -> Iterator[tuple[str, ...]]:
    from registry.fit.memory_size import human_memory

    every: tuple[Recommendation | TooLarge, ...] = (*found.fitting, *found.too_large)
    for each in every:
        need = each.fit.estimate
        fits = "yes" if each.fit else "no"
        yield each.model.id, fits, need.quantization, human_memory(need.total), each.reason


def _where(machine: Machine) -> str:
    from registry.fit.memory_size import human_memory

    cores = f" on {machine.cores} cores" if machine.device == "cpu" else ""
    return f"for {machine.name} with {human_memory(machine.memory)} free{cores}"


def _show_tiers(
    found: tuple[tuple[Tier, tuple[Recommendations, ...]], ...], *, as_json: bool
) -> None:
    if as_json:
        write_json(
            [{"tier": tier.name, "tasks": [_record(each) for each in all_]} for tier, all_ in found]
        )
        return
    rows = [
        (tier.name, each.task, *row)
        for tier, all_ in found
        for each in all_
        for row in [row for row in _rows(each) if row[1] == "yes"] or [("-", "no", "", "", "")]
    ]
    head = ("machine", "task", "model", "fits", "format", "needs", "why")
    write_rows(head, rows, {"model": "cyan"})
    for note in dict.fromkeys(note for _, all_ in found for each in all_ for note in each.notes):
        inform(note)


def _record(found: Recommendations) -> dict[str, Any]:
    machine = found.machine
    return {
        "task": found.task,
        "machine": asdict(machine),
        "fitting": [
            {
                **_model(each),
                **_fit(each.fit),
                "figure": each.figure,
                "speed": _speed(each),
                "engines": list(each.engines),
            }
            for each in found.fitting
        ],
        "too_large": [
            {
                **_model(each),
                **_fit(each.fit),
                "cures": [
                    {"change": cure.change, "need": _need(cure.estimate)} for cure in each.fit.cures
                ],
            }
            for each in found.too_large
        ],
        "left_out": [_model(each) for each in found.left_out],
        "notes": list(found.notes),
        "advice": list(found.advice),
    }


def _model(each: Recommendation | TooLarge | LeftOut) -> dict[str, Any]:
    return {"id": each.model.id, "reason": each.reason}


def _speed(each: Recommendation) -> dict[str, Any]:
    pace = each.speed
    per_second = None if pace.per_second is None else round(pace.per_second, 1)
    return {"per_second": per_second, "unit": pace.unit, "fast_enough": pace.fast_enough}


def _fit(fit: Fit) -> dict[str, Any]:
    return {"need": _need(fit.estimate), "spare": fit.spare, "missing": fit.missing}


def _need(estimate: MemoryEstimate) -> dict[str, Any]:
    parts = {name: value for name, value in asdict(estimate).items() if name != "model_id"}
    return {**parts, "total": estimate.total}
