"""The exact sequence of a switch, on the platform that a site runs on."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from medialift.generate.variables import Variable

MANAGE = "python manage.py"


@dataclass(frozen=True, slots=True)
class Platform:
    """How things are done there.

    ``inside`` is a template of the command that runs something where the uploads lie (``{command}``),
    ``set`` one that sets variables: each in a line of its own (``{name}``, ``{value}``), or all in one call
    (``{pairs}``). ``restart`` is empty where setting variables restarts at once. ``loses_disk``: the uploads
    on the old disk are gone with the restart.
    """

    id: str
    label: str
    inside: str
    set: str
    restart: str
    logs: str
    loses_disk: bool
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


PLATFORMS: Mapping[str, Platform] = MappingProxyType(
    {
        platform.id: platform
        for platform in (
            Platform(
                "render",
                "Render",
                inside="{command}",
                set="{name}={value}",
                restart="In the dashboard: Environment, Save and deploy.",
                logs="In the dashboard: Logs.",
                loses_disk=True,
                notes=(
                    "Run commands in the service's own Shell: a one-off job cannot see its disk.",
                    "Set the variables in the dashboard under Environment, and save them together at the end: "
                    "every deploy throws away what lies on no persistent disk.",
                ),
                sources=("https://render.com/docs/one-off-jobs", "https://render.com/docs/disks"),
            ),
            Platform(
                "heroku",
                "Heroku",
                inside="{command}",
                set="heroku config:set {pairs}",
                restart="",
                logs="heroku logs --tail",
                loses_disk=True,
                notes=(
                    "Run commands inside the web dyno, `heroku ps:exec --dyno=web.1`: `heroku run` starts another "
                    "dyno with an empty disk. The session has no config vars: export DATABASE_URL and what else "
                    "the settings read first. With several web dynos, do the final pass in each of them.",
                    "Set all variables in one call of heroku config:set: it restarts the app at once, and with "
                    "that the old uploads are gone.",
                ),
                sources=(
                    "https://devcenter.heroku.com/articles/exec",
                    "https://devcenter.heroku.com/articles/config-vars",
                    "https://devcenter.heroku.com/articles/dynos#ephemeral-filesystem",
                ),
            ),
            Platform(
                "fly",
                "Fly.io",
                inside="fly ssh console -C {quoted}",
                set="fly secrets set --stage {pairs}",
                restart="fly secrets deploy",
                logs="fly logs",
                loses_disk=True,
                notes=(
                    "With several machines, do the final pass on each (--machine ID): every one has a disk of its own.",
                    "Only what lies on a volume outlives the restart.",
                ),
                sources=("https://fly.io/docs/flyctl/secrets", "https://fly.io/docs/reference/volumes"),
            ),
            Platform(
                "docker",
                "Docker Compose",
                inside="docker compose exec web {command}",
                set="{name}={value}",
                restart="docker compose up --detach web",
                logs="docker compose logs --follow web",
                loses_disk=True,
                notes=(
                    "The service is called web here. Put the variables into its env_file.",
                    "The restart makes a new container: only what lies on a volume or a bind mount is still there.",
                ),
                sources=("https://docs.docker.com/reference/cli/docker/compose/up/",),
            ),
            Platform(
                "systemd",
                "systemd",
                inside="{command}",
                set="{name}={value}",
                restart="sudo systemctl restart SITE",
                logs="journalctl --unit SITE --follow",
                loses_disk=False,
                notes=("Put the variables into the unit's EnvironmentFile, readable by the site's user only.",),
                sources=("https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html",),
            ),
            Platform(
                "generic",
                "any other host",
                inside="{command}",
                set="{name}={value}",
                restart="Restart every process of the site: web, workers, schedulers.",
                logs="Follow the site's log.",
                loses_disk=True,
                notes=("Run commands where the uploads lie, in the environment of the site.",),
            ),
        )
    }
)
"""By id, the one to fall back on last."""

LOOK_FOR = (
    "PermissionError, AccessDeniedError: the key may not do what the site does; `medialift doctor` says what.",
    "CredentialsError: a variable is missing in one of the processes (workers have an environment of their own).",
    "WrongRegionError, ClockSkewError, BucketNotFoundError: the message names the setting.",
    "FileNotFoundError of old files: the final pass was not the last one; run it again.",
    "NotImplementedError from .path: code that wants a file on a disk; open the file instead.",
)
"""What a log shows when something about the new place is wrong, most likely first."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The switch of one move. ``settings`` are the lines for a settings module that reads no variable.

    ``freezes`` says that the site obeys ``medialift freeze``; ``kept`` is the alias of the old place afterwards.
    """

    move: str
    source: str
    target: str
    variables: Sequence[Variable]
    settings: str
    freezes: bool
    kept: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ``lines`` are to be typed or pasted, ``why`` and ``notes`` are for people."""

    title: str
    lines: tuple[str, ...]
    why: str = ""
    notes: tuple[str, ...] = ()


