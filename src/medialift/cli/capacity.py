"""``capacity``: what a move of any size takes."""

from __future__ import annotations

import argparse

from medialift.cli.arguments import bandwidth, positive, volume
from medialift.cli.output import Output
from medialift.cli.verb import Exit, Verb
from medialift.providers import load_provider, provider_ids
from medialift.report.capacity import Machine, capacity

TEACHES = """\
Computes how long a move of so many objects takes, on one machine and on many,
what its requests cost at each provider, how long it takes there at least, and how
large the ledger gets. The figures were measured (`python -m benchmarks.capacity` in
a clone measures yours), prices and limits are those of the providers' pages.

It never touches a store or the ledger.

examples:
  manage.py medialift capacity
  manage.py medialift capacity --objects 40000000 --size 300KB --latency 80
"""
OBJECTS = (10**6, 10**8, 10**9)
MACHINES = (1, 4, 16)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    ordinary = Machine()
    parser.add_argument("--objects", type=positive, action="append", metavar="N", help="may be given several times")
    parser.add_argument("--machines", type=positive, action="append", metavar="N", help="may be given several times")
    parser.add_argument("--size", type=volume, default=100_000, metavar="SIZE", help="of one object (default: 100KB)")
    parser.add_argument("--cores", type=positive, default=ordinary.cores, metavar="N", help="of one machine")
    parser.add_argument("--transfers", type=positive, default=ordinary.transfers, metavar="N", help="at a time")
    parser.add_argument(
        "--latency",
        type=positive,
        default=round(ordinary.latency * 1000),
        metavar="MS",
        help="to the service, and back",
    )
    parser.add_argument(
        "--line", type=bandwidth, default=ordinary.line, metavar="RATE", help="of one machine (default: 125MB/s)"
    )


def run(options: argparse.Namespace, out: Output) -> Exit:
    machine = Machine(options.cores, options.transfers, options.latency / 1000, options.line)
    providers = [load_provider(id) for id in provider_ids()]
    objects, machines = options.objects or OBJECTS, options.machines or MACHINES
    out.conclude(capacity(objects, machines, options.size, machine, providers))
    return Exit.GOOD


VERB = Verb("capacity", "Say how long a move of any size takes, on how many machines", TEACHES, add_arguments, run)
