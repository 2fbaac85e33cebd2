"""The engine of a Ray cluster: the same rows through Ray Data, with a pool of actors.

Ray Data ensures "exactly once": its checkpoint (`ray.data.checkpoint`) records the numbers of the
rows of each file before the file is written and confirms them after; a resumed run removes
unconfirmed files and skips confirmed rows. A row is identified by its number in the corpus, which
is unique whatever the ids are. Blocks are small, so that a kill loses little.

A worker may briefly outlive a killed driver, and put a file in place after the next driver has
cleaned up; such files are removed at the end, because no checkpoint confirms them.

The checkpoint is next to the output, in `.NAME.checkpoint`, because Ray removes unknown files in
the output; the manifest is complete before it is removed. All nodes must see the corpus and the
output under the same paths, and have this package installed.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any
from warnings import catch_warnings, filterwarnings

from registry.backends.threads import chosen_threads
from registry.corpora._arrow import pa, pq
from registry.corpora._columns import ROW
from registry.corpora._corpus import Corpus
from registry.corpora._encoding import Encoding
from registry.errors import BackendError, CorpusError, MissingExtraError, RegistryError
from registry.libraries.ray import hold_blocks
from registry_base.folders import real

_BATCH = 1_024  # rows
# Approximate bytes of a row of vectors: 128 tokens for late interaction, 200 words for sparse.
_ROW_BYTES = {"dense": 4, "colbert": 4 * 128}
_SPARSE_BYTES = 8 * 200
_SMALLEST, _LARGEST = 1 << 10, 1 << 27
_EVERY = 2.0  # seconds
_WAITING = 8  # batches at a worker: with the two of Ray itself, it idles a fifth of the time
_HELD = 16  # small blocks that wait at a worker for the driver; with two, it waits for it
# The line of a traceback that says what was raised.
_NAMED = re.compile(r"[\w.]+(Error|Exception|Exit): ")
# Read when Ray is imported: no telemetry is sent, its C++ code is silent on stderr, and the share
# of a cluster that Ray Data holds for a killed driver is freed after half a minute instead of
# three: until then the next one has half, or nothing if nodes have one core. An idle worker stays a
# minute, not a second: each write would start a new one, seconds of work.
_SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_DATA_AUTOSCALING_REQUEST_EXPIRE_TIME_S": "30",
    "RAY_idle_worker_killing_time_threshold_ms": "60000",
}


@dataclass(frozen=True)
class Cluster:
    """Where to run, and with how many actors."""

    address: str | None
    workers: int | None
    gpus: float


def checkpoint(folder: Path) -> Path:
    """Where the checkpoint of an output is."""
    return real(folder).parent / f".{real(folder).name}.checkpoint"  # "." has no name


def clear(folder: Path) -> None:
    """Remove the checkpoint of a complete output."""
    shutil.rmtree(checkpoint(folder), ignore_errors=True)


def embed_on_ray(
    corpus: Corpus,
    how: Encoding,
    folder: Path,
    size: int,
    cluster: Cluster,
    done: Callable[[int], None],
) -> None:
    """Write what is missing, in files of about `size` rows.

    Raises the workers' RegistryError as it was raised there, BackendError if Ray gives up.
    """
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    try:
        import ray
        import ray.data  # pyright: ignore[reportUnusedImport]  # so that `ray.data` exists
        from ray.data.checkpoint import CheckpointConfig

        from registry.corpora._ray_source import corpus_source
        from registry.corpora._ray_worker import RayWorker, everywhere, travelling
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "ray", "ray") from None
    library: Any = ray  # typed in part, as all of it below
    with _connected(library, cluster.address), _watched(folder, corpus.total, done), _quiet():
        context = library.data.DataContext.get_current()
        context.enable_progress_bars = False
        context.target_max_block_size = block = _block_size(how, size)
        hold_blocks(context, max(2, min(_HELD, _LARGEST // block)))
        context.checkpoint_config = CheckpointConfig(
            id_column=ROW,
            checkpoint_path=str(checkpoint(folder).absolute()),
            delete_checkpoint_on_success=False,
        )
        job = travelling(how, one_core=not cluster.gpus)
        count = _workers(library, cluster, going_on=any(checkpoint(folder).glob("*")))
        # Reading and writing reserve no core: the workers, and the checkpoint filter of a resumed
        # run, may hold all of them, and would then wait forever.
        rows = library.data.read_datasource(
            corpus_source(everywhere(corpus)), num_cpus=0, concurrency=count
        )
        vectors = rows.map_batches(
            RayWorker,
            fn_constructor_args=(job,),
            batch_format="pyarrow",
            batch_size=min(_BATCH, size),
            compute=library.data.ActorPoolStrategy(
                size=count, max_tasks_in_flight_per_actor=_WAITING
            ),
            num_cpus=0 if cluster.gpus else 1,
            num_gpus=cluster.gpus or None,
        )
        try:
            vectors.write_parquet(
                str(folder.absolute()),
                schema=how.schema,
                ray_remote_args={"num_cpus": 0},
                concurrency=count,
            )
        except Exception as error:
            raise _meant(error) from None
        _sweep(folder)


def _sweep(folder: Path) -> None:
    """Remove files that no checkpoint confirms, from workers that outlived a killed driver."""
    confirmed = {path.stem for path in checkpoint(folder).glob("*.parquet")}
    for path in folder.glob("*.parquet"):
        if path.stem.rpartition("-")[0] not in confirmed:
            path.unlink()


@contextmanager
def _connected(ray: Any, address: str | None) -> Generator[None]:
    """A connection to a cluster; one that the program already has is used and left open."""
    if ray.is_initialized():
        yield
        return
    where = address or os.environ.get("RAY_ADDRESS") or "local"
    # Started here, it gets one core more than there are, for the little work of reading, writing
    # and filtering.
    cores = {"num_cpus": chosen_threads(None) + 1} if where == "local" else {}
    try:
        ray.init(address=where, log_to_driver=False, logging_level="ERROR", **cores)
    except Exception as error:  # a node that is slow to start raises a bare Exception
        reason = str(error).strip().partition("\n")[0]
        raise BackendError(f"cannot connect to a Ray cluster at {where}: {reason}") from None
    try:
        yield
    finally:
        ray.shutdown()


@contextmanager
def _quiet() -> Generator[None]:
    """Errors are raised; Ray Data's other messages go only to its own log files."""
    logger = logging.getLogger("ray.data")
    level, propagate = logger.level, logger.propagate
    logger.setLevel(logging.CRITICAL)
    logger.propagate = False
    try:
        with catch_warnings():
            filterwarnings("ignore", module=r"ray\.data\.")  # a corpus of few pieces
            yield
    finally:
        logger.setLevel(level)
        logger.propagate = propagate


