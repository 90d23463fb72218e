"""The parts of the providers' pages that the data files know: ``python -m tests.docs`` writes them anew.

A page holds its own words, and between two marks what is written here::

    <!-- begin: limits --> … <!-- end: limits -->
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from medialift.keys import key_for
from medialift.providers import Fact, Means, Offer, Prices, Provider, load_provider, provider_ids
from medialift.report import units
from medialift.report.bill import GB, month
from medialift.types import ETag
from tests.docs.blocks import ROOT

PROVIDERS = ROOT / "docs" / "providers"
COMPARISON = PROVIDERS / "index.md"
EXAMPLE_REGIONS: Mapping[str, str] = {
    "b2": "us-west-004",
    "hetzner": "fsn1",
    "s3": "eu-west-1",
    "scaleway": "fr-par",
    "spaces": "fra1",
    "supabase-s3": "eu-west-1",
    "wasabi": "eu-central-1",
}
"""Regions that exist, for the examples: the data files do not list them."""
SITES = ((5, 10), (50, 200), (1000, 1000))
"""Gigabytes kept and downloaded in a month, of the sites whose bills are shown."""
TRIED = (
    "tries the bucket before the first move, in about 25 requests below `.medialift-probe/` which it removes again, "
    "and remembers the result for 30 days; `medialift probe ALIAS` shows it"
)
SELF_HOSTED = ("ceph", "s3-compatible", "minio", "garage")
"""Nobody has an account there."""
EXAMPLE_NAMES = ("été 日本.jpg", "cafe\u0301.jpg")


# ── in the settings ──────────────────────────────────────────────────────────────────────────


def settings(provider: Provider) -> str:
    """The provider as one line in the environment, and the variables that are read."""
    lines = ["```text", dsn(provider), "```"]
    if provider.environment:
        lines += ["", "| option | variables, the first that is set counts |", "|---|---|"]
        lines += [f"| `{option}` | {_listed(names)} |" for option, names in provider.environment.items()]
    return "\n".join(lines)


def dsn(provider: Provider) -> str:
    """A complete ``MEDIA_STORAGE_URL`` but for the keys."""
    endpoint = provider.endpoint
    parameters = re.findall(r"\{(\w+)\}", next(iter(endpoint.templates), ""))
    query = []
    if "account_id" in parameters and not endpoint.account_first:
        query.append("account_id=ACCOUNT")
    if not endpoint.default_region and (endpoint.sdk_default or provider.id in EXAMPLE_REGIONS):
        query.append(f"region={EXAMPLE_REGIONS[provider.id]}")
    if not endpoint.templates:
        query.append("endpoint_url=https://s3.example.com")
    place = "PROJECT/bucket/media" if endpoint.account_first else "bucket/media"
    return f"{provider.id}://{place}" + (f"?{'&'.join(query)}" if query else "")


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


# ── what it cannot do ────────────────────────────────────────────────────────────────────────


def limits(provider: Provider) -> str:
    """Each difference that the data has a reason for, and what follows from it."""
    rows = [f"| {fact.reason} | {answer} |" for fact, answer in differences(provider)]
    return "\n".join([f"| {provider.label} | medialift |", "|---|---|", *rows])


def differences(provider: Provider) -> Iterator[tuple[Fact, str]]:
    """A section of the file, and the answer to it."""
    if provider.probing:
        yield provider.probing, TRIED
    yield provider.create, _creating(provider)
    yield provider.integrity, _proving(provider)
    if (rules := provider.keys.rules) != type(rules)():
        yield provider.keys, _escaping(provider)
    yield provider.multipart, _parts(provider)
    if provider.lost_headers:
        yield provider.lost_headers, "refuses to store compressed bytes: browsers would get them as they are"
    if provider.copying:
        yield provider.copying, "sends it as it is"
    if provider.kinds:
        yield provider.kinds, "goes by the extension; what is refused as an image or a video is kept as a file"
    if provider.withheld:
        yield provider.withheld, "`medialift doctor` tries it and says so; a move carries them all the same"
    batch = provider.deletion.batch
    how = f"deletes up to {batch:,} keys in one request" if batch > 1 else "deletes one by one"
    how += ", with `Content-MD5`" if provider.deletion.content_md5 and batch > 1 else ""
    yield (
        provider.deletion,
        how + ("; a plan tells what hidden versions cost" if provider.deletion.keeps_versions else ""),
    )
    if not provider.listing.is_sorted:
        yield provider.listing, "sorts every listing before it compares"
    yield provider.throttling, f"waits and tries again ({_throttled(provider)}); a move sends fewer at a time"
    yield provider.presigning, _signing(provider)
    yield provider.public_url, _plain(provider)
    if provider.permissions:
        rows = "`medialift policy rls ALIAS` writes the policies, and `--check` says what those that are there allow"
        key = "`medialift policy app ALIAS` writes what makes a key that can do no more than it must"
        yield provider.permissions, rows if provider.permissions.means is Means.ROWS else key


def _creating(provider: Provider) -> str:
    if provider.create.put and provider.create.multipart:
        return "a new file keeps its name, in one request; one that is taken gets another name"
    suffix = "each new file gets a random suffix; a move works from listing and ledger"
    if provider.create.put:
        return f"a new file keeps its name, in one request; of those that go up in parts, {suffix}"
    return f"until a probe has found it to be honoured, {suffix}" if provider.probing else suffix


def _proving(provider: Provider) -> str:
    if checked := sorted(provider.integrity.checked):
        return f"has the service compare each body with its digest ({', '.join(f'`{name}`' for name in checked)})"
    return {
        ETag.MD5: "compares the ETag with the MD5 of the bytes that it read",
        ETag.WHOLE_MD5: "compares the ETag where it is an MD5, and reads the other files back",
        ETag.OPAQUE: "reads each file back and compares every byte, unless a probe finds something better",
    }[provider.integrity.etag]


def _escaping(provider: Provider) -> str:
    keys = {name: key_for(name, provider.traits.key_rules) for name in EXAMPLE_NAMES}
    shown = next((f" (`{name}` lies under `{key}`)" for name, key in keys.items() if key != name), "")
    return (
        f"[escapes](../explain/keys.md) what would not be held as it is, and only in the key{shown}; a plan counts them"
    )


def _parts(provider: Provider) -> str:
    traits = provider.traits
    if not traits.multipart_threshold:
        return "sends each file in one request"
    equal = ", all of one size but the last" if provider.multipart.equal_parts else ""
    return (
        f"sends files above {units.size(traits.multipart_threshold)} in parts of {units.size(traits.part_size)}{equal}"
    )


def _throttled(provider: Provider) -> str:
    words = [str(status) for status in sorted(provider.throttling.statuses)] + sorted(provider.throttling.codes)
    return ", ".join(f"`{word}`" for word in words)


def _signing(provider: Provider) -> str:
    methods = ", ".join(method for method in ("GET", "HEAD", "PUT", "DELETE") if method in provider.presigning.methods)
    return f"signs {methods} in the process, for {provider.presigning.max_seconds // 86400} days at most"


def _plain(provider: Provider) -> str:
    if not provider.public_url.template:
        return "`url()` signs; with `custom_domain` set, its URLs are plain"
    return f"plain URLs are `{provider.public_url.template}`, or those of `custom_domain`"


# ── what it costs ────────────────────────────────────────────────────────────────────────────


def costs(provider: Provider) -> str:
    """The price list, and what three sites would pay."""
    prices = provider.prices
    if prices.as_of is None:
        return f"{prices.reason} There is no price list for it here, and `plan --compare` says so."
    region = f", {prices.region}" if prices.region else ""
    lines = [f"US dollars, read on {prices.as_of.isoformat()}{region} ([source]({prices.source})). {prices.reason}", ""]
    lines += ["| | |", "|---|---|"]
    lines += [f"| {what} | {_price(getattr(prices, name))} |" for name, what in _PRICED.items()]
    lines += [f"| {_offer_name(offer)} | {_offer(offer)} |" for offer in prices.offers]
    lines += ["", "| a site that keeps, and sends in a month | pays a month |", "|---|---|"]
    lines += [f"| {kept:,} GB, {sent:,} GB | {_bill(prices, kept, sent)} |" for kept, sent in SITES]
    return "\n".join(lines)


_PRICED = {
    "gb_month": "a gigabyte, for a month",
    "egress_gb": "a gigabyte sent to visitors",
    "per_1000_puts": "1,000 writes",
    "per_1000_gets": "1,000 reads",
    "per_1000_lists": "1,000 listings of 1,000 files",
}


def _price(price: float | None) -> str:
    return "?" if price is None else "free" if not price else f"{price:f}".rstrip("0").rstrip(".")


def _offer_name(offer: Offer) -> str:
    return f"included in {offer.name}" if offer.name else "included"


def _offer(offer: Offer) -> str:
    shared = "stored and sent together" if offer.shared else "stored"
    parts = [f"{offer.stored_gb:,g} GB {shared}"] if offer.stored_gb else []
    parts += [f"{offer.egress_gb:,g} GB sent"] if offer.egress_gb else []
    price = f", for {offer.month:,.2f} a month" if offer.month else ", free"
    return ", ".join(parts) + price + ("; no more than that" if offer.is_limit else "")


def _bill(prices: Prices, kept: int, sent: int) -> str:
    bill = month(prices, stored=kept * GB, sent=sent * GB)
    if bill is None:
        return "?"
    return units.money(bill.total) + (f" ({bill.offer})" if bill.offer else "")


# ── what was tried ───────────────────────────────────────────────────────────────────────────


def tried(provider: Provider) -> str:
    """What stood in its place, and how to try one's own."""
    live = "" if provider.id in SELF_HOSTED else " **Nothing was tried on a live account.**"
    return (
        f"{provider.tried}{live} `python manage.py medialift probe cloud` tries yours in a minute and leaves nothing "
        f"behind; `MEDIALIFT_TEST_{provider.id.upper().replace('-', '_')}` holds the tests against it (see "
        "CONTRIBUTING.md)."
    )


