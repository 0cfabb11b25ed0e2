from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0005_a_campaign_teaches_the_next"),
    ]

    operations = [
        migrations.AlterField(
            model_name="outcome",
            name="value",
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=21, null=True),
        ),
    ]
