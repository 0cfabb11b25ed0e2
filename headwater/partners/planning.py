"""Decide what becomes of each row of a batch: somebody new, somebody known, or refused.

Reads the database, writes nothing: the dry run and the real one decide by the same code.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from headwater.partners.bulk import matching, within
from headwater.partners.models import Suppression, Twin, address_hash
from headwater.partners.rows import Draft
from headwater.people.models import ExternalId, Person

COLUMNS = (
    "name", "first_name", "last_name", "email", "phone", "country", "place", "language",
    "time_zone",
)  # fmt: skip
LOADED = (
    "id", "email_key", "name_key", "is_partner", "is_general_contact", "role", *COLUMNS,
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Held:
    """A partner as this batch knows them: what stands, and what the file adds to it."""

    pk: int
    values: dict[str, Any]
    is_new: bool
    before: dict[str, Any] = field(default_factory=dict)
    external_id: str = ""
    drafts: list[Draft] = field(default_factory=list)
    twin_of: "Held | int | None" = None
    twin_reason: str = ""

    def take(self, draft: Draft) -> None:
        """What the file says wins; what it leaves blank is kept."""
        self.drafts.append(draft)
        for column in COLUMNS:
            said = getattr(draft, column)
            if said and said != self.values[column]:
                self.before.setdefault(column, self.values[column])
                self.values[column] = said
        if draft.name:
            self.values["name_key"] = draft.name_key
        if draft.email:
            self.values["email_key"] = draft.email_key


@dataclass(slots=True)
class Plan:
    """What one batch would do. `held` has each partner once, however many rows name them."""

    created: list[Held] = field(default_factory=list)
    updated: list[Held] = field(default_factory=list)
    updates: int = 0
    refused: list[tuple[Draft, str]] = field(default_factory=list)
    stopped: list[tuple[str, str]] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)
    flagged: int = 0


class Planner:
    """Plans batch after batch. A dry run remembers across batches, since nothing is written."""

    def __init__(self, source: str, *, is_dry: bool) -> None:
        self.source = source
        self.is_dry = is_dry
        self.next_fake = -1
        self.forget()

    def forget(self) -> None:
        self.by_external: dict[str, Held] = {}
        self.by_email: dict[str, Held] = {}
        self.by_name: dict[str, list[tuple[Held | int, str]]] = {}
        self.erased: set[str] = set()

    def plan(self, drafts: Sequence[Draft]) -> Plan:
        if not self.is_dry:
            self.forget()
        plan = Plan()
        self.look_up(drafts, plan)
        for draft in drafts:
            if draft.stopped and draft.email_key:
                plan.stopped.append((draft.email_key, draft.stopped))
            if problem := draft.problem or self.disagreement(draft):
                plan.refused.append((draft, problem))
                continue
            self.place(draft, plan)
        return plan

    # ---- Who is known ----

    def look_up(self, drafts: Sequence[Draft], plan: Plan) -> None:
        values = {d.external_id for d in drafts if d.external_id} - self.by_external.keys()
        addresses = {d.email_key for d in drafts if d.email_key}
        found: dict[int, Held] = {held.pk: held for held in self.by_email.values()}
        known = dict(self.externals(values)) if values else {}
        people = self.load(set(known.values()), "id") + self.load(
            addresses - self.by_email.keys(), "email_key"
        )
        for row in people:
            held = found.setdefault(row["id"], Held(row["id"], row, is_new=False))
            if held.values["email_key"]:
                self.by_email[held.values["email_key"]] = held
        for value, pk in known.items():
            self.by_external[value] = found[pk]
            found[pk].external_id = value
        self.mark_external_ids(found.values())
        plan.hashes = {address: address_hash(address) for address in addresses}
        self.look_up_erased(plan.hashes)
        self.look_up_names({d.name_key for d in drafts if d.name_key})

    def externals(self, values: Iterable[str]) -> Iterable[tuple[str, int]]:
        for some in within(values):
            yield from ExternalId.objects.filter(source=self.source, value__in=some).values_list(
                "value", "person_id"
            )

    def load(self, keys: Collection[Any], column: str) -> list[dict[str, Any]]:
        rows = matching(Person, column, keys, LOADED)
        return [dict(zip(LOADED, row, strict=True)) for row in rows]

    def mark_external_ids(self, people: Iterable[Held]) -> None:
        """Those found by address may have a number from this source already."""
        if not self.source:
            return
        unmarked = {h.pk: h for h in people if not h.external_id and not h.is_new}
        for some in within(unmarked):
            ids = ExternalId.objects.filter(source=self.source, person__in=some)
            for pk, value in ids.values_list("person_id", "value"):
                unmarked[pk].external_id = value

    def look_up_erased(self, hashes: dict[str, str]) -> None:
        addresses = {hashed: address for address, hashed in hashes.items()}
        stopped = matching(Suppression, "address_hash", addresses, ("address_hash", "reason"))
        self.erased |= {addresses[h] for h, why in stopped if why == Suppression.Reason.ERASED}

    def look_up_names(self, keys: set[str]) -> None:
        columns = ("name_key", "id", "country", "is_partner", "merged_into_id")
        namesakes = matching(Person, "name_key", keys - self.by_name.keys(), columns)
        for key, pk, country, is_partner, merged in namesakes:
            if is_partner and not merged:
                self.by_name.setdefault(key, []).append((pk, country))

    # ---- What becomes of a row ----

    def disagreement(self, draft: Draft) -> str:
        """Why this row can't be told to be one partner; empty where it can."""
        by_id = self.by_external.get(draft.external_id) if draft.external_id else None
        by_email = self.by_email.get(draft.email_key) if draft.email_key else None
        if draft.email_key in self.erased:
            return _("This person had their data erased. They can only come back by themselves.")
        if by_id and by_email and by_id is not by_email:
            return _("The number %(id)s is one partner’s and the e-mail address another’s.") % {
                "id": draft.external_id
            }
        if by_email and draft.external_id and by_email.external_id not in {"", draft.external_id}:
            return _("This e-mail address is the partner’s with number %(other)s, not %(id)s.") % {
                "other": by_email.external_id, "id": draft.external_id,
            }  # fmt: skip
        held = by_id or by_email
        if held and held.values["role"]:
            return _("This is a colleague’s address. Colleagues are not partners.")
        return ""

    def place(self, draft: Draft, plan: Plan) -> None:
        held = self.by_external.get(draft.external_id) if draft.external_id else None
        held = held or (self.by_email.get(draft.email_key) if draft.email_key else None)
        if held:
            plan.updates += 1
            if not held.drafts:
                plan.updated.append(held)
        else:
            held = self.newcomer(draft, plan)
        held.take(draft)
        if draft.external_id:
            held.external_id = draft.external_id
            self.by_external[draft.external_id] = held
        if draft.email_key:
            self.by_email[draft.email_key] = held

    def newcomer(self, draft: Draft, plan: Plan) -> Held:
        values: dict[str, Any] = dict.fromkeys(COLUMNS, "")
        values.update(
            name_key=draft.name_key, email_key=None, is_partner=False, role="",
            is_general_contact=draft.is_organisation,
        )  # fmt: skip
        held = Held(self.next_fake, values, is_new=True)
        self.next_fake -= 1
        plan.created.append(held)
        if draft.name_key:
            self.flag(held, draft, plan)
        return held

    def flag(self, held: Held, draft: Draft, plan: Plan) -> None:
        """Note the first partner who looks alike. Nobody is merged by it."""
        namesakes = self.by_name.setdefault(draft.name_key, [])
        for other, country in namesakes:
            if country == draft.country or not country or not draft.country:
                same = Twin.Reason.NAME_AND_COUNTRY if country else Twin.Reason.NAME
                held.twin_of, held.twin_reason = other, same
                plan.flagged += 1
                break
        if len(namesakes) < 50:
            namesakes.append((held.pk if self.is_dry else held, draft.country))
