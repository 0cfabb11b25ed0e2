from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from headwater.discussions.calendar import as_calendar
from headwater.discussions.models import Kit
from headwater.people.requests import PersonRequest
from headwater.ui.http import page


@require_safe
def talk(request: PersonRequest) -> HttpResponse:
    """What is coming, and what came of what was."""
    at = now()
    past = Kit.objects.with_summary().select_related("transcript").order_by("-starts_at", "-pk")
    context = {
        "at": at,
        "upcoming": list(Kit.objects.upcoming(at)[:20]),
        "page": Paginator(past, 10).get_page(request.GET.get("page")),
        **request.user.parts_in_talk.aggregate(
            mine=Count("pk"), helped=Count("pk", filter=Q(helped=True))
        ),
    }
    return page(request, "discussions/portal/talk.html", context)


@require_safe
def kit(request: PersonRequest, slug: str) -> HttpResponse:
    at = now()
    kit = get_object_or_404(
        Kit.objects.visible_to(request.user, at).select_related("transcript"), slug=slug
    )
    transcript = getattr(kit, "transcript", None)
    is_told = transcript is not None and transcript.summary_published_at is not None
    context = {
        "kit": kit,
        "at": at,
        "is_over": kit.is_over(at),
        "is_now": kit.is_now(at),
        "transcript": transcript if is_told else None,
        "said": transcript.said if is_told and transcript and transcript.is_shared else [],
        "helpers": kit.parts.filter(helped=True).select_related("person"),
    }
    return page(request, "discussions/portal/kit.html", context)


@require_safe
def calendar(request: PersonRequest, slug: str) -> HttpResponse:
    rows = Kit.objects.visible_to(request.user, now()).filter(starts_at__isnull=False)
    kit = get_object_or_404(rows, slug=slug)
    answer = HttpResponse(as_calendar(kit), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{kit.slug[:60]}.ics"'
    return answer