@contextmanager
def _watched(folder: Path, total: int, done: Callable[[int], None]) -> Generator[None]:
    """Report now and then how many rows the checkpoint has."""
    stop, known = Event(), dict[str, int]()

    def watch() -> None:
        while not stop.wait(_EVERY):
            for path in checkpoint(folder).glob("*.parquet"):
                if path.name not in known and ".pending." not in path.name:
                    try:
                        known[path.name] = pq.read_metadata(path).num_rows
                    except (OSError, pa.ArrowException):  # being written
                        continue
            done(min(sum(known.values()), total))

    thread = Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _workers(ray: Any, cluster: Cluster, *, going_on: bool) -> int:
    """The requested number of workers, else one per core but one, or per GPU share.

    A resumed run leaves a core to the checkpoint filter, or raises BackendError.
    """
    there = ray.cluster_resources()
    if cluster.gpus:
        return cluster.workers or max(1, int(there.get("GPU", 0) / cluster.gpus))
    cores = int(there.get("CPU", 1))
    if going_on and cores < 2:
        raise BackendError(
            "to resume, Ray needs two cores: one for a worker, one for its checkpoint"
        )
    most = max(1, cores - 1)
    return min(cluster.workers or most, most) if going_on else cluster.workers or most


def _block_size(how: Encoding, size: int) -> int:
    """Bytes of a block, which becomes a file: about this many rows."""
    each = _ROW_BYTES.get(how.model.kind, 0) * how.dim or _SPARSE_BYTES
    return max(_SMALLEST, min(size * each, _LARGEST))


def _meant(error: BaseException) -> RegistryError:
    """What went wrong, as our own error if a worker raised one."""
    seen: list[BaseException] = []
    cause: object = error
    while isinstance(cause, BaseException) and cause not in seen:
        seen.append(cause)
        cause = getattr(cause, "cause", None)  # not __cause__, which is a mark of Ray's own
    last = seen[-1]
    said = str(last).partition("\nFailed to apply UDF")[0].strip()  # followed by advice on retrying
    if isinstance(last, RegistryError):
        return last if said == str(last) else CorpusError(said)
    lines = said.splitlines() or ["no message"]
    named = [line.strip() for line in lines if _NAMED.match(line.strip())]
    line = named[-1] if named else f"{type(last).__name__}: {lines[0]}"
    return BackendError(f"Ray gave up: {line}; run the same command again to resume")
