from datetime import date, timedelta

import pytest

from headwater.kit import spreadsheets
from headwater.kit.errors import Refused
from headwater.ledger.models import Entry, record
from headwater.partners import directory, merging, tending, verbs
from headwater.partners.describing import clauses
from headwater.partners.forecasting import outlook
from headwater.partners.models import (
    Basis,
    Goal,
    Merge,
    SocialAccount,
    Suppression,
    Trait,
    Twin,
    matching,
    modules_of,
)
from headwater.partners.starting import kind_named, load_starter
from headwater.partners.tests import make
from headwater.partners.tests.make import AT
from headwater.people.models import ExternalId, Person

pytestmark = pytest.mark.django_db


def names(people) -> list[str]:
    return sorted(person.name for person in people)


# ---- Merging ----


def twins() -> tuple[Person, Person]:
    kept = make.member("Rui Zhang", "rui@a.example")
    merged = make.person("Rui Zhang", "zhang@b.example", phone="01632 960114")
    ExternalId.objects.create(person=merged, source="ref", value="7")
    SocialAccount.objects.create(person=merged, network="x", handle="@rui")
    merged.notes.create(text="Rang", at=AT)
    return kept, merged


def test_a_merge_fills_what_is_missing_and_moves_what_is_theirs():
    kept, merged = twins()

    merging.merge(kept, merged, actor=None, at=AT)

    kept.refresh_from_db()
    assert (kept.email, kept.phone) == ("rui@a.example", "01632 960114")
    assert kept.external_ids.get().value == "7"
    assert kept.notes.count() == 1
    assert list(Person.objects.partners()) == [kept]
    assert Person.objects.with_email("zhang@b.example").first() is None


def test_a_merge_taken_back_leaves_both_as_they_were():
    kept, merged = twins()
    done = merging.merge(kept, merged, actor=None, at=AT)

    merging.take_back(Merge.objects.get(pk=done.pk), actor=None, at=AT)

    kept.refresh_from_db()
    merged.refresh_from_db()
    assert (kept.email, kept.phone, kept.external_ids.count()) == ("rui@a.example", "", 0)
    assert (merged.email_key, merged.external_ids.get().value) == ("zhang@b.example", "7")
    assert (merged.is_active, merged.merged_into) == (True, None)
    with pytest.raises(Refused):
        merging.take_back(Merge.objects.get(pk=done.pk), actor=None, at=AT)


def test_an_import_finds_the_kept_one_by_the_merged_ones_number(tmp_path):
    kept, merged = twins()
    merging.merge(kept, merged, actor=None, at=AT)

    of = make.imported(make.list_file(tmp_path, "Ref,Name,Town\n7,Rui Zhang,Fenwick\n"))

    kept.refresh_from_db()
    assert (of.updated, kept.place) == (1, "Fenwick")


def test_a_person_and_an_organisation_are_not_merged():
    organisation = make.person("Rui Zhang Ltd", is_general_contact=True)

    with pytest.raises(Refused):
        merging.merge(make.person("Rui Zhang"), organisation, actor=None, at=AT)


def test_two_are_decided_once_and_the_older_record_is_kept():
    old, new = make.person("Ada"), make.person("Ada")
    twin = Twin.objects.create(one=new, other=old, reason="name", found_at=AT)

    done = merging.decide(twin, "one", actor=None, at=AT)

    assert done is not None
    assert (done.kept, list(Twin.objects.waiting())) == (old, [])
    with pytest.raises(Refused):
        merging.decide(twin, "two", actor=None, at=AT)


# ---- By hand ----


def test_a_partner_added_by_hand_joins_and_stands_in_the_audit_trail():
    mirela, kind = make.staff(), make.kind()

    person = tending.add_partner(
        name="Inisheer Salt", email="", kinds=[kind], actor=mirela, at=AT, is_organisation=True
    )

    assert person.positions.get().organisation.name == "Inisheer Salt"
    assert list(Entry.objects.values_list("verb", "actor")) == [
        ("partners.joined", None), ("staff.partner_added", mirela.pk),
    ]  # fmt: skip


def test_an_address_somebody_has_is_refused():
    make.person("Ada", "ada@a.example")

    with pytest.raises(Refused, match="Ada has this address"):
        tending.add_partner(name="Bo", email="ADA@a.example", kinds=[], actor=make.staff(), at=AT)


def test_a_change_keeps_which_fields_and_never_their_values():
    mirela, ada = make.staff(), make.member("Ada", "ada@a.example")

    tending.change_partner(
        ada, actor=mirela, at=AT, email="new@a.example", kinds=[], name="Ada", place="Quay"
    )

    entry = Entry.objects.by_staff().get()
    assert entry.data == {"fields": ["email", "kinds", "place"]}
    assert "Quay" not in str(entry.data)


def test_an_ended_place_is_kept_as_the_handover():
    ada = make.person("Ada")
    organisation = make.organisation("Nets", ada)
    position = ada.positions.get()

    tending.end_position(position, actor=make.staff(), at=AT)
    tending.begin_position(
        make.person("Bo"), organisation, "Chair", actor=make.staff(email="k@h.example"), at=AT
    )

    assert [p.ended_at for p in organisation.positions.order_by("pk")] == [AT, None]


