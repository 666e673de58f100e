"""The line of totals: right after every edit, the time in proportion to the work, and the arithmetic told on demand."""

from dataclasses import replace

import pytest

from core.blocks import registry
from core.data import registry as sources
from core.graph import edits, line
from core.graph.document import DataChoice, Document
from core.training import protocol
from core.training.events import EpochEnded
from core.words import Words
from gui.document.store import Store
from gui.i18n import language
from gui.project.totals import TotalsLine
from gui.training.run import Run

LABEL = Words("Edit", "编辑")


@pytest.fixture
def shown(qtbot):
    document = line.add(Document(), line.read("2 > 8 tanh > 1"))[0]
    store = Store(document.with_(data=DataChoice(sources()["circle"]())))
    run = Run(store)
    totals = TotalsLine(store, run)
    qtbot.addWidget(totals)
    totals.show()
    yield totals
    run.close()


def set_units(totals, units):
    totals.store.apply(LABEL, lambda d: edits.set_block(d, "dense1", registry()["dense"](units=units)))


def test_it_follows_an_edit_at_once(shown):
    assert "33 parameters" in shown.text()  # 2·8 + 8 + 8·1 + 1
    assert "24 multiply-adds a row" in shown.text()
    set_units(shown, 16)
    assert "65 parameters" in shown.text()
    shown.store.undo()
    assert "33 parameters" in shown.text()
    assert "≈" not in shown.text(), "nothing was timed yet, so nothing is claimed"


def ready(totals):
    """As the engine answers once this network is prepared."""
    totals.run._opened = totals.store.root
    totals.run.ready = report = protocol.Ready(0, 33, 400, 100, 0, ())
    totals.run.told.emit(report)


def test_the_time_is_the_measured_one_and_goes_with_the_work(shown):
    ready(shown)
    shown.run.told.emit(protocol.Paced(2.0))
    assert "≈ 2 s an epoch" in shown.text() and "a few steps timed" in shown.toolTip()
    shown.run.told.emit(protocol.Ended(EpochEnded(1, 13, {"loss": 1.0}, 3.0, True)))
    assert "≈ 3 s an epoch" in shown.text() and "measured in training" in shown.toolTip()
    set_units(shown, 800)
    seconds = float(shown.text().split("≈ ")[1].split()[0])
    assert seconds > 60 or "min" in shown.text(), "about a hundred times the work"
    shown.store.undo()
    assert "≈ 3 s an epoch" in shown.text()


def test_rows_of_other_data_are_not_taken_for_those_that_were_counted(shown):
    ready(shown)
    shown.run.told.emit(protocol.Paced(2.0))
    shown.store.apply(LABEL, lambda d: edits.set_data(d, DataChoice(sources()["circle"](samples=50))))
    assert "≈" not in shown.text()


def test_memory_is_a_bound_until_the_engine_has_laid_the_network_out(shown):
    assert "≤ " in shown.text().split("  ·  ")[2] and "Batch at most" in shown.toolTip()
    ready(shown)
    shown.run.told.emit(protocol.Taking(2_000_000, shown.store.root.training.batch_size))
    assert shown.text().split("  ·  ")[2] == "2 MB to train" and "Batch 2 MB" in shown.toolTip()
    language.choose("zh")
    assert "训练内存 2 MB" in shown.text() and "批次 2 MB" in shown.toolTip()
    language.choose("en")
    set_units(shown, 16)
    assert "≤ " in shown.text(), "of another network nothing is known but a bound"
    shown.store.undo()
    assert "≤ " not in shown.text()
    training = replace(shown.store.root.training, batch_size=7)
    shown.store.apply(LABEL, lambda d: edits.set_training(d, training))
    assert "≤ " in shown.text()


def test_the_engine_says_what_training_takes_of_this_network_and_of_another_size(shown, qtbot):
    shown.run._open()
    qtbot.waitUntil(lambda: "≤" not in shown.text(), timeout=60_000)
    first = shown._taken()
    training = replace(shown.store.root.training, batch_size=8 * shown.store.root.training.batch_size)
    shown.store.apply(LABEL, lambda d: edits.set_training(d, training))
    assert "≤" in shown.text()
    qtbot.waitUntil(lambda: "≤" not in shown.text(), timeout=60_000)
    assert 4 * first < shown._taken() < 9 * first


def test_the_arithmetic_is_in_the_tooltip_in_both_languages(shown):
    assert "33, of which 24 in dense1" in shown.toolTip()
    assert "4 bytes × (33 × 4 + 0)" in shown.toolTip()  # value, gradient and the two of Adam
    language.choose("zh")
    assert "33 个参数" in shown.text() and "每行 24 次乘加" in shown.text()
    assert "其中 dense1 有 24 个" in shown.toolTip()


def test_of_a_network_with_faults_it_says_that_this_is_not_all(shown):
    shown.store.apply(LABEL, lambda d: edits.remove(d, ["tanh1"]))
    assert shown.text().startswith("As far as shapes are known: 24 parameters")
    shown.store.undo()
    assert shown.text().startswith("33 parameters")
