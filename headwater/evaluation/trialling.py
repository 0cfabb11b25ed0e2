"""Trials from a file: look at it, guess what its columns mean, read it row by row into sums.

Two shapes: a row for each arm (so many shown, so many succeeded), many trials in one file; or a row
for each person (which arm, what they did), who are summed up on the way in and not kept.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path, PurePath
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.evaluation.models import Found, Sums, Trial, TrialFile
from headwater.evaluation.models.trials import SHOWN_PROBLEMS
from headwater.kit.errors import Refused
from headwater.partners.held_files import keep_copy
from headwater.partners.reading import Row, Shape, plain, rows_of

MOST_CELLS = 250_000
MOST_ARMS = 20
MOST_SEGMENTS = 200
SAMPLES = 200
BATCH = 500
HEADINGS = {
    "trial": ["clickability test id", "test id", "trial", "trial id", "experiment",
              "experiment id", "test"],
    "title": ["title", "test name", "trial name", "experiment name"],
    "arm": ["arm", "variant", "variation", "headline", "subject line", "subject", "version",
            "treatment", "treated", "default", "group"],
    "shown": ["impressions", "shown", "sent", "delivered", "recipients", "people", "visitors",
              "participants", "n"],
    "succeeded": ["clicks", "clicked", "conversions", "successes", "succeeded", "opens", "opened",
                  "sign-ups", "signups"],
    "share": ["share", "promised share", "allocation", "weight"],
    "outcome": ["outcome", "takeup survey", "takeup", "did it", "converted", "success", "result"],
    "cluster": ["cluster", "team", "household", "school", "address"],
    "segment": ["segment", "kind", "region", "village", "stratum"],
}  # fmt: skip
FIELDS = list(HEADINGS)
ALONE = gettext_lazy("There is only one way in this trial: nothing to compare.")
YES, NO = {"1", "yes", "true", "y"}, {"0", "no", "false", "n"}


# ---- The file ----


def look_at(source: Path | File[bytes], *, name: str, at: datetime) -> TrialFile:
    """Keep a file until it is read, and guess what its columns mean."""
    copy = keep_copy(source, name, folder="trials")
    shape = copy.shape(name)
    samples = [row.cells for row in islice(rows_of(copy.path, shape), SAMPLES)]
    return TrialFile.objects.create(
        name=PurePath(name).name[:200], file=copy.place, digest=copy.digest, size=copy.size,
        shape=shape.kept(), mapping=guess(shape.heading), samples=samples[:20], begun_at=at,
    )  # fmt: skip


def guess(heading: tuple[str, ...]) -> dict[str, str]:
    """What each column becomes, by the words of its heading: column -> field."""
    mapping = dict.fromkeys(heading, "")
    for meaning, words in HEADINGS.items():
        for word in words:
            column = next((c for c in heading if plain(c) == word and not mapping[c]), None)
            if column:
                mapping[column] = meaning
                break
    return mapping


def choose(of: TrialFile, mapping: dict[str, str], **options: Any) -> None:
    """Take over what somebody says of the columns, and refuse what cannot be read."""
    for column, meaning in mapping.items():
        if column not in of.mapping:
            raise Refused(
                _("There is no column “%(column)s”. There are: %(columns)s.")
                % {"column": column, "columns": ", ".join(of.mapping)}
            )
        if meaning and meaning not in FIELDS:
            raise Refused(
                _("“%(field)s” is nothing a column can become. Choose from: %(fields)s.")
                % {"field": meaning, "fields": ", ".join(FIELDS)}
            )
        if meaning:
            for other, its in of.mapping.items():
                if its == meaning and mapping.get(other) != meaning:
                    of.mapping[other] = ""
        of.mapping[column] = meaning
    taken = [meaning for meaning in of.mapping.values() if meaning]
    if len(taken) != len(set(taken)):
        raise Refused(_("Two columns cannot become the same thing."))
    if "arm" not in taken:
        raise Refused(_("Say which column tells the ways apart: the arm, variant or version."))
    by_arm = {"shown", "succeeded"} <= set(taken)
    if by_arm == ("outcome" in taken):
        raise Refused(
            _(
                "Say either how many were shown each way and how many succeeded, or, with a row "
                "for each person, what they did."
            )
        )
    of.options = {**of.options, **options}
    shares_of(str(of.options.get("shares", "")))
    of.save()


def shares_of(text: str) -> list[float]:
    """ "2:1" or "2 to 1" as shares; none where nothing was said, which means equal ones."""
    if not text.strip():
        return []
    parts = [part for part in re.split(r"\s*(?::|/|to|,)\s*", text.strip()) if part]
    try:
        weights = [float(part) for part in parts]
    except ValueError:
        weights = []
    if len(weights) < 2 or any(not 0 < weight < 1e6 for weight in weights):
        raise Refused(_("Write the split as it was promised, such as 1:1 or 2:1."))
    return [weight / sum(weights) for weight in weights]


# ---- Rows into sums ----


@dataclass
class Reading:
    """What was read so far: problems by row, and which trials a bad row leaves out."""

    columns: dict[str, int]
    rows: int = 0
    refused: int = 0
    problems: list[list[Any]] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)

    def cell(self, row: Row, meaning: str) -> str:
        place = self.columns.get(meaning)
        if place is None or place >= len(row.cells):
            return ""
        return " ".join(row.cells[place].split())

    def refuse(self, number: int, why: str) -> None:
        self.refused += 1
        if len(self.problems) < SHOWN_PROBLEMS:
            self.problems.append([number, why])


def read(of: TrialFile, *, at: datetime) -> TrialFile:
    """Read the whole file into trials. Read twice, the same file changes nothing."""
    shape = Shape.of(of.shape)
    columns = {of.mapping[c]: n for n, c in enumerate(shape.heading) if of.mapping.get(c)}
    reading = Reading(columns)
    rows = rows_of(Path(default_storage.path(of.file)), shape)
    found = _by_person(of, rows, reading) if "outcome" in columns else _by_arm(of, rows, reading)
    fields = {
        name: of.options[name] for name in ("varied", "success", "campaign_id")
        if of.options.get(name)
    }  # fmt: skip
    counts = [0, 0, 0]
    while batch := list(islice(found, BATCH)):
        kept = Trial.keep(batch, at=at, source=Trial.Source.FILE, file=of, **fields)
        counts = [a + b for a, b in zip(counts, kept, strict=True)]
    of.created, of.updated, of.unchanged = counts
    of.rows, of.refused, of.problems = reading.rows, reading.refused, reading.problems
    of.read_at = at
    drop_file(of)
    of.save()
    return of


def drop_file(of: TrialFile) -> None:
    if of.file:
        default_storage.delete(of.file)
    of.file, of.samples = "", []


def _by_arm(of: TrialFile, rows: Iterator[Row], reading: Reading) -> Iterator[Found]:
    """A row for each arm. Arms of one trial may stand anywhere in the file."""
    trials: dict[str, list[tuple[str, int, int, float, str, int]]] = {}
    titles: dict[str, str] = {}
    arms = 0
    for row in rows:
        reading.rows += 1
        name = reading.cell(row, "trial") or PurePath(of.name).stem
        shown, did = _whole(reading.cell(row, "shown")), _whole(reading.cell(row, "succeeded"))
        weight = _number(reading.cell(row, "share")) if "share" in reading.columns else 1.0
        why = _wrong_arm(shown, did, weight, reading.cell(row, "arm"))
        if why or shown is None or did is None or weight is None:
            reading.refuse(row.number, why)
            reading.left_out.add(name)
            continue
        if shown == 0:
            continue
        arms += 1
        if arms > MOST_CELLS:
            raise Refused(_("These are more arms than a file can hold. Bring it in in parts."))
        titles.setdefault(name, reading.cell(row, "title"))
        trials.setdefault(name, []).append(
            (reading.cell(row, "arm"), shown, did, weight, reading.cell(row, "segment"), row.number)
        )
    for name, lines in trials.items():
        if name in reading.left_out:
            why = _("Left out, since another row of this trial could not be read.")
            for *_rest, number in lines:
                reading.refuse(number, why)
        elif found := _found_by_arm(name, titles[name], lines, has_segments="segment" in
                                    reading.columns):  # fmt: skip
            yield found
        else:
            for *_rest, number in lines:
                reading.refuse(number, str(ALONE))


def _wrong_arm(shown: int | None, did: int | None, weight: float | None, label: str) -> str:
    if not label:
        return _("It isn’t said which way this was.")
    if shown is None or did is None:
        return _("How many were shown it and how many succeeded have to be whole numbers.")
    if did > shown:
        return _("More succeeded than were shown it.")
    if weight is None or weight <= 0:
        return _("The promised share has to be more than nought.")
    return ""


def _found_by_arm(
    name: str, title: str, lines: list[tuple[str, int, int, float, str, int]], *, has_segments: bool
) -> Found | None:
    """Without segments each row is an arm of its own, also where two have the same words."""
    labels: list[str] = []
    weights: list[float] = []
    cells = []
    for label, shown, did, weight, segment, _row in lines:
        if has_segments and label in labels:
            place = labels.index(label)
        else:
            place = len(labels)
            times = labels.count(label)
            labels.append(label if not times else f"{label} ({times + 1})")
            weights.append(weight)
        cells.append(Sums(place, shown, float(did), float(did), segment[:120]))
    if len(labels) < 2:
        return None
    shares = [weight / sum(weights) for weight in weights]
    spoken = title or (name if " " in name else labels[0])
    return Found(_key(name), name, spoken, labels, cells, shares)


def _by_person(of: TrialFile, rows: Iterator[Row], reading: Reading) -> Iterator[Found]:
    """A row for each person: added to the sums of their arm, and forgotten."""
    sums: dict[tuple[str, str, str, int | None, int], list[float]] = {}
    clusters: dict[str, int] = {}
    for row in rows:
        reading.rows += 1
        name = reading.cell(row, "trial") or PurePath(of.name).stem
        label, value = reading.cell(row, "arm"), _number(reading.cell(row, "outcome"))
        if not label:
            reading.refuse(row.number, _("It isn’t said which way this person got."))
            continue
        if value is None:
            reading.refuse(row.number, _("What this person did has to be yes, no or a number."))
            continue
        cluster = None
        if "cluster" in reading.columns:
            together = reading.cell(row, "cluster") or f"row {row.number}"
            cluster = clusters.setdefault(together, len(clusters))
        half = _half(f"{of.name}:{row.number if cluster is None else cluster}")
        place = (name, label, reading.cell(row, "segment")[:120], cluster, half)
        entry = sums.setdefault(place, [0, 0.0, 0.0])
        if len(sums) > MOST_CELLS:
            raise Refused(
                _("A column has too many different values to sum people up by. Choose another.")
            )
        entry[0] += 1
        entry[1] += value
        entry[2] += value * value
    for name in dict.fromkeys(place[0] for place in sums):
        own = {place[1:]: entry for place, entry in sums.items() if place[0] == name}
        if found := _found_by_person(of, name, own):
            yield found
        else:
            reading.refuse(0, str(ALONE))


def _found_by_person(
    of: TrialFile, name: str, own: dict[tuple[str, str, int | None, int], list[float]]
) -> Found | None:
    labels = sorted({place[0] for place in own}, key=lambda text: (_number(text) or 0.0, text))
    if len(labels) < 2:
        return None
    if len(labels) > MOST_ARMS:
        raise Refused(
            _("There would be %(n)d different ways. Another column tells them apart better.")
            % {"n": len(labels)}
        )
    if len({place[1] for place in own}) > MOST_SEGMENTS:
        raise Refused(_("There would be too many segments to say anything of each."))
    shares = shares_of(str(of.options.get("shares", ""))) or [1 / len(labels)] * len(labels)
    if len(shares) != len(labels):
        raise Refused(
            _("There are %(n)d ways: write the promised split with as many numbers.")
            % {"n": len(labels)}
        )
    cells = [
        Sums(labels.index(label), int(count), total, squares, segment, cluster, half)
        for (label, segment, cluster, half), (count, total, squares) in own.items()
    ]
    column = next(c for c, meaning in of.mapping.items() if meaning == "arm")
    title = str(of.options.get("title", "")) or name
    shown = [label if not re.fullmatch(r"[\d.]+", label) else f"{column} = {label}"
             for label in labels]  # fmt: skip
    return Found(_key(f"{name}:{column}"), name, title, shown, cells, shares)


def _key(name: str) -> str:
    return f"file:{hashlib.sha256(name.encode()).hexdigest()[:32]}"


def _half(text: str) -> int:
    return hashlib.sha256(text.encode()).digest()[0] % 2


def _whole(text: str) -> int | None:
    digits = re.sub(r"[\s\u00a0\u202f']", "", text)
    if re.fullmatch(r"\d{1,3}(,\d{3})+", digits):
        digits = digits.replace(",", "")
    whole = re.fullmatch(r"(\d{1,15})(\.0*)?", digits)
    return int(whole[1]) if whole else None


def _number(text: str) -> float | None:
    """Yes and no as 1 and 0, or a number; None for anything else."""
    word = text.strip().casefold()
    if word in YES or word in NO:
        return float(word in YES)
    try:
        value = float(word.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < 1e12 else None


def read_refused(of: TrialFile, *, at: datetime) -> None:
    """Read it where nobody waits: a refusal is kept with the file, for whoever looks next."""
    try:
        read(of, at=at)
    except Refused as refusal:
        of.options.pop("is_running", None)
        of.problems = [[0, str(refusal)]]
        of.save()
