"""A move into several stores: each file goes where its route leads, and private ones nowhere public."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from medialift.references.routed_fields import route_fields
from tests.cli.conftest import FILE_SYSTEM, Site, files, run, use
from tests.cli.scrapbook.models import Postcard, Sticker

ROUTES = {"scrapbook.Postcard.back": "private", "docs/": "documents"}


def folder(path: Path, **options: Any) -> dict[str, Any]:
    return {
        "BACKEND": "medialift.storage.MediaStorage",
        "OPTIONS": {"provider": "filesystem", "bucket": str(path), "access": "private", **options},
    }


def entries(site: Site, routes: dict[str, str], **cloud: Any) -> dict[str, Any]:
    home = site.media.parent
    for name in ("private", "documents"):
        (home / name).mkdir(exist_ok=True)
    return {
        "default": {"BACKEND": FILE_SYSTEM},
        "cloud": folder(site.cloud, routes=routes, **cloud),
        "private": folder(home / "private"),
        "documents": folder(home / "documents"),
    }


@pytest.fixture
def routed(site: Site, settings: Any) -> Iterator[Site]:
    """Stickers, postcards with a private back, one shared with a public front, and documents without a row."""
    use(settings, entries(site, ROUTES))
    for number in range(3):
        site.sticker(f"stickers/{number}.png", b"png" * (number + 1))
        Postcard.objects.create(front=site.write(f"cards/{number}.jpg"), back=site.write(f"cards/{number}-back.jpg"))
    Postcard.objects.create(front=site.write("cards/both.jpg"), back="cards/both.jpg")
    Postcard.objects.create(front=site.write("docs/front.jpg"), back=site.write("docs/back.jpg"))
    Postcard.objects.create(front="cards/gone.jpg", back="cards/gone-back.jpg")
    for name in ("docs/1.pdf", "docs/sub/2.pdf", "docs.txt", "thumbs/1.png"):
        site.write(name, name.encode())
    yield site
    use(settings, {"default": {"BACKEND": FILE_SYSTEM}})
    route_fields()


def place(site: Site, name: str) -> dict[str, bytes]:
    return files(site.media.parent / name)


BACKS = {"cards/0-back.jpg", "cards/1-back.jpg", "cards/2-back.jpg", "cards/both.jpg", "docs/back.jpg"}
DOCUMENTS = {"docs/1.pdf", "docs/sub/2.pdf", "docs/front.jpg"}


def test_every_file_goes_to_the_store_of_its_route(routed: Site) -> None:
    before = files(routed.media)
    done = run("migrate", "--to", "cloud", "--json")
    assert done.code == 0, done
    assert (done.last["complete"], len(done.last["pairs"])) == (True, 3)
    assert place(routed, "private").keys() == BACKS
    assert place(routed, "documents").keys() == DOCUMENTS
    assert files(routed.cloud).keys() == before.keys() - BACKS - DOCUMENTS | {"cards/both.jpg"}
    everything = {**place(routed, "private"), **place(routed, "documents"), **files(routed.cloud)}
    assert everything == before == files(routed.media)
    assert done.last["states"]["missing-at-baseline"]["files"] == 2


def test_a_second_run_sends_nothing_and_every_verb_knows_all_pairs(routed: Site, tmp_path: Path) -> None:
    first = run("migrate", "--to", "cloud", "--json").last
    second = run("migrate", "--to", "cloud", "--json").last
    assert (second["move"], second["copied"]["files"], second["complete"]) == (first["move"], 0, True)
    verified = run("verify", first["move"], "--deep", "--json").last
    assert verified["verified"]["files"] == first["states"]["verified"]["files"] == len(files(routed.media)) + 1
    assert run("certificate", first["move"], "--output", str(tmp_path / "proof")).code == 0
    assert len(run("status", first["move"], "--json").last["pairs"]) == 3


def test_the_plan_shows_where_each_field_goes(routed: Site) -> None:
    planned = run("plan", "--to", "cloud", "--json")
    assert planned.code == 0
    there: dict[str, set[str]] = {}
    for found in planned.objects:
        if found["type"] == "plan":
            target = there.setdefault(found["target"]["alias"], set())
        elif found["type"] == "field":
            target.add(found["field"])
    assert there == {
        "cloud": {"scrapbook.Sticker.image", "scrapbook.Postcard.front"},
        "private": {"scrapbook.Postcard.back"},
        "documents": {"scrapbook.Postcard.front"},
    }
    text = run("plan", "--to", "cloud").out
    assert text.count("Next:") == 1
    assert text.splitlines()[-1] == "Next:  python manage.py medialift migrate --from default --to cloud"
    assert place(routed, "private") == {}


def switch(site: Site, settings: Any) -> None:
    """What the closing report says to do; the routes come with the entry."""
    made = entries(site, ROUTES)
    local = {"BACKEND": FILE_SYSTEM, "OPTIONS": {"location": str(site.media)}}
    use(settings, {**made, "local": local, "default": made["cloud"]})
    route_fields()


def test_the_site_serves_from_everywhere_after_the_switch(routed: Site, settings: Any) -> None:
    run("migrate", "--to", "cloud")
    switch(routed, settings)
    card = Postcard.objects.get(front="docs/front.jpg")
    assert card.front.open().read() == card.back.open().read() == b"body"
    card.back.save("new.jpg", ContentFile(b"new"))
    assert place(routed, "private")[str(card.back.name)] == b"new"
    assert default_storage.exists("docs/1.pdf")
    assert sorted(default_storage.listdir("")[0]) == ["cards", "docs", "stickers", "thumbs"]


def test_the_last_copy_after_the_switch_still_knows_what_is_private(routed: Site, settings: Any) -> None:
    run("migrate", "--to", "cloud")
    Postcard.objects.create(front=routed.write("cards/late.jpg"), back=routed.write("cards/late-back.jpg"))
    switch(routed, settings)
    Sticker.objects.create(image=default_storage.save("stickers/cloud-only.png", ContentFile(b"new")))
    done = run("migrate", "--from", "local", "--to", "default", "--json")
    assert done.code == 0, done
    assert done.last["copied"]["files"] == 2
    assert "cards/late-back.jpg" in place(routed, "private")
    assert "cards/late-back.jpg" not in files(routed.cloud)
    assert done.last["states"]["missing-at-baseline"]["files"] == 2


def test_everything_comes_home_from_every_store(routed: Site, settings: Any) -> None:
    move = run("migrate", "--to", "cloud", "--json").last["move"]
    switch(routed, settings)
    card = Postcard.objects.get(front="docs/front.jpg")
    card.back.save("new.jpg", ContentFile(b"new"))
    default_storage.save("docs/new.pdf", ContentFile(b"document"))
    before = files(routed.media)
    back = run("back", move, "--json")
    assert back.code == 0, back
    after = files(routed.media)
    assert {name: after[name] for name in before} == before
    assert {name: after[name] for name in after.keys() - before.keys()} == {
        card.back.name: b"new",
        "docs/new.pdf": b"document",
    }


def test_a_route_to_the_place_where_the_files_are_moves_nothing(routed: Site, settings: Any) -> None:
    made = entries(routed, {"docs/": "here"})
    use(settings, {**made, "here": folder(routed.media)})
    done = run("migrate", "--to", "cloud", "--json")
    assert (done.code, len(done.last["pairs"])) == (0, 1)
    assert not {name for name in files(routed.cloud) if name.startswith("docs/")}


def test_a_route_to_an_alias_that_is_not_there_stops_the_move(routed: Site, settings: Any) -> None:
    use(settings, entries(routed, {"docs/": "nil"}))
    ran = run("migrate", "--to", "cloud")
    assert ran.code == 2
    assert "'nil'" in ran.error


class TestPrivateFields:
    """What may not be public stops the move before anything is written."""

    def public(self, site: Site, settings: Any, *private: str, **routes: str) -> None:
        use(settings, entries(site, routes, access="public", base_url="/media/"))
        settings.MEDIALIFT_PRIVATE = list(private)

    @pytest.mark.parametrize("private", ["scrapbook.Postcard.back", "docs/"])
    def test_a_move_is_refused_and_a_plan_says_why(self, routed: Site, settings: Any, private: str) -> None:
        self.public(routed, settings, private)
        ran = run("migrate", "--to", "cloud")
        assert ran.code == 2
        assert ran.error.startswith(f"medialift.W060: {private} is private, and STORAGES['cloud']")
        assert f"--allow-public {private}" in ran.error
        assert run("copy", "--to", "cloud").code == 2
        assert files(routed.cloud) == {}
        planned = run("plan", "--to", "cloud", "--json")
        assert planned.code == 1
        assert [found["id"] for found in planned.objects if found["type"] == "finding"] == ["medialift.W060"]
        assert "medialift.W060" in run("plan", "--to", "cloud").out

    def test_it_goes_on_if_the_user_says_so(self, routed: Site, settings: Any) -> None:
        self.public(routed, settings, "scrapbook.Postcard.back", "docs/")
        assert run("migrate", "--to", "cloud", "--allow-public", "docs/").code == 2
        for allowed in (["scrapbook.Postcard.back", "docs/"], ["all"]):
            arguments = [word for name in allowed for word in ("--allow-public", name)]
            assert run("migrate", "--to", "cloud", *arguments).code == 0
        next_command = run("plan", "--to", "cloud", "--allow-public", "all").out.splitlines()[-1]
        assert next_command.endswith("--allow-public all")

    def test_a_file_that_a_public_field_names_too_stops_it(self, routed: Site, settings: Any) -> None:
        """The back of one card is the front of another: routed as it is, it would lie in both."""
        self.public(routed, settings, "scrapbook.Postcard.front", **ROUTES)
        assert run("migrate", "--to", "cloud").code == 2
        self.public(routed, settings, "scrapbook.Postcard.back", **ROUTES)
        ran = run("migrate", "--to", "cloud")
        assert ran.code == 2
        assert "scrapbook.Postcard.back is private" in ran.error

    def test_a_field_that_is_signed_now_is_private(self, routed: Site, settings: Any) -> None:
        made = entries(routed, {}, access="public", base_url="/media/")
        use(settings, {**made, "default": folder(routed.media)})
        ran = run("migrate", "--to", "cloud")
        assert ran.code == 2
        assert "scrapbook.Sticker.image" in ran.error

    def test_private_stores_are_no_question(self, routed: Site, settings: Any) -> None:
        settings.MEDIALIFT_PRIVATE = ["scrapbook.Postcard.back", "docs/"]
        assert run("migrate", "--to", "cloud").code == 0


class TestARouteThatCameLater:
    """What was copied before it lies where the old route led: that is told, and never removed."""

    LATER = frozenset({"docs/1.pdf", "docs/sub/2.pdf", "docs/front.jpg", "docs/back.jpg"})

    @pytest.fixture
    def move(self, routed: Site, settings: Any) -> str:
        """A move without routes, after which ``docs/`` gets one."""
        use(settings, entries(routed, {}))
        move = str(run("migrate", "--to", "cloud", "--json").last["move"])
        use(settings, entries(routed, {"docs/": "documents"}))
        return move

    def test_the_plan_tells_what_stays_in_the_old_place(self, move: str) -> None:
        out = " ".join(run("plan", "--to", "cloud").out.split())
        assert "cloud still holds 4 files whose route leads elsewhere now, such as docs/" in out
        assert "whoever may read that place can read them there" in out
        assert f"status {move} --problems" in out

    def test_the_move_takes_them_out_of_its_account_and_status_lists_them(self, routed: Site, move: str) -> None:
        done = run("migrate", "--to", "cloud", "--json")
        assert (done.code, done.last["move"], done.last["complete"]) == (0, move, True)
        assert place(routed, "documents").keys() == self.LATER
        assert files(routed.cloud).keys() >= self.LATER, "nothing is deleted"
        status = run("status", move, "--json").last
        assert status["states"]["skipped"]["files"] == 4
        assert "Left behind" in run("status", move).out
        listed = run("status", move, "--problems", "--json")
        assert listed.code == 1
        assert {found["name"] for found in listed.objects if found["type"] == "problem"} == self.LATER

    def test_who_removes_them_by_hand_breaks_nothing(self, routed: Site, move: str) -> None:
        assert run("migrate", "--to", "cloud").code == 0
        for name in self.LATER:
            (routed.cloud / name).unlink()
        assert run("verify", move).code == 0
        again = run("migrate", "--to", "cloud", "--json")
        assert (again.code, again.last["copied"]["files"]) == (0, 0)

    def test_before_all_are_proved_in_their_new_place_the_old_copies_count(self, routed: Site, move: str) -> None:
        (routed.media.parent / "documents" / "docs").mkdir(parents=True)
        (routed.media.parent / "documents" / "docs" / "1.pdf").write_bytes(b"somebody else's")
        assert run("migrate", "--to", "cloud").code == 1
        assert "skipped" not in run("status", move, "--json").last["states"]

    def test_orphans_lists_them_once_the_site_works_there(self, routed: Site, settings: Any, move: str) -> None:
        assert run("migrate", "--to", "cloud").code == 0
        made = entries(routed, {"docs/": "documents"})
        use(settings, {**made, "default": made["cloud"]})
        found = {entry["name"] for entry in run("orphans", "--json").objects if entry["type"] == "orphan"}
        assert found == {*self.LATER, "docs.txt", "thumbs/1.png"}

    def test_nothing_old_comes_home(self, routed: Site, settings: Any, move: str) -> None:
        assert run("migrate", "--to", "cloud").code == 0
        made = entries(routed, {"docs/": "documents"})
        local = {"BACKEND": FILE_SYSTEM, "OPTIONS": {"location": str(routed.media)}}
        use(settings, {**made, "local": local, "default": made["cloud"]})
        (routed.media.parent / "documents" / "docs" / "1.pdf").write_bytes(b"the newer one")
        for _ in range(2):
            back = run("back", move, "--json")
            assert back.code == 0, back
            assert (routed.media / "docs" / "1.pdf").read_bytes() == b"the newer one"

    def test_a_route_that_goes_away_takes_them_in_again(self, routed: Site, settings: Any, move: str) -> None:
        assert run("migrate", "--to", "cloud").code == 0
        use(settings, entries(routed, {}))
        done = run("migrate", "--to", "cloud", "--json")
        assert (done.code, done.last["complete"]) == (0, True)
        assert run("status", move, "--json").last["states"]["skipped"]["files"] == 4, "now those of documents"
        assert run("verify", move).code == 0
