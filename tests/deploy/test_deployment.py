"""What is deployed names settings, commands and metrics that there are."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.compose.make_config import ISSUER, make
from services.ingest.settings import IngestSettings
from services.ingest.sources import read_sources
from services.runtime.access import Access
from services.runtime.settings import Settings
from services.runtime.telemetry import CATALOGUE
from services.work_process import WORKERS

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text())
CHART = DEPLOY / "helm" / "kesher"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def setting_names() -> set[str]:
    return {
        f"{settings.model_config['env_prefix']}{name.upper()}"
        for settings in (Settings, IngestSettings)
        for name in settings.model_fields
    }


def metric_names() -> set[str]:
    described = [next(iter(metric.describe())) for metric in CATALOGUE]
    return {f"{one.name}_total" if one.type == "counter" else one.name for one in described}


def used_metrics(expressions: list[str]) -> set[str]:
    found = re.findall(r"kesher_[a-z_]+", " ".join(expressions))
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in found}


def our_services() -> dict[str, dict[str, Any]]:
    return {name: service for name, service in COMPOSE["services"].items() if service["image"] == "kesher"}


def test_compose_runs_every_process_on_its_own() -> None:
    commands = {name: service["command"] for name, service in our_services().items()}
    workers = {f"worker-{name}": ["work", name] for name in WORKERS}
    assert commands == {"web": ["web"], **workers}


def test_compose_names_settings_that_there_are() -> None:
    for service in our_services().values():
        assert set(service["environment"]) <= setting_names()


def test_compose_listens_on_this_machine_only() -> None:
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", ())]
    assert ports == ["127.0.0.1:8080:8080"]


def test_a_configuration_made_for_compose_is_taken(tmp_path: Path) -> None:
    credentials = json.loads(make(tmp_path, NOW).read_text())
    assert (tmp_path / "credentials.json").stat().st_mode & 0o777 == 0o600
    sources = read_sources(tmp_path / "config" / "sources.yaml")
    source = sources.by_key("cloudevents", {"authorization": f"Bearer {credentials['source_key']}"})
    assert source.may_write("/call/bank")

    class Now:
        def now(self) -> datetime:
            return NOW

    access = Access(Settings(oidc_jwks_file=tmp_path / "config" / "jwks.json", oidc_issuer=ISSUER), Now())
    for role, token in credentials["tokens"].items():
        assert access.person(token).roles == {role}
    assert '"d"' not in (tmp_path / "config" / "jwks.json").read_text()


def test_a_configuration_is_never_written_over(tmp_path: Path) -> None:
    make(tmp_path, NOW)
    with pytest.raises(FileExistsError):
        make(tmp_path, NOW)


def test_the_image_runs_as_nobody_special_and_copies_what_there_is() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    last = text[text.rindex("\nFROM ") :]
    assert "USER 10001" in last
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
    assert [path for line in copied for path in line.split() if not (DEPLOY.parent / path).exists()] == []


def test_the_dashboard_shows_every_metric() -> None:
    panels = json.loads((DEPLOY / "grafana" / "kesher.json").read_text())["panels"]
    expressions = [target["expr"] for panel in panels for target in panel.get("targets", ())]
    assert used_metrics(expressions) == metric_names()
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_alerts_watch_metrics_that_there_are() -> None:
    groups = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text())["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert used_metrics([rule["expr"] for rule in rules]) <= metric_names()
    assert all(rule["annotations"]["summary"] and rule["annotations"]["description"] for rule in rules)


def test_the_chart_names_settings_that_there_are() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    templates = "".join(path.read_text() for path in (CHART / "templates").iterdir())
    named = set(values["settings"]) | set(re.findall(r"name: (KESHER_[A-Z_]+)", templates))
    assert named <= setting_names()


@pytest.mark.parametrize("values", [(), ("ingress.enabled=true", "journeysConfigMap=j", "config.kind=configMap")])
def test_the_chart_renders(values: tuple[str, ...]) -> None:
    helm = shutil.which("helm")
    if helm is None:
        pytest.skip("helm is not installed")
    options = [word for value in values for word in ("--set", value)]
    shown = subprocess.run([helm, "template", "kesher", CHART, *options], check=True, capture_output=True, text=True)
    kinds = [document["kind"] for document in yaml.safe_load_all(shown.stdout) if document]
    assert sorted(kinds)[:3] == ["Deployment"] * 3
