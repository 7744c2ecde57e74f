"""papermill's stock engine and nbconvert's exporters, called in one process, one briefing after the other.

    python -m benchmarks.stock TASKS OUT

Prints the seconds of each briefing.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import papermill
from nbconvert.exporters import get_exporter
from nbformat.v4 import new_markdown_cell, new_notebook

EXPORTERS = ("briefing_html", "briefing_pdf")


def main() -> None:
    """Press the tasks of a JSON file into a folder."""
    given, out = map(Path, sys.argv[1:3])
    exporters = [get_exporter(name)() for name in EXPORTERS]
    for exporter in exporters:  # what they load at first use is the start's, not the first briefing's
        exporter.from_notebook_node(new_notebook(cells=[new_markdown_cell("# Start")]))
    for task in json.loads(given.read_text("utf-8")):
        begun = time.perf_counter()
        notebook, done = Path(task["notebook"]), out / f"{task['id']}.ipynb"
        papermill.execute_notebook(
            notebook, done, task["parameters"], cwd=notebook.parent, progress_bar=False
        )
        for exporter in exporters:
            body, resources = exporter.from_filename(str(done))
            content = body if isinstance(body, bytes) else body.encode()
            done.with_suffix(resources["output_extension"]).write_bytes(content)
        print(json.dumps([task["id"], time.perf_counter() - begun]), flush=True)


if __name__ == "__main__":
    main()
