"""How long a move of any size takes, on how many machines, and what its requests cost.

Computed from what was measured, not run: the figures are those of :data:`MEASURED`, each of which
``benchmarks/`` measures anew on whatever machine it runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from medialift.providers import Provider
from medialift.report.bill import month
from medialift.report.estimate import PAGE


@dataclass(frozen=True, slots=True)
class Measured:
    """CPU seconds of one core, ledger included, and bytes that the ledger keeps."""

    at: date
    per_object: float
    per_byte: float
    plan: float
    verify: float
    ledger_bytes: int


MEASURED = Measured(
    at=date(2026, 11, 21),
    per_object=0.0007,  # 20 KiB over TLS, the whole of `migrate`: 0.6 to 0.85 ms on a busy machine
    per_byte=2.4e-9,  # MD5 at 0.9 GB/s, SHA-256 at 2 GB/s, TLS at 1.4 GB/s, one after another on one core
    plan=0.00003,
    verify=0.000015,
    ledger_bytes=320,
)


@dataclass(frozen=True, slots=True)
class Machine:
    """One worker: ``latency`` in seconds to the service, ``line`` in bytes per second."""

    cores: int = 2
    transfers: int = 128
    latency: float = 0.02
    line: int = 125_000_000

    def rate(self, size: int, measured: Measured = MEASURED) -> float:
        """Objects of *size* bytes a second: whatever gives out first of CPU, line and number in flight."""
        cpu = self.cores / (measured.per_object + size * measured.per_byte)
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
    """US dollars at one provider: ``once`` for the requests of the move, ``monthly`` for keeping the objects."""

    provider: str
    objects: int
    once: float | None
    monthly: float | None


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
    charges = tuple(_charge(provider, count, size) for provider in providers if provider.prices.as_of
                    for count in objects)  # fmt: skip
    ledger = tuple((count, count * MEASURED.ledger_bytes) for count in objects)
    return CapacityReport(size, machine, MEASURED, tuple(_stints(objects, machines, size, machine)), ledger, charges)


def _stints(objects: Sequence[int], machines: Sequence[int], size: int, machine: Machine) -> Iterator[Stint]:
    for count in objects:
        for number in machines:
            rate = machine.rate(size) * number
            alone = count * (MEASURED.plan + MEASURED.verify) + count / PAGE * machine.latency
            yield Stint(count, number, rate, count / rate + alone)


def _charge(provider: Provider, count: int, size: int) -> Charge:
    prices = provider.prices
    # One request for each object, and two listings: what is there before, and the proof.
    costs = ((prices.per_1000_puts, count / 1000), (prices.per_1000_lists, 2 * count / PAGE / 1000))
    known = [price * amount for price, amount in costs if price is not None]
    bill = month(prices, stored=count * size)
    once = sum(known) if len(known) == len(costs) else None
    return Charge(provider.label, count, once, bill.total if bill else None)
