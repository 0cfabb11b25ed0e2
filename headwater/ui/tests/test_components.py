import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone

from headwater.ui.navigation import Item, current
from headwater.ui.templatetags.markdown import markdown


def drawn(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def tree(html: str) -> ElementTree.Element:
    """HTML read as XML: inputs closed, and attributes without a value left out."""
    html = re.sub(r" (?:required|checked|selected)(?=[ >])", "", html)
    html = re.sub(r"<input([^>]*)>", r"<input\1/>", html)
    return ElementTree.fromstring(f"<root>{html}</root>")


def words(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            '{% panel title="Your goal" more="All" url="/g/" %}body{% endpanel %}',
            "Your goalAllbody",
        ),
        ('{% card title="Your answer" %}body{% endcard %}', "Your answerbody"),
        ('{% part title="Voices" more="31" %}body{% endpart %}', "Voices31body"),
        ('{% pagehead title="T" lead="L" overline="O" %}go{% endpagehead %}', "OTLgo"),
        ('{% notice tone="warn" title="T" role="alert" %}body{% endnotice %}', "Tbody"),
        ('{% toast tone="bad" %}body{% endtoast %}', "body"),
        (
            '{% empty title="None yet" url="/" action="Write" %}why{% endempty %}',
            "None yetwhyWrite",
        ),
        (
            "{% practice %}{% do %}a{% enddo %}{% dont %}b{% enddont %}{% endpractice %}",
            "Do a Don’t b",
        ),
        ('{% stat figure="11" unit="of 40" %}left{% endstat %}', "11 of 40left"),
        ('{% scroll label="Table" %}body{% endscroll %}', "body"),
        ('{% more summary="Why" %}body{% endmore %}', "Whybody"),
        ('{% dialog id="stop" title="Stop?" %}body{% enddialog %}', "Stop?body"),
    ],
)
def test_every_wrapper_is_well_formed_and_says_what_it_was_given(source: str, said: str) -> None:
    root = tree(drawn(source))

    assert words(root).replace(" ", "") == said.replace(" ", "")


def test_wrappers_escape_what_people_wrote() -> None:
    html = drawn("{% card title=title %}{{ title }}{% endcard %}", title="<script>")

    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 2


def test_a_panel_is_named_by_its_heading() -> None:
    section = tree(drawn('{% panel title="Your goal" kind="goal" %}x{% endpanel %}'))[0]

    heading = section.find("header/h2")
    assert heading is not None
    assert section.get("aria-labelledby") == heading.get("id")
    assert section.get("class") == "panel goal"


def test_two_parts_of_one_title_have_each_their_own_name() -> None:
    html = drawn('{% part title="Drafts" %}a{% endpart %}{% part title="Drafts" %}b{% endpart %}')

    names = [section.get("aria-labelledby") for section in tree(html)]
    assert len(set(names)) == 2


def test_an_icon_is_silent_beside_a_word_and_speaks_alone() -> None:
    beside, alone = tree(drawn('{% icon "bell" %}{% icon "bell" "2 new notices" %}'))

    assert (beside.get("aria-hidden"), beside.get("role")) == ("true", None)
    assert (alone.get("aria-label"), alone.get("role")) == ("2 new notices", "img")


def test_an_icon_that_does_not_exist_is_a_mistake_in_the_template() -> None:
    with pytest.raises(TemplateSyntaxError, match="no-such-icon"):
        drawn('{% icon "no-such-icon" %}')


@pytest.mark.parametrize(
    "network",
    ["facebook", "instagram", "x", "bluesky", "mastodon", "threads", "whatsapp", "linkedin"],
)
def test_every_network_has_its_glyph(network: str) -> None:
    svg = tree(drawn("{% glyph network %}", network=network))[0]

    assert svg.get("class") == "glyph"
    assert svg.find("path") is not None


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Adaeze Okonkwo", "AO"),
        ("Nguyễn Thị Hạnh", "NH"),
        ("Plato", "P"),
        ("", "?"),
        ("李 明", "李明"),
    ],
)
def test_an_avatar_has_the_first_letters_of_first_and_last_name(name: str, letters: str) -> None:
    assert words(tree(drawn("{% avatar name %}", name=name))) == letters


