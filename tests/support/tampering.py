"""What a hand may do to a journal: each with its French name, who can do it, and the doing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onboarding.keeper.checkpoint import Checkpoint, parse_checkpoint, sign
from policies.files import fingerprint
from policies.journal.entry import PURGED, Entry, seal
from policies.proofs.private import PrivateKey, ensure_published
from tests.support.kept_journal import FIRST_DAY, KeptJournal

OWNER, ROOT = "le compte", "root"


@dataclass(frozen=True)
class Tampering:
    """One way; `who` needs no more than its own rights for it."""

    name: str
    who: str
    do: Callable[[KeptJournal], object]


def _rewrite(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    path.chmod(0o600)
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


def _edit(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content, path
    path.write_bytes(content.replace(old, new, 1))


def _second(kept: KeptJournal) -> Path:
    """The hub's payloads of the second day."""
    return kept.payloads("hub", "access", "2026-03-02")


def _insert(kept: KeptJournal) -> None:
    """A line that follows the one before it, with a payload to which it commits."""
    before = kept.lines("hub")[3]
    sealed = seal("stop", {"person": "p7f3k2"}, bytes(32))
    forged = Entry(5, "2026-03-02T09:00:00.000000Z", "stop", "access", sealed.commitment, fingerprint(before))
    _rewrite(kept.chain("hub"), lambda lines: [*lines[:4], forged.line(), *lines[4:]])
    _rewrite(kept.payloads("hub", "access", "2026-03-02"), lambda lines: [sealed.record(5), *lines])


def _cut_payloads(kept: KeptJournal, account: str, entries: int) -> None:
    """Nothing of what was journaled after an entry stays, in the chain or beside it."""
    kept_lines = kept.lines(account)[:entries]
    kept.chain(account).write_bytes(b"".join(kept_lines))
    for path in (kept.journal / account / "payloads").glob("*/*.jsonl"):
        _rewrite(path, lambda lines: [raw for raw in lines if json.loads(raw)["n"] <= entries])


def _rewrite_end(kept: KeptJournal) -> None:
    count = len(kept.lines("hub"))
    _cut_payloads(kept, "hub", count - 2)
    for number in range(2):
        kept.append("hub", "refusal", person="p7f3k2", day=3, invented=number)


def _rewrite_chain(kept: KeptJournal) -> None:
    count = len(kept.lines("hub"))
    shutil.rmtree(kept.journal / "hub")
    for number in range(count):
        kept.append("hub", "refusal", person="p7f3k2", invented=number)


def _swap(kept: KeptJournal) -> None:
    (kept.journal / "hub").rename(kept.journal / "waiting")
    (kept.journal / "guard").rename(kept.journal / "hub")
    (kept.journal / "waiting").rename(kept.journal / "guard")


def _move_payload(kept: KeptJournal) -> None:
    line = kept.payloads("guard", "access", "2026-03-02").read_bytes().splitlines(keepends=True)[1]
    _rewrite(kept.payloads("guard", "access", "2026-03-02"), lambda lines: [raw for raw in lines if raw != line])
    _rewrite(kept.payloads("guard", "access", "2026-03-03"), lambda lines: [line, *lines])


def _double_payload(kept: KeptJournal) -> None:
    _rewrite(kept.payloads("guard", "access", "2026-03-02"), lambda lines: [*lines, lines[0]])


def _purge_early(kept: KeptJournal, at: str) -> None:
    """As whoever owns the chain can: announce it, with the clock set as they like, and delete."""
    kept.at(at)
    kept.append("hub", PURGED, **{"class": "access", "days": ["2026-03-01"]})
    kept.payloads("hub", "access", "2026-03-01").unlink()
    kept.at("2026-03-03T19:00").round()
    kept.hand()


def _backdate(kept: KeptJournal) -> None:
    kept.at("2026-03-02T03:00").append("hub", "refusal", person="p7f3k2", invented=True)
    kept.at("2026-03-03T19:00").round()
    kept.hand()


def _last(kept: KeptJournal) -> Checkpoint:
    found = parse_checkpoint(kept.checkpoints()[-1].read_bytes().splitlines(keepends=True)[-1])
    assert found
    return found


def _sign_by(kept: KeptJournal, key: PrivateKey) -> None:
    """The last checkpoint says something else of the hub's chain, signed by another key."""
    last = _last(kept)
    before = last.model_copy(update={"n": last.n - 1})
    heads = dict(last.heads, hub=last.heads["hub"].model_copy(update={"n": 2}))
    made = sign(key, before, last.moment, heads, {})
    forged = made.model_copy(update={"previous": last.previous, "signature": ""})
    forged = forged.model_copy(update={"signature": key.sign(forged.statement)})
    _rewrite(kept.checkpoints()[-1], lambda lines: [*lines[:-1], forged.line])


def _by_stranger(kept: KeptJournal) -> None:
    _sign_by(kept, PrivateKey(Ed25519PrivateKey.generate()))


