"""The report for the board, behind a link: no sign-in, nothing to change, nobody's name."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from headwater.evaluation import handing, keeping
from headwater.evaluation.models import BoardLink
from headwater.evaluation.reporting import Report
from headwater.jobs.models import Attempt
from headwater.ui.http import page

# In an hour, from one address, which may be a whole boardroom's.
WRONG = 30  # tokens that open nothing
PDFS = 60  # each takes the machine longer than a page does

Showing = Callable[[HttpRequest, str, Report], HttpResponse]
View = Callable[[HttpRequest, str], HttpResponse]


def behind_a_link(showing: Showing) -> View:
    """Show the report to whoever holds an open link; anybody else reads that it is closed.

    A link that never was and one that was ended look alike. The address says who may read, so no
    search engine may keep it, and no page that is opened from here may learn it.
    """

    @wraps(showing)
    def view(request: HttpRequest, token: str) -> HttpResponse:
        answer = _answer(request, token, showing)
        answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        answer["Referrer-Policy"] = "no-referrer"
        return answer

    return login_not_required(never_cache(require_safe(view)))


def _answer(request: HttpRequest, token: str, showing: Showing) -> HttpResponse:
    at = now()
    if not BoardLink.objects.with_token(token).open(at).exists():
        may_try = _is_allowed(request, "evaluation.board", times=WRONG)
        return _closed(request, "closed", 410) if may_try else _closed(request, "often", 429)
    try:
        with keeping.while_rows_stand(at):
            return showing(request, token, handing.asked(request))
    except keeping.NotYet:  # the worker counts at night; who reads by a link starts no work
        return _closed(request, "not_yet", 503)


def _is_allowed(request: HttpRequest, what: str, *, times: int) -> bool:
    return Attempt.is_allowed(what, request.META.get("REMOTE_ADDR", ""), at=now(), times=times)


def _closed(request: HttpRequest, why: str, status: int) -> HttpResponse:
    return page(request, "evaluation/portal/board_closed.html", {"why": why}, status=status)


@behind_a_link
def board(request: HttpRequest, token: str, report: Report) -> HttpResponse:
    return page(request, "evaluation/portal/board.html", {"report": report, "token": token})


@behind_a_link
def board_slides(request: HttpRequest, token: str, report: Report) -> HttpResponse:
    return page(request, "evaluation/slides.html", {"report": report, "token": token})


@behind_a_link
def board_pdf(request: HttpRequest, token: str, report: Report) -> HttpResponse:
    if not _is_allowed(request, "evaluation.board_pdf", times=PDFS):
        return _closed(request, "often", 429)
    return handing.as_pdf(report)


@behind_a_link
def board_csv(request: HttpRequest, token: str, report: Report) -> HttpResponse:
    return handing.as_csv(report)