def test_a_grade_says_how_a_figure_came_about() -> None:
    kinds = ("measured", "self_reported", "self-reported", "modelled")

    said = [words(tree(drawn("{% grade kind %}", kind=kind))) for kind in kinds]

    assert said == ["measured", "self-reported", "self-reported", "modelled"]


def test_the_rungs_are_filled_to_where_somebody_stands() -> None:
    steps = tree(drawn("{% rungs 3 %}")).iter("i")

    assert [step.get("class") for step in steps] == ["on", "on", "on", "", ""]


def test_the_sixty_second_ring_is_filled_to_its_share() -> None:
    rings = [
        ring.get("stroke-dasharray") for ring in tree(drawn("{% minute 0.25 %}")).iter("circle")
    ]

    assert rings == [None, "25.0 100"]


def test_a_moment_shows_the_hour_of_the_house_and_a_day_shows_none() -> None:
    moment, day = datetime(2020, 5, 14, 9, 30, tzinfo=UTC), date(2020, 5, 14)

    with timezone.override("Europe/Paris"):
        html = drawn(
            "{{ moment|local_time }}|{{ day|local_time }}|{{ missing|local_time }}",
            moment=moment,
            day=day,
        )

    with_hour, without, nothing = html.split("|")
    assert words(tree(with_hour)) == "14 May 2020, 11:30"
    assert tree(with_hour)[0].get("data-zone") == "Europe/Paris"
    assert words(tree(without)) == "14 May 2020"
    assert nothing == ""


@dataclass
class House:
    currency: str


def test_money_is_in_the_currency_of_the_house() -> None:
    html = drawn("{% money 3800 %} {{ cost|money:house.currency }}", house=House("EUR"), cost=9.5)

    assert html == "€3,800 €9.50"


def test_the_query_string_keeps_the_rest() -> None:
    request = RequestFactory().get("/", {"kind": "agent", "page": "3", "sort": "name"})

    html = drawn('{% query page=4 sort="" %}', request=request)

    assert html == "kind=agent&amp;page=4"


@pytest.mark.django_db
def test_the_query_string_is_kept_inside_an_include_given_only_a_page() -> None:
    request = RequestFactory().get("/", {"q": "fish"})
    page = Paginator(range(90), 50).page(1)
    source = '{% include "ui/pagination.html" with page=page only %}'

    html = Template(source).render(RequestContext(request, {"page": page}))

    assert "?q=fish&amp;page=2" in html


def test_pages_lead_to_the_one_before_and_the_one_after() -> None:
    request = RequestFactory().get("/", {"q": "fish", "page": "2"})
    page = Paginator(range(1_250), 50).page(2)

    root = tree(render_to_string("ui/pagination.html", {"page": page, "request": request}))

    assert [link.get("href") for link in root.iter("a")] == ["?q=fish&page=1", "?q=fish&page=3"]
    assert "51 to 100 of 1,250" in words(root)


class BoxesForm(forms.Form):
    boxes = forms.IntegerField(label="Boxes", help_text="Last week’s", min_value=0)
    kind = forms.ChoiceField(choices=[("a", "Agent"), ("m", "Member")], widget=forms.RadioSelect)
    note = forms.CharField(required=False)
    board = forms.BooleanField(required=False, widget=forms.CheckboxInput(attrs={"role": "switch"}))


