from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from headwater.people.models import House
from headwater.ui.colour import brand_sheet


@login_not_required
@require_safe
def brand(request: HttpRequest) -> HttpResponse:
    """The organisation's own colour, as a stylesheet: the content policy forbids inline style."""
    css = brand_sheet(House.current().colour)
    return HttpResponse(css, content_type="text/css", headers={"Cache-Control": "max-age=300"})
