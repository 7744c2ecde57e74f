"""The command as users run it: in a process of its own, its output, exit codes and signals."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from pressroom.cli.app import app
from warm_commands import run_warm

MakeNotebook = Callable[..., Path]
MakeProject = Callable[..., Path]

COMMAND = [sys.executable, "-c", "from pressroom.cli import main; main()"]
YEARS = "#parameters\nyear: int = 2018  # one of years; the year"


@pytest.fixture
def root(make_project: MakeProject, make_notebook: MakeNotebook) -> Path:
    """Return a project with one family of one briefing."""
    folder = make_project()
    make_notebook("print('first')", path=folder / "notebooks" / "note.ipynb")
    return folder


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end; from the start, if something in its environment is another."""
    if not environment:
        return run_warm(cwd, *arguments)
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


def start(*arguments: str, cwd: Path) -> subprocess.Popen[str]:
    """Start the command in a session of its own."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Return what a command said; one that does not end is killed, and leaves nothing to other tests."""
    try:
        return process.communicate(timeout=120)
    finally:
        process.kill()
        process.communicate()


def digest_files(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of all files of an edition."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {p.relative_to(folder).as_posix(): sha256(p.read_bytes()).hexdigest() for p in sorted(paths)}


def wait_for(file: Path, seconds: float = 60) -> None:
    """Wait until a file is there."""
    deadline = time.monotonic() + seconds
    while not file.exists():
        assert time.monotonic() < deadline, f"{file} never came"
        time.sleep(0.05)


def test_list_names_briefings_and_their_parameters(root: Path, make_notebook: MakeNotebook) -> None:
    make_notebook(YEARS, path=root / "notebooks" / "year.ipynb")
    done = run("list", cwd=root / "notebooks")
    assert done.returncode == 0
    assert done.stdout.splitlines()[:2] == ["note/note", "year/2011  (year=2011)"]
    done = run("list", "year=2018", "--json", cwd=root)
    expected = {"id": "year/2018", "family": "year", "slug": "2018", "parameters": {"year": 2018}}
    assert json.loads(done.stdout) == [expected]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["build", "nite"], "nearest: note"),
        (["build", "note/not"], "nearest: note/note"),
        (["build", "--nonsense"], "No such option"),
        (["build", "--timeout", "0"], "timeout"),
        (["build", "--project", "elsewhere"], "no folder notebooks in"),
        (["print"], "No such command"),
    ],
)
def test_bad_usage_is_told_in_plain_text_and_exits_2(root: Path, arguments: list[str], said: str) -> None:
    done = run(*arguments, cwd=root)
    assert done.returncode == 2
    assert said in done.stderr
    assert "\x1b" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    assert not (root / "reports" / "current").exists()