def test_a_field_has_its_label_hint_and_error_tied_to_it() -> None:
    form = BoxesForm({"boxes": "many", "kind": "a"})

    field = tree(str(form["boxes"].as_field_group()))[0]

    label, control, hint, error = (
        field.find(path)
        for path in ("label", ".//input", "span[@class='hint']", "p[@class='error']")
    )
    assert label is not None
    assert control is not None
    assert hint is not None
    assert error is not None
    assert label.get("for") == control.get("id") == "id_boxes"
    assert control.get("aria-describedby", "").split() == [hint.get("id"), error.get("id")]
    assert control.get("aria-invalid") == "true"


def test_a_set_of_choices_is_a_fieldset_whose_options_have_labels() -> None:
    fieldset = tree(str(BoxesForm()["kind"].as_field_group()))[0]

    assert fieldset.tag == "fieldset"
    labels = [(label.get("for"), words(label)) for label in fieldset.iter("label")]
    assert labels == [("id_kind_0", "Agent"), ("id_kind_1", "Member")]
    assert [box.get("id") for box in fieldset.iter("input")] == ["id_kind_0", "id_kind_1"]


class OptionsForm(forms.Form):
    BLANK = [("", "---------"), ("a", "Agent")]
    must = forms.ChoiceField(choices=BLANK, widget=forms.RadioSelect)
    may = forms.ChoiceField(choices=BLANK, widget=forms.RadioSelect, required=False)
    pick = forms.ChoiceField(choices=BLANK)
    none = forms.MultipleChoiceField(choices=[], widget=forms.CheckboxSelectMultiple)


def test_no_choice_is_a_row_of_dashes() -> None:
    form = OptionsForm()

    said = {name: words(tree(str(form[name].as_field_group()))) for name in form.fields}

    assert said == {
        "must": "Must Agent",
        "may": "May (if you like) None of theseAgent",
        "pick": "Pick Choose one Agent",
        "none": "None Nothing to choose from yet.",
    }


def test_what_need_not_be_filled_in_says_so_unless_the_form_is_plain() -> None:
    class Filters(BoxesForm):
        plain_labels = True

    assert "(if you like)" in str(BoxesForm()["note"].as_field_group())
    assert "(if you like)" not in str(BoxesForm()["boxes"].as_field_group())
    assert "(if you like)" not in str(Filters()["note"].as_field_group())


def test_a_form_with_errors_says_what_to_mend_and_where() -> None:
    root = tree(render_to_string("ui/errors.html", {"form": BoxesForm({"boxes": "many"})}))

    assert [link.get("href") for link in root.iter("a")] == ["#id_boxes", "#id_kind"]
    assert "2 things to mend" in words(root)


def test_a_whole_form_draws_every_field_once() -> None:
    html = str(BoxesForm())

    assert [html.count(f'name="{name}"') for name in ("boxes", "kind", "note", "board")] == [
        1,
        2,
        1,
        1,
    ]


ITEMS = [
    Item("/", "house", "Home", name="Home", rooms=("portal",)),
    Item("/learn/", "book-open", "Learn", name="Learn", rooms=("library", "events")),
    Item("/you/", "user", "You", name="You", rooms=("events:mine",)),
]


@pytest.mark.parametrize(
    ("room", "view", "here", "found"),
    [
        ("library", "tip", "", "Learn"),
        ("events", "event", "", "Learn"),
        ("events", "mine", "", "You"),
        ("events", "mine", "Home", "Home"),
        ("mail", "letter", "", None),
        ("", "", "", None),
    ],
)
def test_the_current_item_is_named_by_page_then_view_then_room(
    room: str, view: str, here: str, found: str | None
) -> None:
    item = current(ITEMS, room=room, view=view, here=here)

    assert (item.name if item else None) == found


def test_a_wide_table_in_markdown_scrolls_by_itself_and_is_reached_by_keyboard() -> None:
    html = markdown("| week | shape |\n| --- | --- |\n| 1 | useful |")

    assert html.startswith('<div class="scroll" tabindex="0" role="group" aria-label="Table,')
    assert html.strip().endswith("</table></div>")
