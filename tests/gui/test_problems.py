"""The problems list by real clicks: advice is told beside faults, a link shows its block, and the arrow mends in one step."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.graph import line
from core.graph.document import Document
from gui.document.store import Store
from gui.i18n import language
from gui.project.problems import ProblemsList
from gui.training.run import Run


@pytest.fixture
def listed(qtbot):
    document, _ = line.add(Document(), line.read("8 > 16 > 4 softmax"))
    store = Store(document)
    run = Run(store)
    problems = ProblemsList(store, run)
    qtbot.addWidget(problems)
    problems.resize(320, 400)
    problems.show()
    problems.refresh()
    yield problems
    run.close()


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
