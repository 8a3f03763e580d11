"""Vérifie un journal sans le code du Datalab : verify_journal.py JOURNAL CLES_PUBLIQUES [COPIE_DU_TEMOIN]"""
import base64, hashlib, json, subprocess, sys, tempfile
from pathlib import Path
sys.excepthook = lambda kind, error, _: print(f"ROMPU : illisible ({kind.__name__} : {error})")
def sha(content): return hashlib.sha256(content).hexdigest()
def canonical(values): return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
def lines(folder, names="????-??-??.jsonl"):
    content = [raw for file in sorted(Path(folder).glob(names)) for raw in file.read_bytes().splitlines(True)]
    return [raw for raw in content if raw.endswith(b'"}\n')]  # une ligne coupée par une panne ne compte pas
def check(holds, what): return holds or sys.exit(f"ROMPU : {what}")
def is_signed(public, text, signature):
    with tempfile.TemporaryDirectory() as folder:
        key = bytes.fromhex("302a300506032b6570032100") + base64.b64decode(public)  # DER d'une clé Ed25519
        parts = {"inkey": key, "in": text, "sigfile": base64.b64decode(signature)}
        words = [w for n, c in parts.items() if Path(folder, n).write_bytes(c) for w in (f"-{n}", f"{folder}/{n}")]
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-rawin", *words]
        return subprocess.run(command, capture_output=True).returncode == 0
journal, listed = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_bytes())["keys"]
keys, heads = {key["id"]: key["public"] for key in listed if key.get("purpose") == "journal"}, {}
for n, raw in enumerate(points := lines(journal / "checkpoints"), 1):
    signature = (point := json.loads(raw)).pop("signature")
    previous = sha(points[n - 2] if n > 1 else b"datalab checkpoints")
    check((point["n"], point["previous"]) == (n, previous), f"le point de contrôle {n} ne suit pas le précédent")
    check(is_signed(keys.get(point["key"], ""), canonical(point), signature), f"le point de contrôle {n} : signature")
    for account, head in point["heads"].items(): heads.setdefault(account, set()).add((head["n"], head["fingerprint"]))
check(len(sys.argv) < 4 or {*lines(sys.argv[3])} <= {*points}, "le témoin a d'autres points de contrôle")
for account in sorted({*heads, *(chain.parent.name for chain in journal.glob("*/chain.jsonl"))}):
    held = {(*at.parts[-2:], r["n"], sha(bytes.fromhex(r["salt"]) + canonical(r["payload"]))): r["payload"]
            for at in (journal / account).glob("payloads/*/*") for r in map(json.loads, lines(at.parent, at.name))}
    seen, missing = {0: sha(b"datalab journal " + account.encode())}, set()
    for n, raw in enumerate(lines(journal / account, "chain.jsonl"), 1):
        line, seen[n] = json.loads(raw), sha(raw)
        at, promise = (line["class"], f"{line['moment'][:10]}.jsonl"), line["commitment"]
        check((line["n"], line["previous"]) == (n, seen[n - 1]), f"{account}, ligne {n} : ne suit pas la précédente")
        told = held.get((*at, n, promise))
        if told is None: missing.add(at)
        elif line["kind"] == "payloads_purged": missing -= {(told["class"], f"{day}.jsonl") for day in told["days"]}
    check(not missing, f"{account} : des contenus sont changés, déplacés ou ôtés sans effacement annoncé")
    check(heads.get(account, set()) <= {*seen.items()}, f"{account} : la chaîne n'a plus une tête qui fut signée")
print(f"Intact jusqu'au point de contrôle {len(points)} ; sans copie d'un témoin, root a pu tout réécrire.")
