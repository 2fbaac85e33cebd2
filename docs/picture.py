"""Take the picture of catalogue.html that README shows: `make picture`, when the page has changed.

The page is build/docs/catalogue.html, which `make docs` writes; the browser is that of the tests.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from browser import chromium

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "build" / "docs" / "catalogue.html"
PICTURE = ROOT / "docs" / "_static" / "catalogue.png"

with chromium() as browser:
    page = browser.new_page(viewport={"width": 1200, "height": 1000}, color_scheme="light")
    page.goto(PAGE.as_uri())
    page.wait_for_selector("tbody tr")
    page.screenshot(path=PICTURE)
