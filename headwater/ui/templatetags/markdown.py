from django import template
from django.utils.safestring import SafeString, mark_safe

from headwater.kit.markdown import as_html

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    """Words that staff wrote in Markdown, as clean HTML."""
    return mark_safe(as_html(text))  # noqa: S308  cleaned by nh3 in as_html
