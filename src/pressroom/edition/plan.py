"""The briefings of an edition: which there are, which are stale, which are taken over from the last one.

What makes one stale stands in `freshness`; its files may be damaged, too, and its name or commentary refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from pressroom.data.commentary import find_error
from pressroom.data.findings import DatasetError, Finding, UnknownCode
from pressroom.edition.faults import check_data
from pressroom.edition.freshness import is_same
from pressroom.edition.generation import Left, is_intact
from pressroom.edition.manifest import INDEX, Manifest, Record, Shelf, by_name
from pressroom.edition.today import Today
from pressroom.run.catalogue import Briefing, Catalogue, read_catalogue, select


class Plan:
    """Which briefings are to be pressed, and which are left or taken over.

    Attributes
    ----------
    chosen
        What this is about.
    stale
        To be pressed: chosen and not fresh, or with files that are damaged.
    refused
        Why some of those must not be pressed, by id: their name, or an error in the commentary on them.
    fresh, carried
        Ids of those chosen that are up to date, and of all those taken over from the last edition.
    resumed
        What would be stale, but that a build which was stopped had finished it, by id.
    waiting
        Generations of such builds with briefings that are none of the chosen: they stay until these are.
    removed
        Ids of those whose family or choice is no more.
    whole
        Ids of those whose files in the last edition are as it left them.
    today
        What the briefings' reads would get today.
    """

    def __init__(
        self,
        today: Today,
        catalogue: Catalogue,
        last: Manifest | None,
        chosen: Sequence[Briefing],
        force: bool,
        left: Mapping[str, Left],
    ) -> None:
        self.today, self.inputs, self.catalogue, self.last = today, today.inputs, catalogue, last
        self.records = last.records if last else {}
        self.digests = {f.name: self.inputs.digest_briefing(f.path) for f in catalogue.families}
        self.whole = {
            id for id, r in self.records.items() if is_intact(self.inputs.project.current, r.outputs)
        }
        self.chosen = list(chosen)
        wanted = {briefing.id for briefing in chosen}
        # A damaged copy is pressed again even if it was not chosen: there is nothing to take over.
        damaged = set(self.records) - self.whole
        repeated = {b.id for b in catalogue.briefings if self._is_fresh(b) and not self._find_new_error(b)}
        asked = damaged | (wanted if force else wanted - repeated)
        stale = [b for b in catalogue.briefings if b.id in asked]
        finished = (b for b in stale if b.id in wanted and self._is_finished(b, left))
        self.resumed = {} if force else {briefing.id: left[briefing.id] for briefing in finished}
        self.fresh = [b.id for b in chosen if b.id not in asked or b.id in self.resumed]
        self.stale = [b for b in stale if b.id not in self.resumed]
        data, bad = self.inputs.project.data, catalogue.refused
        found = {b.id: bad.get(b.id) or find_error(data, b.id) for b in self.stale}
        self.refused = {id: finding for id, finding in found.items() if finding}
        all_ids = {briefing.id for briefing in catalogue.briefings}
        others = all_ids - wanted
        self.waiting = {one.edition for id, one in left.items() if id in others}
        there = {id for id, r in self.records.items() if id in all_ids or r.family in catalogue.faults}
        taken = (there & self.whole) - asked
        self.carried = [id for id in self.records if id in taken]
        self._repeated = repeated - asked
        self.removed = [id for id in self.records if id not in there]

    def digest(self, briefing: Briefing) -> dict[str, str]:
        """Return the digests that a briefing depends on."""
        return self.digests[briefing.family]

    def carry(self) -> dict[str, Record]:
        """Return the records of what is taken over.

        One whose every read gets the same today is what today's dataset would have made, and says so.
        """
        carried = {id: self.records[id] for id in self.carried}
        return {
            id: self._of_today(record) if id in self._repeated else record for id, record in carried.items()
        }

    def resume(self) -> dict[str, Left]:
        """Return what is taken over from a build that was stopped, as today's dataset would have made it."""
        return {id: replace(one, record=self._of_today(one.record)) for id, one in self.resumed.items()}

    def is_current(self, choices: dict[str, list[str]]) -> bool:
        """Return whether the last edition, nothing being stale, is what would be built."""
        if self.last is None or self.resumed:
            return False
        same = self.describe(choices, self.carry()).with_index(self.last.index)
        index = {INDEX: self.last.index}
        return same == self.last and is_intact(self.inputs.project.current, index)

    def measure(self) -> dict[str, int]:
        """Return how many bytes the documents take that the last edition has, by briefing."""
        current = self.inputs.project.current
        return {
            id: sum((current / name).stat().st_size for name in self.records[id].documents)
            for id in self.whole
        }

    def describe(self, choices: dict[str, list[str]], records: dict[str, Record]) -> Manifest:
        """Return the manifest of an edition with these records, its index still missing."""
        package, shared = self.inputs.package, self.inputs.shared
        dataset = {
            "version": str(package.descriptor.get("version", "")),
            "digest": package.digest,
            "commentary": self.inputs.commentary,
            "files": by_name(package.digests),
        }
        shelves = self._order(records)
        return Manifest(dataset, shared["code"], shared["lock"], choices, shelves, by_name(records))

    def _of_today(self, record: Record) -> Record:
        return replace(record, inputs=record.inputs | {"dataset": self.inputs.package.digest})

    def _find_new_error(self, briefing: Briefing) -> Finding | None:
        """Return why a briefing's name cannot be, or an error in new commentary that no notebook reads."""
        if refused := self.catalogue.refused.get(briefing.id):
            return refused
        if self.last and self.last.dataset.get("commentary") == self.inputs.commentary:
            return None
        return find_error(self.inputs.project.data, briefing.id)

    def _is_fresh(self, briefing: Briefing) -> bool:
        record = self.records.get(briefing.id)
        return record is not None and record.id in self.whole and self._is_same(briefing, record)

    def _is_finished(self, briefing: Briefing, left: Mapping[str, Left]) -> bool:
        one = left.get(briefing.id)
        return (
            one is not None
            and self._is_same(briefing, one.record)
            and one.is_whole
            and not find_error(self.inputs.project.data, briefing.id)
        )

    def _is_same(self, briefing: Briefing, record: Record) -> bool:
        return is_same(briefing, record, self.digest(briefing), self.today)

    def _order(self, records: dict[str, Record]) -> list[Shelf]:
        """Return the families in the order of the index, those with a faulty notebook as they were, last."""
        shelves = [
            Shelf(
                f.name, f.title, f.question, [b.slug for b in self.catalogue.briefings if b.family == f.name]
            )
            for f in self.catalogue.families
        ]
        old = self.last.shelves if self.last else []
        shelves += [shelf for shelf in old if shelf.family in self.catalogue.faults]
        there = [
            Shelf(s.family, s.title, s.question, [g for g in s.slugs if f"{s.family}/{g}" in records])
            for s in shelves
        ]
        return [shelf for shelf in there if shelf.slugs]


