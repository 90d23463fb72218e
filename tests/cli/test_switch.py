from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from medialift.cli.switch import platform_here
from medialift.generate.rollout import PLATFORMS
from medialift.ledger.freezing import freeze
from medialift.models import Switch
from tests.cli.conftest import FILE_SYSTEM, Site, files, run, switch, use
from tests.cli.test_buckets import SECRET, entry
from tests.servers.s3server import S3Server


@pytest.fixture
def moved(filled: Site) -> str:
    return str(run("migrate", "--to", "cloud", "--json").last["move"])


def served(settings: Any, site: Site) -> None:
    """Switch, with URLs that open without a server: what they lead to is another test's business."""
    switch(settings)
    settings.MEDIA_URL = site.cloud.as_uri() + "/"


class TestSequence:
    def test_it_begins_with_the_final_pass_and_ends_with_the_way_back(self, moved: str) -> None:
        steps = run("switch", "--platform", "systemd", "--json").objects
        assert steps[-1] == {"type": "switch", "move": moved, "platform": "systemd", "notes": steps[-1]["notes"]}
        lines = [line for step in steps[:-1] for line in step["lines"]]
        assert "python manage.py medialift migrate --from default --to cloud" in lines
        assert f"python manage.py medialift switch {moved} --check" in lines
        assert f"python manage.py medialift back {moved}" in lines
        assert 'STORAGES["default"] = STORAGES["cloud"]  # from now on the site reads and writes here' in lines

    @pytest.mark.parametrize("platform", PLATFORMS)
    def test_every_platform_reads_well(self, platform: str, moved: str) -> None:
        shown = run("switch", moved, "--platform", platform)
        assert shown.code == 0
        assert PLATFORMS[platform].label in shown.out

    def test_a_bucket_comes_with_its_variables_and_without_its_secret(
        self, filled: Site, moto: S3Server, settings: Any
    ) -> None:
        cloud = entry(moto, moto.make_bucket(), secret_access_key=SECRET)
        use(settings, {**settings.STORAGES, "cloud": cloud})
        move = run("migrate", "--to", "cloud", "--json").last["move"]
        shown = run("switch", move, "--platform", "heroku")
        assert f"MEDIA_STORAGE_URL='s3-compatible://{cloud['OPTIONS']['bucket']}/media?region=us-east-1" in shown.out
        assert "AWS_SECRET_ACCESS_KEY=YOUR_AWS_SECRET_ACCESS_KEY" in shown.out
        assert SECRET not in shown.out + shown.err

    def test_a_site_that_obeys_a_freeze_begins_with_one(self, moved: str, settings: Any) -> None:
        settings.MIDDLEWARE = ["medialift.freeze.FreezeMiddleware"]
        assert run("switch", "--json").objects[0]["title"] == "Freeze uploads"

    def test_a_move_that_is_not_complete_says_so(self, filled: Site) -> None:
        run("copy", "--to", "cloud")
        assert "not complete yet" in run("switch").err

    def test_without_a_move_there_is_no_switch(self, site: Site) -> None:
        assert run("switch").code == 2
        assert run("switch", "nonsense").code == 2

    def test_a_way_back_is_no_switch(self, moved: str, settings: Any) -> None:
        switch(settings)
        back = run("back", moved, "--json").last["move"]
        assert "is a way back" in run("switch", back).error
        assert run("switch", "--json").last["move"] == moved


@pytest.mark.parametrize(
    ("environment", "platform"),
    [({"RENDER": "true"}, "render"), ({"DYNO": "web.1"}, "heroku"), ({"FLY_APP_NAME": "a"}, "fly"),
     ({"K_SERVICE": "a"}, "generic")],
)  # fmt: skip
def test_the_platform_is_known_by_its_signs(environment: dict[str, str], platform: str) -> None:
    assert platform_here(environment) == platform


class TestCheck:
    def test_before_the_switch_it_says_that_there_was_none(self, moved: str) -> None:
        ran = run("switch", moved, "--check", "--json")
        assert ran.code == 1
        assert [found["id"] for found in ran.objects if found.get("state") == "finding"] == ["medialift.E070"]
        assert not Switch.objects.exists()

    def test_after_it_new_uploads_land_and_old_ones_resolve(self, site: Site, moved: str, settings: Any) -> None:
        switch(settings)
        before = files(site.cloud)
        ran = run("switch", moved, "--check", "--json")
        states = {found["about"]: found["state"] for found in ran.objects if found["type"] == "check"}
        assert states["the site works at the target of the move"] == "ok"
        assert states["old files resolve"] == "ok"
        assert states["upload a file"] == "ok"
        assert files(site.cloud) == before

    def test_a_bucket_passes_and_the_ledger_counts(self, filled: Site, moto: S3Server, settings: Any) -> None:
        cloud = entry(moto, moto.make_bucket())
        use(settings, {**settings.STORAGES, "cloud": cloud})
        move = run("migrate", "--to", "cloud", "--json").last["move"]
        switch(settings)
        freeze(retry_after=60)
        for _ in range(2):
            ran = run("switch", move, "--check")
            assert ran.code == 0, ran.out
        assert "0 days ago: 2 checks passed since" in ran.out.replace("\n", " ")
        status = run("status", move, "--json").last
        assert (status["switched"]["checks_passed"], status["switched"]["days"]) == (2, 0)
        assert status["next"].endswith(f"switch {move} --check")

    def test_old_files_that_are_gone_are_found(self, site: Site, moved: str, settings: Any) -> None:
        switch(settings)
        shutil.rmtree(site.cloud / "stickers")
        ran = run("switch", moved, "--check", "--json")
        assert ran.code == 1
        assert "medialift.E071" in [found["id"] for found in ran.objects if found.get("state") == "finding"]
        assert ran.objects[-2]["switched"]["checks_failed"] == 1

    def test_home_again_the_switch_is_over(self, moved: str, settings: Any) -> None:
        before = settings.STORAGES
        switch(settings)
        run("switch", moved, "--check")
        assert run("status", moved, "--json").last["switched"] is not None
        use(settings, before)
        assert run("switch", moved, "--check").code == 1
        assert run("status", moved, "--json").last["switched"] is None

    def test_a_storage_that_is_neither_end_changes_nothing(self, moved: str, settings: Any, tmp_path: Path) -> None:
        other = {"BACKEND": FILE_SYSTEM, "OPTIONS": {"location": str(tmp_path)}}
        use(settings, {**settings.STORAGES, "default": other})
        assert run("switch", moved, "--check").code == 1
        assert list(tmp_path.iterdir()) == []
        assert not Switch.objects.exists()


