"""What `facts.yaml` declares must hold together before any rule can use it."""

from __future__ import annotations

import re

from policies.engine.documents import Declaration, FactsFile
from policies.engine.folder import Problems
from policies.engine.titles import FIELDS, TITLES
from policies.engine.vocabulary import Vocabulary

FILE = "facts.yaml"
RESERVED = frozenset(
    {"all", "any", "not", "some", "such_that", "if", "then", "title", "ways", "day", "missing"}
)  # fmt: skip
OWN_GROUPS = frozenset({"contacts", "title_kinds", "regimes"})
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")


def check_declarations(file: FactsFile, vocabulary: Vocabulary, problems: Problems) -> None:
    """Names are names, groups of words exist, actions have facts, titles have the fields they need."""
    if file.default_contact not in file.contacts:
        problems.unknown(FILE, "default_contact", "contact", file.default_contact, file.contacts)
    for group in OWN_GROUPS & set(file.words):
        problems.tell(FILE, f"words.{group}", "this group exists by itself; take it out")
    for name, declared in file.facts.items():
        _check_fact(name, declared, f"facts.{name}", vocabulary, problems)
        _check_origin(name, declared, file, problems)
        _check_nesting(name, file, problems)
    for action, described in file.actions.items():
        for prefix in described.facts:
            if not any(name == prefix or name.startswith(prefix + ".") for name in file.facts):
                problems.unknown(FILE, f"actions.{action}.facts", "fact", prefix, file.facts)
    if TITLES in file.facts:
        _check_titles(file.facts[TITLES], problems)


def _check_fact(name: str, declared: Declaration, key: str, vocabulary: Vocabulary, problems: Problems) -> None:
    if not _NAME.fullmatch(name) or name in RESERVED:
        problems.tell(FILE, key, "not a name; write lower-case words joined by dots, no word of the language")
    if declared.words is not None and declared.words not in vocabulary.words:
        problems.unknown(FILE, f"{key}.words", "group of words", declared.words, vocabulary.words)
    if declared.words is not None and declared.type not in ("text", "list of text"):
        problems.tell(FILE, f"{key}.words", f"a {declared.type} has no words; take it out")
    if bool(declared.fields) is not (declared.type == "list of records"):
        problems.tell(FILE, f"{key}.fields", "a list of records has fields, nothing else has")
    for field, inner in declared.fields.items():
        _check_fact(field, inner, f"{key}.fields.{field}", vocabulary, problems)
        _check_field(inner, f"{key}.fields.{field}", problems)


def _check_field(field: Declaration, key: str, problems: Problems) -> None:
    """What a field of a record may say that a fact may not, and the other way round."""
    if field.without_route is not None:
        problems.tell(FILE, f"{key}.without_route", "a field cannot be found by the engine")
    if "{when}" in (field.flaw or "") and field.type != "period":
        problems.tell(FILE, f"{key}.flaw", f"a {field.type} does not end; take {{when}} out")


def _check_origin(name: str, declared: Declaration, file: FactsFile, problems: Problems) -> None:
    key = f"facts.{name}"
    if declared.flaw is not None:
        problems.tell(FILE, f"{key}.flaw", "only a field of a list of records has a flaw; write `missing`")
    if declared.origin is None:
        problems.tell(FILE, f"{key}.origin", "missing; write register, directory, sign-in, computed or law")
    if (declared.origin == "law") is not (declared.without_route is not None):
        problems.tell(FILE, key, "`origin: law` and `without_route` go together; write both or neither")
    if declared.without_route is not None:
        base = file.facts.get(declared.without_route)
        if base is None:
            problems.unknown(FILE, f"{key}.without_route", "fact", declared.without_route, file.facts)
        elif base.type != "list of text" or base.without_route or declared.type != "list of text":
            problems.tell(FILE, f"{key}.without_route", "both facts must be a list of text, the other one given")


def _check_nesting(name: str, file: FactsFile, problems: Problems) -> None:
    """A fact with a value has no facts below it."""
    for other in file.facts:
        if other.startswith(name + "."):
            problems.tell(FILE, f"facts.{other}", f"stands below {name}, which is a fact itself; rename one")


def _check_titles(titles: Declaration, problems: Problems) -> None:
    found = {field: declared.type for field, declared in titles.fields.items()}
    if titles.type != "list of records" or any(found.get(name) != type_ for name, type_ in FIELDS.items()):
        wanted = ", ".join(f"{name} ({type_})" for name, type_ in FIELDS.items())
        problems.tell(FILE, f"facts.{TITLES}", f"must be a list of records with the fields {wanted}")
