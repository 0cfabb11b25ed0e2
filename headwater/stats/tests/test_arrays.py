import numpy as np
import pytest

from headwater.stats.arrays import mask, matrix, vector


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (lambda: vector("weeks", []), "weeks needs at least 1 values, and has 0"),
        (lambda: vector("weeks", [[1.0]]), "weeks must be one row of numbers"),
        (lambda: vector("weeks", [np.inf]), "weeks has missing or infinite values"),
        (lambda: matrix("controls", [1.0]), "controls must be a table of numbers"),
        (lambda: matrix("controls", [[1.0]], columns=2), "controls needs 2 columns, and has 1"),
        (lambda: matrix("controls", [[np.nan]]), "controls has missing or infinite values"),
        (lambda: mask("drawn", [0, 1]), "drawn must be one row of yes and no"),
        (lambda: mask("drawn", np.array([True]), size=2), "drawn needs 2 values, and has 1"),
    ],
)
def test_a_complaint_names_the_argument(wrong, complaint) -> None:
    with pytest.raises(ValueError, match=complaint):
        wrong()
