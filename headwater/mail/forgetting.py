"""Letters' words are kept 90 days; after that only that they went."""

from datetime import datetime, timedelta

from django.db import transaction

from headwater.mail.models import Attachment, Delivery, Mailing, State

KEPT = timedelta(days=90)
OVER = [State.SENT, State.STANDS, State.CAME_BACK, State.FAILED, State.EXCLUDED]


@transaction.atomic
def forget_words(at: datetime) -> int:
    """What was filled in for anybody, and the words of letters to one person. Says how many."""
    old = Delivery.objects.filter(state__in=OVER, at__lt=at - KEPT, mailing__send_at__lt=at - KEPT)
    filled = old.exclude(merge={}).update(merge={})
    singles = Mailing.objects.filter(is_single=True, send_at__lt=at - KEPT).exclude(text="")
    done = singles.filter(deliveries__in=old).values_list("pk", flat=True)
    ids = list(done[:5000])
    Attachment.objects.filter(mailing__in=ids).delete()
    Mailing.objects.filter(pk__in=ids).update(title="", subject="", preview="", text="", body="")
    return filled
