import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from prometheus_client import Counter, Gauge, Histogram

from services.runtime import telemetry
from services.runtime.telemetry import CATALOGUE, REGISTRY

PHONE = "+972541234567"
SCRIPT = """
import logging, sys
from services.runtime.telemetry import configure_logging, logger

def process(phone):
    customer = {"phone": phone}
    raise ValueError(f"duplicate key (phone)=({customer['phone']})")

configure_logging(process="test")
log = logger("some")
log.warning("batch_retried", records=3, note="שלום")
try:
    try:
        process(sys.argv[1])
    except ValueError as error:
        raise RuntimeError(f"while handling {sys.argv[1]}") from error
except RuntimeError:
    log.exception("batch_failed")
    logging.getLogger("some.library").exception("failed on %s", sys.argv[1])
"""


def said() -> list[Any]:
    """What a process of ours writes when something goes wrong with a customer's data."""
    done = subprocess.run(
        (sys.executable, "-c", SCRIPT, PHONE), cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    assert PHONE[1:] not in done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_every_event_is_one_json_line_on_standard_error_without_personal_data() -> None:
    retried, failed, library = said()
    assert (retried["event"], retried["records"], retried["process"]) == ("batch_retried", 3, "test")
    assert failed["event"] == "batch_failed"
    assert [each["type"] for each in failed["exception"]] == ["RuntimeError", "ValueError"]
    assert failed["exception"][1]["at"][-1] == "<string>:7 in process"
    assert library["event"] == "some.library"


def test_every_metric_is_in_the_catalogue() -> None:
    declared = {each for each in vars(telemetry).values() if isinstance(each, Counter | Gauge | Histogram)}
    assert set(CATALOGUE) == declared
    assert {metric.name for metric in REGISTRY.collect()} == {family.name for m in CATALOGUE for family in m.describe()}


def test_metrics_are_named_after_us_and_explained() -> None:
    for metric in CATALOGUE:
        (family,) = metric.describe()
        assert family.name.startswith("kesher_")
        assert len(family.documentation) > 10
