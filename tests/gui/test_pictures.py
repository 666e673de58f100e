"""The network as a picture: the same on every screen, nothing cut off, and the way back into the program."""

import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QPdfWriter
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from core.graph import edits, markings
from core.graph.document import Document, Note
from core.project import save
from core.words import same
from gui.canvas.panel import Canvas
from gui.document.store import Store
from gui.drawing import MARGIN, SHARP, Drawing
from gui.files import Files
from gui.i18n import language
from gui.pictures import Pictures
from gui.theme.apply import theme
from tests.gui.canvas.conftest import block, document, small


@pytest.fixture
def store():
    made = Store(small())
    made.select(["conv"])
    return made


@pytest.fixture
def pictures(qtbot, store):
    window = QWidget()
    qtbot.addWidget(window)
    made = Pictures(window, store)
    made.log = []
    made.told.connect(made.log.append)
    yield made
    made.close()


def written(pictures):
    """Wait for the file, and for what is told of it."""
    pictures.finish()
    QGuiApplication.processEvents()


def pixels(image):
    """(height, width, 3) of bytes."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return lines[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()  # the image goes


def ink(image):
    """Where something is drawn."""
    return (pixels(image) < 250).any(axis=2)


def test_it_is_on_white_paper_with_all_of_it_inside_whatever_theme_is_worn_and_whatever_is_selected(store):
    seen = []
    for name, selection in (("light", ["conv"]), ("dark", []), ("contrast", ["relu"])):
        theme.choose(name)
        store.select(selection)
        seen.append(pixels(Drawing(store).image()))
    assert all(np.array_equal(seen[0], other) for other in seen)
    inked = (seen[0] < 250).any(axis=2)
    edge = round(MARGIN * SHARP / 2)
    assert (
        not inked[:edge].any() and not inked[-edge:].any() and not inked[:, :edge].any() and not inked[:, -edge:].any()
    )
    for x, y in (n.position for n in store.document.nodes.values()):
        drawing = Drawing(store)
        left, top = round((x - drawing.area.x()) * SHARP), round((y - drawing.area.y()) * SHARP)
        assert inked[top : top + 40, left : left + 300].mean() > 0.5  # the head of the block


def test_the_inside_of_a_composite_is_drawn_with_the_project_around_it_embedded(qtbot, store, settings, tmp_path):
    canvas = Canvas(store)
    qtbot.addWidget(canvas)
    store.select(["conv", "flat"])
    canvas.group()
    outside = Drawing(store).area
    (name,) = store.selection
    store.enter(name)
    drawing = Drawing(store)
    assert drawing.area != outside
    (tmp_path / "inside.png").write_bytes(drawing.png())
    files = Files(canvas, Store(parent=canvas), settings)
    files.taken.connect(files.store.open)
    files.open_path(tmp_path / "inside.png")
    assert files.store.root == store.root


@pytest.mark.parametrize("ending", [".png", ".svg"])
def test_a_picture_opens_again_as_a_copy(pictures, settings, tmp_path, ending):
    path = tmp_path / f"net{ending}"
    pictures.write(path)
    written(pictures)
    was = path.read_bytes()
    files = Files(pictures.window_, Store(parent=pictures), settings)
    taken = []
    files.taken.connect(lambda document, path: taken.append((document, path)))
    files.open_path(path)
    assert taken == [(pictures.store.root, None)]
    assert files.recent() == [] and path.read_bytes() == was


def test_the_svg_shows_what_the_png_shows(store):
    drawing = Drawing(store)
    renderer = QSvgRenderer(QByteArray(drawing.svg()))
    assert renderer.isValid()
    image = drawing.image()
    again = QImage(image.size(), QImage.Format.Format_RGB32)
    again.fill(Qt.GlobalColor.white)
    painter = QPainter(again)
    renderer.render(painter, QRectF(again.rect()))
    painter.end()
    assert (ink(image) == ink(again)).mean() > 0.98


def test_an_svg_needs_no_font_and_is_well_formed_whatever_a_note_says(store):
    hostile = "<script>&\x00\x0b\x1b\u202e]]>\"'"
    store.apply(same("Note"), lambda d: markings.add_note(d, Note(hostile + " 层", (0.0, 300.0, 300.0, 90.0)))[0])
    store.apply(same("Title"), lambda d: edits.set_title(d, hostile))
    root = ET.fromstring(Drawing(store).svg())
    name = "{http://www.w3.org/2000/svg}"
    assert not root.findall(f".//{name}text") and not root.findall(f".//{name}script")
    labels = "".join(path.get("aria-label") or "" for path in root.iter(f"{name}path"))
    assert all(word in labels for word in ("Conv2D", "8×8×1", "<script>&", "层"))


def test_a_pdf_is_one_page_as_wide_as_the_drawing(store):
    drawing = Drawing(store)
    page = drawing.pdf()
    assert page.startswith(b"%PDF") and len(re.findall(rb"/Type\s*/Page\b", page)) == 1
    left, top, right, bottom = map(float, re.search(rb"/MediaBox \[([^\]]*)\]", page)[1].split())
    assert (right - left) / (bottom - top) == pytest.approx(drawing.area.width() / drawing.area.height(), rel=0.02)


def test_a_drawing_is_put_into_the_middle_of_a_page_that_lies_as_it_does(store, tmp_path):
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "page.pdf"))
    drawing = Drawing(store)
    drawing.turn(printer)
    drawing.put_on(printer)
    page = (tmp_path / "page.pdf").read_bytes()
    left, top, right, bottom = map(float, re.search(rb"/MediaBox \[([^\]]*)\]", page)[1].split())
    assert right - left > bottom - top and len(page) > 5_000
    tall = Drawing(Store(document(("a", block("relu"), (0.0, 0.0)), ("b", block("relu"), (0.0, 2000.0)))))
    writer = QPdfWriter(str(tmp_path / "tall.pdf"))
    tall.turn(writer)
    assert writer.pageLayout().orientation().name == "Portrait"


@pytest.mark.parametrize("choice", ["en", "zh"])
def test_names_that_are_no_picture_and_places_that_take_none_are_told(pictures, tmp_path, choice):
    language.choose(choice)
    pictures.write(tmp_path / "net.gif")
    pictures.write(tmp_path / "none" / "net.png")
    written(pictures)
    assert ".gif" in pictures.log[0].say(choice) and "net.png" in pictures.log[-1].say(choice)
    assert str(tmp_path / "none") in pictures.log[-1].say(choice)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_canvas_is_not_drawn(pictures, monkeypatch):
    monkeypatch.setattr("gui.pictures.QFileDialog.getSaveFileName", lambda *_: pytest.fail("nobody is asked"))
    pictures.store.open(Document())
    for act in (pictures.export, pictures.copy, pictures.print):
        act()
    assert len(pictures.log) == 3 and all("nothing to draw" in words.en for words in pictures.log)


def test_a_name_without_an_ending_gets_that_of_the_kind_that_was_chosen(pictures, tmp_path, monkeypatch):
    for kind, ending in (("Drawing that opens again (*.svg)", ".svg"), ("页面 (*.pdf)", ".pdf"), ("", ".png")):
        monkeypatch.setattr(
            "gui.pictures.QFileDialog.getSaveFileName", lambda *_, kind=kind: (str(tmp_path / "net"), kind)
        )
        pictures.export()
        written(pictures)
        assert (tmp_path / f"net{ending}").is_file()


def test_the_clipboard_gets_the_image(pictures):
    pictures.copy()
    assert pixels(QGuiApplication.clipboard().image()).shape == pixels(Drawing(pictures.store).image()).shape


def test_a_network_too_large_for_a_picture_gets_a_coarser_one():
    wide = Store(document(("a", block("relu"), (0.0, 0.0)), ("b", block("relu"), (40_000.0, 40_000.0))))
    image = Drawing(wide).image()
    assert 60_000_000 < image.width() * image.height() <= 64_100_000


def test_a_project_that_is_only_called_a_picture_is_refused(settings, qtbot, tmp_path):
    save(small(), tmp_path / "net.png")
    window = QWidget()
    qtbot.addWidget(window)
    files = Files(window, Store(parent=window), settings)
    log = []
    files.told.connect(log.append)
    files.open_path(tmp_path / "net.png")
    assert "without a project" in log[0].en