class TestOtherChecks:
    """The doctor and the smoke test look at the site's new place as well, and count."""

    WATCH = ("doctor", "default", "--watch", "--rounds", "3", "--every", "0.01")

    def counted(self, move: str) -> tuple[int, int]:
        switched = run("status", move, "--json").last["switched"]
        return switched["checks_passed"], switched["checks_failed"]

    @pytest.fixture
    def switched(self, moved: str, filled: Site, settings: Any) -> str:
        served(settings, filled)
        assert run("switch", moved, "--check").code == 0
        return moved

    @pytest.mark.parametrize(
        ("verb", "more"), [(("smoke", "default"), 1), (("smoke", "cloud"), 1), (("doctor", "default"), 1), (WATCH, 3)]
    )
    def test_they_count(self, switched: str, verb: tuple[str, ...], more: int) -> None:
        run(*verb)
        assert self.counted(switched) == (1 + more, 0)

    @pytest.mark.parametrize("verb", [("smoke", "default"), ("doctor", "default"), WATCH])
    def test_what_fails_counts_as_failed(self, switched: str, site: Site, verb: tuple[str, ...]) -> None:
        shutil.rmtree(site.cloud)
        site.cloud.write_text("no folder any more")
        assert run(*verb).code == 1
        passed, failed = self.counted(switched)
        assert (passed, failed > 0) == (1, True)

    def test_other_places_do_not(self, switched: str, settings: Any, tmp_path: Path) -> None:
        (tmp_path / "other").mkdir()
        other = {"BACKEND": FILE_SYSTEM, "OPTIONS": {"location": str(tmp_path / "other")}}
        use(settings, {**settings.STORAGES, "other": other})
        run("smoke", "other")
        run("doctor", "other")
        assert self.counted(switched) == (1, 0)

    def test_where_the_site_works_elsewhere_again_the_old_place_counts_for_nothing(
        self, switched: str, settings: Any
    ) -> None:
        home = {"BACKEND": FILE_SYSTEM, "OPTIONS": {"location": settings.MEDIA_ROOT}}
        use(settings, {**settings.STORAGES, "default": home})
        run("smoke", "cloud")
        run("smoke", "default")
        assert self.counted(switched) == (1, 0)

    def test_before_a_switch_was_found_they_begin_none(self, moved: str, filled: Site, settings: Any) -> None:
        served(settings, filled)
        run("smoke", "default")
        run("doctor", "default")
        assert not Switch.objects.exists()

    def test_without_a_ledger_they_look_all_the_same(self, switched: str, monkeypatch: pytest.MonkeyPatch) -> None:
        def fails(*_: Any, **__: Any) -> None:
            raise OperationalError("no such table: medialift_switch")

        monkeypatch.setattr(Switch.objects, "using", fails)
        ran = run("smoke", "default")
        assert (ran.code, "medialift_switch" in ran.out + ran.err) == (0, False)


class TestOriginals:
    @pytest.fixture
    def switched(self, moved: str, settings: Any) -> str:
        switch(settings)
        run("switch", moved, "--check")
        return moved

    def ago(self, days: int) -> None:
        Switch.objects.update(at=timezone.now() - timedelta(days=days, minutes=5))

    def test_days_are_counted_and_nothing_is_suggested_before_the_time(self, switched: str) -> None:
        self.ago(29)
        shown = " ".join(run("status", switched).out.split())
        assert "29 days ago" in shown
        assert "keep them until" in shown
        self.ago(31)
        over = " ".join(run("status", switched).out.split())
        assert "the 30 days are over; what becomes of them is up to you; nothing here deletes them" in over

    def test_the_time_is_a_setting(self, switched: str, settings: Any) -> None:
        self.ago(31)
        settings.MEDIALIFT_KEEP_ORIGINALS_DAYS = 90
        assert "at least (90 days)" in " ".join(run("status", switched).out.split())

    @pytest.mark.parametrize("wrong", [0, -1, "30", True, None, 1.5])
    def test_a_setting_that_is_no_number_of_days_is_refused(self, switched: str, settings: Any, wrong: Any) -> None:
        settings.MEDIALIFT_KEEP_ORIGINALS_DAYS = wrong
        ran = run("status", switched)
        assert ran.code == 2
        assert "MEDIALIFT_KEEP_ORIGINALS_DAYS" in ran.error
