"""Published campaigns of others, through our own import, pages and verdict."""

import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from headwater.evaluation import verdicts
from headwater.evaluation.models import Result
from headwater.evaluation.tests import make
from headwater.evaluation.tests.make import NOON
from headwater.programme.models import Campaign, Metric

ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("HEADWATER_SHARED", ROOT.parent / "shared")) / "data" / "campaigns"
pytestmark = pytest.mark.django_db


def real(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path} is not here: set HEADWATER_SHARED to the folder of real inputs")
    return path


def brought_in(name: str, metric: Metric, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    make.house()
    call_command("import_outcomes", metric.slug, str(real(name)), "--ours", "California", "--json")
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def noted(metric: Metric, starts: date, until: date, aim: str) -> Campaign:
    """A campaign in California, noted afterwards, beside the states that had none."""
    campaign = Campaign.objects.create(
        title="California", objective="Another number.", metric=metric, aim=Decimal(aim),
        starts_on=starts, ends_on=until, counted_until=until, comparison="markets",
        created_at=NOON,
    )  # fmt: skip
    campaign.markets.set(metric.markets.filter(is_ours=True))
    campaign.look_back(actor=make.staff(), at=NOON)
    return campaign


def verdict_of(campaign: Campaign, client: Client) -> tuple[Result, str]:
    result = verdicts.verdict(campaign, NOON)
    assert result
    client.force_login(make.staff("analyst", "analyst@h.example"))
    page = client.get(f"/studio/measure/campaigns/{campaign.pk}/")
    assert page.status_code == 200
    return result, page.content.decode()


def test_proposition_99_a_column_a_state_and_a_row_a_year(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    metric = make.metric(
        slug="packs", unit="packs a head", period="year", measure="level", more_is_better=False
    )
    told = brought_in("california_prop99.csv", metric, capsys)
    campaign = noted(metric, date(1989, 1, 1), date(2000, 12, 31), "10")

    result, page = verdict_of(campaign, client)

    assert (told["layout"], told["places"], told["counts"]) == ("columns", 39, 31 * 39)
    assert (told["refused"], told["gaps"]) == (0, 0)
    assert len(result.answer["controls"]) == 38
    estimate = result.answer["estimate"]
    # Arkhangelsky et al. (2021), table 1: 15.6 packs a head less a year, with a standard error of 8.4.
    assert estimate["value"] == pytest.approx(-15.6, abs=0.1)
    assert estimate["standard_error"] == pytest.approx(8.4, rel=0.25)
    assert result.answer["noted_afterwards"]
    assert "Noted afterwards" in page
    assert "packs a head less" in page


def test_organ_donations_a_row_a_state_and_quarter(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    metric = make.metric(slug="rate", unit="share registered", period="quarter", measure="level")
    told = brought_in("organ_donations.csv", metric, capsys)
    campaign = noted(metric, date(2011, 7, 1), date(2012, 3, 31), "0.01")

    result, page = verdict_of(campaign, client)

    assert (told["layout"], told["places"], told["counts"]) == ("long", 27, 162)
    assert (told["from"], told["to"]) == ("2010-10-01", "2012-01-01")
    # Kessler & Roth (2014) as in Huntington-Klein, The Effect, chapter 18: -0.022.
    assert result.answer["method"] == "difference_in_differences"
    assert result.answer["estimate"]["value"] == pytest.approx(-0.02246, abs=5e-6)
    assert result.answer["word"] in {"cannot_tell", "probably_not"}
    assert "less</strong> than without it" in page
