"""The command `datalab` on real parts: slapd, law, register, keys, journal; in French, with its exit codes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from onboarding.operations.approve import approve
from policies.directory.person import Person
from policies.files import fingerprint
from policies.proofs.approvals import check_approval
from policies.register.follow import read_register
from policies.register.places import attested_entries, find_entry
from tests.support.command_line import Answer, CommandLine
from tests.support.open_law import write_open_law
from tests.support.signing import make_key, published
from tests.support.slapd import Slapd, group, person
from tests.support.small_register import small_register, title
from tests.support.written_register import first_write, make_writer

DAY = "2026-05-04"
EVAL = "projects/aides/processings/aides-eval"
DPO = Person(id="pdpo01", name="Une déléguée", organisation="minefi", roles=frozenset({"dpo"}))
ENTRIES = [
    person("ana.durand", "pana01", "Ana Durand", "minefi", "un mot de passe"),
    person("eva.petit", "peva01", "Eva Petit", "minefi", "un mot de passe"),
    person("adm.un", "padm01", "Adm Un", "dinum", "un mot de passe"),
    group("datalab-aides", ["ana.durand", "eva.petit"]),
    group("datalab-role-project_lead", ["eva.petit"]),
    group("datalab-role-administrator", ["adm.un"]),
]
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    with Slapd(tmp_path_factory.mktemp("slapd"), ENTRIES) as running:
        yield running


@pytest.fixture(scope="module")
def law(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_open_law(tmp_path_factory.mktemp("law"))


@pytest.fixture
def line(tmp_path: Path, law: Path, slapd: Slapd) -> CommandLine:
    """An installation whose register is in order, everything approved."""
    documents = small_register()
    accord = title(fingerprint=fingerprint(b"accord"))
    documents["projects/aides.yaml"]["processings"]["aides-eval"]["titles"] = {"accord": accord}
    first_write(tmp_path, documents)
    (tmp_path / "register" / "files" / "accord.pdf").write_bytes(b"accord")
    _approve_all(tmp_path)
    return CommandLine(tmp_path, law, slapd.settings, slapd.password_file)


def _approve_all(folder: Path) -> None:
    register = read_register(folder / "register")
    for path in register.documents:
        document = register.document(path)
        for place, _ in attested_entries(path, document) if document else ():
            now = read_register(folder / "register")
            approve(now, place, lambda f: make_key().approval(DPO, date(2026, 3, 2), f), make_writer(folder))


def _text(answer: str) -> list[str]:
    return answer.strip().splitlines()


def _rows(table: str) -> list[list[str]]:
    """The rows of a table, each cell's lines joined again; without the names of the columns."""
    rows: list[list[str]] = [[]]
    for line in table.splitlines():
        if line.startswith(("├", "┌")):
            rows.append([])
        elif line.startswith("│"):
            cells = [cell.strip() for cell in line.strip("│").split("│")]
            rows[-1] = [f"{old} {new}".strip() for old, new in zip(rows[-1], cells, strict=True)] if rows[-1] else cells
    return [row for row in rows if row][1:]


