"""Every error of this package, one tree.

RegistryError
├── UnknownModelError        no model of that id
│   └── UnknownKeyError      no such key in EMBEDDING_MODELS and the like
├── AmbiguousModelError      a key that several models share
├── LoadError                a model cannot be loaded
│   ├── CheckpointError      what is on disk is not what the registry states
│   ├── DeviceError          the requested device is not there
│   ├── LibraryDriftError    a part of a library that this relies on is gone, or has changed
│   └── MissingExtraError    a package is not installed; the message says which extra has it
├── BackendError             a backend or its server cannot do what was asked
│   ├── UnsupportedError     this backend does not serve that kind of model
│   ├── ServerUnavailableError   no connection, or the answer was cut off
│   └── AuthenticationError  the key is missing or refused
├── HubError                 the Hub, or a repository on it, does not give what was asked
│   ├── RepositoryNotFoundError  no such repository, or no access to it
│   │   └── RepositoryMovedError    it has another name now
│   ├── RepositoryAccessError    gated, private, or the token is refused
│   ├── RevisionNotFoundError    the repository has no such commit, branch or tag
│   ├── RepositoryFileError      a file of it is damaged, or too large to be read
│   └── HubUnavailableError  unreachable, offline, too busy, or the answer was cut off
├── StoreError               the Hugging Face cache or Ollama cannot be read, filled or cleared
├── BundleError              a bundle that is cut, changed or made for another catalogue
├── CatalogueFileError       a models.json or models.lock.json that cannot be read or changed
├── VersionLogError          a log of versions that is damaged or cannot be written
├── BenchError               results of a benchmark that are damaged, or cannot be resumed
├── CorpusError              texts to embed that cannot be read, or an output of another run
├── InputError               a text that no model can read, an invalid argument
├── SelectionError           a selection that names no model, or one of the wrong kind
├── FingerprintMismatchError stored vectors were made by something else
├── InvalidFingerprintError  a stored text that is not a fingerprint
└── UnstampedError           a store of vectors holds no fingerprint
"""

from registry._generated import AmbiguousModelError, RegistryError, UnknownModelError

__all__ = [
    "AmbiguousModelError",
    "AuthenticationError",
    "BackendError",
    "BenchError",
    "BundleError",
    "CatalogueFileError",
    "CheckpointError",
    "CorpusError",
    "DeviceError",
    "FingerprintMismatchError",
    "HubError",
    "HubUnavailableError",
    "InputError",
    "InvalidFingerprintError",
    "LibraryDriftError",
    "LoadError",
    "MissingExtraError",
    "RegistryError",
    "RepositoryAccessError",
    "RepositoryFileError",
    "RepositoryMovedError",
    "RepositoryNotFoundError",
    "RevisionNotFoundError",
    "SelectionError",
    "ServerUnavailableError",
    "StoreError",
    "UnknownKeyError",
    "UnknownModelError",
    "UnstampedError",
    "UnsupportedError",
    "VersionLogError",
]


class UnknownKeyError(UnknownModelError, KeyError):
    """No model of that type has that id or alias; `suggestions` are similar keys.

    A KeyError too, so that `in`, `get` and `except KeyError` work as with any mapping.
    """

    def __init__(self, key: str, message: str, suggestions: tuple[str, ...]) -> None:
        # Not UnknownModelError's, which would suggest models of any type.
        RegistryError.__init__(self, message)
        self.key = key
        self.suggestions = suggestions

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError's own would put the sentence in quotes

    def __reduce__(self) -> tuple[object, ...]:
        return (UnknownKeyError, (self.key, str(self), self.suggestions))


class LoadError(RegistryError):
    """A model cannot be loaded."""


class CheckpointError(LoadError):
    """A checkpoint is damaged, or is not what the registry states."""


class DeviceError(LoadError):
    """The requested device is not there."""


