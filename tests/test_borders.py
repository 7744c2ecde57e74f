"""What of somebody else's kit is run, opened or sent: `check --no-run` runs nothing, links lead nowhere."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from kits import NOTE
from pressroom.data.files import NotPlainError
from pressroom.desk.preview.renderer import Renderer
from pressroom.edition.cluster import pack
from pressroom.run.inputs import find_project, read_inputs
from warm_commands import run_warm

MakeOnce = Callable[[str, Callable[[Path], object]], Path]
MakeNotebook = Callable[..., Path]

CODE = Path(__file__).parents[1] / "src"
SIGNED = "---\nauthor: A. Analyst\ndate: 2019-11-01\n---\nA word.\n"
SECRET = "---\nauthor: Nobody\ndate: 2019-11-01\n---\nThe password.\n"


CELLS = (
    "from aichr_briefings import commentary\nfrom aichr_briefings import open_dataset",
    'commentary(open_dataset(), "note", "note")',
)


def lay_out(root: Path, write_notebook: MakeNotebook) -> Path:
    """Make a kit with one notebook, which shows the commentary on it, and a secret beside its folders."""
    shutil.copytree(NOTE / "data", root / "data")
    (root / "notebooks").mkdir()
    write_notebook(root / "notebooks" / "note.ipynb", *CELLS)
    (root / "data" / "commentary" / "note").mkdir(parents=True)
    (root / "data" / "commentary" / "note" / "note.md").write_text(SIGNED)
    (root / "secret.md").write_text(SECRET)
    return root


@pytest.fixture
def kit(write_notebook: MakeNotebook, tmp_path: Path) -> Path:
    return lay_out(tmp_path / "project", write_notebook)


@pytest.fixture
def built(make_once: MakeOnce, write_notebook: MakeNotebook, tmp_path: Path) -> Path:
    """Return a kit whose briefing is there."""

    def build(root: Path) -> None:
        assert run(lay_out(root, write_notebook), "build").returncode == 0

    return shutil.copytree(make_once("built-kit", build), tmp_path / "project", symlinks=True)


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_warm(root, *arguments)


def comment(root: Path) -> Path:
    return root / "data" / "commentary" / "note" / "note.md"


def link_commentary(root: Path) -> None:
    comment(root).unlink()
    comment(root).symlink_to("../../../secret.md")


def link_folder(root: Path) -> None:
    comment(root).unlink()
    comment(root).parent.rmdir()
    (root / "elsewhere").mkdir()
    (root / "elsewhere" / "note.md").write_text(SECRET)
    comment(root).parent.symlink_to("../../elsewhere")


def link_table(root: Path) -> None:
    (root / "data" / "themes.csv").rename(root / "themes.csv")
    (root / "data" / "themes.csv").symlink_to("../themes.csv")


def link_notebook(root: Path) -> None:
    (root / "notebooks" / "note.ipynb").rename(root / "note.ipynb")
    (root / "notebooks" / "note.ipynb").symlink_to("../note.ipynb")


def spoil_notebook(root: Path) -> None:
    nb = json.loads((root / "notebooks" / "note.ipynb").read_text())
    nb["cells"][1]["source"] = "x = (1"
    (root / "notebooks" / "note.ipynb").write_text(json.dumps(nb))


FAULTS: dict[str, tuple[Callable[[Path], object], int, str]] = {
    "a table": (lambda root: (root / "data" / "themes.csv").write_text("code\n"), 2, "themes.csv"),
    "a table that is a link": (link_table, 2, 'themes.csv: it is a link to "../themes.csv"'),
    "commentary that is a link": (link_commentary, 2, 'note.md: it is a link to "../../../secret.md"'),
    "commentary behind a link": (link_folder, 2, 'is a link to "../../elsewhere"'),
    "unsigned commentary": (
        lambda root: comment(root).write_text("Words."),
        1,
        "it has no author and no date",
    ),
    "a notebook that is a link": (link_notebook, 1, 'it is a link to "../note.ipynb"'),
    "a cell that is no Python": (spoil_notebook, 1, "SyntaxError"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("spoil", "code", "message"), FAULTS.values(), ids=FAULTS)
def test_what_the_check_refuses_every_command_refuses(
    built: Path, spoil: Callable[[Path], object], code: int, message: str
) -> None:
    kit, page = built, built / "reports" / "current" / "note" / "note.html"
    good = page.read_bytes()
    assert b"A word." in good

    spoil(kit)
    told = run(kit, "check")
    assert told.returncode == 2, told.stdout
    assert message in told.stdout
    if message != "SyntaxError":  # the page may be looked at while a notebook is at fault
        assert run(kit, "release").returncode == (0 if "note.ipynb" in message else 2)
    for command in ("build", "run"):
        done = run(kit, command)
        assert (done.returncode, message in done.stderr) == (code, True), done.stderr
    assert page.read_bytes() == good, "the last good copy stays"
    renderer = Renderer(find_project(kit), "warm")
    try:
        shown = renderer.render("note/note")
    finally:
        renderer.close()
    assert not shown.documents
    assert message in " ".join(f"{fault.place}: {fault.reason}" for fault in shown.faults)
    for path in kit.rglob("*"):
        if path.is_relative_to(kit / "reports") or path.is_relative_to(kit / "releases"):
            assert not path.is_file() or b"The password" not in path.read_bytes()


@pytest.mark.parametrize("place", ["data/readme.txt", "data/commentary/note/other.md", "notebooks/rows.csv"])
def test_nothing_behind_a_link_is_sent_to_a_cluster(kit: Path, place: str) -> None:
    inputs = read_inputs(find_project(kit))
    assert "notebooks/note.ipynb" in pack(inputs).files
    (kit / place).symlink_to(kit / "secret.md")
    with pytest.raises(NotPlainError, match="is a link to"):
        pack(inputs)


WATCH = """\
import sys

