from decimal import Decimal


def price(money: Decimal, hours: Decimal, rate: Decimal | None) -> float | None:
    """What money and hours come to; None while hours have no price."""
    if hours and rate is None:
        return None
    return float(money + hours * (rate or Decimal(0)))
