from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render

from headwater.kit.errors import Refused
from headwater.people.models import seen_in_request


class Answers:
    """The one place where a rule's no becomes a page or JSON with 409, for views without a form.

    It also lets the house be read once a request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        before = seen_in_request.set([])
        try:
            return self.get_response(request)
        finally:
            seen_in_request.reset(before)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if not isinstance(problem, Refused):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": str(problem)}, status=409)
        return render(request, "ui/refused.html", {"message": str(problem)}, status=409)
