"""The documentation site: `make docs` builds it, warnings are errors."""

import gc
import sys
from pathlib import Path

from registry_codegen.version import __version__

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

# The build keeps nearly all it makes: looking for garbage would take a third of its time.
gc.disable()
# Sphinx reads the unions of generated modules by recursion, one level a member.
sys.setrecursionlimit(20_000)

project = "tessera-registry"
project_copyright = "the authors of tessera-registry"
release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx_copybutton",
    "docstrings",
    "generated_text",
    "short_names",
]
exclude_patterns = ["_ext"]
smartquotes = False  # "auto" is what one types

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

# As docstrings are written: `this` is code.
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_display_short_literal_types = True
maximum_signature_line_length = 88

nitpicky = True
# Only what is ours can be found: the build makes no network requests, not even for the indexes of
# others.
# Type variables are no place to go to either.
nitpick_ignore_regex = [
    ("py:.*", r"(?!registry\.).*"),
    ("py:class", r"registry\..*\.(Encoded|Model|Model_co|Other|_Store)"),
]

html_theme = "furo"
html_title = "tessera-registry"
html_show_sphinx = False
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_theme_options: dict[str, object] = {"footer_icons": []}

# A prompt is not copied, nor what a command answers.
copybutton_prompt_text = r"\$ |>>> |\.\.\. "
copybutton_prompt_is_regexp = True
