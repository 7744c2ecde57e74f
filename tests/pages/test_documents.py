"""Both documents of a notebook, and what a process that makes them has loaded beforehand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from pressroom.edition.exporters import BriefingHTMLExporter, BriefingPDFExporter
from pressroom.pages.documents import make_documents
from pressroom.pages.errors import DocumentError

SAMPLES = Path(__file__).parent / "samples"


def sample(name: str) -> Any:
    html = (SAMPLES / f"{name}.html").read_text(encoding="utf-8")
    return notebook(html)


def notebook(html: str) -> Any:
    return new_notebook(
        cells=[new_code_cell("x", outputs=[new_output("display_data", data={"text/html": html})])]
    )


@pytest.mark.parametrize("name", ["house", "odd"])
def test_they_are_those_of_the_exporters(name: str) -> None:
    made, warnings = make_documents(sample(name))
    html, _ = BriefingHTMLExporter().from_notebook_node(sample(name))
    pdf, resources = BriefingPDFExporter().from_notebook_node(sample(name))
    assert made == {".html": html.encode(), ".pdf": pdf}
    assert warnings == resources["briefing_warnings"]


def test_the_notebook_stays_as_it_is() -> None:
    given = sample("odd")
    before = json.dumps(given)
    make_documents(given, "../index.html")
    assert json.dumps(given) == before


def test_what_was_made_before_changes_nothing() -> None:
    first, _ = make_documents(sample("house"))
    make_documents(sample("odd"))
    with pytest.raises(DocumentError):
        make_documents(notebook("<img src='data:image/png;base64,AAAA'>"))
    again, _ = make_documents(sample("house"))
    assert again == first


def run(script: str) -> Any:
    """Return what a fresh interpreter prints as JSON at the end of a script."""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_warming_starts_no_thread_and_loads_neither_nbconvert_nor_fonttools() -> None:
    threads, loaded = run(
        "import json, psutil, sys\n"
        "from pressroom.pages.documents import warm_documents\n"
        "warm_documents()\n"
        "names = ['brotli', 'fontTools', 'jinja2', 'nbconvert', 'pikepdf', 'typst', 'uharfbuzz']\n"
        "loaded = [name for name in names if name in sys.modules]\n"
        "print(json.dumps([psutil.Process().num_threads(), loaded]))\n"
    )
    assert threads == 1
    assert loaded == ["brotli", "jinja2", "pikepdf", "typst", "uharfbuzz"]


@pytest.mark.slow
def test_a_forked_process_makes_the_same_documents() -> None:
    made, _ = make_documents(notebook("<h1>Forked</h1><p>x</p>"))
    digests = run(
        "import hashlib, json, os\n"
        "from nbformat.v4 import new_code_cell, new_notebook, new_output\n"
        "from pressroom.pages.documents import make_documents, warm_documents\n"
        "warm_documents()\n"
        "read, write = os.pipe()\n"
        "if os.fork() == 0:\n"
        "    output = new_output('display_data', data={'text/html': '<h1>Forked</h1><p>x</p>'})\n"
        "    made, _ = make_documents(new_notebook(cells=[new_code_cell('x', outputs=[output])]))\n"
        "    digests = [hashlib.sha256(made[suffix]).hexdigest() for suffix in ('.html', '.pdf')]\n"
        "    os.write(write, json.dumps([digests, 'RAYON_NUM_THREADS' in os.environ]).encode())\n"
        "    os._exit(0)\n"
        "os.wait()\n"
        "print(os.read(read, 1000).decode())\n"
    )
    import hashlib

    assert digests == [[hashlib.sha256(content).hexdigest() for content in made.values()], False]
