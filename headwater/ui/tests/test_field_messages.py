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


def test_a_broken_constraint_is_not_named_in_code() -> None:
    broken = models.CheckConstraint(condition=models.Q(pk=1), name="there_is_one_house")

    assert broken.get_violation_error_message() == (
        "These don’t go together. Look at them once more."
    )
