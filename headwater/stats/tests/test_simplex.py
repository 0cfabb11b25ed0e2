import time

import numpy as np
import pytest
from scipy.optimize import minimize

from headwater.stats.simplex import least_squares_on_simplex


def problem(seed, *, rows, columns, noise=1.0):
    draws = np.random.default_rng(seed)
    table = draws.normal(50, 10, (rows, 1)) + draws.normal(0, 5, (rows, columns))
    share = draws.dirichlet(np.full(columns, 0.2))
    return table, table @ share + draws.normal(0, noise, rows)


def pulls(table, target, weights, *, ridge=0.0, intercept=False):
    """The loss's negative slope for each weight, worked out plainly."""
    if intercept:
        table, target = table - table.mean(axis=0), target - target.mean()
    return table.T @ (target - table @ weights) - ridge * weights


@pytest.mark.parametrize("shape", [(30, 12), (8, 40), (300, 40), (1, 3), (5, 1)])
@pytest.mark.parametrize("ridge", [0.0, 3.0])
@pytest.mark.parametrize("intercept", [False, True])
def test_nothing_can_be_won_by_any_other_weights(shape, ridge, intercept) -> None:
    table, target = problem(sum(shape), rows=shape[0], columns=shape[1])

    fit = least_squares_on_simplex(table, target, ridge=ridge, intercept=intercept)

    pull = pulls(table, target, fit.weights, ridge=ridge, intercept=intercept)
    size = (table**2).sum(axis=0).max() + target @ target + ridge
    held = fit.weights > 0
    assert fit.weights.sum() == pytest.approx(1)
    assert (fit.weights >= 0).all()
    assert np.ptp(pull[held]) / size < 1e-9
    assert (pull[~held] <= pull[held].max() + 1e-9 * size).all()
    assert fit.slack <= 1e-10


@pytest.mark.parametrize("seed", range(5))
def test_matches_scipys_general_solver(seed) -> None:
    table, target = problem(seed, rows=20, columns=6)

    ours = least_squares_on_simplex(table, target).weights

    theirs = minimize(
        lambda share: ((table @ share - target) ** 2).sum(),
        np.full(6, 1 / 6),
        bounds=[(0, 1)] * 6,
        constraints={"type": "eq", "fun": lambda share: share.sum() - 1},
        options={"ftol": 1e-14, "maxiter": 500},
    ).x
    assert ours == pytest.approx(theirs, abs=1e-4)


def test_a_mixture_is_found_again_exactly() -> None:
    table, _ = problem(1, rows=30, columns=5)
    share = np.array([0.5, 0.0, 0.2, 0.3, 0.0])

    fit = least_squares_on_simplex(table, table @ share)

    assert fit.weights == pytest.approx(share, abs=1e-9)
    assert fit.loss == pytest.approx(0, abs=1e-12)


def test_a_target_outside_gets_the_nearest_column() -> None:
    fit = least_squares_on_simplex([[1.0, 2.0], [1.0, 2.0]], [9.0, 9.0])

    assert fit.weights.tolist() == [0.0, 1.0]
    assert fit.steps == 0


def test_copies_and_mixtures_of_others_do_no_harm() -> None:
    table, target = problem(2, rows=12, columns=4)
    crowded = np.hstack([table, table, table.mean(axis=1, keepdims=True), table[:, :1]])

    alone, beside = (least_squares_on_simplex(t, target) for t in (table, crowded))

    assert beside.loss == pytest.approx(alone.loss)
    assert crowded @ beside.weights == pytest.approx(table @ alone.weights)


def test_with_a_ridge_copies_share_alike() -> None:
    table, target = problem(2, rows=12, columns=2)
    fit = least_squares_on_simplex(np.hstack([table, table]), target, ridge=1.0)

    assert fit.weights[:2] == pytest.approx(fit.weights[2:])


def test_columns_that_are_all_the_same_and_columns_of_noughts_have_an_answer() -> None:
    assert least_squares_on_simplex(np.ones((5, 3)), np.ones(5)).weights.sum() == 1
    assert least_squares_on_simplex(np.zeros((5, 3)), np.zeros(5)).slack == 0
    assert least_squares_on_simplex(np.ones((4, 3)), np.arange(4.0), intercept=True).loss == (
        pytest.approx(2.5)
    )


@pytest.mark.parametrize("scale", [1e-6, 1e9])
def test_the_unit_does_not_matter(scale) -> None:
    table, target = problem(3, rows=40, columns=10)

    assert least_squares_on_simplex(table * scale, target * scale).weights == pytest.approx(
        least_squares_on_simplex(table, target).weights, abs=1e-7
    )


def test_many_random_problems_end_at_their_optimum() -> None:
    for seed in range(60):
        draws = np.random.default_rng(seed)
        rows, columns = int(draws.integers(1, 12)), int(draws.integers(1, 20))
        table = np.round(draws.normal(size=(rows, columns)), 1)

        fit = least_squares_on_simplex(table, np.round(draws.normal(size=rows), 1))

        assert fit.slack <= 1e-9


def test_forty_markets_and_three_hundred_weeks_take_milliseconds() -> None:
    table, target = problem(5, rows=300, columns=40)
    began = time.process_time()

    for _ in range(10):
        least_squares_on_simplex(table, target, ridge=1.0, intercept=True)

    assert (time.process_time() - began) / 10 < 0.05


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"target": [1.0]}, "one value for each row"),
        ({"columns": [1.0, 2.0]}, "table of numbers"),
        ({"columns": [[np.nan], [1.0]]}, "missing"),
        ({"ridge": -1.0}, "nought or more"),
    ],
)
def test_what_cannot_be_mixed_is_refused(wrong, complaint) -> None:
    with pytest.raises(ValueError, match=complaint):
        least_squares_on_simplex(**{"columns": [[1.0], [2.0]], "target": [1.0, 2.0]} | wrong)
