"""Starts the load generator in a process of its own."""

import random
import subprocess
import sys
from pathlib import Path

import msgspec

from tests.bench.plan import Outcome, Plan

ROOT = Path(__file__).parents[2]
SPARE_SECONDS = 60.0


class LoadFailed(Exception):
    """The generator could not carry out its plan; the message is what it wrote."""


def generate(plan: Plan) -> Outcome:
    """Carries out a plan; blocks until it is done. Raises LoadFailed."""
    longest = max(plan.seconds, plan.schedule[-1] if plan.schedule else 0.0) + plan.patience_seconds + SPARE_SECONDS
    done = subprocess.run(
        (sys.executable, "-m", "tests.bench.load"),
        input=msgspec.msgpack.encode(plan),
        capture_output=True,
        cwd=ROOT,
        timeout=longest,
        check=False,
    )
    if done.returncode:
        raise LoadFailed(done.stderr.decode(errors="replace")[-2000:])
    return msgspec.msgpack.decode(done.stdout, type=Outcome)


def poisson(per_second: float, seconds: float, seed: int = 1) -> list[float]:
    """Times at which callers who know nothing of one another call."""
    chance, times, now = random.Random(seed), list[float](), 0.0
    while (now := now + chance.expovariate(per_second)) < seconds:
        times.append(now)
    return times


def steady(per_second: float, seconds: float) -> list[float]:
    """Times at even distances."""
    return [number / per_second for number in range(max(1, round(per_second * seconds)))]
