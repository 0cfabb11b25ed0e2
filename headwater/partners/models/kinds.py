from __future__ import annotations

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.people.models import Person

MODULES = {
    "learn": _("Tips, articles and the toolkit"),
    "events": _("Events"),
    "share": _("Messages to share"),
    "gauges": _("Check-ins and their own growth"),
    "points": _("Points, badges and boards"),
    "talk": _("Discussions"),
    "press": _("Press room"),
}


class Kind(models.Model):
    """A kind of partner, and which parts of the portal it meets: media have no points or gauges."""

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=60)
    plural = models.CharField(_("plural"), max_length=60)
    modules = models.JSONField(default=list)
    is_primary = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-is_primary", "position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_primary"], condition=Q(is_primary=True), name="one_primary_kind"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def make_primary(self) -> None:
        """The kind that is asked first."""
        Kind.objects.filter(is_primary=True).update(is_primary=False)
        self.is_primary = True
        self.save(update_fields=["is_primary"])


class Belonging(models.Model):
    """That a person is a partner of this kind. One person may be of several."""

    person = models.ForeignKey(  # found by the constraint's index
        Person, models.CASCADE, related_name="belongings", db_index=False
    )
    kind = models.ForeignKey(Kind, models.PROTECT, related_name="belongings")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="a_kind_is_given_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.kind})"


def modules_of(person: Person) -> set[str]:
    """The parts of the portal this person meets: all that any of their kinds has."""
    kinds = list(Kind.objects.filter(belongings__person=person))
    return {m for kind in kinds for m in kind.modules} if kinds else set(MODULES) - {"press"}


class Tag(models.Model):
    name = models.CharField(_("tag"), max_length=80, unique=True)
    people = models.ManyToManyField(Person, related_name="tags", blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SocialAccount(models.Model):
    person = models.ForeignKey(  # found by the constraint's index
        Person, models.CASCADE, related_name="social_accounts", db_index=False
    )
    network = models.CharField(max_length=30)
    handle = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "network", "handle"], name="an_account_is_listed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.network}: {self.handle}"
