"""jsonschema, without the second that its import can take.

jsonschema imports format checkers if they are installed, as they are with Jupyter, and one of those
packages compiles a grammar at import: 1 to 2 s for each command. Our schemas assert no formats. A
stand-in replaces that package until something in this process needs it.
"""

import importlib
import importlib.util
import sys
from types import ModuleType

_SLOW = "rfc3987_syntax"


def _is_valid_syntax(rule: str, text: str) -> bool:
    valid: bool = importlib.import_module(_SLOW).is_valid_syntax(rule, text)
    return valid


def _hold_its_place() -> bool:
    if _SLOW in sys.modules or "jsonschema" in sys.modules:
        return False
    if importlib.util.find_spec(_SLOW) is None:
        return False
    stand_in = ModuleType(_SLOW)
    stand_in.__dict__["is_valid_syntax"] = _is_valid_syntax
    sys.modules[_SLOW] = stand_in
    return True


_held = _hold_its_place()
try:
    from jsonschema import Draft202012Validator, validators
    from jsonschema.exceptions import UnknownType, ValidationError
finally:
    if _held:
        del sys.modules[_SLOW]

__all__ = ["Draft202012Validator", "UnknownType", "ValidationError", "validators"]
