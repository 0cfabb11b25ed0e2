import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now
from django.utils.translation import gettext as _

from headwater.evaluation import running
from headwater.evaluation.keeping import Recount, counting_again
from headwater.kit.errors import Refused
from headwater.programme.models import Campaign

PROGRAMME = "programme"
SAME = {None: "new", True: "same", False: "different"}


class Command(BaseCommand):
    help = "Work the answers about a campaign, or about the programme, out again to the last digit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "what", metavar="CAMPAIGN|programme", help="a campaign's number or title, or programme"
        )
        parser.add_argument("--json", action="store_true", help="whole answers, as one JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        at = now()
        asked = self.questions(options["what"])
        with counting_again() as found:
            for question in asked:
                question(at)
        if options["json"]:
            self.stdout.write(json.dumps([in_full(recount) for recount in found]))
        else:
            for recount in found:
                self.stdout.write("\t".join(in_short(recount)))
        if not found:
            raise Refused(_("Not enough data yet: there is nothing to work out."))
        if any(recount.is_the_same is False for recount in found):
            raise Refused(
                _("An answer came out differently from the stored one on the same data. That is a"
                  " fault of ours: please report it.")
            )  # fmt: skip

    def questions(self, what: str) -> list[running.Question]:
        if what == PROGRAMME:
            return list(running.PROGRAMME.values())
        campaigns = Campaign.objects.registered().select_related("metric")
        named = campaigns.filter(pk=what) if what.isdecimal() else campaigns.filter(title=what)
        campaign = named.first()
        if campaign is None:
            known = ", ".join(f"{one.pk} ({one.title})" for one in campaigns[:20])
            raise CommandError(
                _("No registered campaign is called %(what)s. There are: %(known)s.")
                % {"what": what, "known": known or "none"}
            )
        return list(running.about_campaign(campaign))


def in_full(recount: Recount) -> dict[str, Any]:
    result = recount.result
    return {
        "question": result.question,
        "campaign": result.campaign.title if result.campaign else None,
        "aim": result.aim,
        "answer": result.answer,
        "data_version": result.data_version,
        "method": result.method,
        "code_version": result.code_version,
        "seed": result.seed,
        "computed_at": result.computed_at.isoformat(),
        "counted_again": SAME[recount.is_the_same],
    }


def in_short(recount: Recount) -> list[str]:
    """Question, word, value, low, high, grade, first of the data version, and how it compares."""
    result, answer = recount.result, recount.result.answer
    estimate = answer.get("estimate") or {}
    figures = [
        f"{estimate[key]:.6g}" if key in estimate else "" for key in ("value", "low", "high")
    ]
    return [
        result.question, str(answer.get("word") or ""), *figures, str(answer.get("grade") or ""),
        result.data_version[:12], SAME[recount.is_the_same],
    ]  # fmt: skip
