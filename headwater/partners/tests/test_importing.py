from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from headwater.kit.errors import Refused
from headwater.ledger.models import Entry
from headwater.partners import importing, undoing
from headwater.partners.models import (
    Basis,
    Belonging,
    Change,
    Choices,
    Import,
    RefusedRow,
    SocialAccount,
    Suppression,
    Tag,
    Twin,
)
from headwater.partners.planning import Planner
from headwater.partners.tests import make
from headwater.partners.tests.make import AT
from headwater.people.models import ExternalId, Organisation, Person, Position

pytestmark = pytest.mark.django_db


def names() -> list[str]:
    return sorted(Person.objects.partners().values_list("name", flat=True))


def test_a_row_becomes_a_partner_with_all_that_stands_in_it(tmp_path):
    path = make.list_file(
        tmp_path,
        "Ref,First name,Last name,E-mail,Company,Town,Tags,Instagram\n"
        'FC-1, Siosaia ,Tupou,Siosaia@Fish.example,Tupou Line Fish,Quay,"nets, quay",@tupou\n',
    )

    of = make.imported(path, kinds=["supplier"])

    person = Person.objects.partners().get()
    assert (person.name, person.email, person.place) == (
        "Siosaia Tupou",
        "Siosaia@Fish.example",
        "Quay",
    )
    assert person.email_key == "siosaia@fish.example"
    assert list(ExternalId.objects.values_list("source", "value")) == [("ref", "FC-1")]
    assert list(Position.objects.values_list("organisation__name")) == [("Tupou Line Fish",)]
    assert sorted(person.tags.values_list("name", flat=True)) == ["nets", "quay"]
    assert list(SocialAccount.objects.values_list("network", "handle")) == [("instagram", "@tupou")]
    assert list(Belonging.objects.values_list("kind__slug")) == [("supplier",)]
    assert list(Entry.objects.exclude(verb__startswith="staff.").values_list("verb", "once")) == [
        ("partners.joined", f"joined:{person.pk}")
    ]
    assert of.counts == {"rows": 1, "created": 1, "updated": 0, "refused": 0, "flagged": 0}


def test_an_organisation_row_becomes_an_organisation_with_a_general_contact(tmp_path):
    path = make.list_file(tmp_path, "Name,Website,Sector\nInisheer Salt,inisheer.example,Food\n")

    make.imported(path)

    person = Person.objects.partners().get()
    organisation = Organisation.objects.get()
    assert (person.name, person.is_general_contact) == ("Inisheer Salt", True)
    assert (organisation.name, organisation.website) == (
        "Inisheer Salt",
        "https://inisheer.example",
    )
    assert list(organisation.positions.values_list("person_id")) == [(person.pk,)]


def test_the_same_address_updates_case_apart_and_blanks_erase_nothing(tmp_path):
    make.person("Ada Old", "Ada@A.example", place="Quay", phone="1")
    path = make.list_file(tmp_path, "Name,Email,Town,Phone\nAda New,ADA@a.example,,2\n")

    of = make.imported(path)

    ada = Person.objects.partners().get()
    assert (ada.name, ada.place, ada.phone) == ("Ada New", "Quay", "2")
    assert (of.created, of.updated) == (0, 1)


def test_the_same_number_updates_and_takes_the_new_address(tmp_path):
    first = make.list_file(tmp_path, "Ref,Name,Email\n7,Ada,old@a.example\n", "a.csv")
    second = make.list_file(tmp_path, "Ref,Name,Email\n7,Ada,new@a.example\n", "b.csv")
    make.imported(first)

    of = make.imported(second)

    assert list(Person.objects.partners().values_list("email", flat=True)) == ["new@a.example"]
    assert of.updated == 1


def test_number_and_address_that_disagree_are_refused_and_change_nobody(tmp_path):
    make.imported(
        make.list_file(
            tmp_path, "Ref,Name,Email\n1,Ada,ada@a.example\n2,Bo,bo@b.example\n", "a.csv"
        )
    )
    path = make.list_file(
        tmp_path, "Ref,Name,Email\n1,Who,bo@b.example\n9,Who,ada@a.example\n", "b.csv"
    )

    of = make.imported(path)

    assert (of.refused, of.updated) == (2, 0)
    assert names() == ["Ada", "Bo"]
    assert list(RefusedRow.objects.values_list("number", flat=True)) == [2, 3]


