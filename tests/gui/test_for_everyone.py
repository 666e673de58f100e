"""Every screen as a screen reader and a Chinese reader meet it: nothing without a name, nothing left in English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
    QTabBar,
    QTextEdit,
    QWidget,
)

from core.data import registry
from core.examples import examples
from gui.canvas.menus import MENU, menu_of
from gui.files import CHANGED, KEEP_MINE, NAME, RELOAD, TWICE
from gui.i18n import GAPS, language, say
from gui.journal import left_behind
from gui.project.preview import LOADING, PreviewDialog
from gui.question import ask
from gui.recovery import RecoveryDialog
from gui.window import Window

ROOT = Path(__file__).resolve().parents[2]
LENET = next(e.path for e in examples() if e.id == "lenet5")
LATIN, HAN = re.compile(r"[A-Za-z]{2,}"), re.compile(r"[\u4e00-\u9fff]")
BOTH = pytest.mark.parametrize("speaks", ["en", "zh"])


# every screen ---------------------------------------------------------------------------------------------------------


def screens(window: Window, qapp: QApplication) -> Iterator[tuple[str, QWidget]]:
    """The window on its first page and on a network, each panel, dialog and popup in turn, as it is to be seen."""
    qapp.processEvents()
    yield "first page", window
    window.open_path(LENET, example=True)
    QTest.qWait(50)  # Qt lays out panels that share a place a moment later
    for at in range(window.tabs.count()):
        window.tabs.setCurrentIndex(at)
        qapp.processEvents()
        yield f"tab {at}", window
    kinds = {node.block.id: name for name, node in window.store.document.nodes.items()}
    for kind, name in kinds.items():
        window.store.select(frozenset([name]))
        qapp.processEvents()
        yield f"settings of {kind}", window.tabs
    for dock in (window.panels.outline, window.panels.history):
        window.panels.bring(dock)
        qapp.processEvents()
        yield dock.objectName(), window
    for id_ in ("preferences", "shortcuts", "palette", "find", "add_block", "type_net"):
        window.canvas.setFocus()
        before = {w for w in qapp.topLevelWidgets() if w.isVisible()}
        window.actions_[id_].trigger()
        qapp.processEvents()
        opened = [w for w in qapp.topLevelWidgets() if w.isVisible() and w not in before]
        for each in opened or [window]:
            yield id_, each
        for each in opened:
            each.close()
    yield from menus(window)
    yield from dialogs(window)


def menus(window: Window) -> Iterator[tuple[str, QWidget]]:
    """Every menu of the canvas."""
    for place in MENU:
        menu = menu_of(place, window.bindings, window.canvas, several=True)
        menu.popup(window.pos())
        yield f"menu of {place}", menu
        menu.close()


def dialogs(window: Window) -> Iterator[tuple[str, QWidget]]:
    """What is asked now and then: after a crash, about a file, and how data looks."""
    folder = window.journal.folder
    folder.mkdir(exist_ok=True)
    (folder / "0123.journal").write_text("null\n" + LENET.read_text("utf-8"), "utf-8")
    asked: list[QMessageBox] = []

    def show(box: QMessageBox) -> None:
        asked.append(box)
        box.show()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QMessageBox, "exec", show)
        patch.setattr(QMessageBox, "deleteLater", lambda box: None)
        ask(window, NAME, CHANGED, {"reload": RELOAD, "mine": KEEP_MINE}, [TWICE])
    yield "question", asked[0]
    asked[0].close()
    sources = [registry()[id_]() for id_ in ("digits8", "circle", "echo")]
    for dialog in (
        RecoveryDialog(list(left_behind(folder)), window.files, window.journal, window),
        *(PreviewDialog(source, window) for source in sources),
    ):
        dialog.show()
        while isinstance(dialog, PreviewDialog) and dialog.status.text() == say(LOADING):
            QTest.qWait(5)  # the data is read in a thread
        yield type(dialog).__name__, dialog
        dialog.close()


def seen(root: QWidget) -> Iterator[QWidget]:
    """A widget and all that can be seen in it."""
    for widget in (root, *root.findChildren(QWidget)):
        parked = isinstance(widget, QTabBar) and widget.visibleRegion().isEmpty()  # Qt keeps spare ones outside
        if widget.isVisible() and not parked:
            yield widget


@BOTH
def test_whatever_takes_the_keyboard_has_a_name_to_be_read_aloud(window, qapp, speaks):
    language.choose(speaks)
    nameless = set()
    for screen, root in screens(window, qapp):
        for widget in seen(root):
            reached = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None
            if (reached or widget is window.canvas.viewport()) and not QAccessible.queryAccessibleInterface(
                widget
            ).text(QAccessible.Text.Name):
                nameless.add((screen, lineage(widget)))
    assert not nameless, "\n".join(map(str, sorted(nameless)))


def lineage(widget: QWidget) -> str:
    kinds = [type(widget).__name__]
    while len(kinds) < 4 and (widget := widget.parentWidget()) is not None:
        kinds.append(type(widget).__name__)
    return " in ".join(kinds)


# every text -----------------------------------------------------------------------------------------------------------

SPOKEN = (
    "text", "title", "windowTitle", "toolTip", "placeholderText", "accessibleName", "accessibleDescription",
)  # fmt: skip


def texts(widget: QWidget) -> Iterator[str]:
    """What a widget says, its rows and its tips as well."""
    for name in SPOKEN:
        getter = getattr(widget, name, None)
        if callable(getter):
            yield getter()
    match widget:
        case QTabBar():
            yield from (widget.tabText(at) for at in range(widget.count()))
        case QComboBox():
            yield from (widget.itemText(at) for at in range(widget.count()))
        case QAbstractItemView() if widget.model() is not None:
            yield from rows(widget, QModelIndex())
        case QMenu():
            yield from (action.text() for action in widget.actions())


def rows(view: QAbstractItemView, under: QModelIndex) -> Iterator[str]:
    model = view.model()
    for at in range(model.rowCount(under)):
        index = model.index(at, 0, under)
        for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            if isinstance(said := index.data(role), str):
                yield said
        yield from rows(view, index)


# What Chinese writes in Latin letters too; the names that the network in hand gives its blocks are taken out by the test.
TERMS = re.compile(
    r"Ctrl|Shift|Alt|Del|Home|End|PgUp|PgDown|Return|Enter|Backspace|Tab|Esc|Space"  # keys
    r"|LeNet|AlexNet|GoogLeNet|ResNet|VGG|U-Net|Mini (GPT|BERT|ViT)"  # networks
    r"|ReLU|PReLU|ELU|SELU|GELU|SiLU|Swish|Mish|Softplus|Tanh"  # functions
    r"|Adam|AdamW|Adagrad|Adadelta|RMSprop"  # optimisers
    r"|English|px|conv 6 5x5 same relu > pool 2 > flatten > 120 relu > 10 softmax"  # a language; a unit; a net as it is typed
)


def test_a_chinese_window_says_nothing_in_english_alone(window, qapp):
    language.choose("zh")
    found = {}
    for screen, root in screens(window, qapp):
        named = "|".join(map(re.escape, window.store.document.nodes))
        for widget in seen(root):
            for text in texts(widget):
                rest = re.sub(named, "", TERMS.sub("", text))
                if LATIN.search(rest) and not HAN.search(text):
                    found.setdefault(text, (screen, lineage(widget)))
    assert not found, "\n".join(f"{text!r}: {where}" for text, where in found.items())


# what Qt itself says --------------------------------------------------------------------------------------------------


@pytest.fixture
def of_qt(qtbot, tmp_path):
    """Qt's own dialogs and menus, as a Chinese reader opens them; nothing of ours but the names of two files."""
    language.choose("zh")
    (tmp_path / "文件夹").mkdir()
    (tmp_path / "文件.loom").write_text("{}")
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    made: list[QWidget] = []
    for mode in QFileDialog.AcceptMode:
        dialog = QFileDialog(None, "文件", str(tmp_path))
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.setAcceptMode(mode)
        dialog.setViewMode(QFileDialog.ViewMode.Detail)
        made.append(dialog)
    box, edit, text = QMessageBox(), QLineEdit("字"), QTextEdit("字")
    for button in QMessageBox.StandardButton:
        if button.value.bit_count() == 1:
            box.addButton(button)
    made += [QPrintDialog(printer), box, edit, text, edit.createStandardContextMenu(), text.createStandardContextMenu()]
    for each in made:
        qtbot.addWidget(each)
        each.show()
    QTest.qWait(100)  # a file dialog lists its folder in a thread
    return made


