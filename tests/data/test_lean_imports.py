"""Imports without the libraries of formats that nobody here uses."""

from __future__ import annotations

import subprocess
import sys


def test_jsonschema_is_imported_without_them_and_checks_all_else() -> None:
    script = (
        "import sys\n"
        "from pressroom.data.lean_imports import lean_imports\n"
        "with lean_imports():\n"
        "    import nbformat\n"
        "assert 'jsonschema' in sys.modules\n"
        "assert not {'rfc3987_syntax', 'isoduration'} & sys.modules.keys()\n"
        "from jsonschema import FormatChecker\n"
        "assert FormatChecker().conforms('2019-10-03', 'date')\n"
        "assert not FormatChecker().conforms('2019-10-32', 'date')\n"
        "nbformat.validate(nbformat.v4.new_notebook())\n"
        "try:\n"
        "    nbformat.validate({'cells': [], 'metadata': 3, 'nbformat': 4, 'nbformat_minor': 5})\n"
        "except nbformat.ValidationError:\n"
        "    print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout == "refused\n", done.stderr


def test_what_is_there_already_stays() -> None:
    script = (
        "import sys, types\n"
        "sys.modules['isoduration'] = there = types.ModuleType('isoduration')\n"
        "from pressroom.data.lean_imports import lean_imports\n"
        "with lean_imports():\n"
        "    assert sys.modules['isoduration'] is there\n"
        "    assert sys.modules['rfc3987_syntax'] is None\n"
        "assert sys.modules['isoduration'] is there\n"
        "assert 'rfc3987_syntax' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