# ── where it comes from ──────────────────────────────────────────────────────────────────────


def sources(provider: Provider) -> str:
    """The pages that the file's values were taken from."""
    found = dict.fromkeys(fact.source for fact, _ in differences(provider))
    return "\n".join(
        f"- <{source}>" if source.startswith("https://") and " " not in source else f"- {source}" for source in found
    )


# ── choosing ─────────────────────────────────────────────────────────────────────────────────


def comparison() -> str:
    """Every provider in one table, by the price of the middle site."""
    chosen = [provider for provider in map(load_provider, provider_ids()) if provider.choosing]
    chosen.sort(key=_middle)
    head = [
        "| | kept, GB-month | sent, GB | included | image sizes | database | prices of |",
        "|---|---|---|---|---|---|---|",
    ]
    lines = [*head, *map(_row, chosen), "", *_bills(chosen), ""]
    for provider in chosen:
        assert provider.choosing
        lines += [
            _linked(provider),
            f": {provider.choosing.suits} {provider.choosing.reason}",
            "",
        ]
    return "\n".join(lines).rstrip()


def _middle(provider: Provider) -> tuple[bool, float, str]:
    kept, sent = SITES[1]
    bill = month(provider.prices, stored=kept * GB, sent=sent * GB)
    return bill is None, bill.total if bill else 0.0, provider.label


