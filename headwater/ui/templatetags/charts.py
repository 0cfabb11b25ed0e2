"""`{% chart c %}`: the drawing for a desk, the drawing for a phone, and the numbers."""

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from headwater.ui.charts.drawing import Chart

register = template.Library()


@register.simple_tag
def chart(chart: Chart | None, *, table: bool = True) -> SafeString:
    if chart is None:
        return mark_safe("")
    numbers = chart.table if table else None
    html = get_template("ui/charts/chart.html").render({"chart": chart, "numbers": numbers})
    return mark_safe(html.strip())  # noqa: S308 (the template has escaped it)
