"""``--on``: the copying of a move, done by the workers of the site's task queue."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from medialift import ledger
from medialift.cli.arguments import positive
from medialift.cli.moves import OpenMove, OpenPair
from medialift.cli.output import Output
from medialift.ledger.shards import Shards
from medialift.move.run import Copying, copy_planned
from medialift.move.shards import ShardSize, even
from medialift.workers.crew import Crew
from medialift.workers.message import Message
from medialift.workers.queues import QUEUES, open_queue

TRANSFERS = 32
"""Transfers at a time of each worker, unless --workers says otherwise: there are many workers."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "many machines",
        "Every worker of the queue copies a part; --workers and --bandwidth are then each worker's own.",
    )
    group.add_argument("--on", choices=sorted(QUEUES), help="the task queue whose workers copy")
    group.add_argument(
        "--shard", type=positive, metavar="N", help="files a part (default: at most 2000, fewer towards the end)"
    )
    group.add_argument(
        "--lease",
        type=positive,
        metavar="SECONDS",
        default=60,
        help="a worker that is not heard of for so long is taken for dead (default: %(default)s)",
    )


Shares = Callable[[OpenMove, OpenPair, Output], Copying]
"""Who copies what is planned for one pair of a move."""


def here(move: OpenMove, pair: OpenPair, out: Output) -> Copying:
    """This process, alone."""
    return copy_planned


def shares(options: argparse.Namespace) -> Shares:
    """This process, or the queue that was asked for.

    Raises ``MissingExtraError`` or ``ConfigError`` if there is no such queue here.
    """
    if options.on is None:
        return here
    queue = open_queue(options.on)
    sizes = None if options.shard is None else even(ShardSize(files=options.shard))

    def share(move: OpenMove, pair: OpenPair, out: Output) -> Copying:
        message = Message(move.id, options.workers or TRANSFERS, options.bandwidth, options.lease)
        crew = Crew(queue, Shards(move.row), message, out.say, sizes)
        row = ledger.journal_of(move.row, pair.source, pair.target).pair
        return lambda job, to_do: crew.copy(job, row, to_do)

    return share