def test_a_row_without_any_name_is_refused_and_one_without_address_is_fine(tmp_path):
    path = make.list_file(tmp_path, "Name,Email\n,orders@x.example\nAda,\n")

    of = make.imported(path)

    assert (of.created, of.refused) == (1, 1)
    assert RefusedRow.objects.get().number == 2
    assert "name" in RefusedRow.objects.get().reason


@pytest.mark.parametrize(
    ("row", "why"),
    [("=HYPERLINK(1),", "formula"), ("Ada,not an address", "not an e-mail"),
     ("Ada,a@a.example,more", "cells"), (f"{'x' * 301},", "longer")],
)  # fmt: skip
def test_a_row_that_cannot_be_right_is_refused_with_the_reason(tmp_path, row, why):
    of = make.imported(make.list_file(tmp_path, f"Name,Email\nBo,bo@b.example\n{row}\n"))

    assert (of.created, of.refused) == (1, 1)
    assert why in RefusedRow.objects.get().reason


def test_a_short_row_keeps_its_columns(tmp_path):
    make.imported(make.list_file(tmp_path, "Name,Town,Country\nAda\nBo,Quay\nCy,Quay,Scotland\n"))

    people = Person.objects.partners().values_list("name", "place", "country")
    assert set(people) == {("Ada", "", ""), ("Bo", "Quay", ""), ("Cy", "Quay", "Scotland")}


def test_look_alikes_are_flagged_and_both_kept(tmp_path):
    make.person("Rui Zhang", country="Scotland")
    path = make.list_file(
        tmp_path, "Name,Country\nRui Zhang,Scotland\nrui  zhang,\nRui Zhang,Wales\nBo,Wales\n"
    )

    of = make.imported(path)

    assert (of.created, of.flagged) == (4, 3)
    assert Person.objects.partners().count() == 5
    assert Twin.objects.waiting().count() == 3


def test_nobody_is_subscribed_unless_a_basis_is_chosen(tmp_path):
    make.imported(make.list_file(tmp_path, "Name,Email,Status\nAda,a@a.example,subscribed\n"))

    assert list(Basis.objects.all()) == []


def test_a_chosen_basis_stands_for_everybody_with_an_address_who_has_not_stopped_us(tmp_path):
    ended = make.person("Cy", "c@c.example")
    Basis.give(ended, "surveys", ground="consent", wording="Yes", source="form", at=AT)
    Basis.end(ended, "surveys", at=AT)
    Suppression.add("bo@b.example", reason="unsubscribed", at=AT)
    path = make.list_file(
        tmp_path, "Name,Email\nAda,a@a.example\nBo,bo@b.example\nCy,c@c.example\nDi,\n"
    )

    make.imported(path, bases=[{"purpose": "surveys", "ground": "interest", "wording": "Members"}])

    standing = Basis.objects.filter(ended_at=None).values_list("person__name", "purpose", "ground")
    assert list(standing) == [("Ada", "surveys", "interest")]
    assert Suppression.objects.get(person__name="Bo").reason == "unsubscribed"


def test_people_another_product_had_stopped_are_suppressed_even_without_a_name(tmp_path):
    path = make.list_file(
        tmp_path,
        "Email Address,First Name,Last Name,MEMBER_RATING,UNSUB_TIME,LEID,EUID,TAGS\n"
        'u1@x.example, Lorem , Ipsum ,1,2020-01-01,1,2,"""Lorem Editors"""\n'
        "u2@x.example,,,1,2020-01-01,1,2,\n",
    )

    of = make.imported(path, bases=[{"purpose": "newsletter", "ground": "consent", "wording": "x"}])

    assert (of.created, of.refused, of.suppressed) == (1, 1, 2)
    assert names() == ["Lorem Ipsum"]
    assert list(Tag.objects.values_list("name", flat=True)) == ["Lorem Editors"]
    assert Suppression.holds("u1@x.example", "newsletter")
    assert Suppression.holds("u2@x.example", "newsletter")
    assert list(Basis.objects.all()) == []


