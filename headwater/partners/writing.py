"""Write what a plan decided, in one go: people, what belongs to them, and the ledger."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.timezone import now

from headwater.kit.names import name_key, random_codes
from headwater.ledger.models import Entry, kind_of
from headwater.partners import verbs
from headwater.partners.bulk import insert, matching, next_ids, stored, update, within
from headwater.partners.models import (
    Basis,
    Belonging,
    Change,
    Import,
    RefusedRow,
    SocialAccount,
    Suppression,
    Tag,
    Twin,
)
from headwater.partners.planning import COLUMNS, Held, Plan
from headwater.people.models import ExternalId, Organisation, Person, Position

PERSON = (
    "id", "password", "public_id", *COLUMNS, "name_key", "email_key", "is_partner",
    "is_general_contact", "role", "is_active", "created_at",
)  # fmt: skip
ENTRY = (
    "person_id", "verb", "subject_kind", "subject_id", "at", "recorded_at", "once", "data",
)  # fmt: skip


@dataclass
class Had:
    """What the known partners of a batch have already, so that the undo knows what was added."""

    kinds: set[tuple[int, int]] = field(default_factory=set)
    tags: set[tuple[int, int]] = field(default_factory=set)
    accounts: set[tuple[int, str, str]] = field(default_factory=set)
    purposes: set[tuple[int, str]] = field(default_factory=set)
    positions: set[tuple[int, int]] = field(default_factory=set)
    externals: set[int] = field(default_factory=set)


class Writer:
    """Writes plans of one import. Its caches hold for one run."""

    def __init__(
        self,
        of: Import,
        *,
        source: str,
        kinds: dict[str, int],
        default_kinds: list[int],
        at: datetime,
    ) -> None:
        self.of = of
        self.source = source
        self.kinds = kinds
        self.default_kinds = default_kinds
        self.bases: list[dict[str, str]] = of.options.get("bases", [])
        self.at = at
        self.stored_at = stored(at)
        self.tag_ids: dict[str, int] = {}

    def write(self, plan: Plan) -> None:
        """All of it, or (in the caller's transaction) nothing."""
        everybody = plan.created + plan.updated
        self.stopped_now = self.stop(plan)
        had = self.what_they_had(plan.updated)
        organisations = self.organisations_for(everybody)
        self.write_newcomers(plan.created)
        added: dict[int, dict[str, list[Any]]] = {}
        self.write_external_ids(everybody, had, added)
        self.write_kinds(everybody, had, added)
        self.write_tags(everybody, had, added)
        self.write_accounts(everybody, had, added)
        self.write_positions(everybody, organisations, had, added)
        self.write_bases(everybody, had, added)
        self.write_changes(plan.updated, added)
        self.write_twins(plan.created)
        self.link_suppressions(plan)
        insert(
            RefusedRow,
            ("of_id", "number", "cells", "reason"),
            [
                (self.of.pk, draft.number, json.dumps(draft.cells[:200]), reason[:300])
                for draft, reason in plan.refused
            ],
        )

    # ---- People ----

    def write_newcomers(self, created: list[Held]) -> None:
        codes = random_codes(len(created), 12)
        rows = []
        for held, pk, code in zip(created, next_ids(Person, len(created)), codes, strict=True):
            held.pk = pk
            v = held.values
            rows.append(
                (pk, "!", code, *[v[column] for column in COLUMNS], v["name_key"], v["email_key"],
                 True, v["is_general_contact"], "", True, self.stored_at)
            )  # fmt: skip
        insert(Person, PERSON, rows)
        self.write_joined(held.pk for held in created)

    def write_joined(self, people: Iterable[int]) -> None:
        recorded = stored(now())
        kind, pk, verb = kind_of(self.of), self.of.pk, verbs.JOINED.name
        insert(
            Entry,
            ENTRY,
            [
                (person, verb, kind, pk, self.stored_at, recorded, f"joined:{person}", "{}")
                for person in people
            ],
            pass_over_known=False,
        )

    def write_changes(self, updated: list[Held], added: dict[int, dict[str, list[Any]]]) -> None:
        """The known partners' new values, with what they were before kept for the undo."""
        rows, images = [], []
        joined = []
        for held in updated:
            v = held.values
            if not v["is_partner"]:
                held.before["is_partner"] = False
                joined.append(held.pk)
            if held.before:
                rows.append(
                    (*[v[c] for c in COLUMNS], v["name_key"], v["email_key"], True, held.pk)
                )
            if held.before or held.pk in added:
                after = {
                    column: True if column == "is_partner" else v[column] for column in held.before
                }
                images.append(
                    (self.of.pk, held.pk, json.dumps(held.before), json.dumps(after),
                     json.dumps(added.get(held.pk, {})))
                )  # fmt: skip
        update(Person, (*COLUMNS, "name_key", "email_key", "is_partner"), rows)
        self.rename_organisations(updated)
        insert(Change, ("of_id", "person_id", "before", "after", "added"), images)
        known = set(
            Entry.objects.filter(once__in=[f"joined:{pk}" for pk in joined]).values_list(
                "person_id", flat=True
            )
        )
        self.write_joined(pk for pk in joined if pk not in known)

    def rename_organisations(self, updated: list[Held]) -> None:
        renamed = {
            h.pk: h.values["name"]
            for h in updated
            if "name" in h.before and h.values["is_general_contact"]
        }
        for some in within(renamed):
            places = Position.objects.filter(person__in=some, ended_at=None)
            rows = [
                (renamed[person], name_key(renamed[person]), organisation)
                for person, organisation in places.values_list("person_id", "organisation_id")
            ]
            update(Organisation, ("name", "name_key"), rows)

    # ---- Organisations ----

    def organisations_for(self, everybody: list[Held]) -> dict[str, int]:
        """The organisations that rows name: those that are partners each their own, others once."""
        keys: dict[str, str] = {}
        wanted: dict[str, Any] = {}
        own: list[Held] = []
        for held in everybody:
            if held.is_new and held.values["is_general_contact"]:
                own.append(held)
            for draft in held.drafts:
                if draft.organisation and draft.organisation not in keys:
                    keys[draft.organisation] = name_key(draft.organisation)
                    wanted.setdefault(keys[draft.organisation], draft)
        rows = matching(Organisation, "name_key", wanted, ("name_key", "id"))
        known: dict[str, int] = dict(sorted(rows, key=lambda row: -row[1]))  # the oldest wins
        missing = [key for key in wanted if key and key not in known]
        self.own = self.write_own_organisations(own)
        known.update(self.write_named_organisations(missing, wanted))
        return {name: known[key] for name, key in keys.items() if key in known}

    def write_own_organisations(self, own: list[Held]) -> dict[int, int]:
        ids, codes = next_ids(Organisation, len(own)), random_codes(len(own), 12)
        rows, places = [], {}
        for held, pk, code in zip(own, ids, codes, strict=True):
            v, website = held.values, next((d.website for d in held.drafts if d.website), "")
            places[id(held)] = pk
            rows.append(
                (
                    pk,
                    code,
                    v["name"],
                    v["name_key"],
                    website,
                    v["country"],
                    v["place"],
                    self.stored_at,
                )
            )
        self.insert_organisations(rows)
        return places

    def write_named_organisations(
        self, missing: list[str], wanted: dict[str, Any]
    ) -> dict[str, int]:
        ids, codes = next_ids(Organisation, len(missing)), random_codes(len(missing), 12)
        rows, places = [], {}
        for key, pk, code in zip(missing, ids, codes, strict=True):
            draft = wanted[key]
            places[key] = pk
            rows.append(
                (pk, code, draft.organisation, key, draft.website, draft.country, draft.place,
                 self.stored_at)
            )  # fmt: skip
        self.insert_organisations(rows)
        return places

    def insert_organisations(self, rows: list[tuple[Any, ...]]) -> None:
        columns = (
            "id",
            "public_id",
            "name",
            "name_key",
            "website",
            "country",
            "place",
            "created_at",
        )
        insert(Organisation, columns, rows)

    def write_positions(
        self,
        everybody: list[Held],
        organisations: dict[str, int],
        had: Had,
        added: dict[int, dict[str, list[Any]]],
    ) -> None:
        rows = []
        for held in everybody:
            if id(held) in self.own:
                rows.append((held.pk, self.own[id(held)], "", self.stored_at))
            for draft in held.drafts:
                place = organisations.get(draft.organisation)
                if place and (held.pk, place) not in had.positions:
                    had.positions.add((held.pk, place))
                    rows.append((held.pk, place, draft.position, self.stored_at))
                    note(added, held, "positions", place)
        insert(Position, ("person_id", "organisation_id", "title", "began_at"), rows)

    # ---- What belongs to a partner ----

    def what_they_had(self, updated: list[Held]) -> Had:
        had = Had()
        for some in within(held.pk for held in updated):
            who = {"person__in": some}
            had.kinds |= set(Belonging.objects.filter(**who).values_list("person_id", "kind_id"))
            through = Tag.people.through.objects.filter(**who)
            had.tags |= set(through.values_list("person_id", "tag_id"))
            had.accounts |= set(
                SocialAccount.objects.filter(**who).values_list("person_id", "network", "handle")
            )
            had.purposes |= set(Basis.objects.filter(**who).values_list("person_id", "purpose"))
            had.positions |= set(
                Position.objects.filter(**who, ended_at=None).values_list(
                    "person_id", "organisation_id"
                )
            )
            had.externals |= set(
                ExternalId.objects.filter(**who, source=self.source).values_list(
                    "person_id", flat=True
                )
            )
        return had

    def write_external_ids(
        self, everybody: list[Held], had: Had, added: dict[int, dict[str, list[Any]]]
    ) -> None:
        rows = []
        for held in everybody:
            if held.external_id and held.pk not in had.externals:
                rows.append((held.pk, self.source, held.external_id))
                note(added, held, "external_ids", held.external_id)
        insert(ExternalId, ("person_id", "source", "value"), rows)

    def write_kinds(
        self, everybody: list[Held], had: Had, added: dict[int, dict[str, list[Any]]]
    ) -> None:
        rows = []
        for held in everybody:
            kinds = set()
            for draft in held.drafts:
                for word in draft.kinds:
                    if kind := self.kinds.get(word.casefold()):
                        kinds.add(kind)
                    else:
                        draft.tags.append(word)  # a word we know no kind by is not lost
            for kind in kinds or self.default_kinds:
                if (held.pk, kind) not in had.kinds:
                    had.kinds.add((held.pk, kind))
                    rows.append((held.pk, kind))
                    note(added, held, "kinds", kind)
        insert(Belonging, ("person_id", "kind_id"), rows)

    def write_tags(
        self, everybody: list[Held], had: Had, added: dict[int, dict[str, list[Any]]]
    ) -> None:
        rows = []
        for held in everybody:
            for name in dict.fromkeys(tag for draft in held.drafts for tag in draft.tags):
                tag = self.tag(name)
                if (held.pk, tag) not in had.tags:
                    had.tags.add((held.pk, tag))
                    rows.append((held.pk, tag))
                    note(added, held, "tags", tag)
        insert(Tag.people.through, ("person_id", "tag_id"), rows)

    def tag(self, name: str) -> int:
        if name not in self.tag_ids:
            self.tag_ids[name] = Tag.objects.get_or_create(name=name)[0].pk
        return self.tag_ids[name]

    def write_accounts(
        self, everybody: list[Held], had: Had, added: dict[int, dict[str, list[Any]]]
    ) -> None:
        rows = []
        for held in everybody:
            for draft in held.drafts:
                accounts = list(draft.social)
                if (
                    draft.website
                    and not held.values["is_general_contact"]
                    and not draft.organisation
                ):
                    accounts.append(("web", draft.website[:300]))
                for network, handle in accounts:
                    if (held.pk, network, handle) not in had.accounts:
                        had.accounts.add((held.pk, network, handle))
                        rows.append((held.pk, network, handle))
                        note(added, held, "accounts", [network, handle])
        insert(SocialAccount, ("person_id", "network", "handle"), rows)

    def write_twins(self, created: list[Held]) -> None:
        rows = []
        for held in created:
            if held.twin_of is not None:
                other = held.twin_of.pk if isinstance(held.twin_of, Held) else held.twin_of
                rows.append((held.pk, other, held.twin_reason, "", self.stored_at))
        insert(Twin, ("one_id", "other_id", "reason", "decision", "found_at"), rows)

    # ---- Whom we may write to ----

    def stop(self, plan: Plan) -> set[str]:
        """Suppress whom the other product had stopped, and give the addresses that are stopped."""
        insert(
            Suppression,
            ("address_hash", "purpose", "reason", "source", "at"),
            [
                (plan.hashes[address], "", reason, self.of.name[:200], self.stored_at)
                for address, reason in plan.stopped
            ],
            pass_over_known=True,
        )
        by_hash = {hashed: address for address, hashed in plan.hashes.items()}
        self.known_hashes: set[str] = set()
        stopped: set[str] = set()
        rows = matching(Suppression, "address_hash", by_hash, ("address_hash", "purpose"))
        for hashed, purpose in rows:
            self.known_hashes.add(hashed)
            if not purpose:
                stopped.add(by_hash[hashed])
        return stopped

    def write_bases(
        self, everybody: list[Held], had: Had, added: dict[int, dict[str, list[Any]]]
    ) -> None:
        """A basis only where there is an address, nobody was stopped, and none was ever ended."""
        given = []
        for basis in self.bases:
            for held in everybody:
                address = held.values["email_key"]
                if not address or address in self.stopped_now:
                    continue
                if (held.pk, basis["purpose"]) not in had.purposes:
                    given.append((held, basis))
                    note(added, held, "purposes", basis["purpose"])
        rows, entries, recorded = [], [], stored(now())
        for (held, basis), pk in zip(given, next_ids(Basis, len(given)), strict=True):
            rows.append(
                (pk, held.pk, basis["purpose"], basis["ground"], basis.get("wording", "")[:500],
                 self.of.name[:200], self.stored_at)
            )  # fmt: skip
            if basis["ground"] == Basis.Ground.CONSENT:
                data = json.dumps({"purpose": basis["purpose"]})
                entries.append(
                    (held.pk, verbs.CONSENTED.name, "partners.basis", pk, self.stored_at, recorded,
                     None, data)
                )  # fmt: skip
        columns = ("id", "person_id", "purpose", "ground", "wording", "source", "given_at")
        insert(Basis, columns, rows)
        insert(Entry, ENTRY, entries)

    def link_suppressions(self, plan: Plan) -> None:
        """An address that was stopped before its owner came is theirs from now on."""
        if not self.known_hashes:
            return
        owners = {
            plan.hashes[held.values["email_key"]]: held.pk
            for held in plan.created + plan.updated
            if held.values["email_key"] in plan.hashes
        }
        rows = Suppression.objects.filter(address_hash__in=list(self.known_hashes), person=None)
        update(
            Suppression,
            ("person_id",),
            [(owners[s.address_hash], s.pk) for s in rows if s.address_hash in owners],
        )


def note(added: dict[int, dict[str, list[Any]]], held: Held, what: str, value: Any) -> None:
    if not held.is_new:
        added.setdefault(held.pk, {}).setdefault(what, []).append(value)
