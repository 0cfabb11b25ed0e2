import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from headwater.evaluation import trialling
from headwater.evaluation.models import Arm, Cell, Trial, TrialFile
from headwater.evaluation.tests import make
from headwater.evaluation.tests.make import NOON
from headwater.kit.errors import Refused

pytestmark = pytest.mark.django_db

MANY = """test_id,headline,impressions,clicks
one,"A fish,
and a river",3000,150
one,A boat,"3,010",120
two,Plain,500,10
one,A boat,2990,118
two,Bold,510,12
"""


def file(tmp_path: Path, text: str, name: str = "trials.csv") -> TrialFile:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return trialling.look_at(path, name=name, at=NOON)


def bring_in(tmp_path: Path, text: str, name: str = "trials.csv", **options: Any) -> TrialFile:
    of = file(tmp_path, text, name)
    trialling.choose(of, options.pop("mapping", {}), **options)
    return trialling.read(of, at=NOON)


def test_many_trials_come_in_from_one_file_with_each_row_an_arm(tmp_path: Path) -> None:
    of = bring_in(tmp_path, MANY)

    assert of.mapping == {
        "test_id": "trial", "headline": "arm", "impressions": "shown", "clicks": "succeeded"
    }  # fmt: skip
    assert of.counts == {"rows": 5, "created": 2, "updated": 0, "unchanged": 0, "refused": 0}
    assert list(Arm.objects.values_list("trial__name", "label", "people", "total", "share")) == [
        ("one", "A fish, and a river", 3000, 150, 1 / 3),
        ("one", "A boat", 3010, 120, 1 / 3),
        ("one", "A boat (2)", 2990, 118, 1 / 3),
        ("two", "Plain", 500, 10, 0.5),
        ("two", "Bold", 510, 12, 0.5),
    ]
    assert not default_storage.exists(of.file or "nothing")


def test_the_same_file_twice_changes_nothing_and_a_newer_one_brings_up_to_date(
    tmp_path: Path,
) -> None:
    bring_in(tmp_path, MANY)
    before = list(Trial.objects.order_by("pk").values())
    again = bring_in(tmp_path, MANY)
    assert list(Trial.objects.order_by("pk").values()) == before

    newer = bring_in(tmp_path, MANY.replace("510,12", "520,13"))

    assert again.counts == {"rows": 5, "created": 0, "updated": 0, "unchanged": 2, "refused": 0}
    assert newer.counts == {"rows": 5, "created": 0, "updated": 1, "unchanged": 1, "refused": 0}
    assert list(Arm.objects.filter(trial__name="two").values_list("people", flat=True)) == [
        500,
        520,
    ]
    assert Cell.objects.count() == 5


def test_a_bad_row_leaves_its_trial_out_and_says_why(tmp_path: Path) -> None:
    text = (
        "test_id,headline,impressions,clicks\n"
        "one,A,100,5\none,B,many,5\ntwo,A,100,500\ntwo,B,90,1\nthree,A,90,1\nfour,,9,1\n"
        "five,A,0,0\nsix,A,80,8\nsix,B,82,9\n"
    )

    of = bring_in(tmp_path, text)

    assert list(Trial.objects.values_list("name", flat=True)) == ["six"]
    assert sorted(of.problems) == [
        [2, "Left out, since another row of this trial could not be read."],
        [3, "How many were shown it and how many succeeded have to be whole numbers."],
        [4, "More succeeded than were shown it."],
        [5, "Left out, since another row of this trial could not be read."],
        [6, "There is only one way in this trial: nothing to compare."],
        [7, "It isn’t said which way this was."],
    ]
    assert of.counts == {"rows": 9, "created": 1, "updated": 0, "unchanged": 0, "refused": 6}


def test_people_are_summed_up_on_the_way_in_and_nobody_is_kept(tmp_path: Path) -> None:
    rows = "".join(f"ada{n}@example.org,{n % 2},{int(n % 3 == 0)},v{n // 10},\n" for n in range(60))
    text = f"email,default,takeup,village,address\n{rows}bad@example.org,1,perhaps,v1,\n"

    of = bring_in(tmp_path, text, "insurance.csv", mapping={"address": ""}, title="Insurance")

    trial = Trial.objects.get()
    assert of.problems == [[62, "What this person did has to be yes, no or a number."]]
    assert (trial.title, trial.people, trial.is_share) == ("Insurance", 60, True)
    assert [arm.label for arm in trial.arms.all()] == ["default = 0", "default = 1"]
    assert {cell.segment for cell in trial.cells.all()} == {f"v{n}" for n in range(6)}
    assert {cell.half for cell in trial.cells.all()} == {0, 1}
    kept = json.dumps([list(model.objects.values()) for model in (Arm, Cell)], default=str)
    assert "example.org" not in kept + json.dumps(list(TrialFile.objects.values()), default=str)


