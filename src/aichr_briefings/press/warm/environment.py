"""What starts a kernel or a warm process alike: environment variables, and names."""

ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # or the debugger prints a warning
    "OPENBLAS_NUM_THREADS": "1",
}
"""Some are read only when Python or a library starts: a warm process needs them as a kernel does."""

BACKEND = "matplotlib_inline.backend_inline"
"""How matplotlib draws in a kernel."""

SERVER = "aichr_briefings.press.warm.server"
"""The module that is the warm process; it is for Linux, so that nothing else imports it."""

CELLS = "cells.json"
"""The file, in a warm process' folder, with the code of cells that will be run."""
