"""`python -m registry.bench.worker`: measures one model in a process of its own.

Reads a job, one line of JSON, from stdin; writes one line of JSON for every stage and one for the
result. If it dies in between, the last stage is known. It ends when stdin is closed, hence also
when the process that started it is gone.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from threading import Thread
from typing import Any, TextIO

from registry.bench._job import Job
from registry.errors import RegistryError, UnsupportedError


def main() -> None:
    """Do the job on stdin."""
    answers = _take_stdout()
    job = Job.from_json(json.loads(sys.stdin.readline()))
    Thread(target=_end_with_who_asked, daemon=True).start()

    def tell(**event: object) -> None:
        answers.write(json.dumps(event, allow_nan=False) + "\n")
        answers.flush()

    tell(**_outcome(job, tell))


def _outcome(job: Job, tell: Any) -> dict[str, object]:  # a function of keywords
    from registry.bench._measuring import measure

    try:
        return {"measurement": asdict(measure(job, lambda stage: tell(stage=stage)))}
    except UnsupportedError as error:
        return {"skipped": str(error)}
    except RegistryError as error:
        return {"failed": str(error)}
    except Exception as error:  # from a third-party backend or a library
        said = str(error).strip().splitlines()
        return {"failed": ": ".join([type(error).__name__, *said[:1]])}


def _take_stdout() -> TextIO:
    """The stream for answers. From now on what libraries print, even from C, goes to stderr."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _end_with_who_asked() -> None:
    # Not sys.stdin: at exit the interpreter cannot get hold of its lock while a thread reads.
    while os.read(0, 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
