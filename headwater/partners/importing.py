"""Bring a list in: look at it, try it out, write it in batches, go on after a crash."""

from __future__ import annotations

import gc
import hashlib
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from headwater.jobs.models import Job
from headwater.kit.errors import Refused
from headwater.ledger.models import record_staff
from headwater.partners import verbs
from headwater.partners.held_files import keep_copy
from headwater.partners.models import Choices, Import, Kind
from headwater.partners.planning import Plan, Planner
from headwater.partners.reading import Row, Shape, rows_of
from headwater.partners.recognising import (
    HEADINGS,
    guess,
    is_field,
    product_of,
    source_of,
    with_choices,
)
from headwater.partners.rows import Draft, Drafter
from headwater.partners.starting import kind_named
from headwater.partners.writing import Writer
from headwater.people.models import Person

BATCH = 5000
SAMPLES = 200
SHOWN = 50


class Overtaken(Exception):
    """Another process has gone on with this import in the meantime."""


# ---- The file ----


def path_of(of: Import) -> Path:
    return Path(default_storage.path(of.file))


def look_at(source: Path | File[bytes], *, name: str, actor: Person | None, at: datetime) -> Import:
    """Keep a file and find out what it holds. A file that is no list is refused and not kept."""
    copy = keep_copy(source, name, folder="imports")
    shape = copy.shape(name, HEADINGS)
    of = Import(
        name=name[:200], file=copy.place, digest=copy.digest, size=copy.size, shape=shape.kept(),
        asked_by=actor, begun_at=at,
    )  # fmt: skip
    guess_columns(of, shape)
    of.save()
    return of


def guess_columns(of: Import, shape: Shape) -> None:
    """What the columns mean: as somebody said the last time, else as the headings tell."""
    samples = [row.cells for row in islice(rows_of(path_of(of), shape), SAMPLES)]
    kinds = [word for kind in Kind.objects.all() for word in (kind.slug, kind.name, kind.plural)]
    guessed = guess(shape.heading, samples, kinds)
    product = guessed.product
    remembered = Choices.objects.filter(heading=heading_digest(shape)).first()
    of.mapping = remembered.mapping if remembered else guessed.fields
    of.options = {
        "are_organisations": guessed.are_organisations,
        "product": product.name if product else "",
        "stops": product.stops if product else "",
        "kinds": [],
        "bases": [],
        **({k: v for k, v in remembered.options.items() if k != "bases"} if remembered else {}),
        "seen_before": bool(remembered),
    }


def heading_digest(shape: Shape) -> str:
    return hashlib.sha256("\x1f".join(shape.heading).encode()).hexdigest()


def samples_of(of: Import, count: int = 40) -> list[list[str]]:
    rows = islice(rows_of(path_of(of), Shape.of(of.shape)), count)
    return [row.cells for row in rows]


def twin_files(of: Import) -> list[Import]:
    """Earlier imports of the very same bytes that still stand: a reason to ask first."""
    return list(Import.objects.of_file(of.digest).exclude(pk=of.pk)[:3])


# ---- What the columns mean ----


def choose(of: Import, chosen: dict[str, str], **options: Any) -> None:
    """Set what columns become and what holds for the whole list."""
    heading = of.shape["heading"]
    for field in chosen.values():
        if not is_field(field):
            raise Refused(_("There is no field called %(field)s.") % {"field": field})
    try:
        of.mapping = with_choices(of.mapping, chosen, heading)
    except KeyError as missing:
        raise Refused(
            _("No column is called %(column)s. There are: %(columns)s.")
            % {"column": missing.args[0], "columns": ", ".join(heading)}
        ) from None
    of.options = {**of.options, **options}
    of.save(update_fields=["mapping", "options"])


def refuse_without_names(of: Import) -> None:
    named = {"name", "first_name", "last_name", "organisation"} & set(of.mapping.values())
    if not named and not stops_somebody(of):
        raise Refused(
            _("No column holds a name. Say which one does: %(columns)s.")
            % {"columns": ", ".join(of.shape["heading"][:20])}
        )


def stops_somebody(of: Import) -> bool:
    return bool(of.options.get("stops")) and "email" in of.mapping.values()


def source_for(of: Import) -> str:
    column = next((c for c, field in of.mapping.items() if field == "external_id"), "")
    chosen: str = of.options.get("source", "")
    return chosen or source_of(product_of(of.shape["heading"]), column)


# ---- Trying it out, and doing it ----


def drafter_of(of: Import) -> Drafter:
    return Drafter(
        of.shape["heading"],
        of.mapping,
        are_organisations=bool(of.options.get("are_organisations")),
        stops=of.options.get("stops", ""),
    )


def batches(of: Import, *, skipping: int = 0) -> Iterator[list[Row]]:
    rows = islice(rows_of(path_of(of), Shape.of(of.shape)), skipping, None)
    while batch := list(islice(rows, BATCH)):
        yield batch


def try_out(of: Import) -> dict[str, Any]:
    """The whole list, decided row by row by the same rules, and nothing kept."""
    refuse_without_names(of)
    drafter, planner = drafter_of(of), Planner(source_for(of), is_dry=True)
    counts = dict.fromkeys(("rows", "created", "updated", "refused", "flagged", "suppressed"), 0)
    refused: list[dict[str, Any]] = []
    people: list[dict[str, Any]] = []
    alike: list[dict[str, Any]] = []
    for batch in batches(of):
        plan = planner.plan([drafter.draft(row) for row in batch])
        count(counts, plan, len(batch))
        refused += [shown_refusal(d, why) for d, why in plan.refused[: SHOWN - len(refused)]]
        people += shown_people(plan, 5 - len(people))
        alike += [shown_twin(h.drafts[0]) for h in plan.created if h.twin_of][: 20 - len(alike)]
        for held in plan.created + plan.updated:
            held.drafts.clear()
    return {"counts": counts, "refused": refused, "people": people, "alike": alike}


