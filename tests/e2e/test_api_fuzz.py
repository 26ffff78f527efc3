"""Generated requests over the whole OpenAPI document: none of them breaks a service."""

from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode

from tests.support.installation import Installation

EXAMPLES = 16
LIMIT_SECONDS = 30
ENDLESS = "/v1/stream"


@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("mode", GenerationMode)
def test_no_request_breaks_a_service(installation: Installation, mode: GenerationMode) -> None:
    document = schemathesis.openapi.from_url(f"{installation.url}/openapi.json").exclude(path=ENDLESS)
    tried = 0
    for found in document.get_all_operations():
        operation = found.ok()
        _try(operation, _token(installation, operation), mode)
        tried += 1
    assert tried >= 20


def _try(operation: schemathesis.APIOperation, token: str, mode: GenerationMode) -> None:
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def send(case: schemathesis.Case) -> None:
        response = case.call(headers={"Authorization": f"Bearer {token}"}, timeout=LIMIT_SECONDS)
        assert response.status_code < 500, f"{case.method} {case.path}: {response.text}"

    with suppress(Unsatisfiable):  # an operation that takes nothing cannot be asked wrongly
        send()


def _token(installation: Installation, operation: schemathesis.APIOperation) -> str:
    credentials = installation.credentials
    sends = "ingest" in (operation.tags or ())
    return str(credentials["source_key"] if sends else credentials["tokens"]["admin"])
