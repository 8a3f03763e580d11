"""`datalab journal query` and `replay` on real parts: chains, register and law of the past, slapd; in French."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from policies.journal.entry import REPAIRED
from policies.journal.read import read_journal
from tests.support.command_line import Answer, CommandLine
from tests.support.judged import person as judged_person
from tests.support.judged_documents import ANALYST, AT, EXPERT, HOUSEHOLDS, PROCESSING
from tests.support.past_site import ADMINISTRATOR, PastSite, documents_with_files
from tests.support.slapd import Slapd, group, person
from tests.support.small_register import changed

ENTRIES = [
    person("ana.durand", ANALYST, "Ana Durand", "minefi", "un mot de passe"),
    person("eva.petit", EXPERT, "Eva Petit", "dinum", "un mot de passe"),
    group("datalab-aides", ["ana.durand", "eva.petit"]),
]
WHO = ("--actor", ADMINISTRATOR, "--reason", "Contrôle n° 12")
ON = ("--part", HOUSEHOLDS, "--on", "2026-03-02")
MARCH = ("--from", "2026-03-01", "--to", "2026-03-31")
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    with Slapd(tmp_path_factory.mktemp("slapd"), ENTRIES) as running:
        yield running


@pytest.fixture
def site(tmp_path: Path) -> PastSite:
    """An analyst read statistics for a day of March, then the register was emptied of its team."""
    made = PastSite(tmp_path)
    made.enforce()
    made.write()
    container = made.at("2026-03-02T08:00").open(ANALYST)
    made.at("2026-03-02T17:00").close(ANALYST, container)
    made.at("2026-03-20T09:00").write(changed(documents_with_files(), *AT, "team", to={}))
    return made


@pytest.fixture
def line(site: PastSite, slapd: Slapd) -> CommandLine:
    return CommandLine(site.places.state, site.places.law, slapd.settings, slapd.password_file)


def questions(site: PastSite) -> list[dict[str, Any]]:
    found = read_journal(site.places.journal("onboarding"))
    return [each.payload for each in found if each.entry.kind == "consultation" and each.payload is not None]


class TestQuery:
    def _query(self, line: CommandLine, capsys: Capture, *words: str) -> Answer:
        return line.run(capsys, "journal", "query", *WHO, *words)

    def test_on_what_ground_somebody_read_is_answered_after_they_left(self, line: CommandLine, capsys: Capture) -> None:
        answer = self._query(line, capsys, *ON, "--person", "ana.durand")
        lines = answer.out.splitlines()
        assert (answer.code, lines[0]) == (0, f"# {ANALYST}, {HOUSEHOLDS}, le 02/03/2026")
        for expected in (
            "- démarré le 02/03/2026 à 09:00:00 (guard/2, décision guard/1)",
            "- arrêté le 02/03/2026 à 18:00:00 (guard/3) : à la demande de la personne",
            "- titre : avis_css n° N-avis, du 01/01/2026 au 31/12/2026",
            "- rejouée aujourd'hui avec le droit et les faits d'alors : la même décision",
        ):
            assert expected in lines, answer.out
        assert any("STAT-02" in each for each in lines)
        assert lines[-1].startswith("Les chaînes d'où vient cette réponse (guard, launch) sont intactes")

    def test_who_could_and_who_did_are_two_lists(self, line: CommandLine, capsys: Capture) -> None:
        answer = self._query(line, capsys, "--part", HOUSEHOLDS, *MARCH)
        could, _, did = answer.out.partition("## L'ont lue")
        assert answer.code == 0
        assert f"- {ANALYST} sur {PROCESSING}, du 01/03/2026 au 20/03/2026" in could
        assert f"- {EXPERT} sur {PROCESSING}" in could
        assert (ANALYST in did, EXPERT in did) == (True, False)

    def test_what_somebody_did_comes_from_every_chain(self, line: CommandLine, site: PastSite, capsys: Capture) -> None:
        site.at("2026-03-02T07:59").journal("signin").append("sign_in", {"person": ANALYST, "factors": ["password"]})
        answer = self._query(line, capsys, "--person", ANALYST, *MARCH, "--json")
        deeds = json.loads(answer.out)["deeds"]
        assert [each["entry"] for each in deeds] == ["signin/1", "guard/1", "guard/2", "guard/3"]

    @pytest.mark.parametrize(
        ("words", "asked"),
        [
            ((*ON, "--person", ANALYST), {"part": HOUSEHOLDS, "person": ANALYST, "on": "2026-03-02"}),
            (("--part", HOUSEHOLDS, *MARCH), {"part": HOUSEHOLDS, "from": "2026-03-01", "to": "2026-03-31"}),
            (("--person", "ana.durand", *MARCH), {"person": ANALYST, "from": "2026-03-01", "to": "2026-03-31"}),
        ],
    )
    def test_a_question_is_journaled_with_who_asks_why_and_what(
        self, words: tuple[str, ...], asked: dict[str, str], line: CommandLine, site: PastSite, capsys: Capture
    ) -> None:
        assert self._query(line, capsys, *words).code == 0
        [told] = questions(site)
        assert (told["actor"], told["reason"], told["asked"]) == (ADMINISTRATOR, "Contrôle n° 12", asked)

    def test_what_cannot_be_journaled_is_not_answered(self, line: CommandLine, site: PastSite, capsys: Capture) -> None:
        shutil.rmtree(site.places.journal("onboarding"))
        site.places.journal("onboarding").write_text("no folder")
        answer = self._query(line, capsys, *ON, "--person", ANALYST)
        assert (answer.code, answer.out) == (3, "")

    def test_without_a_directory_the_journal_still_answers(
        self, line: CommandLine, slapd: Slapd, capsys: Capture
    ) -> None:
        text = line.values_file.read_text()
        line.values_file.write_text(text.replace(slapd.settings.uri, "ldaps://localhost:1"))
        answer = self._query(line, capsys, "--part", HOUSEHOLDS, *MARCH, "--json")
        found = json.loads(answer.out)
        origins = {each["person"]: each["directory"] for each in found["could"]}
        assert (answer.code, origins) == (0, {ANALYST: "journal", EXPERT: "supposed"})
        assert self._query(line, capsys, *ON, "--person", ANALYST).code == 0

    def test_an_answer_from_a_broken_chain_says_so(self, line: CommandLine, site: PastSite, capsys: Capture) -> None:
        chain = site.places.journal("guard") / "chain.jsonl"
        chain.write_bytes(chain.read_bytes().replace(b"2026-03-02T08", b"2026-03-02T09", 1))
        words = (*ON, "--person", ANALYST)
        assert "ATTENTION : cette réponse vient de chaînes ROMPUES (guard)" in self._query(line, capsys, *words).out
        assert json.loads(self._query(line, capsys, *words, "--json").out)["broken_chains"] == ["guard"]

    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (ON, 2, "donnez --part, --person et --on"),
            ((*ON, *MARCH), 2, "donnez --part, --person et --on"),
            (("--part", HOUSEHOLDS, "--on", "2026-02-30", "--person", ANALYST), 2, "2026-02-30 n'est pas une date"),
            (("--part", HOUSEHOLDS, "--from", "2026-03-02", "--to", "2026-03-01"), 2, "le dernier jour vient avant"),
            ((*ON, "--person", "jean.inconnu"), 1, "ne connaît personne sous « jean.inconnu »"),
            ((*ON, "--person", ANALYST, "--actor", "ana.durand"), 2, "l'identifiant opaque"),
            ((*ON, "--person", ANALYST, "--reason", " "), 2, "dites pourquoi"),
            ((*ON, "--person", ANALYST, "--reason", "pour ana@minefi.test"), 2, "adresse électronique"),
        ],
    )
    def test_a_question_that_is_none_is_refused_and_not_journaled(
        self, words: tuple[str, ...], code: int, said: str, line: CommandLine, site: PastSite, capsys: Capture
    ) -> None:
        answer = self._query(line, capsys, *words)
        told = " ".join(answer.err.replace("│", " ").split())
        assert (answer.code, said in told) == (code, True), answer.err
        assert questions(site) == []

    @pytest.mark.parametrize("missing", ["--actor", "--reason"])
    def test_nobody_asks_without_a_name_and_a_reason(
        self, missing: str, line: CommandLine, site: PastSite, capsys: Capture
    ) -> None:
        given = dict(zip(WHO[::2], WHO[1::2], strict=True))
        words = [word for key, value in given.items() if key != missing for word in (key, value)]
        answer = line.run(capsys, "journal", "query", *words, *ON, "--person", ANALYST)
        assert (answer.code, missing in answer.err, questions(site)) == (2, True, [])


class TestReplay:
    def _replay(self, line: CommandLine, capsys: Capture, *words: str) -> Answer:
        return line.run(capsys, "journal", "replay", *words)

    def _other(self, site: PastSite) -> None:
        """A decision that no law gives: somebody wrote another day of its end, with a right commitment."""
        _, payload = site.at("2026-03-01T08:00").judge(EXPERT)
        payload["decision"]["until"] = "2030-01-01"
        workspace = f"{EXPERT}--{PROCESSING}"
        site.journal("guard").append("decision", {"workspace": workspace, "config": "x", **payload})

    def test_a_decision_is_the_same_years_later(self, line: CommandLine, site: PastSite, capsys: Capture) -> None:
        site.enforce(lambda law: shutil.rmtree(law / "rules" / "mount_part" / "STAT-02"))
        site.people[ANALYST] = judged_person(ANALYST, "insee")
        answer = self._replay(line, capsys, "guard/1")
        assert (answer.code, answer.out) == (0, "guard/1 (02/03/2026 à 09:00:00) : la même décision\n")

    def test_another_decision_is_told_with_the_place_and_its_own_exit_code(
        self, line: CommandLine, site: PastSite, capsys: Capture
    ) -> None:
        site.people[EXPERT] = judged_person(EXPERT, "dinum", projects=frozenset({"aides"}))
        site.write()
        self._other(site)
        answer = self._replay(line, capsys, "guard/4")
        assert (answer.code, answer.out.splitlines()) == (
            1,
            [
                "guard/4 (01/03/2026 à 09:00:00) : UNE AUTRE DÉCISION",
                "  until: '2030-01-01' -> '2026-12-31'",
            ],
        )

    def test_of_all_only_what_differs_is_told_and_all_are_counted(
        self, line: CommandLine, site: PastSite, capsys: Capture
    ) -> None:
        site.write()
        self._other(site)
        answer = self._replay(line, capsys, "--all")
        assert (answer.code, answer.out.splitlines()[0]) == (1, "guard/4 (01/03/2026 à 09:00:00) : UNE AUTRE DÉCISION")
        assert answer.out.splitlines()[-1].startswith("1 : la même décision ; 1 : UNE AUTRE DÉCISION ; 0 : contenu")
        found = json.loads(self._replay(line, capsys, "--all", "--json").out)
        assert found["counts"] == {"same": 1, "different": 1, "purged": 0, "unknown": 0}
        assert [each["entry"] for each in found["entries"]] == ["guard/4"]

    def test_what_is_not_kept_any_more_cannot_be_replayed(
        self, line: CommandLine, site: PastSite, capsys: Capture
    ) -> None:
        shutil.rmtree(site.places.grounds)
        answer = self._replay(line, capsys, "guard/1")
        assert (answer.code, "ne peut pas être rejouée" in answer.out) == (3, True)

    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (("guard/2",), 3, "start ne contient pas de décision"),
            (("guard/99",), 3, "la chaîne n'a pas cette ligne"),
            (("guard",), 2, "n'est pas une entrée"),
            (("signin/1",), 2, "n'est pas une entrée"),
            (("../guard/1",), 2, "n'est pas une entrée"),
            ((), 2, "donnez une entrée, ou --all"),
            (("guard/1", "--all"), 2, "donnez une entrée, ou --all"),
        ],
    )
    def test_what_is_no_decision_says_why(
        self, words: tuple[str, ...], code: int, said: str, line: CommandLine, capsys: Capture
    ) -> None:
        answer = self._replay(line, capsys, *words)
        told = " ".join(answer.err.replace("│", " ").split())
        assert (answer.code, said in told) == (code, True), answer.err

    def test_a_replay_is_journaled(self, line: CommandLine, site: PastSite, capsys: Capture) -> None:
        self._replay(line, capsys, "guard/1")
        self._replay(line, capsys, "--all")
        assert [each["asked"] for each in questions(site)] == [{"replay": "guard/1"}, {"replay": "all"}]
        assert REPAIRED not in {each.entry.kind for each in read_journal(site.places.journal("onboarding"))}
