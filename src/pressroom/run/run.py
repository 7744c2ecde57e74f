"""Run one briefing's notebook. The only module that imports papermill."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from pressroom.data.locate import VARIABLE
from pressroom.data.names import METADATA
from pressroom.data.opened_files import find_project
from pressroom.data.reads import UNKNOWN
from pressroom.run.code import list_unknowable
from pressroom.run.engine.environment import (
    ENVIRONMENT,
    LOGGER,
    in_environment,
    list_environment,
    settle_folders,
)
from pressroom.run.executed import INJECTED, normalise_notebook
from pressroom.run.failure import (
    BriefingError,
    add_error,
    describe_failure,
    explain_stop,
    refuse_output,
)
from pressroom.run.inputs import explain_package
from pressroom.run.notebook import read_notebook, tags_of
from pressroom.run.parameters import Value
from pressroom.run.time_limit import find_time_limit

KERNEL = {"name": "python3", "language": "python", "display_name": "Python 3 (ipykernel)"}
"""What runs a notebook that does not say: this interpreter."""

WARM: Final = "warm"
"""The name of papermill's engine that runs notebooks in forks of a warm process."""

OTHER_PACKAGE = "OtherPackage"
"""The name of the error that a briefing was not made by this copy of the package."""

_LONGEST = 90
"""How many bytes the path of a socket may have, a number at its end and all; macOS takes 103, Linux 107."""

_PACKAGE = "package"
"""The file in which a kernel tells where its copy of this package lies."""

_STARTUP = """\
import os, sys
sys.path[:] = [*filter(None, sys.path), ""]
os.environ.pop("PYTHONSAFEPATH", None)
get_ipython().events.register("pre_execute", lambda ip=get_ipython(), end=os._exit: ip.exit_now and end(0))
del os, sys
try:
    __import__("pressroom.data.opened_files").data.opened_files.watch_notebook(__import__("pathlib").Path({root!r}))
    __import__("pathlib").Path({package!r}).write_text(
        __import__("pressroom").__file__, "utf-8", "surrogateescape"
    )
except ImportError:  # the kernel of another environment
    pass
"""
"""What a kernel does first: look for modules beside the notebook last, so that none there hides an installed
one; let programs that cells start be as ever; end at once at the cell after `exit()`, which ipykernel would
still run if it came within a tenth of a second; record what is read; and tell whose package is there."""


def run_notebook(
    path: Path,
    parameters: Mapping[str, Value],
    *,
    source: dict[str, Any] | None = None,
    family: str,
    slug: str,
    timeout: int | None = None,
    dataset: Path | None = None,
    engine: str | None = None,
    root: Path | None = None,
    scratch: Path | None = None,
    notices: list[str] | None = None,
) -> Any:
    """Return the executed notebook (a node), free of all that varies between equal runs.

    Parameters
    ----------
    parameters
        All of the family's parameters; papermill writes them as literals.
    source
        The notebook, where it was read already; else it is read from `path`.
    timeout
        Seconds that a cell may take. Without it, what the notebook's metadata say, else 60.
    dataset
        The folder that `open_dataset` opens there; without it, it looks for one itself.
    engine
        Name of papermill's engine; its stock one if None.
    root
        The project's folder, whose files are recorded when a cell reads them; without it, the nearest one
        at or above the notebook with a dataset, else the notebook's own.
    scratch
        The folder for temporary files; the system's if None.
    notices
        A list that takes what the engine says, such as why the stock one does the job of the warm one.

    Raises
    ------
    BriefingError
        If a cell raises, runs too long or kills its kernel, or tells the press what it cannot take; or the
        kernel does not start, or has another copy of this package.
    """
    source = deepcopy(source) if source else read_notebook(path)
    source["metadata"].setdefault("kernelspec", dict(KERNEL))
    limit = find_time_limit(source, timeout)
    described = {"family": family, "parameters": dict(parameters)}
    folder = path.absolute().parent
    with TemporaryDirectory(prefix="briefing-", dir=scratch) as made:
        _write_startup(Path(made), root or find_project(folder, folder))
        variables = {**list_environment(source), **_set_variables(Path(made), scratch or Path(made), dataset)}
        with (
            in_environment(variables),
            _silenced("papermill"),
            _heard(LOGGER, notices),
        ):
            nb, stop = _execute(source, parameters, folder, limit, Path(made), engine)
        other = _find_other_package(Path(made))
    if other:
        raise BriefingError(family, slug, reason=other, name=OTHER_PACKAGE)
    known = [cell["id"] for cell in source["cells"] if INJECTED not in tags_of(cell)]
    fault = normalise_notebook(nb, known, described)
    unknown = [
        {"query": UNKNOWN, "arguments": {"what": f"{what} ({place})"}, "digest": ""}
        for place, what in list_unknowable(source, folder)
    ]
    nb.metadata[METADATA]["reads"] += unknown
    if failure := describe_failure(family, slug, nb, stop):
        raise failure
    if fault:
        raise refuse_output(family, slug, nb, fault)
    return nb


