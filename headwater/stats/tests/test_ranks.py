import numpy as np
import pytest

from headwater.stats.ranks import ranked_choices, ranks
from headwater.stats.tests.shared import rows


def survey(*counts, of):
    """Everybody chooses among the options; no two choices of one person depend on each other."""
    table = np.zeros((of, len(counts)), dtype=bool)
    rng = np.random.default_rng(3)
    for option, count in enumerate(counts):
        table[rng.permutation(of)[:count], option] = True
    return table


def test_equal_scores_share_a_place_and_the_next_one_is_skipped() -> None:
    assert ranks([5, 9, 5, 1]).tolist() == [2, 1, 2, 4]
    assert ranks([0, 0, 0]).tolist() == [1, 1, 1]
    assert ranks([]).tolist() == []


def test_the_carpentries_board_treats_ties_alike() -> None:
    taught = np.array(
        [
            float(row["num_taught"])
            for row in rows("data", "events", "leaderboard_workshops_taught.csv")
        ]
    )

    places = ranks(taught)

    assert places[taught == 108].tolist() == [1]
    assert set(places[taught == 2]) == {int((taught > 2).sum()) + 1}
    assert set(places[taught == 1]) == {int((taught > 1).sum()) + 1}
    assert ((taught == 1).sum(), (taught == 2).sum(), (taught == 0).sum()) == (326, 183, 526)


def test_a_clear_lead_is_a_place_of_its_own_and_neighbours_too_close_share_theirs() -> None:
    places = ranked_choices(survey(61, 120, 212, 113, of=418))

    assert [(place.option, place.first, place.last) for place in places] == [
        (2, 1, 1),
        (1, 2, 3),
        (3, 2, 3),
        (0, 4, 4),
    ]
    assert [place.is_tied for place in places] == [False, True, True, False]
    assert places[0].chosen == 212
    assert places[0].share.low < 212 / 418 < places[0].share.high
    *odds, last = (place.probability_above_next for place in places)
    assert [odd is not None and odd >= 0.95 for odd in odds] == [True, False, True]
    assert last is None


def test_the_order_minds_that_the_same_people_chose_both() -> None:
    both = np.zeros((100, 2), dtype=bool)
    both[:60, 0] = True
    both[:50, 1] = True

    assert [place.is_tied for place in ranked_choices(both)] == [False, False]
    assert [place.is_tied for place in ranked_choices(survey(60, 50, of=100))] == [True, True]


def test_options_nobody_chose_are_tied() -> None:
    assert [
        (place.first, place.last) for place in ranked_choices(np.zeros((5, 3), dtype=bool))
    ] == [(1, 3)] * 3


def test_one_option_is_first() -> None:
    only = ranked_choices(survey(3, of=5), of=5)

    assert [(place.first, place.last, place.share.low) for place in only] == [(1, 1, 0.6)]


@pytest.mark.parametrize(
    "wrong", [np.zeros((0, 2), dtype=bool), np.zeros(3, dtype=bool), np.zeros((2, 2))]
)
def test_no_table_of_choices_is_refused(wrong) -> None:
    with pytest.raises(ValueError, match="people by options"):
        ranked_choices(wrong)
