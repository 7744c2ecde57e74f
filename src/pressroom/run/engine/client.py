"""papermill's client for a fork of the warm process: nbclient's ways with messages, errors and time limits.

With `run.py` the only module that imports papermill.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jupyter_client.jsonutil import extract_dates
from jupyter_client.session import Session
from nbclient.client import timestamp
from nbclient.exceptions import CellExecutionComplete, CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.log import logger
from papermill.utils import remove_args

from pressroom.run.engine.child import Child, OutputLimitError
from pressroom.run.engine.environment import LOGGER, in_environment, list_environment
from pressroom.run.engine.process import NoWarmProcess, forsake, list_addresses
from pressroom.run.given_parameters import require_given
from pressroom.run.notebook import settings_of, source_of

GRACE = 5.0
"""Seconds that a kernel which is shut down gracefully may take, as under jupyter_client."""

LAST_WORDS = 2.0
"""Seconds that a cell over its limit has, once it is interrupted, to say where it was and to clean up."""

_FOR_KERNELS = {
    "coalesce_streams",
    "error_on_timeout",
    "extra_arguments",
    "interrupt_on_timeout",
    "ipython_hist_file",
    "km",
    "kernel_manager_class",
    "on_cell_complete",
    "on_cell_error",
    "on_cell_execute",
    "on_cell_executed",
    "on_cell_start",
    "on_notebook_complete",
    "on_notebook_error",
    "on_notebook_start",
    "resources",
    "timeout_func",
}
"""Options of nbclient's that only its own client follows."""

_DISPLAYED = {
    "display_data": ("metadata", "data"),
    "execute_result": ("metadata", "data", "execution_count"),
}

_JSON = re.compile(r"^application/(.*\+)?json$")

_PATH_FIRST = re.compile(r"\bsys\.path\s*(?:\.insert\b|=[^=]|\[)")

_log = logging.getLogger(LOGGER)
_said: set[str] = set()


