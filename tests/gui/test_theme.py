"""The looks: every contrast recomputed from WCAG 2.2, colour blindness simulated after Machado et al. (2009)."""

from __future__ import annotations

import gc
import importlib.util
import itertools
import json
import re
import unicodedata
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFontDatabase, QFontInfo, QIcon, QImage, QPalette, QPixmap, QRawFont
from PySide6.QtWidgets import QLabel, QMenu, QToolButton

from core.blocks._base import GROUPS
from gui.theme import fonts, icons, maps
from gui.theme.apply import ICONS, theme
from gui.theme.sheet import sheet
from gui.theme.tokens import THEMES, Tokens, mix

ROOT = Path(__file__).resolve().parents[2]
EVERY_THEME = pytest.mark.parametrize("tokens", THEMES.values(), ids=THEMES.keys())


def linear(colour: str) -> np.ndarray:
    c = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def ratio(a: str, b: str) -> float:
    dark, light = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (a, b))
    return (light + 0.05) / (dark + 0.05)


# text and lines -------------------------------------------------------------------------------------------------------


@EVERY_THEME
def test_text_can_be_read_on_every_ground_it_is_set_on(tokens: Tokens):
    wanted = 7.0 if tokens.name == "contrast" else 4.5
    grounds = {
        n: getattr(tokens, n)
        for n in [
            "window",
            "surface",
            "raised",
            "sunken",
            "field",
            "canvas",
            "node",
            "plot",
            "hover",
            "pressed",
            "selected",
        ]
    }
    pairs = [
        (text, ground)
        for text in ("text", "text_secondary")
        for ground in grounds
        if (text, ground) != ("text_secondary", "selected")
    ]
    pairs += [
        (text, g)
        for text in ("accent_text", "info", "success", "warning", "error")
        for g in ("window", "surface", "raised", "field")
    ]
    pairs += [("on_accent", "accent"), ("on_accent", "accent_hover")]
    pairs += [(t, f"{level}_tint") for level in ("info", "success", "warning", "error") for t in ("text", level)]
    poor = {p: round(ratio(*(getattr(tokens, n) for n in p)), 2) for p in pairs}
    assert {p: r for p, r in poor.items() if r < wanted} == {}
    tints = {g: round(ratio(tokens.text, tokens.group_tint(g)), 2) for g in GROUPS}
    assert {g: r for g, r in tints.items() if r < wanted} == {}


@EVERY_THEME
def test_what_must_be_told_apart_has_a_contrast_of_three(tokens: Tokens):
    pairs = [("stroke_control", g) for g in ("field", "surface", "window")]
    pairs += [("focus", g) for g in ("window", "surface", "field", "canvas", "raised")]
    pairs += [("accent", g) for g in ("surface", "window", "raised", "field")]
    pairs += [
        (n, "canvas") for n in ("wire", "wire_hover", "wire_selected", "wire_accepts", "wire_refuses", "wire_fault")
    ]
    pairs += [(n, g) for n in ("port_vector", "port_sequence", "port_image", "port_other") for g in ("canvas", "node")]
    pairs += [("text_disabled", g) for g in ("surface", "window", "raised")]
    poor = {p: round(ratio(*(getattr(tokens, n) for n in p)), 2) for p in pairs}
    assert {p: r for p, r in poor.items() if r < 3.0} == {}
    for group in GROUPS:
        for ground in (tokens.node, tokens.canvas, tokens.surface, tokens.group_tint(group)):
            assert ratio(tokens.group(group), ground) >= 3.0, (group, ground)


def test_every_group_of_blocks_has_a_colour_and_a_stranger_gets_a_neutral_one():
    for tokens in THEMES.values():
        assert set(tokens.groups) == set(GROUPS)
        assert len(set(tokens.groups.values())) == len(GROUPS)
        assert tokens.group("made up by a plug-in") == tokens.text_secondary


def test_mix_lays_a_share_of_one_colour_on_another():
    assert mix("#000000", "#FFFFFF", 0.0) == "#000000"
    assert mix("#000000", "#FF8000", 1.0) == "#FF8000"
    assert mix("#000000", "#FFFFFF", 0.5) == "#808080"


# colour blindness -----------------------------------------------------------------------------------------------------

