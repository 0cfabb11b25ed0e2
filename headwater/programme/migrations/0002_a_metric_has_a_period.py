import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programme", "0001_initial")]

    operations = [
        migrations.RemoveConstraint("outcomeweek", "one_count_a_market_a_week"),
        migrations.RenameModel("OutcomeWeek", "Outcome"),
        migrations.RenameField("outcome", "week_on", "period_on"),
        migrations.AlterModelOptions(
            name="outcome",
            options={"ordering": ["period_on"]},
        ),
        migrations.AddField(
            model_name="metric",
            name="counted",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "You bring the numbers in"),
                    ("visits", "Headwater: people who came through partners’ links"),
                    ("sign-ups", "Headwater: people who joined a newsletter"),
                    ("registrations", "Headwater: places kept at events"),
                    ("attendance", "Headwater: people who came to events"),
                    ("conversions", "Headwater: conversions through partners’ links"),
                ],
                default="",
                max_length=14,
                verbose_name="who counts it",
            ),
        ),
        migrations.AddField(
            model_name="metric",
            name="is_by_kind",
            field=models.BooleanField(default=False, verbose_name="each kind of partner apart"),
        ),
        migrations.AddField(
            model_name="metric",
            name="measure",
            field=models.CharField(
                choices=[
                    ("count", "A count: places and periods are added up"),
                    ("level", "A rate or a level: places and periods are averaged"),
                ],
                default="count",
                max_length=6,
                verbose_name="what kind of number",
            ),
        ),
        migrations.AddField(
            model_name="metric",
            name="more_is_better",
            field=models.BooleanField(default=True, verbose_name="more of it is better"),
        ),
        migrations.AddField(
            model_name="metric",
            name="period",
            field=models.CharField(
                choices=[
                    ("week", "Every week"),
                    ("month", "Every month"),
                    ("quarter", "Every quarter"),
                    ("year", "Every year"),
                ],
                default="week",
                max_length=8,
                verbose_name="how often it is counted",
            ),
        ),
        migrations.AlterField(
            model_name="outcome",
            name="market",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="outcomes",
                to="programme.market",
            ),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.UniqueConstraint(
                fields=("market", "period_on"), name="one_count_a_market_a_period"
            ),
        ),
    ]
