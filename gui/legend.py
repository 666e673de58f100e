"""The legend of the canvas: what its shapes, colours and lines mean, each painted by the item that paints it there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QStyleOptionGraphicsItem,
    QVBoxLayout,
    QWidget,
)

from core.blocks._base import GROUPS, Block
from core.blocks.conv2d import Conv2D
from core.blocks.dense import Dense
from core.blocks.input import Input
from core.graph.document import Document, Node, Wire
from core.graph.shapes import infer
from core.words import Words
from gui.canvas.geometry import HEADER, WIDTH, Kind, Port, ports_of
from gui.canvas.node_item import Look, NodeItem
from gui.canvas.style import Style
from gui.canvas.wire_item import Carried, WireItem
from gui.i18n import follow
from gui.inspector.panel import Tile
from gui.theme.apply import theme
from gui.theme.tokens import SPACE
from gui.widgets.label import Label

TITLE = Words("Legend of the canvas", "画布图例")
SCALE = 0.66  # of blocks
HIGH = 34, 30, 54  # figures of ports, of wires, of blocks
WIDE = 140  # every figure
Draw = Callable[[QPainter, Style], None]
IN, OUT = Port("in", "x"), Port("out", "y")


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that is seen on the canvas, and what it says."""

    words: Words
    more: Words
    draw: Draw


class Figure(QWidget):
    """A sign as it is seen."""

    def __init__(self, draw: Draw, high: int) -> None:
        super().__init__()
        self._draw = draw
        self.setFixedSize(WIDE, high)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """On the ground that it has there."""
        style = Style(theme.tokens)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.canvas)
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        painter.translate(0, self.height() / 2)
        self._draw(painter, style)
        painter.end()


