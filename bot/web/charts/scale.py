"""Round numbers for the axis of a chart; pure."""

from __future__ import annotations

import math

_STEPS = (1, 2, 5, 10)


def axis_steps(most: float, lines: int = 3) -> list[float]:
    """Return round numbers from 0 up to the first that is not below `most`, about so many beside 0."""
    if most <= 0:
        return [0, 1]
    rough = most / lines
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * each for each in _STEPS if power * each >= rough * (1 - 1e-9))
    count = math.ceil(most / step - 1e-9)
    return [round(step * each, 10) for each in range(count + 1)]
