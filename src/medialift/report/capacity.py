"""How long a move of any size takes, on how many machines, and what its requests cost.

Computed from what was measured, not run: the figures are those of ``measured.toml``, each of which
``benchmarks/`` measures anew on whatever machine it runs, and the prices and limits are the providers' own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from medialift.move.express import LARGEST
from medialift.providers import Provider
from medialift.report.bill import month
from medialift.report.estimate import PAGE
from medialift.report.measured import Measured, measured


@dataclass(frozen=True, slots=True)
class Machine:
    """One worker: ``latency`` in seconds to the service, ``line`` in bytes per second."""

    cores: int = 2
    transfers: int = 256
    latency: float = 0.02
    line: int = 125_000_000

    def rate(self, size: int, measured: Measured) -> float:
        """Objects of *size* bytes a second: whatever gives out first of CPU, line and number in flight."""
        # Small ones are sent by one thread: another core serves another worker.
        cores = 1 if size <= LARGEST else self.cores
        cpu = cores / measured.copying(size)
        return min(cpu, self.line / max(size, 1), self.transfers / (self.latency + size / self.line))


@dataclass(frozen=True, slots=True)
class Stint:
    """One number of objects on one number of machines. Copying is shared, planning and verifying are not."""

    objects: int
    machines: int
    rate: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Charge:
    """US dollars at one provider: ``once`` for the requests of the move, ``monthly`` for keeping the objects.

    ``seconds`` is the shortest time in which it lets so many be written, if it says how many requests it takes.
    """

    provider: str
    objects: int
    once: float | None
    monthly: float | None
    seconds: float | None


@dataclass(frozen=True, slots=True)
class CapacityReport:
    size: int
    machine: Machine
    measured: Measured
    stints: tuple[Stint, ...]
    ledger: tuple[tuple[int, int], ...]
    """Bytes of the ledger by number of objects."""
    charges: tuple[Charge, ...]


def capacity(
    objects: Sequence[int], machines: Sequence[int], size: int, machine: Machine, providers: Iterable[Provider]
) -> CapacityReport:
    """Every number of *objects* of *size* bytes on every number of *machines*, and at every provider with prices."""
    figures = measured()
    charges = tuple(_charge(provider, count, size) for provider in providers if provider.prices.as_of
                    for count in objects)  # fmt: skip
    ledger = tuple((count, round(count * figures.ledger.value)) for count in objects)
    stints = tuple(_stints(objects, machines, machine.rate(size, figures), machine, figures))
    return CapacityReport(size, machine, figures, stints, ledger, charges)


def _stints(
    objects: Sequence[int], machines: Sequence[int], rate: float, machine: Machine, figures: Measured
) -> Iterator[Stint]:
    for count in objects:
        alone = count * (figures.plan.value + figures.verify.value) + count / PAGE * machine.latency
        for number in machines:
            yield Stint(count, number, rate * number, count / (rate * number) + alone)


def _charge(provider: Provider, count: int, size: int) -> Charge:
    prices, per_second = provider.prices, provider.throttling.per_second
    # One request for each object, and two listings: what is there before, and the proof.
    costs = ((prices.per_1000_puts, count / 1000), (prices.per_1000_lists, 2 * count / PAGE / 1000))
    known = [price * amount for price, amount in costs if price is not None]
    bill = month(prices, stored=count * size)
    once = sum(known) if len(known) == len(costs) else None
    seconds = count / per_second if per_second else None
    return Charge(provider.label, count, once, bill.total if bill else None, seconds)
