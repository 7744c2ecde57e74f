"""What a notebook reads leaves it as hidden outputs, under a real kernel too."""

import json
import shutil
import sys
from hashlib import sha256
from pathlib import Path

import nbformat
import pytest

from aichr_briefings.record import open_dataset
from kits import NOTE
from pressroom.data import UnknownCode, opened_files
from pressroom.data.names import READS
from pressroom.data.reads import UNKNOWN, digest_answer, record_read, take_reads

DATA = NOTE / "data"


@pytest.fixture(autouse=True)
def forget():
    take_reads()
    yield
    take_reads()


@pytest.fixture
def project(tmp_path, monkeypatch):
    shutil.copytree(DATA, tmp_path / "data")
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notes.txt").write_text("extra", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "notebooks")
    monkeypatch.delenv("PRESSROOM_DATA", raising=False)
    return tmp_path


@pytest.fixture
def shell(project, monkeypatch):
    """Give a real IPython shell that is the current one, and its displayed outputs."""
    monkeypatch.setenv("IPYTHONDIR", str(project / ".ipython"))
    from IPython.core.interactiveshell import InteractiveShell

    InteractiveShell.clear_instance()
    from traitlets.config import Config

    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    displayed = []
    monkeypatch.setattr(shell.display_pub, "publish", lambda data, *args, **kwargs: displayed.append(data))
    yield shell, displayed
    InteractiveShell.clear_instance()
    opened_files._roots.clear()


def run(shell, code):
    shell, displayed = shell
    before = len(displayed)
    result = shell.run_cell(code)
    return result, [data for data in displayed[before:] if READS in data]


def test_every_query_is_recorded(project):
    dataset = open_dataset()
    agency, theme = dataset.codes("agencies")[0], dataset.codes("themes")[0]
    activity = dataset.codes("activities.id")[0]
    take_reads()
    asked = {
        "activities": lambda: dataset.activities(agency=agency, status=("held", "planned")),
        "unplaced": lambda: dataset.unplaced(since="2018-05-15"),
        "count": lambda: dataset.count(theme=theme, year=2018),
        "participations": lambda: dataset.participations(agency=agency),
        "row": lambda: dataset.organisation(agency)["name"],
        "organisations": lambda: dataset.select("organisations", {"is_agency": True}),
        "statements": lambda: dataset.statements(subject=[agency, activity]),
        "discrepancies": lambda: dataset.discrepancies(subject=activity),
        "table": lambda: dataset.table("series"),
        "commentary": lambda: dataset.commentary("agency", "undp"),
        "sources": lambda: dataset.sources,
        "coverage": lambda: dataset.coverage,
        "title": lambda: dataset.title,
        "project": lambda: dataset.project,
        "version": lambda: dataset.version,
        "digest": lambda: dataset.digest,
    }
    kinds = {"commentary": "commentary", "digest": "dataset"}
    kinds |= dict.fromkeys(("title", "project", "version"), "describe")
    for name, ask in asked.items():
        ask()
        (read,) = take_reads()
        assert read["query"] == kinds.get(name, "select")
        assert len(read["digest"]) == 64
        assert json.loads(json.dumps(read)) == read


def test_a_read_of_rows_is_of_the_columns_that_were_looked_at(project):
    dataset = open_dataset()
    rows = dataset.select("activities", {"agencies": "UNDP", "status": ("held", "planned")})

    def ask():
        return take_reads()[0]["arguments"]

    asked = {"table": "activities", "where": {"agencies": ["UNDP"], "status": ["held", "planned"]}}
    assert ask() == asked | {"columns": []}
    assert [row["title"] for row in rows]
    assert "venue" in rows[0]
    assert ask() == asked | {"columns": ["title"]}
    assert [row["title"] for row in rows]
    assert take_reads() == []
    assert rows[0].get("id")
    assert ask() == asked | {"columns": ["id", "title"]}
    again = dataset.select("activities", {"agencies": "UNDP", "status": ["held", "planned"]})
    assert again is rows
    assert ask() == asked | {"columns": ["id", "title"]}
    with pytest.raises(UnknownCode, match="nearest: title"):
        rows[0]["titel"]


