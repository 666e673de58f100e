"""The problems list by real clicks: advice is told beside faults, a link shows its block, and the arrow mends in one step."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyle

from core.blocks import registry
from core.graph import edits, grouping, line
from core.graph.document import Document, Wire
from core.words import same
from gui.document.store import Store
from gui.i18n import language
from gui.project.problems import ProblemsList
from gui.training.run import Run


def shown(store, qtbot):
    run = Run(store)
    problems = ProblemsList(store, run)
    qtbot.addWidget(problems)
    problems.resize(320, 400)
    problems.show()
    problems.refresh()
    yield problems
    run.close()


@pytest.fixture
def listed(qtbot):
    document, _ = line.add(Document(), line.read("8 > 16 > 4 softmax"))
    store = Store(document)
    yield from shown(store, qtbot)


def click(problems, text):
    item = next(i for i in (problems.item(r) for r in range(problems.count())) if text in i.text())
    at = problems.visualItemRect(item).center()
    QTest.mouseClick(problems.viewport(), Qt.MouseButton.LeftButton, pos=at)


def texts(problems):
    return [problems.item(row).text() for row in range(problems.count())]


def test_advice_is_mended_by_a_click_in_one_step(listed, qtbot):
    assert any("without an activation" in text for text in texts(listed))
    click(listed, "→ Insert ReLU")
    qtbot.waitUntil(lambda: listed.store.history.count() == 1)
    listed.refresh()
    assert not any("without an activation" in text for text in texts(listed))
    assert [n.block.id for n in listed.store.document.nodes.values()].count("relu") == 1
    listed.store.undo()
    listed.refresh()
    assert any("without an activation" in text for text in texts(listed))


def test_a_line_of_advice_is_a_link_and_speaks_both_languages(listed, qtbot):
    with qtbot.waitSignal(listed.chosen) as told:
        click(listed, "without an activation")
    assert told.args == ["dense2"]
    language.choose("zh")
    assert any("之间没有激活" in text for text in texts(listed)) and "→ 插入 ReLU" in texts(listed)


@pytest.fixture
def faulty(qtbot):
    """A picture that reaches a Dense, and an Output is missing."""
    document, _ = line.add(Document(), line.read("8x8x1 conv 4"))
    document, name = edits.add(document, registry()["dense"](units=10))
    conv = next(n for n, v in document.nodes.items() if v.block.id == "conv2d")
    outputs = [n for n, v in document.nodes.items() if v.block.id == "output"]
    store = Store(edits.connect(edits.remove(document, outputs), Wire(conv, "y", name, "x")))
    yield from shown(store, qtbot)


def test_a_fault_is_mended_by_a_click_on_the_bridge_below_it(faulty, qtbot):
    start = faulty.store.document
    click(faulty, "→ Put Flatten before dense1")
    qtbot.waitUntil(lambda: faulty.store.history.count() == 1)
    faulty.refresh()
    click(faulty, "→ Add an Output behind dense1")
    qtbot.waitUntil(lambda: faulty.store.history.count() == 2)
    assert not faulty.store.inference.faults
    assert all(node.position is not None for node in faulty.store.document.nodes.values())
    faulty.store.undo()
    faulty.store.undo()
    assert faulty.store.document is start


def test_a_fault_is_mended_by_the_keyboard(faulty, qtbot):
    row = next(r for r in range(faulty.count()) if "Put GlobalAveragePool2D" in faulty.item(r).text())
    faulty.setFocus()
    faulty.setCurrentRow(row)
    QTest.keyClick(faulty, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: faulty.store.history.count() == 1)
    assert "global_average_pool2d" in [n.block.id for n in faulty.store.document.nodes.values()]


@pytest.fixture
def nested(qtbot):
    """Two blocks of one definition, inside which a ReLU has lost its wire, and a Flatten outside that has none."""
    document, _ = line.add(Document(), line.read("8x8x1 conv 4 relu > flatten > 10"))
    document, name = grouping.group(document, ["conv1", "relu1"])
    document, _ = edits.paste(document, {name: document.nodes[name]}, (), (0.0, 200.0))
    document, _ = edits.add(document, registry()["flatten"](), name="alone")
    store = Store(document)
    store.enter(name)
    store.apply(same("cut"), lambda d: edits.disconnect(d, [Wire("conv1", "y", "relu1", "x")]))
    store.leave()
    yield from shown(store, qtbot)


def test_problems_inside_composites_are_told_once_and_a_click_leads_there(nested, qtbot):
    inside = [text for text in texts(nested) if "relu1" in text]
    assert len(inside) == 1 and "group1/relu1" in inside[0]
    assert not any("more inside" in text for text in texts(nested))
    with qtbot.waitSignal(nested.chosen) as told:
        click(nested, "group1/relu1")
    nested.store.reveal(*told.args)
    assert nested.store.scope == ("group1",) and nested.store.selection == {"relu1"}


def test_from_inside_one_sees_what_is_wrong_outside(nested):
    nested.store.enter("group1")
    nested.refresh()
    assert any(text.startswith("relu1:") for text in texts(nested)), "what is wrong here, by its name here"
    assert any(text.startswith("alone:") for text in texts(nested))
    assert len([text for text in texts(nested) if "relu1" in text and not text.startswith("→")]) == 1
    nested.store.undo()
    nested.refresh()
    assert not any("relu1" in text for text in texts(nested))


@pytest.mark.parametrize("choice", ["en", "zh"])
def test_no_word_of_a_problem_is_left_out_however_narrow_the_list(faulty, choice):
    problems = faulty
    language.choose(choice)
    flags = int(Qt.TextFlag.TextWordWrap.value)
    for width in range(200, 420, 3):
        problems.resize(width, 600)
        problems.doItemsLayout()
        room = (
            problems.viewport().width() - problems.style().pixelMetric(QStyle.PixelMetric.PM_ListViewIconSize) - 16
        )  # margins of both
        for row in range(problems.count()):
            item = problems.item(row)
            needs = problems.fontMetrics().boundingRect(0, 0, room, 9999, flags, item.text()).height()
            assert problems.visualItemRect(item).height() >= needs, item.text()
    assert problems.horizontalScrollBar().maximum() == 0
