import re

from django import template

register = template.Library()


@register.filter
def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


@register.filter
def timed_lines(text: str) -> list[tuple[str, str]]:
    """`9:30 Coffee`, line by line, as time and what; without a time the first cell is empty."""
    found = [re.match(r"(\d{1,2}[:.]\d{2})?\s*(.*)", line) for line in lines(text)]
    return [(match[1] or "", match[2]) for match in found if match]
