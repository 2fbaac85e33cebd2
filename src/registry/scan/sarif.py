"""A scan as SARIF 2.1.0, which code hosts show next to the lines."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from registry.scan.findings import CODES, MEANINGS, Code, Finding, Scan

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
LEVELS: Final[dict[Code, str]] = {
    "hard-coded": "warning",
    "former-name": "warning",
    "wrong-number": "error",
    "missing-revision": "warning",
    "unknown-model": "note",
}


def sarif(scan: Scan, version: str) -> dict[str, Any]:  # JSON
    """The log of one run; `version` is the tool's."""
    driver = {
        "name": "tessera-registry",
        "semanticVersion": version,
        "rules": [
            {
                "id": code,
                "shortDescription": {"text": MEANINGS[code]},
                "defaultConfiguration": {"level": LEVELS[code]},
            }
            for code in CODES
        ],
    }
    notes = [
        {
            "level": "note",
            "message": {"text": each.reason},
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(each.path)}}],
        }
        for each in scan.skipped
    ]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
        "results": [_result(each) for each in scan.findings],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(finding: Finding) -> dict[str, Any]:
    region = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endColumn": finding.end_column,
    }
    return {
        "ruleId": finding.code,
        "ruleIndex": CODES.index(finding.code),
        "level": LEVELS[finding.code],
        "message": {"text": f"{finding.name}: {finding.message}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": _artifact(finding.path),
                    "region": region,
                }
            }
        ],
    }


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(path) if not path.startswith("/") else f"file://{quote(path)}"}
