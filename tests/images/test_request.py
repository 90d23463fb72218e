from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medialift.images.geometry import cut, shown_size
from medialift.images.request import LARGEST, Fit, Format, ImageRequest, image_request, read_request

SIDES = st.integers(1, 4000)


@pytest.mark.parametrize(
    ("wishes", "text"),
    [
        ({"width": 640, "height": 360, "fit": "cover"}, "640x360-cover"),
        ({"width": "640"}, "640x-contain"),
        ({"height": 5, "quality": "80"}, "x5-contain-q80"),
        ({}, "x-contain"),
        ({"width": 9, "height": 9, "fit": "cover", "focus": "0.3 1"}, "9x9-cover-f30x100"),
        ({"width": 9, "height": 9, "fit": "cover", "focus": "30%, 100%"}, "9x9-cover-f30x100"),
        ({"width": 9, "height": 9, "fit": "cover", "focus": (0.5, 0.5)}, "9x9-cover"),
        ({"width": 9, "height": 9, "fit": "fill", "focus": (0.1, 0.5)}, "9x9-fill"),
    ],
)
def test_the_same_wishes_have_one_text(wishes: dict[str, Any], text: str) -> None:
    wished = image_request(**wishes)

    assert wished.text == text
    assert read_request(text, Format.WEBP).text == text


@pytest.mark.parametrize(
    ("wishes", "complaint"),
    [
        ({"width": 0}, "from 1 to 8192"),
        ({"width": LARGEST + 1}, "from 1 to 8192"),
        ({"width": 8000, "height": 8000}, "36,000,000"),
        ({"width": "wide"}, "width is a whole number"),
        ({"width": True}, "width is a whole number"),
        ({"width": 10, "fit": "cover"}, "needs a width and a height"),
        ({"fit": "crop"}, "one of contain, cover, fill"),
        ({"format": "bmp"}, "one of auto, original, avif"),
        ({"quality": 0}, "from 1 to 100"),
        ({"focus": "left"}, "0.3 0.5"),
        ({"focus": (0.1, 2)}, "from 0 to 1"),
    ],
)
def test_what_makes_no_sense_is_told(wishes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        image_request(**wishes)


@pytest.mark.parametrize(
    "text", ["", "640", "640x360", "640x360-crop", "640x360-cover-q", "99999x1-contain", "x-contain\n"]
)
def test_what_says_no_size_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"says no size|from 1 to"):
        read_request(text, Format.WEBP)


@given(size=st.tuples(SIDES, SIDES), box=st.tuples(SIDES, SIDES), focus=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_covering_keeps_the_shape_and_stays_inside(
    size: tuple[int, int], box: tuple[int, int], focus: tuple[float, float]
) -> None:
    kept = cut(size, ImageRequest(*box, Fit.COVER, focus=focus))
    left, top, right, bottom = kept.box

    assert -0.001 <= left < right <= size[0] + 0.001
    assert -0.001 <= top < bottom <= size[1] + 0.001
    assert abs((right - left) * box[1] - (bottom - top) * box[0]) < 0.01 * max(box) * max(size)
    assert kept.size[0] <= max(1, min(box[0], size[0]))
    assert kept.size[1] <= max(1, min(box[1], size[1]))


@given(size=st.tuples(SIDES, SIDES), box=st.tuples(SIDES, st.none() | SIDES))
def test_containing_never_leaves_the_box_and_never_enlarges(size: tuple[int, int], box: tuple[int, int | None]) -> None:
    kept = cut(size, ImageRequest(*box))

    assert kept.box == (0.0, 0.0, float(size[0]), float(size[1]))
    assert 1 <= kept.size[0] <= max(1, min(box[0], size[0]))
    assert 1 <= kept.size[1] <= min(box[1] or LARGEST, max(1, size[1]))


def test_what_a_page_reserves_is_told_only_where_it_can_be() -> None:
    assert shown_size(None, ImageRequest(640, 360, Fit.COVER)) == (640, 360)
    assert shown_size(None, ImageRequest(640)) is None
    assert shown_size((3000, 4000), ImageRequest(600)) == (600, 800)
    assert shown_size((30, 40), ImageRequest(600)) == (30, 40)
