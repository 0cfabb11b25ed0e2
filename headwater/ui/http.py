"""Helpers for views: one template for page and part, and a refusal shown on the form."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.messages import get_messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html
from django_htmx.middleware import HtmxDetails

from headwater.kit.errors import Refused


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    part: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render a whole page, or only one named part of it when htmx wants to swap it in."""
    name = f"{template}#{part}" if part and swaps(request) else template
    response = render(request, name, context, status=status)
    if name != template and get_messages(request):
        response.write(render_to_string("ui/toasts.html#swapped", request=request))
    patch_vary_headers(response, ["HX-Request"])  # else "back" may show the part alone
    return response


def swaps(request: HttpRequest) -> bool:
    """Whether htmx asks for a part to swap in, and not for a whole page."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return bool(htmx and not htmx.boosted and not htmx.history_restore_request)


@contextmanager
def refusing(form: BaseForm) -> Iterator[None]:
    """Show a rule's refusal on the form, which then answers with 409 and what was typed.

    Return the redirect inside the block: after a refusal the view goes on below it.
    """
    try:
        yield
    except Refused as refusal:
        form.add_error(None, _with_the_way_on(refusal))
        form.refused = True  # type: ignore[attr-defined]


def _with_the_way_on(refusal: Refused) -> str:
    if refusal.mend is None:
        return str(refusal)
    name, words = refusal.mend
    return format_html('{} <a href="{}">{}</a>', str(refusal), reverse(name), words)


def form_status(form: BaseForm) -> int:
    """409 where a rule said no, 422 where something must be mended, else 200."""
    if getattr(form, "refused", False):
        return 409
    return 422 if form.is_bound and form.errors else 200
