import numpy as np
import pytest
from scipy.optimize import minimize

from headwater.stats.alternatives import (
    Alternatives,
    CurvePrior,
    Curves,
    Evidence,
    alternatives,
    best_split,
    return_curves,
    weigh,
)
from headwater.stats.answers import Grade, NotEnough, Unit

BUDGET = 4000.0


def rng(seed=1):
    return np.random.default_rng(seed)


def world(draws, *, rows, levers=5):
    """Levers whose curves are known, and noisy evidence about each; written out anew."""
    gain, reach = (
        100 * np.exp(0.7 * draws.normal(size=levers)),
        1000 * np.exp(0.7 * draws.normal(size=levers)),
    )
    evidence = []
    for lever in range(levers):
        spends = BUDGET / levers * np.exp(0.5 * draws.normal(size=rows))
        brought = gain[lever] * (1 - np.exp(-spends / reach[lever]))
        errors = 0.25 * brought + 2
        seen = brought + errors * draws.normal(size=rows)
        evidence.append(
            [
                Evidence(spend, effect, error, Grade.A)
                for spend, effect, error in zip(spends, seen, errors, strict=True)
            ]
        )
    return Curves(gain[None], reach[None]), evidence


def optimum(truth):
    """By a general optimiser, not by the sums that are tested."""
    gain, reach = truth.gain[0], truth.reach[0]
    levers = gain.size
    found = minimize(
        lambda split: -(gain * (1 - np.exp(-split / reach))).sum(),
        np.full(levers, BUDGET / levers),
        jac=lambda split: -gain / reach * np.exp(-split / reach),
        bounds=[(0, BUDGET)] * levers,
        constraints={
            "type": "eq",
            "fun": lambda split: split.sum() - BUDGET,
            "jac": lambda split: np.ones(levers),
        },
        method="SLSQP",
    )
    return -float(found.fun)


def curves_of(evidence, **options):
    curves = return_curves(evidence, **{"rng": rng(), "draws": 1000} | options)
    assert isinstance(curves, Curves)
    return curves


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "least"), [(1, 0.94), (8, 0.97)])
def test_the_advice_is_nearly_as_good_as_perfect_knowledge(rows, least) -> None:
    shares, held, evens = [], [], []
    for seed in range(20):
        draws = rng(seed)
        truth, evidence = world(draws, rows=rows)
        best, done = optimum(truth), BUDGET * draws.dirichlet(np.ones(5))
        result = alternatives(curves_of(evidence, rng=draws, draws=600), done=done)
        shares.append(float(truth.brought(result.split)[0]) / best)
        evens.append(float(truth.brought(np.full(5, BUDGET / 5))[0]) / best)
        left = result.left_on_the_table
        held.append(left.low <= best - float(truth.brought(done)[0]) <= left.high)

    assert np.mean(shares) >= least > np.mean(evens)
    assert np.mean(held) >= 0.82


def test_perfect_knowledge_finds_the_optimum() -> None:
    truth, _ = world(rng(3), rows=1)

    split = best_split(truth, budget=BUDGET, most=1.0)

    assert split.sum() == pytest.approx(BUDGET)
    assert float(truth.brought(split)[0]) == pytest.approx(optimum(truth), rel=1e-4)


def test_limits_are_kept_and_within_them_the_split_is_the_best() -> None:
    truth, _ = world(rng(4), rows=1)
    free = best_split(truth, budget=BUDGET, most=1.0)
    least, at_most = np.zeros(5), np.full(5, BUDGET)
    least[free.argmin()], at_most[free.argmax()] = free.min() + 200, free.max() - 300

    split = best_split(truth, budget=BUDGET, most=1.0, least=least, at_most=at_most)

    assert split.sum() == pytest.approx(BUDGET)
    assert ((least - 1e-9 <= split) & (split <= at_most + 1e-9)).all()
    slope = (truth.gain / truth.reach * np.exp(-split / truth.reach))[0]
    inside = (split > least + 20) & (split < at_most - 20)
    assert np.ptp(slope[inside]) < 0.02 * slope[inside].mean()  # equal where nothing binds
    assert slope[free.argmin()] < slope[inside].min()
    assert slope[free.argmax()] > slope[inside].max()


def test_all_in_is_never_advised() -> None:
    splendid = Curves(np.array([[1e6, 1.0]]), np.array([[1e6, 1.0]]))

    assert best_split(splendid, budget=100.0) == pytest.approx([70.0, 30.0], abs=1e-9)
    assert best_split(splendid, budget=100.0, most=1.0) == pytest.approx([100.0, 0.0], abs=1e-9)


