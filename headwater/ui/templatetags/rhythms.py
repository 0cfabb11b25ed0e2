from django import template

from headwater.ui import rhythms

register = template.Library()
register.filter("period", rhythms.named)
register.filter("periods", rhythms.many)
register.filter("plural_of", lambda metric: rhythms.plural(metric.period))
register.filter("single_of", lambda metric: rhythms.single(metric.period))
