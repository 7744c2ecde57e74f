"""Pages to speak from, as a notebook shows them: a rich one, a sparse one, and a crowded one."""

from __future__ import annotations

from datetime import date

from pressroom.pages import (
    CareItem,
    Fragment,
    KeyFigure,
    Line,
    LineToTake,
    Question,
    assigned,
    badged,
    care_box,
    cell,
    columns,
    glyph,
    header_cell,
    join,
    key_figures,
    letters,
    line_list,
    lines_to_take,
    masthead,
    method,
    questions,
    section,
    sources_cell,
    span,
    strong,
    table,
    terms,
    unknown,
)

LONG = "Wasserversorgungsgenossenschaftsvertretung"
LINES = [
    LineToTake(
        "Since 2015 we have worked closely with the Commission on wells and drinking water, with training and"
        " peer learning for its representatives and others in the region.",
        ["B.II.1/1"],
    ),
    LineToTake(
        "We co-hosted its training of November 2017, co-organised its dialogue of June 2018, and supported"
        " the dialogue of June 2019 in Riverton.",
        ["B.II.1/1", "B.II.1/2"],
        ["a", "b", "c"],
    ),
    LineToTake(
        "The 2019 dialogue had two main aims: to review recent progress on the guiding principles, and to"
        " discuss how these and the regional agreements bear on each other.",
        ["B.II.1/2"],
    ),
    LineToTake("Through our project we gave technical input to a workshop on floods.", ["B.III.2018/3"]),
]
CARE = [
    CareItem(
        "The training of 2017",
        "One section says co-hosted, the list says supported; they name different audiences. Taken as one"
        " training, inferred. Sixty is a target, not attendance.",
        ("training",),
    ),
    CareItem(
        "The dialogue of 2018",
        "Mentioned twice, with different roles. Taken as one event, inferred.",
        ("dialogue",),
    ),
    CareItem("First and second", "The list calls the dialogue of 2019 the second.", ("second",)),
]
ROWS = [
    ("day", "13–16 Nov 2017", "place not stated", "training", "Training on Wells and Drinking Water", ""),
    ("day", "15 May 2018", "Secretariat of the Commission, Riverton", "", "1st Meeting",
     "Both sides looked forward to further collaboration."),
    ("day", "4–6 June 2018", "place not stated", "dialogue", "Inter-Regional Dialogue on Wells …", ""),
    ("month", "June 2018", "North, city not stated", "", "Regional Workshop on Strategies to prevent …", ""),
    ("planned", "19 Nov 2019", "Riverton", "", "2nd Meeting, planned", ""),
]  # fmt: skip
WHAT = (
    "Four days on how wells and rights are linked, the guiding principles included, for participants from"
    " several sectors; 60 were targeted."
)
ASKED = [
    Question("Were we at the 1st Meeting, and who else?", "Yes, as a participant. Nine agencies are named"
             " with us: ESCAP, ILO, IOM, UNEP, UNESCO, UNHCR, UNICEF, UN Women and WHO.", ["B.I.1/1"]),
    Question("What have we done since?", "Three activities are dated after 15 May 2018: the dialogue of 4–6"
             " June 2018, the workshop on floods of the same month, and the dialogue of 10–11 June 2019.",
             ["B.III.2018/3", "B.III.2018/4", "B.III.2019/1"]),
    Question("What came of these activities?", "Of the training, the dialogues and the workshop the note says"
             " what they were about, and states no outcome.", ()),
    Question("Which lines of the plan do they fit?", "The note names none. The editors assigned all five to"
             " line 1.2.4, and the dialogue of 2018 also to line 1.2.9.", ["Annex/1.2.4", "Annex/1.2.9"]),
    Question("Which line comes next?", ""),
    None,
    Question("What is not on record?", "Where the training took place; how many came.", ["B.II.1/1"]),
]  # fmt: skip
LATER = (
    "Certainly later than 15 May 2018. What is dated only to the year 2018, or undated, cannot be placed, and"
    " is told apart."
)
TERMS = [
    ("Recorded activity", "A meeting, training, workshop, dialogue or study that the note tells of as held."),
    ("UPR", "Universal Periodic Review"),
    ("After the 1st Meeting", LATER),
    ("ESCAP", "Economic and Social Commission"),
    ("NGO", "non-governmental organisation"),
    ("Assigned", "The editors classified it."),
]  # fmt: skip
TOP = '<nav class="top screen" aria-label="This page"><ul><li><a href="x.pdf">As PDF</a></li></ul></nav>'
SEE = (
    '<nav class="see" aria-label="Related pages"><h2>Related pages</h2><ul><li><a href="wells.html">Wells</a>'
    '</li><li><a href="https://example.org/2018.html">Year 2018</a></li>'
    '<li class="screen"><a href="north.html">Previous: North</a></li></ul></nav>'
)
IMPRINT = (
    '<ul class="imprint"><li><span class="k">Publisher</span><br>The desk</li><li><span class="k">Contact'
    '</span><br>desk@example.org</li><li><span class="k">Dataset</span><br>1.0.0, CC BY 4.0</li>'
    '<li class="cite"><span class="k">Cite as</span><br>Wells (briefing). The desk, 2019.</li></ul>'
)


def head(title: str, lede: str) -> Fragment:
    days = (date(2019, 10, 3), date(2019, 11, 18))
    subject = "World Wells Programme"
    given = {"project": "Rivers", "as_of": days, "origin": "inferred", "subject": subject, "short": "WWP"}
    return masthead("Agency briefing", title=title, lede=[lede], **given) + Fragment(TOP)


