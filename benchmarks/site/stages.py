"""The whole move, and the CPU seconds of each of its stages as JSON. The start of the process is not in them."""

from __future__ import annotations

import argparse
import io
import json
import resource

import django


def main() -> None:
    django.setup()
    from medialift.cli import migrate
    from medialift.cli.output import Output
    from medialift.move.values import Progress

    class Stopwatch(Output):
        """Notes the CPU time at the last word of each stage."""

        def __init__(self) -> None:
            nobody = io.StringIO()
            super().__init__(nobody, nobody, as_json=True, width=80, terminal=False, answers=None)
            self.at: dict[str, float] = {}

        def tell(self, progress: Progress) -> None:
            self.at[progress.stage.value] = cpu_seconds()

    parser, out = argparse.ArgumentParser(), Stopwatch()
    migrate.add_arguments(parser)
    began = cpu_seconds()
    ended = migrate.run(parser.parse_args(["--from", "default", "--to", "cloud", "--yes"]), out)
    assert ended == 0, ended
    stages = dict(zip(out.at, (began, *out.at.values()), strict=False))
    print(json.dumps({name: out.at[name] - since for name, since in stages.items()}))


def cpu_seconds() -> float:
    """Those of this process, and of the second one of the move once it has ended, as it does with the copy stage."""
    both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


if __name__ == "__main__":
    main()
