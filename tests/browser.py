"""A real headless Chromium for tests and benchmarks.

python tests/browser.py     # prints which one is used, or how to get one
"""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

# The names that distributions and vendors use.
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CURE = (
    "there is no Chromium to look at catalogue.html with: install one "
    "(Debian: apt-get install chromium; elsewhere: playwright install chromium)"
)


class NoBrowserError(RuntimeError):
    """No Chromium on this machine; the message says how to get one."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; raises NoBrowserError if there is none."""
    with sync_playwright() as playwright:
        found = [path for name in NAMES if (path := shutil.which(name))]
        own = playwright.chromium.executable_path
        if not found and not Path(own).exists():
            raise NoBrowserError(CURE)
        browser = playwright.chromium.launch(executable_path=found[0] if found else own)
        try:
            yield browser
        finally:
            browser.close()


def main() -> int:
    """Print which browser is used; the status is 1 if there is none."""
    try:
        with chromium() as browser:
            print(f"Chromium {browser.version}")
    except NoBrowserError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
