"""A browser's eye on the site: pages, the images on them, and the upload form."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import urllib3

Fields = dict[str, str | tuple[str, bytes, str]]
"""A form's fields: text, or a file as (name, bytes, content type)."""


@dataclass
class _Found(HTMLParser):
    images: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "img":
            self.images.append(given["src"])
        elif tag == "a":
            self.links.append(given["href"])
        elif tag == "input" and given.get("type") == "hidden":
            self.fields[given["name"]] = given["value"]


@dataclass(frozen=True)
class Page:
    """One page: absolute addresses of its images and links, and its form's hidden fields."""

    images: list[str]
    links: list[str]
    fields: dict[str, str]
    cookies: str


@dataclass(frozen=True)
class Browser:
    """Fetches pages and files; every answer but 200 and 302 is an error."""

    pool: urllib3.PoolManager = field(default_factory=urllib3.PoolManager)

    def page(self, url: str) -> Page:
        answer = self._request("GET", url)
        found = _Found()
        found.feed(answer.data.decode())
        cookies = answer.headers.get("Set-Cookie", "").split(";")[0]
        images = [urljoin(url, place) for place in found.images]
        return Page(images, [urljoin(url, place) for place in found.links], found.fields, cookies)

    def fetch(self, url: str) -> bytes:
        return self._request("GET", url).data

    def status(self, url: str) -> int:
        """The status of a request that may well be refused."""
        return self.pool.request("GET", url).status

    def submit(self, url: str, page: Page, fields: Fields) -> None:
        """Post a form with its hidden fields and cookie. Raises ``RuntimeError`` unless it is accepted."""
        headers = {"Cookie": page.cookies, "Referer": url}
        answer = self.pool.request("POST", url, fields={**page.fields, **fields}, headers=headers, redirect=False)
        if answer.status != 302:
            raise RuntimeError(f"{url} did not take the form: {answer.status}\n{answer.data.decode()[:2000]}")

    def _request(self, method: str, url: str) -> urllib3.BaseHTTPResponse:
        answer = self.pool.request(method, url)
        if answer.status != 200:
            raise RuntimeError(f"{method} {url} gave {answer.status}")
        return answer
