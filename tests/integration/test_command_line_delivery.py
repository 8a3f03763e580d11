"""`datalab delivery` on real parts: slapd, the sign-in process, the shipped law, files on the disk, the journal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from policies.calendar import today
from policies.journal.read import read_journal
from policies.register.follow import read_register
from tests.support.command_line import Answer, CommandLine, typing
from tests.support.deliveries import FILES, MORE, TOWNS, documents, tree, write_source
from tests.support.judged import LAW_FOLDER
from tests.support.slapd import Slapd, group, person
from tests.support.written_register import first_write

PASSWORD = "un mot de passe"
ENTRIES = [
    person("pro.ducteur", "pprod0", "Pro Ducteur", "insee", PASSWORD),
    person("au.tre", "pautre", "Au Tre", "minefi", PASSWORD),
    person("adm.un", "padm01", "Adm Un", "dinum", PASSWORD),
    group("datalab-role-producer", ["pro.ducteur", "au.tre"]),
    group("datalab-role-administrator", ["adm.un"]),
]
WHY = ("--reason", "Livraison mensuelle")
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    with Slapd(tmp_path_factory.mktemp("slapd"), ENTRIES) as running:
        yield running


@pytest.fixture
def line(tmp_path: Path, slapd: Slapd) -> Iterator[CommandLine]:
    """An installation under the shipped law, with the real sign-in process."""
    first_write(tmp_path, documents())
    found = CommandLine(tmp_path, LAW_FOLDER, slapd.settings, slapd.password_file)
    with found.signing_in():
        yield found


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_source(tmp_path / "source")


def run(line: CommandLine, capsys: Capture, *words: str, login: str | None = None) -> Answer:
    """Run a command, as an administrator; the producer confirms."""
    who = login or ("pro.ducteur" if words[0] == "confirm" else "adm.un")
    with typing(who, PASSWORD):
        return line.run(capsys, "delivery", *words)


def told(line: CommandLine, capsys: Capture, *words: str, code: int = 0, **how: str) -> dict[str, Any]:
    answer = run(line, capsys, *words, "--json", **how)
    assert answer.code == code, answer.err
    values: dict[str, Any] = json.loads(answer.out)
    return values


def received(line: CommandLine, capsys: Capture, source: Path) -> str:
    return str(told(line, capsys, "receive", str(source), "--dataset", "communes", *WHY)["delivery"])


def kept(line: CommandLine) -> dict[str, bytes]:
    """Every file of the installation, but those in which the sign-in process tells who signed in."""
    return {path: content for path, content in tree(line.folder).items() if not path.startswith("journal/signin/")}


def states(line: CommandLine, capsys: Capture) -> dict[str, str]:
    return {each["delivery"]: each["state"] for each in told(line, capsys, "list")["deliveries"]}


def test_a_delivery_from_a_folder_to_its_withdrawal(line: CommandLine, capsys: Capture, source: Path) -> None:
    answer = run(line, capsys, "receive", str(source), "--dataset", "communes", *WHY)
    name = answer.out.partition("Reçue : ")[2].partition(" ;")[0]
    assert (answer.code, answer.err, answer.out.splitlines()) == (
        0, "",
        [f"Reçue : {name} ; jeu communes, parties : p2024, p2025", f"Ensuite : datalab delivery check {name}"],
    )  # fmt: skip
    assert states(line, capsys) == {name: "received"}
    checked = run(line, capsys, "check", name, *WHY)
    assert (checked.code, checked.err, checked.out.splitlines()[-1]) == (
        0, "", "En ordre : le producteur peut confirmer.",
    )  # fmt: skip
    assert "aucune recherche de logiciel malveillant : ClamAV n'est pas installé" in checked.out
    assert states(line, capsys) == {name: "checked"}
    confirmed = run(line, capsys, "confirm", name)
    said = f"Confirmée par pprod0, lue dès le {today():%d/%m/%Y}, à la prochaine ouverture. Traitements : aides-eval"
    assert (confirmed.code, confirmed.err) == (0, "")
    assert confirmed.out.splitlines()[-2:] == [said, "Cela n'ouvre et ne ferme rien."]
    assert tree(line.folder / "datasets") == {
        f"communes/p2024/{name}/communes.csv": TOWNS,
        f"communes/p2025/{name}/communes.csv": MORE,
    }
    assert states(line, capsys) == {name: "confirmed"}
    gone = run(line, capsys, "withdraw", name, *WHY)
    digest = read_register(line.folder / "register").digest
    assert (gone.code, gone.err, gone.out.splitlines()) == (
        0, "",
        [f"Retirée : {name} de communes (p2024, p2025) ; les espaces qui la lisent s'arrêtent. "
         "Traitements : aides-eval", f"Fait : registre {digest}.", "Cela n'ouvre et ne ferme rien."],
    )  # fmt: skip
    assert states(line, capsys) == {name: "withdrawn"}
    acts = [
        (each.entry.kind, (each.payload or {}).get("act"), (each.payload or {}).get("actor"))
        for each in read_journal(line.folder / "journal" / "onboarding")
    ]
    assert acts[1:] == [
        ("delivery", "receive", "padm01"),
        ("delivery", "check", "padm01"),
        ("register_change", None, "pprod0"),
        ("register_change", None, "padm01"),
    ]


def test_the_table_says_what_comes_next(line: CommandLine, capsys: Capture, source: Path) -> None:
    assert run(line, capsys, "list").out == "Aucune livraison.\n"
    name = received(line, capsys, source)
    table = run(line, capsys, "list").out
    assert all(words in table for words in (name, "communes", "p2024, p2025", "reçue", "datalab delivery check"))


def test_a_dry_run_says_what_it_would_do_and_changes_nothing(line: CommandLine, capsys: Capture, source: Path) -> None:
    answer = run(line, capsys, "receive", str(source), "--dataset", "communes", *WHY, "--dry-run")
    size = len(TOWNS) + len(MORE)
    assert (answer.code, answer.out) == (
        0, f"Recevrait 2 fichiers, {size} octets à copier ; jeu communes, parties : p2024, p2025\n",
    )  # fmt: skip
    assert not (line.folder / "quarantine").exists()
    name = received(line, capsys, source)
    before = kept(line)
    assert told(line, capsys, "check", name, *WHY, "--dry-run")["sound"] is True
    would = told(line, capsys, "withdraw", name, *WHY, "--dry-run")
    assert (would["destroyed"], would["outcome"]) == (False, None)
    assert kept(line) == before
    told(line, capsys, "check", name, *WHY)
    before = kept(line)
    dry = told(line, capsys, "confirm", name, "--dry-run")
    assert (dry["confirmed"], dry["readers"], sorted(dry["parts"])) == (False, ["aides-eval"], ["p2024", "p2025"])
    assert kept(line) == before


def test_a_faulty_delivery_is_refused_with_every_fault_and_then_destroyed(line: CommandLine, capsys: Capture) -> None:
    bad = b"code,habitants\n01001,beaucoup\n,12\nana@minefi.test,3\n"
    source = write_source(line.folder / "bad", {"p2025/communes.csv": bad})
    name = received(line, capsys, source)
    answer = run(line, capsys, "check", name, *WHY)
    faults = [each.partition(" : ")[2] for each in answer.out.splitlines() if "À CORRIGER" in each]
    assert (answer.code, answer.out.splitlines()[-1], faults) == (
        1,
        "Refusée : rien n'en sera lu.",
        [
            "colonne code : 1 valeur manquante (ligne 2)",
            "colonne code : 1 valeur de plus de 5 caractères (ligne 3)",
            "colonne code : 1 valeur avec une adresse électronique que le catalogue n'annonce pas (ligne 3)",
            "colonne habitants : 1 valeur qui n'est pas du type integer (ligne 1)",
        ],
    )
    assert "ana@minefi.test" not in answer.out
    assert states(line, capsys) == {name: "faulty"}
    assert run(line, capsys, "confirm", name).code == 1
    assert run(line, capsys, "withdraw", name, *WHY).out == f"Détruite : {name} de communes (p2025)\n"
    assert states(line, capsys) == {}


def test_what_is_asked_of_the_producer_is_no_part_of_the_answer(
    line: CommandLine, capsys: Capture, source: Path
) -> None:
    name = received(line, capsys, source)
    told(line, capsys, "check", name, *WHY)
    answers = iter(("pro.ducteur", PASSWORD))

    def prompt(text: str, hide_input: bool = False, err: bool = False, **_: object) -> str:
        typer.echo(text, nl=hide_input, err=err)
        return next(answers)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typer.prompt", prompt)
        answer = line.run(capsys, "delivery", "confirm", name, "--json")
    assert (json.loads(answer.out)["by"], answer.err) == ("pprod0", "IdentifiantMot de passe\n")


def test_who_is_not_the_producer_confirms_nothing(line: CommandLine, capsys: Capture, source: Path) -> None:
    name = received(line, capsys, source)
    told(line, capsys, "check", name, *WHY)
    answer = run(line, capsys, "confirm", name, login="au.tre")
    assert (answer.code, answer.err) == (
        1,
        "Cette confirmation ne compterait pas : approuvé par une personne qui n'a pas le rôle que la règle demande. "
        "Peut confirmer : le producteur du jeu de données.\n",
    )
    assert read_register(line.folder / "register").datasets["communes"].deliveries == {}
    assert not (line.folder / "datasets").exists()


def test_who_signs_in_acts_and_only_the_producer_or_an_administrator_delivers(
    line: CommandLine, capsys: Capture, source: Path
) -> None:
    words = ("receive", str(source), "--dataset", "communes", *WHY)
    refused = run(line, capsys, *words, login="au.tre")
    assert (refused.code, "Peut le faire : le producteur du jeu de données ou un administrateur" in refused.err) == (
        1, True,
    )  # fmt: skip
    assert not (line.folder / "quarantine").exists()
    name = str(told(line, capsys, *words, login="pro.ducteur")["delivery"])
    for command in ("check", "withdraw"):
        assert run(line, capsys, command, name, *WHY, login="au.tre").code == 1
    assert told(line, capsys, "check", name, *WHY, login="pro.ducteur")["sound"] is True
    answer = run(line, capsys, "confirm", name)
    assert (answer.code, answer.err) == (
        1,
        "Cette confirmation ne compterait pas : approuvé par la personne même qui l'a proposé. "
        "Peut confirmer : le producteur du jeu de données.\n",
    )
    assert states(line, capsys) == {name: "checked"}


def test_an_interrupted_reception_is_resumed_by_running_it_again(
    line: CommandLine, capsys: Capture, source: Path
) -> None:
    name = received(line, capsys, source)
    file = line.folder / "quarantine" / name / "files" / "p2025" / "communes.csv"
    file.rename(file.with_name(".communes.csv.partial"))
    assert states(line, capsys) == {name: "receiving"}
    assert run(line, capsys, "check", name, *WHY).code == 1
    again = told(line, capsys, "receive", str(source), "--dataset", "communes", *WHY)
    assert (again["delivery"], again["resumed"], again["to_come"]) == (name, True, 0)
    assert tree(line.folder / "quarantine" / name / "files") == FILES


def test_confirming_twice_asks_nobody_and_says_so(line: CommandLine, capsys: Capture, source: Path) -> None:
    name = received(line, capsys, source)
    told(line, capsys, "check", name, *WHY)
    run(line, capsys, "confirm", name)
    with typing():
        answer = line.run(capsys, "delivery", "confirm", name)
    assert (answer.code, answer.out) == (0, f"{name} est déjà confirmée.\n")


def test_a_misused_command_an_unknown_delivery_and_a_broken_source_have_their_codes(
    line: CommandLine, capsys: Capture, source: Path
) -> None:
    words = ("receive", str(source), "--dataset", "communes")
    codes = {
        "without a reason": run(line, capsys, *words).code,
        "with a reason that says nothing": run(line, capsys, *words, "--reason", " ").code,
        "with an actor": run(line, capsys, *words, *WHY, "--actor", "padm01").code,
        "with a day that is none": run(line, capsys, "confirm", "l20260101-000000", "--day", "30/02").code,
        "unknown": run(line, capsys, "check", "l20260101-000000", *WHY).code,
        "no folder": run(line, capsys, "receive", "/nowhere", "--dataset", "communes", *WHY).code,
    }
    (line.folder / "register" / "manifest.json").write_text("{")
    codes["broken"] = run(line, capsys, "list").code
    assert list(codes.values()) == [2, 2, 2, 2, 1, 1, 3], codes
