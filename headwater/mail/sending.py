"""How letters leave: claimed twenty at a time, each with a line in a journal before and after.

Safe to run twice, to kill at any moment and to run on several machines. Letters to one person go
by their own lane, so that a sign-in code never waits behind a newsletter.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection as database
from django.db import transaction
from django.utils.timezone import now

from headwater.mail import journals
from headwater.mail.connections import Broken, Connection, Outcome, SenderRefused, Unreachable
from headwater.mail.journals import BEGUN, DONE, FAILED, LATER, Account
from headwater.mail.letters import Letter, letter
from headwater.mail.models import (
    Check,
    Delivery,
    DeliveryQuerySet,
    Mailing,
    Outgoing,
    State,
)
from headwater.partners.models import Purpose, Suppression, address_hash
from headwater.safeguards import contact
from headwater.safeguards.models import Hold

CLAIM = 20
STAND = 500
SLICE_SECONDS = 45
LOOK_SECONDS = 0.1
LEASE = timedelta(minutes=10)
AGAIN_AFTER = [timedelta(minutes=m) for m in (1, 5, 15, 60, 240)]
EXCLUDED, BACK = "x", "w"  # beside the journal's marks: left out after all, and not begun
UNSURE = "The connection ended between handing it over and hearing “taken”."
Clock = Callable[[], datetime]


def send_due(*, single: bool, seconds: float = SLICE_SECONDS, clock: Clock = now) -> bool:
    """Send what is due in one lane for a while. Says whether there is more to do at once."""
    outgoing = Outgoing.current()
    if outgoing is None:
        return stand_here(single=single, at=clock())
    if not _due(single, clock()).exists() or (Hold.is_standing() and not single):
        return False
    with journals.lane("letters" if single else "mailings") as mine:
        return mine and Sender(outgoing, single=single, clock=clock).run(seconds)


def stand_here(*, single: bool, at: datetime) -> bool:
    """No mail server is set: what is due stays on this machine, to be read in the post office."""
    due = _due(single, at).exclude(mailing__in=Mailing.objects.stopped())
    if Hold.is_standing():
        due = _in_spite_of_a_hold(due)
    batch = list(due.order_by("due_at", "pk").select_related("mailing")[:STAND])
    stopped = suppressed(batch, {d.mailing_id: d.mailing for d in batch})
    with transaction.atomic():
        waiting = Delivery.objects.filter(pk__in=[d.pk for d in batch], state=State.WAITING)
        out = {"state": State.EXCLUDED, "reason": "suppressed", "at": at}
        waiting.filter(pk__in=stopped).update(**out)
        stands = list(waiting.values_list("pk", flat=True))
        waiting.update(state=State.STANDS, at=at, sent_at=at)
        _note(stands, at)
    return len(batch) == STAND


def suppressed(batch: Sequence[Delivery], mailings: Mapping[int, Mailing]) -> set[int]:
    """Whom of these we must not write to after all: the list is asked about every letter."""
    hashes = {delivery.pk: address_hash(delivery.address) for delivery in batch}
    listed = set(
        Suppression.objects.filter(address_hash__in=set(hashes.values())).values_list(
            "address_hash", "purpose"
        )
    )
    return {
        delivery.pk
        for delivery in batch
        for purpose in ("", mailings[delivery.mailing_id].purpose)
        if (hashes[delivery.pk], purpose) in listed
    }


class Sender:
    """One lane at work: one connection after another, until nothing is due or the time is up."""

    def __init__(self, outgoing: Outgoing, *, single: bool, clock: Clock = now) -> None:
        self.outgoing = outgoing
        self.single = single
        self.clock = clock
        self._letters: dict[int, Letter] = {}
        self._looked = float("-inf")
        self._next_at = 0.0
        self._stopped: frozenset[int] = frozenset()
        self._is_held = False

    def run(self, seconds: float) -> bool:
        """Says whether there is more to do at once."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                connection = Connection(self.outgoing)
            except Unreachable as problem:
                Check.keep("connection", False, str(problem), self.clock())
                return False
            if not self._use(connection, until):
                return False
        return True

    def _use(self, connection: Connection, until: float) -> bool:
        """Send over one connection until it breaks (True) or there is nothing to do (False)."""
        outcomes: dict[int, Outcome] = {}
        try:
            while time.monotonic() < until:
                batch = self._settle_and_claim(connection, outcomes)
                if not batch:
                    return False
                outcomes = {}
                self._send(connection, batch, outcomes)
                if database.vendor == "sqlite":
                    time.sleep(0.002)  # let the web have the write lock
            return True
        except Broken as broken:
            Check.keep("connection", False, broken.said, self.clock())
            return not broken.is_asked_to_wait
        except SenderRefused as refusal:
            self._blame_ourselves(str(refusal))
            return False
        finally:
            connection.close()
            fold(journals.read(connection.journal.path), at=self.clock())
            connection.journal.remove()

    def _settle_and_claim(
        self, connection: Connection, outcomes: dict[int, Outcome]
    ) -> list[Delivery]:
        """Keep what became of the last twenty and claim the next, in one short transaction."""
        self._look(self.clock())
        with transaction.atomic():
            settle(connection.name, outcomes, at=self.clock())
            return self._claim(connection.name, self.clock())

    def _claim(self, name: str, at: datetime) -> list[Delivery]:
        due = _due(self.single, at).exclude(mailing__in=self._stopped).order_by("due_at", "pk")
        if self._is_held:
            due = _in_spite_of_a_hold(due)
        if database.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        batch = list(due[:CLAIM])
        claims = {"state": State.CLAIMED, "connection": name, "lease_until": at + LEASE, "at": at}
        Delivery.objects.filter(pk__in=[d.pk for d in batch], state=State.WAITING).update(**claims)
        return batch

    def _send(
        self, connection: Connection, batch: list[Delivery], outcomes: dict[int, Outcome]
    ) -> None:
        self._make_letters(batch)
        stopped = suppressed(batch, {pk: made.mailing for pk, made in self._letters.items()})
        for delivery in batch:
            self._keep_pace()
            self._look(self.clock())
            if delivery.pk in stopped:
                outcomes[delivery.pk] = Outcome(EXCLUDED, "suppressed")
            elif self._may_leave(delivery):
                made = self._letters[delivery.mailing_id]
                message = made.wire(delivery, self.clock())
                outcomes[delivery.pk] = connection.send(
                    delivery.pk, made.sender, delivery.address, message
                )
            else:
                outcomes[delivery.pk] = Outcome(BACK)

    def _make_letters(self, batch: list[Delivery]) -> None:
        missing = {d.mailing_id for d in batch} - self._letters.keys()
        if len(self._letters) > 200:
            self._letters.clear()
            missing = {d.mailing_id for d in batch}
        for mailing in Mailing.objects.filter(pk__in=missing) if missing else ():
            self._letters[mailing.pk] = letter(mailing)

    def _may_leave(self, delivery: Delivery) -> bool:
        mailing = self._letters[delivery.mailing_id].mailing
        is_service = mailing.is_single and mailing.purpose == Purpose.SERVICE
        return mailing.pk not in self._stopped and (is_service or not self._is_held)

    def _look(self, at: datetime) -> None:
        """Between letters: is anything on hold, paused or taken back? Asked ten times a second."""
        if time.monotonic() - self._looked < LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        self._is_held = Hold.is_standing()
        self._stopped = frozenset(Mailing.objects.stopped().values_list("pk", flat=True))

    def _keep_pace(self) -> None:
        """Stay under the letters a minute that the mail service allows."""
        if not self.outgoing.per_minute:
            return
        moment = time.monotonic()
        if moment < self._next_at:
            time.sleep(self._next_at - moment)
        self._next_at = max(moment, self._next_at) + 60 / self.outgoing.per_minute

    def _blame_ourselves(self, said: str) -> None:
        """The server takes nothing from our address: nobody is marked, the sending waits."""
        at = self.clock()
        Check.keep("connection", False, said, at)
        for made in self._letters.values():
            if not made.mailing.is_single and made.mailing.pk not in self._stopped:
                made.mailing.pause(None, at, reason=said[:200])


