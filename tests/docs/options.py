"""The option table as docs/reference/settings.md shows it: `python -m tests.docs.options` prints it anew."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.conf.options import OPTIONS, Option

NONSENSE = "?"


def kind(option: Option) -> str:
    """What the option takes, in the words of its own parser's refusal."""
    try:
        option.parse(NONSENSE)
    except ValueError as refusal:
        return str(refusal)
    return "a text"


def written(option: Option) -> Iterator[str]:
    """The option's names elsewhere: django-storages' ``OPTIONS``, then its settings."""
    for alias in option.aliases:
        yield from filter(None, (alias.name, *alias.settings))


def entry(option: Option) -> str:
    also = ", ".join(f"`{name}`" for name in written(option))
    lines = [
        f"`{option.name}`",
        f": {option.help}",
        f"  Takes {kind(option)}.",
        f"  Default: {option.default or 'none'}.",
    ]
    return "\n".join([*lines, *([f"  Also written {also}."] if also else [])])


def table() -> str:
    return "\n\n".join(entry(option) for option in OPTIONS)


if __name__ == "__main__":
    print(table())