def test_tagging_twice_tags_once():
    mirela = make.staff()
    make.person("Ada"), make.person("Bo")

    for _ in range(2):
        assert tending.tag(Person.objects.partners(), " two  words ", actor=mirela, at=AT) == 2

    assert [tag.name for tag in Person.objects.get(name="Ada").tags.all()] == ["two words"]


# ---- Kinds and segments ----


def test_the_six_kinds_come_once_and_media_have_no_points_or_gauges():
    assert (load_starter(AT, "supplier"), load_starter(AT)) == (6, 0)
    media = make.person("Ada")
    media.belongings.create(kind=kind_named("MEDIA"))

    assert modules_of(media) == {"press", "events"}
    assert kind_named("Suppliers").is_primary


def test_a_segment_is_those_who_fit_today():
    ada = make.member("Ada")
    make.member("Bo")
    make.member("Cy", slug="media")
    Person.objects.filter(name__in=["Ada", "Cy"]).update(country="Wales")
    Trait.objects.create(person=ada, name="gauge.fluency", number=62, at=AT)
    record(verbs.GOAL_SET, person=ada, at=AT)

    def fit(**rule):
        return names(matching(rule, AT + timedelta(days=1)))

    assert fit() == ["Ada", "Bo", "Cy"]
    assert fit(kinds=["member"], countries=["Wales"]) == ["Ada"]
    assert fit(traits=[{"name": "gauge.fluency", "from": 60, "to": 70}]) == ["Ada"]
    assert fit(traits=[{"name": "gauge.fluency", "from": 63}]) == []
    assert fit(active_since_days=7) == ["Ada"]
    assert fit(quiet_since_days=7) == ["Bo", "Cy"]


def test_a_rule_reads_as_clauses():
    make.kind("supplier", name="supplier")
    rule = {"kinds": ["supplier"], "countries": ["Wales", "Scotland", "Kernow"],
            "traits": [{"name": "gauge.fluency", "to": 40}], "active_since_days": 30}  # fmt: skip

    assert clauses(rule) == [
        "is a supplier", "is in Wales, Scotland or Kernow", "shared a fluency of 0 to 40",
        "did something in the last 30 days",
    ]  # fmt: skip


# ---- Bases ----


def test_one_basis_stands_and_the_one_before_is_kept():
    ada = make.person("Ada")

    Basis.give(ada, "surveys", ground="interest", wording="Members", source="list", at=AT)
    Basis.give(ada, "surveys", ground="consent", wording="Yes", source="form", at=AT)

    assert list(ada.bases.filter(ended_at=None).values_list("ground")) == [("consent",)]
    assert ada.bases.count() == 2


def test_lifting_a_stop_leaves_a_dead_address_dead():
    ada = make.person("Ada", "ada@a.example")
    Suppression.add("ada@a.example", reason="unsubscribed", purpose="surveys", at=AT)
    Suppression.add("ada@a.example", reason="bounced", at=AT)

    Suppression.lift(ada, "surveys")

    assert list(Suppression.objects.values_list("reason", flat=True)) == ["bounced"]


# ---- Goals ----


def goal() -> Goal:
    return Goal.set(
        make.person("Ada"), what="Boxes", unit="boxes", target=40, by=date(2026, 12, 1), at=AT
    )


def test_a_forecast_needs_four_weeks_and_says_how_many_are_missing():
    mine = goal()
    mine.keep_week(value=10, day=date(2026, 5, 4), at=AT)

    seen = outlook(mine)

    assert (seen.forecast, seen.weeks_to_go) == (None, 3)


def test_a_forecast_has_a_range_and_a_week_left_out_is_not_nought():
    mine = goal()
    for n, value in enumerate([10, 13, 15, 18, 20, 23, 25, 28]):
        if n != 4:
            mine.keep_week(value=value, day=date(2026, 3, 2) + timedelta(weeks=n), at=AT)

    seen = outlook(mine)

    assert seen.forecast is not None
    assert len(seen.weeks) == 8
    assert 22 < seen.forecast.expected[0] < 36
    assert seen.forecast.low[0] < seen.forecast.expected[0] < seen.forecast.high[0]
    assert seen.earliest_on
    assert seen.earliest_on > seen.labels[-1]


def test_a_week_that_has_not_come_is_refused_and_a_second_note_replaces_the_first():
    mine = goal()

    with pytest.raises(Refused):
        mine.keep_week(value=1, day=date(2026, 5, 18), at=AT)
    mine.keep_week(value=1, day=date(2026, 5, 11), at=AT)
    mine.keep_week(value=2, day=date(2026, 5, 12), at=AT)

    assert [float(week.value) for week in mine.weeks.all()] == [2.0]
    assert Entry.objects.filter(verb="partners.goal_week_kept").count() == 1


# ---- The list as a file ----


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "  =1", "\r=1"])
def test_a_cell_that_a_spreadsheet_might_run_is_made_harmless(cell):
    assert spreadsheets.harmless(cell) == f"'{cell}"


def test_pages_go_on_after_the_last_one_shown():
    for n in range(30):
        make.person(f"Person {n}")
    people = directory.find(AT)

    first = directory.leaf(people, after=None)
    second = directory.leaf(people, after=first.after)

    assert (len(first.people), len(second.people), second.after) == (25, 5, None)
    assert not {p.pk for p in first.people} & {p.pk for p in second.people}
