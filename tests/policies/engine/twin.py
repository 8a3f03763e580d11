"""A small twin of the engine, day by day: slow, without last days, written from the rules' plain values."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

Known = bool | None
ORDER = {
    "at_least": lambda a, b: a >= b,
    "at_most": lambda a, b: a <= b,
    "more_than": lambda a, b: a > b,
    "less_than": lambda a, b: a < b,
}


def every(values: list[Known]) -> Known:
    return False if False in values else None if None in values else True


def opposite(value: Known) -> Known:
    return None if value is None else not value


def either(values: list[Known]) -> Known:
    return opposite(every([opposite(value) for value in values]))


def find(found: Any, name: str) -> Any:
    for key in name.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return found


class Twin:
    """The law that plain files describe, asked about one set of facts."""

    def __init__(self, files: dict[str, Any], facts: dict[str, Any]) -> None:
        self.rules = [values for path, values in files.items() if path.endswith("/rule.yaml")]
        self.parameters = {
            path[len("parameters/") : -len(".yaml")].replace("/", "."): values["values"]
            for path, values in files.items()
            if path.startswith("parameters/")
        }
        self.facts = facts

    def allowed(self, day: date) -> bool:
        permitted = False
        for rule in self.rules:
            if not self.in_force(rule, day):
                continue
            where = True if rule.get("where") is None else self.holds(rule["where"], day, None)
            if where is None:
                return False
            if where is True and rule["effect"] == "forbid":
                return False
            if where is True and rule["effect"] == "require" and self.holds(rule["requires"], day, None) is not True:
                return False
            permitted = permitted or (where is True and rule["effect"] == "permit")
        return permitted

    def in_force(self, rule: dict[str, Any], day: date) -> bool:
        days = rule["in_force"]
        return date.fromisoformat(days["from"]) <= day <= date.fromisoformat(days.get("until", "9999-12-31"))

    def last_day(self, day: date, horizon: date) -> date | None:
        """The last day with the same answer, `None` when it stands up to the horizon."""
        answer = self.allowed(day)
        while day <= horizon:
            if self.allowed(day + timedelta(days=1)) is not answer:
                return day
            day += timedelta(days=1)
        return None

    def holds(self, condition: dict[str, Any], day: date, element: Any) -> Known:
        return every([self.part(key, value, condition, day, element) for key, value in condition.items()])

    def part(self, key: str, value: Any, beside: dict[str, Any], day: date, element: Any) -> Known:
        if key in ("all", "any"):
            return (every if key == "all" else either)([self.holds(inner, day, element) for inner in value])
        if key == "not":
            return opposite(self.holds(value, day, element))
        if key == "ways":
            return either(
                [every([self.holds(way[half], day, element) for half in ("admits", "needs")]) for way in value]
            )
        if key == "if":
            return either([opposite(self.holds(value, day, element)), self.holds(beside["then"], day, element)])
        if key == "title":
            return self.titled(value, day)
        if key == "some":
            records = find(self.facts, value)
            if not isinstance(records, list):
                return None
            return either([self.holds(beside["such_that"], day, record) for record in records])
        if key in ("such_that", "then"):
            return True
        found = find(element, key) if element is not None and "." not in key else find(self.facts, key)
        if key == "part.unrouted":
            found = self.unrouted(day)
        return every(
            [self.compare(operator, found, self.operand(wanted, day), day) for operator, wanted in value.items()]
        )

    def operand(self, wanted: Any, day: date) -> Any:
        if isinstance(wanted, dict) and "fact" in wanted:
            return find(self.facts, wanted["fact"])
        if isinstance(wanted, dict):
            past = [start for start in self.parameters[wanted["parameter"]] if date.fromisoformat(start) <= day]
            return self.parameters[wanted["parameter"]][max(past)]["value"] if past else None
        return wanted

    def compare(self, operator: str, found: Any, wanted: Any, day: date) -> Known:
        if operator == "present":
            return (found is not None) is wanted
        if (operator == "contains" or type(found) is date) and isinstance(wanted, str):
            wanted = day if wanted == "day" else date.fromisoformat(wanted)
        if found is None or wanted is None:
            return None
        if operator == "is":
            return None if type(found) is not type(wanted) else found == wanted
        if operator == "in":
            return found in wanted if isinstance(found, str) else None
        if operator == "has":
            return wanted in found if isinstance(found, list) else None
        if operator == "only":
            return set(found) <= set(wanted) if isinstance(found, list) else None
        if operator == "contains":
            return found["from"] <= wanted and (found["until"] is None or wanted <= found["until"])
        return ORDER[operator](found, wanted) if type(found) is type(wanted) else None

    def unrouted(self, day: date) -> list[str] | None:
        regimes = find(self.facts, "part.regimes")
        opened = {rule.get("route") for rule in self.rules if self.in_force(rule, day)}
        return [name for name in regimes if name not in opened] if isinstance(regimes, list) else None

    def titled(self, wanted: dict[str, Any], day: date) -> Known:
        subjects = {"person": ("people", "person.id"), "part": ("parts", "part.id")}
        pairs = [(subjects[name][0], find(self.facts, subjects[name][1])) for name in wanted["covers"]]
        titles = find(self.facts, "titles")
        if titles is None or any(who is None for _, who in pairs):
            return None
        held = [
            title
            for title in titles
            if title["kind"] == wanted["kind"]
            and title["counts"]
            and all(title[key] is None or who in title[key] for key, who in pairs)
        ]
        such = [self.holds(wanted.get("such_that", {}), day, title) for title in held]
        runs = [self.compare("contains", title["period"], "day", day) for title in held]
        return either([every([each, running]) for each, running in zip(such, runs, strict=True)])
