from hashlib import sha256
from typing import Any

from django.db import migrations


def keep_orders(apps: Any, schema_editor: Any) -> None:
    """Write down the order of draws held before orders were kept, from their numbers.

    Where some came first because they had missed out before, nobody knows any more who they were:
    such a draw is left without an order. Nothing to take back: the table goes with the one before.
    """
    draws = apps.get_model("events", "Draw")
    lots = apps.get_model("events", "Lot")
    places = apps.get_model("events", "Place")
    for draw in draws.objects.filter(came_first=0, lots=None).iterator():
        asked = places.objects.filter(event=draw.event_id, asked_at__lte=draw.drawn_at)
        people = list(asked.values_list("person_id", "person__public_id"))
        if len(people) != draw.asked:
            continue  # somebody asked anew since then: the day's list can't be known
        people.sort(key=lambda one: sha256(f"{draw.number}:{one[1]}".encode()).hexdigest())
        lots.objects.bulk_create(
            [
                lots(draw=draw, person_id=person, rank=rank, is_drawn=rank <= draw.drawn)
                for rank, (person, _public_id) in enumerate(people, start=1)
            ],
            batch_size=1000,
        )


class Migration(migrations.Migration):
    dependencies = [("events", "0002_a_draw_keeps_its_order")]
    operations = [migrations.RunPython(keep_orders, migrations.RunPython.noop)]
