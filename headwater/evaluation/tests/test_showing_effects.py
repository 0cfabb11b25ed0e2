import pytest

from headwater.evaluation.showing import verdicts as showing
from headwater.programme.models import Metric


@pytest.mark.parametrize(
    ("is_good", "estimate", "said"),
    [
        (True, (406, 279, 530), ("406", "more", "279", "530")),
        (True, (-0.0225, -0.0869, 0.042), ("0.0225", "less", "0.0869 less", "0.042 more")),
        (True, (12, -3, 27), ("12", "more", "3 less", "27 more")),
        (True, (-12, -27, -3), ("12", "less", "3", "27")),
        # Where less is better, estimates are turned beforehand: fifteen is fifteen less.
        (False, (15.6, 4, 27), ("15.6", "less", "4", "27")),
        (False, (-2, -6, 2), ("2", "more", "6 more", "2 less")),
        (True, (0, -3, 3), ("0", "more", "3 less", "3 more")),
    ],
)
def test_an_effect_is_said_without_a_sign_and_with_its_way(
    is_good: bool, estimate: tuple[float, float, float], said: tuple[str, ...]
) -> None:
    value, low, high = estimate
    effect = showing.effect(
        {"value": value, "low": low, "high": high}, Metric(more_is_better=is_good)
    )

    assert (effect.size, effect.direction, effect.low, effect.high) == said


def test_a_figure_of_the_report_goes_the_way_its_name_says() -> None:
    fewer = showing.without_a_sign({"value": -5, "low": -10, "high": 1})
    more = showing.without_a_sign({"value": 5, "low": -1, "high": 10})

    assert fewer == {"value": 5, "low": -1, "high": 10}
    assert more == {"value": 5, "low": -1, "high": 10}
