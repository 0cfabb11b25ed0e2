from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from headwater.kit.errors import Refused
from headwater.ledger.models import Entry
from headwater.programme import outcome_files
from headwater.programme.models import Metric, Outcome
from headwater.programme.outcome_files import Found
from headwater.programme.outcome_tables import Chosen
from headwater.programme.tests import make
from headwater.programme.tests.make import NOON

pytestmark = pytest.mark.django_db
LONG = (
    "Place,Week,Boxes\nQuay,2026-W10,310\nQuay,2026-W11,320\nWick,2026-W10,200\nWick,2026-W11,210"
)


def metric(**fields: Any) -> Metric:
    values = {"slug": "boxes", "name": "Boxes", "unit": "boxes", "source": "measured"}
    return Metric.objects.create(**values | fields)


def look_at(text: str | bytes, of: Metric | None = None, **chosen: Any) -> Found:
    content = text if isinstance(text, bytes) else text.encode()
    return outcome_files.look_at(
        content, name="counts.csv", metric=of or metric(), at=NOON, chosen=Chosen(**chosen)
    )


def plain(found: Found) -> dict[tuple[str, str], float]:
    return {(place, str(day)): float(value) for (place, day), value in found.counts.items()}


def test_a_row_a_place_and_week() -> None:
    found = look_at(LONG)

    assert plain(found) == {
        ("Quay", "2026-03-02"): 310, ("Quay", "2026-03-09"): 320,
        ("Wick", "2026-03-02"): 200, ("Wick", "2026-03-09"): 210,
    }  # fmt: skip
    assert (found.table.layout, found.problems, found.blanks, found.gaps) == ("long", [], 0, 0)


def test_a_column_a_place() -> None:
    found = look_at("Year,Quay,Wick\n1988,90.5,100\n1989,80,", metric(period="year"))

    assert plain(found) == {
        ("Quay", "1988-01-01"): 90.5, ("Wick", "1988-01-01"): 100, ("Quay", "1989-01-01"): 80,
    }  # fmt: skip
    assert (found.table.layout, found.blanks, found.gaps) == ("columns", 1, 1)


def test_a_column_a_period() -> None:
    found = look_at("State;Q42010;2011Q1\nAlaska;0,75;0,77\nOhio;0,5;0,6", metric(period="quarter"))

    assert plain(found) == {
        ("Alaska", "2010-10-01"): 0.75, ("Alaska", "2011-01-01"): 0.77,
        ("Ohio", "2010-10-01"): 0.5, ("Ohio", "2011-01-01"): 0.6,
    }  # fmt: skip
    assert found.table.layout == "rows"


def test_a_heading_of_nothing_but_years_is_a_heading() -> None:
    found = look_at(",1988,1989\nQuay,1,2\nWick,3,4", metric(period="year"))

    assert plain(found)["Wick", "1989-01-01"] == 4


def test_one_place_needs_no_name_and_is_told_what_would_help() -> None:
    found = look_at("month\tboxes\n2026-01\t5\n2026-02\t6", metric(period="month"))

    assert plain(found) == {("Everywhere", "2026-01-01"): 5, ("Everywhere", "2026-02-01"): 6}
    assert [note for note in found.notes if "one place" in note]


@pytest.mark.parametrize("mark", ["n/a", "-", "--", "", "NA", "–"])
def test_what_nobody_counted_is_left_open_and_not_nought(mark: str) -> None:
    found = look_at(f"Place,Week,Boxes\nQuay,2026-W10,310\nQuay,2026-W11,{mark}\nQuay,2026-W12,5")

    assert plain(found) == {("Quay", "2026-03-02"): 310, ("Quay", "2026-03-16"): 5}
    assert (found.blanks, found.gaps) == (1, 1)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('"1,234.5"', 1234.5), ('"1 234,5"', 1234.5), ('"1.234,5"', 1234.5), ("1234", 1234),
        ('"1,234"', 1234), ("£310", 310), ("-3", -3), ("(4)", -4), ("0.125", 0.125),
        ('"1\u202f234,50"', 1234.5), ('"12,5"', 12.5), ('"1,234,567"', 1_234_567),
    ],
)  # fmt: skip
def test_numbers_are_read_as_they_are_written(written: str, meant: float) -> None:
    make.house(currency="GBP")

    found = look_at(f"Place,Week,Boxes\nQuay,2026-W10,{written}")

    assert list(plain(found).values()) == [meant]


def test_a_comma_that_may_mean_two_things_is_said() -> None:
    assert [n for n in look_at('Week,Boxes\n2026-W10,"1,234"').notes if "thousands" in n]
    found = look_at("Week;Boxes\n2026-W10;1,234", Metric.objects.get())
    assert list(plain(found).values()) == [1.234]
    assert [note for note in found.notes if "decimals" in note]


def test_text_for_a_number_is_named_with_its_row_and_the_rest_stays() -> None:
    found = look_at(LONG.replace("320", "about 300"))

    assert [(p.row, p.why) for p in found.problems] == [(3, "“about 300” is no number.")]
    assert len(found.counts) == 3


def test_a_percentage_is_refused_where_boxes_are_counted() -> None:
    assert [p.row for p in look_at(LONG.replace("320", "32%")).problems] == [3]


def test_the_same_place_and_week_twice_with_two_values_names_both_rows() -> None:
    found = look_at(LONG + "\nQuay,2026-W10,311\nwick,2026-W11,210")

    assert [problem.why for problem in found.problems] == [
        "Quay, week of 2 March 2026 stands twice: 310 in row 2 and 311 in row 6. Neither is kept."
    ]
    assert ("Quay", date(2026, 3, 2)) not in found.counts
    assert len(found.counts) == 3


