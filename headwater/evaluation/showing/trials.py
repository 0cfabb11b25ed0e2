"""Trials as the pages say them: figures a person, the odds in words, and what was not promised."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.evaluation.models import Trial, TrialFile
from headwater.evaluation.showing.words import key_of
from headwater.ui import charts, figures
from headwater.ui.charts.drawing import Chart

MEANINGS = [
    ("", gettext_lazy("Leave it out")),
    ("trial", gettext_lazy("Which trial (many in one file)")),
    ("title", gettext_lazy("Title of the trial")),
    ("arm", gettext_lazy("Which way: arm, variant")),
    ("shown", gettext_lazy("How many were shown it")),
    ("succeeded", gettext_lazy("How many succeeded")),
    ("share", gettext_lazy("Share that was promised")),
    ("outcome", gettext_lazy("What this person did")),
    ("segment", gettext_lazy("Segment")),
    ("cluster", gettext_lazy("Village or team drawn together")),
]
BETTER = {
    "yes": gettext_lazy("Yes"),
    "probably": gettext_lazy("Probably"),
    "cannot_tell": gettext_lazy("We can’t tell"),
    "probably_not": gettext_lazy("Probably not"),
    "no": gettext_lazy("No"),
}
MORE = {
    "yes": gettext_lazy("More"),
    "probably": gettext_lazy("Probably more"),
    "cannot_tell": gettext_lazy("No clear difference"),
    "probably_not": gettext_lazy("Probably less"),
    "no": gettext_lazy("Less"),
}


@dataclass(frozen=True)
class InList:
    trial: Trial
    says: str
    stands: bool
    ways: int


@dataclass(frozen=True)
class ArmRow:
    label: str
    people: int
    promised: float
    rate: str
    range: str
    interval: Chart | None
    lift: str
    word: str
    odds: float | None


@dataclass(frozen=True)
class SegmentRow:
    name: str
    people: int
    lift: str
    range: str
    seen: str
    interval: Chart
    borrowed: float | None
    best: str


@dataclass(frozen=True)
class Shown:
    """A trial's answer, or why nothing is read from it."""

    word: str
    said: str
    css: str
    is_broken: bool
    split: str
    arms: list[ArmRow]
    segments: list[SegmentRow]
    segments_against: str
    best: str
    by_segment: bool
    left: str
    left_low: str
    left_high: str
    left_in_all: str
    odds: float | None
    odds_chart: Chart | None
    enough: dict[str, Any] | None
    by_luck: float | None
    counts_cost: bool


def in_list(trial: Trial, standing: Collection[int]) -> InList:
    """A line of the list: nothing is said of a broken split, and no winner by luck is named."""
    arms = list(trial.arms.all())
    stands = trial.pk in standing
    if trial.is_broken:
        says = _("The split is not what was promised. We don’t read anything from it.")
    elif trial.is_running:
        says = _("Its answer is given once, at its end")
    elif stands:
        ordered = sorted(arms, key=lambda arm: -arm.rate)
        says = _("%(best)s with “%(label)s”, %(least)s at the other end") % {
            "best": each(ordered[0].rate, trial.is_share),
            "label": ordered[0].label[:90],
            "least": each(ordered[-1].rate, trial.is_share),
        }
    else:
        says = _("No clear difference")
    return InList(trial, says, stands, len(arms))


def furthest(standing: Collection[int]) -> float:
    """The largest probability by luck among those that stand; below nought where none does."""
    if not standing:
        return -1.0
    return Trial.objects.holding().order_by("by_luck")[len(standing) - 1].by_luck


