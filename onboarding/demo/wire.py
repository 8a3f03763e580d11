"""HTTP as a browser speaks it: a cookie goes back to the host that set it, and to no host below.

httpx copies its cookies into a jar of default policy before it sends, which gives a host's cookies to
the hosts below it; so the last word on what a request carries is here.
"""

from __future__ import annotations

from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urlsplit

import httpx

LOOPBACK = "127.0.0.1"


class Loopback(httpx.HTTPTransport):
    """Sends what is for `*.localhost` to this machine, under its own name, as browsers do."""

    def __init__(self, jar: CookieJar) -> None:
        super().__init__()
        self._cookies = httpx.Cookies(jar)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request with the cookies that the jar's policy gives it."""
        request.headers.pop("cookie", None)
        self._cookies.set_cookie_header(request)
        return super().handle_request(_direct(request))


def _direct(request: httpx.Request) -> httpx.Request:
    """The same request to this machine; its Host header was set from the name before."""
    if not is_local(request.url.host):
        return request
    return httpx.Request(
        request.method,
        request.url.copy_with(host=LOOPBACK),
        headers=request.headers,
        stream=request.stream,
        extensions=request.extensions,
    )


def is_local(host: str) -> bool:
    """Whether a name is this machine's, whatever the resolver says (RFC 6761)."""
    return host == "localhost" or host.endswith(".localhost")


class Wire:
    """One browser's connections and cookies."""

    def __init__(self, headers: dict[str, str], timeout_s: float) -> None:
        jar = CookieJar(DefaultCookiePolicy(strict_ns_domain=DefaultCookiePolicy.DomainStrict))
        self.client = httpx.Client(
            transport=Loopback(jar), cookies=jar, headers=headers, timeout=timeout_s, follow_redirects=True
        )

    @property
    def cookies(self) -> httpx.Cookies:
        """The cookies that the browser holds, of every host."""
        return self.client.cookies

    def cookie_header(self, address: str) -> str:
        """What a request to an address carries as cookies."""
        request = httpx.Request("GET", address)
        self.cookies.set_cookie_header(request)
        return str(request.headers.get("cookie", ""))

    def token(self, address: str) -> str:
        """The token against forgery for an address: the `_xsrf` cookie of the nearest path; empty if none."""
        host, path = urlsplit(address).hostname, urlsplit(address).path
        found = [
            cookie
            for cookie in self.cookies.jar
            if cookie.name == "_xsrf" and cookie.domain == host and path.startswith(cookie.path)
        ]
        return max(found, key=lambda cookie: len(cookie.path)).value or "" if found else ""
