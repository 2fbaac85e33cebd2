"""Detecting a machine: drivers' answers, control groups, Apple's shared memory."""

import os
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.fit import Gpu, Machine, machine_with, this_machine
from registry.fit._gpus import amd_gpus, nvidia_gpus
from registry.fit._processor import bfloat16_of
from registry.fit.machine import apple_gpu, best_machine
from registry.limits import cores_allowed, memory_left

MIB, GIB = 2**20, 2**30
TWO = """\
0, GPU-8f3c1a52-0001, NVIDIA GeForce RTX 4090, 24564, 23888
1, GPU-77aa0b1c-0002, Tesla T4, 15360, 14910
"""
RTX = Gpu("NVIDIA GeForce RTX 4090", 24564 * MIB, 23888 * MIB)
T4 = Gpu("Tesla T4", 15360 * MIB, 14910 * MIB)


class TestNvidia:
    @pytest.mark.parametrize(
        ("visible", "gpus"),
        [
            (None, (RTX, T4)),
            ("0,1", (RTX, T4)),
            ("1", (T4,)),
            (" 1 , 0 ", (RTX, T4)),
            ("GPU-77aa", (T4,)),
            ("GPU-8f3c1a52-0001", (RTX,)),
            ("", ()),
            ("-1", ()),
            ("2", ()),
            ("NoDevFiles", ()),
        ],
    )
    def test_cards_that_programs_may_see(self, visible: str | None, gpus: tuple[Gpu, ...]) -> None:
        assert nvidia_gpus(TWO, visible) == (gpus, ())

    def test_a_card_that_does_not_say_its_memory(self) -> None:
        shared = "0, GPU-1, NVIDIA GB10, [N/A], [N/A]\n"
        note = "NVIDIA GB10 does not say how much memory it has: give --vram"
        assert nvidia_gpus(shared, None) == ((), (note,))
        # Hidden cards are not mentioned.
        assert nvidia_gpus(shared, "1") == ((), ())

    def test_a_part_of_a_card(self) -> None:
        gpus, (note,) = nvidia_gpus(TWO, "MIG-6a1b2c3d")
        assert (gpus, note) == (
            (),
            "CUDA_VISIBLE_DEVICES names a part of a card, not asked for here: give --vram",
        )

    def test_a_name_with_a_comma(self) -> None:
        (gpu,), _ = nvidia_gpus("0, GPU-1, Card, with comma, 100, 50", None)
        assert gpu == Gpu("Card, with comma", 100 * MIB, 50 * MIB)

    @pytest.mark.parametrize("answer", ["", "\n\n", "No devices were found\n", "0, GPU-1, 5, 5\n"])
    def test_no_table(self, answer: str) -> None:
        assert nvidia_gpus(answer, None) == ((), ())

    @given(answer=st.text(), visible=st.none() | st.text())
    def test_any_answer_is_read(self, answer: str, visible: str | None) -> None:
        gpus, _ = nvidia_gpus(answer, visible)
        assert all(gpu.total >= 0 and gpu.free >= 0 for gpu in gpus)


