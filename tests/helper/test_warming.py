import subprocess
import sys

import aichr_briefings as content

SCRIPT = """
import sys, threading
import aichr_briefings as content
assert not {"pandas", "matplotlib"} & set(sys.modules), "to import content is to import nothing heavy"

def look():
    # To ask for the backend is to choose one.
    from matplotlib import rcParams
    return {name: rcParams[name] for name in rcParams if name != "backend"}

before = look()
content.warm_up()
assert look() == before
hooked = [name for name in ("IPython", "matplotlib.pyplot", "matplotlib_inline") if name in sys.modules]
print(threading.active_count(), hooked)
"""


def test_warming_up_starts_no_thread_and_imports_nothing_that_hooks_in():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("1 []", "")


def test_warming_up_is_not_for_notebooks():
    assert callable(content.warm_up)
    assert "warm_up" not in content.__all__
