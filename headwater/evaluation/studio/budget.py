from django.http import HttpResponse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from headwater.evaluation import budgeting, returning
from headwater.evaluation.keeping import Blocked
from headwater.evaluation.showing import budgets as showing
from headwater.evaluation.showing.returns import BLOCKED
from headwater.evaluation.studio.memory import from_memory
from headwater.people.requests import PersonRequest
from headwater.ui.http import page


@from_memory
@require_safe
def budget(request: PersonRequest) -> HttpResponse:
    """Which money to move over the year, with what that gains and how sure we are."""
    result = budgeting.advice(now())
    if isinstance(result, Blocked) or "rows" not in result.answer:
        reason = result.reason if isinstance(result, Blocked) else "few_levers"
        context: dict[str, object] = {
            "blocked": BLOCKED[reason],
            "hours_unpriced": reason == "hours_unpriced",
            "metric": returning.worth_of_visits(),
        }
        return page(request, "evaluation/studio/no_budget.html", context)
    answer = result.answer
    moves = showing.moves(answer)
    context = {
        "result": result,
        "answer": answer,
        "moves": [move for move in moves if move.is_advice],
        "tries": [move for move in moves if not move.is_advice],
        "rows": showing.rows(answer),
        "test": showing.named(answer["test"]["name"]),
    }
    return page(request, "evaluation/studio/budget.html", context)
