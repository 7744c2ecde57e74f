"""Which briefing an address names; that pages are made again when what they link to comes, goes or moves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pressroom.data.names import AddressError
from pressroom.edition.build import build_edition
from pressroom.edition.explain import explain_briefing
from pressroom.edition.links import Directory, Followed, Recorded
from pressroom.edition.manifest import read_manifest
from pressroom.edition.plan import make_plan
from pressroom.edition.today import Today
from pressroom.run.inputs import Project, find_project, read_inputs

MakeNotebook = Callable[..., Path]
MakeProject = Callable[..., Path]

DIRECTORY = Directory(
    {
        "about": {"about": {}},
        "region": {"north-east": {"region": "North East"}, "south": {"region": "South"}},
        "visit": {
            "south-2019": {"region": "South", "year": "2019"},
            "south-18": {"region": "S", "year": "18"},
        },
    },
    "https://example.org/site/",
)
LINK = "from pressroom.pages import briefing_link\nbriefing_link('there', {})"


@pytest.mark.parametrize(
    ("address", "id"),
    [
        ("about", "about/about"),
        ("region=South", "region/south"),
        ("region=south", "region/south"),
        ("region=North%20East", "region/north-east"),
        ("region=North East", "region/north-east"),
        ("region?region=South", "region/south"),
        ("visit?region=South&year=2019", "visit/south-2019"),
        ("visit?year=2019&region=south", "visit/south-2019"),
    ],
)
def test_an_address_names_a_briefing(address: str, id: str) -> None:
    assert DIRECTORY.find(f"briefing:{address}") == id


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("reggion=South", "has no such family; allowed: briefing:about, briefing:region, briefing:visit;"),
        ("reggion=South", "nearest: briefing:region"),
        (
            "region=Soth",
            "such briefing; allowed: briefing:region=North%20East, briefing:region=South;",
        ),
        ("region=Soth", 'a link leads to "briefing:region=Soth", but'),
        ("region=Soth", "nearest: briefing:region=South"),
        ("region=", "has no such briefing"),
        ("region", "has no such briefing"),
        ("visit?region=South", "has no such briefing; allowed: briefing:visit?region=South&year=2019"),
        ("about?x=1", "has no such briefing; allowed: briefing:about"),
    ],
)
def test_an_address_that_names_none_is_refused_with_the_nearest(address: str, told: str) -> None:
    with pytest.raises(AddressError) as refused:
        DIRECTORY.find(f"briefing:{address}")
    assert told in str(refused.value)


@pytest.mark.parametrize("homepage", [None, "", 5, "example.org", "javascript:x"])
def test_only_an_address_of_the_web_is_a_homepage(homepage: object) -> None:
    assert Directory(homepage=homepage).place("region/south") == ("../region/south.html", "")


def test_links_are_followed_again_as_they_were() -> None:
    followed = Followed(DIRECTORY)
    place = followed.find("briefing:region=South")
    assert place == ("../region/south.html", "https://example.org/site/region/south.html")
    reads = followed.list_reads()
    assert Recorded(reads, DIRECTORY.homepage).find("briefing:region=South") == place
    with pytest.raises(AddressError, match="which no build has followed; allowed: briefing:region=South"):
        Recorded(reads).find("briefing:about")
    assert Followed(DIRECTORY).list_reads() == []


@pytest.fixture
def project(make_project: MakeProject, make_notebook: MakeNotebook) -> Project:
    """Return a project of two families, the first of which links to the second."""
    root = make_project()
    make_notebook(LINK.format("'about'"), path=root / "notebooks" / "front.ipynb")
    make_notebook("'about'", path=root / "notebooks" / "about.ipynb")
    return find_project(root)


def list_stale(project: Project) -> dict[str, list[str]]:
    plan, _ = make_plan(Today(read_inputs(project)), read_manifest(project.current))
    return {briefing.id: explain_briefing(plan, briefing) for briefing in plan.stale}


@pytest.mark.slow
def test_a_link_that_may_lead_nowhere_is_pressed_again_when_there_is_a_place(
    make_project: MakeProject, make_notebook: MakeNotebook
) -> None:
    root = make_project()
    link = LINK.format("'about', optional=True")
    make_notebook(link, path=root / "notebooks" / "front.ipynb")
    project = find_project(root)
    assert build_edition(project).failed == ()
    assert list_stale(project) == {}
    make_notebook("'about'", path=root / "notebooks" / "about.ipynb")
    assert "front/front" in list_stale(project)
    assert build_edition(project).failed == ()
    assert list_stale(project) == {}


@pytest.mark.slow
def test_a_page_is_stale_when_what_it_links_to_goes(project: Project) -> None:
    assert build_edition(project, ["front"]).is_good, "alone, too"
    page = (project.current / "front/front.html").read_text("utf-8")
    assert '<a href="../about/about.html">there</a>' in page
    assert build_edition(project).succeeded == ("about/about",)
    assert list_stale(project) == {}
    (project.notebooks / "about.ipynb").rename(project.notebooks / "abouts.ipynb")
    stale = list_stale(project)
    assert stale["front/front"] == ["the link to briefing:about: it leads elsewhere, or nowhere"]
    [error] = build_edition(project).failed
    assert (error.family, error.cell) == ("front", 1)
    assert error.reason.startswith('a link leads to "briefing:about", but this edition has no such family')
    assert error.reason.endswith("nearest: briefing:abouts")


@pytest.mark.slow
def test_a_faulty_notebook_takes_no_page_with_it(project: Project) -> None:
    build_edition(project)
    (project.notebooks / "about.ipynb").write_text("{", "utf-8")
    assert list_stale(project) == {}


@pytest.mark.slow
def test_a_page_is_stale_when_its_neighbours_are_others(
    make_project: MakeProject, make_notebook: MakeNotebook
) -> None:
    root = make_project()
    cell = "#parameters\ntheme: str = 'bhr'  # one of themes; the theme"
    make_notebook(cell, "theme", path=root / "notebooks" / "theme.ipynb")
    project = find_project(root)
    build_edition(project)
    assert list_stale(project) == {}
    table = project.data / "themes.csv"
    lines = table.read_text("utf-8").splitlines(keepends=True)
    first, second, third, *_ = (line.partition(",")[0] for line in lines[1:])
    table.write_text("".join(lines).replace("Business and human rights", "Business"), "utf-8")
    assert list(list_stale(project)) == [f"theme/{second}"], "it names the one before it"
    assert list_stale(project) == {f"theme/{second}": ["the briefings before and after it are others"]}
    build_edition(project)
    page = (project.current / f"theme/{second}.html").read_text("utf-8")
    assert f'<a rel="prev" href="../theme/{first}.html">Previous: Business</a>' in page
    assert f'href="../theme/{third}.html">Next: ' in page


@pytest.mark.slow
def test_a_link_to_what_failed_leads_to_why(make_project: MakeProject, make_notebook: MakeNotebook) -> None:
    root = make_project()
    make_notebook(LINK.format("'two'"), path=root / "notebooks" / "one.ipynb")
    make_notebook("raise ValueError('no <rows>')", path=root / "notebooks" / "two.ipynb")
    project = find_project(root)
    assert build_edition(project, ["one"]).is_good
    assert "It was not built." in (project.current / "two" / "two.html").read_text("utf-8")
    assert not build_edition(project).is_good
    linked = (project.current / "one" / "one.html").read_text("utf-8")
    told = (project.current / "two" / "two.html").read_text("utf-8")
    assert 'href="../two/two.html"' in linked
    assert "There is no briefing two yet" in told
    assert "cell [1]: ValueError: no &lt;rows&gt;." in told
    assert 'href="../index.html"' in told
    manifest = read_manifest(project.current)
    assert manifest
    assert not manifest.records["two/two"].documents
    make_notebook("print('words')", path=root / "notebooks" / "two.ipynb")
    assert build_edition(project).succeeded == ("two/two",)
    assert "words" in (project.current / "two" / "two.html").read_text("utf-8")
