import pytest
from django import forms
from django.db import models


class Anything(forms.Form):
    name = forms.CharField()
    kind = forms.ChoiceField(choices=[("a", "A")])
    places = forms.IntegerField(min_value=1, required=False)
    page = forms.URLField(required=False)
    on = forms.DateField(required=False)


def test_a_form_says_what_to_write_and_blames_nobody() -> None:
    form = Anything({"kind": "b", "places": "-3", "page": "javascript:alert(1)", "on": "31.2."})

    assert {name: said[0] for name, said in form.errors.items()} == {
        "name": "Write something here.",
        "kind": "Choose one of these.",
        "places": "Write 1 or more.",
        "page": "Write the whole address, as in https://example.org/page.",
        "on": "Write a day that there is, such as 2026-05-14.",
    }


@pytest.mark.parametrize("unseen", ["\x01\x02", "\u200b\u200d", "\x07 \u2060"])
def test_a_name_that_shows_nothing_is_not_taken(unseen: str) -> None:
    form = Anything({"name": unseen, "kind": "a"})

    assert form.errors == {"name": ["There is nothing to read in it. Write it anew."]}


@pytest.mark.parametrize("seen", ["–", "7", "ʻŌlelo", "👩\u200d🌾", "نام"])
def test_any_letter_figure_or_sign_is_something_to_read(seen: str) -> None:
    assert Anything({"name": seen, "kind": "a"}).is_valid()


def test_a_broken_constraint_is_not_named_in_code() -> None:
    broken = models.CheckConstraint(condition=models.Q(pk=1), name="there_is_one_house")

    assert broken.get_violation_error_message() == (
        "These don’t go together. Look at them once more."
    )