def shown(trial: Trial, answer: dict[str, Any]) -> Shown:
    word = key_of(answer["word"])
    estimate = answer.get("estimate")
    is_share = answer.get("is_share", True)
    odds = _never_certain(estimate["probability_positive"]) if estimate else None
    left_in_all = answer.get("left_in_all")
    return Shown(
        word=word,
        said=str(BETTER[word]),
        css={"yes": "yes", "probably": "perhaps"}.get(word, ""),
        is_broken=answer["method"] == "broken_split",
        split=split_in_words(answer["split"]) if "split" in answer else "",
        arms=_arms(answer, is_share) if "against" in answer else [],
        segments=_segments(answer, is_share),
        segments_against=answer.get("segments_against", ""),
        best=answer.get("best", ""),
        by_segment=answer.get("by_segment", False),
        left=difference(estimate["value"], is_share) if estimate else "",
        left_low=difference(estimate["low"], is_share) if estimate else "",
        left_high=difference(estimate["high"], is_share) if estimate else "",
        left_in_all=in_all(left_in_all["value"]) if left_in_all else "",
        odds=odds,
        odds_chart=charts.odds(odds) if odds is not None else None,
        enough=answer.get("enough"),
        by_luck=answer.get("by_luck"),
        counts_cost=answer.get("counts_cost", False),
    )


def split_in_words(split: dict[str, Any]) -> str:
    """What came against what was promised; how odd it is, where it is broken."""
    counts = _(" against ").join(figures.number(n) for n in split["counts"])
    least = min(split["shares"])
    promised = _(" to ").join(figures.amount(share / least) for share in split["shares"])
    words = {"counts": counts, "promised": promised}
    if split["is_broken"]:
        return (
            _(
                "The split is not what was promised: %(counts)s where %(promised)s was meant. We "
                "don’t read anything from it."
            )
            % words
        )
    if split["is_by_cluster"]:
        return (
            _(
                "Whole villages or teams were drawn: %(counts)s, where %(promised)s was meant. "
                "Lots come out like that often enough."
            )
            % words
        )
    return (
        _("%(counts)s people, where %(promised)s was meant. Lots come out like that often enough.")
        % words
    )


def each(rate: float, is_share: bool) -> str:
    """What one person did on average: 4.91 in 100, or 2.3 each."""
    if is_share:
        return _("%(n)s in 100") % {"n": figures.amount(100 * rate)}
    return _("%(n)s each") % {"n": figures.amount(rate)}


def difference(value: float, is_share: bool) -> str:
    """More or less than another way: 1.2 more in 100, 0.3 fewer each."""
    per = figures.amount(abs(100 * value if is_share else value))
    if is_share:
        more, fewer = _("%(n)s more in 100"), _("%(n)s fewer in 100")
    else:
        more, fewer = _("%(n)s more each"), _("%(n)s fewer each")
    return (more if value >= 0 else fewer) % {"n": per}


def in_all(value: float) -> str:
    """What was left on the table in all: whole ones from ten on, and never less than nothing."""
    return figures.number(value) if value >= 10 else figures.amount(max(0.0, value))


def _range(estimate: dict[str, Any], is_share: bool) -> str:
    words = {
        "low": difference(estimate["low"], is_share),
        "high": difference(estimate["high"], is_share),
    }
    return _("likely %(low)s to %(high)s") % words


def _arms(answer: dict[str, Any], is_share: bool) -> list[ArmRow]:
    rates = [arm["rate"] for arm in answer["arms"] if arm.get("rate")]
    most = max((rate["high"] for rate in rates), default=1) or 1
    least = min([rate["low"] for rate in rates] + [0 if not is_share else most])
    rows = []
    for arm in answer["arms"]:
        rate, lift = arm.get("rate"), arm.get("adjusted") or arm.get("lift")
        span = ""
        if rate:
            span = _("likely %(low)s to %(high)s") % {
                "low": each(rate["low"], is_share),
                "high": each(rate["high"], is_share),
            }
        rows.append(
            ArmRow(
                label=arm["label"],
                people=arm["people"],
                promised=arm["share"],
                rate=each(rate["value"], is_share) if rate else _("Not enough data yet"),
                range=span,
                interval=charts.interval(
                    rate["value"], rate["low"], rate["high"], most=most, least=least, label=span
                ) if rate else None,
                lift=f"{difference(lift['value'], is_share)}, {_range(lift, is_share)}"
                if lift else "",
                word=str(MORE[key_of(arm["word"])]) if "word" in arm else "",
                odds=arm.get("odds"),
            )
        )  # fmt: skip
    return rows


