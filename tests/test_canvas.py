"""The canvas as a picture: every block in its place, nothing lost, nothing that is no block."""

import matplotlib
import matplotlib.pyplot as plt
import pytest
from matplotlib.colors import to_hex

from labkit.canvas import BLOCKS, PLACES, SHEET, draw_canvas
from labkit.errors import LabkitError
from labkit.plots import COLOURS, use_house_style

matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def house_style():
    with matplotlib.rc_context():
        use_house_style()
        yield
    plt.close("all")


def texts(figure):
    return [each.get_text() for each in figure.axes[0].texts]


def written(figure):
    """All words of the picture, lines run together."""
    return " ".join(" ".join(texts(figure)).split())


def test_the_nine_blocks_cover_the_sheet_without_overlap():
    assert len(BLOCKS) == 9
    assert sum(width * height for _left, _bottom, width, height in PLACES.values()) == SHEET[0] * SHEET[1]
    cells = [
        (x, y)
        for left, bottom, width, height in PLACES.values()
        for x in range(int(left), int(left + width))
        for y in range(int(bottom), int(bottom + height))
    ]
    assert len(cells) == len(set(cells))


def test_the_customers_stand_on_the_right_and_the_partners_on_the_left():
    assert PLACES["customer segments"][0] > PLACES["value propositions"][0] > PLACES["key partnerships"][0]


def test_every_block_is_named_and_every_entry_written():
    figure = draw_canvas({"channels": ["corner shops", "an app that nobody opens twice"]}, title="One")
    for block in BLOCKS:
        assert block in written(figure)
    assert "corner shops" in written(figure)
    assert "an app that nobody opens twice" in written(figure)


def test_a_dollar_sign_is_no_formula():
    figure = draw_canvas({"revenue streams": ["goods: R$ 3", "fees: R$ 1"]}, title="Money")
    assert any(r"R\$ 3" in text for text in texts(figure))


def test_a_marked_block_has_a_cross_and_a_colour():
    figure = draw_canvas({}, title="Marked", marked={"cost structure"})
    [heading] = [each for each in figure.axes[0].texts if "cost structure" in each.get_text()]
    assert heading.get_text().startswith("✗")
    assert to_hex(heading.get_color()).upper() == COLOURS["orange"]
    assert written(figure).count("✗") == 1


@pytest.mark.parametrize(
    "arguments", [{"entries": {"relations": ["x"]}}, {"entries": {}, "marked": ["relations"]}]
)
def test_what_is_no_block_is_refused(arguments):
    with pytest.raises(LabkitError, match=r"relations.*customer relationships"):
        draw_canvas(title="Wrong", **arguments)


def test_a_text_for_a_list_is_refused():
    with pytest.raises(LabkitError, match="list"):
        draw_canvas({"channels": "web"}, title="Wrong")


def test_too_much_for_a_block_is_refused():
    with pytest.raises(LabkitError, match="shorten"):
        draw_canvas({"channels": ["a very long entry that goes on and on"] * 12}, title="Full")


def test_all_drawn_text_lies_inside_its_block():
    figure = draw_canvas(
        {block: ["three of every four orders come through web and app: 0.75"] for block in BLOCKS},
        title="Fits",
    )
    figure.canvas.draw()
    ax = figure.axes[0]
    for text in ax.texts:
        box = text.get_window_extent().transformed(ax.transData.inverted())
        left, top = text.xy
        [width] = [w for x, y, w, h in PLACES.values() if (x, y + h) == (left, top)]
        assert left <= box.x0
        assert box.x1 <= left + width
