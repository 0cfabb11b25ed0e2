from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from headwater.mail import letters, unsubscribing
from headwater.mail.personal_links import destination, open_link
from headwater.ui.http import page


@login_not_required
@never_cache
@require_safe
def personal_link(request: HttpRequest, token: str) -> HttpResponse:
    """Leads to the one job the link is for. It signs nobody in and changes nothing."""
    found = open_link(token)
    if not found.path:
        return page(request, "mail/portal/personal_link.html", {"found": found})
    return redirect(destination(found, token))


@login_not_required
@never_cache
@require_safe
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    return page(request, "mail/portal/not_me.html", {"found": open_link(token)})


@csrf_exempt  # a mail program's one click (RFC 8058) has no page, no cookie and no token
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """A GET shows a button, because link scanners follow links. Only the POST stops anything."""
    delivery = letters.delivery_of(token)
    if delivery is None:
        raise Http404
    is_stopped = request.method == "POST"
    if is_stopped and "everything" in request.POST:
        unsubscribing.stop_address(
            delivery.address, purpose="", reason="unsubscribed", at=now(), source="link"
        )
    elif is_stopped:
        one_click = "List-Unsubscribe" in request.POST
        unsubscribing.stop(delivery, now(), source="one click" if one_click else "link")
    context = {"delivery": delivery, "mailing": delivery.mailing, "is_stopped": is_stopped}
    return page(request, "mail/portal/stop.html", context)