def _segments(answer: dict[str, Any], is_share: bool) -> list[SegmentRow]:
    rows = answer.get("segments") or []
    spoken = [row["shrunk"] or row["seen"] for row in rows]
    most = max((one["high"] for one in spoken), default=1)
    least = min((one["low"] for one in spoken), default=0)
    return [
        SegmentRow(
            name=row["name"] or _("not said"),
            people=row["people"],
            lift=difference(one["value"], is_share),
            range=_range(one, is_share),
            seen=difference(row["seen"]["value"], is_share),
            interval=charts.interval(
                one["value"], one["low"], one["high"], most=max(most, 0), least=min(least, 0),
                zero=0, label=_range(one, is_share),
            ),
            borrowed=row["borrowed"],
            best=row["best"],
        )
        for row, one in zip(rows, spoken, strict=True)
    ]  # fmt: skip


@dataclass(frozen=True)
class Second:
    """The second answer as the verdict page says it."""

    said: str
    css: str
    words: list[str]
    odds: float | None
    odds_chart: Chart | None
    trial: int | None
    tried: tuple[Tried, ...] = ()


@dataclass(frozen=True)
class Tried:
    """One of several trials of a campaign: what it says alone, its odds corrected for several."""

    trial: int
    title: str
    varied: str
    success: str
    people: int
    left: str
    range: str
    odds: float | None
    said: str
    is_added: bool


def second(answer: dict[str, Any]) -> Second:
    """Could it have done better, on a campaign's verdict."""
    rows = answer.get("tried")
    if not rows:
        return _second(answer)
    alone = sum(row["is_added"] for row in rows) < 2
    said = _second(answer) if alone else _added_up(answer)
    words = [*said.words, _speaks(answer, rows)] if alone else said.words
    return replace(said, words=words, tried=tuple(_tried(row) for row in rows))


def _speaks(answer: dict[str, Any], rows: list[dict[str, Any]]) -> str:
    return _("Of %(n)s trials “%(title)s” speaks here: no other has more people.") % {
        "n": figures.number(len(rows)),
        "title": answer["title"][:90],
    }


def _added_up(answer: dict[str, Any]) -> Second:
    """Trials of one measure, each by a lot of its own, as one."""
    total, word = answer["estimate"], key_of(answer["word"])
    odds = _never_certain(total["probability_positive"])
    words = _(
        "Left on the table in %(n)s trials together, each by a lot of its own: about %(all)s"
        " (%(success)s), most likely between %(low)s and %(high)s, among %(people)s offers."
    ) % {
        "n": figures.number(answer["summed"]),
        "all": in_all(total["value"]),
        "success": answer["success"],
        "low": in_all(total["low"]),
        "high": in_all(total["high"]),
        "people": figures.number(answer["people"]),
    }
    css = {"yes": "yes", "probably": "perhaps"}.get(word, "")
    return Second(f"{BETTER[word]}.", css, [words], odds, charts.odds(odds), None)


def _tried(row: dict[str, Any]) -> Tried:
    left, is_share = row["left"], row["is_share"]
    if row["method"] == "broken_split":
        said = _("The split is not what was promised: nothing is read from it.")
    elif left is None:
        said = _("Not enough data yet")
    else:
        said = str(BETTER[key_of(row["word"])])
    return Tried(
        trial=row["trial"],
        title=row["title"],
        varied=str(Trial.Varied(row["varied"]).label),
        success=row["success"] or _("not said"),
        people=row["people"],
        left=difference(left["value"], is_share) if left else "",
        range=_range(left, is_share) if left else "",
        odds=_never_certain(row["odds"]) if row["odds"] is not None else None,
        said=said,
        is_added=row["is_added"],
    )


