from importlib import import_module
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from headwater.evaluation.models import Trial, TrialFile
from headwater.evaluation.tests import make
from headwater.evaluation.tests.test_bettering import in_segments, trial

pytestmark = pytest.mark.django_db
LIST = "/studio/measure/trials/"
MANY = "test,variant,sent,opened\none,A,2000,100\none,B,2010,180\ntwo,A,900,9\ntwo,B,400,9\n"


@pytest.fixture
def staff(client: Client) -> Client:
    make.house()
    client.force_login(make.staff())
    return client


def upload(client: Client, text: str) -> TrialFile:
    file = SimpleUploadedFile("trials.csv", text.encode(), "text/csv")
    client.post(f"{LIST}files/", {"file": file})
    return TrialFile.objects.latest("pk")


def chosen(of: TrialFile, **more: str) -> dict[str, str]:
    columns = {f"column-{n}": of.mapping[c] for n, c in enumerate(of.shape["heading"])}
    return {**columns, "varied": "message", **more}


@pytest.mark.parametrize("many", [1, 35])
def test_the_list_says_how_many_broke_and_how_many_stand(
    staff: Client, many: int, django_assert_max_num_queries: Any
) -> None:
    trial([3052, 2710], [150, 60], key="file:broken")
    trial([4000, 4000], [400, 560], key="file:stands")
    for n in range(many):
        trial([500, 500], [50, 51], key=f"file:{n}")

    with django_assert_max_num_queries(12):
        page = staff.get(LIST).content.decode()

    assert f"In 1 of {many + 2} trials one way did better" in page
    assert "In one the split is not what was promised" in page
    assert page.count("14 in 100 with “Bold”, 10 in 100 at the other end") == 1
    assert page.count("The split is not what was promised. We don’t read anything from it.") == 1
    assert page.count("No clear difference") == min(many, 28)


def test_the_list_shows_the_broken_or_the_standing_ones_alone(staff: Client) -> None:
    trial([3052, 2710], [150, 60], key="file:broken")
    stands = trial([4000, 4000], [400, 560], key="file:stands")

    broken, standing = (staff.get(f"{LIST}?show={show}") for show in ("broken", "standing"))

    assert [row.trial.key for row in broken.context["rows"]] == ["file:broken"]
    assert [row.trial for row in standing.context["rows"]] == [stands]


def test_an_empty_list_says_what_fills_it(staff: Client) -> None:
    page = staff.get(LIST).content.decode()

    assert "Nothing was tried in two ways yet" in page
    assert "let lots decide who is offered which first" in page


def test_a_trial_shows_its_ways_its_segments_and_what_would_change_it(
    staff: Client, django_assert_max_num_queries: Any
) -> None:
    of = in_segments()

    with django_assert_max_num_queries(12):
        page = staff.get(f"{LIST}{of.pk}/").content.decode()

    assert "It could have done better" in page
    assert "With the best way for each segment" in page
    assert "borrowed from the others" in page
    assert "Lots come out like that often enough." in page
    assert page.count("If people told each other") == 1


def test_a_broken_trial_shows_no_figures_at_all(staff: Client) -> None:
    of = trial([3052, 2710], [150, 60])

    page = staff.get(f"{LIST}{of.pk}/").content.decode()

    assert "3,052 against 2,710 where 1 to 1 was meant" in page
    assert "Against the first" not in page
    assert "in 100" not in page


def test_what_staff_say_of_a_trial_is_kept(staff: Client) -> None:
    of, campaign = trial([4000, 4000], [400, 560]), make.campaign(0)

    answer = staff.post(
        f"{LIST}{of.pk}/",
        {"title": "Openings", "success": "opened", "varied": "timing", "campaign": campaign.pk,
         "worth": "2", "cost_0": "", "cost_1": "0.5"},
    )  # fmt: skip

    of.refresh_from_db()
    assert answer.status_code == 302
    assert (of.title, of.success, of.varied, of.campaign) == (
        "Openings", "opened", "timing", campaign
    )  # fmt: skip
    assert [arm.cost for arm in of.arms.all()] == [None, 0.5]


def test_what_cannot_be_is_said_beside_the_trial_that_stands(staff: Client) -> None:
    of = trial([4000, 4000], [400, 560])

    answer = staff.post(f"{LIST}{of.pk}/", {"title": "", "varied": "timing"})

    assert answer.status_code == 422
    assert "Subject lines" in answer.content.decode()


def test_a_file_comes_in_by_page_in_two_steps(staff: Client) -> None:
    of = upload(staff, MANY)
    guessed = staff.get(f"{LIST}files/{of.pk}/").content.decode()

    staff.post(f"{LIST}files/{of.pk}/", chosen(of, success="opened it"))

    done = staff.get(f"{LIST}files/{of.pk}/").content.decode()
    assert 'value="shown" selected' in guessed
    assert "2 trials new, 0 brought up to date, 0 as they were" in done
    assert list(Trial.objects.values_list("name", "is_broken", "success")) == [
        ("one", False, "opened it"), ("two", True, "opened it")
    ]  # fmt: skip
    assert "trials.csv" in staff.get(f"{LIST}files/").content.decode()


def test_a_large_file_goes_to_the_worker(
    staff: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    views = import_module("headwater.evaluation.studio.trials")  # a view has the same name
    monkeypatch.setattr(views, "SMALL_BYTES", 10)
    of = upload(staff, MANY)

    with django_capture_on_commit_callbacks() as waiting:
        staff.post(f"{LIST}files/{of.pk}/", chosen(of))
    reading = staff.get(f"{LIST}files/{of.pk}/").content.decode()
    for begin in waiting:
        begin()

    assert "Row by row. You can leave" in reading
    assert Trial.objects.count() == 2
    assert "What came of it" in staff.get(f"{LIST}files/{of.pk}/").content.decode()


def test_a_column_too_few_is_said_and_what_was_chosen_stays(staff: Client) -> None:
    of = upload(staff, MANY)

    answer = staff.post(f"{LIST}files/{of.pk}/", chosen(of) | {"column-1": ""})

    assert answer.status_code == 409
    assert "tells the ways apart" in answer.content.decode()
    assert Trial.objects.count() == 0


def test_rows_that_could_not_be_taken_stand_on_the_page(staff: Client) -> None:
    of = upload(staff, MANY + "three,A,4,5\n")

    staff.post(f"{LIST}files/{of.pk}/", chosen(of))

    assert (
        "More succeeded than were shown it." in staff.get(f"{LIST}files/{of.pk}/").content.decode()
    )


def test_an_analyst_looks_but_brings_nothing_in(client: Client) -> None:
    make.house()
    client.force_login(make.staff("analyst"))

    assert client.get(LIST).status_code == 200
    assert client.get(f"{LIST}files/").status_code == 403


def test_the_verdict_shows_the_second_answer(staff: Client) -> None:
    campaign = make.campaign(120)
    in_segments(campaign)
    other = make.campaign(120, title="Untried", metric=make.metric(slug="other"))

    tried, untried = (
        staff.get(f"/studio/measure/campaigns/{one.pk}/").content.decode()
        for one in (campaign, other)
    )

    assert "With the best way for each segment" in tried
    assert "We never tried another way." in untried
    assert "partners would be enough to see a rise" in untried
