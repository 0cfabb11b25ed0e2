from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import HttpResponse
from django.utils.timezone import now

from headwater.evaluation import keeping
from headwater.evaluation.studio.running import ask, not_yet
from headwater.people.requests import PersonRequest

View = TypeVar("View", bound=Callable[..., HttpResponse])


def from_memory(view: View) -> View:
    """Let a page answer from memory as long as no row has changed, and never wait for long.

    Where rows have changed since the worker last looked, it is asked to count anew."""

    @wraps(view)
    def looking(request: PersonRequest, *args: Any, **named: Any) -> HttpResponse:
        try:
            with keeping.while_rows_stand(now()) as looking:
                shown = view(request, *args, **named)
        except keeping.NotYet:
            return not_yet(request)
        if looking and looking.is_stale:
            ask(None)
        return shown

    return cast(View, looking)
