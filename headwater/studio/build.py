"""Build: everything that helps partners get better, in one place."""

from django.http import HttpResponse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from headwater.discussions.models import Kit
from headwater.events.models import Event
from headwater.library.models import Article, Resource, ResourceCode, Tip
from headwater.newsletters.models import Issue
from headwater.people.requests import PersonRequest
from headwater.studio.loop import scalars
from headwater.ui.http import page


@require_safe
def build(request: PersonRequest) -> HttpResponse:
    at = now()
    context = {
        "counts": scalars(
            tips=Tip.objects.all(),
            tips_out=Tip.objects.published(at),
            articles=Article.objects.all(),
            resources=Resource.objects.all(),
            codes=ResourceCode.objects.all(),
            events=Event.objects.upcoming(at),
            kits=Kit.objects.all(),
            issues=Issue.objects.all(),
        ),
        "tip": Tip.objects.for_now(at),
        "event": Event.objects.upcoming(at).with_counts().first(),
        "drafts": Issue.objects.drafts()[:3],
    }
    return page(request, "studio/build.html", context)
