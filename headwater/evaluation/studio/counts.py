from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from headwater.evaluation import counting
from headwater.people.requests import PersonRequest, needs


@require_POST
@needs("editor")
def counting_now(request: PersonRequest) -> HttpResponse:
    """Count what is ours to count at once; each night it happens by itself."""
    changed = counting.count_all(at=now())
    told = _("Counted: %(n)d figures are new or changed.") % {"n": changed}
    messages.success(request, told if changed else _("Counted: nothing is new."))
    return redirect("studio:evaluation:verdicts")