class TestCheck:
    def test_an_installation_in_order_is_said_area_by_area(self, line: CommandLine, capsys: Capture) -> None:
        answer = line.run(capsys, "check")
        assert (answer.code, _text(answer.out)) == (
            0,
            [
                "réglages : en ordre",
                "loi : en ordre",
                "  4 règles, 20 cas",
                "registre : en ordre",
                "  1 projet, 1 jeu de données, 2 personnes",
                "fichiers des titres : en ordre",
                "  1 fichier",
                "clés publiques : en ordre",
                "  1 clé",
                "annuaire : en ordre",
                "  répond",
            ],
        )

    def test_every_problem_of_every_area_is_listed(self, line: CommandLine, capsys: Capture) -> None:
        (line.folder / "register" / "files" / "accord.pdf").write_bytes(b"faux")
        (line.folder / "keys" / "public.json").write_text("{}")
        answer = line.run(capsys, "check")
        assert answer.code == 1
        assert [each for each in _text(answer.out) if "problème" in each or ".pdf" in each or "public" in each] == [
            f"fichiers des titres : 1 problème à corriger : projects/aides.yaml: {EVAL}/titles/accord: files/accord.pdf"
            " n'est pas le fichier qui fut approuvé, donc ce titre ne compte pas ; remettez celui-ci",
            f"clés publiques : 1 problème à corriger : {line.folder}/keys/public.json: keys: missing; add it",
        ]

    def test_a_folder_of_law_that_is_being_written_is_checked_alone(
        self, line: CommandLine, law: Path, capsys: Capture, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        written = tmp_path_factory.mktemp("law") / "law"
        shutil.copytree(law, written)
        assert _text(line.run(capsys, "check", "--law", str(written)).out) == ["loi : en ordre", "  4 règles, 20 cas"]
        next(written.rglob("rule.yaml")).write_text("effect: permit\n")
        answer = line.run(capsys, "check", "--law", str(written))
        assert (answer.code, _text(answer.out)[0].startswith("loi : ")) == (1, True)
        assert any("rule.yaml: message: missing; add it" in each for each in _text(answer.out))

    def test_what_waits_for_approval_is_listed_and_is_no_problem(
        self, tmp_path: Path, law: Path, slapd: Slapd, capsys: Capture
    ) -> None:
        documents = small_register()
        documents["projects/aides.yaml"]["processings"]["aides-eval"]["titles"] = {}
        first_write(tmp_path, documents)
        answer = CommandLine(tmp_path, law, slapd.settings, slapd.password_file).run(capsys, "check")
        waiting = [each.removeprefix("  à approuver : ") for each in _text(answer.out) if "à approuver" in each]
        assert (answer.code, waiting) == (
            0,
            [
                "datasets/communes", "datasets/communes/parts/p2024", "datasets/communes/parts/p2025",
                "projects/aides", EVAL, f"{EVAL}/team/pana01", f"{EVAL}/missions/appui", f"{EVAL}/datasets/communes",
            ],
        )  # fmt: skip

    def test_a_directory_that_does_not_answer_is_another_exit_code(
        self, line: CommandLine, law: Path, slapd: Slapd, capsys: Capture, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        nowhere = slapd.settings.model_copy(update={"uri": "ldaps://localhost:1"})
        values = line.values_file.read_text().replace(slapd.settings.uri, nowhere.uri)
        line.values_file.write_text(values)
        answer = line.run(capsys, "check")
        assert (answer.code, _text(answer.out)[-2:]) == (
            3,
            ["annuaire : ILLISIBLE", "  directory ldaps://localhost:1: no answer (LDAPSocketOpenError)"],
        )

    def test_wrong_settings_are_all_told(self, line: CommandLine, capsys: Capture) -> None:
        text = line.values_file.read_text()
        line.values_file.write_text(text.replace("seed: 1", "sead: 1") + "hote: {}\n")
        answer = line.run(capsys, "check")
        assert (answer.code, _text(answer.err)) == (
            1,
            [
                f"3 problèmes à corriger : {line.values_file}: demo.sead: unknown key; did you mean seed?",
                f"{line.values_file}: demo.seed: missing; add it",
                f"{line.values_file}: hote: unknown section; "
                "allowed: deliveries, demo, directory, hub, journal, onboarding, places, signin, tickets",
            ],
        )


class TestExplain:
    def _explain(self, line: CommandLine, capsys: Capture, *words: str, person: str = "pana01") -> tuple[int, str, str]:
        given = ("explain", "--person", person, "--processing", "aides-eval", "--day", DAY, *words)
        answer = line.run(capsys, *given)
        return answer.code, answer.out, answer.err

    def test_what_is_permitted_is_said_with_its_ground(self, line: CommandLine, capsys: Capture) -> None:
        code, out, _ = self._explain(line, capsys)
        workspace, part = _rows(out)
        assert (code, _text(out)[0]) == (0, "pana01 sur aides-eval, le 04/05/2026")
        assert workspace[:5] == [
            "espace de travail", "ouvert", "sans fin connue", "DL-01", "Doctrine du Datalab, DL-01",
        ]  # fmt: skip
        assert part[:3] == ["Communes : 2025", "lecture", "sans fin connue"]

    def test_sentences_are_those_of_the_page(self, line: CommandLine, capsys: Capture) -> None:
        code, out, _ = self._explain(line, capsys, "--text")
        assert code == 0
        assert "## Espace de travail ouvert" in out
        assert "- **Communes : 2025** (dans `/donnees/communes/p2025`) : lecture" in out

    def test_a_login_and_an_id_name_the_same_person(self, line: CommandLine, capsys: Capture) -> None:
        by_login, by_id = (self._explain(line, capsys, person=each) for each in ("ana.durand", "pana01"))
        assert by_login == by_id

    def test_who_is_not_in_the_team_is_refused(self, line: CommandLine, capsys: Capture) -> None:
        code, out, _ = self._explain(line, capsys, person="eva.petit")
        ((what, verdict, until, rule, article, _, helper),) = _rows(out)
        assert (code, what, verdict, until, rule) == (1, "espace de travail", "refusé", "", "DL-01")
        assert (article, helper != "") == ("Doctrine du Datalab, DL-01", True)
        assert "## Espace de travail refusé" in self._explain(line, capsys, "--text", person="eva.petit")[1]

    def test_json_is_the_decision(self, line: CommandLine, capsys: Capture) -> None:
        code, out, _ = self._explain(line, capsys, "--json")
        decision = json.loads(out)
        assert code == 0
        assert (decision["person"], decision["day"], decision["allowed"]) == ("pana01", DAY, True)
        assert [(each["dataset"], each["part"], each["mode"]) for each in decision["grants"]] == [
            ("communes", "p2025", "read")
        ]

    def test_one_part_is_said_alone(self, line: CommandLine, capsys: Capture) -> None:
        code, out, _ = self._explain(line, capsys, "--part", "communes/p2025", "--json")
        assert (code, len(json.loads(out)["grants"])) == (0, 1)

    @pytest.mark.parametrize(
        ("words", "who", "code", "said"),
        [
            (("--part", "communes/p2024"), "pana01", 1, "Le traitement aides-eval ne demande pas la partie"),
            ((), "pinconnu", 1, "L'annuaire ne connaît personne sous « pinconnu »."),
            ((), "*)(uid=*", 1, "L'annuaire ne connaît personne sous « *)(uid=* »."),
            (("--processing", "aides-evol"), "pana01", 1, "vouliez-vous dire aides-eval"),
            (("--day", "2026-02-30"), "pana01", 2, "2026-02-30 n'est pas une date ; écrivez AAAA-MM-JJ"),
            (("--sans-objet",), "pana01", 2, "--sans-objet"),
        ],
    )
    def test_what_cannot_be_explained_says_why(
        self, words: tuple[str, ...], who: str, code: int, said: str, line: CommandLine, capsys: Capture
    ) -> None:
        found, _, err = self._explain(line, capsys, *words, person=who)
        assert (found, said in " ".join(err.split())) == (code, True), err

    def test_a_register_that_cannot_be_read_is_unavailable(self, line: CommandLine, capsys: Capture) -> None:
        (line.folder / "register" / "manifest.json").unlink()
        code, _, err = self._explain(line, capsys)
        assert (code, "the register has not been recorded yet" in err) == (3, True)


class TestRegister:
    """Who records is asked on the terminal; the sign-in process, a real one, says who it is."""

    def _edit(self, line: CommandLine, who: str = "padm01") -> None:
        place = line.folder / "register" / "projects" / "aides.yaml"
        text = place.read_text().replace("name: Aides\n", "name: À la main\n")
        top = text.rindex("\nproposed:")
        place.write_text(text[:top] + text[top:].replace("person: plead1", f"person: {who}", 1))

    def _record(self, line: CommandLine, capsys: Capture, *words: str, who: str = "adm.un") -> tuple[int, list[str]]:
        answer = self._answer(line, capsys, *words, who=who)
        return answer.code, _text(answer.out)

    def _answer(self, line: CommandLine, capsys: Capture, *words: str, who: str = "adm.un") -> Answer:
        with line.signed_in_as(who, "un mot de passe"):
            return line.run(capsys, "register", "record", "--reason", "Nom d'usage", *words)

    def test_a_hand_edit_is_shown_and_recorded(self, line: CommandLine, capsys: Capture) -> None:
        self._edit(line)
        code, out = self._record(line, capsys, "--yes")
        register = read_register(line.folder / "register")
        assert (code, register.projects["aides"].name) == (0, "À la main")
        assert out[0] == "projects/aides.yaml : modifié"
        assert [each for each in out if each.startswith(("  -", "  +"))] == [
            "  -  person: plead1", "  +  person: padm01", "  -name: Aides", "  +name: À la main",
        ]  # fmt: skip
        assert f"Fait : registre {register.digest}." in out

    def test_a_hand_edit_in_another_s_name_is_refused(self, line: CommandLine, capsys: Capture) -> None:
        self._edit(line, who="plead1")
        before = read_register(line.folder / "register")
        answer = self._answer(line, capsys, "--yes")
        assert (answer.code, "projects/aides/proposed: plead1 did not write this change" in answer.err) == (1, True)
        assert read_register(line.folder / "register") == before

    def test_who_is_no_administrator_records_nothing(self, line: CommandLine, capsys: Capture) -> None:
        self._edit(line, who="peva01")
        before = read_register(line.folder / "register")
        answer = self._answer(line, capsys, "--yes", who="eva.petit")
        assert (answer.code, "Peut le faire : un administrateur du Datalab" in answer.err) == (1, True)
        assert read_register(line.folder / "register") == before

    def test_who_records_is_no_option(self, line: CommandLine, capsys: Capture) -> None:
        assert line.run(capsys, "register", "record", "--reason", "Essai", "--actor", "plead1").code == 2

    def test_a_dry_run_shows_the_edit_and_records_nothing(self, line: CommandLine, capsys: Capture) -> None:
        self._edit(line)
        before = read_register(line.folder / "register")
        code, out = self._record(line, capsys, "--dry-run")
        assert (code, "Essai : rien n'a été écrit." in out, "  +name: À la main" in out) == (0, True, True)
        assert read_register(line.folder / "register") == before

    def test_nothing_to_record_is_said(self, line: CommandLine, capsys: Capture) -> None:
        assert self._record(line, capsys) == (
            0,
            ["Rien à enregistrer : les fichiers disent ce que le registre dit."],
        )

    def test_without_a_yes_nothing_is_recorded(
        self, line: CommandLine, capsys: Capture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self._edit(line)
        before = read_register(line.folder / "register")
        monkeypatch.setattr("typer.prompt", lambda question, **_: "n")
        code, out = self._record(line, capsys)
        assert (code, out[-1]) == (1, "Rien n'a été enregistré.")
        assert read_register(line.folder / "register") == before

    def test_a_suspension_is_lifted_by_two_people_and_taken_away_by_nobody_alone(
        self, line: CommandLine, capsys: Capture
    ) -> None:
        """Suspended, taken away (refused), lifted by a proposal (allowed), approved, and only then taken away."""
        place = line.folder / "register" / "people" / "pana01.yaml"
        plain = place.read_text(encoding="utf-8")
        precaution = f"{{day: {DAY}, by: padm01, reason: essai}}"
        place.write_text(f"{plain}suspension: {precaution}\n", encoding="utf-8")
        assert self._record(line, capsys, "--yes")[0] == 0
        place.write_text(plain, encoding="utf-8")
        refused = self._answer(line, capsys, "--yes")
        assert (refused.code, "have the lift approved by a second person" in refused.err) == (1, True)
        lift = f"{{reason: rien trouvé, proposed: {{person: padm01, day: {DAY}}}, of: {precaution}}}"
        lifted = f"{plain}suspension: {precaution[:-1]}, lifted: {lift}}}\n"
        place.write_text(lifted, encoding="utf-8")
        assert self._record(line, capsys, "--yes")[0] == 0
        self._approve_lift(line)
        place.write_text(plain, encoding="utf-8")
        assert self._record(line, capsys, "--yes")[0] == 0
        assert read_register(line.folder / "register").people["pana01"].suspension is None

    def _approve_lift(self, line: CommandLine) -> None:
        who = Person(id="padm02", name="Un administrateur", organisation="dinum", roles=frozenset({"administrator"}))
        now = read_register(line.folder / "register")
        signed = partial(make_key().approval, who, date(2026, 5, 5))
        approve(now, "people/pana01/suspension/lifted", signed, make_writer(line.folder))

    def test_a_lift_that_is_a_project_lead_s_to_propose_is_proposed_by_no_hand_edit(
        self, line: CommandLine, capsys: Capture
    ) -> None:
        place = line.folder / "register" / "projects" / "aides.yaml"
        plain = place.read_text(encoding="utf-8")
        precaution = f"{{day: {DAY}, by: padm01, reason: essai}}"
        place.write_text(f"{plain}suspension: {precaution}\n", encoding="utf-8")
        assert self._record(line, capsys, "--yes")[0] == 0
        lift = f"{{reason: rien trouvé, proposed: {{person: padm01, day: {DAY}}}, of: {precaution}}}"
        place.write_text(f"{plain}suspension: {precaution[:-1]}, lifted: {lift}}}\n", encoding="utf-8")
        refused = self._answer(line, capsys, "--yes")
        assert (refused.code, "projects/aides/suspension/lifted: resume_project" in refused.err) == (1, True)

    def test_history_says_when_who_why_and_what(self, line: CommandLine, capsys: Capture) -> None:
        self._edit(line)
        self._record(line, capsys, "--yes")
        answer = line.run(capsys, "register", "history", "--limit", "2")
        lines = _text(answer.out)
        assert (answer.code, len(lines)) == (0, 6)
        assert lines[0].endswith("  padm01  record_by_hand : Nom d'usage")
        assert lines[2:] == ["  ~ projects/aides.yaml", lines[3], lines[4], "  ~ projects/aides.yaml"]


class TestOperations:
    """Commands that change the register; the whole story is told in `test_command_line_story.py`."""

    def _suspend(self, line: CommandLine, capsys: Capture, *words: str) -> Answer:
        with line.signed_in_as("adm.un", "un mot de passe"):
            return line.run(capsys, *words, "--reason", "Vérification")

    def test_a_law_that_cannot_be_read_delays_no_suspension(
        self, line: CommandLine, slapd: Slapd, capsys: Capture, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        broken = write_open_law(tmp_path_factory.mktemp("broken"))
        (broken / "facts.yaml").write_text("{", encoding="utf-8")
        values = line.values_file.read_text(encoding="utf-8")
        places = [each for each in values.splitlines() if each.startswith("  law: ")]
        line.values_file.write_text(values.replace(places[0], f"  law: {broken}"), encoding="utf-8")
        answer = self._suspend(line, capsys, "project", "suspend", "aides")
        assert (answer.code, answer.err) == (0, "")
        assert "Ce que cela change ne peut pas être dit maintenant" in answer.out
        assert read_register(line.folder / "register").projects["aides"].suspension is not None

    def test_who_left_the_directory_is_suspended_by_their_id(self, line: CommandLine, capsys: Capture) -> None:
        answer = self._suspend(line, capsys, "team", "suspend", "pexp01")
        suspension = read_register(line.folder / "register").people["pexp01"].suspension
        assert (answer.code, suspension and suspension.by) == (0, "padm01"), answer.err

    @pytest.mark.parametrize("named", ["personne", "pnobody"])
    def test_nobody_is_suspended_by_a_name_that_nobody_has(
        self, line: CommandLine, capsys: Capture, named: str
    ) -> None:
        answer = self._suspend(line, capsys, "team", "suspend", named)
        assert (answer.code, answer.err) == (1, f"L'annuaire ne connaît personne sous « {named} ».\n")

    def test_a_sheet_that_is_none_is_a_command_that_is_misused(
        self, line: CommandLine, capsys: Capture, tmp_path: Path
    ) -> None:
        sheet = tmp_path / "fiche.yaml"
        sheet.write_text("- une liste\n", encoding="utf-8")
        answer = line.run(capsys, "project", "change", "aides", "--from", str(sheet), "--reason", "Essai")
        assert (answer.code, "ne donne pas de clés et de valeurs" in " ".join(answer.err.split())) == (2, True)


class TestJournal:
    def test_a_sound_chain_is_said_sound(self, line: CommandLine, capsys: Capture) -> None:
        answer = line.run(capsys, "journal", "verify")
        assert answer.code == 0
        assert _text(answer.out)[0].startswith("onboarding : ")
        assert "chaîne intacte" in answer.out

    def test_a_changed_line_breaks_the_chain(self, line: CommandLine, capsys: Capture) -> None:
        chain = next((line.folder / "journal" / "onboarding").glob("chain*"))
        chain.write_bytes(chain.read_bytes().replace(b"2026-03-02", b"2026-03-03", 1))
        answer = line.run(capsys, "journal", "verify", "onboarding")
        assert (answer.code, "ROMPUE à la ligne" in answer.out) == (1, True)

    def test_an_unknown_account_cannot_be_verified(self, line: CommandLine, capsys: Capture) -> None:
        answer = line.run(capsys, "journal", "verify", "personne")
        where = line.folder / "journal" / "personne"
        assert (answer.code, answer.err) == (3, f"Source illisible : {where} : cette chaîne n'existe pas\n")


class TestApprove:
    """Who approves is asked on the terminal; the sign-in process, a real one, signs."""

    def _approve(
        self, line: CommandLine, capsys: Capture, monkeypatch: pytest.MonkeyPatch, *typed: str
    ) -> tuple[int, str, str]:
        answers = iter(typed)
        asked = []

        def prompt(text: str, hide_input: bool = False, err: bool = False, **_: object) -> str:
            assert err
            asked.append((text, hide_input))
            return next(answers)

        monkeypatch.setattr("typer.prompt", prompt)
        with line.signing_in():
            answer = line.run(capsys, "approve", f"{EVAL}/team/pana01")
        assert asked == [("Identifiant", False), ("Mot de passe", True)]
        return answer.code, answer.out, answer.err

    def test_what_is_shown_is_what_is_signed_and_stored(
        self, line: CommandLine, capsys: Capture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        code, out, err = self._approve(line, capsys, monkeypatch, "eva.petit", "un mot de passe")
        entry = find_entry(read_register(line.folder / "register"), f"{EVAL}/team/pana01")
        assert entry is not None
        assert entry.approved is not None
        check_approval(entry.approved, entry.signed_fingerprint(f"{EVAL}/team/pana01"), published(make_key()))
        assert (code, err, entry.approved.person) == (0, "", "peva01")
        assert "habilitation:\n  from: 2026-01-01\n  until: 2026-12-31" in out
        assert "Approuvé par peva01" in out
        assert "un mot de passe" not in out

    def test_a_wrong_password_approves_nothing(
        self, line: CommandLine, capsys: Capture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = read_register(line.folder / "register")
        code, _, err = self._approve(line, capsys, monkeypatch, "eva.petit", "un autre")
        assert (code, err) == (1, "Le mot de passe n'est pas le bon.\n")
        assert read_register(line.folder / "register") == before

    def test_the_password_is_asked_on_the_terminal_and_is_no_option(self, line: CommandLine, capsys: Capture) -> None:
        answer = line.run(capsys, "approve", "--help")
        assert "--password" not in answer.out
        assert line.run(capsys, "approve", EVAL, "--password", "x").code == 2

    def test_a_place_with_nothing_to_approve_is_refused(self, line: CommandLine, capsys: Capture) -> None:
        answer = line.run(capsys, "approve", "projects/autre")
        assert (answer.code, "rien à approuver" in answer.err) == (1, True)


class TestSpaces:
    @pytest.fixture
    def homes(self, tmp_path: Path) -> Path:
        folder = tmp_path / "spaces" / "aides-eval" / "homes" / "pana01"
        (folder / "1" / "code").mkdir(parents=True)
        (folder / "1" / "code" / "a.py").write_bytes(b"code")
        (folder / "1" / "lien").symlink_to("/etc/passwd")
        label = {"id": "1", "label": ["revenus/p2024"], "since": "2026-05-04"}
        (folder / "1.json").write_text(json.dumps(label), encoding="utf-8")
        return folder

    def test_homes_are_listed_with_what_they_stood_beside(
        self, line: CommandLine, homes: Path, capsys: Capture
    ) -> None:
        assert homes.is_dir()
        answer = line.run(capsys, "spaces", "list", "--person", "ana.durand", "--processing", "aides-eval")
        assert (answer.code, answer.out) == (0, "  1  depuis le 04/05/2026, à côté de : revenus/p2024\n")

    def test_files_are_named_by_fingerprint_and_links_are_not_followed(
        self, line: CommandLine, homes: Path, capsys: Capture
    ) -> None:
        assert homes.is_dir()
        where = ("--person", "pana01", "--processing", "aides-eval", "--home", "1")
        answer = line.run(capsys, "spaces", "files", *where, "--json")
        assert (answer.code, json.loads(answer.out)) == (0, {"code/a.py": fingerprint(b"code")})

    def test_a_home_that_is_not_there_is_said(self, line: CommandLine, capsys: Capture) -> None:
        where = ("--person", "pana01", "--processing", "aides-eval", "--home", "7")
        answer = line.run(capsys, "spaces", "files", *where)
        assert (answer.code, "pas de dossier personnel 7" in answer.err) == (1, True)
