"""openvino: importing it without its model converter.

`import openvino` imports `openvino.tools.ovc` and its telemetry too, a third of the time; running
a graph needs neither. `openvino.convert_model` still works in this process.
"""

from __future__ import annotations

import sys
import threading
from importlib import import_module
from typing import Any

_CONVERTER = "openvino.tools.ovc"
_importing = threading.Lock()


def library() -> Any:  # the module, typed in part
    """The library itself. Raises ModuleNotFoundError."""
    with _importing:
        if "openvino" in sys.modules or _CONVERTER in sys.modules:
            return import_module("openvino")
        modules: dict[str, Any] = sys.modules
        modules[_CONVERTER] = None  # importing it is an ImportError, which openvino lets pass
        try:
            openvino: Any = import_module("openvino")
        finally:
            del modules[_CONVERTER]
    if not hasattr(openvino, "convert_model"):
        openvino.convert_model = _convert_model
    return openvino


def _convert_model(*arguments: Any, **keywords: Any) -> Any:
    """`openvino.convert_model`, imported when it is first called."""
    converter: Any = import_module(_CONVERTER)
    openvino: Any = sys.modules["openvino"]
    openvino.convert_model = converter.convert_model
    return converter.convert_model(*arguments, **keywords)