SEEN_BY = {  # Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB
    "most": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
OKABE_ITO = ("#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")


def oklab(rgb: np.ndarray) -> np.ndarray:
    """Björn Ottosson 2020."""
    to_lms = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    to_lab = [
        [0.2104542553, 0.793617785, -0.0040720468],
        [1.9779984951, -2.428592205, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.808675766],
    ]
    return np.array(to_lab) @ np.cbrt(np.array(to_lms) @ rgb)


def nearest(colours: tuple[str, ...], eyes: str) -> float:
    seen = [oklab(np.clip(np.array(SEEN_BY[eyes]) @ linear(c), 0, 1)) for c in colours]
    return min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2))


@EVERY_THEME
@pytest.mark.parametrize("eyes", SEEN_BY)
def test_no_two_curves_look_alike(tokens: Tokens, eyes: str):
    worst_of_the_original = min(nearest(OKABE_ITO, e) for e in SEEN_BY)
    assert len(tokens.curves) == 8
    assert nearest(tokens.curves, eyes) >= max(0.08, worst_of_the_original)
    assert nearest(tokens.curves[:2], eyes) >= 0.15  # training and validation


@EVERY_THEME
@pytest.mark.parametrize("eyes", SEEN_BY)
def test_no_two_kinds_of_port_look_alike(tokens: Tokens, eyes: str):
    """As far apart in OKLab as the nearest two curves may be; before, blue and violet were 0.003 apart to a deuteranope."""
    ports = (tokens.port_vector, tokens.port_sequence, tokens.port_image, tokens.port_other)
    assert nearest(ports, eyes) >= 0.08


@EVERY_THEME
def test_every_curve_stands_out_from_its_plot(tokens: Tokens):
    assert min(ratio(c, tokens.plot) for c in tokens.curves) >= 3.0


# colour maps ----------------------------------------------------------------------------------------------------------


def lab(table: np.ndarray) -> np.ndarray:
    c = table / 255
    rgb = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    m = np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]
    )
    t = rgb @ m.T / [0.95047, 1.0, 1.08883]
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


@pytest.mark.parametrize(
    "table", [maps.sequential(), maps.diverging(on_dark=False), maps.diverging(on_dark=True), maps.greys()]
)
def test_equal_steps_of_a_colour_map_are_equal_steps_to_the_eye(table: np.ndarray):
    assert table.shape == (256, 3)
    assert table.dtype == np.uint8
    assert not table.flags.writeable
    colours = lab(table.astype(float))
    turns = abs(colours[0, 0] - colours[255, 0]) < 5.0
    for half in (slice(0, 128), slice(128, 256)) if turns else (slice(0, 256),):
        lightness = colours[half, 0]
        straight = np.linspace(lightness[0], lightness[-1], len(lightness))
        assert abs(lightness[-1] - lightness[0]) > 45
        assert np.abs(lightness - straight).max() < 1.2
    steps = np.linalg.norm(colours[8::8] - colours[:-8:8], axis=1)
    assert steps.max() / steps.min() < 2.2


@pytest.mark.parametrize("on_dark", [False, True])
def test_a_diverging_map_is_silent_at_zero_and_equally_loud_on_both_sides(on_dark: bool):
    colours = lab(maps.diverging(on_dark=on_dark).astype(float))
    assert np.hypot(*colours[127:129, 1:].T).max() < 2.0
    assert np.abs(colours[:, 0] - colours[::-1, 0]).max() < 1.5
    assert colours[0, 2] < -20  # blue
    assert colours[255, 2] > 20  # orange


# dressing the application ---------------------------------------------------------------------------------------------


def test_the_theme_changes_while_the_program_runs(qapp, qtbot):
    for name in ("dark", "contrast", "light"):
        with qtbot.waitSignal(theme.changed, check_params_cb=lambda t, n=name: t is THEMES[n]):
            theme.choose(name)
        assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(THEMES[name].window)
        assert THEMES[name].stroke_control in qapp.styleSheet()


def test_choosing_the_same_theme_again_disturbs_nobody(qtbot):
    with qtbot.assertNotEmitted(theme.changed):
        theme.choose("light")