class WarmClient(PapermillNotebookClient):  # type: ignore[misc]
    """Runs cell by cell in a fork: papermill's client, but for where the messages come from."""

    def run(self, child: Child) -> None:
        """Run the notebook's cells in `child`, as papermill does it in a kernel."""
        self.child, self.session = child, Session()
        self.session.key = b""  # nobody else is on the wire
        # What widgets are sent: a kernel takes it after the cell that runs.
        self.to_widgets: list[dict[str, Any]] = []
        channel = SimpleNamespace(send=self.to_widgets.append)
        self.kc = SimpleNamespace(session=self.session, shell_channel=channel)
        self.reset_execution_trackers()
        self.log.info(f"Executing notebook with kernel: {self.kernel_name}")
        try:
            self.papermill_execute_cells()
            self._describe()
            if self.shutdown_kernel == "graceful":
                child.end(GRACE)
        finally:
            child.close()

    def _describe(self) -> None:
        """Note the language and the widgets, as papermill does when its kernel still answers."""
        self.nb.metadata["language_info"] = dict(self.child.language_info)
        self.set_widgets_metadata()

    def execute_cell(
        self, cell: Any, cell_index: int, execution_count: int | None = None, store_history: bool = True
    ) -> Any:
        """Run a cell, and raise what nbclient raises."""
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source.strip() or self.skip_cells_with_tag in tags:
            return cell
        if self.record_timing:
            cell["metadata"]["execution"] = {}
        self.code_cells_executed += 1
        cell.outputs = []
        self.clear_before_next_output = False
        reply = self._await_reply(cell, cell_index, store_history)
        self._raise_error(cell, reply["content"])
        return cell

    def _ask(self, cell: Any, store_history: bool) -> str:
        """Send the cell to the fork; return the request's id."""
        content = {
            "code": cell.source,
            "silent": False,
            "store_history": store_history,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": not self._allows_errors(cell),
        }
        message = self.session.msg("execute_request", content)
        self.child.ask(self.session.serialize(message))
        self.has_begun = False
        return str(message["msg_id"])

    def _tell_widgets(self, limit: float | None) -> None:
        """Send what they were sent, one after the other: the fork answers each."""
        for message in self.to_widgets:
            self.child.ask(self.session.serialize(message))
            for answer in self._listen(message["msg_id"], limit):
                if answer["content"].get("execution_state") == "idle":
                    break
        self.to_widgets.clear()

    def _await_reply(self, cell: Any, index: int, store_history: bool) -> dict[str, Any]:
        limit = self.timeout if self.timeout and self.timeout > 0 else None
        try:
            self._tell_widgets(limit)
            asked = self._ask(cell, store_history)
            reply = self._take_answers(cell, index, asked, limit)
        except ConnectionError:
            self.child.kill()
            self.log.error("Kernel died while waiting for execute reply.")
            raise DeadKernelError("Kernel died") from None
        if reply is not None:
            return reply
        self.log.error(f"Timeout waiting for execute reply ({limit}s).")
        self.child.interrupt()
        with suppress(ConnectionError, OutputLimitError):
            if self._take_answers(cell, index, asked, LAST_WORDS) is not None:
                self._describe()
        raise CellTimeoutError.error_from_timeout_and_cell("Cell execution timed out", self.timeout, cell)

    def _take_answers(self, cell: Any, index: int, asked: str, limit: float | None) -> dict[str, Any] | None:
        """Take what answers a request, for so long; return the reply, or None if it takes longer."""
        reply: dict[str, Any] = {}
        try:
            for message in self._listen(asked, limit):
                if message["msg_type"] == "execute_reply":
                    reply = message
                    if self.record_timing:
                        cell["metadata"]["execution"]["shell.execute_reply"] = timestamp(message)
                else:
                    self.process_message(message, cell, index)
        except CellExecutionComplete:
            return reply
        return None

    def _listen(self, asked: str, limit: float | None) -> Iterator[dict[str, Any]]:
        """Yield the messages that answer a request; what was printed is among them."""
        for given in self.child.listen(limit):
            if isinstance(given, tuple):
                if self.has_begun:  # what is printed between two cells reaches nobody under a kernel either
                    yield _stream(*given, asked)
                continue
            message = self._read(self.session.feed_identities(given)[1])
            if message["parent_header"].get("msg_id") == asked:
                self.has_begun = True
                yield message

    def _read(self, frames: Sequence[Any]) -> dict[str, Any]:
        """Return a message as Jupyter's session does; dates in it only if somebody looks at them."""
        header, parent, metadata, content = map(self.session.unpack, frames[1:5])
        return {
            "header": extract_dates(header) if self.record_timing else header,
            "msg_id": header["msg_id"],
            "msg_type": header["msg_type"],
            "parent_header": parent,
            "metadata": metadata,
            "content": content,
            "buffers": [memoryview(frame) for frame in frames[5:]],
        }

    def output(self, outs: list[Any], msg: dict[str, Any], display_id: str | None, cell_index: int) -> Any:
        """Take an output, as nbclient does; what is plainly valid without a look into nbformat's schema."""
        is_special = display_id or self.clear_before_next_output or any(self.output_hook_stack.values())
        content = msg["content"]
        if is_special or msg["msg_type"] not in _DISPLAYED or not _is_valid(content["data"]):
            return super().output(outs, msg, display_id, cell_index)
        names = _DISPLAYED[msg["msg_type"]]
        taken = {"output_type": msg["msg_type"], **{name: content[name] for name in names}}
        outs.append(NotebookNode(taken))  # type: ignore[no-untyped-call]
        return outs[-1]

    def _raise_error(self, cell: Any, reply: dict[str, Any]) -> None:
        allowed = self._allows_errors(cell) or (
            not self.force_raise_errors and reply.get("ename") in self.allow_error_names
        )
        if reply["status"] == "error" and not allowed:
            raise CellExecutionError.from_cell_and_msg(cell, reply)

    def _allows_errors(self, cell: Any) -> bool:
        tagged = "raises-exception" in cell.metadata.get("tags", [])
        return not self.force_raise_errors and (self.allow_errors or tagged)


def _is_valid(data: Mapping[str, Any]) -> bool:
    """Return whether an output is text and JSON, which nbformat takes for valid."""
    return all(isinstance(value, str) or _JSON.search(kind) for kind, value in data.items())


