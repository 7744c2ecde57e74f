"""What a notebook's code depends on that no build can ask again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pressroom.run.code import (
    CHANCE,
    CLOCK,
    FILES,
    HIDDEN,
    PROGRAM,
    SURROUNDINGS,
    list_unknowable,
)


def notebook(*sources: str) -> dict[str, Any]:
    return {"cells": [{"cell_type": "code", "metadata": {}, "source": source} for source in sources]}


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("from datetime import datetime\ndatetime.now()", CLOCK),
        ("import pandas as pd\npd.Timestamp.today().year", CLOCK),
        ("import time\ntime.time()", CLOCK),
        ("import random\nrandom.choice('ab')", CHANCE),
        ("import numpy as np\nnp.random.default_rng().random()", CHANCE),
        ("import secrets", CHANCE),
        ("import os\nos.environ['HOME']", SURROUNDINGS),
        ("import os\nos.getenv('HOME')", SURROUNDINGS),
        ("from pathlib import Path\nPath('x').exists()", FILES),
        ("import os\nos.path.getmtime('x')", FILES),
        ("import lxml.etree", FILES),
        ("%matplotlib inline\nimport os\nos.stat('x')", FILES),
        ("import time as t\nt.time()", CLOCK),
        ("from time import time as now\nnow()", CLOCK),
        ("from datetime import datetime as D\nnow = D.now", CLOCK),
        ("import datetime\ngetattr(datetime.datetime, 'now')()", CLOCK),
        ("import pandas as pd\npd.to_datetime('today')", CLOCK),
        ("import numpy as np\nnp.datetime64('now')", CLOCK),
        ("%%time\nimport time\ntime.time()", CLOCK),
        ("x = !ls\nprint(x)", PROGRAM),
        ("!ls", PROGRAM),
        ("%%bash\nls", PROGRAM),
        ("from random import choice\nchoice('ab')", CHANCE),
        ("import pandas as pd\npd.Series([1]).sample(1)", CHANCE),
        ("from os import environ as e\ne['HOME']", SURROUNDINGS),
        ("import os\nos.path.expanduser('~')", SURROUNDINGS),
        ("from pathlib import Path\nPath('~/x').expanduser()", SURROUNDINGS),
        ("import os\nos.cpu_count()", SURROUNDINGS),
        ("id(object())", SURROUNDINGS),
        ("import os\nos.path.getsize('x')", FILES),
        ("import os\nos.open('x', 0, dir_fd=3)", FILES),
        ("c.execute(\" attach 'x' as y\")", FILES),
        ("c.executescript('ATTACH DATABASE x AS y')", FILES),
        ("exec('import time')", HIDDEN),
        ("eval('1 + 1')", HIDDEN),
        ("import importlib as i\ni.import_module('time')", HIDDEN),
        ("__import__('time')", HIDDEN),
        ("from datetime import time\ntime(12, 0)", None),
        ("import datetime\ndatetime.time(12)", None),
        ("frame.eval('a + b').query('a > 1')", None),
        ("import pandas as pd\npd.Series([1]).sample(1, random_state=1)", None),
        ("c.execute('select attach from t')", None),
        ("x != 1", None),
        ("row.id", None),
        ("import random\nrandom.seed(1)\nrandom.random()", None),
        ("import numpy as np\nnp.random.default_rng(7).random()", None),
        ("from datetime import date\ndate(2019, 1, 1)", None),
        ("rows = [1]\nrows.count(1)", None),
        ("1 +", None),
    ],
)
def test_it_is_told_with_its_cell(tmp_path: Path, code: str, what: str | None) -> None:
    told = list(list_unknowable(notebook("1", code), tmp_path))
    assert told == ([("cell [2]", what)] if what else [])


def test_modules_beside_the_notebook_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("import time\n\ndef now():\n    return time.time()\n")
    (tmp_path / "other.py").write_text("import secrets\n")
    assert list(list_unknowable(notebook("import helper"), tmp_path)) == [("helper.py", CLOCK)]
