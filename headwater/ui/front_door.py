"""The front door is shut by default: sign-in everywhere, staff in the studio, roles for writing."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect

from headwater.ui.http import swaps

OPEN = ("/api/", "/s/", "/static/")
READS = frozenset({"GET", "HEAD", "OPTIONS"})


class FrontDoor(LoginRequiredMiddleware):
    """Asks for sign-in unless a view is `login_not_required`; machines have their own tokens.

    In the studio any role may read, and editors may write, unless the view names its own role
    with `needs(...)`. To everybody else the studio doesn't exist.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if request.path.startswith(OPEN):
            return None
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is None and request.path.startswith("/studio/"):
            _let_staff_in(request, view_func)
        return answer

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        answer = super().handle_no_permission(request, view_func)
        if swaps(request):  # else the sign-in page would be swapped into a corner of the page
            answer["HX-Redirect"] = answer["Location"]
            del answer["Location"]
            answer.status_code = 200
        return answer


def _let_staff_in(request: HttpRequest, view: Callable[..., HttpResponseBase]) -> None:
    if not request.user.is_authenticated:
        return  # the view is open to all: the first run
    if not request.user.is_staff:
        raise Http404
    names_its_own = hasattr(view, "needs_role")
    if request.method not in READS and not names_its_own and not _may_write(request.user):
        raise PermissionDenied


def _may_write(person: Any) -> bool:
    return bool(person.is_at_least("editor"))