def _stream(name: str, text: str, asked: str) -> dict[str, Any]:
    """Return printed text as the message that a kernel sends."""
    return {
        "header": {"msg_type": "stream"},
        "msg_type": "stream",
        "parent_header": {"msg_id": asked},
        "metadata": {},
        "content": {"name": name, "text": text},
    }


class Engine(NBClientEngine):  # type: ignore[misc]
    """papermill's stock engine, with a fork in place of a kernel wherever that does the same."""

    @classmethod
    def execute_notebook(
        cls, nb: Any, kernel_name: str, *, kept: list[Any] | None = None, **options: Any
    ) -> Any:
        """Run a notebook and return it.

        Parameters
        ----------
        kept
            A list that takes the notebook in any case, for those who have it saved nowhere. What is returned
            is empty then: papermill makes JSON of it, which costs time, even if it has nowhere to write it.

        Raises
        ------
        GivenError
            Without `kept`, if the notebook's contract does not take what papermill was given; the press has
            looked already.
        """
        if kept is None:
            input_path = nb.metadata.get("papermill", {}).get("input_path")
            require_given(nb, Path(input_path if isinstance(input_path, str) else "notebook.ipynb"))
            return super().execute_notebook(nb, kernel_name, **options)
        kept.append(nb)
        super().execute_notebook(nb, kernel_name, **options)
        return new_notebook()  # type: ignore[no-untyped-call]

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        """Run the cells of the notebook that `nb_man` manages."""
        with in_environment(list_environment(nb_man.nb)):
            cls._execute(nb_man, kernel_name, **options)

    @classmethod
    def _execute(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        if wants_kernel(nb_man.nb, kernel_name):
            super().execute_managed_notebook(nb_man, kernel_name, **options)
            return
        try:
            check_notebook(nb_man.nb)
            client = make_client(nb_man, kernel_name, **options)
            child = start_child(nb_man.nb, client.startup_timeout)
        except NoWarmProcess as lack:
            _say(lack.reason)
            super().execute_managed_notebook(nb_man, kernel_name, **options)
            return
        client.run(child)


def make_client(
    nb_man: Any,
    kernel_name: str,
    *,
    start_timeout: int = 60,
    execution_timeout: int | None = None,
    **options: Any,
) -> WarmClient:
    """Return the client that papermill's stock engine would make; a NoWarmProcess if it needs a kernel."""
    for name in _FOR_KERNELS & options.keys():
        raise NoWarmProcess(f"the option {name} needs a kernel")
    if {"NotebookClient", "PapermillNotebookClient"} & options.get("config", {}).keys():
        raise NoWarmProcess("settings of NotebookClient need a kernel")
    given = remove_args(["input_path", "timeout", "startup_timeout"], **options)
    given |= {
        "timeout": execution_timeout or options.get("timeout"),
        "startup_timeout": start_timeout,
        "kernel_name": kernel_name,
        "log": logger,
    }
    return WarmClient(nb_man, **given)


def start_child(nb: Any, timeout: float) -> Child:
    """Return a fork of the first warm process that answers; a NoWarmProcess if none serves."""
    for address in list_addresses(nb):
        try:
            return Child(address, timeout)
        except TimeoutError:
            reason = f"the warm process did not answer within {timeout:g} s"
        except (ConnectionError, FileNotFoundError):
            reason = "the warm process ended"
        last = forsake(address)
    raise NoWarmProcess(f"{reason}: {last}" if last else reason)


def check_notebook(nb: Any) -> None:
    """Raise a NoWarmProcess if a notebook's modules may not be those that the warm process has imported."""
    if any(cell.cell_type == "code" and _PATH_FIRST.search(source_of(cell)) for cell in nb.cells):
        raise NoWarmProcess("a notebook puts folders before those of installed modules")


def wants_kernel(nb: Any, kernel_name: str) -> bool:
    """Return whether a notebook asks for a kernel of its own, or for one of another language."""
    spec = nb.metadata.get("kernelspec", {})
    is_python = kernel_name == "python3" and spec.get("language", "python").lower() == "python"
    return not is_python or settings_of(nb).get("engine") == "stock"


def _say(reason: str) -> None:
    """Say once why papermill's stock engine does the job."""
    if reason not in _said:
        _said.add(reason)
        _log.warning("Notebooks run in kernels of their own, which takes longer: %s.", reason)