def sequence(platform: Platform, plan: Plan) -> tuple[Step, ...]:
    """Every step in order, from the freeze to the way back."""
    return tuple(_steps(platform, plan))


def _steps(platform: Platform, plan: Plan) -> Iterator[Step]:
    if plan.freezes:
        why = "From here on nothing is uploaded; users are told to try again."
        yield Step("Freeze uploads", (_run(platform, "freeze on --minutes 5"),), why)
    final = f"migrate --from {plan.source} --to {plan.target}"
    yield Step("The final pass", (_run(platform, final),), _why_final(platform, plan))
    if plan.variables:
        yield from _settings(platform, plan)
    else:
        yield Step("The settings", tuple(plan.settings.splitlines()), "At the end of the settings module.")
    yield Step("Restart", (platform.restart,) if platform.restart else (), _WHY_RESTART)
    check = f"switch {plan.move} --check"
    yield Step("Check", (_run(platform, check),), "Exit code 0: new uploads land in the bucket, and old ones resolve.")
    if plan.freezes:
        yield Step("Open the doors", (_run(platform, "freeze off"),))
    if not platform.loses_disk:
        late = f"migrate --from {plan.kept} --to {plan.source}"
        yield Step("Late uploads", (_run(platform, late),), "What was saved at the old place up to the restart.")
    yield Step("The log", (platform.logs,), "What to look for, most likely first:", LOOK_FOR)
    back = f"back {plan.move}"
    why = "Brings home what was uploaded meanwhile. Then unset the variables, and restart."
    yield Step("If it has to be undone", (_run(platform, back),), why)


def _settings(platform: Platform, plan: Plan) -> Iterator[Step]:
    yield Step("The variables", tuple(_set(platform, plan.variables)), _WHY_VARIABLES)
    why = "At the end of the settings module, in the place of MEDIA_STORAGE_URL."
    if plan.settings:
        yield Step("Or the settings, if they read no variable", tuple(plan.settings.splitlines()), why)


_WHY_VARIABLES = "What begins with YOUR_ is for you to fill in: no secret is shown here."
_WHY_RESTART = "Web processes, workers and schedulers: each has an environment of its own."


def _why_final(platform: Platform, plan: Plan) -> str:
    if plan.freezes:
        return "Copies what changed since the last run, and proves all of it. Go on only after exit code 0."
    lost = "is lost with the old disk" if platform.loses_disk else "stays behind until the step for late uploads"
    return (
        f"Go on only after exit code 0, and at once: what is uploaded between this and the restart {lost}. "
        "A site that obeys `medialift freeze` has no such gap."
    )


def _run(platform: Platform, arguments: str) -> str:
    command = f"{MANAGE} medialift {arguments}"
    return platform.inside.format(command=command, quoted=shlex.quote(command))


def _set(platform: Platform, variables: Sequence[Variable]) -> Iterator[str]:
    values = {variable.name: variable.value or f"YOUR_{variable.name}" for variable in variables}
    if "{pairs}" in platform.set:
        yield platform.set.format(pairs=" ".join(f"{name}={shlex.quote(value)}" for name, value in values.items()))
    else:
        yield from (platform.set.format(name=name, value=value) for name, value in values.items())
