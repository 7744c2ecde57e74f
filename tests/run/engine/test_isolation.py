"""One briefing sees nothing of another, and every one the data as they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from pressroom.run.engine.environment import VARIABLE
from pressroom.run.engine.process import WarmProcess, close_own
from pressroom.run.notebook import settings_of
from pressroom.run.run import write_notebook

Run = Callable[..., Any]
Texts = Callable[[Any], list[str]]

POLLUTION = """\
import atexit, builtins, decimal, gc, json, locale, logging, os, random, signal, sys, tempfile, threading
import time, warnings
import pressroom.data as dataset, matplotlib.pyplot as plt, numpy as np, pandas as pd
plt.rcParams["lines.linewidth"] = 99; plt.figure(); plt.style.use("ggplot"); plt.plot([1])
pd.options.display.max_rows = 1; pd.DataFrame.to_html = lambda self: "patched"; dataset.open_dataset = None
os.environ["TZ"] = "Asia/Bangkok"; time.tzset(); os.environ["POLLUTED"] = "1"; os.environ.pop("LC_ALL")
os.chdir("/"); os.umask(0); sys.path.append("/polluted"); sys.argv.append("polluted")
locale.setlocale(0, "C")
json.dumps = print; builtins.polluted = 1; sys.modules["polluted"] = json; np.seterr(all="raise")
random.seed(1); np.random.seed(1); decimal.getcontext().prec = 1; gc.disable(); sys.setrecursionlimit(777)
warnings.simplefilter("error"); logging.disable(); signal.signal(signal.SIGTERM, signal.SIG_IGN)
threading.Thread(target=time.sleep, args=(100,)).start(); tempfile.tempdir = "/"; atexit.register(print)
get_ipython().events.register("post_run_cell", lambda result: print("polluted"))"""

LOOK = """\
import builtins, decimal, gc, json, locale, logging, os, signal, sys, tempfile, threading, time, warnings
import pressroom.data as dataset, matplotlib.pyplot as plt, numpy as np, pandas as pd
print(plt.rcParams["lines.linewidth"], plt.get_fignums(), plt.rcParams["axes.facecolor"])
print(pd.options.display.max_rows, pd.DataFrame({"a": [1]}).to_html()[:6], dataset.open_dataset)
print(time.tzname, os.environ.get("POLLUTED"), os.environ.get("LC_ALL"), os.getcwd(), os.umask(0o22))
print(sys.path, sys.argv, json.dumps(1), hasattr(builtins, "polluted"), "polluted" in sys.modules)
print(decimal.getcontext().prec, gc.isenabled(), sys.getrecursionlimit(), np.geterr(), locale.setlocale(0))
print(logging.root.manager.disable, signal.getsignal(signal.SIGTERM), threading.active_count())
print(len(warnings.filters), tempfile.tempdir, len(get_ipython().events.callbacks["post_run_cell"]))"""


@pytest.mark.slow
@pytest.mark.usefixtures("warm")
def test_what_one_briefing_changes_no_other_sees(run: Run, texts_of: Texts) -> None:
    before = texts_of(run(LOOK))
    assert not before[1].startswith("99")
    polluted = run(POLLUTION, LOOK)
    assert texts_of(polluted)[2] != before[1]
    assert texts_of(run(LOOK)) == before


@pytest.mark.usefixtures("warm")
def test_what_is_random_is_so_in_each_briefing(run: Run, texts_of: Texts) -> None:
    cells = ["import numpy, random, uuid, tempfile, secrets",
             "random.random(), numpy.random.rand(), numpy.random.default_rng().random(), uuid.uuid4()",
             "tempfile.mktemp(), secrets.token_hex()"]  # fmt: skip
    first, second = (texts_of(run(*cells))[2:] for _ in range(2))
    pairs = list(zip(",".join(first).split(","), ",".join(second).split(","), strict=True))
    assert len(pairs) == 6
    assert all(one != other for one, other in pairs)


def test_changed_data_are_seen(
    make_project: Callable[..., Path], run: Run, texts_of: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = make_project() / "data"
    cells = (
        "from aichr_briefings import open_dataset\nds = open_dataset()",
        "ds.activities().values('title')[:3], ds.count(agency='UNDP')",
    )
    with WarmProcess.start(["pressroom.data"], data) as warm:
        monkeypatch.setenv(VARIABLE, str(warm.address))
        first, again = (run(*cells, dataset=data) for _ in range(2))
        assert write_notebook(again) == write_notebook(first)
        path = data / "activities.csv"
        lines = path.read_text("utf-8").splitlines(keepends=True)
        title = first.cells[2].outputs[0].data["text/plain"][3:20]
        assert sum(title in line for line in lines) >= 1
        path.write_text("".join(lines).replace(title, "Z" + title[1:]), "utf-8")
        changed = run(*cells, dataset=data)
        stock = run(*cells, dataset=data, engine=None)
    assert title not in texts_of(changed)[2]
    assert settings_of(changed)["reads"] != settings_of(first)["reads"]
    assert write_notebook(changed) == write_notebook(stock)


DRAWN = (
    "import matplotlib\nimport matplotlib.pyplot as plt",
    "plt.plot([1, 2], gid='line')\nplt.close()\nmatplotlib.rcParams['lines.linewidth']",
)


@pytest.mark.slow
@pytest.mark.parametrize("engine", [None, "warm"])
@pytest.mark.parametrize(
    "names",
    [("HOME",), ("MPLCONFIGDIR",), ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"), ("TMPDIR",)],
    ids=str,
)
def test_the_users_home_does_not_show(
    names: tuple[str, ...],
    engine: str | None,
    own: None,
    run: Run,
    texts_of: Texts,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = run(*DRAWN, engine=engine)
    assert texts_of(plain)[2] == "1.5"
    settings = tmp_path / "home" / ".config" / "matplotlib"
    for folder in (settings, tmp_path / "home", tmp_path / "home" / "matplotlib"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "matplotlibrc").write_text("lines.linewidth: 7")
    # One that holds what would show, and one that cannot be: it cannot be made, or it is a file.
    for home in (tmp_path / "home", "/proc/missing" if names[0] in ("HOME", "TMPDIR") else "/dev/null"):
        close_own()
        for name in names:
            monkeypatch.setenv(name, str(home))
        assert write_notebook(run(*DRAWN, engine=engine)) == write_notebook(plain)


# A descriptor or a thread that one briefing of forty leaves is counted. Memory grows by nothing after the
# first; 50 kB that each leaves would be seen.
WARM_UP, MANY, KEPT = 10, 40, 50 << 10


@pytest.mark.slow
def test_many_briefings_leave_everything_as_it_was(
    warm: WarmProcess, run: Run, texts_of: Texts, wait_until: Callable[..., bool]
) -> None:
    engine, server = psutil.Process(), psutil.Process(warm.pid)
    cells = ("import pandas as pd\npd.DataFrame({'a': range(1000)})", "import os\nos.system('true')")
    run(*cells)

    def measure() -> list[int]:
        assert wait_until(lambda: not server.children(recursive=True))
        return [
            number for process in (engine, server) for number in (process.num_fds(), process.num_threads())
        ]

    before = measure()
    for _ in range(WARM_UP):
        run(*cells)
    sizes = [process.memory_info().rss for process in (engine, server)]
    for _ in range(MANY):
        assert texts_of(run(*cells))[2] == "0"
    assert measure() == before
    for process, size in zip((engine, server), sizes, strict=True):
        assert process.memory_info().rss - size < MANY * KEPT