def _row(provider: Provider) -> str:
    prices, choosing = provider.prices, provider.choosing
    assert choosing
    included = "; ".join(f"{offer.name}: {_offer(offer)}" if offer.name else _offer(offer) for offer in prices.offers)
    free = f"; {prices.egress_per_stored:g} × what is stored sent free" if prices.egress_per_stored else ""
    cells = (
        _linked(provider),
        _price(prices.gb_month),
        _price(prices.egress_gb),
        (included + free).removeprefix("; ") or "–",
        choosing.images or "–",
        choosing.database or "–",
        prices.as_of.isoformat() if prices.as_of else "–",
    )
    return "| " + " | ".join(cells) + " |"


def _linked(provider: Provider) -> str:
    page = page_of(provider.id)
    return f"[{provider.label}]({page.name})" if page.exists() else provider.label


def _bills(providers: list[Provider]) -> Iterator[str]:
    yield "| a month for a site with | " + " | ".join(f"{kept:,} GB, {sent:,} GB sent" for kept, sent in SITES) + " |"
    yield "|---" * (len(SITES) + 1) + "|"
    for provider in providers:
        if provider.prices.as_of:
            yield f"| {provider.label} | " + " | ".join(_bill(provider.prices, *site) for site in SITES) + " |"


# ── the files ────────────────────────────────────────────────────────────────────────────────

BLOCKS: Mapping[str, Callable[[Provider], str]] = {
    "settings": settings,
    "limits": limits,
    "costs": costs,
    "tried": tried,
    "sources": sources,
}


def page_of(provider: str) -> Path:
    return PROVIDERS / f"{provider}.md"


def written(page: str, name: str, text: str) -> str:
    """*page* with the block *name* holding *text*."""
    begin, end = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    return pattern.sub(lambda _: f"{begin}\n\n{text}\n\n{end}", page, count=1)


def up_to_date(path: Path) -> str:
    """The page as it should be."""
    page = path.read_text(encoding="utf-8")
    if path == COMPARISON:
        return written(page, "comparison", comparison())
    provider = load_provider(path.stem)
    for name, make in BLOCKS.items():
        page = written(page, name, make(provider))
    return page


def pages() -> list[Path]:
    """The pages with such parts."""
    return [COMPARISON, *(page for page in map(page_of, provider_ids()) if page.exists())]