def activities(badges: dict[str, list[str]], rows: list[tuple[str, ...]] = ROWS) -> Fragment:
    """Return the table of what was done, each row with what it was, its role and its sources."""
    made = []
    for mark, day, place, key, title, outcome in rows:
        what = [strong(badged(title, badges.get(key, ()))), Fragment("<br>"), WHAT]
        if outcome:
            what += [Fragment("<br>"), span("k", "Outcome"), " ", outcome]
        else:
            what += [Fragment("<br>"), span("meta", "Themes, assigned: wells; women’s rights")]
        made.append([
            header_cell(glyph(mark), " ", day, Fragment("<br>"), span("meta", place)),
            cell(*what, label="What it was"),
            cell("co-host, supporter", Fragment("<br>"), span("meta", "no other agency named"), label="Role")
            if key else cell(unknown("not stated"), label="Role"),
            sources_cell(["B.II.1/1", "B.III.2017/1"]),
        ])  # fmt: skip
    headings = ["When and where", "What it was", "Role, assigned", "Source"]
    return table("WWP’s recorded activities, and the Meeting that is planned", headings, made, class_="rec")


def others() -> Fragment:
    """Return tables without marks, and another one with marks."""
    rows = [
        [header_cell(name), cell("Two dialogues on wells", label="After"), sources_cell(["B.I/1"])]
        for name in ("ESCAP", "UN Women, with the Commission", "WHO")
    ]
    bare = table("What others did", ["Agency", "What it did", "Source"], rows, class_="rec bare")
    marks = [
        [header_cell(glyph(kind), " ", name), cell(words), cell("so")]
        for kind, name, words in (
            ("day", "Dot", "the day is stated"),
            ("month", "Short bar", "the month is stated"),
            ("planned", "Ring", "planned"),
        )
    ]
    plan = table(
        "The shape says how exact a date is", ["", "What it means", "Kind"], marks, class_="plan marks"
    )
    return columns(section("Others", bare), section("Marks", plan))


def rich() -> Fragment:
    """Return a page of all components."""
    figures = key_figures(
        KeyFigure("5", "activities", "on record: the 1st Meeting and four others"),
        KeyFigure("14", "assigned", "of the 18 recorded activities, by the editors; by the note, none"),
        KeyFigure("19 Nov", "2019", "2nd Meeting, Riverton; no agency is named", planned=True),
    )
    says = [Line("The training of 2017", "In one section the target is 60 participants.", ["B.II.1/1"])]
    return join([
        head("WWP: wells and drinking water since 2015, and a workshop on floods", "WWP co-hosted a training"
             " in 2017 and worked on two dialogues, in 2018 and 2019. It was also at the 1st Meeting."),
        figures,
        columns(lines_to_take(LINES), care_box(CARE), wide_left=True),
        section("What each was about is stated; four lines have activities assigned",
                activities(letters(CARE)), tag="Assigned by the editors"),
        section("You may be asked", questions(*ASKED)),
        section("In more detail, in our words", line_list(says)),
        others(),
        section("Words", terms(TERMS)),
        Fragment(SEE),
        method("Stated is what the source says; ", assigned("theme"), " is the editors’. ") ,
        Fragment(IMPRINT),
    ])  # fmt: skip


def sparse() -> Fragment:
    """Return a page of one line and one question, with nothing to say with care."""
    return join([
        head("ILO: at the 1st Meeting, where cooperation was discussed", "ILO took part in the 1st Meeting."),
        columns(lines_to_take(LINES[:1]), care_box([]), wide_left=True),
        section("You may be asked", questions(*ASKED[:1])),
        section("Words", terms(TERMS[:1])),
        section("Nothing", questions(None, Question("Why?", "")), terms([]), lines_to_take([])),
    ])  # fmt: skip


def crowded() -> Fragment:
    """Return a page of nine care items in two boxes, long words and many of everything."""
    items = [
        CareItem(f"Item {n} on {LONG}", "Mentioned twice, with different roles; " * (n % 3 + 1), (f"row{n}",))
        for n in range(1, 10)
    ]
    badges = letters(items[:3]) | letters(items[3:], start=4)
    lines = [
        LineToTake(f"We told {LONG} of wells in {year}, and what the record says of them.",
                   [f"B.II.{year}/{n}" for n in range(6)], ["a", "b", "c", "d", "e", "f", "g"])
        for year in range(2015, 2021)
    ]  # fmt: skip
    rows = [("day", f"{n} June 2018", f"{LONG}, Riverton", f"row{n}", f"Dialogue on {LONG} {n}", "")
            for n in range(1, 10)]  # fmt: skip
    asked = [Question(f"What of {LONG}, number {n}?", "It was discussed. " * 3 * n, ["B.I/1"])
             for n in range(1, 8)]  # fmt: skip
    return join([
        head(f"WWP: {LONG} since 2015", "WWP told of wells. " * 3),
        columns(lines_to_take(lines), care_box(items[:3]), wide_left=True),
        section("What each was about", activities(badges, rows)),
        care_box(items[3:], start=4),
        section("You may be asked", questions(*asked)),
        section("Words", terms((f"{LONG} {n}", "explained in some words " * (n % 4 + 1)) for n in range(40))),
    ])  # fmt: skip


PAGES = {"rich": rich, "sparse": sparse, "crowded": crowded}