def settle(name: str, outcomes: dict[int, Outcome], *, at: datetime) -> None:
    """Keep what became of a connection's letters. Only its own claims are touched."""
    mine = Delivery.objects.filter(connection=name, state=State.CLAIMED)
    done = [pk for pk, outcome in outcomes.items() if outcome.kind == DONE]
    if done:
        mine.filter(pk__in=done).update(
            state=State.SENT, sent_at=at, at=at, reason="", connection="", lease_until=None
        )
        _note(done, at)
    for pk, outcome in outcomes.items():
        if outcome.kind != DONE:
            _settle_other(mine.filter(pk=pk), outcome, at)


def _settle_other(mine: DeliveryQuerySet, outcome: Outcome, at: datetime) -> None:
    values: dict[str, object] = {"connection": "", "lease_until": None, "at": at}
    states = {FAILED: State.FAILED, EXCLUDED: State.EXCLUDED, BACK: State.WAITING}
    if outcome.kind == BEGUN:
        values |= {"state": State.UNKNOWN, "reason": UNSURE, "sent_at": at}
    elif outcome.kind == LATER:
        attempts = mine.values_list("attempts", flat=True).first() or 0
        is_over = attempts >= len(AGAIN_AFTER)
        values |= {"state": State.FAILED if is_over else State.WAITING, "reason": outcome.said}
        values["attempts"] = attempts + 1
        if not is_over:
            values["due_at"] = at + AGAIN_AFTER[attempts]
    else:
        values |= {"state": states[outcome.kind], "reason": outcome.said}
    mine.update(**values)