def write_notebook(nb: Any) -> bytes:
    """Return a notebook node as a file's bytes, equal for equal notebooks."""
    import nbformat

    text: str = nbformat.writes(nb, sort_keys=True, ensure_ascii=False, indent=1)  # type: ignore[no-untyped-call]
    return (text.rstrip("\n") + "\n").encode("utf-8", "backslashreplace")


def import_papermill() -> None:
    """Import what running a notebook needs, so that a process forked from this one has it."""
    import nbformat  # noqa: F401
    import papermill  # noqa: F401


def _execute(
    source: Mapping[str, Any],
    parameters: Mapping[str, Value],
    folder: Path,
    limit: int,
    scratch: Path,
    engine: str | None,
) -> tuple[Any, str | None]:
    """Return the notebook as far as it ran; and why it stopped, unless all ran or a cell raised."""
    import nbformat
    import papermill
    from nbclient.exceptions import CellTimeoutError
    from papermill.exceptions import PapermillExecutionError

    stop = None
    out = scratch / "executed.ipynb"
    kept: list[Any] = []
    late: list[Any] = []
    # The warm engine hands the notebook over. Others save it after each cell, so that what came before a
    # kernel's death is left.
    is_kept = engine == WARM
    failure: Exception | None = None
    try:
        papermill.execute_notebook(
            nbformat.from_dict(source),  # type: ignore[no-untyped-call]
            None if is_kept else str(out).replace("{", "{{").replace("}", "}}"),  # papermill formats the path
            dict(parameters),
            engine_name=engine,
            progress_bar=False,
            cwd=str(folder),
            execution_timeout=limit,
            record_timing=False,
            shutdown_kernel="immediate",
            config=_configure_kernels(source, scratch),
            **({"kept": kept} if is_kept else _interrupt_late(late)),
        )
    except PapermillExecutionError:
        if late:  # else the notebook says it too
            failure = CellTimeoutError("Cell execution timed out")
    except Exception as error:
        failure = error
    if out.exists():
        kept.append(_read_node(out))
    nb = kept[-1] if kept else nbformat.from_dict(source)  # type: ignore[no-untyped-call]
    if failure:
        stop = explain_stop(failure, limit, scratch.parent)
        add_error(nb, failure, stop)
    return nb, stop


def _interrupt_late(late: list[Any]) -> dict[str, Any]:
    """Return options with which a kernel is interrupted at a cell's limit; the list takes that it was.

    So the cell can say where it was, and clean up, as in a fork. One that goes on is ended by papermill.
    """
    mark = {"ename": "CellTimeoutError", "evalue": "", "traceback": []}

    def take(execute_reply: Mapping[str, Any], **_: Any) -> None:
        if execute_reply["content"] == {**mark, "status": "error"}:
            late.append(execute_reply)

    return {"interrupt_on_timeout": True, "error_on_timeout": mark, "on_cell_error": take}


def _read_node(path: Path) -> Any:
    import nbformat

    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def _configure_kernels(source: Mapping[str, Any], scratch: Path) -> Any:
    """Return settings with which a kernel is asked over files in `scratch`, or else over encrypted ports.

    A port that was free when it was chosen can be another's when the kernel takes it. Files cannot, but
    their paths are bounded, and kernels of other languages may not know them.
    """
    import zmq
    from traitlets.config import Config

    settings = {"transport_encryption": "auto" if zmq.has("curve") else "disabled"}
    path = str(scratch / "kernel")
    if source["metadata"]["kernelspec"]["name"] == KERNEL["name"] and len(os.fsencode(path)) < _LONGEST:
        settings |= {"transport": "ipc", "ip": path}
    return Config({"KernelManager": settings})


def _write_startup(scratch: Path, root: Path) -> None:
    """Make a profile of the kernel's own, so that the user's does not matter, with what it does first."""
    startup = scratch / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    places = {"root": str(root), "package": str(scratch / _PACKAGE)}
    (startup / "reads.py").write_text(_STARTUP.format(**places), "utf-8", "surrogateescape")


def _set_variables(scratch: Path, shared: Path, dataset: Path | None) -> dict[str, str]:
    """Return the variables with which a kernel's locale, time zone, profile and dataset are the press's.

    What libraries keep for later goes into the folder `shared`, which kernels may have in common.
    """
    wanted = {
        **ENVIRONMENT,
        **settle_folders(shared),
        "IPYTHONDIR": str(scratch / "ipython"),
        "JUPYTER_PREFER_ENV_PATH": "1",  # python3 is this environment's kernel
    }
    return wanted | ({VARIABLE: str(dataset.absolute())} if dataset is not None else {})


def _find_other_package(scratch: Path) -> str | None:
    """Return what to say if the kernel had another copy of this package than the press; else None."""
    record = scratch / _PACKAGE
    return (
        explain_package(Path(record.read_text("utf-8", "surrogateescape")).parent)
        if record.exists()
        else None
    )


@contextmanager
def _silenced(name: str) -> Iterator[None]:
    """Keep a logger still: what it would say reaches the caller as a BriefingError."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


@contextmanager
def _heard(name: str, lines: list[str] | None) -> Iterator[None]:
    """Let a list take what a logger says, instead of standard error."""
    if lines is None:
        yield
        return
    logger, handler = logging.getLogger(name), logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    before, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = before
