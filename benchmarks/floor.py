"""The floor: the least that an edition can cost here, with no safety and no word on what went wrong.

A warm process has imported everything, read the dataset and compiled the cells. It forks a child for each
briefing, two at a time. The child executes the cells, fills one HTML template, and has Typst compile the same
document once. Nothing is checked, made equal byte for byte, recorded or recovered; there is no index, and the
style sheet with its fonts, which no data change, is ready-made.

    python -m benchmarks.floor TASKS STYLE OUT [--stages]
"""

from __future__ import annotations

import ast
import gc
import json
import os
import re
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType
from typing import Any

import pressroom

PROCESSES = 2
PAGES = Path(pressroom.__file__).parent / "pages"
TEMPLATE = PAGES / "pdf" / "page.typ"
SPACING = {"gap": 8.0, "row": 1.9, "gather": 0, "head": 1.0, "whole": True, "bound": False}

Cells = list[tuple[dict[str, Any], list[CodeType]]]


class Node(dict[str, Any]):
    """A mapping whose items are attributes, too."""

    __getattr__ = dict.__getitem__


class Stages:
    """Seconds by stage, one after the other."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def end(self, stage: str) -> None:
        """Count the time since the last call to a stage."""
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._last
        self._last = now


def main() -> None:
    """Press the tasks of a JSON file into a folder; with --stages, singly, and print each stage's seconds."""
    given, style, out = map(Path, sys.argv[1:4])
    tasks = json.loads(given.read_text("utf-8"))
    stages, processes = "--stages" in sys.argv, 1 if "--stages" in sys.argv else PROCESSES
    warm = Warm(tasks, style)
    for family in warm.cells:
        (out / family).mkdir(parents=True, exist_ok=True)
    failed = running = 0
    for task in tasks:
        if running == processes:
            running, failed = running - 1, failed | os.wait()[1]
        begun = Stages()
        if os.fork() == 0:
            try:
                begun.end("fork")
                warm.press(task, out, begun)
                if stages:
                    print(json.dumps({"id": task["id"], "seconds": begun.seconds}), flush=True)
                os._exit(0)
            finally:
                os._exit(1)
        running += 1
    for _ in range(running):
        failed |= os.wait()[1]
    sys.exit(1 if failed else 0)


class Warm:
    """All that the briefings share."""

    def __init__(self, tasks: list[dict[str, Any]], style: Path) -> None:
        import typst
        from jinja2 import Environment, FileSystemLoader

        from pressroom.data import open_dataset
        from pressroom.look.fonts import font_files

        open_dataset()
        self.cells = {task["family"]: compile_cells(Path(task["notebook"])) for task in tasks}
        shells = Environment(loader=FileSystemLoader(PAGES / "html" / "briefing"))
        self.page, self.css = shells.get_template("index.html.j2"), style.read_text("utf-8")
        folders = sorted({str(path.parent) for path in font_files()})
        self.fonts, self.typ = typst.Fonts(False, False, font_paths=folders), TEMPLATE.read_bytes()
        self.draw(
            self.execute(tasks[0])
        )  # what is imported and loaded late is there, too, before the first fork
        gc.collect()
        gc.freeze()
        gc.disable()

    def press(self, task: dict[str, Any], out: Path, stages: Stages) -> None:
        """Write the two documents of one briefing."""
        cells = self.execute(task)
        stages.end("cells")
        body = "\n".join(o["data"]["text/html"] for cell in cells for o in cell.get("outputs", ()))
        title = re.sub("<[^>]*>", "", body[body.find("<h1") : body.find("</h1>")])
        page = {"title": title, "language": "en-GB", "family": task["family"], "body_html": body}
        html = self.page.render(resources={"page": page | {"css": self.css}})
        (out / f"{task['id']}.html").write_text(html, "utf-8")
        stages.end("html")
        data, pictures = self.draw(cells)
        stages.end("tree")
        (out / f"{task['id']}.pdf").write_bytes(self.compile(data, pictures))
        stages.end("typst")

    def execute(self, task: dict[str, Any]) -> list[Node]:
        """Return the notebook's cells with what they displayed as HTML."""
        shown: list[Node] = []

        def display(*values: Any) -> None:
            for value in values:
                html = value._repr_html_() if hasattr(value, "_repr_html_") else None
                if html:
                    shown.append(Node(output_type="display_data", metadata={}, data={"text/html": html}))

        names: dict[str, Any] = {"display": display, "__name__": "__main__"}
        done = []
        for cell, codes in self.cells[task["family"]]:
            for code in codes:
                display(eval(code, names))
            if "parameters" in cell["metadata"].get("tags", ()):
                names |= task["parameters"]
            done.append(Node(cell, outputs=list(shown)))
            shown.clear()
        return done

    def draw(self, cells: list[Node]) -> tuple[dict[str, Any], list[Any]]:
        """Return the document as page.typ draws it, and its pictures."""
        from pressroom.pages.markup.document import read_document
        from pressroom.pages.pdf.tree import make_tree

        notebook: Any = Node(cells=cells, metadata={})
        tree = make_tree(read_document(notebook))
        return tree.data, tree.pictures

    def compile(self, data: dict[str, Any], pictures: list[Any]) -> Any:
        """Return the PDF."""
        import typst

        from pressroom.pages.pdf.printer import INPUTS

        job = {"title": data["title"], "cover": None, "documents": [data]}
        told = {"document.json": json.dumps(job).encode(), "spacing.json": json.dumps(SPACING).encode()}
        with TemporaryDirectory() as folder:
            drawn = {picture.file: picture.data for picture in pictures}
            for name, content in {TEMPLATE.name: self.typ, **told, **drawn}.items():
                (Path(folder) / name).write_bytes(content)
            compiler = typst.Compiler(
                f"{folder}/{TEMPLATE.name}",
                root=folder,
                font_paths=self.fonts,
                ignore_system_fonts=True,
                sys_inputs=INPUTS,
            )
            return compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=0)


def compile_cells(path: Path) -> Cells:
    """Return the cells of a notebook, each with its code; a last expression apart, since it is displayed."""
    cells = []
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        cell["source"] = "".join(cell["source"])
        body = ast.parse(cell["source"]).body if cell["cell_type"] == "code" else []
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        codes = [compile(ast.Module(body, []), cell["id"], "exec")]
        codes += [compile(ast.Expression(last.value), cell["id"], "eval")] if last else []
        cells.append((cell, codes))
    return cells


if __name__ == "__main__":
    main()
