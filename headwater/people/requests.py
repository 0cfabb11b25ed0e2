"""Who is asking: the type of a signed-in request, and the least role that a studio view needs."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from headwater.people.models import Person, Role

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class PersonRequest(HttpRequest):
    """A request by somebody who has signed in, as every view behind the front door gets it."""

    user: Person
    htmx: HtmxDetails


def needs(role: str) -> Callable[[View], View]:
    """Let only staff of this role or above through; the front door lets editors write by default.

    `@needs("analyst")` on a view that reads by POST, `@needs("manager")` on one that sends, spends
    or shows people, `@needs("owner")` on one that changes the house.
    """
    Role(role)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_at_least(role):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.needs_role = role  # type: ignore[attr-defined]
        return cast(View, guarded)

    return decorate
