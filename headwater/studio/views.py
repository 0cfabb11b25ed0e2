from django.http import HttpResponse
from django.views.decorators.http import require_safe

from headwater.people.requests import PersonRequest
from headwater.ui.http import page


@require_safe
def today(request: PersonRequest) -> HttpResponse:
    return page(request, "studio/today.html", {})
