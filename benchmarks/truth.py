"""Does the evaluation find what is true? `.venv/bin/python -m benchmarks.truth [--write]`

The demo organisation is built anew for each seed, once with its truth and once where campaigns and
activities do nothing. The product's own answers are then held against what is true: how often a
95 % range holds it, and how often a page says "yes" where there is nothing.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "evaluation" / "truth.md"
WORLDS = ("as it is", "nothing")
HEAD = (
    "| what | world | asked | held the truth | said yes | must | |\n|---|---|---|---|---|---|---|"
)
UNSAID = "unsaid"
SHARE = 0.9  # 18 of 20
FALSE = 0.05  # 1 of 20


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--partners", type=int, default=1240)
    parser.add_argument("--write", action="store_true", help="keep it in docs/evaluation/truth.md")
    parser.add_argument("--one", nargs=2, metavar=("SEED", "WORLD"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        return one_world(int(chosen.one[0]), chosen.one[1], chosen.partners)
    rows: list[dict[str, Any]] = []
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        for world in WORLDS:
            rows += in_a_process_of_its_own(seed, world, chosen.partners)
        print(f"seed {seed}: {len(rows)} answers", file=sys.stderr, flush=True)
    table, is_reached = judged(rows)
    print("\n".join([HEAD, *table]))
    if chosen.write:
        PAGE.write_text("\n".join([heading(chosen), HEAD, *table]) + "\n", encoding="utf-8")
    return 0 if is_reached else 1


def in_a_process_of_its_own(seed: int, world: str, partners: int) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "HEADWATER_DATA": folder, "OPENBLAS_NUM_THREADS": "1"}
        environment["DJANGO_SETTINGS_MODULE"] = "headwater.config.settings"
        init = [sys.executable, "-m", "headwater.cli.main", "init"]
        subprocess.run(init, env=environment, cwd=ROOT, check=True, capture_output=True)
        line = [sys.executable, "-m", "benchmarks.truth", "--partners", str(partners)]
        done = subprocess.run(
            [*line, "--one", str(seed), world],
            env=environment, cwd=ROOT, check=True, capture_output=True, text=True,
        )  # fmt: skip
    return [json.loads(row) for row in done.stdout.splitlines() if row.startswith("{")]


def one_world(seed: int, world: str, partners: int) -> int:
    import django

    django.setup()
    from django.utils.timezone import now

    from headwater.cli.demo.building import build
    from headwater.cli.demo.truth import Truth

    truth = Truth() if world == "as it is" else without_effects(Truth())
    built = build(
        partners=partners, months=18, seed=seed, at=now(), truth=truth, say=lambda line: None
    )
    for row in found_and_true(built):
        print(json.dumps({**row, "world": world, "seed": seed}))
    return 0


def without_effects(truth: Any) -> Any:
    """People come as before, and nothing of it teaches or brings a single visit, box or table."""
    none = dict.fromkeys(("visits", "fluency", "awareness", "role", "comfort"), 0.0)
    return replace(
        truth,
        activities=tuple(replace(one, **none) for one in truth.activities),
        campaigns=tuple(replace(one, a_week=0.0) for one in truth.campaigns),
        second_way=0.0,
    )


def found_and_true(world: Any) -> Iterator[dict[str, Any]]:
    """Each answer's range beside what is true: what, low, high, true, said."""
    yield from campaigns(world)
    yield from capacity(world)
    yield from activities(world)
    yield from gauges(world)
    yield from draws(world)


def campaigns(world: Any) -> Iterator[dict[str, Any]]:
    from headwater.cli.demo import catalogue
    from headwater.evaluation import verdicts
    from headwater.programme.models import Campaign

    for push in catalogue.pushes(world.today):
        campaign = Campaign.objects.filter(title=push.title).first()
        if campaign is None or not verdicts.is_ready(campaign, world.today):
            continue
        result = verdicts.verdict(campaign, world.at)
        estimate = result.answer.get("estimate") if result else None
        if result and estimate:
            brought = world.truth.campaign(push.slug).lift(runs=push.runs, counted=push.counted)
            yield told(f"campaign {push.slug}", estimate, brought.sum(), result.answer["word"])


def capacity(world: Any) -> Iterator[dict[str, Any]]:
    from headwater.evaluation import keeping, returning
    from headwater.programme.models import Metric

    result = returning.capacity_return(world.at)
    if isinstance(result, keeping.Blocked) or "both" not in result.answer:
        return
    answer = result.answer
    each = answer["per_partner_a_month"]
    # The page shows this range and says no word about it; "yes" is said of the next one only.
    more = world.more_in_four_weeks()
    yield told("capacity, a partner in four weeks", each, more, said=UNSAID)
    metric = Metric.objects.get(slug="visits")
    worth = sum(float(side[1]) for to in ("us", "partners") if (side := metric.worth(to)))
    back = worth * world.extra[:, : world.weeks].sum()
    said = returning.paid_for_itself(answer)
    yield told("capacity, what came back", answer["both"]["returned"], back, said)


