from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.kit.errors import Refused
from headwater.ledger.models import record
from headwater.sharing import verbs
from headwater.sharing.models.link import Link


class Conversion(models.Model):
    """What was hoped for came of a visit: an order, a booking. The page it led to tells us so.

    Nothing is known of the visitor. `once` is the other side's own number for it, so that telling
    it twice counts once; `value` is in the House's currency.
    """

    link = models.ForeignKey(Link, models.CASCADE, related_name="conversions")
    at = models.DateTimeField(db_index=True)
    value = models.DecimalField(
        max_digits=14, decimal_places=3, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    once = models.CharField(max_length=100, unique=True)
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__gte=0), name="a_conversion_costs_nobody_anything"
            )
        ]

    def __str__(self) -> str:
        return f"{self.link}: {self.once}"

    @classmethod
    @transaction.atomic
    def note(
        cls, link: Link, *, happened_at: datetime, once: str, value: Decimal | None, at: datetime
    ) -> tuple[Conversion, bool]:
        """Keep it, and whether it is new. The same told twice counts once; the same number for
        another is refused, and so is what lies ahead or before the link was made."""
        if happened_at > at:
            raise Refused(_("It lies in the future. Tell it once it has happened."))
        if happened_at < link.made_at:
            raise Refused(_("The link was not there yet, so it can’t have come through it."))
        kept = None if value is None else value.quantize(Decimal("0.001"))
        made, is_new = cls.objects.get_or_create(
            once=once,
            defaults={"link": link, "at": happened_at, "value": kept, "noted_at": at},
        )
        if not is_new and (made.link_id, made.at, made.value) != (link.pk, happened_at, kept):
            raise Refused(
                _("“%(once)s” was told before, and otherwise. Give each its own number.")
                % {"once": once}
            )
        if is_new and link.person_id:
            record(
                verbs.CONVERSION_BROUGHT, person=link.person, subject=link.message,
                at=happened_at, once=f"conversion:{made.pk}",
            )  # fmt: skip
        return made, is_new
