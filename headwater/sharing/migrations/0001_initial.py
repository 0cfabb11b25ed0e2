import django.db.models.deletion
import headwater.kit.names
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("partners", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Spool",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file", models.CharField(max_length=200, unique=True)),
                ("offset", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=headwater.kit.names.random_code,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("message", "Words to make their own"),
                            ("repost", "A post of ours to repost"),
                            ("by_hand", "A poster, or word of mouth"),
                        ],
                        default="message",
                        max_length=10,
                        verbose_name="what it is",
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                ("occasion", models.CharField(blank=True, max_length=160, verbose_name="occasion")),
                ("body", models.TextField(max_length=5000, verbose_name="the message")),
                (
                    "benefit",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="what partners get from it"
                    ),
                ),
                (
                    "picture",
                    models.ImageField(blank=True, upload_to="sharing/", verbose_name="picture"),
                ),
                (
                    "picture_description",
                    models.CharField(
                        blank=True, max_length=500, verbose_name="the picture in words"
                    ),
                ),
                (
                    "target",
                    models.URLField(
                        blank=True, max_length=1000, verbose_name="where the link leads"
                    ),
                ),
                ("post_url", models.URLField(blank=True, max_length=1000, verbose_name="our post")),
                ("starts_at", models.DateTimeField(blank=True, null=True, verbose_name="from")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                (
                    "embargo_until",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="not to be shared before"
                    ),
                ),
                (
                    "relationship",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Nothing"),
                            ("works", "I work or volunteer for them"),
                            ("supplies", "I supply them, or they supply me"),
                            ("paid", "I am paid for it"),
                            ("given", "They gave, lent or invited me"),
                            ("agent", "I earn when somebody buys"),
                        ],
                        max_length=20,
                        verbose_name="what stands between whoever shares it and us",
                    ),
                ),
                (
                    "must_stay",
                    models.JSONField(
                        blank=True, default=list, verbose_name="words that have to stay"
                    ),
                ),
                (
                    "kinds",
                    models.JSONField(blank=True, default=list, verbose_name="kinds of partner"),
                ),
                ("written_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "segment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.segment",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=headwater.kit.names.random_code, max_length=20, unique=True
                    ),
                ),
                (
                    "target",
                    models.URLField(blank=True, max_length=1000, verbose_name="your own page"),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="links",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="sharing.message",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Adaptation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("network", models.CharField(blank=True, max_length=20)),
                ("text", models.TextField(max_length=5000, verbose_name="your words")),
                (
                    "relationship",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Nothing"),
                            ("works", "I work or volunteer for them"),
                            ("supplies", "I supply them, or they supply me"),
                            ("paid", "I am paid for it"),
                            ("given", "They gave, lent or invited me"),
                            ("agent", "I earn when somebody buys"),
                        ],
                        max_length=20,
                    ),
                ),
                ("saved_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="adaptations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="adaptations",
                        to="sharing.message",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NotForMe",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="set_aside",
                        to="sharing.message",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="publication",
                        to="sharing.message",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Recall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=500, verbose_name="what is wrong with it")),
                (
                    "correction",
                    models.CharField(blank=True, max_length=500, verbose_name="what is right"),
                ),
                (
                    "target",
                    models.URLField(
                        blank=True, max_length=1000, verbose_name="where its links lead now"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recall",
                        to="sharing.message",
                    ),
                ),
                (
                    "recalled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="Chase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "to be asked"),
                            ("asked", "asked"),
                            ("read", "has read our letter"),
                            ("done", "taken down or mended"),
                            ("not_reached", "not reached"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("asked_at", models.DateTimeField(null=True)),
                ("times_asked", models.PositiveSmallIntegerField(default=0)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recall",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chases",
                        to="sharing.recall",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField(db_index=True)),
                ("keeps_text", models.BooleanField(default=True)),
                ("asked_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="sharing.message",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("body", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revisions",
                        to="sharing.message",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Share",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "network",
                    models.CharField(
                        choices=[
                            ("whatsapp", "WhatsApp"),
                            ("facebook", "Facebook"),
                            ("linkedin", "LinkedIn"),
                            ("instagram", "Instagram"),
                            ("bluesky", "Bluesky"),
                            ("mastodon", "Mastodon"),
                            ("x", "X"),
                            ("threads", "Threads"),
                            ("email", "E-mail"),
                            ("copy", "Copy the text"),
                            ("poster", "On a poster or a notice board"),
                            ("talk", "By telling people"),
                            ("elsewhere", "Somewhere else"),
                        ],
                        max_length=20,
                        verbose_name="where",
                    ),
                ),
                ("at", models.DateTimeField(db_index=True)),
                ("self_reported", models.BooleanField(default=True)),
                (
                    "address",
                    models.URLField(blank=True, max_length=500, verbose_name="address of the post"),
                ),
                ("taken_down_at", models.DateTimeField(null=True)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shares",
                        to="sharing.message",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shares",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="Variant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=60, verbose_name="for")),
                ("body", models.TextField(max_length=5000, verbose_name="words")),
                ("language", models.CharField(blank=True, max_length=20, verbose_name="language")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="variants",
                        to="sharing.message",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="VisitDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("people", models.PositiveIntegerField(default=0)),
                ("visits", models.PositiveIntegerField(default=0)),
                ("machines", models.PositiveIntegerField(default=0)),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="sharing.link",
                    ),
                ),
            ],
            options={
                "ordering": ["day"],
            },
        ),
        migrations.CreateModel(
            name="Visitor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(db_index=True)),
                ("key", models.CharField(max_length=24)),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="sharing.link",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("picture", ""),
                    models.Q(("picture_description", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_picture_is_described_in_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("target", ""), ("target__startswith", "https://"), _connector="OR"
                ),
                name="a_link_leads_to_https",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "repost"), _negated=True),
                    models.Q(("post_url", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_repost_names_the_post",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expires_at", None),
                    ("starts_at", None),
                    ("expires_at__gt", models.F("starts_at")),
                    _connector="OR",
                ),
                name="a_message_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(
                fields=("person", "message"), name="one_link_per_person_and_message"
            ),
        ),
        migrations.AddIndex(
            model_name="adaptation",
            index=models.Index(fields=["message", "-saved_at"], name="newest_words_of_others"),
        ),
        migrations.AddConstraint(
            model_name="adaptation",
            constraint=models.UniqueConstraint(
                fields=("person", "message", "network"), name="one_adaptation_per_network"
            ),
        ),
        migrations.AddConstraint(
            model_name="notforme",
            constraint=models.UniqueConstraint(
                fields=("person", "message"), name="a_message_is_set_aside_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="chase",
            constraint=models.UniqueConstraint(
                fields=("recall", "person"), name="a_recall_asks_a_person_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("sent_at", None)),
                fields=("person", "message"),
                name="one_reminder_waits_per_message",
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.UniqueConstraint(
                condition=models.Q(("taken_down_at", None)),
                fields=("person", "message", "network"),
                name="a_message_is_shared_once_per_network",
            ),
        ),
        migrations.AddIndex(
            model_name="visitday",
            index=models.Index(fields=["day"], name="visits_by_day"),
        ),
        migrations.AddConstraint(
            model_name="visitday",
            constraint=models.UniqueConstraint(
                fields=("link", "day"), name="one_count_per_link_and_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="visitor",
            constraint=models.UniqueConstraint(
                fields=("link", "day", "key"), name="a_visitor_counts_once_a_day"
            ),
        ),
    ]
