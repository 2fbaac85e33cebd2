"""A Hub of model repositories: the API that huggingface_hub 2.4 uses, served from folders.

    with HubServer() as hub:
        repository = hub.store.add("acme/tiny", Path("checkpoint"), downloads=7)
        hub.store.add("acme/other", {"README.md": "# Hi", "model.safetensors": safetensors(...)})
        first = repository.head
        repository.push({"README.md": "# New"})         # the head moves past a pin
        HfApi(endpoint=hub.url).model_info("acme/tiny", revision=first)
        subprocess.run(..., env=environment(hub.url, tmp_path))

It serves two ports, as the real Hub has two hosts: `url`, and `cdn_url`, to which it redirects
for large files. Both record requests in one list and take faults from another.

HubServer(*, port=0, dialect=HUB)                                   hub.py
    dialect                      see hub_dialects.py; may be changed at any time
    url, cdn_url                 http://127.0.0.1:port
    store                        a HubStore
    start(), stop()              or `with`
    refusing()                   `with`: both ports refuse connections meanwhile
    fails(kind, **details)       see HubFault
    requests                     list[HubRequest] in the order of arrival; may be cleared
    asked(path="*", *, method=None, server=None) -> list[HubRequest]    path as fnmatch
    bytes_sent                   of all bodies

HubStore                                                            hub_store.py
    add(id, files, *, copied=False, **details) -> Repository
    rename(old, new), remove(id)
    authorize(token, *access, name="tester")    access: ids to read, private and gated, as fnmatch
    repositories                 dict[str, Repository]
    page_size = 1000, lfs_threshold = 10 MiB     may be changed at any time
    writable = True              False: uploads need a token; see hub_upload.py

Repository(downloads, likes, trending_score, pipeline_tag,          hub_repository.py
           library_name, tags, gated, private, disabled, created, extra)
    head                         the sha of main
    push(files, *, delete=(), branch="main", title=None, copied=False) -> sha
    branch(name, revision="main"), tag(name, revision="main")
    commits                      dict[sha, Commit]
    files: a folder, or a mapping of paths to bytes, str, Path or Content

safetensors(tensors, *, sparse=False) -> Content                    hub_content.py
    {"weight": ("F32", (128, 384))}, all zeros; sparse: of any size, not stored, with a fake hash
Sparse(head, size) -> Content

HubFault(kind, path="*", times=1, method=None, server=None,         hub_faults.py
         status=503, message, retry_after=None, headers, after=0, by=-1, seconds=0)
    kind: status, drop, slow, stall, cut, reset, length, corrupt, endless, bomb, trickle
HubRequest(server, method, path, query, headers, authorized, status, sent), .range

environment(url, home, *, token=None) -> dict[str, str]             hub_environment.py
    for a child process; huggingface_hub reads it on import
redirect(monkeypatch, url, home)
    the same for this process, where huggingface_hub is imported already

By hand, until Ctrl-C: python -m tests.servers.hub [ID=]FOLDER...   hub_command.py
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import Any, Self

from .hub_dialects import HUB, Dialect
from .hub_faults import HubFault, HubRequest, Kind, Server
from .hub_handler import HubHandler
from .hub_store import HubStore
from .loopback import LoopbackServer


class Listener(LoopbackServer):
    """One of the two ports of a Hub."""

    def __init__(self, hub: HubServer, role: Server, port: int = 0) -> None:
        super().__init__(HubHandler, port)
        self.hub = hub
        self.role: Server = role


class HubServer:
    """A Hub that runs between `start` and `stop`, or as a context manager."""

    def __init__(self, *, port: int = 0, dialect: Dialect = HUB) -> None:
        self.dialect = dialect
        self.store = HubStore()
        self.requests: list[HubRequest] = []
        self._faults: list[HubFault] = []
        self._lock = threading.Lock()
        self._hub = Listener(self, "hub", port)
        self._cdn = Listener(self, "cdn")

    @property
    def url(self) -> str:
        """http://host:port with the path of its dialect, for HF_ENDPOINT."""
        return self._hub.url + self.dialect.path

    @property
    def cdn_url(self) -> str:
        """http://host:port of large files."""
        return self._cdn.url

    @property
    def bytes_sent(self) -> int:
        """The bytes of all bodies, without headers."""
        return sum(request.sent for request in self.requests)

    def start(self) -> Self:
        self._hub.start()
        self._cdn.start()
        return self

    def stop(self) -> None:
        """Refuse new connections and drop existing ones."""
        self._hub.stop()
        self._cdn.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    @contextmanager
    def refusing(self) -> Generator[None]:
        """Refuse connections, and listen on the same address again at the end."""
        self.stop()
        try:
            yield
        finally:
            self._hub = Listener(self, "hub", self._hub.port)
            self._cdn = Listener(self, "cdn", self._cdn.port)
            self.start()

    def fails(self, kind: Kind, **details: Any) -> None:
        """Add a fault of answers: see HubFault. Of several that match, the oldest is used."""
        self._faults.append(HubFault(kind=kind, **details))

    def take_fault(self, kinds: tuple[Kind, ...], request: HubRequest) -> HubFault | None:
        """The fault of this answer, if any, marked as used once more."""
        with self._lock:
            for fault in self._faults:
                if fault.kind in kinds and fault.concerns(request):
                    if fault.times is not None:
                        fault.times -= 1
                    return fault
        return None

    def asked(
        self, path: str = "*", *, method: str | None = None, server: Server | None = None
    ) -> list[HubRequest]:
        """The requests for paths that match (with fnmatch), in the order of arrival."""
        return [
            request
            for request in self.requests
            if fnmatchcase(request.path, path)
            and method in (None, request.method)
            and server in (None, request.server)
        ]


if __name__ == "__main__":
    from .hub_command import main

    sys.exit(main(sys.argv[1:]))
