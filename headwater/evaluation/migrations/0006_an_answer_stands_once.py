from typing import Any

from django.db import migrations
from django.db.models import Min


def keep_the_first(apps: Any, schema_editor: Any) -> None:
    """Two processes that were asked at once each stored the same answer: the first one stays."""
    Result = apps.get_model("evaluation", "Result")
    same = Result.objects.order_by().values(
        "question", "campaign", "aim", "data_version", "code_version"
    )
    first = same.annotate(first=Min("pk")).values("first")
    Result.objects.exclude(pk__in=first).delete()


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0005_a_link_lets_the_board_read")]

    operations = [
        # Nothing to take back: what went stood twice.
        migrations.RunPython(keep_the_first, migrations.RunPython.noop)
    ]
