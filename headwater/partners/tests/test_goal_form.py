from datetime import date

import pytest

from headwater.partners.forms import GoalForm

pytestmark = pytest.mark.django_db


def test_a_goal_of_nothing_is_told_what_to_write_not_which_constraint_it_broke() -> None:
    form = GoalForm({"what": "Sell boxes", "unit": "boxes", "target": "-1", "by": date(2027, 1, 1)})

    assert dict(form.errors) == {"target": ["Write more than nothing, such as 40."]}
