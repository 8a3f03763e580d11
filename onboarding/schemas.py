"""JSON Schemas of the files that people write, made from the models that read them: editors complete and warn.

A file names its schema in its first line; the schemas of the law are in `docs/schemas`, those of the
register beside its YAML tree.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, TypeAdapter

from policies.access.outputs import Output
from policies.engine.documents import BaseFile, CaseFile, FactsFile, ParameterFile, Regime, RuleFile, Source
from policies.engine.folder import place_of
from policies.engine.notices import IdentifiersFile, ReadingsFile, Reminder
from policies.register.documents import FOLDERS, SINGLE, split_path

LAW: Mapping[str, type[BaseModel]] = {
    "facts": FactsFile,
    "source": Source,
    "parameter": ParameterFile,
    "regime": Regime,
    "rule": RuleFile,
    "base": BaseFile,
    "reminder": Reminder,
    "identifiers": IdentifiersFile,
    "readings": ReadingsFile,
}
OUTPUT = "output"
CASES = "cases"
SAME = {"rule_base": "base"}
ENDING = ".schema.json"
MODELINE = "# yaml-language-server: $schema="


def register_name(path: str) -> str:
    """The name of the schema of a document of the register: `projects/aides.yaml` is a `project`."""
    folder, name = split_path(path)
    return SINGULAR[folder] if folder else name.removesuffix(".yaml")


SINGULAR = {"projects": "project", "datasets": "dataset", "people": "person"}


@cache
def render_register_schemas() -> Mapping[str, str]:
    """The schemas of the register's documents, by file name."""
    models = {SINGULAR[folder]: model for folder, model in FOLDERS.items()}
    models |= {name.removesuffix(".yaml"): model for name, model in SINGLE.items()}
    return {f"{name}{ENDING}": _text(name, TypeAdapter(model)) for name, model in models.items()}


@cache
def render_schemas() -> Mapping[str, str]:
    """Every schema, of law, register and the record of an output, by file name."""
    law = {f"{name}{ENDING}": _text(name, TypeAdapter(model)) for name, model in LAW.items()}
    cases = {f"{CASES}{ENDING}": _text(CASES, TypeAdapter(list[CaseFile]))}
    output = {f"{OUTPUT}{ENDING}": _text(OUTPUT, TypeAdapter(Output))}
    return {**law, **cases, **output, **render_register_schemas()}


def _text(name: str, adapter: TypeAdapter[Any]) -> str:
    schema = adapter.json_schema(by_alias=True)
    titled = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": name}
    return json.dumps(titled, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def law_modeline(path: str, schemas: str) -> str:
    """The first line of a file of the law; `schemas` is where the schemas are, seen from the law's folder."""
    kind, _ = place_of(path)
    return f"{MODELINE}{'../' * path.count('/')}{schemas}/{SAME.get(kind or '', kind)}{ENDING}"


def register_modeline(path: str, schemas: str) -> str:
    """The first line of a document of the register; `schemas` is a folder beside the documents' folders."""
    return f"{MODELINE}{'../' * path.count('/')}{schemas}/{register_name(path)}{ENDING}"
