"""What control groups of Linux allow this process, if that is less than the machine has."""

from __future__ import annotations

import re
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_OWN = Path("/proc/self/cgroup")
# How version 1 writes "no limit": the largest number of pages, in bytes.
_NO_LIMIT = 1 << 62


def memory_left(root: Path = _ROOT, own: Path = _OWN) -> int | None:
    """Bytes left before a limit is reached; None without a limit.

    Cached files that can be dropped do not count as used.
    """
    left = [
        limit - used
        for folder in _groups(root, own, "memory")
        for limit, used in [_limit_and_use(folder)]
        if limit is not None
    ]
    return max(min(left), 0) if left else None


def cores_allowed(root: Path = _ROOT, own: Path = _OWN) -> float | None:
    """How many cores' worth of time a quota allows; None without a quota."""
    allowed = [
        quota for folder in _groups(root, own, "cpu") if (quota := _quota(folder)) is not None
    ]
    return min(allowed) if allowed else None


def _groups(root: Path, own: Path, controller: str) -> list[Path]:
    """The folders of this process's group and those above it, in version 2 and in version 1."""
    folders: list[Path] = []
    for line in (_text(own) or "").splitlines():
        number, controllers, path = line.split(":", 2)
        if number == "0":
            base = root
        elif controller in controllers.split(","):
            base = root / controllers
            if not base.is_dir():
                base = root / controller
        else:
            continue
        # A container may see its group as the root, and its path as the host's.
        inner = base / path.strip("/")
        folders += [inner, *(each for each in inner.parents if each.is_relative_to(base))]
    return [folder for folder in folders if folder.is_dir()]


def _limit_and_use(folder: Path) -> tuple[int | None, int]:
    statistics = _text(folder / "memory.stat") or ""
    # Version 1 also counts the group without those below it; the use is that of all.
    droppable = map(int, re.findall(r"^(?:total_)?inactive_file (\d+)$", statistics, re.MULTILINE))
    limit = _number(folder / "memory.max")
    used = _number(folder / "memory.current")
    if limit is None:
        limit = _number(folder / "memory.limit_in_bytes")
        used = _number(folder / "memory.usage_in_bytes")
    if limit is None or limit >= _NO_LIMIT:
        return None, 0
    return limit, max((used or 0) - max(droppable, default=0), 0)


def _quota(folder: Path) -> float | None:
    both = (_text(folder / "cpu.max") or "").split()
    if len(both) == 2 and both[0].isdecimal():
        return int(both[0]) / int(both[1])
    quota = _number(folder / "cpu.cfs_quota_us")
    period = _number(folder / "cpu.cfs_period_us")
    return quota / period if quota and period else None


def _number(file: Path) -> int | None:
    text = (_text(file) or "").strip()
    return int(text) if text.isdecimal() else None


def _text(file: Path) -> str | None:
    try:
        return file.read_text("utf-8", "surrogateescape")  # names of groups are bytes
    except OSError:
        return None