def _never_certain(odds: float) -> float:
    return min(0.9995, max(0.0005, odds))


def _second(answer: dict[str, Any]) -> Second:
    if answer["method"] == "never_varied":
        return _never(answer["test"])
    if answer["method"] == "still_running":
        words = [
            _("Another way is being tried by lot right now. Its answer is given once, at its end:"
              " whoever looks earlier and often finds something by luck.")
        ]  # fmt: skip
        return Second(_("It is still being tried."), "", words, None, None, answer["trial"])
    if answer["method"] == "broken_split":
        words = [split_in_words(answer["split"]), _("So we cannot know.")]
        return Second(_("We can’t tell."), "", words, None, None, answer["trial"])
    if answer["method"] == "too_few":
        words = [_("Too few people were offered each way for one half to check the other.")]
        return Second(_("Not enough data yet."), "", words, None, None, answer["trial"])
    is_share, estimate = answer["is_share"], answer["estimate"]
    word = key_of(answer["word"])
    odds = _never_certain(estimate["probability_positive"])
    span = {
        "best": answer["best"][:120],
        "left": difference(estimate["value"], is_share),
        "low": difference(estimate["low"], is_share),
        "high": difference(estimate["high"], is_share),
        "all": in_all(answer["left_in_all"]["value"]),
        "people": figures.number(answer["people"]),
        "success": answer["success"] or _("successes"),
    }
    if answer["by_segment"]:
        first = _("With the best way for each segment: %(left)s, most likely between %(low)s and "
                  "%(high)s.") % span  # fmt: skip
    else:
        first = _("With “%(best)s” for everybody: %(left)s, most likely between %(low)s and "
                  "%(high)s.") % span  # fmt: skip
    table = _("Left on the table among %(people)s people: about %(all)s (%(success)s).") % span
    return Second(
        f"{BETTER[word]}.", {"yes": "yes", "probably": "perhaps"}.get(word, ""), [first, table],
        odds, charts.odds(odds), answer["trial"],
    )  # fmt: skip


def _never(test: dict[str, Any]) -> Second:
    words = [_("So we cannot know. The cheapest test next time: write two wordings of the message "
               "and let lots decide who is offered which first.")]  # fmt: skip
    figures_ = {
        "base": figures.amount(100 * test["base"]),
        "wanted": figures.amount(100 * test["wanted"]),
        "needed": figures.number(test["needed"]),
        "partners": figures.number(test["partners"]),
    }
    if test["is_guess"]:
        planned = _(
            "If about %(base)s in 100 share it, %(needed)s partners would be enough to see a rise "
            "to %(wanted)s in 100; you have %(partners)s."
        )
    else:
        planned = _(
            "While it ran, %(base)s in 100 partners shared something. %(needed)s partners would be "
            "enough to see a rise to %(wanted)s in 100; you have %(partners)s."
        )
    words.append(planned % figures_)
    if test["visible"] and test["partners"] < test["needed"]:
        words.append(
            _("With the partners you have, a rise to %(n)s in 100 would show.")
            % {"n": figures.amount(100 * (test["base"] + test["visible"]))}
        )
    return Second(_("We never tried another way."), "", words, None, None, None)


def columns(of: TrialFile) -> list[dict[str, Any]]:
    """Each column with what stands in it, for the page that says what it becomes."""
    rows = []
    for place, column in enumerate(of.shape["heading"]):
        values = [row[place].strip() for row in of.samples if place < len(row)]
        filled = [value for value in values if value]
        rows.append(
            {
                "name": column,
                "place": place,
                "sample": " · ".join(value[:60] for value in dict.fromkeys(filled[:3])),
                "becomes": of.mapping.get(column, ""),
            }
        )
    return rows