def make_plan(
    today: Today,
    last: Manifest | None,
    selectors: Iterable[str] = (),
    *,
    force: bool = False,
    left: Mapping[str, Left] = MappingProxyType({}),
) -> tuple[Plan, dict[str, list[str]]]:
    """Return what of the briefings that the selectors name is stale, and the code lists asked for.

    Parameters
    ----------
    left
        What builds that were stopped had finished.
    """
    catalogue, choices = open_catalogue(today, last)
    return Plan(today, catalogue, last, select(catalogue, selectors), force, left), choices


def open_catalogue(today: Today, last: Manifest | None = None) -> tuple[Catalogue, dict[str, list[str]]]:
    """Return the catalogue, and the code lists that it asked for."""
    inputs = today.inputs
    known = last.choices if last and last.dataset["digest"] == inputs.package.digest else {}
    asked: dict[str, list[str]] = {}

    def list_codes(name: str) -> Sequence[str]:
        if name not in asked:
            asked[name] = known[name] if name in known else _ask_codes(today, name)
        return asked[name]

    today.catalogue = read_catalogue(inputs.project.notebooks, list_codes)
    if last and today.catalogue.faults:
        there = (r for r in last.records.values() if r.family in today.catalogue.faults and r.documents)
        today.kept = tuple(Briefing(r.family, r.slug, r.parameters) for r in there)
    return today.catalogue, by_name(asked)


def _ask_codes(today: Today, name: str) -> list[str]:
    try:
        return today.list_codes(name)
    except (DatasetError, UnknownCode):
        raise
    except Exception:
        check_data(today.inputs)  # whatever a bad dataset makes of it, the check says it better
        raise