class TestAmd:
    def card(self, folder: Path, **files: str) -> None:
        folder.mkdir(parents=True)
        for name, text in files.items():
            (folder / name).write_text(text)

    def test_cards_of_the_driver_amdgpu(self, tmp_path: Path) -> None:
        self.card(
            tmp_path / "card1" / "device",
            mem_info_vram_total=f"{16 * GIB}\n",
            mem_info_vram_used=f"{GIB}\n",
            product_name="AMD Radeon RX 7800 XT\n",
        )
        self.card(
            tmp_path / "card0" / "device",
            mem_info_vram_total=f"{GIB // 2}\n",
            mem_info_vram_used=f"{GIB}\n",
        )
        assert amd_gpus(tmp_path) == (
            Gpu("AMD GPU", GIB // 2, 0),
            Gpu("AMD Radeon RX 7800 XT", 16 * GIB, 15 * GIB),
        )

    def test_what_is_no_such_card(self, tmp_path: Path) -> None:
        self.card(tmp_path / "card0" / "device", vendor="0x8086")  # of another vendor
        self.card(tmp_path / "card1" / "device", mem_info_vram_total="17179869184")
        self.card(tmp_path / "card2" / "device", mem_info_vram_total="many", mem_info_vram_used="1")
        (tmp_path / "renderD128").mkdir()
        assert amd_gpus(tmp_path) == ()
        assert amd_gpus(tmp_path / "missing") == ()


class TestApple:
    def test_three_quarters_are_for_the_gpu_and_no_more_than_is_free(self) -> None:
        assert apple_gpu("Darwin", "arm64", 16 * GIB, 14 * GIB) == Gpu(
            "Apple GPU", 12 * GIB, 12 * GIB
        )
        assert apple_gpu("Darwin", "arm64", 16 * GIB, 5 * GIB) == Gpu(
            "Apple GPU", 12 * GIB, 5 * GIB
        )

    @pytest.mark.parametrize(
        "system", [("Darwin", "x86_64"), ("Linux", "arm64"), ("Windows", "ARM64")]
    )
    def test_only_there(self, system: tuple[str, str]) -> None:
        assert apple_gpu(*system, 16 * GIB, 16 * GIB) is None


class TestChosen:
    def test_the_card_with_the_most_free_memory(self) -> None:
        busy = Gpu("busy", 80 * GIB, 3 * GIB)
        machine = best_machine((busy, T4), 64 * GIB, 8, ("a note",))
        assert machine == Machine(
            name="Tesla T4", device="gpu", memory=T4.free, cores=8, notes=("a note",)
        )

    def test_a_card_that_is_full_or_small(self) -> None:
        machine = best_machine((Gpu("Radeon", 512 * MIB, 500 * MIB),), 8 * GIB, 4)
        assert (machine.name, machine.device, machine.memory) == ("CPU", "cpu", 8 * GIB)
        assert machine.notes == ("Radeon has less than 2 GiB free: the CPU is used instead",)
        assert best_machine((Gpu("x", 2 * GIB, 2 * GIB),), GIB, 1).device == "gpu"

    def test_no_card(self) -> None:
        machine = best_machine((), 8 * GIB, 4)
        assert machine == Machine(name="CPU", device="cpu", memory=8 * GIB, cores=4)

    def test_described(self) -> None:
        assert machine_with(vram=GIB) == Machine(name="GPU", device="gpu", memory=GIB)
        assert machine_with(ram=GIB, cores=2) == Machine(
            name="CPU", device="cpu", memory=GIB, cores=2
        )


def group(root: Path, path: str, **files: object) -> None:
    folder = root / path
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(f"{content}\n")


def own(tmp_path: Path, *lines: str) -> Path:
    file = tmp_path / "own"
    file.write_text("".join(f"{line}\n" for line in lines))
    return file


class TestGroupsOfVersion2:
    def test_the_tightest_limit_above_counts(self, tmp_path: Path) -> None:
        root = tmp_path / "fs"
        group(root, ".", memory__stat="inactive_file 0")
        group(root, "a", memory__max=8 * GIB, memory__current=7 * GIB, cpu__max="50000 100000")
        group(root, "a/b", memory__max=4 * GIB, memory__current=GIB, cpu__max="150000 100000")
        group(root, "a/b/c", memory__max="max", memory__current=GIB, cpu__max="max 100000")
        mine = own(tmp_path, "0::/a/b/c")
        assert memory_left(root, mine) == GIB
        assert cores_allowed(root, mine) == 0.5

    def test_files_that_can_be_dropped_are_not_taken(self, tmp_path: Path) -> None:
        root = tmp_path / "fs"
        stat = f"anon 1\ninactive_file {2 * GIB}\nactive_file {GIB}\n"
        group(root, "a", memory__max=4 * GIB, memory__current=3 * GIB, memory__stat=stat)
        assert memory_left(root, own(tmp_path, "0::/a")) == 3 * GIB

    def test_a_limit_that_is_passed_leaves_nothing(self, tmp_path: Path) -> None:
        group(tmp_path / "fs", "a", memory__max=GIB, memory__current=2 * GIB)
        assert memory_left(tmp_path / "fs", own(tmp_path, "0::/a")) == 0

    def test_a_container_sees_its_group_as_the_root(self, tmp_path: Path) -> None:
        root = tmp_path / "fs"
        group(root, ".", memory__max=GIB, memory__current=0, cpu__max="200000 100000")
        for path in ("/", "/system.slice/docker-1f.scope", "/../../elsewhere"):
            mine = own(tmp_path, f"0::{path}")
            assert (memory_left(root, mine), cores_allowed(root, mine)) == (GIB, 2.0)


class TestGroupsOfVersion1:
    LINES = ("12:memory:/docker/1f", "4:cpu,cpuacct:/docker/1f", "1:name=systemd:/docker/1f")

    def test_limits(self, tmp_path: Path) -> None:
        root = tmp_path / "fs"
        # inactive files: 600 MiB including child groups, none in this group alone
        stat = f"inactive_file 0\ntotal_inactive_file {600 * MIB}\n"
        files = {"memory__limit_in_bytes": 2 * GIB, "memory__usage_in_bytes": GIB}
        group(root, "memory/docker/1f", **files, memory__stat=stat)
        group(root, "cpu,cpuacct/docker/1f", cpu__cfs_quota_us=250_000, cpu__cfs_period_us=100_000)
        mine = own(tmp_path, *self.LINES)
        assert memory_left(root, mine) == GIB + 600 * MIB
        assert cores_allowed(root, mine) == 2.5

    def test_no_limit(self, tmp_path: Path) -> None:
        root = tmp_path / "fs"
        # The largest number of pages, in bytes; a quota of -1 means none.
        group(root, "memory", memory__limit_in_bytes=9_223_372_036_854_771_712)
        group(root, "cpu", cpu__cfs_quota_us=-1, cpu__cfs_period_us=100_000)
        mine = own(tmp_path, *self.LINES)
        assert (memory_left(root, mine), cores_allowed(root, mine)) == (None, None)

    def test_a_controller_under_its_own_name(self, tmp_path: Path) -> None:
        root = tmp_path / "fs"
        group(root, "cpu/docker/1f", cpu__cfs_quota_us=100_000, cpu__cfs_period_us=100_000)
        assert cores_allowed(root, own(tmp_path, *self.LINES)) == 1.0


class TestNoGroups:
    def test_not_linux(self, tmp_path: Path) -> None:
        nowhere = tmp_path / "missing"
        assert (memory_left(nowhere, nowhere), cores_allowed(nowhere, nowhere)) == (None, None)

    def test_a_name_that_is_not_text(self, tmp_path: Path) -> None:
        file = tmp_path / "own"
        file.write_bytes(b"0::/caf\xe9\n")
        group(tmp_path / "fs", os.fsdecode(b"caf\xe9"), memory__max=GIB)
        assert memory_left(tmp_path / "fs", file) == GIB

    @pytest.mark.parametrize("content", ["", "many", "-1", "max max", "1.5"])
    def test_files_that_say_nothing(self, content: str, tmp_path: Path) -> None:
        root = tmp_path / "fs"
        group(root, "a", memory__max=content, memory__current=content, cpu__max=content)
        mine = own(tmp_path, "0::/a")
        assert (memory_left(root, mine), cores_allowed(root, mine)) == (None, None)


def test_this_machine() -> None:
    machine = this_machine()
    if machine.device == "cpu":
        assert 0 < machine.memory <= psutil.virtual_memory().total
    assert 1 <= machine.cores <= len(psutil.Process().cpu_affinity())


@pytest.mark.parametrize(
    ("flags", "found"),
    [
        ("fpu avx2 avx512f avx512_bf16", "AVX512-BF16"),
        ("fpu avx512_bf16 amx_tile amx_bf16", "AMX-BF16"),
        ("fpu avx2 avx512f amx_tile", None),
        ("fpu xavx512_bf16", None),
    ],
)
def test_what_multiplies_in_bfloat16(flags: str, found: str | None, tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(f"processor\t: 0\nmodel name\t: Example\nflags\t\t: {flags}\nbugs\t: x\n")
    assert bfloat16_of(cpuinfo) == found
    assert bfloat16_of(tmp_path / "nowhere") is None