def test_an_erased_person_is_not_brought_back_by_a_list(tmp_path):
    Suppression.add("ada@a.example", reason="erased", at=AT)

    of = make.imported(make.list_file(tmp_path, "Name,Email\nAda,ADA@a.example\n"))

    assert (of.created, of.refused) == (0, 1)


def test_a_colleague_is_not_made_a_partner(tmp_path):
    make.staff(email="mirela@h.example")

    of = make.imported(make.list_file(tmp_path, "Name,Email\nMirela,mirela@h.example\n"))

    assert (of.refused, names()) == (1, [])


def test_trying_out_counts_the_same_and_keeps_nothing(tmp_path):
    text = "Ref,Name,Email\n1,Ada,a@a.example\n1,Ada,a@a.example\n2,,\n3,Ada,\n"
    of = make.looked_at(make.list_file(tmp_path, text))

    seen = importing.try_out(of)["counts"]

    assert Person.objects.count() == 0
    importing.start(of, actor=None, at=AT)
    assert {**importing.run(of).counts, "suppressed": 0} == seen
    assert seen == {
        "rows": 4,
        "created": 2,
        "updated": 1,
        "refused": 1,
        "flagged": 1,
        "suppressed": 0,
    }


def test_a_run_that_was_killed_goes_on_and_does_nothing_twice(tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 3)
    rows = "".join(f"{n},Person {n}\n" for n in range(10))
    of = make.looked_at(make.list_file(tmp_path, f"Ref,Name\n{rows}"))
    importing.start(of, actor=None, at=AT)
    drafter, planner = importing.drafter_of(of), Planner("ref", is_dry=False)
    batches = importing.batches(of)
    for _ in range(2):
        importing.write_batch(of, planner.plan, drafter, importing.writer_for(of), next(batches))

    stale = Import.objects.get(pk=of.pk)  # as a second worker found it before the kill
    stale.done_rows = 3
    again = importing.run(Import.objects.get(pk=of.pk))
    importing.run(stale)

    assert again.counts == {"rows": 10, "created": 10, "updated": 0, "refused": 0, "flagged": 0}
    assert Person.objects.partners().count() == 10
    assert Entry.objects.filter(verb="partners.joined").count() == 10


