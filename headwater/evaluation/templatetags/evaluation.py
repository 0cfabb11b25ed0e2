from math import floor, log10

from django import template

register = template.Library()


@register.filter
def about(value: float | None) -> float | None:
    """An estimate to three figures: £11,820.37 says "£11,800", since no more of it is known."""
    if not value:
        return value
    return float(round(value, min(0, 2 - floor(log10(abs(value)))))) if abs(value) >= 1 else value
