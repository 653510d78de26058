"""The files in deploy/ pass their linters, and say what the app and the bot understand."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import compose_spec
import kubernetes_validate
import pytest
import yaml
from fastapi import FastAPI

from firstline.core.setting_names import OF_OTHERS
from firstline.core.settings import PROJECT_ROOT, Settings

DEPLOY = PROJECT_ROOT / "deploy"
MANIFESTS = sorted(path for path in (DEPLOY / "kubernetes").glob("*.yaml") if path.name != "kustomization.yaml")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text("utf-8"))
KNOWN = {f"FIRSTLINE_{name.upper()}" for name in Settings.model_fields} | OF_OTHERS


def run(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name(tool)), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROJECT_ROOT)


def resources() -> Iterator[dict[str, Any]]:
    for path in MANIFESTS:
        yield from yaml.safe_load_all(path.read_text("utf-8"))


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    for one in resources():
        if one["kind"] == "Deployment":
            yield one["metadata"]["name"], one["spec"]["template"]["spec"]


def test_the_dockerfile_passes_hadolint(tmp_path: Path) -> None:
    done = run("hadolint", "deploy/Dockerfile")
    assert done.returncode == 0, done.stdout
    bad = tmp_path / "Dockerfile"
    bad.write_text("FROM debian:latest\nRUN cd /tmp && sudo apt-get install x\n", "utf-8")
    assert run("hadolint", str(bad)).returncode != 0


def test_every_yaml_file_passes_yamllint() -> None:
    done = run("yamllint", "--strict", "-c", "deploy/.yamllint.yaml", "deploy")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_manifests_are_of_kubernetes_own_schema(path: Path) -> None:
    for one in yaml.safe_load_all(path.read_text("utf-8")):
        kubernetes_validate.validate(one, "1.37", strict=True)
        assert one["kind"] == "Namespace" or one["metadata"]["namespace"] == "firstline"


def test_compose_yml_is_of_composes_own_specification() -> None:
    text = re.sub(r"\$\{(\w+):[?-][^}]*\}", "8080", (DEPLOY / "compose.yml").read_text("utf-8"))
    assert set(yaml.safe_load(text)["services"]) == {"gateway", "app", "bot", "postgres", "redis"}
    options = compose_spec.PyOptions()
    options.apply_merge = True
    options.from_yaml(text).validate()
    with pytest.raises(ValueError, match="healthchek"):
        options.from_yaml(text.replace("healthcheck:", "healthchek:", 1))


def test_scripts_are_sound() -> None:
    for script in DEPLOY.glob("*.sh"):
        assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
        assert script.stat().st_mode & 0o111


def test_kustomization_names_every_file() -> None:
    folder = DEPLOY / "kubernetes"
    named = yaml.safe_load((folder / "kustomization.yaml").read_text("utf-8"))
    assert sorted(named["resources"]) == [path.name for path in MANIFESTS]
    for generated in named["configMapGenerator"]:
        for file in generated["files"]:
            assert (folder / file).is_file(), file


def environments() -> Iterator[tuple[str, str, str]]:
    for service in COMPOSE["services"].values():
        for name, value in service.get("environment", {}).items():
            yield "compose.yml", name, str(value)
    for _, pod in pods():
        for container in pod["containers"]:
            for entry in container.get("env", []):
                yield "kubernetes", entry["name"], str(entry.get("value", entry.get("valueFrom")))
    for one in resources():
        if one["kind"] == "ConfigMap":
            for name, value in one["data"].items():
                yield "kubernetes", name, value
    for name in re.findall(r"^(?:ENV)? +(FIRSTLINE_\w+)=", (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE):
        yield "Dockerfile", name, ""


def test_every_variable_is_a_setting_and_no_secret_stands_in_a_file() -> None:
    found = list(environments())
    assert {where for where, _, _ in found} == {"compose.yml", "kubernetes", "Dockerfile"}
    ours = {name for _, name, _ in found if name.startswith("FIRSTLINE_")}
    assert ours - KNOWN == set()
    for where, name, value in found:
        if re.search("SECRET|PASSWORD|AUTH", name):
            assert not value or value.startswith(("${", "{'secretKeyRef'")), f"{where}: {name}"
    example = (DEPLOY / "example.env").read_text("utf-8")
    assert all(line.startswith("#") or line.endswith("=") for line in example.splitlines())
    wanted = set(re.findall(r"\$\{(\w+):\?", (DEPLOY / "compose.yml").read_text("utf-8")))
    assert wanted == set(re.findall(r"^(\w+)=$", example, re.MULTILINE))


def test_containers_are_bounded_and_may_do_little() -> None:
    for name, service in COMPOSE["services"].items():
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name
        assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}, name
        assert "build" in service or "healthcheck" in service, name
    for name, pod in pods():
        assert pod["securityContext"]["runAsNonRoot"], name
        for container in pod["containers"]:
            rights = container["securityContext"]
            assert rights["readOnlyRootFilesystem"] and not rights["allowPrivilegeEscalation"], name
            assert rights["capabilities"] == {"drop": ["ALL"]}, name
            assert {"cpu", "memory"} <= set(container["resources"]["limits"]), name
            assert {"startupProbe", "readinessProbe", "livenessProbe"} <= set(container), name
    stages = re.split(r"^FROM ", (DEPLOY / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    for stage in (stage for stage in stages if re.match(r"\S+ AS (app|bot)\n", stage)):
        assert "USER 10001" in stage and "HEALTHCHECK" in stage


def test_images_have_a_version() -> None:
    images = [service["image"] for service in COMPOSE["services"].values()]
    images += [container["image"] for _, pod in pods() for container in pod["containers"]]
    assert all(re.search(r":\d", image) for image in images), images


def test_probes_ask_routes_that_are_there(app: FastAPI) -> None:
    text = (DEPLOY / "nginx" / "nginx.conf").read_text("utf-8")
    asked = {
        container[probe]["httpGet"]["path"]
        for _, pod in pods()
        for container in pod["containers"]
        for probe in ("startupProbe", "readinessProbe", "livenessProbe")
        if "httpGet" in container[probe]
    }
    asked |= set(re.findall(r"127\.0\.0\.1:8000(/\w+)", (DEPLOY / "Dockerfile").read_text("utf-8")))
    paths = {route.path for route in app.routes if hasattr(route, "path")} | set(app.openapi()["paths"])
    assert "/readyz" in asked and "/livez" in asked
    assert all(path in paths or f"location = {path} {{" in text for path in asked), asked - paths


def test_the_gateways_limits_are_the_apps() -> None:
    from firstline.serve.middleware import BODY_LIMIT, LARGER_BODIES

    text = (DEPLOY / "nginx" / "nginx.conf").read_text("utf-8")
    megabytes = {
        path: int(limit)
        for path, limit in re.findall(r"location (?:= |~ )?(\S+) \{\s+client_max_body_size (\d+)m;", text)
    }
    assert f"client_max_body_size {BODY_LIMIT // 1_000_000}m;" in text
    for path, limit in LARGER_BODIES.items():
        allowed = megabytes.get(path, megabytes["/api/authors/"])
        assert allowed * 1_048_576 >= limit, path
    files = next(limit for path, limit in megabytes.items() if path.endswith("/files"))
    assert files * 1_048_576 > Settings.model_fields["upload_max_bytes"].default
