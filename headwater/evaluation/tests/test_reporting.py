import csv
import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from headwater.evaluation import (
    activities,
    budgeting,
    keeping,
    printing,
    reporting,
    running,
    spans,
)
from headwater.evaluation.models import Result
from headwater.evaluation.tests import make
from headwater.evaluation.tests.make import NOON
from headwater.evaluation.tests.test_activities import quay
from headwater.evaluation.tests.test_budgeting import spent, visits_metric
from headwater.jobs.models import Job
from headwater.kit.errors import Refused

pytestmark = pytest.mark.django_db


def test_the_report_tells_every_campaign_and_the_capacity_work_with_its_grade() -> None:
    make.house(hourly_rate=24)
    make.campaign(60)

    report = reporting.report(NOON)

    short, campaign, capacity, activities, budget, grades = report.leaves
    assert short.sentences == [
        "One campaign is over and was asked three questions.",
        f"Mussel Season: {campaign.title}.",
        "Building capacity: Not enough data yet.",
        "What activities do: Not enough data yet.",
        "Where next year’s money would do more: Not enough data yet.",
    ]
    figure = campaign.figures[0]
    assert (figure.low or 999) < 240 < (figure.high or 0)
    assert campaign.fine.startswith(figure.grade)
    assert campaign.sentences[0] == "It ran 2 to 29 March. No cost was written down."
    assert [leaf.figures for leaf in (capacity, activities, budget)] == [[], [], []]
    assert grades.title == "How sure we are"


def test_a_campaign_noted_afterwards_is_marked_on_page_slides_and_file(client: Client) -> None:
    make.house()
    make.campaign(60, is_looked_back=True)
    client.force_login(make.staff("analyst"))

    report = reporting.report(NOON)

    assert report.leaves[1].mark == "Noted afterwards"
    assert report.leaves[0].sentences[1].startswith("Mussel Season (noted afterwards): ")
    assert [row["noted_afterwards"] for row in as_rows(report)] == ["yes"]
    for path in ("", "slides/"):
        text = client.get(f"/studio/measure/report/{path}").content.decode()
        assert "Noted afterwards</span>" in text
    assert printing.as_pdf(report).startswith(b"%PDF")


def as_rows(report: reporting.Report) -> list[dict[str, str]]:
    """The rows of the file that hold a figure."""
    return [row for row in all_rows(report) if row["value"]]


def all_rows(report: reporting.Report) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO("".join(report.as_csv()).removeprefix("\ufeff"))))


def test_what_has_no_figure_stands_in_the_file_as_not_enough_data_and_never_as_nought() -> None:
    make.house()

    rows = all_rows(reporting.report(NOON))

    assert [(row["about"], row["figure"], row["value"]) for row in rows] == [
        ("Building capacity", "Not enough data yet", ""),
        ("What activities do", "Not enough data yet", ""),
        ("Where next year’s money would do more", "Not enough data yet", ""),
    ]


def test_on_an_empty_house_every_page_of_measure_says_what_is_missing(client: Client) -> None:
    make.house()
    client.force_login(make.staff("owner", "owner@h.example"))
    told = {
        "": "No registered campaign yet",
        "trials/": "No trial yet",
        "return/": "At least thirty partners",
        "activities/": "As soon as ten partners have taken part",
        "draws/": "Draws are switched off",
        "budget/": "Say what one visit through a partner’s link is worth",
        "report/": "No registered campaign is over yet.",
        "report/slides/": "No registered campaign is over yet.",
        "report/links/": "None. Make one",
    }

    for path, words in told.items():
        answer = client.get(f"/studio/measure/{path}")
        assert (answer.status_code, words in answer.content.decode()) == (200, True), path
    assert "/studio/metrics/new/" in client.get("/studio/measure/budget/").content.decode()