@pytest.mark.parametrize("output", ["file.txt", "file.txt/below", "/proc/briefings"])
def test_an_output_that_cannot_be_written_is_bad_usage(root: Path, output: str) -> None:
    (root / "file.txt").touch()
    done = run("build", "--output", output, cwd=root)
    assert done.returncode == 2
    assert "--output must be a folder that can be written" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_a_closed_standard_stream_costs_only_what_it_would_have_told(root: Path, closed: str) -> None:
    command = f"{shlex.join([*COMMAND, 'build'])} {closed}"
    done = subprocess.run(["sh", "-c", command], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert (root / "reports" / "current" / "note" / "note.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("name", ["random.py", "json.py", "logging/__init__.py"])
@pytest.mark.parametrize("path", ["", ".", "absolute"])
def test_a_module_that_hides_one_of_python_s_is_named(root: Path, name: str, path: str) -> None:
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text("raise KeyboardInterrupt")
    done = run("list", cwd=root, PYTHONPATH=str(root) if path == "absolute" else path)
    assert done.returncode == 2
    hiding = root / name.partition("/")[0]
    assert done.stderr.startswith(f"{hiding} hides Python's own module {hiding.stem}:")
    assert done.stderr.count("\n") == 1


def test_output_that_cannot_be_written_is_one_line_and_exits_1(root: Path) -> None:
    command = f"{shlex.join([*COMMAND, 'list'])} > /dev/full"
    done = subprocess.run(["sh", "-c", command], cwd=root, capture_output=True, text=True)
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert done.stderr.count("\n") == 1


def test_help_lists_each_command_once_by_who_needs_it(root: Path) -> None:
    lines = run("--help", cwd=root).stdout.splitlines()
    headings = [line for line in lines if line.endswith(":") and line[0] != " "]
    assert headings == ["Options:", "Write:", "Build:", "Publish:", "Look after:", "Answer readers:"]
    named = [line.split()[0] for line in lines if line.startswith("  ") and line[2] not in " -P"]
    assert sorted(named) == sorted(app.commands)


def test_a_broken_pipe_is_quiet(root: Path) -> None:
    process = start("list", cwd=root)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 1
    process.stderr.close()


def test_a_folder_without_a_dataset_is_bad_usage(tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    done = run("list", cwd=tmp_path)
    assert (done.returncode, "datapackage.json" in done.stderr) == (2, True)


@pytest.mark.slow
def test_check_names_every_finding(root: Path) -> None:
    assert run("check", cwd=root).returncode == 0
    path = root / "data" / "activities.csv"
    path.write_text(path.read_text("utf-8").replace(",held,", ",hold,"), "utf-8")
    done = run("check", cwd=root)
    assert done.returncode == 2
    assert "error: activities.csv, row 2, column status: " in done.stdout
    assert "nearest: held" in done.stdout
    findings = json.loads(run("check", "--json", cwd=root).stdout)
    assert {finding["column"] for finding in findings if finding["severity"] == "error"} == {"status"}
    built = run("build", cwd=root)
    assert built.returncode == 2
    assert "nothing was built" in built.stderr
    assert "row 2, column status" in built.stderr


@pytest.mark.slow
def test_build_tells_what_it_did_and_exits_1_if_a_briefing_failed(
    root: Path, make_notebook: MakeNotebook
) -> None:
    done = run("build", cwd=root)
    assert (done.returncode, done.stdout) == (0, "1 built: reports/current/index.html\n")
    assert done.stderr == "[1/1] note/note\n"
    make_notebook("1", "open('nowhere.txt')", path=root / "notebooks" / "bad.ipynb")
    done = run("build", cwd=root)
    assert (done.returncode, done.stdout) == (1, "1 up to date, 1 failed: reports/current/index.html\n")
    assert "bad/bad failed in cell [2]: FileNotFoundError" in done.stderr
    assert "there is no earlier copy" in done.stderr


@pytest.mark.slow
def test_build_tells_machines_in_json_and_builds_elsewhere(root: Path, make_notebook: MakeNotebook) -> None:
    make_notebook("1", "open('nowhere.txt')", path=root / "notebooks" / "bad.ipynb")
    told = json.loads(run("build", "--force", "--json", "--output", "elsewhere", cwd=root).stdout)
    assert told["succeeded"] == ["note/note"]
    assert [(f["id"], f["cell"], f["exception"]) for f in told["failed"]] == [
        ("bad/bad", 2, "FileNotFoundError")
    ]
    assert (root / "elsewhere" / "current" / "note" / "note.pdf").is_file()
    assert not (root / "reports").exists()


NOTHING_HEAVY = """
import sys
from pressroom.cli import main
sys.argv = ["briefings", "build"]
try:
    main()
except SystemExit as left:
    assert not left.code, left.code
heavy = ("pandas", "papermill", "nbconvert", "nbformat", "matplotlib", "typst", "frictionless", "numpy")
print(*[name for name in heavy if name in sys.modules])
"""


@pytest.mark.slow
def test_a_build_with_nothing_to_do_loads_nothing_heavy(root: Path, make_notebook: MakeNotebook) -> None:
    make_notebook(YEARS, "f'In {year}'", path=root / "notebooks" / "year.ipynb")
    assert run("build", "note", "year/2018", cwd=root).returncode == 0
    script = NOTHING_HEAVY.replace('"build"]', '"build", "note", "year=2018"]')
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout == "2 up to date: reports/current/index.html\n\n"


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_build_stopped_half_way_leaves_the_last_edition_whole(
    root: Path, make_notebook: MakeNotebook, number: signal.Signals
) -> None:
    assert run("build", cwd=root).returncode == 0
    before = digest_files(root / "reports" / "current")
    slow = "from pathlib import Path\nimport time\nPath('../begun').touch()\ntime.sleep(60)"
    make_notebook(slow, path=root / "notebooks" / "slow.ipynb")
    make_notebook("print('second')", path=root / "notebooks" / "note.ipynb")

    process = start("build", cwd=root)
    wait_for(root / "begun")
    kernels = psutil.Process(process.pid).children(recursive=True)
    assert kernels
    process.send_signal(number)
    said = finish(process)[1]
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert said.splitlines()[-1] == "Interrupted; the last edition is as it was."
    else:
        assert process.returncode == -number
    _, alive = psutil.wait_procs(kernels, timeout=60)
    assert alive == []
    assert digest_files(root / "reports" / "current") == before

    (root / "notebooks" / "slow.ipynb").unlink()
    told = run("build", cwd=root).stdout
    assert told in [f"1 {what}: reports/current/index.html\n" for what in ("built", "up to date")]
    assert "second" in (root / "reports" / "current" / "note" / "note.html").read_text("utf-8")
    assert len(list((root / "reports" / ".generations").iterdir())) == 1


@pytest.mark.slow
def test_a_killed_build_is_gone_on_with(root: Path, make_notebook: MakeNotebook) -> None:
    assert run("build", cwd=root).returncode == 0
    # Looks for a file in a way that makes no briefing stale.
    slow = (
        "import os\nimport time\n"
        "try:\n    os.link('../go', f'../went-{year}')\n    os.unlink(f'../went-{year}')\n"
        "except FileNotFoundError:\n    time.sleep(99 if year == 2019 else 0)"
    )
    make_notebook(YEARS, slow, "f'In {year}'", path=root / "notebooks" / "year.ipynb")

    process = start("build", "--jobs", "1", cwd=root)
    journal = root / "reports" / ".generations" / "000002.journal"
    wait_for(journal)
    while journal.read_text("utf-8").count("\n") < 3:
        time.sleep(0.05)
    process.kill()
    finish(process)
    (root / "go").touch()
    done = run("build", cwd=root)
    assert done.stdout == "1 built, 4 up to date: reports/current/index.html\n"
    assert done.stderr.splitlines() == ["[1/1] year/2019"]
    assert run("build", "--output", "clean", cwd=root).returncode == 0
    assert digest_files(root / "reports" / "current") == digest_files(root / "clean" / "current")


@pytest.mark.slow
def test_two_builds_at_once_wait_for_each_other(root: Path, make_notebook: MakeNotebook) -> None:
    begun = "import os\nimport time\nfrom pathlib import Path\nPath('../begun').touch()"
    held = (
        "while True:\n    try:\n        os.link('../go', '../went')\n        break\n"
        "    except FileNotFoundError:\n        time.sleep(0.05)"
    )
    make_notebook(begun, held, path=root / "notebooks" / "slow.ipynb")
    first = start("build", cwd=root)
    wait_for(root / "begun")
    second = start("build", cwd=root)
    assert second.stderr is not None
    assert "waiting for it" in second.stderr.readline()
    (root / "go").touch()
    told = [finish(process) for process in (first, second)]
    assert [first.returncode, second.returncode] == [0, 0]
    assert told[1][0] == "2 up to date: reports/current/index.html\n"


@pytest.mark.slow
def test_equal_bytes_in_another_folder_locale_and_time_zone(
    make_project: MakeProject, make_notebook: MakeNotebook
) -> None:
    made = []
    for name, environment in (
        ("one", {"TZ": "Asia/Bangkok", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1", "HOME": "/nonexistent"}),
        ("two with {spaces} é", {"TZ": "America/New_York", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1"}),
    ):
        folder = make_project("varying", "frame", "hostile", "plain", "failing", name=name)
        make_notebook(YEARS, "f'In {year}'", path=folder / "notebooks" / "year.ipynb")
        done = run(
            "build",
            "plain",
            "frame",
            "hostile",
            "year=2018",
            "varying/undp",
            "failing/undp",
            cwd=folder,
            **environment,
        )
        assert done.returncode == 1, done.stderr
        assert "1 failed" in done.stdout
        made.append(digest_files(folder / "reports" / "current"))
    assert made[0] == made[1]
    assert {"manifest.json", "index.html", "failing/undp.failed.ipynb", "year/2018.pdf"} <= made[0].keys()


TEXTS = [
    ["pack", "--title"],
    ["pack", "--title", "Meeting", "--release"],
    ["pack", "--title", "Meeting"],
    ["pack", "--for"],
    ["release"],
    ["approve"],
    ["approve", "one", "--by"],
    ["build"],
    ["diff", "one"],
    ["new", "commentary"],
    ["new", "commentary", "agency=UNDP", "--author"],
    ["new", "commentary", "agency=UNDP", "--text"],
    ["new", "row", "activities", "--set"],
    ["new", "family", "partner", "--question"],
]


@pytest.mark.parametrize("arguments", TEXTS, ids=" ".join)
@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("\ufeffMeeting", "U+FEFF (Zero width no-break space)"),
        ("one\x07two", "U+0007"),
        ("one\u202etwo", "U+202E (Right-to-left override)"),
        ("one\ue000two", "U+E000"),
        ("one\uffff", "U+FFFF"),
        ("caf\udce9", "the byte 0xE9"),
    ],
)
def test_a_text_that_nobody_can_read_is_refused_by_name(
    arguments: list[str], text: str, named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, [*arguments, text])
    assert done.exit_code == 2
    assert isinstance(done.exception, SystemExit)
    assert f"it holds {named}" in done.stderr


@pytest.mark.parametrize("text", ["Ünïts, ภาษา", "a\u200bb", "two\nlines", "漢 🎉", "caf\u00ad\u00e9"])
def test_what_can_be_read_is_taken(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["approve", text])
    assert "there is no folder notebooks" in done.stderr