def test_whole_villages_are_kept_together_by_number_not_by_name(tmp_path: Path) -> None:
    rows = "".join(f"{n // 5 % 2},{n % 4 / 2},village {n // 5}\n" for n in range(100))

    bring_in(tmp_path, f"arm,outcome,cluster\n{rows}0,1,\n", "amounts.csv")

    trial = Trial.objects.get()
    assert (trial.is_share, trial.is_broken) == (False, False)
    assert {cell.cluster for cell in trial.cells.all()} == set(range(21))
    halves = {cell.cluster: {c.half for c in trial.cells.filter(cluster=cell.cluster)}
              for cell in trial.cells.all()}  # fmt: skip
    assert {len(half) for half in halves.values()} == {1}


def test_a_split_that_is_not_what_was_promised_is_flagged(tmp_path: Path) -> None:
    rows = "arm,shown,succeeded\nA,3052,150\nB,2710,122\n"

    bring_in(tmp_path, rows, "broken.csv")
    bring_in(tmp_path, "arm,shown,succeeded,share\nA,2000,9,2\nB,1000,8,1\n", "kept.csv")
    people = "".join("A,1\n" if n % 3 else "B,0\n" for n in range(900))
    bring_in(tmp_path, f"arm,outcome\n{people}", "people.csv", shares="2:1")

    broken = dict(Trial.objects.values_list("name", "is_broken"))
    assert broken == {"broken": True, "kept": False, "people": False}


@pytest.mark.parametrize(
    ("mapping", "options", "says"),
    [
        ({"nowhere": "arm"}, {}, "There is no column"),
        ({"headline": "colour"}, {}, "nothing a column can become"),
        ({"headline": ""}, {}, "tells the ways apart"),
        ({"clicks": ""}, {}, "Say either"),
        ({"clicks": "shown", "impressions": "shown"}, {}, "Two columns"),
        ({}, {"shares": "half"}, "such as 1:1"),
        ({}, {"shares": "1:-2"}, "such as 1:1"),
    ],
)
def test_columns_that_make_no_trial_are_refused(
    tmp_path: Path, mapping: dict[str, str], options: dict[str, str], says: str
) -> None:
    with pytest.raises(Refused, match=says):
        bring_in(tmp_path, MANY, mapping=mapping, **options)

    assert Trial.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        ("arm,outcome\n" + "".join(f"{n},1\n" for n in range(40)), {}, "40 different ways"),
        ("arm,outcome\nA,1\nB,0\nC,1\n", {"shares": "1:1"}, "There are 3 ways"),
        (
            "arm,outcome,segment\n" + "".join(f"{n % 2},1,s{n}\n" for n in range(300)),
            {},
            "segments",
        ),
    ],
)
def test_people_that_cannot_be_summed_up_are_refused(
    tmp_path: Path, text: str, options: dict[str, str], says: str
) -> None:
    with pytest.raises(Refused, match=says):
        bring_in(tmp_path, text, **options)


def test_sums_that_grow_without_end_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trialling, "MOST_CELLS", 3)

    with pytest.raises(Refused, match="in parts"):
        bring_in(tmp_path, MANY)
    with pytest.raises(Refused, match="too many different values"):
        bring_in(tmp_path, "arm,outcome,cluster\n" + "".join(f"A,1,{n}\n" for n in range(9)))


def test_what_is_no_list_is_refused_and_not_kept(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="spreadsheet"):
        file(tmp_path, "PK\x03\x04 rest", "trials.xlsx")

    assert TrialFile.objects.count() == 0


def test_a_refusal_while_nobody_waits_is_kept_with_the_file(tmp_path: Path) -> None:
    of = file(tmp_path, "arm,outcome\nA,1\nB,0\nC,1\n")
    trialling.choose(of, {}, shares="1:1", is_running=True)

    trialling.read_refused(of, at=NOON)

    of.refresh_from_db()
    assert of.problems[0][1].startswith("There are 3 ways")
    assert (of.read_at, "is_running" in of.options) == (None, False)


def test_the_command_says_what_came_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    campaign = make.campaign(0)
    path = tmp_path / "trials.csv"
    path.write_text(MANY + "three,A,1,2\n", encoding="utf-8")

    call_command("import_trials", str(path), "--campaign", str(campaign.pk), skip_checks=True)
    said = capsys.readouterr().out.splitlines()
    call_command("import_trials", str(path), "--json", "--map", "headline=arm", skip_checks=True)
    quiet = capsys.readouterr().out.splitlines()

    assert "row 7: More succeeded than were shown it." in said
    assert json.loads(said[-1])["created"] == 2
    assert [json.loads(line)["unchanged"] for line in quiet] == [2]
    assert Trial.objects.filter(campaign=campaign).count() == 2


def test_the_command_refuses_plainly(tmp_path: Path) -> None:
    path = tmp_path / "words.csv"
    path.write_text("a,b\n1,2\n3,4\n", encoding="utf-8")

    with pytest.raises(Refused, match="tells the ways apart"):
        call_command("import_trials", str(path), skip_checks=True)
    with pytest.raises(CommandError, match="no file"):
        call_command("import_trials", str(tmp_path / "none.csv"), skip_checks=True)
    with pytest.raises(CommandError, match="no campaign"):
        call_command("import_trials", str(path), "--campaign", "77", skip_checks=True)

    assert TrialFile.objects.count() == 0
