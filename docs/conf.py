"""The documentation's site, `make docs`: pages in Markdown, the API from the docstrings, nothing from elsewhere."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent / "extensions"), str(Path(__file__).parents[1])]

import vae_verify  # noqa: E402  # it stands beside this folder

project = "vae-verify"
author = "the vae-verify authors"
version = release = vae_verify.version()
html_title = f"{project} {version}"
html_theme = "furo"
templates_path = ["templates"]
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_copyright = html_show_sphinx = html_copy_source = False
html_show_search_summary = False  # browsers do not fetch from file://
exclude_patterns = ["extensions", "static", "templates"]

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",  # Args and Raises, where a docstring has them
    "mathematics",  # MathML, written when the site is built: MathJax would come over the network
    "commands",  # the options of every command, from its own parser
    "docstrings",
    "claims",
    "accessible",
]
myst_fence_as_directive = ["math"]  # as GitHub reads it
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
default_role = "literal"
autodoc_member_order = "bysource"
autodoc_inherit_docstrings = False  # a method that is only overridden says nothing new
smartquotes = False  # what is typed stays as it is typed
nitpick_ignore_regex = [("py:.*", r".*")]  # types of annotations, in modules that the site does not show
