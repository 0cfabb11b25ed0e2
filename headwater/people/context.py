from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from headwater.people.models import House


def house(request: HttpRequest) -> dict[str, Any]:
    """Our own organisation, on every page; asked of the database once, and only if shown."""
    return {"house": SimpleLazyObject(House.current), "theme": request.COOKIES.get("theme", "")}