class LibraryDriftError(LoadError):
    r"""A part of a library that this relies on is gone, or has changed; no file is at fault.

    library: its name in pip. version: the installed one. checked: the versions that are known to
    work, in pip's notation. moved: the part, and what happened to it.

    >>> error = LibraryDriftError("ollama", "0.9", ">=0.6,<0.7", "Client._request_raw is gone")
    >>> print(str(error).replace("; ", "\n"))
    ollama 0.9: Client._request_raw is gone
    versions >=0.6,<0.7 are known to work: pip install 'ollama>=0.6,<0.7'
    """

    def __init__(self, library: str, version: str, checked: str, moved: str) -> None:
        self.library = library
        self.version = version
        self.checked = checked
        self.moved = moved
        super().__init__(
            f"{library} {version}: {moved}; versions {checked} are known to work: "
            f"pip install '{library}{checked}'"
        )

    def __reduce__(self) -> tuple[object, ...]:
        return (LibraryDriftError, (self.library, self.version, self.checked, self.moved))


class MissingExtraError(LoadError, ImportError):
    """A package that this needs is not installed."""

    def __init__(self, package: str, extra: str, *others: str) -> None:
        self.package = package
        self.extra = extra
        self.others = others
        cure = f"pip install 'tessera-registry[{extra}]'"
        also = "".join(f", or [{other}]" for other in others)
        super().__init__(f"{package} is not installed: {cure}{also}")

    def __reduce__(self) -> tuple[object, ...]:
        return (MissingExtraError, (self.package, self.extra, *self.others))


class BackendError(RegistryError):
    """A backend, or its server, cannot do what was asked.

    `status` is that of an HTTP refusal, `retry_after` the seconds that the server wants us to wait.
    """

    def __init__(
        self, message: str, *, status: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class UnsupportedError(BackendError):
    """This backend does not serve that kind of model, or not that option."""


class ServerUnavailableError(BackendError):
    """Cannot connect to that address, or the answer was cut off.

    `lasting` if the same request would fail again: a certificate, an address, an answer too large.
    """

    def __init__(self, message: str, *, lasting: bool = False) -> None:
        super().__init__(message)
        self.lasting = lasting


class AuthenticationError(BackendError):
    """The key is missing or refused; the message never contains the key."""


class HubError(RegistryError):
    """The Hub, or a repository on it, does not give what was asked."""


class RepositoryNotFoundError(HubError):
    """There is no such repository, or it is not accessible."""


class RepositoryMovedError(RepositoryNotFoundError):
    """The repository has another name now: `now`."""

    def __init__(self, huggingface_id: str, now: str) -> None:
        self.huggingface_id = huggingface_id
        self.now = now
        super().__init__(f"{huggingface_id} is now {now}; use that name")

    def __reduce__(self) -> tuple[object, ...]:
        return (RepositoryMovedError, (self.huggingface_id, self.now))


class RepositoryAccessError(HubError):
    """The repository is gated or private, or the token is refused; never holds the token."""


class RevisionNotFoundError(HubError):
    """The repository has no such commit, branch or tag."""


class RepositoryFileError(HubError):
    """A file of a repository is damaged, or too large to be read; the message says which."""


class HubUnavailableError(HubError):
    """The Hub is unreachable, offline or too busy, or its answer was cut off."""


class StoreError(RegistryError):
    """The Hugging Face cache, or Ollama's store, cannot be read, filled or cleared."""


class BundleError(RegistryError):
    """A bundle is truncated, changed or for another catalogue, or cannot be made; line by line."""


class CatalogueFileError(RegistryError):
    """A catalogue or lock file cannot be read or changed; problems line by line."""


class VersionLogError(RegistryError):
    """A log of versions is damaged or cannot be written; problems line by line."""


class BenchError(RegistryError):
    """Results of a benchmark are damaged, from another machine, or being written by another run."""


class CorpusError(RegistryError):
    """A corpus cannot be read, or an output belongs to another run; problems line by line."""


class InputError(RegistryError, ValueError):
    """A text that no model can read, or an invalid argument; the message says which."""


class SelectionError(RegistryError):
    """A selection names no model, or one of the wrong kind; the message says where it was set."""


class FingerprintMismatchError(RegistryError):
    """Stored vectors were made by something else; `differences` lists what differs."""

    def __init__(self, differences: tuple[str, ...]) -> None:
        self.differences = differences
        super().__init__("these vectors do not belong together: " + "; ".join(differences))

    def __reduce__(self) -> tuple[object, ...]:
        return (FingerprintMismatchError, (self.differences,))


class InvalidFingerprintError(RegistryError, ValueError):
    """A stored text is not a fingerprint, or one of a newer release."""


class UnstampedError(RegistryError):
    """A store of vectors has no fingerprint, or cannot keep one."""
