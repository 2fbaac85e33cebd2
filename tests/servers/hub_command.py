"""`python -m tests.servers.hub [ID=]FOLDER...`: a Hub for benchmarks and manual tests."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from .hub import HubServer


def main(arguments: list[str]) -> int:
    """Serve until interrupted. The first line of output is the URL, for HF_ENDPOINT."""
    parser = argparse.ArgumentParser(prog="python -m tests.servers.hub", description=__doc__)
    parser.add_argument("folders", nargs="+", metavar="[ID=]FOLDER", help="ID is local/FOLDER")
    parser.add_argument("--port", type=int, default=0, help="of the Hub; any free one by default")
    parser.add_argument("--token", help="asked of whoever reads; all is private then")
    options = parser.parse_args(arguments)
    hub = HubServer(port=options.port)
    if options.token is not None:
        hub.store.authorize(options.token, "*")
    for folder in options.folders:
        name, _, path = folder.rpartition("=")
        if not Path(path).is_dir():
            parser.error(f"{path} is not a directory")
        name = name or f"local/{Path(path).resolve().name}"
        hub.store.add(name, Path(path), private=options.token is not None)
    # Blocked before threads start: otherwise one of them would take the signal that sigwait awaits.
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    with hub:
        print(hub.url, flush=True)
        for repository in hub.store.repositories.values():
            print(f"{repository.id} {repository.head}", file=sys.stderr)
        signal.sigwait(ends)
    print(f"{len(hub.requests)} requests, {hub.bytes_sent} bytes", file=sys.stderr)
    return 0
