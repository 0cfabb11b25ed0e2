"""A letter shown inside a page of ours, shut in: no script, no form, nothing from elsewhere."""

from django.http import HttpResponse

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; font-src 'none';"
    " form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox"
)


def shut_in(html: str) -> HttpResponse:
    return HttpResponse(html, headers={"Content-Security-Policy": POLICY})
