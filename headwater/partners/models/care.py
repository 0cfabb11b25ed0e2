from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.people.models import Person


class Stewardship(models.Model):
    """Who on our staff looks after this partner."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="stewardship")
    steward = models.ForeignKey(Person, models.CASCADE, related_name="looks_after")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.steward} looks after {self.person}"


class Note(models.Model):
    """What a colleague wrote down about a partner. Partners see it when they ask for their data."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="notes")
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="notes_written")
    text = models.TextField(_("note"), max_length=4000)
    is_contact = models.BooleanField(_("we were in touch"), default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.text[:40]
