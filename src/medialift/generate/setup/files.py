"""The small files: ``.env.example``, ``.gitignore``, policies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from medialift.errors import ConfigError
from medialift.generate import bucket, iam_policy, rls, steps
from medialift.generate.bucket import Wishes
from medialift.generate.narrow_key import Holding
from medialift.generate.rls import Access, Bucket
from medialift.generate.scope import Scope
from medialift.generate.setup.values import Choices, Edit, Environment, Proposals, Site, appended
from medialift.generate.variables import URL, Variable, variables
from medialift.providers import Means

EXAMPLES = (".env.example", ".env.sample", ".env.dist", "env.example", ".env.template")
CLOUD = "CLOUD_STORAGE_URL"
STATIC = "STATIC_STORAGE_URL"


def environment(choices: Choices, site: Site) -> Proposals:
    """Every variable that the example file lacks, with where to find it, and the present value of the others.

    No value is a secret.
    """
    path = next((name for name in EXAMPLES if site.read(name) is not None), EXAMPLES[0])
    text = site.read(path)
    known = set(re.findall(r"(?m)^\s*#?\s*(?:export\s+)?(\w+)=", text or ""))
    lines = [line for variable in needed(choices) if variable.name not in known for line in _explained(variable)]
    changed = _with_values(text, needed(choices))
    if not lines:
        return Proposals((Edit(path, text, changed),)) if text and changed != text else Proposals()
    head = "\n# Media (django-medialift)\n" if text else "# Media (django-medialift)\n"
    return Proposals((Edit(path, text, appended(changed, head + "\n".join(lines) + "\n")),))


def _with_values(text: str | None, wanted: Iterable[Variable]) -> str:
    """*text* in which the addresses that an earlier run has written are those of this one."""
    changed = text or ""
    for variable in wanted:
        if variable.value:
            line = re.compile(rf"(?m)^({re.escape(variable.name)}=)[^\r\n]*")
            changed = line.sub(lambda found, value=variable.value: f"{found[1]}{value}", changed)  # type: ignore[misc]
    return changed


def needed(choices: Choices) -> Iterator[Variable]:
    """The variables of the first environment; those of the others differ in the bucket."""
    url, *keys = variables(choices.provider, choices.options(choices.environments[0]))
    others = ", ".join(f"{other.name}: {other.bucket}" for other in choices.environments[1:])
    each = f" The other environments have buckets of their own ({others})." if others else ""
    cloud = "The bucket, for `medialift doctor cloud` and `medialift migrate --to cloud`. Holds no secret." + each
    yield replace(url, name=CLOUD, where=cloud)
    yield replace(
        url, name=URL, value="", where=f"The same, from the switch on: the site then works there. Was: {CLOUD}."
    )
    yield from keys
    if choices.static:
        static = variables(choices.provider, {**choices.options(choices.environments[0], prefix="static")})[0]
        yield replace(static, name=STATIC, where="Where collectstatic puts static files. Never the place of uploads.")


def _explained(variable: Variable) -> Iterator[str]:
    yield f"# {variable.where}"
    yield f"{variable.name}={variable.value}"


def gitignore(site: Site) -> Proposals:
    """The folder of uploads is no part of the repository."""
    text = site.read(".gitignore")
    if not site.media:
        return Proposals()
    line = f"/{site.media.strip('/')}/"
    known = {entry.strip().strip("/") for entry in (text or "").splitlines()}
    if line.strip("/") in known:
        return Proposals()
    return Proposals((Edit(".gitignore", text, appended(text, f"{line}\n")),))


def policies(choices: Choices, site: Site) -> Proposals:
    """One file for each role and environment, and the bucket's settings; steps or SQL where there are no policies."""
    edits = [Edit(path, site.read(path), text) for path, text in _policies(choices)]
    return Proposals(tuple(edit for edit in edits if edit.before != edit.after))


def _policies(choices: Choices) -> Iterator[tuple[str, str]]:
    means = choices.provider.permissions.means if choices.provider.permissions else None
    for place in choices.environments:
        folder = f"docs/media/{place.name}" if len(choices.environments) > 1 else "docs/media"
        if means is Means.IAM:
            scope = scope_of(choices, place)
            for role, make in iam_policy.ROLES.items():
                yield f"{folder}/{role}.json", _pretty(make(scope))
            settings = {setting.value: value for setting, value in bucket.settings(wishes_of(choices, place)).items()}
            yield f"{folder}/bucket.json", _pretty(settings)
        elif means is Means.ROWS:
            access = Access.PUBLIC_READ if choices.access == "public" else Access.OWNER_ONLY
            yield f"{folder}/rls.sql", rls.sql(Bucket(place.bucket, choices.prefix), access)
        elif means is not None:
            yield from _guides(choices, place, folder)


def _guides(choices: Choices, place: Environment, folder: str) -> Iterator[tuple[str, str]]:
    holding = Holding(place.bucket, choices.prefix, choices.account_id)
    for role in iam_policy.ROLES:
        try:
            yield f"{folder}/{role}.md", steps.text(steps.guide(choices.provider, role, holding))
        except ConfigError:
            continue  # no steps to such a key are known


def scope_of(choices: Choices, place: Environment) -> Scope:
    known = choices.provider.permissions
    unknown = known.unknown_actions if known else frozenset()
    return Scope(place.bucket, choices.prefix, choices.region, unknown_actions=unknown)


def wishes_of(choices: Choices, place: Environment) -> Wishes:
    """The bucket's settings: private, versioned, encrypted; public only below the prefix, and only if asked for."""
    public = choices.prefix if choices.access == "public" else None
    return Wishes(
        scope_of(choices, place),
        public_prefix=public,
        over_tls=bucket.is_over_tls(choices.endpoint_url),
        harmful_switches=choices.provider.harmful_switches,
    )


def _pretty(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"