def _note(done: list[int], at: datetime) -> None:
    """Count a letter for each partner written to, so that contact limits hold."""
    written = Delivery.objects.filter(pk__in=done).exclude(person=None)
    by_purpose: dict[str, list[int]] = {}
    for person, purpose in written.values_list("person", "mailing__purpose"):
        by_purpose.setdefault(purpose, []).append(person)
    for purpose, people in by_purpose.items():
        contact.note_many(people, purpose=purpose, at=at)


def sweep(at: datetime) -> int:
    """Find what a crash left: read the journals of dead connections, and free lost claims."""
    found = 0
    for path in journals.left_behind():
        found += fold(journals.read(path), at=at)
        path.unlink(missing_ok=True)
    return found + _free_lost_claims(at)


def fold(account: Account, *, at: datetime) -> int:
    """Settle every claim of a connection that is over. Reading it twice changes nothing."""
    with transaction.atomic():
        claimed = Delivery.objects.filter(connection=account.name, state=State.CLAIMED)
        ids = list(claimed.values_list("pk", flat=True))
        settle(account.name, {pk: _told(account, pk) for pk in ids}, at=at)
    return len(ids)


def _told(account: Account, pk: int) -> Outcome:
    mark = account.marks.get(pk)
    if mark is not None:
        return Outcome(mark.kind, mark.said)
    return Outcome(BEGUN if account.may_lack_lines else BACK)


def _free_lost_claims(at: datetime) -> int:
    """Claims long run out whose journal is nowhere: another machine's, or a lost disk's."""
    here = f"{journals.machine()}."
    lost = Delivery.objects.filter(state=State.CLAIMED, lease_until__lt=at)
    ids = [
        pk
        for pk, name, until in lost.values_list("pk", "connection", "lease_until")
        if not (journals.folder() / name).exists()
        and (name.startswith(here) or (until and until < at - timedelta(days=1)))
    ]
    unknown = {"state": State.UNKNOWN, "reason": UNSURE, "connection": "", "at": at}
    return lost.filter(pk__in=ids).update(**unknown, lease_until=None, sent_at=at)


def _in_spite_of_a_hold(due: DeliveryQuerySet) -> DeliveryQuerySet:
    """Only what somebody asked for just now: a sign-in code, a copy of their data."""
    return due.filter(mailing__is_single=True, mailing__purpose=Purpose.SERVICE)


def _due(single: bool, at: datetime) -> DeliveryQuerySet:
    return Delivery.objects.filter(state=State.WAITING, is_single=single, due_at__lte=at)
