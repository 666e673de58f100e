"""The inspector under real mouse and keys: what is emitted, how often, and what is refused where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget

from core.blocks import registry
from core.errors import SettingError
from core.settings import Settings, setting
from core.words import Words, same
from gui.i18n import language
from gui.inspector.form import SettingsForm
from gui.inspector.panel import Card, InspectorPanel
from gui.inspector.row import first_value
from gui.widgets.banner import Banner
from gui.widgets.chip import Chip
from gui.widgets.choice_field import ChoiceField
from gui.widgets.empty_state import EmptyState
from gui.widgets.expression import evaluate, written
from gui.widgets.label import Label
from gui.widgets.number_field import NumberField
from gui.widgets.section import Section
from gui.widgets.switch import Switch
from gui.widgets.text_field import NumbersField, TextField

Key, Left, No, Shift = (
    Qt.Key,
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


@dataclass(frozen=True, kw_only=True)
class Sample(Settings):
    """One setting of each kind."""

    title = Words("Sample", "样例")
    filters: int = setting(
        32, Words("Filters", "卷积核数"), Words("How many filters.", "卷积核的个数。"), ge=1, le=4096
    )
    rate: float = setting(0.001, Words("Learning rate", "学习率"), Words("Length of a step.", "每步长度。"), gt=0)
    drop: float = setting(0.5, Words("Dropout rate", "丢弃率"), Words("<b>Share</b> & more.", "比例。"), ge=0, lt=1)
    kernel: tuple[int, ...] = setting(
        (3, 3), Words("Kernel size", "卷积核大小"), Words("Height and width.", "高与宽。"), ge=1, longest=2
    )
    padding: Literal["valid", "same"] = setting(
        "same", Words("Padding", "填充"), Words("At the borders.", "边缘。"), choices={"valid": Words("None", "不填充")}
    )
    bias: bool = setting(True, Words("Bias", "偏置"), Words("Add a number.", "加一个数。"))
    seed: int | None = setting(None, Words("Seed", "种子"), Words("For chance.", "随机用。"), ge=0)
    note: str = setting("", Words("Note", "备注"), Words("Anything.", "随意。"), longest=10)
    start: Literal["he", "own"] = setting(
        "he", Words("Start", "初始"), Words("First weights.", "初始权重。"), advanced=True
    )
    spread: float = setting(
        1.0,
        Words("Spread", "幅度"),
        Words("Of the weights.", "权重的幅度。"),
        gt=0,
        advanced=True,
        shown_if=("start", "own"),
    )
    window: int = setting(8, Words("Window", "窗口"), Words("Not below the kernel.", "不小于卷积核。"), ge=1, unit="px")

    def check(self) -> None:
        if self.kernel and self.window < max(self.kernel):
            raise SettingError(self.title, "window", self.window, Words("at least the kernel size", "不小于卷积核"))


@dataclass(frozen=True, kw_only=True)
class Other(Settings):
    title = Words("Other", "另一个")
    units: int = setting(4, Words("Units", "单元数"), Words("How many.", "多少。"), ge=1)


class Heard:
    """Everything a form said, in order."""

    def __init__(self, form: Any) -> None:
        self.said: list[tuple[Any, ...]] = []
        form.previewed.connect(self.previewed)
        form.committed.connect(self.committed)
        form.cancelled.connect(self.cancelled)

    def previewed(self, *what: Any) -> None:
        self.said.append(("previewed", *what))

    def committed(self, *what: Any) -> None:
        self.said.append(("committed", *what))

    def cancelled(self, *what: Any) -> None:
        self.said.append(("cancelled", *what))

    def only(self, kind: str) -> list[tuple[Any, ...]]:
        return [said[1:] for said in self.said if said[0] == kind]


@pytest.fixture
def form(qtbot) -> SettingsForm:
    made = SettingsForm(Sample())
    shown(qtbot, made)
    return made


@pytest.fixture
def heard(form) -> Heard:
    return Heard(form)


def shown(qtbot, widget: QWidget, width: int = 320, height: int = 640) -> None:
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    qtbot.waitExposed(widget)
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)


def type_in(field: QWidget, text: str, key: Qt.Key = Key.Key_Return) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Key.Key_Delete)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, key)


def wheel(widget: QWidget, steps: int) -> None:
    at = QPointF(widget.rect().center())
    event = QWheelEvent(
        at,
        QPointF(widget.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        No,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


# what is built --------------------------------------------------------------------------------------------------------


def test_every_kind_of_setting_gets_its_field(form):
    kinds = {
        "filters": NumberField,
        "rate": NumberField,
        "kernel": NumbersField,
        "padding": ChoiceField,
        "bias": Switch,
        "seed": NumberField,
        "note": TextField,
    }
    for name, kind in kinds.items():
        assert type(form.row(name).field) is kind
        assert form.row(name).label.text() == next(r for r in Sample.rows() if r.name == name).info.label.en
    assert (form.row("seed").box is not None, form.row("filters").box) == (True, None)
    assert form.row("window").field.findChild(Label).text() == "px"


def test_every_field_shows_its_value_and_is_tall_enough_to_hit(form):
    shown = {name: form.row(name).field.lineEdit().text() for name in ("filters", "rate", "drop", "window")}
    assert shown == {"filters": "32", "rate": "0.001", "drop": "0.5", "window": "8"}
    assert form.row("kernel").field.text() == "3, 3"
    assert form.row("padding").field.currentText() == "same"
    for row in Sample.rows():
        if not row.info.advanced:
            assert form.row(row.name).field.height() >= 28
            assert form.row(row.name).field.accessibleName() == row.info.label.en


@pytest.mark.parametrize("name", sorted(registry()))
def test_every_block_there_is_gets_a_form_of_which_no_default_is_refused(qtbot, name):
    block = registry()[name]()
    made = SettingsForm(block)
    qtbot.addWidget(made)
    heard = Heard(made)
    for row in block.rows():
        assert made.row(row.name).field.accessibleName() == row.info.label.en
        if row.optional:
            assert row.accepts(first_value(row))
        made.reset(row.name)
    assert heard.only("committed") == [(row.name, row.default) for row in block.rows()]
    assert made.settings() == block


def test_the_tab_key_reaches_every_field_in_the_order_of_the_settings(form):
    form.row("filters").field.setFocus()
    reached = []
    for _ in range(40):
        focused = QApplication.focusWidget()
        name = next((r.name for r in Sample.rows() if form.row(r.name).isAncestorOf(focused)), "")
        if name and name not in reached:
            reached.append(name)
        QTest.keyClick(focused, Key.Key_Tab)
    assert reached == ["filters", "rate", "drop", "kernel", "padding", "bias", "seed", "note", "window"]


# typing ---------------------------------------------------------------------------------------------------------------


def test_a_typed_expression_is_committed_once(form, heard):
    type_in(form.row("filters").field, "28*28")
    assert heard.said == [("committed", "filters", 784)]
    assert form.row("filters").field.lineEdit().text() == "784"
    type_in(form.row("rate").field, "1e-5", Key.Key_Tab)
    assert heard.said[1:] == [("committed", "rate", 1e-5)]
    assert form.row("rate").field.lineEdit().text() == "1e-5"


def test_leaving_a_field_as_it_was_says_nothing(form, heard):
    type_in(form.row("filters").field, "32", Key.Key_Tab)
    QTest.keyClick(form.row("rate").field, Key.Key_Tab)
    assert heard.only("committed") == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("filters", "0"),
        ("filters", "4097"),
        ("filters", "1.5"),
        ("filters", "abc"),
        ("filters", ""),
        ("rate", "0"),
        ("rate", "nan"),
        ("rate", "inf"),
        ("drop", "1"),
        ("kernel", "3, 0"),
        ("kernel", "1, 2, 3"),
        ("kernel", "3, x"),
        ("note", "far too long a note"),
    ],
)
def test_what_is_not_allowed_is_marked_in_its_place_and_not_emitted(form, heard, name, text):
    row = form.row(name)
    type_in(row.field, text)
    assert heard.only("committed") == []
    assert row.is_faulty()
    assert row.error.isVisible()
    assert "Sample: " in row.error.text()
    assert name in row.error.text()
    assert row.field.property("invalid") is True
    assert row.error.text() in row.field.accessibleDescription()
    editor = row.field.lineEdit() if isinstance(row.field, NumberField) else row.field
    assert editor.text() == text, "what was typed stays to be mended"
    language.choose("zh")
    assert "样例：" in row.error.text()


def test_a_mended_entry_loses_its_mark(form, heard):
    type_in(form.row("filters").field, "-3")
    assert form.row("filters").is_faulty()
    type_in(form.row("filters").field, "3")
    assert not form.row("filters").is_faulty()
    assert form.row("filters").field.property("invalid") is False
    assert heard.only("committed") == [("filters", 3)]


@pytest.mark.parametrize(("name", "before"), [("filters", "32"), ("kernel", "3, 3"), ("note", "")])
def test_escape_brings_back_what_was_and_takes_the_mark_away(form, heard, name, before):
    row = form.row(name)
    type_in(row.field, "zz9, zz9 zz9 zz9")
    assert row.is_faulty()
    QTest.keyClicks(row.field, "q")
    QTest.keyClick(row.field, Key.Key_Escape)
    editor = row.field.lineEdit() if isinstance(row.field, NumberField) else row.field
    assert (editor.text(), row.is_faulty(), heard.only("committed")) == (before, False, [])


def test_settings_that_do_not_go_together_are_refused_where_the_hand_is(form, heard):
    type_in(form.row("kernel").field, "9, 9")
    assert heard.only("committed") == []
    assert "at least the kernel size" in form.row("kernel").error.text()
    assert form.settings() == Sample()
    type_in(form.row("window").field, "9")
    assert heard.only("committed") == [("window", 9)]
    type_in(form.row("kernel").field, "9, 8")
    assert heard.only("committed")[1:] == [("kernel", (9, 8))]


# gestures -------------------------------------------------------------------------------------------------------------


def drag(label: QWidget, pixels: int, modifiers: Qt.KeyboardModifier = No) -> None:
    at = QPoint(10, label.height() // 2)
    QTest.mousePress(label, Left, modifiers, at)
    for x in range(0, pixels, 8 if pixels > 0 else -8):
        QTest.mouseMove(label, at + QPoint(x, 0))
    QTest.mouseMove(label, at + QPoint(pixels, 0))


def test_dragging_the_label_previews_and_then_commits_once(form, heard):
    label = form.row("filters").label
    drag(label, 40)
    assert heard.only("committed") == []
    assert heard.only("previewed")[-1] == ("filters", 42)
    assert len(heard.only("previewed")) > 2
    QTest.mouseRelease(label, Left, No, QPoint(50, 5))
    assert heard.only("committed") == [("filters", 42)]
    assert heard.said[-1][0] == "committed"


def test_a_drag_to_the_left_stops_at_the_limit(form, heard):
    label = form.row("filters").label
    drag(label, -400)
    QTest.mouseRelease(label, Left, No, QPoint(-390, 5))
    assert heard.only("committed") == [("filters", 1)]


def test_escape_in_the_middle_of_a_drag_restores_and_the_rest_of_the_drag_is_dead(form, heard):
    label = form.row("drop").label
    drag(label, 40)
    assert heard.only("previewed")[-1] == ("drop", 0.6)
    QTest.keyClick(QApplication.focusWidget(), Key.Key_Escape)
    assert heard.said[-2:] == [("previewed", "drop", 0.5), ("cancelled", "drop")]
    said = len(heard.said)
    QTest.mouseMove(label, QPoint(200, 5))
    QTest.mouseRelease(label, Left, No, QPoint(200, 5))
    assert len(heard.said) == said
    assert form.row("drop").field.value() == 0.5


def test_a_click_on_a_label_is_no_drag(form, heard):
    QTest.mouseClick(form.row("filters").label, Left)
    assert heard.said == []
    assert QApplication.focusWidget() is form.row("filters").field


def test_shift_makes_a_drag_ten_times_coarser(qtbot):
    field = NumberField(whole=True, ge=0)
    qtbot.addWidget(field)
    field.set_value(50)
    field.begin_gesture()
    field.scrub(50, 8, Shift)
    assert field.value() == 70


def test_a_double_click_on_the_label_brings_back_the_default_even_over_bad_text(form, heard):
    type_in(form.row("filters").field, "7")
    QTest.mouseDClick(form.row("filters").label, Left)
    assert heard.only("committed") == [("filters", 7), ("filters", 32)]
    type_in(form.row("filters").field, "rubbish")
    QTest.mouseDClick(form.row("filters").label, Left)
    assert form.row("filters").field.lineEdit().text() == "32"
    assert not form.row("filters").is_faulty()


def test_a_burst_of_arrow_keys_is_one_change(form, heard, qtbot):
    field = form.row("filters").field
    field.setFocus()
    with qtbot.waitSignal(form.committed):
        for _ in range(5):
            QTest.keyClick(field, Key.Key_Up)
        QTest.keyClick(field, Key.Key_PageDown)
        assert heard.only("committed") == []
    assert heard.only("previewed") == [("filters", n) for n in (33, 34, 35, 36, 37, 27)]
    assert heard.only("committed") == [("filters", 27)]


def test_leaving_the_field_ends_a_burst_at_once(form, heard):
    field = form.row("rate").field
    field.setFocus()
    QTest.keyClick(field, Key.Key_Up)
    QTest.keyClick(field, Key.Key_Tab)
    assert heard.said == [("previewed", "rate", 0.0011), ("committed", "rate", 0.0011)]


def test_escape_takes_back_a_burst(form, heard):
    field = form.row("filters").field
    field.setFocus()
    QTest.keyClick(field, Key.Key_Up)
    QTest.keyClick(field, Key.Key_Escape)
    assert heard.said == [("previewed", "filters", 33), ("previewed", "filters", 32), ("cancelled", "filters")]


def test_the_wheel_over_a_field_without_focus_scrolls_past_it(form, heard):
    form.row("note").field.setFocus()
    for name in ("filters", "padding"):
        wheel(form.row(name).field, 2)
        assert not form.row(name).field.hasFocus()
    assert heard.said == []
    assert form.row("padding").field.value() == "same"


def test_the_wheel_over_the_focused_field_steps_it(form, heard):
    field = form.row("filters").field
    field.setFocus()
    wheel(field, 3)
    QTest.keyClick(field, Key.Key_Return)
    assert heard.only("committed") == [("filters", 35)]


def test_a_gesture_that_ends_where_it_may_not_is_cancelled_and_marked(form, heard):
    field = form.row("window").field
    field.setFocus()
    for _ in range(6):
        QTest.keyClick(field, Key.Key_Down)
    QTest.keyClick(field, Key.Key_Return)
    assert heard.only("previewed") == [("window", n) for n in (7, 6, 5, 4, 3)]
    assert (heard.only("committed"), heard.said[-1]) == ([], ("cancelled", "window"))
    assert form.row("window").is_faulty()
    assert form.settings().window == 8
    QTest.keyClick(field, Key.Key_Escape)
    assert (field.value(), form.row("window").is_faulty()) == (8, False)


@given(st.floats(-10, 10), st.integers(-300, 300), st.sampled_from([0.01, 0.1, 1.0]))
def test_steps_never_leave_open_or_closed_limits(start, steps, step):
    closed = NumberField(whole=False, ge=-10, le=10)
    assert -10 <= closed._landed(start, steps, step) <= 10
    opened = NumberField(whole=False, gt=-10.5, lt=10.5)
    assert -10.5 < opened._landed(start, steps, step) < 10.5


@pytest.mark.parametrize(("value", "step"), [(0.001, 0.0001), (0.5, 0.01), (3.0, 0.1), (250.0, 10.0), (0.0, 0.01)])
def test_a_step_fits_the_size_of_the_number(qtbot, value, step):
    field = NumberField(whole=False)
    qtbot.addWidget(field)
    field.set_value(value)
    field.stepUp()
    field.end_gesture()
    assert field.value() == pytest.approx(value + step)


# other kinds ----------------------------------------------------------------------------------------------------------


def test_a_switch_is_thrown_by_mouse_and_by_the_space_bar(form, heard):
    switch = form.row("bias").field
    QTest.mouseClick(switch, Left, No, QPoint(20, switch.height() // 2))
    QTest.keyClick(switch, Key.Key_Space)
    assert heard.only("committed") == [("bias", False), ("bias", True)]


def test_a_choice_is_made_by_keys_and_speaks_both_languages(form, heard):
    field: QComboBox = form.row("padding").field
    field.setFocus()
    QTest.keyClick(field, Key.Key_Up)
    assert heard.only("committed") == [("padding", "valid")]
    assert field.currentText() == "None"
    language.choose("zh")
    assert field.currentText() == "不填充"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("28, 28, 1", (28, 28, 1)),
        ("28×28×1", (28, 28, 1)),
        ("28x28", (28, 28)),
        ("(5, 5)", (5, 5)),
        ("3 4", (3, 4)),
        ("２８，１", (28, 1)),
        ("28*28, 1", (784, 1)),
        ("7,", (7,)),
        ("", ()),
    ],
)
def test_a_list_is_understood_however_it_is_written(qtbot, text, value):
    field = NumbersField(whole=True)
    qtbot.addWidget(field)
    assert field.read(text) == value
    assert field.read(field.write(value)) == value


def test_a_list_of_numbers_need_not_be_whole(qtbot):
    field = NumbersField(whole=False)
    qtbot.addWidget(field)
    assert field.read("1, 0.25, 6/2") == (1.0, 0.25, 3.0)
    assert field.write((1.0, 0.25, 1e-7)) == "1, 0.25, 1e-07"
    with pytest.raises(ValueError):  # noqa: PT011  whatever it says, the field keeps the text to be mended
        field.read("1, half")


def test_an_optional_setting_has_a_box_in_front_that_switches_it_off_and_on(form, heard):
    row = form.row("seed")
    assert not row.field.isEnabled()
    QTest.keyClick(row.box, Key.Key_Space)
    assert heard.said == [("committed", "seed", 1)]
    assert row.field.isEnabled()
    type_in(row.field, "42")
    QTest.keyClick(row.box, Key.Key_Space)
    assert heard.said[1:] == [("committed", "seed", 42), ("committed", "seed", None)]
    assert not row.field.isEnabled()


# the form as a whole --------------------------------------------------------------------------------------------------


def test_advanced_settings_are_folded_away_until_asked_for(form):
    section = form.findChild(Section)
    assert not form.row("start").isVisible()
    section.header.setFocus()
    QTest.keyClick(section.header, Key.Key_Space)
    assert form.row("start").isVisible()
    form.focus_setting("start")
    assert form.row("start").field.hasFocus()


def test_a_setting_that_does_not_matter_is_not_shown(form, qtbot):
    form.findChild(Section).set_open(True)
    assert not form.row("spread").isVisible()
    form.set_settings(Sample(start="own"))
    assert form.row("spread").isVisible()
    form.set_settings(Sample())
    assert not form.row("spread").isVisible()


def test_other_values_are_shown_in_the_same_fields_and_nothing_is_said(form, heard):
    fields = {row.name: form.row(row.name).field for row in Sample.rows()}
    form.set_settings(
        Sample(filters=7, rate=0.5, kernel=(1,), padding="valid", bias=False, seed=3, note="n", window=99)
    )
    assert {name: form.row(name).field for name in fields} == fields
    assert heard.said == []
    assert (fields["filters"].value(), fields["kernel"].text(), fields["bias"].isChecked()) == (7, "1", False)
    assert (fields["padding"].value(), fields["seed"].isEnabled(), fields["note"].text()) == ("valid", True, "n")


def test_what_is_being_typed_survives_an_update_of_other_settings(form, heard):
    field = form.row("filters").field
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "12")
    form.set_settings(Sample(window=50))
    assert field.lineEdit().text() == "12"
    QTest.keyClick(field, Key.Key_Return)
    assert heard.said == [("committed", "filters", 12)]


def test_another_class_gets_other_rows(form, heard, qtbot):
    form.set_settings(Other(units=9))
    assert form.row("units").field.value() == 9
    type_in(form.row("units").field, "5")
    assert heard.said == [("committed", "units", 5)]


def test_the_help_line_tells_about_the_focused_field(form):
    idle = form.help_line.text()
    form.row("rate").field.setFocus()
    assert form.help_line.text() == "Length of a step."
    language.choose("zh")
    assert form.help_line.text() == "每步长度。"
    form.row("rate").field.clearFocus()
    assert form.help_line.text() not in {idle, "每步长度。"}


def test_help_is_never_taken_for_html(form):
    row = form.row("drop")
    assert "&lt;b&gt;Share&lt;/b&gt; &amp; more." in row.field.toolTip()
    assert "Default: 0.5" in row.label.toolTip()
    row.field.setFocus()
    assert form.help_line.text() == "<b>Share</b> & more."
    assert form.help_line.textFormat() is Qt.TextFormat.PlainText


def test_the_whole_form_changes_its_language_while_it_is_open(form):
    language.choose("zh")
    assert form.row("filters").label.text() == "卷积核数"
    assert form.row("filters").field.accessibleName() == "卷积核数"
    assert form.findChild(Section).header.text() == "高级"
    widths = {form.row(r.name).label.width() for r in Sample.rows()}
    assert len(widths) == 1


# the panel ------------------------------------------------------------------------------------------------------------

CARD = Card(
    "conv1", Words("Convolution", "卷积"), Words("Slides <i>filters</i>.\n\nFor pictures.", "滑动卷积核。\n\n用于图像。"),
    "convolution", Words("Convolution", "卷积"), (same("28×28×6"), Words("156 parameters", "156 个参数")),
)  # fmt: skip


@pytest.fixture
def panel(qtbot) -> InspectorPanel:
    made = InspectorPanel()
    shown(qtbot, made)
    return made


def said_by(panel: QWidget) -> list[str]:
    QApplication.processEvents()  # what is added to a layout is shown a turn later
    return [w.text() for w in panel.findChildren(Label) if w.isVisible()]


def test_the_panel_is_empty_until_a_block_is_shown(panel):
    assert panel.is_empty()
    assert panel.findChild(EmptyState).isVisible()
    panel.show_block(CARD, Sample())
    assert not panel.is_empty()
    panel.show_nothing()
    assert panel.findChild(EmptyState).isVisible()


def test_the_panel_tells_what_the_block_is_and_what_is_wrong_with_it(panel):
    fault = Words("It needs a picture.", "它需要图像。")
    panel.show_block(CARD, Sample())
    assert {"Slides <i>filters</i>.", "28×28×6", "156 parameters", "Convolution · Convolution"} <= set(said_by(panel))
    assert "For pictures." not in said_by(panel)
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in panel.findChildren(Label))
    panel.show_block(Card("conv1", CARD.title, CARD.help, CARD.group, CARD.group_words, CARD.facts, (fault,)), Sample())
    assert "It needs a picture." in said_by(panel)
    language.choose("zh")
    assert {"它需要图像。", "156 个参数"} <= set(said_by(panel))
    panel.show_block(CARD, Sample())
    assert "它需要图像。" not in said_by(panel)


def test_the_panel_passes_on_what_the_form_says(panel):
    panel.show_block(CARD, Sample())
    heard = Heard(panel)
    type_in(panel.form.row("filters").field, "6")
    assert heard.said == [("committed", "filters", 6)]


def test_updating_the_panel_keeps_its_widgets(panel):
    panel.show_block(CARD, Sample())
    before = set(map(id, panel.findChildren(QWidget)))
    for filters in (1, 2, 3):
        card = Card("conv1", CARD.title, CARD.help, CARD.group, CARD.group_words, (same("28×28"), same(f"{filters}")))
        panel.show_block(card, Sample(filters=filters))
    assert set(map(id, panel.findChildren(QWidget))) == before
    assert "3" in said_by(panel)


def test_a_block_is_renamed_by_typing_and_keeps_its_name_until_it_is_told(panel, qtbot):
    panel.show_block(CARD, Sample())
    with qtbot.waitSignal(panel.renamed, check_params_cb=lambda name: name == "edges"):
        type_in(panel.name, "edges")
    assert panel.name.text() == "conv1"
    with qtbot.assertNotEmitted(panel.renamed):
        type_in(panel.name, "other", Key.Key_Escape)
    assert panel.name.text() == "conv1"


def test_what_was_refused_for_one_block_is_not_shown_on_the_next(panel):
    panel.show_block(CARD, Sample())
    type_in(panel.form.row("filters").field, "rubbish")
    heard = Heard(panel)
    other = Card("conv2", CARD.title, CARD.help, CARD.group, CARD.group_words)
    panel.show_block(other, Sample())
    assert panel.form.row("filters").field.lineEdit().text() == "32"
    assert not panel.form.row("filters").is_faulty()
    assert heard.said == []


def test_a_block_without_settings_of_ours_can_be_shown_too(panel):
    panel.show_block(CARD, Sample())
    panel.show_block(CARD, None)
    assert panel.form is None
    panel.show_block(CARD, Other())
    assert panel.form.row("units").field.value() == 4


# small widgets --------------------------------------------------------------------------------------------------------


def test_a_banner_can_be_acted_on_and_closed(qtbot):
    banner = Banner("error", Words("The engine stopped.", "引擎已停止。"), Words("Restart", "重启"))
    shown(qtbot, banner, 400, 60)
    with qtbot.waitSignal(banner.acted):
        QTest.mouseClick(banner.button, Left)
    banner.cross.setFocus()
    with qtbot.waitSignal(banner.closed):
        QTest.keyClick(banner.cross, Key.Key_Space)
    assert not banner.isVisible()
    assert banner.accessibleName() == "The engine stopped."


def test_an_empty_state_offers_what_can_be_done(qtbot):
    empty = EmptyState("data", Words("No data yet.", "还没有数据。"), Words("Choose data", "选择数据"))
    shown(qtbot, empty)
    with qtbot.waitSignal(empty.acted):
        QTest.keyClick(empty.button, Key.Key_Space)
    language.choose("zh")
    assert (empty.sentence.text(), empty.button.text()) == ("还没有数据。", "选择数据")


def test_a_section_tells_when_it_is_folded(qtbot):
    section = Section(Words("Details", "详情"))
    shown(qtbot, section, 200, 100)
    with qtbot.waitSignal(section.toggled, check_params_cb=lambda is_open: not is_open):
        QTest.mouseClick(section.header, Left)
    assert not section.is_open()
    assert section.header.accessibleDescription() == "folded"


def test_a_chip_is_as_wide_as_its_words(qtbot):
    chip = Chip(Words("run", "运行第十二次"))
    qtbot.addWidget(chip)
    narrow = chip.sizeHint().width()
    language.choose("zh")
    assert chip.sizeHint().width() > narrow
    assert chip.sizeHint() == chip.minimumSizeHint() == QSize(chip.sizeHint().width(), chip.height())


def test_text_is_shown_as_it_is(qtbot):
    label = Label(same("<b>bold</b> & 神经"))
    qtbot.addWidget(label)
    assert label.text() == "<b>bold</b> & 神经"
    assert label.textFormat() is Qt.TextFormat.PlainText


def test_the_line_edit_of_a_number_fills_its_field(form):
    """Qt 6.11 gives it one pixel when a styled spin box has no buttons."""
    field = form.row("filters").field
    assert field.findChild(QLineEdit).width() > field.width() // 2


# numbers as people type them ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("64", 64),
        ("28*28", 784),
        ("1e-3", 0.001),
        (" 3 ", 3),
        ("(5-1)/2", 2),
        ("2^10", 1024),
        ("2**10", 1024),
        ("-7", -7),
        ("+.5", 0.5),
        ("２８×２８", 784),
        ("7//2", 3),
        ("7%4", 3),
        ("1_000", 1000),
    ],
)
def test_an_expression_has_the_value_arithmetic_gives_it(text, value):
    assert evaluate(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "1+",
        "nan",
        "inf",
        "1e400",
        "1/0",
        "9**9**9",
        "(-1)**.5",
        "True",
        "'a'*9",
        "[1]",
        "__import__('os')",
        "x:=3",
        "1,2",
        "0x",
        "1;2",
        "(" * 300,
        "9" * 300,
        "1<2",
        "~1",
        "1j",
    ],
)
def test_what_is_no_arithmetic_is_refused_and_never_run(text):
    with pytest.raises(ValueError, match=r".*"):
        evaluate(text)


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_number_reads_back_as_it_was_written(value):
    assert evaluate(written(value)) == pytest.approx(value, rel=1e-9)


def test_a_beginner_sees_advanced_settings_only_where_they_are_not_at_their_defaults(form):
    form.set_level("beginner")
    assert form.row("filters").isVisible() and form.row("start").isHidden()
    form.set_settings(Sample(start="own"))
    assert not form.row("start").isHidden(), "what differs is never hidden"
    form.set_settings(Sample())
    assert form.row("start").isHidden()
    form.set_level("expert")
    assert form.row("start").isVisible(), "unfolded"
    form.set_level("standard")
    assert not form.row("start").isHidden() and not form.row("start").isVisible(), "folded"


def test_another_block_is_shown_at_the_level_of_now(panel):
    panel.set_level("beginner")
    for id_ in ("conv2d", "dense"):
        block = registry()[id_]()
        panel.show_block(Card("x", block.title, block.help, block.group, block.title), block)
        advanced = [row for row in block.rows() if row.info.advanced]
        assert advanced and all(panel.form.row(row.name).isHidden() for row in advanced)