def activities(world: Any) -> Iterator[dict[str, Any]]:
    """Each kind's effect on visits in four weeks, over the people and blocks it was read from."""
    import numpy as np

    from headwater.evaluation import activities as asked
    from headwater.evaluation.frames.activities import activities_frame, larger_than
    from headwater.stats.answers import in_words

    result, frame = asked.activities(world.at), activities_frame(world.at)
    if result is None or frame is None:
        return
    panel = frame.panel
    place = {person.pk: n for n, person in enumerate(world.persons)}
    rows = [place[pk] for pk in panel.people.tolist()]
    weeks = np.array([(day - world.monday).days // 7 for day in panel.blocks])
    block = np.arange(len(weeks))
    for one in result.answer["kinds"]:
        kind, estimate = one["kind"], one.get("estimate")
        if not estimate:
            continue
        brought = world.brought_by(kind)[rows]
        in_four = np.stack([brought[:, week : week + 4].sum(axis=1) for week in weeks], axis=1)
        begins, over = frame.begins(kind), frame.first_of(larger_than(kind))
        seen = (block >= panel.since[:, None]) & (block < over[:, None])
        had_before = np.asarray((seen & (block < begins[:, None])).any(axis=1))
        counted = (block >= begins[:, None]) & had_before[:, None] & seen
        counted[had_before] &= ~set_aside(frame, kind)
        true, said = in_four[counted].mean(), in_words(one["odds"]).value
        yield told(f"activity {kind}, visits in four weeks", estimate, true, said)


def set_aside(frame: Any, kind: str) -> Any:
    """Blocks of people beside something that too few others tell of, in the order of the lots."""
    import numpy as np

    from headwater.stats.overlapping import EffectApart, effect_apart

    found = effect_apart(lambda: frame.lots(kind))
    assert isinstance(found, EffectApart)
    untold = found.others == 0
    deeds = [others[:, :, untold] for _visits, _begins, others, _counts in frame.lots(kind)]
    return np.concatenate([(part != 0).any(axis=2) for part in deeds])


def gauges(world: Any) -> Iterator[dict[str, Any]]:
    """Points each kind added between two check-ins, over the people and pairs it was read from."""
    import numpy as np

    from headwater.cli.demo import catalogue
    from headwater.evaluation import activities as asked
    from headwater.evaluation.frames.activities import activities_frame, gauge_frame
    from headwater.stats.answers import in_words

    result, frame = asked.activities(world.at), activities_frame(world.at)
    if result is None or frame is None:
        return
    place = {person.pk: n for n, person in enumerate(world.persons)}
    rows = np.array([place[pk] for pk in frame.panel.people.tolist()])
    zero = (frame.panel.first - world.monday).days // 7
    rounds = np.array([world.weeks + back for back in catalogue.ROUNDS])
    for gauge in asked.GAUGES:
        seen = gauge_frame(frame, gauge)
        start, end = np.maximum(zero + 4 * seen.start, 0), zero + 4 * seen.end
        second = rounds[np.searchsorted(rounds, end)]
        for one in result.answer["kinds"]:
            known = one["gauges"][gauge]
            if not known.get("estimate"):
                continue
            took = seen.between[:, seen.kinds.index(one["kind"])] > 0
            took &= np.isin(seen.round, seen.round[~took])
            effect, deeds = world.truth.effect(one["kind"]), world.took[one["kind"]]
            felt = effect.response(world.weeks + 1)
            points = [
                deeds[who, first:last] @ felt[at - np.arange(first, last)]
                for who, first, last, at in zip(
                    rows[seen.person[took]], start[took], end[took], second[took], strict=True
                )
            ]
            what = one["kind"] if gauge == "fluency" else "of any kind"
            true = getattr(effect, gauge) * float(np.mean(points))
            said = in_words(known["odds"]).value
            yield told(f"activity {what}, {gauge}", known["estimate"], true, said)


def draws(world: Any) -> Iterator[dict[str, Any]]:
    from headwater.evaluation import draws as asked

    result = asked.draws(world.at)
    if result and (came := result.answer["together"].get("on_those_who_came")):
        effect, between = world.truth.effect("half-day-seminar"), 14
        reach = world.reach[world.asked["one-minute-films"]].mean()
        true = 4 * reach * effect.visits * effect.response(between).mean()
        yield told("draw of seminar dates, those who came", came, true)


def told(what: str, estimate: dict[str, float], true: float, said: str = "") -> dict[str, Any]:
    from headwater.stats.answers import in_words

    word = said or in_words(estimate["probability_positive"]).value
    return {
        "what": what, "low": estimate["low"], "high": estimate["high"], "true": float(true),
        "said": word,
    }  # fmt: skip


def judged(rows: list[dict[str, Any]]) -> tuple[list[str], bool]:
    lines, good = [], True
    for what in dict.fromkeys(row["what"] for row in rows):
        for world in WORLDS:
            of = [row for row in rows if (row["what"], row["world"]) == (what, world)]
            if not of:
                continue
            held = sum(row["low"] <= row["true"] <= row["high"] for row in of)
            yes = sum(row["said"] == "yes" for row in of)
            shown = "–" if all(row["said"] == UNSAID for row in of) else yes
            least, most = ceil(SHARE * len(of) - 1e-9), max(1, int(FALSE * len(of)))
            is_reached = held >= least and (world != "nothing" or yes <= most)
            is_asked = world == "nothing" and shown != "–"
            must = f"hold in {least}" + (f", yes in {most} at most" if is_asked else "")
            good &= is_reached
            verdict = "reached" if is_reached else "missed"
            lines.append(
                f"| {what} | {world} | {len(of)} | {held} | {shown} | {must} | {verdict} |"
            )
    return lines, good


def heading(chosen: argparse.Namespace) -> str:
    last = chosen.first + chosen.seeds - 1
    return (
        "# What is true in the demo, and what the evaluation says\n\n"
        f"The demo organisation with {chosen.partners:,} partners, built anew for seeds "
        f"{chosen.first} to {last}, with its truth (see [the demo](../demo.md)) and with "
        "campaigns and activities that do nothing. “Held the truth” counts the answers whose "
        "95 % range holds what is true; where there is too little data for a range, none is "
        "counted. "
        f"Measured on {datetime.now(UTC):%d %B %Y}. Again, on yours: "
        "`.venv/bin/python -m benchmarks.truth --write`.\n"
    )


if __name__ == "__main__":
    raise SystemExit(main())
