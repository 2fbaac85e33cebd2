"""`registry prune`, killed at a chosen moment."""

from __future__ import annotations

import subprocess
import sys

import command_line
from hub_project import HubProject

# Ends as with kill -9, before one of the calls that change the disk.
KILLED = """
import os, sys
left = int(sys.argv.pop(1))
def killing(call):
    def counted(*arguments, **options):
        global left
        left -= 1
        if left == 0:
            os._exit(137)
        return call(*arguments, **options)
    return counted
for name in ("unlink", "rmdir", "rename"):
    setattr(os, name, killing(getattr(os, name)))
"""
_PRUNE = f"""{KILLED}
from registry.cli.run import run
sys.exit(run())
"""


def prune_killed_after(calls: int, project: HubProject, *arguments: str) -> bool:
    """Kill a prune before its n-th change of the disk; whether it ended before that."""
    command = [sys.executable, "-c", _PRUNE, str(calls), "prune", "--yes", *arguments]
    env = command_line.environment(**project.settings)
    ended = subprocess.run(command, cwd=project.folder, env=env, capture_output=True)
    assert ended.returncode in (0, 137), ended.stderr
    return ended.returncode == 0
