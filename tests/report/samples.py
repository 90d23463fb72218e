"""Hand-made results of a middling site, for the tests of how they look."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone
from pathlib import Path
from types import MappingProxyType

from medialift.doctor.finding import Finding as DoctorFinding
from medialift.generate.rollout import PLATFORMS, Plan, sequence
from medialift.generate.setup.values import Edit, Manual
from medialift.generate.variables import variables
from medialift.move.certificate import Certificate
from medialift.move.journal import Tally
from medialift.move.summary import Names, Summary
from medialift.move.survey import Fit, Survey
from medialift.move.values import BackupResult, CopyResult, MoveResult, VerifyResult
from medialift.providers import Prices, load_provider
from medialift.report.capacity import Machine, capacity
from medialift.report.comparison import compared
from medialift.report.decisions import Decision, DecisionReport, Side
from medialift.report.estimate import estimate
from medialift.report.reports import Report
from medialift.report.site_values import Detected, FileChange, FileState, FreezeReport, SetupEnd, SwitchGuide
from medialift.report.values import (
    CertificateReport,
    ComparisonReport,
    Forgotten,
    MoveReport,
    MoveStatus,
    Pair,
    Place,
    PlanReport,
    ProbeReport,
    Problem,
    Problems,
    Rows,
    Switched,
    VerifyReport,
)
from medialift.stores.probe import Finding, Probed, Subject, Verdict
from medialift.stores.versions import Version
from medialift.types import (
    Action,
    Digests,
    ETag,
    Evidence,
    Item,
    NotVerified,
    Proof,
    State,
    Step,
    StoreIdentity,
    Traits,
)

MIB = 1024 * 1024
PHOTO, COVER = "gallery.Photo.image", "gallery.Album.cover"
FILM, SCAN = "gallery.Film.file", "gallery.Scan.file"
FILMS = StoreIdentity("s3", "example-films", "2019")
PAIR = Pair(
    Place("default", StoreIdentity("filesystem", "/srv/site/media")),
    Place("cloud", StoreIdentity("r2", "example-media", "uploads", "https://abc123.r2.cloudflarestorage.com")),
)
PRICES = Prices(
    reason="sample",
    source="sample",
    as_of=date(2026, 11, 20),
    per_1000_puts=0.0045,
    per_1000_lists=0.0045,
    per_1000_gets=0.00036,
    gb_month=0.015,
    egress_gb=0.0,
)


def item(name: str, size: int = 3 * MIB, **rows: int) -> Item:
    return Item(name, name, size, "f", MappingProxyType({key.replace("__", "."): count for key, count in rows.items()}))


def steps() -> list[Step]:
    photo, cover = {"gallery__Photo__image": 1}, {"gallery__Album__cover": 1}
    made = [Step(Action.COPY, item(f"photos/{number:04}.jpg", **photo)) for number in range(1200)]
    made += [Step(Action.COPY, item(f"covers/{number}.jpg", 400 * 1024, **cover)) for number in range(38)]
    made += [Step(Action.COPY, item("covers/empty.jpg", 0, **cover))]
    made += [Step(Action.COPY, item("photos/shared.jpg", **photo, gallery__Album__cover=2))]
    made += [Step(Action.COPY, item(f"thumbs/{number}.jpg", 9000)) for number in range(310)]
    made += [Step(Action.ADOPT, item(f"photos/old-{number}.jpg", **photo)) for number in range(20)]
    made += [Step(Action.REPLACE, item("photos/retouched.jpg", **photo), "the source has changed since")]
    made += [Step(Action.CONFLICT, item(f"photos/twice-{number}.jpg", **photo), "other size") for number in (1, 2)]
    made += [Step(Action.MISSING, item(f"covers/gone-{number}.jpg", 0, **cover)) for number in range(17)]
    key = "photos/=C3=9Cbergr=C3=B6=C3=9Fe.jpg"
    escaped = Item("photos/Übergröße.jpg", key, MIB, "f", MappingProxyType({PHOTO: 1}))
    return [*made, Step(Action.COPY, escaped)]


def summary() -> Summary:
    made = Summary(source_objects=1572, target_objects=22, parts=0)
    for step in steps():
        made.add(step)
    made.collisions.add(("photos/Cat.jpg", "photos/cat.jpg"))
    return made


def plan_report() -> PlanReport:
    made = summary()
    return PlanReport(
        pair=PAIR,
        summary=made,
        estimate=estimate(made, None, PRICES, bandwidth=None),
        rows={
            PHOTO: Rows(1225),
            COVER: Rows(72, empty=14),
            FILM: Rows(44, elsewhere=41, empty=3),
            SCAN: Rows(0),
        },
        notes=("site.Avatar: swapped for site.SquareAvatar: it has no table and is not read",),
        next="python manage.py medialift migrate --from default --to cloud",
        chosen={FILM: ((Place("films", FILMS), 40), (Place("", StoreIdentity("s3", "old-films")), 1)), SCAN: ()},
    )


def small_plan_report() -> PlanReport:
    made = Summary(source_objects=1, target_objects=0)
    made.add(Step(Action.COPY, item("photos/cat.jpg", 1536, gallery__Photo__image=1)))
    costs = estimate(made, None, None, bandwidth=20 * MIB)
    stops = (
        DoctorFinding("medialift.W060", f"{PHOTO} is private, and the target is public.", f"--allow-public {PHOTO}"),
    )
    return PlanReport(PAIR, made, costs, {PHOTO: Rows(1)}, (), "python manage.py medialift migrate --to cloud", stops)


def refused_plan_report() -> PlanReport:
    """Two files that the target would refuse, and one of which nobody can say."""
    made = Summary(source_objects=3, target_objects=0)
    limits = {"giant.mp4": ("the bucket 'media' takes files of up to 50,000,000 bytes", "")}
    limits["other.mp4"] = limits["giant.mp4"]
    limits["film.mp4"] = ("", "the project's own limit is told to no API key")
    for name, (refusal, doubt) in limits.items():
        step = Step(Action.COPY, item(name, 60_000_000))
        made.add(step)
        made.judge(step, refusal, doubt)
    costs = estimate(made, None, None, bandwidth=None)
    return PlanReport(PAIR, made, costs, {}, (), "python manage.py medialift migrate --to cloud")


PROBLEMS = Problems(
    first=(
        Problem("photos/twice-1.jpg", State.CONFLICT, "the target holds 3,145,000 bytes", {PHOTO: 1}),
        Problem("photos/2019/an-album-with-a-very-long-name/picture-0001.jpg", State.FAILED, "no answer", {PHOTO: 1}),
        Problem("photos/bad\x1b[2Jname.jpg", State.UNREADABLE, "permission denied", {PHOTO: 2}),
    ),
    count=5,
    see_all="python manage.py medialift status 7 --problems",
)


def complete_move(verb: str = "migrate") -> MoveReport:
    states = {State.VERIFIED: Tally(1572, 3_900_000_000), State.MISSING_AT_BASELINE: Tally(17, 0)}
    copied = CopyResult(Tally(1552, 3_850_000_000), Tally(20, 60 * MIB), {}, (), stopped=False, elapsed=310.0)
    checked = VerifyResult(Tally(1572, 3_900_000_000), 0, (), 0, None, stopped=False, elapsed=2.5)
    return MoveReport(
        verb=verb,
        move="7",
        pairs=(PAIR,),
        result=MoveResult(copied, checked, states, complete=True, stopped=False),
        problems=Problems((), 0, ""),
        proofs={Proof.SERVER_CHECKED: 1552, Proof.READ_BACK: 20},
        switch='STORAGES["local"] = STORAGES["default"]\nSTORAGES["default"] = STORAGES["cloud"]'
        if verb == "migrate"
        else "",
        next="python manage.py medialift migrate --from default --to cloud" if verb == "migrate" else "",
        way_back="python manage.py medialift back 7" if verb == "migrate" else "",
    )


def troubled_move(*, stopped: bool = False) -> MoveReport:
    states = {
        State.VERIFIED: Tally(1560, 3_800_000_000),
        State.CONFLICT: Tally(2, 6 * MIB),
        State.UNREADABLE: Tally(1, 0),
        State.FAILED: Tally(2, 9 * MIB),
        State.PENDING: Tally(7 if stopped else 0, 7 * MIB if stopped else 0),
    }
    copied = CopyResult(Tally(0, 0), Tally(), {}, (), stopped=stopped, elapsed=4.0)
    return MoveReport(
        verb="migrate",
        move="7",
        pairs=(PAIR,),
        result=MoveResult(copied, None, states, complete=False, stopped=stopped),
        problems=PROBLEMS,
        proofs={Proof.ETAG_MD5: 1560},
        switch="",
        next="python manage.py medialift migrate --from default --to cloud",
        way_back="",
    )


def verification(*, bad: int = 0) -> VerifyReport:
    failures = tuple(NotVerified(_evidence(f"photos/{n}.jpg"), "other bytes") for n in range(bad))
    result = VerifyResult(Tally(1572 - bad, 3_900_000_000), bad, failures, 300, 0.0099, stopped=False, elapsed=30.0)
    return VerifyReport(
        "7", (PAIR,), result, deep=False, sample=300, unproved=0, next="python manage.py medialift certificate 7"
    )


def _evidence(name: str) -> Evidence:
    return Evidence(name, name, 5, "", Digests(bytes(32), b""), None, None, None, Proof.ETAG_MD5, State.COPIED)


def move_status() -> MoveStatus:
    started = datetime(2026, 11, 20, 8, 30, tzinfo=timezone.utc)
    last = datetime(2026, 11, 20, 9, 45, tzinfo=timezone.utc)
    return MoveStatus("7", (PAIR,), started, last, troubled_move().result.states, "python manage.py medialift migrate")


def certificate_report(*, complete: bool = True) -> CertificateReport:
    made = Certificate(
        folder=Path("/srv/proof"),
        complete=complete,
        reasons=() if complete else ("2 files are in conflict",),
        files=Tally(1572, 3_900_000_000),
        root="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        proofs={Proof.SERVER_CHECKED: 1572},
        states={State.VERIFIED: Tally(1572, 3_900_000_000)},
    )
    return CertificateReport("7", made)


def backup_result() -> BackupResult:
    files = {"reflink": Tally(1500, 3 * MIB), "copy": Tally(2, MIB)}
    return BackupResult("/srv/site/media-backup", files, stopped=False)


def probe_report() -> ProbeReport:
    """A service that ignores what its provider is known for, and lets nothing be deleted."""
    findings = (
        Finding(Subject.ETAG, Verdict.YES, "PUT: 200, its ETag is the body's MD5"),
        Finding(Subject.HEADERS, Verdict.IGNORED, "HEAD: 200 without content_language", ("content_language",)),
        Finding(Subject.CREATE, Verdict.IGNORED, "If-None-Match: * by two writers at once: 200 and 200"),
        Finding(Subject.CONTENT_MD5, Verdict.NO, "a wrong digest: 501 NotImplemented"),
        Finding(Subject.PUBLIC, Verdict.UNKNOWN, "no plain URL is known"),
    )
    at, folder = datetime(2026, 11, 20, 9, 45, tzinfo=timezone.utc), "uploads/.medialift-probe/8c1f/"
    probed = Probed(PAIR.target.identity, at, findings, 25, (f"{folder}a-b", f"{folder}a/b"))
    problem = "was expected to do otherwise (create: ignored): If-None-Match: * by two writers at once: 200 and 200"
    return ProbeReport(PAIR.target, probed, Traits(etag=ETag.MD5), (problem,), remembered=False)


AT = datetime(2026, 11, 20, 9, 45, tzinfo=timezone.utc)


def comparison_report() -> ComparisonReport:
    """A site of 50 GB whose names are not all English."""
    providers = [load_provider(id) for id in ("minio", "r2", "s3", "supabase", "wasabi")]
    fits = {provider.id: Fit(requests=16_480) for provider in providers}
    fits["supabase"] = Fit(escaped=Names(1204, ["été.jpg"]), too_large=Names(1, ["raw/film.mkv"]), requests=17_000)
    survey = Survey(Tally(16_480, 50 * 10**9), fits, stopped=False)
    costs = compared(survey, providers, None, sent=200 * 10**9)
    return ComparisonReport(PAIR.source, survey.files, 200 * 10**9, costs, stopped=False)


OLD = Version("photos/cat.jpg", "v1", AT, 3 * MIB)
GONE = Version("photos/cat.jpg", "v2", AT, latest=True, deleted=True)

SIDE = Side("/srv/site/media/photos/cat.jpg", 3 * MIB, AT)
DECISION = DecisionReport("photos/cat.jpg", State.CONFLICT, "the target holds 9 bytes", SIDE, None, Decision.NONE)

LATER = datetime(2026, 12, 2, 8, 0, tzinfo=timezone.utc)


def guide(platform: str, *, freezes: bool = False) -> SwitchGuide:
    known = PLATFORMS[platform]
    options = {"provider": "r2", "bucket": "example-media", "prefix": "uploads", "account_id": "abc123"}
    settings = 'STORAGES["local"] = STORAGES["default"]\nSTORAGES["default"] = STORAGES["cloud"]'
    plan = Plan("k3v7tq", "default", "cloud", variables(load_provider("r2"), options), settings, freezes, "local")
    return SwitchGuide("k3v7tq", known.label, known.notes, sequence(known, plan))


SAMPLES: dict[str, Report] = {
    "plan": plan_report(),
    "plan-small": small_plan_report(),
    "plan-refused": refused_plan_report(),
    "comparison": comparison_report(),
    "capacity": capacity((10**6, 10**8), (1, 4), 100_000, Machine(), [load_provider(id) for id in ("b2", "s3")]),
    "move-complete": complete_move(),
    "move-troubled": troubled_move(),
    "move-stopped": troubled_move(stopped=True),
    "back-complete": complete_move("back"),
    "verify": verification(),
    "verify-bad": verification(bad=2),
    "status": move_status(),
    "certificate": certificate_report(),
    "certificate-incomplete": certificate_report(complete=False),
    "backup": backup_result(),
    "probe": probe_report(),
    "probe-forgotten": Forgotten(PAIR.target, found=True),
    "probe-unknown": Forgotten(PAIR.target, found=False),
    "status-switched": replace(move_status(), switched=Switched(AT, LATER, 5, 1, 30, LATER)),
    "status-kept": replace(move_status(), switched=Switched(AT, None, 1, 0, 7, LATER)),
    "switch-render": guide("render", freezes=True),
    "switch-heroku": guide("heroku"),
    "switch-fly": guide("fly"),
    "switch-docker": guide("docker"),
    "switch-systemd": guide("systemd"),
    "switch-generic": guide("generic", freezes=True),
    "init-detected": Detected((("Project", "/srv/shop"), ("Settings", "shop/settings.py"), ("Host", "Render"))),
    "resolve": DECISION,
    "resolve-replaced": replace(DECISION, decided=Decision.REPLACED),
    "init-file": FileChange("requirements.txt", FileState.PLANNED, Edit("requirements.txt", "a\n", "a\nb\n").diff),
    "init-end": SetupEnd(2, 1, (Manual("The settings", "import medialift", "they cannot be parsed"),), ("doctor",)),
    "freeze-on": FreezeReport(AT, 300, "a new storage", ("default",), ("cloud",), middleware=True),
    "freeze-off": FreezeReport(None, 0, "", (), ("default", "cloud"), middleware=False),
}
"""Every report of more than one line, by the name of its golden file."""
