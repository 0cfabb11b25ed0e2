from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from headwater.kit.markdown import as_html

register = template.Library()
SCROLLS = '<div class="scroll" tabindex="0" role="group" aria-label="{}"><table class="table">'


@register.filter
def markdown(text: str) -> SafeString:
    """Words that staff wrote in Markdown, as clean HTML. Wide tables scroll by themselves."""
    opening = format_html(SCROLLS, _("Table, scrolls sideways on a small screen"))
    html = as_html(text).replace("<table>", opening).replace("</table>", "</table></div>")
    return mark_safe(html)  # noqa: S308  cleaned by nh3 in as_html