def _by_sign_in(kept: KeptJournal) -> None:
    key = PrivateKey(Ed25519PrivateKey.generate())
    ensure_published(kept.places.keys, key, "sign_in", FIRST_DAY)
    _sign_by(kept, key)


def _roll_back(kept: KeptJournal) -> None:
    """The whole state as it was after the second day; the witness is elsewhere."""
    for account in ("guard", "hub", "keeper"):
        head = _second_day(kept).heads[account]
        _cut_payloads(kept, account, head.n)
    kept.checkpoints()[-1].unlink()


def _second_day(kept: KeptJournal) -> Checkpoint:
    found = parse_checkpoint(kept.checkpoints()[1].read_bytes().splitlines(keepends=True)[-1])
    assert found
    return found


def _sign_anew(kept: KeptJournal) -> None:
    """Root has the key: another past, in which nothing contradicts anything."""
    for name in ("guard", "hub", "keeper", "checkpoints"):
        shutil.rmtree(kept.journal / name)
    again = KeptJournal(kept.folder, "2026-03-01T09:00")
    for day in (1, 2, 3):
        again.at(f"2026-03-0{day}T09:00").append("guard", "start", person="p7f3k2", invented=day)
        again.append("hub", "refusal", person="p7f3k2", invented=day)
        again.at(f"2026-03-0{day}T18:00").round()


def _cut_after(kept: KeptJournal) -> None:
    """What came after the last checkpoint, and before the next."""
    count = len(kept.lines("hub"))
    kept.at("2026-03-03T18:00:10").append("hub", "refusal", person="p7f3k2", day=3)
    _cut_payloads(kept, "hub", count)


def _cut_after_leaving_payloads(kept: KeptJournal) -> None:
    count = len(kept.lines("hub"))
    kept.at("2026-03-03T18:00:10").append("hub", "refusal", person="p7f3k2", day=3)
    kept.chain("hub").write_bytes(b"".join(kept.lines("hub")[:count]))


TAMPERINGS = (
    Tampering("une ligne changée", OWNER, lambda k: _edit(k.chain("hub"), b"T09:00", b"T08:00")),
    Tampering("une ligne ôtée", OWNER, lambda k: _rewrite(k.chain("hub"), lambda c: [*c[:3], *c[4:]])),
    Tampering("une ligne ajoutée, avec son contenu", OWNER, _insert),
    Tampering("deux lignes permutées", OWNER, lambda k: _rewrite(k.chain("hub"), lambda c: [c[1], c[0], *c[2:]])),
    Tampering("la fin d'une chaîne ôtée, contenus compris", OWNER, lambda k: _cut_payloads(k, "hub", 7)),
    Tampering("la fin d'une chaîne écrite à nouveau", OWNER, _rewrite_end),
    Tampering("une chaîne entière écrite à nouveau", OWNER, _rewrite_chain),
    Tampering("une chaîne entière ôtée", OWNER, lambda k: shutil.rmtree(k.journal / "hub")),
    Tampering("un contenu changé", OWNER, lambda k: _edit(_second(k), b"p7f3k2", b"p7f3k3")),
    Tampering("un contenu ôté", OWNER, lambda k: _rewrite(_second(k), lambda c: c[1:])),
    Tampering("un contenu copié deux fois", OWNER, _double_payload),
    Tampering("un contenu déplacé vers un autre jour", OWNER, _move_payload),
    Tampering("un jour de contenus ôté sans l'annoncer", OWNER, lambda k: _second(k).unlink()),
    Tampering("un effacement annoncé avant son terme", OWNER, lambda k: _purge_early(k, "2026-03-03T18:30")),
    Tampering("le même, l'horloge du compte avancée de dix ans", OWNER, lambda k: _purge_early(k, "2036-03-03T18:30")),
    Tampering("une entrée antidatée, ou l'horloge reculée", OWNER, _backdate),
    Tampering("les chaînes de deux comptes échangées", ROOT, _swap),
    Tampering("un point de contrôle changé", ROOT, lambda k: _edit(k.checkpoints()[1], b'"n":', b'"n": ')),
    Tampering("un point de contrôle ôté", ROOT, lambda k: k.checkpoints()[1].unlink()),
    Tampering("un point de contrôle signé par une clé inconnue", ROOT, _by_stranger),
    Tampering("un point de contrôle signé par la clé de la connexion", ROOT, _by_sign_in),
    Tampering("le dernier point de contrôle ôté", ROOT, lambda k: k.checkpoints()[-1].unlink()),
    Tampering("le journal entier remplacé par une copie plus ancienne", ROOT, _roll_back),
    Tampering("le journal entier réécrit, puis signé avec la clé du journal", ROOT, _sign_anew),
    Tampering("ce qui suit le dernier point de contrôle ôté, contenus oubliés", OWNER, _cut_after_leaving_payloads),
    Tampering("ce qui suit le dernier point de contrôle ôté, contenus compris", OWNER, _cut_after),
)  # fmt: skip
