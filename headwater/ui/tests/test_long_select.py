from django import forms

from headwater.ui.long_select import LongSelect

CHOICES = [("", "As the house"), ("Europe/London", "Europe/London"), ('"<x>', "A & B")]


class Question(forms.Form):
    zone = forms.ChoiceField(choices=CHOICES, widget=LongSelect, help_text="Where you are")


def test_the_chosen_one_is_marked_and_every_letter_is_safe() -> None:
    html = str(Question(initial={"zone": "Europe/London"})["zone"])
    assert '<option value="Europe/London" selected>' in html
    assert html.count("selected") == 1
    assert '<option value="&quot;&lt;x&gt;">A &amp; B</option>' in html


def test_it_says_what_django_itself_would_say_to_machines_that_read_aloud() -> None:
    ours = str(Question({"zone": "Mars"})["zone"])
    for part in ('name="zone"', 'id="id_zone"', "required", 'aria-invalid="true"'):
        assert part in ours
