from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.theme.maps import diverging, sequential
from gui.theme.tokens import DARK
from gui.views.mosaic import Cell, Mosaic
from tests.gui.views.conftest import move_to

TILES = np.arange(6 * 5 * 5, dtype=np.float32).reshape(6, 5, 5) - 75


def colour_at(widget, cell):
    image = widget.grab().toImage()
    ratio = image.devicePixelRatio()
    middle = widget.rect_of(cell).center()
    colour = image.pixelColor(int(middle.x() * ratio), int(middle.y() * ratio))
    return colour.red(), colour.green(), colour.blue()


@pytest.mark.parametrize("cell", [Cell(0, 0, 0), Cell(3, 0, 0), Cell(5, 4, 4), Cell(2, 3, 1)])
def test_each_cell_has_the_colour_of_its_number(shown, cell):
    mosaic = shown(Mosaic(), 500, 300)
    mosaic.show_tiles(TILES, 75.0)
    byte = np.clip(np.rint(TILES[cell.tile, cell.row, cell.column] / 75 * 127 + 128), 1, 255).astype(int)
    assert colour_at(mosaic, cell) == tuple(diverging(on_dark=False)[byte])


def test_numbers_without_a_negative_are_on_a_scale_from_zero(shown):
    mosaic = shown(Mosaic(), 500, 300)
    mosaic.show_tiles(TILES - TILES.min())
    assert colour_at(mosaic, Cell(5, 4, 4)) == tuple(sequential()[255])


def test_another_theme_recolours(shown):
    mosaic = shown(Mosaic(), 500, 300)
    mosaic.show_tiles(TILES, 75.0)
    mosaic.restyle(DARK)
    assert colour_at(mosaic, Cell(0, 0, 0)) == tuple(diverging(on_dark=True)[1])


def test_colours_are_shown_as_colours(shown):
    mosaic = shown(Mosaic(), 300, 200)
    pictures = np.zeros((2, 3, 3, 3), np.float32)
    pictures[1, 2, 0] = [1.0, -1.0, 0.0]
    mosaic.show_tiles(pictures, 1.0)
    assert colour_at(mosaic, Cell(1, 2, 0)) == (255, 0, 128)


def test_upside_down_the_first_row_is_at_the_bottom(shown):
    mosaic = Mosaic()
    mosaic.upside_down = True
    shown(mosaic, 300, 300)
    mosaic.show_tiles(TILES[:1], 75.0)
    assert mosaic.rect_of(Cell(0, 0, 0)).top() > mosaic.rect_of(Cell(0, 4, 0)).top()
    assert mosaic.cell_at(mosaic.rect_of(Cell(0, 0, 2)).center()) == Cell(0, 0, 2)
    byte = int(np.rint(TILES[0, 0, 2] / 75 * 127 + 128))
    assert colour_at(mosaic, Cell(0, 0, 2)) == tuple(diverging(on_dark=False)[byte])


@pytest.mark.parametrize("size", [(500, 300), (120, 400), (900, 90)])
def test_the_cell_under_the_mouse_is_the_one_drawn_there(shown, size):
    mosaic = shown(Mosaic(), *size)
    mosaic.show_tiles(TILES)
    for cell in (Cell(0, 0, 0), Cell(4, 2, 3), Cell(5, 4, 4)):
        assert mosaic.cell_at(mosaic.rect_of(cell).center()) == cell
        assert mosaic.rect().contains(mosaic.rect_of(cell).toRect())


def test_pointing_and_leaving_are_told(shown):
    mosaic = shown(Mosaic(), 500, 300)
    mosaic.show_tiles(TILES)
    heard = []
    mosaic.pointed.connect(heard.append)
    move_to(mosaic, mosaic.rect_of(Cell(1, 2, 3)).center().toPoint())
    assert heard[-1] == Cell(1, 2, 3)
    mosaic.point_at(None)
    assert heard[-1] is None


def test_a_click_shows_one_tile_alone_with_its_numbers_and_another_shows_all(shown):
    mosaic = shown(Mosaic(), 500, 300)
    mosaic.show_tiles(TILES)
    small = mosaic.tile_rect(2).width()
    QTest.mouseClick(mosaic, Qt.MouseButton.LeftButton, pos=mosaic.rect_of(Cell(2, 1, 1)).center().toPoint())
    assert mosaic.visible_tiles == (2,)
    assert mosaic.tile_rect(2).width() > small
    QTest.mouseClick(mosaic, Qt.MouseButton.LeftButton, pos=mosaic.rect_of(Cell(2, 1, 1)).center().toPoint())
    assert len(mosaic.visible_tiles) == 6


def test_keys_go_from_tile_to_tile_and_within_one(shown):
    mosaic = shown(Mosaic(), 500, 300)
    mosaic.show_tiles(TILES)
    mosaic.setFocus()
    QTest.keyClick(mosaic, Qt.Key.Key_Right)
    assert mosaic.cell == Cell(1, 0, 0)
    QTest.keyClick(mosaic, Qt.Key.Key_Return)
    assert mosaic.alone == 1
    QTest.keyClick(mosaic, Qt.Key.Key_Down)
    assert mosaic.cell == Cell(1, 1, 0)
    QTest.keyClick(mosaic, Qt.Key.Key_Escape)
    assert mosaic.alone is None


def test_fewer_tiles_forget_what_was_alone(shown):
    mosaic = shown(Mosaic(), 500, 300)
    mosaic.show_tiles(TILES)
    mosaic.show_alone(5)
    mosaic.show_tiles(TILES[:2])
    assert mosaic.visible_tiles == (0, 1)
    mosaic.clear()
    assert mosaic.visible_tiles == ()
    mosaic.grab()
