"""Which documents a register has: paths of the four forms, and the model of each."""

from __future__ import annotations

import json

from pydantic import ValidationError

from policies.errors import InvalidFilesError, Problem
from policies.files import Closed, parse
from policies.names import check_person_id, check_slug
from policies.register.datalab import DatalabDocument, Numbers
from policies.register.dataset import Dataset
from policies.register.person import PersonDocument
from policies.register.project import Project

DATALAB = "datalab.yaml"
NUMBERS = "numbers.yaml"
FOLDERS: dict[str, type[Closed]] = {"projects": Project, "datasets": Dataset, "people": PersonDocument}
SINGLE: dict[str, type[Closed]] = {DATALAB: DatalabDocument, NUMBERS: Numbers}
_FORMS = "write projects/<id>.yaml, datasets/<id>.yaml, people/<id>.yaml, datalab.yaml or numbers.yaml"


def split_path(path: str) -> tuple[str, str]:
    """The folder and the id that a document's path names; raises InvalidFilesError for another form."""
    if path in SINGLE:
        return "", path
    folder, _, name = path.partition("/")
    identifier = name.removesuffix(".yaml")
    if folder not in FOLDERS or name == identifier:
        raise InvalidFilesError([Problem(path, "", f"not a document of the register; {_FORMS}")])
    try:
        return folder, check_person_id(identifier) if folder == "people" else check_slug(identifier)
    except ValueError as error:
        raise InvalidFilesError([Problem(path, "", str(error))]) from None


def model_at(path: str) -> type[Closed]:
    """The model of the document at a path; raises InvalidFilesError for a path of another form."""
    folder, name = split_path(path)
    return FOLDERS[folder] if folder else SINGLE[name]


def parse_document(path: str, values: object) -> Closed:
    """The document that plain values describe; raises InvalidFilesError with every problem."""
    return parse(model_at(path), values, path)


def parse_content(path: str, content: bytes) -> Closed:
    """The document that a stored content holds; raises InvalidFilesError with every problem."""
    model = model_at(path)
    try:
        return model.model_validate_json(content, strict=True)
    except ValidationError:
        return parse(model, _values(path, content), path)


def _values(path: str, content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InvalidFilesError([Problem(path, "", f"not JSON: {error}")]) from None
