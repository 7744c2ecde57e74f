from pressroom.pages import CareItem, badged, care_box, letters


def test_letters_lead_from_a_record_to_its_items():
    items = [CareItem("Dates", "Add no day.", ("one", "two")), CareItem("Names", "Say both.", ("two",))]
    assert letters(items) == {"one": ["a"], "two": ["a", "b"]}
    assert 'id="care-b"' in care_box(items).html
    assert badged("The second", ["a", "b"]).html.startswith('The <span class="nb">second<a class="ref"')
    assert 'href="#care-b" aria-label="Say with care, b"' in badged("The second", ["a", "b"]).html


def test_letters_go_on_behind_z():
    items = [CareItem(f"Item {n}", "Say both.", (f"record-{n}",)) for n in range(40)]
    assert [letters(items)[f"record-{n}"] for n in (25, 26, 39)] == [["z"], ["aa"], ["an"]]
    box = care_box(items).html
    assert box.count("<li") == 40
    assert all(f'id="care-{name}"' in box for name in ("z", "aa", "an"))
    assert 'href="#care-an" aria-label="Say with care, an"' in badged("Talks", ["an"]).html


def test_without_items_there_is_no_box_and_no_badge():
    assert care_box([]).html == ""
    assert badged("A & B", ()).html == "A &amp; B"


def test_what_comes_from_the_data_is_never_markup():
    box = care_box([CareItem("<b>heading</b>", "<script>alert(1)</script>")])
    assert "<script>" not in box.html
    assert "&lt;b&gt;heading&lt;/b&gt;" in box.html
