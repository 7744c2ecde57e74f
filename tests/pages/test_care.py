from pressroom.pages import CareItem, badged, care_box, letters


def test_letters_lead_from_a_record_to_its_items():
    items = [CareItem("Dates", "Add no day.", ("one", "two")), CareItem("Names", "Say both.", ("two",))]
    assert letters(items) == {"one": ["a"], "two": ["a", "b"]}
    assert 'id="care-b"' in care_box(items).html
    assert badged("The second", ["a", "b"]).html.startswith('The <span class="nb">second<a class="ref"')
    assert 'href="#care-b" aria-label="Say with care, b"' in badged("The second", ["a", "b"]).html


def test_without_items_there_is_no_box_and_no_badge():
    assert care_box([]).html == ""
    assert badged("A & B", ()).html == "A &amp; B"


def test_what_comes_from_the_data_is_never_markup():
    box = care_box([CareItem("<b>heading</b>", "<script>alert(1)</script>")])
    assert "<script>" not in box.html
    assert "&lt;b&gt;heading&lt;/b&gt;" in box.html