def test_the_system_is_followed_and_without_a_screen_it_is_light():
    theme.choose("dark")
    theme.choose("system")
    assert theme.tokens is THEMES["light"]
    assert theme.choice == "system"


def test_the_choice_is_remembered(qapp, settings):
    from gui.theme.apply import Theme

    first = Theme()
    first.start(qapp, settings)
    first.choose("contrast")
    second = Theme()
    second.start(qapp, settings)
    assert second.tokens.name == "contrast"
    settings.setValue("theme", "hot pink")
    third = Theme()
    third.start(qapp, settings)
    assert third.choice == "system"
    theme._worn = None  # the application wears the third's clothes
    theme.choose("light")


@EVERY_THEME
def test_the_style_sheet_is_short_and_names_no_unknown_token(tokens: Tokens):
    text = sheet(tokens, "/somewhere")
    assert "$" not in text
    assert text.count("\n") < 150


def test_plots_are_dressed_once_pyqtgraph_is_there():
    pyqtgraph = pytest.importorskip("pyqtgraph", reason="curves are drawn by pyqtgraph")
    theme.dress_plots()
    theme.choose("dark")
    assert pyqtgraph.getConfigOption("background") == THEMES["dark"].plot
    assert pyqtgraph.getConfigOption("imageAxisOrder") == "row-major"


# icons ----------------------------------------------------------------------------------------------------------------

NEEDED = [
    "open",
    "save",
    "undo",
    "redo",
    "play",
    "pause",
    "stop",
    "step-batch",
    "step-epoch",
    "reset",
    "reseed",
    "export",
    "import",
    "add",
    "search",
    "fit",
    "zoom-in",
    "zoom-out",
    "layout",
    "settings",
    "language",
    "theme",
    "problems",
    "warning",
    "error",
    "info",
    "success",
    "star",
    "flag",
    "folder",
    "file",
    "data",
    "image",
    "table",
    "text",
    "layers",
    "curve",
    "histogram",
    "filter",
    "grid",
    "target",
    "trash",
    "copy",
    "link",
    "unlink",
    "help",
    "more",
    "chevron-down",
    "chevron-up",
    "chevron-right",
    "close",
    "check",
    "menu",
    "sun",
    "moon",
    "pin",
    "eye",
]


def ink_of(image: QImage) -> set[str]:
    inked = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {c.name().upper() for c in inked if c.alpha() == 255}


def test_the_set_is_complete():
    assert set(NEEDED) <= set(icons.names())
    assert {f"group-{group}" for group in GROUPS} <= set(icons.names())


@pytest.mark.parametrize("path", sorted(ICONS.glob("*.svg")), ids=lambda p: p.stem)
def test_every_icon_keeps_the_grid_the_stroke_and_the_one_colour(path: Path):
    root = ET.fromstring(path.read_text(encoding="utf-8"))
    assert root.get("viewBox") == "0 0 20 20"
    assert (root.get("stroke-width"), root.get("stroke-linecap")) == ("1.6", "round")
    colours = {e.get(k) for e in root.iter() for k in ("fill", "stroke")} - {None}
    assert colours <= {"currentColor", "none"}
    picture = icons.pixmap(path.stem, "#112233", 20, 2.0).toImage()
    edge = [picture.pixelColor(i, j).alpha() for i in range(40) for j in (0, 39)]
    edge += [picture.pixelColor(j, i).alpha() for i in range(40) for j in (0, 39)]
    assert max(edge) < 128  # nothing is cut off
    assert "#112233" in ink_of(picture)


def test_an_icon_takes_the_colours_of_the_theme_it_is_painted_in():
    save = icons.icon("save")
    for name in ("light", "dark", "contrast"):
        theme.choose(name)
        assert THEMES[name].text_secondary in ink_of(save.pixmap(QSize(32, 32)).toImage())
        disabled = save.pixmap(QSize(32, 32), QIcon.Mode.Disabled).toImage()
        assert THEMES[name].text_disabled in ink_of(disabled)


def test_an_icon_is_as_sharp_as_the_screen():
    for pixels in (1.0, 1.25, 2.0, 3.0):
        made = icons.icon("grid").pixmap(QSize(16, 16), pixels)
        assert (made.width(), made.devicePixelRatio()) == (round(16 * pixels), pixels)
    assert icons.pixmap("grid", "#000000", 16, 2.0).width() == 32


