"""How the documentation is built: Sphinx, MyST Markdown, one notebook that runs, and the house's own look.

Nothing is fetched, neither while it is built nor while it is read.
"""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

project = "AICHR briefings"
project_copyright = "the editors of AICHR briefings"
release = version_of("aichr-briefings")
language = "en-GB"

extensions = ["house", "myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_click"]
exclude_patterns = ["_build", "pictures"]
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb"}
nitpicky = True
# Types that these pages mention and do not describe.
nitpick_ignore_regex = [
    ("py:.*", r"collections\.abc\..*|datetime\.date|DataFrame|CareItem|.*Error|UnknownCode|.*\.Tables")
]

myst_enable_extensions = ["attrs_block", "colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 4
myst_links_external_new_tab = False

autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_numpy_docstring = True

# The notebook is executed at every build, so that what it shows is what the code does today.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_ipywidgets_js = {}
suppress_warnings = [
    "mystnb.unknown_mime_type"
]  # reads and index entries are for the press, and show nothing

html_theme = "pydata_sphinx_theme"
html_title = project
html_show_sourcelink = False
html_show_sphinx = False
html_copy_source = False
html_static_path = ["_static", "_build/style"]
html_css_files = ["typefaces.css", "outputs.css", "house.css"]
html_theme_options = {
    "logo": {"text": project},
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "navbar_persistent": ["search-button-field"],
    "primary_sidebar_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "article_header_start": [],
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_toc_level": 2,
    "navigation_depth": 2,
    "search_bar_text": "Search",
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_sidebars = {"**": ["sidebar-nav-bs"], "index": [], "tutorial": [], "why": []}
html_context = {"default_mode": "auto"}
