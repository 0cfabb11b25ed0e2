from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render

from headwater.kit.errors import Refused


class Answers:
    """The one place where a rule's no becomes a page or JSON with 409, for views without a form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if not isinstance(problem, Refused):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": str(problem)}, status=409)
        return render(request, "ui/refused.html", {"message": str(problem)}, status=409)