def test_money_well_spent_leaves_little_on_the_table_and_money_badly_spent_much() -> None:
    evidence = [[Evidence(1000, 80, 8, Grade.A)], [Evidence(1000, 10, 2, Grade.A)]]
    curves = curves_of(evidence)

    well, badly = alternatives(curves, done=[1400, 600]), alternatives(curves, done=[0, 2000])

    assert badly.better_by.probability_positive > 0.99
    assert well.left_on_the_table.value < 0.3 * badly.left_on_the_table.value
    assert badly.left_on_the_table.low >= 0
    assert badly.split.sum() == pytest.approx(2000)
    assert badly.did_bring.value + badly.better_by.value == pytest.approx(badly.brings.value)
    assert 0 <= well.worth_of_knowing <= well.left_on_the_table.value + 1e-9


def test_weak_evidence_leaves_us_less_sure_than_strong() -> None:
    def spread(grade):
        curves = curves_of([[Evidence(1000, 80, 20, grade)], [Evidence(1000, 10, 5, Grade.A)]])
        return float(np.log(curves.brought(np.array([1000.0, 0.0]))).std())

    assert spread(Grade.A) < spread(Grade.B) < spread(Grade.C) < spread(Grade.D)


def test_a_curve_agrees_with_its_evidence_where_it_was_seen() -> None:
    curves = curves_of(
        [[Evidence(1000, 80, 2, Grade.A)], [Evidence(500, 30, 2, Grade.A)]], draws=4000
    )

    first = curves.brought(np.array([1000.0, 0.0]))
    assert float(first.mean()) == pytest.approx(80, abs=0.3)
    assert float(first.std()) == pytest.approx(2, abs=0.2)


def test_a_lever_that_seemed_to_harm_is_taken_for_a_small_one() -> None:
    curves = curves_of([[Evidence(1000, -20, 10, Grade.A)], [Evidence(1000, 60, 10, Grade.A)]])

    assert 0 < curves.brought(np.array([1000.0, 0.0])).mean() < 15


def test_a_given_prior_is_used() -> None:
    evidence = [[Evidence(1000, 80, 500, Grade.D)], [Evidence(1000, 60, 500, Grade.D)]]
    curves = curves_of(evidence, prior=CurvePrior(5.0, 0.1, 1000.0, 0.1), draws=3000)

    assert np.median(curves.gain, axis=0) == pytest.approx([5.0, 5.0], rel=0.02)


@pytest.mark.parametrize(
    ("evidence", "have", "needed"),
    [
        ([[Evidence(1, 1, 1, Grade.A)], []], 1, 2),
        ([[Evidence(1, 1, 1, Grade.A)]], 1, 2),
        ([[], [], []], 0, 3),
    ],
)
def test_what_was_never_tried_is_not_compared(evidence, have, needed) -> None:
    assert return_curves(evidence, rng=rng()) == NotEnough(Unit.EVIDENCE, have=have, needed=needed)


def test_choices_are_weighed_by_chance_and_regret() -> None:
    outcomes = np.array([[3.0, 1.0, 0.0], [1.0, 2.0, 0.0], [3.0, 1.0, 0.0], [2.0, 2.0, 0.0]])

    weighed = weigh(outcomes)

    assert [choice.probability_best for choice in weighed] == [0.625, 0.375, 0.0]
    assert [choice.regret for choice in weighed] == [0.25, 1.0, 2.5]
    assert [choice.brings.value for choice in weighed] == [2.25, 1.5, 0.0]


def test_the_same_seed_gives_the_same_advice() -> None:
    _, evidence = world(rng(5), rows=2)

    def advice() -> Alternatives:
        return alternatives(curves_of(evidence, rng=rng(9), draws=200), done=np.full(5, 800.0))

    first, again = advice(), advice()
    assert first.split.tolist() == again.split.tolist()
    assert first.better_by == again.better_by


TWO = Curves(np.ones((3, 2)), np.ones((3, 2)))


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (lambda: Evidence(0, 1, 1, Grade.A), "spend"),
        (lambda: CurvePrior(1, 0, 1, 1), "above nought"),
        (lambda: return_curves([], rng=rng()), "no lever"),
        (lambda: alternatives(TWO, done=[1.0]), "each lever"),
        (lambda: alternatives(TWO, done=[0.0, 0.0]), "each lever"),
        (lambda: alternatives(TWO, done=[1.0, 1.0], most=0.4), "room"),
        (lambda: best_split(TWO, budget=1.0, most=0.4), "room"),
        (lambda: best_split(TWO, budget=1.0, least=[0.6, 0.6]), "no more"),
        (lambda: best_split(TWO, budget=1.0, at_most=[0.4, 0.4]), "room"),
        (lambda: best_split(TWO, budget=1.0, least=[0.6, 0.0], at_most=[0.5, 1.0]), "isn't less"),
        (lambda: best_split(TWO, budget=1.0, least=[0.6]), "each lever"),
        (lambda: weigh([[]]), "table"),
    ],
)
def test_what_cannot_be_compared_is_refused(wrong, complaint) -> None:
    with pytest.raises(ValueError, match=complaint):
        wrong()
