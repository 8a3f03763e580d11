"""What of the front keeps a page of a workspace in, each with how a test takes it away."""

from __future__ import annotations

from tests.support.front import TEMPLATE, Edit, without

REMOVALS: dict[str, Edit] = {
    "connect-src": without(TEMPLATE, "connect-src 'self';", "connect-src *;"),
    "default-src": without(TEMPLATE, "default-src 'self' ", "default-src * "),
    "form-action": without(TEMPLATE, "form-action 'self'; "),
    "base-uri": without(TEMPLATE, "base-uri 'self'; "),
    "object-src": without(TEMPLATE, "object-src 'none'; "),
    "frame-ancestors": without(TEMPLATE, "object-src 'none'; frame-ancestors 'none'; ", "object-src 'none'; "),
    "bac à sable : téléchargements": without(
        TEMPLATE, "sandbox allow-scripts", "sandbox allow-downloads allow-scripts"
    ),
    "bac à sable : fenêtres": without(
        TEMPLATE, "allow-forms allow-modals", "allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox"
    ),
    "Connection-Allowlist": without(TEMPLATE, r"add_header Connection-Allowlist .*;"),
    "Permissions-Policy": without(TEMPLATE, r"add_header Permissions-Policy .*;"),
    "Cross-Origin-Resource-Policy": without(TEMPLATE, r"add_header Cross-Origin-Resource-Policy .*;"),
    "origine des demandes": without(TEMPLATE, r"if \(\$foreign\) \{ return 403; \}"),
    "origine des websockets": without(TEMPLATE, r"\(\\S\+\) \\1 websocket\$", r"\S+ \S* websocket$"),
    "service workers": without(TEMPLATE, r"if \(\$http_service_worker\) \{ return 403; \}"),
    "réponses": without(TEMPLATE, r"(?:header|body)_filter_by_lua_block \{.*\}"),
    "adresses": without(TEMPLATE, "default closed;", "default page;"),
    "porte": without(TEMPLATE, r"/door/door\.sock:;", "/ws/$p--$w/j.sock:;"),
}
