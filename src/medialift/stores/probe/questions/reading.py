"""What a plain HTTP client gets, as a browser would: no driver and no signature of its own."""

from __future__ import annotations

import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta

from medialift.stores.client_settings import ClientSettings
from medialift.stores.probe.bench import Bench
from medialift.stores.probe.questions.writing import BODY, KEY
from medialift.stores.probe.values import Finding, Subject, Verdict
from medialift.stores.s3.urls import has_public_url, public_url, signed_url


def reading(bench: Bench) -> Iterator[Finding]:
    yield _signed(bench)
    yield _public(bench)


def _signed(bench: Bench) -> Finding:
    url = signed_url(
        bench.source,
        bench.folder + KEY,
        expires=timedelta(minutes=5),
        method="GET",
        now=None,
        filename=None,
        content_type=None,
    )
    status, body = _fetch(bench, url)
    told = f"GET of a signed URL: {status or body.decode()}"
    if status == 200:
        whole = body == BODY
        return Finding(Subject.SIGNED_URL, Verdict.YES if whole else Verdict.IGNORED, told)
    return Finding(Subject.SIGNED_URL, Verdict.NO if status else Verdict.UNKNOWN, told)


def _public(bench: Bench) -> Finding:
    domain = bench.spec.custom_domain
    if not has_public_url(bench.place, domain):
        return Finding(Subject.PUBLIC, Verdict.UNKNOWN, "no plain URL is known: set custom_domain if there is one")
    url = public_url(bench.source, bench.folder + KEY, custom_domain=domain, protocol=bench.spec.url_protocol)
    status, body = _fetch(bench, url)
    told = f"GET without a signature: {status or body.decode()}"
    if status == 200:
        return Finding(Subject.PUBLIC, Verdict.YES, told)
    return Finding(Subject.PUBLIC, Verdict.NO if 400 <= status < 500 and status != 429 else Verdict.UNKNOWN, told)


def _fetch(bench: Bench, url: str) -> tuple[int, bytes]:
    """Status and body; 0 and the reason if there was no answer. URLs are never told: they may grant access."""
    bench.requests += 1
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})  # noqa: S310 - our own address
    try:
        with _opener(bench.source.settings).open(request, timeout=bench.source.settings.read_timeout) as answer:
            return answer.status, answer.read(len(BODY) + 1)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, b""
    except OSError as error:
        return 0, f"no answer ({type(error).__name__})".encode()


def _opener(settings: ClientSettings) -> urllib.request.OpenerDirector:
    """Trusts the certificates, and goes through the proxies, that the store's own driver does."""
    context = ssl.create_default_context(cafile=settings.verify if isinstance(settings.verify, str) else None)
    if settings.verify is False:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    proxies = urllib.request.ProxyHandler(dict(settings.proxies) or None)
    return urllib.request.build_opener(proxies, urllib.request.HTTPSHandler(context=context))
