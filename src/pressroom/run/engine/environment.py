"""What starts a kernel or a warm process alike: environment variables, and names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pressroom.data.locate import VARIABLE as DATA
from pressroom.data.names import PREFIX
from pressroom.data.previous import VARIABLE as RELEASES
from pressroom.run.notebook import Notebook, settings_of

VARIABLE = f"{PREFIX}WARM"
"""The environment variable that names the address of a warm process to use."""

SAFE_PATH = {"PYTHONSAFEPATH": "1"}
"""Has Python import nothing from the folder that it is started in."""

ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "COLUMNS": "80",  # pandas asks how wide a terminal is
    "LINES": "24",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # or the debugger prints a warning
    "OPENBLAS_NUM_THREADS": "1",
    **SAFE_PATH,
}
"""Some are read only when Python or a library starts: a warm process needs them as a kernel does."""

_FOLDERS = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "MPLCONFIGDIR")
"""Where libraries look for settings and fonts of the user, and warn if they cannot write."""

_LISTED = frozenset(
    (
        *("PATH", "HOME", "USER", "LOGNAME", "LANG", "TMPDIR", "TEMP", "TMP"),
        *("VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV"),
        *("PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE", "PYTHONNOUSERSITE"),
        *("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"),
        *("IPYTHONDIR", "JUPYTER_PATH", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR"),
        *("JUPYTER_CONFIG_PATH", "JUPYTER_PLATFORM_DIRS", "JUPYTER_PREFER_ENV_PATH"),
        *("MPLCONFIGDIR", "OMP_NUM_THREADS", "MKL_NUM_THREADS"),
        *(DATA, RELEASES, VARIABLE),
        *("LC_ADDRESS", "LC_COLLATE", "LC_CTYPE", "LC_IDENTIFICATION", "LC_MEASUREMENT", "LC_MESSAGES"),
        *("LC_MONETARY", "LC_NAME", "LC_NUMERIC", "LC_PAPER", "LC_TELEPHONE", "LC_TIME"),
        *("LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"),
        *("NIX_LD", "NIX_LD_LIBRARY_PATH", "XDG_DATA_DIRS", "XDG_CONFIG_DIRS", "XDG_RUNTIME_DIR"),
        *_FOLDERS,
        *ENVIRONMENT,
    )
)
"""The variables that cells get, if they are set: none is a secret, none has Python run a file, and none says
how charts look."""

_NEVER = f"{PREFIX}SMTP_"
"""How those begin that no notebook gets, whatever it asks for: what is told of the mail server."""

BACKEND = "matplotlib_inline.backend_inline"
"""How matplotlib draws in a kernel."""

SERVER = "pressroom.run.engine.parent"
"""The module that is the warm process; it is for Linux, so that nothing else imports it."""

REQUEST = "request.json"
"""The file, in a warm process' folder, that says what to import and to open."""

LOGGER = "pressroom.run.engine"
"""The name of the logger that says why papermill's stock engine does the job."""


def settle_folders(folder: Path) -> dict[str, str]:
    """Return variables that give libraries folders inside `folder`, whatever the user's home has or lacks."""
    return {name: str(folder.absolute() / name.lower()) for name in _FOLDERS}


def list_environment(nb: Notebook | None = None) -> dict[str, str]:
    """Return the variables of this process that cells get: those listed, and those that a notebook asks for.

    What PYTHONPATH names is the user's choice, and stays the same place in another folder; an empty place,
    which Python takes for the working folder, is nobody's.
    """
    names = _LISTED.union(settings_of(nb).get("environment", ()) if nb else ())
    told = {n: v for n, v in os.environ.items() if n in names and not n.startswith(_NEVER)}
    places = [str(Path(p).absolute()) for p in told.pop("PYTHONPATH", "").split(os.pathsep) if p]
    return told | ({"PYTHONPATH": os.pathsep.join(places)} if places else {})


@contextmanager
def in_environment(wanted: Mapping[str, str]) -> Iterator[None]:
    """Let the variables of this process be these alone, for whatever it starts meanwhile."""
    before = dict(os.environ)
    set_environment(wanted)
    try:
        yield
    finally:
        set_environment(before)


def set_environment(wanted: Mapping[str, str]) -> None:
    """Let the variables of this process be these alone."""
    for name in os.environ.keys() - wanted.keys():
        del os.environ[name]
    os.environ.update({name: value for name, value in wanted.items() if os.environ.get(name) != value})
