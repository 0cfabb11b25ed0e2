from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from headwater.kit.markdown import as_html
from headwater.library.models import Tip
from headwater.people.models import House


def tips_feed(request: HttpRequest, tips: Iterable[Tip]) -> HttpResponse:
    """The latest tips as Atom, for readers and for other sites."""
    house = House.current()
    feed = Atom1Feed(
        title=_("60-second tips by %(house)s") % {"house": house.name or "Headwater"},
        link=request.build_absolute_uri(reverse("portal:library:tips")),
        feed_url=request.build_absolute_uri(request.path),
        description="",
        language=house.language,
        author_name=house.name,
    )
    for tip in tips:
        link = request.build_absolute_uri(reverse("portal:library:tip", args=[tip.slug]))
        feed.add_item(
            title=_readable(tip.title),
            link=link,
            unique_id=link,
            description=_readable(_as_summary(tip)),
            author_name=_readable(tip.byline) or None,
            pubdate=tip.published_at,
            updateddate=tip.published_at,
            categories=[tip.category.name] if tip.category else [],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def _as_summary(tip: Tip) -> str:
    """The whole tip as HTML: its don't goes wherever the tip goes."""
    parts = [tip.idea, tip.body, f"**{_('This week’s action')}:** {tip.action}"]
    parts += [f"**{_('Do')}:** {tip.do}", f"**{_('Don’t')}:** {tip.dont}"]
    return as_html("\n\n".join(part for part in parts if part))


def _readable(text: str) -> str:
    """Without the control signs that XML has no place for."""
    return "".join(c for c in text if c in "\n\t" or (c >= " " and c not in "\ufffe\uffff"))
