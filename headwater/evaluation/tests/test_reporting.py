import csv
import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from headwater.evaluation import keeping, printing, reporting, running
from headwater.evaluation.models import Result
from headwater.evaluation.tests import make
from headwater.evaluation.tests.make import NOON
from headwater.jobs.models import Job
from headwater.kit.errors import Refused

pytestmark = pytest.mark.django_db


def test_the_report_tells_every_campaign_and_the_capacity_work_with_its_grade() -> None:
    make.house(hourly_rate=24)
    make.campaign(60)

    report = reporting.report(NOON)

    short, campaign, capacity, grades = report.leaves
    assert short.sentences == [
        "One campaign is over and was asked three questions.",
        f"Mussel Season: {campaign.title}.",
        "Not enough data yet.",
    ]
    figure = campaign.figures[0]
    assert (figure.low or 999) < 240 < (figure.high or 0)
    assert campaign.fine.startswith(figure.grade)
    assert (capacity.title, capacity.figures) == ("Not enough data yet", [])
    assert grades.title == "How sure we are"


def test_without_a_campaign_the_report_says_so_and_is_still_a_report() -> None:
    make.house()

    report = reporting.report(NOON)

    assert report.leaves[0].sentences[0] == "No registered campaign is over yet."
    assert printing.as_pdf(report).startswith(b"%PDF")


def test_every_figure_of_the_file_can_be_traced_to_its_stored_answer() -> None:
    make.house()
    make.campaign(60)

    text = "".join(reporting.report(NOON).as_csv())

    rows = list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))
    result = Result.objects.get(question="success")
    assert [row["data_version"] for row in rows] == [result.data_version]
    assert float(rows[0]["value"]) == result.answer["estimate"]["value"]
    assert rows[0]["seed"] == str(result.seed)


def test_the_report_comes_as_page_slides_pdf_and_csv(client: Client) -> None:
    make.house()
    campaign = make.campaign(60)
    client.force_login(make.staff("analyst"))

    page = client.get("/studio/measure/report/")
    slides = client.get("/studio/measure/report/slides/")
    pdf = client.get("/studio/measure/report/report.pdf")
    rows = client.get("/studio/measure/report/report.csv")

    assert campaign.title in page.content.decode()
    assert slides.content.decode().count('class="slide"') == 5
    assert pdf.content.startswith(b"%PDF")
    assert b"Mussel Season" in rows.content
    assert client.get("/studio/measure/how/").content.decode().count("<section") == 8


def evaluated(*arguments: str) -> str:
    out = StringIO()
    call_command("evaluate", *arguments, stdout=out, skip_checks=True)
    return out.getvalue()


def test_an_answer_comes_out_the_same_to_the_last_digit() -> None:
    make.house()
    make.campaign(60)

    first = evaluated("Mussel Season").splitlines()
    second = json.loads(evaluated("Mussel Season", "--json"))

    assert [(row.split("\t")[0], row.split("\t")[-1]) for row in first] == [
        ("success", "new"),
        ("better", "new"),
    ]
    assert [one["counted_again"] for one in second] == ["same", "same"]
    assert second[0]["answer"] == Result.objects.get(question="success").answer
    assert second[1]["answer"] == Result.objects.get(question="better").answer


def test_an_answer_that_somebody_changed_is_found_out() -> None:
    make.house()
    make.campaign(60)
    evaluated("Mussel Season")
    stored = Result.objects.get(question="success")
    stored.answer["estimate"]["value"] += 1e-9
    stored.save()

    with pytest.raises(Refused, match="differently"):
        evaluated("Mussel Season")


def test_a_campaign_that_nobody_registered_is_not_guessed() -> None:
    make.house()

    with pytest.raises(Exception, match="No registered campaign is called Herring"):
        evaluated("Herring")


def test_with_nothing_to_work_out_the_command_says_so() -> None:
    make.house()

    with pytest.raises(Refused, match="Not enough data yet"):
        evaluated("programme")


def test_in_a_large_organisation_a_page_asks_the_worker_and_does_not_wait(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks
) -> None:
    make.house(hourly_rate=24)
    make.capacity(lift=2, people=60)
    make.metric(slug="visits", name="Visits")
    monkeypatch.setattr(keeping, "LARGE", 20)
    client.force_login(make.staff("analyst"))

    before = client.get("/studio/measure/return/").content.decode()
    running.run(Job.objects.get(), NOON)
    after = client.get("/studio/measure/return/").content.decode()

    assert "We’re working this out" in before
    assert "came back" in after
    result = Job.objects.get().result
    stored = Result.objects.get(question="return")
    told = {"return": stored.pk, "activities": None, "draw": None, "budget": "few_levers"}
    assert (result["answers"], result["told"]) == (4, told)


def test_work_that_is_asked_for_twice_is_one_job_and_runs_to_its_end() -> None:
    make.house()
    make.campaign(60)

    job = running.ask(actor=None, at=NOON)
    again = running.ask(actor=None, at=NOON)
    running.run(job, NOON)
    running.run(job, NOON)

    assert again == job
    assert (job.state, job.done, job.total) == ("done", 7, 7)
    assert Result.objects.filter(question="success").count() == 1