def look_over(of: Import) -> None:
    """Try a list out and keep what was seen, for the page that shows it."""
    try:
        of.preview = try_out(of)
    except Refused as refusal:
        of.preview = {"problem": str(refusal)}
    of.state = Import.State.NEW
    of.save(update_fields=["preview", "state"])


def count(counts: dict[str, int], plan: Plan, rows: int) -> None:
    counts["rows"] += rows
    counts["created"] += len(plan.created)
    counts["updated"] += plan.updates
    counts["refused"] += len(plan.refused)
    counts["flagged"] += plan.flagged
    counts["suppressed"] += len(plan.stopped)


def shown_refusal(draft: Draft, why: str) -> dict[str, Any]:
    said = ", ".join(cell.strip() for cell in draft.cells if cell.strip())
    return {"number": draft.number, "said": said[:80], "why": why}


def shown_people(plan: Plan, wanted: int) -> list[dict[str, Any]]:
    return [
        {
            "name": held.values["name"],
            "place": held.values["place"] or held.values["country"],
            "organisation": held.drafts[0].organisation,
            "is_new": held.is_new,
            "changes": sorted(held.before),
        }
        for held in (plan.created + plan.updated)[: max(0, wanted)]
    ]


def shown_twin(draft: Draft) -> dict[str, Any]:
    return {"number": draft.number, "name": draft.name, "place": draft.place or draft.country}


def start(of: Import, *, actor: Person | None, at: datetime) -> None:
    """Say that this list is to be brought in. The worker (or the command) then runs it."""
    refuse_without_names(of)
    if of.state not in {Import.State.NEW, Import.State.LOOKING}:
        raise Refused(_("This list has been brought in already."))
    with transaction.atomic():
        of.job = Job.objects.create(
            kind="partners.import", title=of.name, about=f"partners.import:{of.pk}",
            asked_by=actor, asked_at=at,
        )  # fmt: skip
        of.state, of.beat_at = Import.State.RUNNING, at
        of.save(update_fields=["job", "state", "beat_at"])
        record_staff(verbs.STAFF_IMPORTED, actor=actor, subject=of, at=at)
        remember(of, at)


def remember(of: Import, at: datetime) -> None:
    """Keep these choices for the next list with the same heading."""
    Choices.objects.update_or_create(
        heading=heading_digest(Shape.of(of.shape)),
        defaults={"mapping": of.mapping, "options": of.options, "used_at": at},
    )


def run(of: Import, *, pause_seconds: float = 0.0) -> Import:
    """Write the list batch by batch, from where it stands. Safe to call again after any crash.

    Two processes that run the same import do nothing twice: whoever finds the place moved stops.
    """
    drafter, planner = drafter_of(of), Planner(source_for(of), is_dry=False)
    writer = writer_for(of)
    if of.job and not of.job.started_at:
        of.job.begin(now())
    gc.freeze()  # looking through the program's own objects again and again took half the time
    try:
        for batch in batches(of, skipping=of.done_rows):
            if not write_batch(of, planner.plan, drafter, writer, batch):
                return of
            time.sleep(pause_seconds)
    except Overtaken:
        of.refresh_from_db()
        return of
    except Refused as refusal:
        stop(of, str(refusal))
        raise
    finally:
        gc.unfreeze()
    finish(of)
    return of


def writer_for(of: Import) -> Writer:
    kinds = {
        word.casefold(): kind.pk
        for kind in Kind.objects.all()
        for word in (kind.slug, kind.name, kind.plural)
    }
    default = [kind_named(name).pk for name in of.options.get("kinds", [])]
    return Writer(of, source=source_for(of), kinds=kinds, default_kinds=default, at=of.begun_at)


@transaction.atomic
def write_batch(
    of: Import, planned: Any, drafter: Drafter, writer: Writer, batch: list[Row]
) -> bool:
    """One batch and how far we are, together or not at all. False where somebody pressed stop."""
    standing = Import.objects.select_for_update().get(pk=of.pk)
    if standing.state != Import.State.RUNNING:
        of.state = standing.state
        return False
    if standing.done_rows != of.done_rows:
        raise Overtaken
    plan = planned([drafter.draft(row) for row in batch])
    writer.write(plan)
    counts = {**of.counts, "suppressed": of.suppressed}
    count(counts, plan, len(batch))
    for name, value in counts.items():
        setattr(of, name, value)
    of.done_rows, of.beat_at = of.done_rows + len(batch), now()
    of.save(update_fields=[*counts, "done_rows", "beat_at"])
    if of.job:
        of.job.step(of.done_rows)
    return True


@transaction.atomic
def finish(of: Import) -> None:
    of.state, of.ended_at = Import.State.DONE, now()
    of.save(update_fields=["state", "ended_at"])
    if of.job:
        of.job.finish(of.ended_at, **of.counts)
    transaction.on_commit(of.drop_file)  # all that it held stands in rows now


@transaction.atomic
def stop(of: Import, problem: str = "") -> None:
    """End a run early. What came in stays in and can be taken back out."""
    of.state, of.ended_at = Import.State.STOPPED, now()
    of.save(update_fields=["state", "ended_at"])
    if of.job:
        of.job.fail(problem or _("Stopped by hand."), of.ended_at)
