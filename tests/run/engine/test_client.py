"""What papermill's client does beyond asking for cells: it stands in for the page that widgets expect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

MAKE = """\
import comm
state = {"_model_name": "OutputModel", "_model_module": "@jupyter-widgets/output"}
state |= {"outputs": [], "msg_id": ""}
widget, sent = comm.create_comm("jupyter.widget", data={"state": state}), []
widget.on_msg(lambda message: sent.append(message["content"]["data"]["state"]["outputs"]))"""

SHOW = """\
def listen(id): widget.send({"method": "update", "state": {"msg_id": id}})
listen(get_ipython().get_parent()["header"]["msg_id"])
print("into the widget"); display(*range(500))
listen("")
print("into the notebook")"""
"""What `ipywidgets.Output` does, and `@interact` with it."""

LOOK = 'sent[0][0]["text"], len(sent), len(sent[-1]), sent[-1][-1]["data"]["text/plain"]'


@pytest.mark.slow
@pytest.mark.usefixtures("warm")
def test_an_output_widget_gets_what_is_shown_in_it(
    run: Callable[..., Any], texts_of: Callable[[Any], list[str]]
) -> None:
    printed, told = texts_of(run(MAKE, SHOW, LOOK))[2:]
    assert printed == "into the notebook\n"
    assert told == "('into the widget\\n', 501, 501, '499')"
