"""Editors know what may be written: schemas are those of the models, and each file names its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from onboarding.schemas import MODELINE, law_modeline, register_modeline, render_register_schemas, render_schemas
from onboarding.tree import SCHEMAS
from policies.files import read_yaml
from tests.support.written_register import first_write, make_writer

ROOT = Path(__file__).parents[2]
LAW, SCHEMA_FOLDER = ROOT / "policies" / "law", ROOT / "docs" / "schemas"
FILES = sorted(str(path.relative_to(LAW)) for path in LAW.rglob("*.yaml"))


def test_the_schemas_in_the_docs_are_those_of_the_models() -> None:
    assert {path.name: path.read_text(encoding="utf-8") for path in SCHEMA_FOLDER.iterdir()} == render_schemas()


@pytest.mark.parametrize("name", sorted(render_schemas()))
def test_a_schema_is_closed_and_named(name: str) -> None:
    schema = json.loads(render_schemas()[name])
    assert schema["title"] == name.removesuffix(".schema.json")
    objects = [each for each in (schema, *schema.get("$defs", {}).values()) if each.get("properties")]
    assert [each["title"] for each in objects if each.get("additionalProperties") is not False] == []


def test_each_file_of_the_law_names_a_schema_that_exists() -> None:
    assert len(FILES) > 300
    for name in FILES:
        first = (LAW / name).read_text(encoding="utf-8").splitlines()[0]
        assert first == law_modeline(name, "../../docs/schemas"), name
        target = ((LAW / name).parent / first.removeprefix(MODELINE)).resolve()
        assert target.parent == SCHEMA_FOLDER, name
        assert target.name in render_schemas(), name


def problems(value: Any, schema: dict[str, Any], whole: dict[str, Any], at: str = "") -> list[str]:
    """What a validator would say of keys: unknown ones and missing ones, as far as these schemas go."""
    if "$ref" in schema:
        return problems(value, whole["$defs"][schema["$ref"].rpartition("/")[2]], whole, at)
    if "anyOf" in schema:
        return min((problems(value, each, whole, at) for each in schema["anyOf"]), key=len)
    if schema.get("type") == "object" and isinstance(value, dict):
        properties, extra = schema.get("properties", {}), schema.get("additionalProperties", True)
        found = [f"{at}.{key}: missing" for key in schema.get("required", ()) if key not in value]
        for key, inner in value.items():
            if key in properties:
                found += problems(inner, properties[key], whole, f"{at}.{key}")
            elif extra is False:
                found.append(f"{at}.{key}: unknown")
            elif isinstance(extra, dict):
                found += problems(inner, extra, whole, f"{at}.{key}")
        return found
    if schema.get("type") == "array" and isinstance(value, list) and isinstance(schema.get("items"), dict):
        return [each for n, item in enumerate(value) for each in problems(item, schema["items"], whole, f"{at}[{n}]")]
    wrong = schema.get("type") in ("object", "array") or ("enum" in schema and value not in schema["enum"])
    return [f"{at}: {value!r}"] if wrong else []


def checked(name: str, values: Any) -> list[str]:
    schema = json.loads(render_schemas()[name])
    return problems(values, schema, schema)


def test_each_file_of_the_law_is_as_its_schema_says() -> None:
    for name in FILES:
        schema = (LAW / name).read_text(encoding="utf-8").splitlines()[0].rpartition("/")[2]
        assert checked(schema, read_yaml(LAW / name)) == [], name


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("rule.schema.json", {"efect": "permit"}, ".efect: unknown"),
        ("source.schema.json", {"link": "x"}, ".title: missing"),
        ("parameter.schema.json", {"description": "x", "values": {"2023-01-01": {"valeur": 1}}},
         ".values.2023-01-01.valeur: unknown"),
        ("person.schema.json", {"number": 1, "nom": "x"}, ".nom: unknown"),
    ],
)  # fmt: skip
def test_a_wrong_key_is_seen_by_a_schema(name: str, values: Any, said: str) -> None:
    assert said in checked(name, values)


def test_the_documents_of_a_register_name_schemas_that_lie_beside_them(tmp_path: Path) -> None:
    first_write(tmp_path)
    folder = tmp_path / "register"
    assert {path.name: path.read_text() for path in (folder / SCHEMAS).iterdir()} == render_register_schemas()
    shown = [path for path in folder.rglob("*.yaml") if "history" not in path.parts]
    assert len(shown) == 6
    for path in shown:
        name = str(path.relative_to(folder))
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first == register_modeline(name, SCHEMAS)
        assert (path.parent / first.removeprefix(MODELINE)).resolve().is_file(), name


def test_a_schema_that_somebody_changed_is_written_again(tmp_path: Path) -> None:
    first_write(tmp_path)
    place = tmp_path / "register" / SCHEMAS / "person.schema.json"
    place.write_text("{}")
    make_writer(tmp_path).repair()
    assert place.read_text() == render_register_schemas()["person.schema.json"]