def test_rows_in_the_wrong_order_are_sorted_and_it_is_said() -> None:
    found = look_at("Week,Boxes\n2026-W11,2\n2026-W10,1")

    assert [value for _day, value in found.of_place("Everywhere")] == [1, 2]
    assert [note for note in found.notes if "sorted" in note]


@pytest.mark.parametrize(
    ("value", "heading"), [("€310", "Boxes"), ("310 USD", "Boxes"), ("310", "Boxes (€)")]
)
def test_another_currency_is_refused(value: str, heading: str) -> None:
    make.house(currency="GBP")

    with pytest.raises(Refused, match="counts in GBP"):
        look_at(f"Place,Week,{heading}\nQuay,2026-W10,{value}")


def test_a_period_to_come_or_not_over_is_refused_and_said() -> None:
    found = look_at(LONG + "\nQuay,2026-W20,5\nQuay,2027-W01,6")

    assert [(p.row, p.why) for p in found.problems] == [
        (6, "week of 11 May 2026 isn’t over yet."), (7, "week of 4 January 2027 isn’t over yet."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("dates", "first"),
    [(["13/04/2026", "20/04/2026", "27/04/2026"], date(2026, 4, 13)),
     (["4/13/26", "4/20/26", "4/27/26"], date(2026, 4, 13)),
     (["2026-04-13", "2026-04-20", "2026-04-27"], date(2026, 4, 13))],
)  # fmt: skip
def test_days_are_read_either_way_round_where_they_tell(dates: list[str], first: date) -> None:
    found = look_at("Week,Boxes\n" + "\n".join(f"{day},1" for day in dates))

    assert found.periods[0] == first


def test_days_that_may_be_read_in_two_ways_are_asked_about() -> None:
    text, of = "Week,Boxes\n02/03/2026,1", metric()

    with pytest.raises(Refused, match="02/03/2026 can be read in two ways"):
        look_at(text, of)

    assert look_at(text, of, day_first=True).periods == [date(2026, 3, 2)]
    assert look_at(text, of, day_first=False).periods == [date(2026, 2, 2)]


@pytest.mark.parametrize(
    "text",
    [
        "Month,Boxes\n2026-01,1\n2026-02,2",
        "Year,Boxes\n2024,1\n2025,2",
        "Day,Boxes\n2026-03-02,1\n2026-03-03,2\n2026-03-04,3",
        "Day,Boxes\n2026-01-01,1\n2026-02-01,2\n2026-03-01,3",
    ],
)
def test_a_file_of_another_rhythm_is_refused_in_words(text: str) -> None:
    with pytest.raises(Refused, match="and “Boxes” by weeks"):
        look_at(text)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "nothing in this file"),
        (b"PK\x03\x04", "spreadsheet"),
        (b"Place,Week,Boxes\n", "nothing below it"),
        (b"Place,Colour\nQuay,red\nWick,blue\n", "No column says when"),
        (b"Place,Week\nQuay,2026-W10\n", "No column holds numbers"),
        (b"Place,Week,Boxes,Crates\nQuay,2026-W10,1,2\n", "Say which one is counted"),
        (b"Place,Week,Boxes\nQuay,2026-W10,n/a\n", "nobody counted"),
        (b"Place,Week,Boxes\nQuay,2027-W10,4\n", "over yet"),
        ("\x00\x01\x02" * 50, "."),
        ('Place,Week,Boxes\n"Quay,2026-W10,1', "."),
    ],
)
def test_what_cannot_be_kept_is_refused_in_a_sentence(content: str | bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        look_at(content)


def test_which_number_counts_can_be_said_and_a_wrong_name_is_refused() -> None:
    text, of = "Place,Week,Boxes,Crates\nQuay,2026-W10,1,2\n", metric()

    assert list(plain(look_at(text, of, value="Crates")).values()) == [2]
    with pytest.raises(Refused, match="no column Sacks"):
        look_at(text, of, value="Sacks")


def test_windows_letters_and_a_lead_are_read() -> None:
    text = "Counts of our chapters\n\nPlace;Week;Boxes\nSkagen Ø;2026-W10;5\nÅrhus;2026-W10;6\n"

    found = look_at(text.encode("cp1252"))

    assert found.places == ["Skagen Ø", "Århus"]


def test_keeping_is_done_once_and_the_same_file_again_changes_nothing() -> None:
    of, owner = metric(), make.staff()
    found = look_at(LONG, of)

    first = outcome_files.keep(found, of, ours=["Quay"], actor=owner, at=NOON)
    entries = Entry.objects.count()
    again = outcome_files.keep(found, of, ours=None, actor=owner, at=NOON)

    assert (first.changed, first.unchanged) == (4, 0)
    assert (again.changed, again.unchanged) == (0, 4)
    assert {m.name: m.is_ours for m in of.markets.all()} == {"Quay": True, "Wick": False}
    assert (Outcome.objects.count(), Entry.objects.count()) == (4, entries)


def test_a_gap_in_a_file_never_takes_away_what_was_counted() -> None:
    of = metric()
    outcome_files.keep(look_at(LONG, of), of, ours=None, actor=None, at=NOON)

    later = look_at(LONG.replace("310", "n/a"), of)
    outcome_files.keep(later, of, ours=None, actor=None, at=NOON)

    assert of.markets.get(name="Quay").outcomes.first().value == Decimal(310)  # type: ignore[union-attr]