def said_by_qt(root: QWidget) -> Iterator[tuple[str, str]]:
    """All texts, and who says them; of a list of files its headings, sizes and kinds, for their names are a person's own."""
    for widget in (root, *root.findChildren(QWidget)):
        said = [action.text() for action in widget.actions()]
        if isinstance(root, QFileDialog) and isinstance(widget, QAbstractItemView):
            model, here = widget.model(), widget.rootIndex()
            cells = [model.index(row, column, here) for row in range(model.rowCount(here)) for column in (1, 2)]
            heads = [model.headerData(at, Qt.Orientation.Horizontal) for at in range(model.columnCount())]
            said += [str(cell.data()) for cell in cells if cell.isValid()] + [str(head) for head in heads]
        else:
            said += texts(widget)
        yield from ((text, lineage(widget)) for text in said)


# keys, endings, paths; and sizes and times, which Qt writes as the system has them, not as the program
QT_TERMS = re.compile(r"Ctrl\+[A-Z]|PDF|~?/\S*|\d+ (bytes|[KMG]iB)|loom|\(&[A-Z]\)|\d+/\d+/\d+ \S+|[AP]M")


def test_the_dialogs_that_qt_brings_speak_chinese_too(of_qt):
    said = {text: where for root in of_qt for text, where in said_by_qt(root)}
    assert {text: where for text, where in said.items() if LATIN.search(QT_TERMS.sub("", text))} == {}
    assert set(GAPS.values()) <= said.keys(), "what is said in place of Qt is asked for: else Qt has closed the gap"