def test_a_code_list_is_read_with_what_the_descriptor_says_of_it(project):
    open_dataset().codes("years")
    told = [(read["query"], read["arguments"]) for read in take_reads()]
    asked = {"table": "activities", "where": {"status": ["held", "ongoing", "planned"]}, "strict": False}
    assert told == [
        ("describe", {"path": ["lists", "years"]}),
        ("select", asked | {"columns": ["year", "years"]}),
    ]


def test_the_digest_is_of_what_was_got(project):
    before = open_dataset()
    path = project / "data" / "organisations.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Labour", "Work"), encoding="utf-8")
    after = open_dataset()

    def digest(dataset, code):
        take_reads()
        assert dataset.organisation(code)["name"]
        return take_reads()[0]["digest"]

    assert digest(before, "ILO") != digest(after, "ILO")
    assert digest(before, "UNDP") == digest(after, "UNDP")


def test_a_read_of_some_columns_and_rows_is_of_these_alone(project):
    before = open_dataset()
    path = project / "data" / "organisations.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Labour", "Work"), encoding="utf-8")
    after = open_dataset()

    def differs(ask):
        take_reads()
        digests = set()
        for dataset in (before, after):
            ask(dataset)
            digests |= {read["digest"] for read in take_reads()}
        return len(digests) > 1

    assert differs(lambda ds: ds.table("organisations").frame())
    assert differs(lambda ds: ds.table("organisations").values("name"))
    assert not differs(lambda ds: ds.table("organisations").frame("code", "short_name"))
    assert differs(lambda ds: ds.table("organisations", keys=["UNDP", "ILO"]).values("name"))
    assert not differs(lambda ds: ds.table("organisations", keys=["UNDP", "UNHCR"]).frame())


def test_a_refused_question_is_a_read_until_its_code_is_there(project):
    def refuse():
        take_reads()
        with pytest.raises(UnknownCode):
            open_dataset().activities(theme="peatland")
        return take_reads()

    (read,) = refuse()
    assert (read["query"], read["arguments"]) == (
        "select",
        {"table": "activities", "where": {"themes": ["peatland"]}},
    )
    assert refuse() == [read]
    path = project / "data" / "themes.csv"
    path.write_text(path.read_text("utf-8") + "peatland,Peatland,Bogs.,99,assigned,note#B1\n", "utf-8")
    take_reads()
    open_dataset().activities(theme="peatland")
    assert take_reads()[0]["digest"] != read["digest"]


def test_another_dataset_is_read_whole(project):
    shutil.copytree(project / "data", project / "old")
    dataset = open_dataset(project / "old")
    assert dataset.count()
    assert not dataset.activities().frame().empty
    (read,) = take_reads()
    assert read["query"] == "dataset"
    assert read["digest"] == dataset.package.digest
    open_dataset(project / "data").count()
    assert [read["query"] for read in take_reads()] == ["select"]


def test_the_same_read_is_kept_once_and_taken_once():
    record_read("count", {"year": 2018}, digest_answer(1))
    record_read("count", {"year": 2018}, digest_answer(1))
    record_read("count", {"year": 2018}, digest_answer(2))
    assert len(take_reads()) == 2
    assert take_reads() == []


def test_outside_ipython_nothing_is_displayed(project, capsys):
    open_dataset().count()
    assert capsys.readouterr().out == ""


def test_each_cell_publishes_its_own_reads(shell):
    _, published = run(shell, "from aichr_briefings import open_dataset; d = open_dataset(); d.count()")
    assert [read["query"] for read in published[0][READS]["reads"]] == ["select"]
    assert list(published[0]) == [READS]
    assert run(shell, "1 + 1")[1] == []
    # Run again, as an analyst does: the cell's new output must tell its reads again, and once.
    _, again = run(shell, "d = open_dataset(); d.count()")
    assert again == published


def test_a_failing_cell_publishes_its_reads(shell):
    run(shell, "from aichr_briefings import open_dataset; d = open_dataset()")
    result, published = run(shell, "d.count(); d.activities(agency='XX')")
    assert not result.success
    assert published[0][READS]["reads"][0]["arguments"] == {"table": "activities", "columns": []}


def test_what_was_asked_before_the_notebook_is_none_of_its_reads(shell):
    record_read("count", {}, digest_answer(0))
    _, published = run(shell, "from aichr_briefings import open_dataset; open_dataset()")
    assert published == []


LOADED = """\
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("anything", "../tools.py")
spec.loader.exec_module(module_from_spec(spec))"""

