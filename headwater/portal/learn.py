"""Everything to learn from, on shelves by need. What this partner asked for stands first, which the
library doesn't know: so the page stands in the shell."""

from django.http import HttpResponse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from headwater.library import shelves
from headwater.library.forms import CodeForm, FindForm
from headwater.listening.models import Wish
from headwater.people.models import House
from headwater.people.requests import PersonRequest
from headwater.ui.http import page


@require_safe
def learn(request: PersonRequest) -> HttpResponse:
    house, form = House.current(), FindForm(request.GET)
    shown = request.GET.get("show", "")
    wished = Wish.objects.filter(person=request.user).values_list("need__slug", flat=True)
    context = {
        "form": form,
        "house": house,
        "shown": shown if shown in {"new", "done"} else "",
        "code_form": CodeForm(),
        **shelves.for_learning(request.user, form, now(), house, wished=frozenset(wished)),
    }
    return page(request, "library/portal/learn.html", context)