class Legend(QDialog):
    """One page: ports and wires on the left, blocks and their families on the right."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        follow(self, self.setWindowTitle, TITLE)
        page = QWidget()
        page.setProperty("ground", "surface")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        columns = QHBoxLayout(page)
        columns.setContentsMargins(*[SPACE[4]] * 4)
        columns.setSpacing(SPACE[6])
        left, right = QVBoxLayout(), QVBoxLayout()
        _tell(left, Words("What a wire carries", "连线所传递的内容"), _rows(_ports(), HIGH[0]))
        _tell(left, Words("Wires", "连线"), _rows(_wires(), HIGH[1]))
        _tell(right, Words("Blocks", "模块"), _rows(_blocks(), HIGH[2]))
        _tell(right, Words("Families of blocks", "模块类别"), _families())
        for column in (left, right):
            column.addStretch(1)
            columns.addLayout(column, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
        self.resize(860, 720)


def _tell(column: QVBoxLayout, title: Words, signs: QGridLayout) -> None:
    column.setSpacing(SPACE[2])
    column.addWidget(Label(title, "title"))
    column.addLayout(signs)
    column.addSpacing(SPACE[3])


def _rows(signs: tuple[Sign, ...], high: int) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(SPACE[3])
    grid.setVerticalSpacing(SPACE[2])
    grid.setColumnStretch(1, 1)
    for row, sign in enumerate(signs):
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addStretch(1)
        said.addWidget(Label(sign.words, "strong"))
        said.addWidget(Label(sign.more, "small", "secondary"))
        said.addStretch(1)
        grid.addWidget(Figure(sign.draw, high), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(said, row, 1)
    return grid


def _families() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(SPACE[2])
    grid.setVerticalSpacing(SPACE[1])
    for place, (group, words) in enumerate(GROUPS.items()):
        row, column = divmod(place, 3)
        tile = Tile(24)
        tile.set_group(group)
        grid.addWidget(tile, row, 2 * column)
        grid.addWidget(Label(words, "small"), row, 2 * column + 1)
        grid.setColumnStretch(2 * column + 1, 1)
    return grid


# ports ------------------------------------------------------------------------------------------------------------------


def _ports() -> tuple[Sign, ...]:
    shapes: Mapping[Kind, tuple[Words, Words]] = {
        "vector": (Words("Circle: a row of numbers", "圆形：一行数"), Words("(features), such as 784", "（特征），如 784")),
        "sequence": (Words("Diamond: a sequence", "菱形：序列"), Words("(time, features), such as 40×32", "（时间，特征），如 40×32")),
        "image": (Words("Square: an image", "方形：图像"), Words("(height, width, channels), such as 28×28×1", "（高，宽，通道），如 28×28×1")),
        "other": (Words("Triangle: more axes", "三角形：更多维度"), Words("Four or more numbers in the shape", "形状包含四个或更多数")),
        "unknown": (Words("Grey: not known yet", "灰色：尚未确定"), Words("Wire what comes before it", "请先连接它前面的模块")),
    }  # fmt: skip
    wired = tuple(
        Sign(*words, _port(Look(kinds={IN: kind}, wired=frozenset({IN})), kind)) for kind, words in shapes.items()
    )
    free, lacks = Look(kinds={IN: "image"}), Look(lacking=frozenset({IN}))
    return (
        *wired,
        Sign(
            Words("Hollow: free", "空心：未连线"),
            Words("Nothing is wired to this input", "该输入端口没有连线"),
            _port(free),
        ),
        Sign(
            Words("Hollow and amber", "空心、黄色"),
            Words("This input needs a wire", "该输入端口需要连线"),
            _port(lacks),
        ),
    )


def _port(look: Look, kind: Kind | None = None) -> Draw:
    """The left edge of a block with one port, and the wire that ends there, if there is one."""

    def draw(painter: QPainter, style: Style) -> None:
        item = NodeItem("", style)
        item.look = look
        x = WIDE * 0.62
        if kind is not None:
            painter.setPen(style.wires[kind])
            painter.drawLine(QPointF(16, 0), QPointF(x, 0))
        painter.setPen(style.edge)
        painter.setBrush(style.node_brush)
        painter.drawRoundedRect(QRectF(x, -12, WIDE - x - 12, 24), 6, 6)
        item.paint_port(painter, IN, x, 0)

    return draw


# wires ------------------------------------------------------------------------------------------------------------------


def _wires() -> tuple[Sign, ...]:
    image, line = Input(shape=(28, 28, 1)), Input(shape=(784,))
    return (
        Sign(
            Words("Written on a wire", "连线上的文字"),
            Words("The shape of what it carries, without the batch", "所传递数据的形状，不含批次"),
            _wire(image, Conv2D()),
        ),
        Sign(Words("Thick", "加粗"), Words("Selected", "已选中"), _wire(line, Dense(), selected=True)),
        Sign(
            Words("Dashed", "虚线"),
            Words("What comes does not fit; the problems say why", "内容不匹配，“问题”中说明了原因"),
            _wire(image, Dense()),
        ),
        Sign(
            Words("Thick and green", "加粗、绿色"),
            Words("While you draw or drop: it fits here", "连线或放下时：此处匹配"),
            _wire(line, Dense(), accepts=True),
        ),
        Sign(
            Words("Thick and red", "加粗、红色"),
            Words("While you cut: it will be removed", "切断时：将被删除"),
            _wire(line, Dense(), cut=True),
        ),
        Sign(
            Words("Dots on a wire", "连线上的圆点"),
            Words("Bends: drag them; a double click adds one", "弯点：可拖动；双击连线可添加"),
            _wire(line, Dense(), bends=((WIDE / 2 + 12, -6.0), (WIDE / 2 + 42, 6.0))),
        ),
    )


def _wire(source: Block, target: Block, bends: tuple[tuple[float, float], ...] = (), **state: bool) -> Draw:
    """A wire between two blocks that are out of sight."""
    wire = Wire("a", "y", "b", "x")
    document = Document(nodes={"a": Node(source), "b": Node(target)}, wires=(wire,))
    carried = Carried()
    carried.take(document, infer(document))

    def draw(painter: QPainter, style: Style) -> None:
        item = WireItem(replace(wire, bends=bends), style, carried)
        item.lay((12.0, 0.0), (WIDE - 12.0, 0.0), bends=bends)
        item.set_state(**state)
        item.paint(painter, QStyleOptionGraphicsItem())

    return draw


# blocks -----------------------------------------------------------------------------------------------------------------


def _blocks() -> tuple[Sign, ...]:
    block = Dense(units=10)
    plain = Node(block)
    return (
        Sign(
            Words("Stripe and icon: the family", "色条与图标：类别"),
            Words("Below: its name, and what is set", "下方：名称与设置"),
            _block(plain),
        ),
        Sign(Words("Bright outline", "亮色边框"), Words("Selected", "已选中"), _block(plain, selected=True)),
        Sign(
            Words("Badge with !", "带“!”的标记"),
            Words("Something is wrong: select it to read what", "有错误：选中即可查看"),
            _block(plain, faulty=True),
        ),
        Sign(
            Words("Dashed outline", "虚线边框"),
            Words("Bypassed: hands its input on. Muted: gives nothing", "旁路：直接传递输入。静音：不输出"),
            _block(replace(plain, mode="bypass")),
        ),
        Sign(
            Words("Pale", "变淡"),
            Words("Fed by muted blocks alone; or, while you draw a wire: not a place for it", "只由静音模块输入；或连线时：此处不可连接"),
            _block(plain, idle=True),
        ),
        Sign(
            Words("Halo", "光晕"),
            Words("At work now: the brighter, the more time it takes", "正在运算：越亮，耗时越多"),
            _block(plain, activity=1.0),
        ),
        Sign(Words("Pin", "图钉"), Words("Locked in place", "位置已锁定"), _block(replace(plain, locked=True))),
        Sign(Words("Header alone", "只有标题"), Words("Collapsed", "已折叠"), _block(replace(plain, collapsed=True))),
    )  # fmt: skip


def _block(node: Node, *, faulty: bool = False, idle: bool = False, **state: object) -> Draw:
    """A block in one state."""
    assert isinstance(node.block, Block)
    ports, kinds = ports_of(node.block), dict[Port, Kind]({IN: "vector", OUT: "vector"})
    look = Look(ports, kinds, frozenset({IN}), faulty=faulty, idle=idle)

    def draw(painter: QPainter, style: Style) -> None:
        item = NodeItem("scores", style)
        item.show_node(node, look)
        item.set_state(**state)
        painter.scale(SCALE, SCALE)
        painter.translate((WIDE / SCALE - WIDTH) / 2, -(HEADER if node.collapsed else item.box.height) / 2)
        item.paint(painter, QStyleOptionGraphicsItem())

    return draw
