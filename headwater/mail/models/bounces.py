from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.mail.models.deliveries import Delivery


class Bounce(models.Model):
    """A message that told us a letter did not arrive, or was not wanted; read once."""

    class Kind(models.TextChoices):
        HARD = "hard", _("The address doesn’t exist")
        SOFT = "soft", _("It didn’t get through this time")
        COMPLAINT = "complaint", _("Marked as unwanted")

    delivery = models.ForeignKey(Delivery, models.SET_NULL, null=True, related_name="bounces")
    address = models.CharField(max_length=254, db_index=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    status = models.CharField(max_length=12, blank=True)
    said = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["digest", "address"], name="a_returned_message_counts_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.address}"