def test_icons_outlive_copies_menus_and_the_garbage_collector(qtbot):
    for _ in range(20):
        copies = [QIcon(icons.icon(name)) for name in NEEDED]
        for copy in copies:
            copy.addPixmap(QPixmap(4, 4))  # detaches, so the engine is cloned
        gc.collect()
        for copy in copies:
            assert not copy.pixmap(QSize(16, 16), 2.0).isNull()
    menu = QMenu()
    qtbot.addWidget(menu)
    menu.addAction(icons.icon("save"), "x")
    assert not menu.grab().isNull()


def test_a_button_shows_its_icon(qtbot):
    button = QToolButton()
    qtbot.addWidget(button)
    button.setIcon(icons.icon("play", "error"))
    button.setIconSize(QSize(64, 64))
    button.resize(80, 80)
    assert THEMES["light"].error in ink_of(button.grab().toImage())


# letters --------------------------------------------------------------------------------------------------------------


def test_every_chinese_character_of_the_program_is_in_the_bundled_font():
    spec = importlib.util.spec_from_file_location("build_fonts", ROOT / "resources" / "fonts" / "build.py")
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    used = build.characters_of_words(ROOT)
    assert {"卷", "积"} <= used
    font = QRawFont(str(fonts.BUNDLED), 16.0)
    wide = {c for c in used if unicodedata.east_asian_width(c) in "WF"}
    missing = {c for c in wide if not font.supportsCharacter(ord(c))}
    assert not missing, "run resources/fonts/build.py"
    assert fonts.BUNDLED.stat().st_size < 1_500_000
    assert "SIL OPEN FONT LICENSE" in (fonts.BUNDLED.parent / "OFL.txt").read_text(encoding="utf-8")


def test_every_chinese_character_of_the_projects_that_ship_is_in_the_bundled_font():
    ships = sorted((ROOT / "resources").rglob("*.loom"))
    texts = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in ships}  # \u escapes are read as well
    used = {c for text in texts.values() for c in json.dumps(text, ensure_ascii=False)}
    wide = {c for c in used if unicodedata.east_asian_width(c) in "WF"}
    assert len(wide) > 20
    font = QRawFont(str(fonts.BUNDLED), 16.0)
    assert {c for c in wide if not font.supportsCharacter(ord(c))} == set()


def test_the_bundled_font_draws_chinese_and_is_only_loaded_where_there_is_none():
    number = QFontDatabase.addApplicationFont(str(fonts.BUNDLED))
    try:
        assert QFontDatabase.applicationFontFamilies(number) == ["Neuroloom Han"]
    finally:
        QFontDatabase.removeApplicationFont(number)
    raw = QRawFont(str(fonts.BUNDLED), 16.0)
    glyphs = raw.glyphIndexesForString("神经网络")
    assert len(set(glyphs)) == 4
    assert 0 not in glyphs
    assert fonts.needs_bundled(["Noto Sans CJK JP", "DejaVu Sans"])
    assert not fonts.needs_bundled(["Microsoft YaHei UI", "Arial"])


def test_the_type_scale_is_never_smaller_than_twelve_pixels_and_numbers_line_up(qtbot):
    for role in ("small", "body", "title", "number_small"):
        assert fonts.font(role).pixelSize() >= 12
    assert fonts.font("strong").weight() > fonts.font("body").weight()
    label = QLabel()
    qtbot.addWidget(label)
    label.setFont(fonts.font("number"))
    widths = {label.fontMetrics().horizontalAdvance(digit * 4) for digit in "0123456789.-"}
    assert len(widths) == 1, QFontInfo(fonts.font("number")).family()


def test_no_colour_is_written_outside_the_tokens():
    colour = re.compile(r"#[0-9A-Fa-f]{6}\b")
    files = [
        *(ROOT / "gui" / "widgets").glob("*.py"),
        *(ROOT / "gui" / "inspector").glob("*.py"),
        ROOT / "gui" / "theme" / "sheet.py",
    ]
    assert [p.name for p in files if colour.search(p.read_text(encoding="utf-8"))] == []
