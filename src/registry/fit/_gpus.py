"""Graphics cards and their free memory, from their drivers; no library is loaded for it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_MIB = 2**20
_QUERY = "index,uuid,name,memory.total,memory.free"
_PATIENCE = 5.0  # seconds; a driver that is not kept loaded takes one or two to answer
_AMD = Path("/sys/class/drm")


@dataclass(frozen=True)
class Gpu:
    """A graphics card: name, memory and free memory, in bytes."""

    name: str
    total: int
    free: int


def find_gpus() -> tuple[tuple[Gpu, ...], tuple[str, ...]]:
    """The cards that programs may use here, and notes on those that could not be queried."""
    nvidia, notes = _ask_nvidia(os.environ)
    return (*nvidia, *amd_gpus(_AMD)), notes


def _ask_nvidia(environment: Mapping[str, str]) -> tuple[tuple[Gpu, ...], tuple[str, ...]]:
    program = shutil.which("nvidia-smi")
    if program is None:
        return (), ()
    try:
        answer = subprocess.run(
            [program, f"--query-gpu={_QUERY}", "--format=csv,noheader,nounits"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return (), (f"nvidia-smi did not answer within {_PATIENCE:g} seconds",)
    except OSError as error:
        return (), (f"nvidia-smi cannot be run: {error.strerror or error}",)
    if answer.returncode:
        lines = (answer.stdout.strip() or answer.stderr.strip() or "no message").splitlines()
        return (), (f"nvidia-smi: {lines[0]}",)
    return nvidia_gpus(answer.stdout, environment.get("CUDA_VISIBLE_DEVICES"))


def nvidia_gpus(answer: str, visible: str | None) -> tuple[tuple[Gpu, ...], tuple[str, ...]]:
    """The cards in nvidia-smi's table that CUDA_VISIBLE_DEVICES lets programs see, and notes.

    A card that does not say its memory (split into MIG instances, or sharing the machine's) is
    left out with a note. Cards are numbered as in nvidia-smi, by their place on the bus; CUDA does
    so if CUDA_DEVICE_ORDER is PCI_BUS_ID, else it puts the fastest first.

    >>> nvidia_gpus("0, GPU-1a, NVIDIA GeForce RTX 4090, 24564, 23888", None)[0][0].total // 2**20
    24564
    """
    gpus: list[Gpu] = []
    notes: list[str] = []
    for line in answer.splitlines():
        cells = [cell.strip() for cell in line.split(",")]
        if len(cells) < 5:
            continue
        index, uuid, *name, total, free = cells
        if not _is_visible(index, uuid, visible):
            continue
        if total.isdecimal() and free.isdecimal():
            gpus.append(Gpu(", ".join(name), int(total) * _MIB, int(free) * _MIB))
        else:
            notes.append(f"{', '.join(name)} does not say how much memory it has: give --vram")
    if visible is not None and "MIG-" in visible:
        notes.append("CUDA_VISIBLE_DEVICES names a part of a card, not asked for here: give --vram")
    return tuple(gpus), tuple(notes)


def _is_visible(index: str, uuid: str, visible: str | None) -> bool:
    if visible is None:
        return True
    wanted = [each.strip() for each in visible.split(",")]
    return any(each and (each == index or uuid.startswith(each)) for each in wanted)


def amd_gpus(folder: Path) -> tuple[Gpu, ...]:
    """The cards that Linux's driver amdgpu describes in /sys/class/drm."""
    return tuple(_amd_gpus(sorted(folder.glob("card[0-9]*/device/mem_info_vram_total"))))


def _amd_gpus(files: Iterable[Path]) -> Iterable[Gpu]:
    for file in files:
        try:
            total = int(file.read_text("ascii"))
            used = int((file.parent / "mem_info_vram_used").read_text("ascii"))
        except (OSError, ValueError):
            continue
        yield Gpu(_amd_name(file.parent), total, max(total - used, 0))


def _amd_name(device: Path) -> str:
    try:
        return (device / "product_name").read_text("utf-8").strip() or "AMD GPU"
    except (OSError, ValueError):
        return "AMD GPU"
