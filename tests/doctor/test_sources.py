from __future__ import annotations

from pathlib import Path

from medialift.doctor.sources import Line, hard_coded_urls, path_calls

CODE = """\
from os import path
size = photo.image.path.stat()
url = request.path
name = photo.image.url
other = photo.banner.path
"""
PAGE = """\
<img src="/media/logo.png"> <p>/media/ is a word here</p>
<a href='{{ photo.image.url }}'>
<a href=/media/a.pdf>
<i style="background: url(/media/b.png)">
<img src="/mediateka/logo.png"> <img src="/static/media/x.png">
"""


def test_the_path_of_a_file_field_is_found_and_no_other_path(tmp_path: Path) -> None:
    (tmp_path / "views.py").write_text(CODE)
    (tmp_path / "broken.py").write_text("photo.image.path (")
    found = list(path_calls([str(tmp_path), str(tmp_path)], frozenset({"image"})))
    assert found == [Line(str(tmp_path / "views.py"), 2)]


def test_the_written_out_address_is_found_in_attributes_and_css(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "page.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "latin.html").write_bytes(b"<img src='/media/\xe9.png'>")
    assert [line.number for line in hard_coded_urls([str(tmp_path)], "/media/")] == [1, 3, 4]


def test_other_peoples_code_inside_a_project_is_left_alone(tmp_path: Path) -> None:
    for folder in (".venv/lib/site-packages/shop", "node_modules/shop"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "views.py").write_text(CODE)
    assert list(path_calls([str(tmp_path)], frozenset({"image"}))) == []
    inside = str(tmp_path / ".venv/lib/site-packages/shop")
    assert len(list(path_calls([inside], frozenset({"image"})))) == 1