def test_a_period_holds_the_campaigns_that_ended_in_it_and_others_are_said_to_be_none() -> None:
    make.house()
    make.campaign(60)  # it ended on 29 March 2026

    found = {
        key: [leaf.overline for leaf in reporting.report(NOON, spans.called(key)).leaves[1:2]]
        for key in ("", "2026", "2026-Q1", "2026-Q2", "2025")
    }
    none = reporting.report(NOON, spans.called("2026-Q2"))

    none_of_it = ["Building capacity"]
    assert found == {
        "": ["Mussel Season"], "2026": ["Mussel Season"], "2026-Q1": ["Mussel Season"],
        "2026-Q2": none_of_it, "2025": none_of_it,
    }  # fmt: skip
    assert none.leaves[0].sentences[0] == (
        "No campaign that ended in April to June 2026 is over and counted."
    )
    assert [span.key for span in none.spans] == ["", "2026", "2026-Q1"]


@pytest.mark.parametrize("key", ["2026-Q5", "0099", "last year", "2026-Q1 ", "20266"])
def test_a_period_that_is_none_is_not_found(client: Client, key: str) -> None:
    make.house()
    client.force_login(make.staff("analyst"))

    answers = [
        client.get(f"/studio/measure/report/{path}", {"period": key})
        for path in ("", "slides/", "report.pdf", "report.csv")
    ]

    assert {answer.status_code for answer in answers} == {404}


def test_a_period_is_chosen_on_the_page_and_goes_with_slides_and_files(client: Client) -> None:
    make.house()
    make.campaign(60)
    client.force_login(make.staff("analyst"))

    page = client.get("/studio/measure/report/?period=2026-Q1").content.decode()
    rows = client.get("/studio/measure/report/report.csv?period=2026-Q1")

    assert '<option value="2026-Q1" selected>January to March 2026</option>' in page
    assert page.count('?period=2026-Q1"') == 3
    assert rows["Content-Disposition"] == 'attachment; filename="report-2026-q1.csv"'
    assert b"Mussel Season" in rows.content


def test_with_more_than_twelve_the_report_says_that_there_are_earlier_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make.house()
    counted = make.metric()
    for title in ("First", "Second"):
        make.campaign(60, metric=counted, title=title)
    for module in (spans, reporting):
        monkeypatch.setattr(module, "NEWEST", 1)

    short = reporting.report(NOON).leaves[0]

    assert short.fine == "These are the newest 1 of 2 campaigns."


def test_activities_and_moves_stand_in_the_report_each_with_range_unit_and_grade() -> None:
    quay(seminar=5, tip=0)
    visits_metric()
    spent("half-day-seminar", 400)
    spent("tip", 900)

    report = reporting.report(NOON)

    leaves = {leaf.overline: leaf for leaf in report.leaves}
    sharing = leaves["What activities do to sharing"]
    assert sharing.title == "Half-day seminar: it brings the most"
    assert [figure.about for figure in sharing.figures] == ["Half-day seminar", "Tips"]
    told = activities.activities(NOON)
    assert told is not None
    assert sharing.figures[0].value == told.answer["kinds"][0]["estimate"]["value"]
    assert sharing.chart is not None
    assert sharing.chart.table is not None
    assert [row[0] for row in sharing.chart.table.rows] == ["Half-day seminar", "Tips"]
    assert leaves["What activities do to fluency"].title == "Not enough data yet"
    advice = budgeting.advice(NOON)
    assert isinstance(advice, Result)
    budget = leaves["Where next year’s money would do more"]
    [move] = advice.answer["moves"]
    assert [figure.value for figure in budget.figures] == [move["gain"]["value"]]
    assert budget.title.startswith("Move £")
    assert budget.title.endswith(" from Tips to Half-day seminar")
    for row in as_rows(report):
        assert row["unit"]
        assert row["grade"] in set("ABCD")
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"])
        assert row["range_holds"] in {"0.95", "0.9"}
    assert printing.as_pdf(report).startswith(b"%PDF")


def test_without_a_campaign_the_report_says_so_and_is_still_a_report() -> None:
    make.house()

    report = reporting.report(NOON)

    assert report.leaves[0].sentences[0] == "No registered campaign is over yet."
    assert printing.as_pdf(report).startswith(b"%PDF")


def test_every_figure_of_the_file_can_be_traced_to_its_stored_answer() -> None:
    make.house()
    make.campaign(60)

    rows = as_rows(reporting.report(NOON))

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
    assert slides.content.decode().count('class="slide"') == 7
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
