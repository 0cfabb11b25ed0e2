"""What a form says about a field: what to write, never that the writer was wrong.

Django's own words ("This field is required.", "Enter a valid URL.") blame and don't help, and
those of a constraint name it in code. Fields and constraints take their words from their class, so
they are put there once, when the program starts.
"""

from typing import Any
from unicodedata import category

from django import forms
from django.core.exceptions import ValidationError
from django.db.models.constraints import BaseConstraint
from django.utils.translation import gettext_lazy as _

ADDRESS = _("Write the whole address, as in ada@example.org.")
CHOOSE = _("Choose one of these.")
WORDS: dict[type[forms.Field], dict[str, Any]] = {
    forms.Field: {"required": _("Write something here.")},
    forms.CharField: {
        "max_length": _("That is %(show_value)s characters, and %(limit_value)s fit here."),
        "null_characters_not_allowed": _("A sign in it can’t be kept. Write it anew."),
    },
    forms.BooleanField: {"required": _("Tick this to go on.")},
    forms.ChoiceField: {"required": CHOOSE, "invalid_choice": CHOOSE},
    forms.MultipleChoiceField: {"required": _("Choose at least one."), "invalid_choice": CHOOSE},
    forms.ModelChoiceField: {"required": CHOOSE, "invalid_choice": CHOOSE},
    forms.EmailField: {"required": ADDRESS, "invalid": ADDRESS},
    forms.URLField: {"invalid": _("Write the whole address, as in https://example.org/page.")},
    forms.IntegerField: {
        "required": _("Write a whole number, such as 30."),
        "invalid": _("Write a whole number, such as 30."),
        "min_value": _("Write %(limit_value)s or more."),
        "max_value": _("Write %(limit_value)s or less."),
    },
    forms.DecimalField: {
        "required": _("Write a number, such as 12.50."),
        "invalid": _("Write a number, such as 12.50."),
        "max_digits": _("That number is longer than we can keep. Write a smaller one."),
        "max_whole_digits": _("That number is longer than we can keep. Write a smaller one."),
        "max_decimal_places": _("Write at most %(max)s figures after the point."),
    },
    forms.FloatField: {"invalid": _("Write a number, such as 12.5.")},
    forms.DateField: {
        "required": _("Choose a day."),
        "invalid": _("Write a day that there is, such as 2026-05-14."),
    },
    forms.DateTimeField: {
        "required": _("Choose a day and an hour."),
        "invalid": _("Write a day and an hour that there are, such as 2026-05-14 09:30."),
    },
    forms.FileField: {
        "required": _("Choose a file."),
        "empty": _("There is nothing in this file. Choose another."),
    },
    forms.ImageField: {
        "invalid_image": _("We can’t read this picture. Choose a PNG, JPEG or WebP."),
    },
}


def ask_for_something_to_read(text: object) -> None:
    """Letters, figures or signs: control characters, spaces and joiners alone show nothing.

    Categories of Unicode: C is control, format and unassigned; Z is separators.
    """
    if isinstance(text, str) and text and all(category(sign)[0] in "CZ" for sign in text):
        raise ValidationError(_("There is nothing to read in it. Write it anew."), code="unseen")


def speak_plainly() -> None:
    BaseConstraint.default_violation_error_message = _(
        "These don’t go together. Look at them once more."
    )
    forms.CharField.default_validators = [ask_for_something_to_read]
    for field, words in WORDS.items():
        own: dict[str, Any] = vars(field).get("default_error_messages", {})
        field.default_error_messages = {**own, **words}
