"""Every error of this package, one tree.

RegistryError
├── UnknownModelError        no model of that id
│   └── UnknownKeyError      no such key in EMBEDDING_MODELS and the like (model_map)
├── AmbiguousModelError      a key that several models share
├── LoadError                a model cannot be loaded
│   ├── CheckpointError      what is on disk is not what the registry promises
│   ├── DeviceError          the device asked for is not there
│   └── MissingExtraError    a package is not installed; the message says which extra has it
├── BackendError             a backend or its server cannot do what was asked
│   ├── UnsupportedError     this backend does not serve that kind of model
│   ├── ServerUnavailableError   nobody answers, or the answer broke off
│   └── AuthenticationError  the key is missing or refused
├── InputError               a text that no model can read, an argument without sense
├── SelectionError           a selection that names no model, or one of the wrong kind
├── FingerprintMismatchError stored vectors were made by something else
└── InvalidFingerprintError  a stored text that is no fingerprint (index_fingerprint)
"""

from registry._generated import AmbiguousModelError, RegistryError, UnknownModelError

__all__ = [
    "AmbiguousModelError",
    "AuthenticationError",
    "BackendError",
    "CheckpointError",
    "DeviceError",
    "FingerprintMismatchError",
    "InputError",
    "LoadError",
    "MissingExtraError",
    "RegistryError",
    "SelectionError",
    "ServerUnavailableError",
    "UnknownModelError",
    "UnsupportedError",
]


class LoadError(RegistryError):
    """A model cannot be loaded."""


class CheckpointError(LoadError):
    """A checkpoint is damaged, or is not what the registry promises."""


class DeviceError(LoadError):
    """The device asked for is not there."""


class MissingExtraError(LoadError, ImportError):
    """A package that this needs is not installed."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"{package} is not installed: pip install 'tessera-registry[{extra}]'")


class BackendError(RegistryError):
    """A backend, or the server behind it, cannot do what was asked."""


class UnsupportedError(BackendError):
    """This backend does not serve that kind of model, or not that option."""


class ServerUnavailableError(BackendError):
    """Nobody answers at that address, or the answer broke off."""


class AuthenticationError(BackendError):
    """The key is missing or refused; the message never holds the key."""


class InputError(RegistryError, ValueError):
    """A text that no model can read, or an argument that makes no sense; the message says which."""


class SelectionError(RegistryError):
    """A selection names no model, or one of the wrong kind; the message says who said so."""


class FingerprintMismatchError(RegistryError):
    """Stored vectors were made by something else; `differences` says by what."""

    def __init__(self, differences: tuple[str, ...]) -> None:
        self.differences = differences
        super().__init__("these vectors do not belong together: " + "; ".join(differences))

    def __reduce__(self) -> tuple[object, ...]:
        return (FingerprintMismatchError, (self.differences,))
