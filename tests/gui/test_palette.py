"""The palette: finding blocks in two languages, and picking them by mouse and key."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from core.blocks import registry
from core.blocks._base import GROUPS, LEVELS
from core.library import offered
from core.words import Words, same
from gui.document.store import Store
from gui.i18n import language
from gui.palette.panel import PalettePanel
from gui.palette.rows import GROUP, ID, MIME
from gui.palette.search import grouped, initial, rank, score_of
from gui.theme.apply import theme


def entry(id_, en, zh, *aliases, group="linear"):
    """Something that looks like a block to the search, and nothing more."""
    words = {
        "level": "expert" if id_ == "mine" else "standard",
        "id": id_,
        "title": Words(en, zh),
        "aliases": aliases,
        "group": group,
        "help": same("?"),
    }
    return type(id_, (), words)


BLOCKS = {
    b.id: b
    for b in (
        entry("dense", "Dense", "全连接", "fc", "linear", "fully connected", "线性"),
        entry("conv2d", "Conv2D", "二维卷积", "convolution", "卷积", group="convolution"),
        entry("max_pool2d", "MaxPool2D", "最大池化", group="pooling"),
        entry("average_pool2d", "AveragePool2D", "平均池化", group="pooling"),
        entry("batch_norm", "BatchNorm", "批归一化", "batch normalisation", group="normalisation"),
        entry("multi_head_attention", "Multi-Head Attention", "多头注意力", group="sequence"),
        entry("lstm", "LSTM", "长短期记忆", "recurrent", group="sequence"),
        entry("mine", "Mine", "我的", group="my own group"),
    )
}


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("dense", "dense"), ("DENSE", "dense"), ("den", "dense"), ("fc", "dense"), ("全", "dense"), ("线性", "dense"),
        ("qlj", "dense"), ("conv", "conv2d"), ("c2d", "conv2d"), ("c2", "conv2d"), ("卷积", "conv2d"), ("ewjj", "conv2d"),
        ("mp", "max_pool2d"), ("mp2", "max_pool2d"), ("maxpo", "max_pool2d"), ("max pool", "max_pool2d"),
        ("ap", "average_pool2d"), ("bn", "batch_norm"), ("batno", "batch_norm"), ("pgyh", "batch_norm"),
        ("mha", "multi_head_attention"), ("attention", "multi_head_attention"), ("注意力", "multi_head_attention"),
        ("zyl", "multi_head_attention"), ("lstm", "lstm"), ("cdq", "lstm"), ("recur", "lstm"),
    ],
)  # fmt: skip
def test_a_few_letters_find_a_block(query, first):
    assert rank(query, BLOCKS)[0] == first


@pytest.mark.parametrize("query", ["xyz", "2dc", "esned", "densee", "接连", "🙂", "%"])
def test_letters_that_are_in_no_name_find_nothing(query):
    assert "dense" not in rank(query, BLOCKS) and "conv2d" not in rank(query, BLOCKS)


def test_a_whole_name_beats_a_beginning_and_a_beginning_beats_initials():
    exact, start, spread = (score_of(q, BLOCKS["dense"]) for q in ("dense", "den", "qlj"))
    assert exact > start > 0 and exact > spread > 0
    assert score_of("zz", BLOCKS["dense"]) == 0


def test_without_a_query_what_was_used_lately_comes_first():
    assert rank("  ", BLOCKS, ["lstm", "gone", "dense"])[:3] == ["lstm", "dense", "conv2d"]
    assert len(rank("", BLOCKS)) == len(BLOCKS)


def test_initials_of_pinyin_are_those_a_dictionary_gives():
    assert "".join(initial(c) for c in "全连接卷积池化归一注意力嵌入展平") == "qljjjchgyzylqrzp"
    assert [initial(c) for c in ("A", "7", "（", "é", "〇", " ")] == ["a", "7", "", "", "", ""]


def test_every_block_there_is_is_found_by_its_name_in_both_languages():
    for id_, block in registry().items():
        assert id_ in rank(block.title.en, registry())[:3], block.title
        assert id_ in rank(block.title.zh, registry())[:3], block.title
        assert id_ in rank(id_, registry())[:3]


def test_groups_come_in_their_order_and_a_group_of_a_plug_in_comes_last():
    groups = list(grouped(BLOCKS.values(), GROUPS))
    assert groups[-1] == "my own group"
    assert groups[:-1] == [g for g in GROUPS if g in groups]


@pytest.fixture
def panel(qtbot):
    made = PalettePanel(Store(), BLOCKS)
    qtbot.addWidget(made)
    made.resize(260, 700)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.asked = []
    made.wanted.connect(made.asked.append)
    return made


def row(panel, id_):
    return next(panel.list.item(r) for r in range(panel.list.count()) if panel.list.item(r).data(ID) == id_)


def spot(panel, item):
    return panel.list.visualItemRect(item).center()


def test_every_block_stands_under_its_group_with_its_help(panel):
    assert set(panel.list.shown()) == set(BLOCKS)
    heads = [panel.list.item(r) for r in range(panel.list.count()) if not panel.list.item(r).data(ID)]
    assert [h.text() for h in heads][0] == "Linear"
    assert "Dense" in row(panel, "dense").toolTip() and "全连接" in row(panel, "dense").toolTip()
    assert not heads[0].flags() & Qt.ItemFlag.ItemIsDragEnabled
    assert not heads[0].flags() & Qt.ItemFlag.ItemIsSelectable


def test_a_double_click_and_enter_ask_for_a_block(panel):
    item = row(panel, "lstm")
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=spot(panel, item))
    QTest.mouseDClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=spot(panel, item))
    assert panel.asked == ["lstm"]
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert panel.asked == ["lstm", "lstm"]


def test_typing_filters_and_enter_takes_the_first(panel):
    panel.search.setFocus()
    QTest.keyClicks(panel.search, "mha")
    assert panel.list.shown() == ["multi_head_attention"]
    QTest.keyClick(panel.search, Qt.Key.Key_Return)
    assert panel.asked == ["multi_head_attention"]
    QTest.keyClick(panel.search, Qt.Key.Key_Escape)
    assert panel.search.text() == "" and len(panel.list.shown()) == len(BLOCKS)


def test_arrows_go_from_the_search_through_the_list(panel):
    panel.search.setFocus()
    QTest.keyClicks(panel.search, "pool")
    found = panel.list.shown()
    assert len(found) == 2
    QTest.keyClick(panel.search, Qt.Key.Key_Down)
    assert panel.list.current() == found[1]
    QTest.keyClick(panel.search, Qt.Key.Key_Return)
    assert panel.asked == [found[1]]


def test_a_word_that_finds_nothing_is_told_so_and_enter_does_nothing(panel):
    QTest.keyClicks(panel.search, "zzzz")
    assert panel.nothing.isVisible() and not panel.list.isVisible()
    QTest.keyClick(panel.search, Qt.Key.Key_Return)
    assert panel.asked == []


def test_a_click_on_a_head_folds_its_group_up_and_down(panel):
    head = next(panel.list.item(r) for r in range(panel.list.count()) if panel.list.item(r).data(GROUP) == "pooling")
    for expected in (False, True):
        QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=spot(panel, head))
        assert ("max_pool2d" in panel.list.shown()) == expected
    assert panel.asked == []


def test_what_is_dragged_carries_the_id_and_the_name(panel):
    data = panel.list.mimeData([row(panel, "conv2d")])
    assert bytes(data.data(MIME).data()) == b"conv2d"
    assert data.text() == "Conv2D"


def test_the_language_changes_at_once_and_the_current_block_stays(panel):
    panel.list.setCurrentItem(row(panel, "lstm"))
    language.choose("zh")
    assert row(panel, "dense").text() == "全连接"
    assert panel.list.item(0).text() == "线性"
    assert panel.search.placeholderText() == "搜索模块"
    assert panel.list.current() == "lstm"
    language.choose("en")
    assert row(panel, "dense").text() == "Dense"


@pytest.mark.parametrize("look", ["dark", "light", "contrast"])
def test_it_is_painted_in_every_theme(panel, look):
    theme.choose(look)
    picture = panel.grab().toImage()
    assert picture.pixelColor(picture.width() // 2, picture.height() - 4).lightness() < 128 or look == "light"


def test_a_beginner_is_offered_the_blocks_of_the_lecture_and_finds_all_the_others(qtbot):
    panel = PalettePanel(Store())
    qtbot.addWidget(panel)
    everything = set(panel.list.shown())
    assert everything == set(offered())
    shown = {}
    for level in LEVELS:
        panel.set_level(level)
        shown[level] = set(panel.list.shown())
    assert shown["beginner"] < shown["standard"] < shown["expert"] == everything
    lecture = {
        "input",
        "dense",
        "sigmoid",
        "tanh",
        "relu",
        "softmax",
        "dropout",
        "rnn",
        "lstm",
        "embedding",
        "conv2d",
        "max_pool2d",
        "output",
    }
    assert lecture <= shown["beginner"]
    panel.set_level("beginner")
    QTest.keyClicks(panel.search, "mish")
    assert panel.list.shown()[0] == "mish"


def test_without_a_query_what_is_beyond_a_level_comes_last():
    assert rank("", BLOCKS, ["lstm"], "standard")[0] == "lstm"
    assert rank("", BLOCKS, (), "standard")[-1] == "mine"
    assert rank("", BLOCKS, ["mine"], "standard")[0] == "mine"


@pytest.mark.parametrize("found", ["", "lstm"])
def test_a_click_on_its_star_makes_a_block_a_favourite_and_another_takes_it_back(qtbot, found):
    panel = PalettePanel(Store())
    qtbot.addWidget(panel)
    panel.resize(260, 400)
    panel.show()
    panel.search.setText(found)
    wanted = []
    panel.wanted.connect(wanted.append)

    def star():
        row = max(r for r in range(panel.list.count()) if panel.list.item(r).data(ID) == "lstm")
        panel.list.scrollToItem(panel.list.item(row))
        box = panel.list.visualItemRect(panel.list.item(row))
        return QPoint(box.right() - 8, box.center().y())

    before = panel.grab().toImage()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=star())
    assert panel.habits.favourites == ["lstm"]
    assert panel.grab().toImage() != before
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=star())
    assert panel.habits.favourites == []
    QTest.mouseDClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=star())
    assert wanted == [], "a hurried hand adds no block"


def test_a_block_becomes_a_favourite_by_its_menu_and_stands_on_top(qtbot):
    panel = PalettePanel(Store(), BLOCKS)
    qtbot.addWidget(panel)
    menu = panel.menu_of("lstm")
    menu.actions()[1].trigger()
    assert panel.habits.favourites == ["lstm"]
    assert panel.list.shown()[0] == "lstm" and panel.list.shown().count("lstm") == 2, "and where it was, too"
    assert panel.list.item(0).text() == "Favourites"
    wanted = []
    panel.wanted.connect(wanted.append)
    menu.actions()[0].trigger()
    assert wanted == ["lstm"]
    panel.menu_of("lstm").actions()[1].trigger()
    assert panel.habits.favourites == [] and panel.list.shown().count("lstm") == 1