def test_a_run_that_was_stopped_ends_after_its_batch(tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    of = make.looked_at(make.list_file(tmp_path, "Name\nA\nB\nC\nD\n"))
    importing.start(of, actor=None, at=AT)
    importing.stop(Import.objects.get(pk=of.pk))

    importing.run(of)

    assert names() == []
    assert Import.objects.get().state == Import.State.STOPPED


def test_choices_are_remembered_for_the_next_list_with_the_same_heading(tmp_path):
    make.imported(
        make.list_file(tmp_path, "Wer,Wo\nAda,Quay\n"), columns={"Wer": "name", "Wo": "place"}
    )

    of = make.looked_at(make.list_file(tmp_path, "Wer,Wo\nBo,Fenwick\n", "next.csv"))

    assert of.mapping == {"Wer": "name", "Wo": "place"}
    assert of.options["seen_before"]
    assert Choices.objects.count() == 1


def test_the_same_file_is_known_again(tmp_path):
    path = make.list_file(tmp_path, "Name\nAda\n")
    first = make.imported(path)

    of = make.looked_at(path)

    assert importing.twin_files(of) == [first]


def test_a_list_without_a_column_for_names_is_refused(tmp_path):
    of = make.looked_at(make.list_file(tmp_path, "a,b\n1,2\n"))

    with pytest.raises(Refused, match="No column holds a name"):
        importing.start(of, actor=None, at=AT)


@pytest.mark.parametrize(
    ("columns", "why"), [({"Nme": "name"}, "No column"), ({"Name": "shoe"}, "no field")]
)
def test_a_wrong_choice_of_column_is_refused(tmp_path, columns, why):
    with pytest.raises(Refused, match=why):
        make.looked_at(make.list_file(tmp_path, "Name\nAda\n"), columns=columns)


# ---- Undo ----


def test_undo_takes_newcomers_out_and_puts_the_others_back(tmp_path):
    old = make.person("Ada Old", "ada@a.example")
    path = make.list_file(
        tmp_path, "Name,Email,Tags,Company\nAda New,ada@a.example,x,Nets\nBo,,y,Nets\n"
    )
    of = make.imported(path, kinds=["member"])

    result = undoing.undo(of, actor=None, at=AT)

    old.refresh_from_db()
    assert (old.name, names()) == ("Ada Old", ["Ada Old"])
    assert (old.tags.count(), old.belongings.count(), old.positions.count()) == (0, 0, 0)
    assert (result["left"], result["returned"], result["kept_count"]) == (1, 1, 0)
    assert Entry.objects.filter(verb="partners.joined").count() == 0


def test_undo_keeps_and_lists_people_who_have_been_referred_to(tmp_path):
    of = make.imported(make.list_file(tmp_path, "Name\nAda\nBo\n"))
    ada = Person.objects.get(name="Ada")
    ada.notes.create(text="Rang", at=AT)

    result = undoing.undo(of, actor=None, at=AT)

    assert names() == ["Ada"]
    assert (result["left"], result["kept"]) == (1, [ada.pk])


def test_undo_leaves_what_was_changed_since(tmp_path):
    ada = make.person("Ada", "ada@a.example", place="Quay")
    of = make.imported(make.list_file(tmp_path, "Name,Email,Town\nAda B,ada@a.example,Fenwick\n"))
    Person.objects.filter(pk=ada.pk).update(place="Inisheer")

    result = undoing.undo(of, actor=None, at=AT)

    ada.refresh_from_db()
    assert (ada.name, ada.place) == ("Ada", "Inisheer")
    assert result["changed_since"] == [ada.pk]


def test_undo_keeps_suppressions(tmp_path):
    text = "Name,Email,Subscription status\nAda,ada@a.example,unsubscribed\n"
    of = make.imported(make.list_file(tmp_path, text))

    undoing.undo(of, actor=None, at=AT)

    assert names() == []
    assert Suppression.holds("ada@a.example", "newsletter")


def test_undo_is_refused_after_thirty_days_and_the_second_time(tmp_path):
    of = make.imported(make.list_file(tmp_path, "Name\nAda\n"))
    late = now() + timedelta(days=31)

    with pytest.raises(Refused):
        undoing.undo(of, actor=None, at=late)
    undoing.undo(of, actor=None, at=AT)
    with pytest.raises(Refused):
        undoing.undo(of, actor=None, at=AT)
    assert undoing.forget_old_images(late) == Change.objects.count() == 0


def test_the_command_goes_on_with_a_run_of_this_file_that_was_killed(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(importing, "BATCH", 2)
    path = make.list_file(tmp_path, "Name\nA\nB\nC\nD\nE\n")
    of = make.looked_at(path)
    importing.start(of, actor=None, at=AT)
    drafter, planner = importing.drafter_of(of), Planner("", is_dry=False)
    first = next(importing.batches(of))
    importing.write_batch(of, planner.plan, drafter, importing.writer_for(of), first)

    call_command("import_partners", str(path), "--json", skip_checks=True)

    assert '"rows": 5, "created": 5' in capsys.readouterr().out
    assert names() == ["A", "B", "C", "D", "E"]
    assert [one.state for one in Import.objects.all()] == [Import.State.DONE]


def test_a_dry_run_of_the_command_keeps_nothing(tmp_path, capsys):
    path = make.list_file(tmp_path, "Name\nA\n")

    call_command("import_partners", str(path), "--dry-run", skip_checks=True)

    assert capsys.readouterr().out.splitlines()[-1] == (
        '{"rows": 1, "created": 1, "updated": 0, "refused": 0, "flagged": 0}'
    )
    assert (Person.objects.count(), Import.objects.count(), Choices.objects.count()) == (0, 0, 0)
