import numpy as np
import pytest
from scipy.stats import ttest_ind, ttest_rel

from headwater.stats.means import (
    difference_in_differences,
    difference_in_means,
    mean,
    paired_change,
)
from headwater.stats.tests.shared import rows

# Student's sleep data (1908): extra hours of sleep of ten people under two drugs.
FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def panel(effect=0.0, *, groups=12, weeks=10, treated=5, begins=6, rng=None):
    group, time = (axis.ravel() for axis in np.mgrid[:groups, :weeks])
    exposed = (group < treated) & (time >= begins)
    outcome = 3.0 * group + 0.5 * time + effect * exposed
    if rng is not None:
        outcome = outcome + rng.normal(0, 1, (groups, 1)).repeat(weeks, 1).ravel() * (
            time >= begins
        )
        outcome = outcome + rng.normal(0, 1, outcome.size)
    return {"outcome": outcome, "is_exposed": exposed, "group": group, "time": time}


def test_paired_change_matches_student_1908() -> None:
    estimate = paired_change(FIRST, SECOND)

    assert (estimate.value, estimate.low, estimate.high) == pytest.approx(
        (1.58, 0.7001, 2.4599), abs=5e-5
    )
    assert estimate.probability_positive == pytest.approx(1 - ttest_rel(SECOND, FIRST).pvalue / 2)


def test_difference_matches_r_welch_on_the_sleep_data() -> None:
    # R: t.test(extra ~ group, data = sleep) prints -3.3654832 0.2054832.
    estimate = difference_in_means(FIRST, SECOND)

    assert (estimate.low, estimate.high) == pytest.approx((-3.3654832, 0.2054832), abs=5e-7)
    assert estimate.probability_positive == pytest.approx(
        ttest_ind(FIRST, SECOND, equal_var=False).pvalue / 2
    )


def test_groups_without_spread_differ_for_certain() -> None:
    estimate = difference_in_means([2, 2, 2], [1, 1])

    assert (estimate.low, estimate.value, estimate.high) == (1, 1, 1)
    assert estimate.probability_positive == 1
    assert mean([0, 0]).probability_positive == 0.5


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (lambda: mean([1]), "at least 2"),
        (lambda: mean([1, np.nan]), "missing"),
        (lambda: mean([[1, 2]]), "one row"),
        (lambda: paired_change([1, 2], [1, 2, 3]), "same people"),
    ],
)
def test_what_cannot_be_averaged_is_refused(wrong, complaint) -> None:
    with pytest.raises(ValueError, match=complaint):
        wrong()


def test_organ_donations_match_the_published_figure() -> None:
    # Kessler & Roth (2014) as in Huntington-Klein, The Effect, chapter 18: -0.022.
    table = rows("data", "campaigns", "organ_donations.csv")
    quarters = ["Q42010", "Q12011", "Q22011", "Q32011", "Q42011", "Q12012"]
    state = np.array([row["State"] for row in table])
    quarter = np.array([quarters.index(row["Quarter"]) for row in table])

    result = difference_in_differences(
        np.array([float(row["Rate"]) for row in table]),
        is_exposed=(state == "California") & (quarter >= 3),
        group=state,
        time=quarter,
    )

    assert result.estimate.value == pytest.approx(-0.02246, abs=5e-6)
    assert result.estimate.standard_error == pytest.approx(0.0067, abs=5e-5)
    assert (result.groups, result.treated_groups) == (27, 1)
    assert result.placebo_probability == pytest.approx(5 / 27)


def test_matches_a_regression_with_a_column_for_every_group_and_week_when_rows_are_missing() -> (
    None
):
    data = panel(2.0, rng=np.random.default_rng(3))
    kept = np.random.default_rng(5).random(data["outcome"].size) > 0.2
    data = {name: values[kept] for name, values in data.items()}
    columns = np.hstack(
        [np.eye(12)[data["group"]], np.eye(10)[data["time"]][:, 1:], data["is_exposed"][:, None]]
    )

    expected = np.linalg.lstsq(columns, data["outcome"], rcond=None)[0][-1]

    outcome = data.pop("outcome")
    assert difference_in_differences(outcome, **data).estimate.value == pytest.approx(
        expected, abs=1e-8
    )


def test_the_interval_holds_the_truth_when_groups_drift_as_one() -> None:
    rng = np.random.default_rng(8)
    held = 0
    for _ in range(200):
        data = panel(2.0, groups=40, treated=20, rng=rng)
        estimate = difference_in_differences(data.pop("outcome"), **data).estimate
        held += estimate.low <= 2.0 <= estimate.high

    assert 0.91 <= held / 200 <= 0.985


def test_one_treated_group_among_twelve_stands_out_or_does_not() -> None:
    for effect, odds in ((9.0, 1 / 12), (0.0, 1.0)):
        data = panel(effect, treated=1)

        found = difference_in_differences(data.pop("outcome"), **data)

        assert found.placebo_probability == pytest.approx(odds)


def test_many_treated_groups_have_no_placebo() -> None:
    data = panel(1.5, rng=np.random.default_rng(1))

    assert difference_in_differences(data.pop("outcome"), **data).placebo_probability is None


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"is_exposed": np.zeros(120, bool)}, "some groups must be treated"),
        ({"is_exposed": np.ones(120, bool)}, "some groups must be treated"),
        ({"is_exposed": np.arange(120) == 57}, "begin at the same time"),
        ({"is_exposed": np.arange(120) < 30}, "before the beginning"),
        ({"time": np.arange(7)}, "one value for each row"),
        ({"group": np.arange(120) % 2}, "three groups"),
    ],
)
def test_a_comparison_that_cannot_be_made_is_refused(change, complaint) -> None:
    data = panel() | change

    with pytest.raises(ValueError, match=complaint):
        difference_in_differences(data.pop("outcome"), **data)