OPENING = [
    ("open('../notes.txt').close()", "notes.txt"),
    ("import pathlib; pathlib.Path('../notes.txt').read_bytes()", "notes.txt"),
    ("import os; os.close(os.open(b'../notes.txt', os.O_RDONLY))", "notes.txt"),
    ("import pandas as pd; pd.read_csv('../data/themes.csv')", "data/themes.csv"),
    ("open('../notes.txt', 'r+').close()", "notes.txt"),
    ("open('../notes.txt', 'w').close()", None),
    ("open('../notes.txt', 'a').close()", None),
    ("import os; os.close(os.open('../notes.txt', os.O_WRONLY))", None),
    ("open('../tools.py').close()", "tools.py"),
    ("import sys; sys.path.insert(0, '..'); import tools", "tools.py"),
    ("import sqlite3; sqlite3.connect('../notes.txt').close()", "notes.txt"),
    ("import sqlite3; sqlite3.connect('file:../notes.txt?mode=ro', uri=True).close()", "notes.txt"),
    ("import os; os.close(os.open('../notes.txt', os.O_RDWR))", "notes.txt"),
    ("open('../notes.txt', 'a+').close()", "notes.txt"),
    (LOADED, "tools.py"),
    ("open('../.notes').close()", ".notes"),
    ("open('../.venv/notes.txt').close()", None),
    ("import os; os.close(os.open('..', os.O_RDONLY))", None),
    ("open('/etc/hostname').close()", None),
    ("d.commentary('agency', 'x')", None),
    ("d = open_dataset()", None),
]


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize(("code", "path"), OPENING)
def test_a_file_opened_in_another_way_is_a_read(shell, project, code, path):
    (project / "tools.py").write_text("", encoding="utf-8")
    (project / ".notes").write_text("", encoding="utf-8")
    (project / ".venv").mkdir()
    (project / ".venv" / "notes.txt").write_text("", encoding="utf-8")
    (project / "data" / "commentary" / "agency").mkdir(parents=True)
    (project / "data" / "commentary" / "agency" / "x.md").write_text(
        "---\nauthor: A\ndate: 2019-11-01\n---\nso", encoding="utf-8"
    )
    run(shell, "from aichr_briefings import open_dataset; d = open_dataset()")
    result, published = run(shell, code)
    result.raise_error()
    files = [read for data in published for read in data[READS]["reads"] if read["query"] == "file"]
    if path is None:
        assert files == []
    else:
        digest = sha256((project / path).read_bytes()).hexdigest()
        assert files == [{"query": "file", "arguments": {"path": path}, "digest": digest}]


IN_A_FOLDER_OF_ITS_OWN = """import os, tempfile
from pathlib import Path
with tempfile.TemporaryDirectory() as made:
    (Path(made) / 'x').write_text('1')
    (Path(made) / 'x').read_text()
    os.listdir(made)"""


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("open('/etc/hostname').read()", "a file outside the project, /etc/hostname"),
        ("import subprocess; subprocess.run(['true'])", "another program, true"),
        ("import os; os.system('true')", "another program, true"),
        ("import socket; socket.socket().connect_ex(('127.0.0.1', 9))", "the network"),
        ("open(OUTSIDE / 'x.csv').read()", "a file outside the project, {}/x.csv"),
        ("import pandas as pd; pd.read_csv(OUTSIDE / 'x.csv')", "a file outside the project, {}/x.csv"),
        ("import sqlite3; sqlite3.connect(OUTSIDE / 'x.csv')", "a file outside the project, {}/x.csv"),
        ("import os; os.open(OUTSIDE / 'x.csv', os.O_RDONLY)", "a file outside the project, {}/x.csv"),
        ("open(OUTSIDE / 'x.csv', 'a+').read()", "a file outside the project, {}/x.csv"),
        ("import os; os.listdir(OUTSIDE)", "a folder outside the project, {}"),
        ("sorted(OUTSIDE.glob('*.csv'))", "a folder outside the project, {}"),
        ("open('/usr/bin/env', 'rb').read()", "a file outside the project, /usr/bin/env"),
        ("(OUTSIDE / 'y').write_text('1'); (OUTSIDE / 'y').read_text()", None),
        ("import tempfile\nwith tempfile.TemporaryFile('w+') as f: f.write('1'); f.seek(0); f.read()", None),
        (IN_A_FOLDER_OF_ITS_OWN, None),
        ("import matplotlib.pyplot as plt; plt.figure().savefig(OUTSIDE / 'x.png')", None),
        ("from matplotlib import font_manager; font_manager.findfont('DejaVu Sans')", None),
        ("import json, zoneinfo; zoneinfo.ZoneInfo('Asia/Jakarta')", None),
    ],
)
def test_what_nobody_can_ask_again_is_told(shell, code, what, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "x.csv").write_text("a\n1\n", encoding="utf-8")
    run(shell, "from aichr_briefings import open_dataset; d = open_dataset()")
    run(shell, f"from pathlib import Path; OUTSIDE = Path({str(outside)!r})")
    result, published = run(shell, code)
    result.raise_error()
    told = [read for data in published for read in data[READS]["reads"] if read["query"] == UNKNOWN]
    assert [read["arguments"]["what"] for read in told] == ([what.format(outside)] if what else [])


