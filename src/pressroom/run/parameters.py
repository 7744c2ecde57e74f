"""The contract of a family: what its notebook's parameters cell declares, and the check of values.

A line such as ``region: str = "North"  # one of regions; the region briefed`` gives name, type, default,
choices and help. papermill's own inspection reads the same line, and lists the same; what it would list
otherwise is an error here.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pressroom.data.findings import Refusal, advise, find_nearest, quote
from pressroom.run.notebook import Notebook, NotebookError, name_cell, source_of, tags_of

Value = str | int | float | bool
Choices = Callable[[str], Sequence[str]]
"""Gives the codes of a list by its name; a ValueError if there is no such list."""

TYPES = ("str", "int", "float", "bool")
TAG = "parameters"


@dataclass(frozen=True)
class Parameter:
    """One parameter of a family.

    Attributes
    ----------
    choices
        Name of the code list that a value must be on (``# one of NAME; help``), or None.
    """

    name: str
    type: str
    default: Value
    choices: str | None = None
    help: str = ""

    @property
    def is_optional(self) -> bool:
        """Return whether ``""`` stands for none."""
        return self.default == ""

    @property
    def fans_out(self) -> bool:
        """Return whether its family has a briefing for each choice; an optional one only narrows."""
        return self.choices is not None and not self.is_optional


class ParameterError(ValueError):
    """A value is not what a family's parameter takes; the message says what is, and the nearest."""


def read_parameters(nb: Notebook, path: Path) -> tuple[Parameter, ...]:
    """Return the parameters that a notebook declares; none if no cell is tagged ``parameters``.

    Raises
    ------
    NotebookError
        If there are two such cells, or one holds anything but annotated literals, or papermill's inspection
        would list it otherwise. It names the cell as JupyterLab numbers it, and the line.
    """
    tagged = [index for index, cell in enumerate(nb["cells"]) if TAG in tags_of(cell)]
    names = [name_cell(nb, index) for index in tagged]
    if len(tagged) > 1:
        raise NotebookError(path, f"{' and '.join(names)} are all tagged {TAG}; there may be one such cell")
    if not tagged:
        return ()
    if nb["cells"][tagged[0]]["cell_type"] != "code":
        raise NotebookError(path, f"{names[0]} is tagged {TAG} but is no code cell")
    try:
        return tuple(_read_cell(source_of(nb["cells"][tagged[0]])))
    except _LineError as error:
        raise NotebookError(path, f"{names[0]} ({TAG}), line {error.line}: {error}") from None


def check_values(
    parameters: Sequence[Parameter], values: Mapping[str, object], choices: Choices
) -> dict[str, Value]:
    """Return `values` in the order of `parameters`, each known, of its type and among its choices.

    Raises
    ------
    ParameterError
        If a value is unknown, missing, ill-typed or not allowed.
    """
    require_names(values, [parameter.name for parameter in parameters])
    for parameter in parameters:
        if parameter.name not in values:
            raise ParameterError(f"the parameter {parameter.name} ({parameter.type}) has no value")
    return {p.name: check_value(p, values[p.name], choices) for p in parameters}


def require_names(given: Iterable[str], declared: Sequence[str]) -> None:
    """Raise a ParameterError for the first of the names `given` that no parameter has."""
    for name in given:
        if name not in declared:
            more = _advise(name, declared) if declared else "; this notebook declares none"
            raise ParameterError(f"there is no parameter {quote(name)}{more}")


def check_value(parameter: Parameter, value: object, choices: Choices) -> Value:
    """Return `value` as the declared type has it; a ParameterError if it is of another, or no choice."""
    typed = _cast(parameter.type, value)
    if typed is None:
        what = "None is no value" if value is None else f"{quote(value)} is {_article(type(value).__name__)}"
        stands = '; "" stands for none' if value is None and parameter.is_optional else ""
        raise ParameterError(f"{parameter.name} is {_article(parameter.type)}, and {what}{stands}")
    if parameter.choices is None or (parameter.is_optional and typed == ""):
        return typed
    allowed = list_choices(parameter, choices)
    if typed not in allowed:
        message = f"{parameter.name}: {quote(typed)} is not one of {parameter.choices}"
        raise ParameterError(message + _advise(str(typed), [str(value) for value in allowed]))
    return typed


def list_choices(parameter: Parameter, choices: Choices) -> list[Value]:
    """Return the values that `parameter` may take.

    Raises
    ------
    ParameterError
        If it names no code list, there is no such list, or a code is not of its type.
    """
    if parameter.choices is None:
        raise ParameterError(f"{parameter.name} is one of no list")
    try:
        codes = choices(parameter.choices)
    except Refusal:
        raise  # the data are at fault, not the parameter
    except ValueError as error:
        raise ParameterError(f"{parameter.name} is one of {parameter.choices}: {error}") from None
    return [parse_value(parameter, code) for code in codes]


def parse_value(parameter: Parameter, text: str) -> Value:
    """Return the value that `text`, such as the one of a selector, stands for; a ParameterError if none."""
    if parameter.type == "str":
        return text
    if parameter.type == "bool" and text.casefold() in ("true", "false"):
        return text.casefold() == "true"
    if parameter.type == "int" and re.fullmatch(r"[+-]?\d+", text, re.ASCII):
        return int(text)
    if parameter.type == "float" and re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", text, re.A | re.I):
        return float(text)
    raise ParameterError(f"{parameter.name} is {_article(parameter.type)}, and {quote(text)} is not")


def _cast(kind: str, value: object) -> Value | None:
    """Return `value` as the declared type has it, an int as a float too; None if it is of another type."""
    if isinstance(value, bool):
        return value if kind == "bool" else None
    if isinstance(value, int):
        return value if kind == "int" else float(value) if kind == "float" else None
    if isinstance(value, float):
        return value if kind == "float" else None
    return value if isinstance(value, str) and kind == "str" else None


class _LineError(Exception):
    """What is wrong in a line of the cell."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def _read_cell(source: str) -> Iterator[Parameter]:
    lines = source.split("\n")
    try:
        statements = ast.parse(source).body
        comments = dict(_read_comments(source))
    except (SyntaxError, ValueError, tokenize.TokenError) as error:
        line = getattr(error, "lineno", None) or 1
        raise _LineError(line, f"is not Python: {getattr(error, 'msg', error)}") from None
    seen: set[str] = set()
    for statement in statements:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            text = quote((ast.get_source_segment(source, statement) or "").split("\n")[0])
            raise _LineError(statement.lineno, f'{text} is not a declaration such as name: str = "default"')
        name = statement.target.id
        parameter = _read_declaration(statement, name, comments.get(statement.lineno, ""))
        _check_papermill(statement, name, source, lines[statement.lineno - 1])
        if parameter.name in seen:
            raise _LineError(statement.lineno, f"{parameter.name} is declared twice")
        seen.add(parameter.name)
        yield parameter


def _read_comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string.removeprefix("#").strip()


def _read_declaration(statement: ast.AnnAssign, name: str, comment: str) -> Parameter:
    line, kind = statement.lineno, ast.unparse(statement.annotation)
    if kind not in TYPES:
        raise _LineError(line, f"{name} has the type {quote(kind)}" + _advise(kind, TYPES))
    if statement.value is None:
        raise _LineError(line, f'{name} has no default; "" stands for none')
    choices, text = _read_comment(comment, line)
    return Parameter(name, kind, _read_default(name, kind, statement.value), choices, text)


def _read_default(name: str, kind: str, node: ast.expr) -> Value:
    try:
        literal = ast.literal_eval(node)
    except ValueError:
        raise _LineError(
            node.lineno, f"the default of {name} is no literal: {quote(ast.unparse(node))}"
        ) from None
    value = _cast(kind, literal)
    if value is None:
        found = f"{quote(literal)} ({type(literal).__name__})"
        raise _LineError(node.lineno, f"the default of {name} is {found}, not {_article(kind)}")
    return value


def _read_comment(comment: str, line: int) -> tuple[str | None, str]:
    """Return the name of the code list and the help that a comment gives."""
    if not re.match(r"one of\b", comment, re.IGNORECASE):
        return None, comment
    match = re.fullmatch(
        r"one of\s+(?P<choices>\w+(?:\.\w+)?)\s*(?:;\s*(?P<help>.*))?", comment, re.IGNORECASE
    )
    if match is None:
        raise _LineError(line, f'{quote(comment)} should read "one of NAME; help", NAME a code list')
    return match["choices"], match["help"] or ""


def _check_papermill(statement: ast.AnnAssign, meant: str, source: str, line: str) -> None:
    """Refuse a declaration that papermill, which reads lines by a pattern, would list otherwise."""
    parts = (statement.target, statement.annotation, statement.value)
    name, kind, default = (re.escape(ast.get_source_segment(source, part) or "") for part in parts if part)
    plain = re.fullmatch(rf"{name}\s*:\s*{kind}\s*=\s*(?P<default>{default})\s*(?:#(?P<help>.*))?", line)
    if statement.lineno != statement.end_lineno or plain is None or name != re.escape(meant):
        raise _LineError(statement.lineno, "a declaration stands alone on one line, without brackets")
    if line.count("=") > 1 or "#" in plain["default"] or len(source.splitlines()) > source.count("\n") + 1:
        raise _LineError(
            statement.lineno, "papermill misreads a further = in the line, or a # in the default"
        )
    if re.match(r"\s*type:", plain["help"] or ""):
        raise _LineError(statement.lineno, 'papermill takes "type:" at the start of a comment for the type')


def _article(kind: str) -> str:
    words = {"str": "text", "int": "a whole number", "float": "a number", "bool": "True or False"}
    return words.get(kind, f"of type {kind}")


def _advise(value: str, allowed: Sequence[str]) -> str:
    return advise(allowed, find_nearest(value, allowed))
