"""What a site's files would cost at each provider, cheapest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from medialift.move.journal import Tally
from medialift.move.survey import Elsewhere, Fit, Survey
from medialift.providers import Prices, Provider
from medialift.report.bill import GB, month
from medialift.report.values import ComparedProvider


def places_of(providers: Iterable[Provider]) -> dict[str, Elsewhere]:
    """The providers as places that a survey holds files against, by id."""
    return {provider.id: Elsewhere(provider.traits, provider.multipart.max_object) for provider in providers}


def compared(
    found: Survey, providers: Iterable[Provider], source: Prices | None, *, sent: int
) -> tuple[ComparedProvider, ...]:
    """One estimate for each provider; those whose prices are not known come last.

    *sent* is what visitors download in a month, in bytes; *source* are the prices of where the files are now.
    """
    made = [_compared(provider, found.files, found.fits[provider.id], source, sent) for provider in providers]
    return tuple(sorted(made, key=lambda one: (one.monthly is None, one.monthly or 0.0, one.label)))


def _compared(provider: Provider, files: Tally, fit: Fit, source: Prices | None, sent: int) -> ComparedProvider:
    prices = provider.prices
    reads = round(files.files * sent / files.bytes) if files.bytes else 0
    bill = month(prices, stored=files.bytes, sent=sent, reads=reads) if prices.as_of else None
    once = (_requests(prices, fit.requests), _leaving(source, files))
    known = [cost for cost in once if cost is not None]
    return ComparedProvider(
        provider.id,
        provider.label,
        offer=bill.offer if bill else "",
        kept=bill.base + bill.stored if bill else None,
        sent=bill.sent + bill.reads if bill else None,
        monthly=bill.total if bill else None,
        once=sum(known) if len(known) == len(once) else None,
        prices_as_of=prices.as_of,
        about_prices=prices.reason,
        escaped=fit.escaped,
        refused=fit.refused,
        too_large=fit.too_large,
    )


def _requests(prices: Prices, count: int) -> float | None:
    return None if prices.per_1000_puts is None else prices.per_1000_puts * count / 1000


def _leaving(source: Prices | None, files: Tally) -> float | None:
    """What reading everything once costs where it is now; a disk sends no bill."""
    if source is None:
        return 0.0
    costs: Mapping[str, float] = {"per_1000_gets": files.files / 1000, "egress_gb": files.bytes / GB}
    prices = [(getattr(source, name), amount) for name, amount in costs.items()]
    return None if any(price is None for price, _ in prices) else sum(price * amount for price, amount in prices)
