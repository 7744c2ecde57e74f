"""Which activities a question certainly means, and which cannot be placed.

A date has three answers to every question: inside, outside, or not to be told. What cannot be told is never
counted among the certain, and never lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from aichr_briefings.dataset.findings import DatasetError, Finding
from aichr_briefings.dataset.package import Resource
from aichr_briefings.dataset.partial_dates import PRECISIONS, PartialDate, find_fault


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What was asked for; None asks nothing.

    Attributes
    ----------
    agency, theme, provision
        Codes.
    year
        The year in which the activity began.
    status
        Any of these.
    series
        The series that it belongs to.
    since
        A date; the activity began after it was over.
    """

    agency: str | None = None
    theme: str | None = None
    year: int | None = None
    provision: str | None = None
    status: tuple[str, ...] | None = None
    series: str | None = None
    since: PartialDate | None = None


def derive_dates(resource: Resource, table: pd.DataFrame) -> tuple[pd.DataFrame, list[PartialDate]]:
    """Return the rows of a table with an interval in the order of their dates, and each one's `PartialDate`.

    Derived are ``earliest`` and ``latest`` (NaT if undated), ``precision`` (a category, day < month < year <
    undated) and ``year`` (Int64, NA if undated).

    Raises
    ------
    DatasetError
        If an end stands before its start.
    """
    dates = pd.Series(_read_dates(resource, table), index=table.index, dtype="object")
    frame = table.assign(
        earliest=pd.Series([d.earliest for d in dates], index=dates.index, dtype="datetime64[s]"),
        latest=pd.Series([d.latest for d in dates], index=dates.index, dtype="datetime64[s]"),
        precision=pd.Categorical([d.precision for d in dates], categories=PRECISIONS, ordered=True),
        year=pd.Series([d.year for d in dates], index=dates.index, dtype="Int64"),
    )
    frame = frame.sort_values(["earliest", "latest"], kind="stable", na_position="last")
    return frame, list(dates.loc[frame.index])


def find_agencies(resource: Resource, organisations: pd.DataFrame) -> dict[str, str | None]:
    """Return, for each organisation, the agency that it is or belongs to; None where there is none.

    Raises
    ------
    DatasetError
        If a row does not say whether it is an agency.
    """
    silent = organisations.index[organisations["is_agency"].isna()]
    if len(silent):
        message = "the cell is empty; say whether the organisation is an agency"
        raise DatasetError(
            Finding(message=message, file=resource.file, row=int(silent[0]), column="is_agency", value="")
        )
    rows = organisations.set_index("code")
    parents = {code: parent if isinstance(parent, str) else None for code, parent in rows["parent"].items()}
    agencies = {code for code, flag in rows["is_agency"].items() if flag}
    return {str(code): _climb(str(code), parents, agencies) for code in parents}


def place(date: PartialDate, selection: Selection, plan: PartialDate | None) -> bool | None:
    """Return whether a date is in all that was asked: True, False, or None (not to be told).

    Parameters
    ----------
    plan
        The years of the plan that the asked provision is in.
    """
    answers: list[bool | None] = []
    if selection.year is not None:
        answers.append(date.year == selection.year if date else None)
    if plan is not None:
        answers.append(date.falls_within(plan))
    if selection.since is not None:
        answers.append(date.begins_after(selection.since))
    if False in answers:
        return False
    return None if None in answers else True


def _read_dates(resource: Resource, table: pd.DataFrame) -> list[PartialDate]:
    assert resource.interval is not None, "asked only of a table with an interval"
    dates = []
    for row, start, end in table[list(resource.interval)].fillna("").itertuples():
        fault = find_fault(start, end)
        if fault is not None:
            side, message = fault
            column, value = (resource.interval[0], start) if side == "start" else (resource.interval[1], end)
            raise DatasetError(
                Finding(message=message, file=resource.file, row=int(row), column=column, value=value)
            )
        dates.append(PartialDate(start, end))
    return dates


def list_agencies(
    activities: pd.DataFrame, participations: pd.DataFrame, agency_of: Mapping[str, str | None]
) -> pd.Series[Any]:
    """Return the agencies that took part in each activity, a tuple of codes in order."""
    taking_part: dict[str, set[str]] = {}
    for activity, organisation in participations[["activity", "organisation"]].itertuples(index=False):
        agency = agency_of.get(organisation)
        if agency is not None:
            taking_part.setdefault(activity, set()).add(agency)
    agencies = [tuple(sorted(taking_part.get(code, ()))) for code in activities["id"]]
    return pd.Series(agencies, index=activities.index, dtype="object")


def _climb(code: str, parents: Mapping[Any, str | None], agencies: set[Any]) -> str | None:
    seen: set[str] = set()
    here: str | None = code
    while here is not None and here not in agencies and here not in seen:
        seen.add(here)  # a circle of parents is the check's to report, not ours to hang in
        here = parents.get(here)
    return here if here in agencies else None