# every line of source -------------------------------------------------------------------------------------------------

SHOWN_BY = {
    "QLabel", "QPushButton", "QAction", "QMenu", "QGroupBox", "QCheckBox", "QRadioButton", "QListWidgetItem", "QStandardItem",
    "setText", "setToolTip", "setWindowTitle", "setTitle", "setPlaceholderText", "setAccessibleName", "setAccessibleDescription",
    "setStatusTip", "setWhatsThis", "setInformativeText", "setDetailedText", "setTabText", "setTabToolTip", "setItemText",
    "setLabelText", "setHeaderLabels", "setPrefix", "setSuffix", "setSpecialValueText", "setPlainText", "setHtml", "setFormat",
    "addAction", "addMenu", "addItem", "addItems", "addTab", "addButton", "insertItem", "showMessage", "showText", "drawText",
    "about", "critical", "information", "question", "warning", "getOpenFileName", "getSaveFileName", "getExistingDirectory",
}  # fmt: skip
SPEAKS = {"Words", "same", "say", "font", "icon"}  # in both languages, or the name of a font or a drawing


def hard_coded(source: str) -> Iterator[str]:
    """Words of a language that are given straight to something that shows them, as `line: text`."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and called(call) in SHOWN_BY:
            for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
                yield from (
                    f"{c.lineno}: {c.value}" for c in literals(argument) if LATIN.search(c.value) or HAN.search(c.value)
                )


def literals(node: ast.AST) -> Iterator[ast.Constant]:
    """The strings of an expression, but for those that are said, looked up, or a pattern that is filled in elsewhere."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node
    elif not (isinstance(node, ast.Call) and called(node) in SPEAKS) and not isinstance(
        node, ast.Subscript | ast.FormattedValue
    ):
        for child in ast.iter_child_nodes(node):
            yield from literals(child)


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


@pytest.mark.parametrize("line", ['label.setText("Train")', 'QLabel(f"{n} blocks")', 'menu.addAction("复制")'])
def test_a_hard_coded_text_would_be_found(line):
    assert list(hard_coded(line))


def test_no_text_is_given_to_a_widget_in_one_language_alone():
    found = {
        str(path.relative_to(ROOT)): lines
        for path in sorted((ROOT / "gui").rglob("*.py"))
        if (lines := list(hard_coded(path.read_text(encoding="utf-8"))))
    }
    assert found == {}


def test_every_error_that_a_person_can_meet_is_told_in_words():
    """The program's own errors carry `Words`; a bare string would be read by everybody in one language."""
    from core import errors

    own = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.NeuroloomError)
    }
    assert len(own) > 3
    bare = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted([*(ROOT / "core").rglob("*.py"), *(ROOT / "gui").rglob("*.py")])
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and called(call) in own
        and any(isinstance(a, ast.JoinedStr) or (isinstance(a, ast.Constant) and " " in str(a.value)) for a in call.args)
    ]  # fmt: skip
    assert bare == []
