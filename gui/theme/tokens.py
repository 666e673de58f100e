"""The look of the program as data: colours, type, spacing. Three themes, one vocabulary; nothing here knows Qt.

Contrasts are WCAG 2.2 ratios and `tests/gui/test_theme.py` recomputes all of them: text at least 4.5 (7 in the contrast
theme), anything that must be told apart at least 3. Curve colours are Okabe and Ito's hues (2008), moved in lightness
until each stands out from its plot and until no two are confused under protanopia, deuteranopia or tritanopia; the colours
of ports and their wires are spread in the same way, and the ports differ in shape besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

ThemeName = Literal["light", "dark", "contrast"]
Colour = str  # "#RRGGBB"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Tokens:
    """Every colour of one theme, by what it is for."""

    name: ThemeName
    is_dark: bool
    # grounds, from the back to the front
    window: Colour  # behind docks and bars
    surface: Colour  # panels
    raised: Colour  # menus, tooltips, popups
    sunken: Colour  # wells, the track of a bar
    field: Colour  # where one types
    canvas: Colour  # behind the blocks
    grid: Colour  # its dots
    node: Colour  # the body of a block
    plot: Colour  # behind curves
    # lines
    stroke: Colour  # between panels; decoration
    stroke_control: Colour  # around what can be used
    focus: Colour  # the ring of the keyboard focus
    # text
    text: Colour
    text_secondary: Colour
    text_disabled: Colour
    on_accent: Colour  # text and ticks on accent and on accent_hover
    # what reacts
    accent: Colour
    accent_hover: Colour
    accent_text: Colour  # links, and icons that are switched on
    hover: Colour
    pressed: Colour
    selected: Colour  # ground of a selected row, under `text`
    # what is told; each is text on its own tint and on panels
    info: Colour
    info_tint: Colour
    success: Colour
    success_tint: Colour
    warning: Colour
    warning_tint: Colour
    error: Colour
    error_tint: Colour
    # wires and ports of the canvas
    wire: Colour
    wire_hover: Colour
    wire_selected: Colour
    wire_accepts: Colour
    wire_refuses: Colour
    wire_fault: Colour
    port_vector: Colour  # (features,)
    port_sequence: Colour  # (time, features)
    port_image: Colour  # (height, width, channels)
    port_other: Colour
    # families
    curves: tuple[Colour, ...]  # in this order: the first ones differ most
    groups: Mapping[str, Colour]  # group of blocks -> colour

    def group(self, group: str) -> Colour:
        """The colour of a group of blocks; a group that a plug-in made up gets a neutral one."""
        return self.groups.get(group, self.text_secondary)

    def group_tint(self, group: str) -> Colour:
        """A quiet ground in the colour of a group, under `text`."""
        return mix(self.node, self.group(group), 0.28 if self.name == "contrast" else 0.16)


def mix(under: Colour, over: Colour, share: float) -> Colour:
    """`under` with a share of `over` laid on it, channel by channel; 0 is all `under`, 1 all `over`."""
    pairs = ((int(under[i : i + 2], 16), int(over[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def _groups(*colours: Colour) -> Mapping[str, Colour]:
    names = [
        "input",
        "augmentation",
        "linear",
        "convolution",
        "pooling",
        "normalisation",
        "activation",
        "sequence",
        "shape",
        "merge",
        "composite",
        "output",
    ]
    return MappingProxyType(dict(zip(names, colours, strict=True)))


LIGHT = Tokens(
    name="light", is_dark=False,
    window="#F3F4F6", surface="#FFFFFF", raised="#FFFFFF", sunken="#EBEDF1", field="#FFFFFF",
    canvas="#EDEFF3", grid="#CBD0D9", node="#FFFFFF", plot="#FFFFFF",
    stroke="#DDE0E6", stroke_control="#848C9A", focus="#3057D5",
    text="#1A1D24", text_secondary="#555C69", text_disabled="#868D9A", on_accent="#FFFFFF",
    accent="#3057D5", accent_hover="#2648B8", accent_text="#2A4FC7",
    hover="#EDEFF3", pressed="#DFE3EA", selected="#DCE5FB",
    info="#1F5FB0", info_tint="#E6EFFA", success="#1E6B3C", success_tint="#E3F3E8",
    warning="#855000", warning_tint="#FCF0DA", error="#B3261E", error_tint="#FCE8E6",
    wire="#7B8494", wire_hover="#4A5261", wire_selected="#3057D5",
    wire_accepts="#1B7F45", wire_refuses="#C0342B", wire_fault="#C0342B",
    port_vector="#1F7AEF", port_sequence="#9E3B87", port_image="#6C48BE", port_other="#7F7F7F",
    curves=("#1963C3", "#CE7005", "#5A6922", "#B24B89", "#1996D7", "#7A2B00", "#79966E", "#31365B"),
    groups=_groups("#398B50", "#8F6A55", "#3976CE", "#7F61C5", "#0683AA", "#0C8A7C", "#B15F01", "#AD4F96", "#867F25", "#6F778A",
                   "#3F4B63", "#C4474B"),
)  # fmt: skip

DARK = Tokens(
    name="dark", is_dark=True,
    window="#16181D", surface="#1E2127", raised="#272B33", sunken="#121418", field="#15171C",
    canvas="#121418", grid="#2E323A", node="#23272F", plot="#14171C",
    stroke="#323741", stroke_control="#6B7483", focus="#7D9BFF",
    text="#E8EAEE", text_secondary="#A4ABB8", text_disabled="#767E8C", on_accent="#FFFFFF",
    accent="#4C6BEB", accent_hover="#4360DB", accent_text="#93AAFF",
    hover="#2B3039", pressed="#353B46", selected="#2C3B6E",
    info="#82B4F5", info_tint="#1B2C44", success="#74CB94", success_tint="#183225",
    warning="#EDB04E", warning_tint="#392A12", error="#FF8F86", error_tint="#421F1E",
    wire="#7F8898", wire_hover="#B8BFCC", wire_selected="#7D9BFF",
    wire_accepts="#4FC37C", wire_refuses="#F2685E", wire_fault="#F2685E",
    port_vector="#4380F3", port_sequence="#DA82C0", port_image="#B298FD", port_other="#C5C5C5",
    curves=("#5880F1", "#E9A42C", "#8BE6B2", "#B9709A", "#57B1E7", "#E75E2A", "#F6E049", "#D1DEF7"),
    groups=_groups("#6FC082", "#C6A18B", "#74ACFE", "#B296FF", "#47B9E6", "#57BFAF", "#EC9247", "#E683CB", "#B5AF57", "#A2ABBE",
                   "#CBD5EA", "#FF7E7D"),
)  # fmt: skip

CONTRAST = Tokens(
    name="contrast", is_dark=True,
    window="#000000", surface="#000000", raised="#0B0C0F", sunken="#000000", field="#000000",
    canvas="#000000", grid="#3A3F4A", node="#0B0C0F", plot="#000000",
    stroke="#8F97A6", stroke_control="#FFFFFF", focus="#FFD60A",
    text="#FFFFFF", text_secondary="#DCE0E8", text_disabled="#9AA1AE", on_accent="#000000",
    accent="#FFD60A", accent_hover="#FFE566", accent_text="#FFD60A",
    hover="#23262E", pressed="#343945", selected="#3A3300",
    info="#9CCBFF", info_tint="#001A33", success="#86E3A5", success_tint="#00240F",
    warning="#FFC55C", warning_tint="#2E1D00", error="#FFA49C", error_tint="#330300",
    wire="#D0D5DF", wire_hover="#FFFFFF", wire_selected="#FFD60A",
    wire_accepts="#6BE794", wire_refuses="#FF8A80", wire_fault="#FF8A80",
    port_vector="#69A3FD", port_sequence="#ED68CD", port_image="#C2B9F2", port_other="#DADDF0",
    curves=("#6C91FF", "#F5A52F", "#95E0B0", "#C585AD", "#66C0FA", "#F07040", "#FBE53D", "#F2F5FF"),
    groups=_groups("#89DA9B", "#DDBFAE", "#A0C6FF", "#C8B7FF", "#6BD3FE", "#72DAC9", "#FEB073", "#FE9FE4", "#CFC871", "#BBC4D8",
                   "#EAF0FC", "#FFAAA7"),
)  # fmt: skip

THEMES: Mapping[ThemeName, Tokens] = MappingProxyType({"light": LIGHT, "dark": DARK, "contrast": CONTRAST})


@dataclass(frozen=True, slots=True)
class Type:
    """One step of the type scale, in pixels at 100 %."""

    size: int
    weight: int = 400  # 400 regular, 600 semibold
    monospace: bool = False


TYPE: Mapping[str, Type] = MappingProxyType(
    {
        "small": Type(12),
        "body": Type(13),
        "strong": Type(13, 600),
        "title": Type(15, 600),
        "heading": Type(20, 600),
        "display": Type(28, 600),
        "number": Type(13, monospace=True),
        "number_small": Type(12, monospace=True),
        "number_display": Type(28, 600, monospace=True),
    }
)

SPACE = (0, 4, 8, 12, 16, 24, 32)  # steps of the 4 px grid: SPACE[2] is 8
RADIUS_SMALL, RADIUS, RADIUS_LARGE = 4, 6, 10  # chips and cells; controls; blocks and cards
HAIRLINE, STROKE, STROKE_STRONG = 1.0, 1.6, 2.0  # borders; icons and wires; focus ring, selected wire
CONTROL_HEIGHT = 28  # nothing that is clicked is lower
ICON = 16
