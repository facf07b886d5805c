"""Work out how long a document asks to be left alone. It decides no interval: that is for `schedule`."""

PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10080, "monthly": 43200, "yearly": 525600}
LONGEST = 525600


def minutes(*, ttl: str | None, every: str | None, times: str | None) -> int | None:
    """Give the minutes between visits that RSS `ttl`, else sy:updatePeriod and sy:updateFrequency ask for.

    "hourly" once counts as unsaid: every WordPress says it, whatever its pace.
    """
    asked = _number(ttl)
    if asked:
        return min(asked, LONGEST)
    period = PERIODS.get((every or "").lower())
    frequency = _number(times) or 1
    if period is None or (period == 60 and frequency == 1):
        return None
    return max(period // frequency, 1)


def _number(words: str | None) -> int | None:
    digits = (words or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else None
