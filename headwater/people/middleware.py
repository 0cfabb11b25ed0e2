from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.kit.errors import Refused
from headwater.people.models import House, seen_in_request


def told(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """A page instead of nothing, where somebody opens the address of a button by itself."""
    if answer.status_code != 405 or request.method != "GET" or request.path.startswith("/api/"):
        return answer
    message = _("This address only takes what a button sends. Go back, and press the button there.")
    page = render(request, "ui/refused.html", {"message": message}, status=405)
    page["Allow"] = answer["Allow"]
    return page


def private(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """What was made for one person is kept by no cache: it may be a library's computer."""
    is_for_one = settings.SESSION_COOKIE_NAME in request.COOKIES or "by" in request.GET
    if is_for_one and not answer.has_header("Cache-Control"):
        answer["Cache-Control"] = "private, no-store"
    return answer


class Answers:
    """The one place where a rule's no becomes a page or JSON with 409, for views without a form.

    It also lets the house be read once a request, and sets the clock by it: what is shown and what
    is typed are hours of the house's own time zone. The API speaks UTC.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        before = seen_in_request.set([])
        try:
            if request.path.startswith("/api/"):
                return self.answer(request)
            is_page = request.method == "GET" and request.path.startswith("/studio/")
            with timezone.override(House.current(counting=is_page).zone):
                return self.answer(request)
        finally:
            seen_in_request.reset(before)

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        return private(request, told(request, self.get_response(request)))

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if not isinstance(problem, Refused):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": str(problem)}, status=409)
        return render(request, "ui/refused.html", {"message": str(problem)}, status=409)
