"""A first year's plan from the starter kit, as proposals to decide on one by one."""

import tomllib
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.listening.models import Need
from headwater.programme.models import Activity

STARTER = Path(__file__).parent / "starter" / "plan.toml"


@transaction.atomic
def load_starter(at: datetime) -> int:
    """Propose the starter kit's activities, the first at least four weeks ahead.

    Safe to run twice.
    """
    first_month = at.date() + timedelta(weeks=4)
    needs = {need.slug: need for need in Need.objects.all()}
    count = 0
    for row in tomllib.loads(STARTER.read_text(encoding="utf-8"))["activity"]:
        if row["need"] not in needs or Activity.objects.filter(title=row["title"]).exists():
            continue
        starts_on = _month(first_month, row["month"] + 1)
        activity = Activity.objects.create(
            title=row["title"],
            kind=row["kind"],
            need=needs[row["need"]],
            why_not_asked=_("From the starter kit, before partners were asked."),
            gauge=row["gauge"],
            outcome=row["outcome"],
            places=row["places"] or None,
            starts_on=starts_on,
            ends_on=starts_on,
            created_at=at,
        )
        activity.costs.create(
            what=row["title"],
            money=Decimal(row["money"]),
            hours=Decimal(row["hours"]),
            on=starts_on,
        )
        count += 1
    return count


def _month(day: date, ahead: int) -> date:
    months = day.year * 12 + day.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)