def watch(event, arguments):
    if event == "exec":
        file = arguments[0].co_filename
        if file.startswith(KIT) or file == "<cell>":
            print("RUN", file, file=sys.stderr)
    elif event in ("subprocess.Popen", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system"):
        print("RUN", event, arguments, file=sys.stderr)
    elif event == "open" and str(arguments[0]).startswith(KIT):
        print("OPENED", arguments[0], file=sys.stderr)

KIT = sys.argv.pop(1)
sys.addaudithook(watch)
"""


@pytest.fixture
def hostile(kit: Path) -> Path:
    """Return a kit full of files that leave a mark when they are run."""
    mark = f"open({str(kit / 'ran')!r}, 'a').close()\n"
    folders = (kit, kit / "notebooks", kit / "data")
    names = ("calendar", "random", "sitecustomize", "usercustomize", "conftest", "helper", "setup")
    for file in (folder / f"{name}.py" for folder in folders for name in names):
        file.write_text(mark)
    for folder in ("pressroom", "aichr_briefings", "pandas", "IPython", "notebooks/pandas"):
        (kit / folder).mkdir()
        (kit / folder / "__init__.py").write_text(mark)
    nb = json.loads((kit / "notebooks" / "note.ipynb").read_text())
    sources = (
        mark,
        f"!touch {kit / 'ran'}",
        f"%%bash\ntouch {kit / 'ran'}",
        f"x = !touch {kit / 'ran'}",
        "import helper",
    )
    for number, source in enumerate(sources):
        nb["cells"].append(nb["cells"][1] | {"id": f"x{number}", "source": source})
    (kit / "notebooks" / "note.ipynb").write_text(json.dumps(nb))
    return kit


@pytest.mark.slow
@pytest.mark.parametrize("folder", [".", "notebooks", "data"])
def test_a_check_without_running_runs_nothing_of_the_kit(hostile: Path, tmp_path: Path, folder: str) -> None:
    script = tmp_path / "watched" / "script.py"
    script.parent.mkdir()
    script.write_text(WATCH + "from pressroom.cli import main\nmain()\n")
    command = [sys.executable, str(script), f"{hostile}{os.sep}", "check", "--no-run"]
    done = subprocess.run(command, cwd=hostile / folder, capture_output=True, text=True, timeout=300)
    assert "is a path of one machine" in done.stdout
    assert f"OPENED {hostile / 'notebooks' / 'note.ipynb'}" in done.stderr, "the watch sees nothing"
    assert [line for line in done.stderr.splitlines() if line.startswith("RUN")] == []
    assert not (hostile / "ran").exists()

    installed = [str(Path(sys.executable).with_name("briefings")), "check", "--no-run"]
    done = subprocess.run(installed, cwd=hostile / folder, capture_output=True, text=True, timeout=300)
    assert "is a path of one machine" in done.stdout
    assert not (hostile / "ran").exists()


PICTURES = (
    "![words]({})",
    '<img src="{}" alt="words">',
    '<object data="{}"></object>',
    '<div style="background: url({})">words</div>',
    '<style>p {{ background: url("{}") }}</style>',
    '<svg aria-label="words"><image href="{0}"/><use href="{0}"/><path d="M0 0L1 1"/></svg>',
    '<svg aria-label="words" xmlns:xlink="x"><image xlink:href="{0}"/><path d="M0 0L1 1"/></svg>',
)


@pytest.mark.slow
def test_no_picture_that_a_page_names_is_opened(kit: Path, tmp_path: Path) -> None:
    secret = kit / "notebooks" / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>The password</text></svg>')
    names = (str(secret), secret.as_uri(), "secret.svg", "notebooks/secret.svg")
    markup = "\n\n".join(picture.format(name) for picture in PICTURES for name in names)
    nb = nbformat.v4.new_notebook()
    shown = nbformat.v4.new_output("display_data", data={"text/html": markup})
    nb.cells = [
        nbformat.v4.new_markdown_cell("# Title"),
        nbformat.v4.new_markdown_cell(markup),
        nbformat.v4.new_code_cell("x", outputs=[shown]),
    ]
    nbformat.write(nb, tmp_path / "executed.ipynb")
    script = (
        "import nbformat\nfrom pressroom.pages.documents import make_documents\n"
        "documents, warnings = make_documents(nbformat.read(sys.argv[1], as_version=4))\n"
        "print(*warnings)\nprint(documents['.html'].decode())\n"
        "with open(sys.argv[2], 'wb') as file:\n    file.write(documents['.pdf'])\n"
    )
    command = [
        sys.executable,
        "-c",
        WATCH + script,
        f"{kit}{os.sep}",
        tmp_path / "executed.ipynb",
        tmp_path / "x.pdf",
    ]
    done = subprocess.run(command, cwd=kit / "notebooks", capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "OPENED" not in done.stderr
    assert "a picture was left out: 'secret.svg' is not in the notebook" in done.stdout
    assert "The password" not in done.stdout
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF-")


OPENERS = {
    "aichr_briefings/rules.py": "reads the package",
    "aichr_briefings/upgrades.py": "reads the package",
    "pressroom/data/files.py": "it is the one way to open a kit's files, and reads the helper's code",
    "pressroom/data/opened_files.py": "takes the digest of what a cell opened",
    "pressroom/data/upgrade.py": "reads the package",
    "pressroom/desk/checks/sentences.py": "reads editions, and the notebooks that they came from",
    "pressroom/desk/preview/server.py": "reads the package",
    "pressroom/desk/records/addition.py": "compares and writes tables",
    "pressroom/desk/records/commentary.py": "writes a commentary",
    "pressroom/desk/scaffold/family.py": "writes a notebook",
    "pressroom/desk/scaffold/kit.py": "reads the table that somebody names, and writes a new kit",
    "pressroom/edition/generation.py": "reads and writes editions, and the journal of a build",
    "pressroom/edition/build.py": "reads editions",
    "pressroom/edition/folders.py": "reads the mark of an output folder",
    "pressroom/pages/html/page.py": "reads the package",
    "pressroom/pages/pdf/printer.py": "reads the package",
    "pressroom/pages/pdf/pictures.py": "reads the size of a picture",
    "pressroom/pages/pdf/runs.py": "reads the PDF that was made",
    "pressroom/run/code.py": "reads the code of modules beside a notebook",
    "pressroom/run/run.py": "reads what a kernel noted of the package that it imports",
    "pressroom/run/engine/process.py": "reads its own log",
    "pressroom/run/engine/parent.py": "reads what it was asked to import, and what the system says of it",
}
"""The modules that open files, and why they may."""


def test_a_kit_is_read_in_one_way_only() -> None:
    found = set()
    for path in sorted(CODE.rglob("*.py")):
        name = path.relative_to(CODE).as_posix()
        calls = [
            node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)
        ]
        if any(_opens_files(call) for call in calls):
            found.add(name)
    others = ("pressroom/cli/", "pressroom/delivery/", "pressroom/look/")
    assert {name for name in found if not name.startswith(others)} == set(OPENERS)


def _opens_files(call: ast.expr) -> bool:
    if isinstance(call, ast.Name):
        return call.id == "open"
    if not isinstance(call, ast.Attribute):
        return False
    if call.attr == "open":  # of a path, or of pikepdf; a descriptor's is the system's
        return not isinstance(call.value, ast.Name) or call.value.id not in ("os", "webbrowser", "releases")
    return call.attr in ("read_text", "read_bytes", "copytree", "copyfile", "copy2")


OF_THE_NOTE = re.compile(r"\b\d+(st|nd|rd|th)\b|\b20(1[1-9]|20)\b|2016-2020|B\.I{1,3}\b|background-note")
"""What only the data and the notebooks may know: which meeting, which years, which plan, which source."""


@pytest.mark.parametrize("package", ["pressroom", "aichr_briefings"])
def test_no_code_knows_one_meeting_year_plan_or_source(package: str) -> None:
    found = []
    for path in sorted((CODE / package).rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        texts = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
        found += [
            (path.name, node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in texts
            if OF_THE_NOTE.search(node.value)
        ]
    assert found == []
