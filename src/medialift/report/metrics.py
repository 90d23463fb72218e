"""What a watch has found, as Prometheus collects it: served over HTTP, or written to a file for node_exporter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medialift.doctor.check import State
from medialift.doctor.watch import Round
from medialift.errors import RefusedError
from medialift.stores.extras import missing_extra

if TYPE_CHECKING:
    from prometheus_client.core import GaugeMetricFamily


@dataclass(frozen=True, slots=True)
class Metric:
    """A gauge: a promise to dashboards and alerts, as the ids of findings are."""

    name: str
    help: str
    labels: tuple[str, ...] = ()


CHECK = ("alias", "id", "about")
FINDING = Metric("medialift_doctor_finding", "1 if the check finds something, 0 if not; absent if unknown.", CHECK)
UNKNOWN = Metric("medialift_doctor_unknown", "1 if nobody can tell how the check ends, 0 if it is known.", CHECK)
ROUNDS = Metric("medialift_doctor_rounds", "Rounds of this watch so far.")
ENDED = Metric("medialift_doctor_round_timestamp_seconds", "When the last round ended, in Unix time.")
TOOK = Metric("medialift_doctor_round_duration_seconds", "How long the last round took.")
EXPIRES = Metric(
    "medialift_credentials_expiry_timestamp_seconds",
    "When credentials end, in Unix time; absent if not known.",
    ("alias",),
)
METRICS = (FINDING, UNKNOWN, ROUNDS, ENDED, TOOK, EXPIRES)


class Exposition:
    """The last round, for whoever collects it.

    Raises :class:`~medialift.errors.MissingExtraError` if the library is not installed.
    """

    def __init__(self) -> None:
        try:
            from prometheus_client import CollectorRegistry
        except ModuleNotFoundError as error:
            raise missing_extra("prometheus", error) from error
        self._last: Round | None = None
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    def show(self, found: Round) -> None:
        self._last = found

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """What the library asks for; nothing before the first round has ended."""
        return _families(self._last) if self._last else ()

    def write(self, path: str) -> None:
        """Write the last round to *path*, all of it or nothing. Raises :class:`~medialift.errors.RefusedError`."""
        from prometheus_client import write_to_textfile

        try:
            write_to_textfile(path, self._registry)
        except OSError as error:
            raise RefusedError(f"{path} cannot be written: {error.strerror}") from error

    @contextmanager
    def served(self, host: str, port: int) -> Iterator[int]:
        """Serve ``/metrics``; gives the port, which is a free one for 0. Raises ``RefusedError`` if it is taken."""
        from prometheus_client import start_http_server

        try:
            server, thread = start_http_server(port, addr=host, registry=self._registry)
        except OSError as error:
            raise RefusedError(f"{host}:{port} cannot be listened on: {error.strerror}") from error
        try:
            yield server.server_port
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _families(found: Round) -> Iterator[GaugeMetricFamily]:
    finding, unknown = _family(FINDING), _family(UNKNOWN)
    for outcome in found.outcomes:
        labels = [outcome.alias, outcome.id, outcome.about]
        if outcome.state in (State.OK, State.FINDING):
            finding.add_metric(labels, float(outcome.state is State.FINDING))
        if outcome.state is not State.NOT_APPLICABLE:
            unknown.add_metric(labels, float(outcome.state is State.UNKNOWN))
    expires = _family(EXPIRES)
    for alias, end in found.expires.items():
        expires.add_metric([alias], end.timestamp())
    yield from (finding, unknown, expires)
    for metric, value in ((ROUNDS, found.number), (ENDED, found.ended.timestamp()), (TOOK, found.seconds)):
        family = _family(metric)
        family.add_metric([], float(value))
        yield family


def _family(metric: Metric) -> Any:
    from prometheus_client.core import GaugeMetricFamily

    return GaugeMetricFamily(metric.name, metric.help, labels=metric.labels)