@pytest.mark.parametrize(
    "code", ["import os; os.listdir('..')", "from pathlib import Path; sorted(Path('..').glob('*.txt'))"]
)
def test_a_folder_that_is_listed_is_a_read_of_its_names(shell, project, code):
    run(shell, "from aichr_briefings import open_dataset; d = open_dataset()")

    def list_folder():
        (published,) = run(shell, code)[1]
        (read,) = published[READS]["reads"]
        assert (read["query"], read["arguments"]) == ("folder", {"path": "."})
        return read["digest"]

    before = list_folder()
    (project / "notes.txt").write_text("other words", encoding="utf-8")
    (project / ".hidden").touch()
    assert list_folder() == before
    (project / "more.txt").touch()
    assert list_folder() != before


def test_a_file_that_is_not_there_fails_as_ever_and_is_a_read(shell):
    run(shell, "from aichr_briefings import open_dataset; d = open_dataset()")
    result, published = run(shell, "open('../nothing.txt')")
    assert isinstance(result.error_in_exec, FileNotFoundError)
    missing = {"query": "file", "arguments": {"path": "nothing.txt"}, "digest": ""}
    assert [data[READS]["reads"] for data in published] == [[missing]]
    assert run(shell, "import os; os.path.exists('../other.txt')")[1] == []


def test_the_first_root_named_stays_and_nothing_is_told_twice(shell, project):
    opened_files.watch_notebook(project)
    (project / "notebooks" / "data").mkdir()
    (project / "notebooks" / "data" / "datapackage.json").write_text("{}", encoding="utf-8")
    code = f"from aichr_briefings import open_dataset; open_dataset({str(project / 'data')!r})"
    _, published = run(shell, code + "; open('../notes.txt').close()")
    (told,) = published
    asked = [(read["query"], read["arguments"]["path"]) for read in told[READS]["reads"]]
    assert asked == [("dataset", "data"), ("file", "notes.txt")]


def write_notebook(path, *cells):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)
    return path


def test_reads_come_back_from_a_real_kernel_through_papermill(project, monkeypatch):
    # The library under test warns of nothing; papermill's and its kernel's own warnings are not ours.
    monkeypatch.setenv("JUPYTER_PATH", str(Path(sys.prefix, "share", "jupyter")))
    import papermill

    source = write_notebook(
        project / "notebooks" / "odd.ipynb",
        "from aichr_briefings import open_dataset\ndata = open_dataset()",
        "data.count(year=2018)",
        "text = open('../notes.txt').read()\ndata.codes('themes')[:1]",
        "raise ValueError(data.project)",
    )
    with pytest.raises(papermill.exceptions.PapermillExecutionError):
        papermill.execute_notebook(
            source, project / "out.ipynb", progress_bar=False, cwd=project / "notebooks"
        )
    cells = [
        cell for cell in nbformat.read(project / "out.ipynb", as_version=4).cells if cell.cell_type == "code"
    ]
    told = [
        [
            read["query"]
            for output in cell.outputs
            for read in output.get("data", {}).get(READS, {}).get("reads", [])
        ]
        for cell in cells
        if "papermill-error-cell-tag" not in cell.metadata.get("tags", [])
    ]
    assert told == [[], ["select"], ["file", "describe", "select"], ["describe"]]
    hidden = [output for cell in cells for output in cell.outputs if READS in output.get("data", {})]
    assert all(list(output.data) == [READS] and output.output_type == "display_data" for output in hidden)
