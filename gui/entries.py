"""Everything a person can ask for, as data: menus, shortcuts, the command palette and the shortcut sheet all come from it.

A key without Ctrl or Alt (and no function key) acts on the canvas only: elsewhere one types with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from core.words import Words

When = Literal["", "several"]  # always; or only while two or more blocks are selected


@dataclass(frozen=True, slots=True)
class Entry:
    """One command. `menu` is where it stands, "" for nowhere; `keys` are its shortcuts, the first is shown."""

    id: str
    text: Words
    menu: str = ""
    keys: tuple[str, ...] = ()
    icon: str = ""
    call: tuple[str, ...] = ()  # method of the canvas and its arguments; empty where the window does it
    begins_group: bool = False
    when: When = ""  # of two entries with one key, the one whose `when` holds is meant


MENUS: Mapping[str, Words] = {  # "a/b" is a submenu of a, and stands where its first entry would
    "file": Words("File", "文件"),
    "edit": Words("Edit", "编辑"),
    "structure": Words("Structure", "结构"),
    "arrange": Words("Arrange", "排列"),
    "view": Words("View", "视图"),
    "view/bookmarks": Words("Bookmarks", "视图书签"),
    "view/theme": Words("Theme", "主题"),
    "train": Words("Train", "训练"),
    "help": Words("Help", "帮助"),
}
CANVAS = Words("Canvas", "画布")  # what the shortcut sheet calls entries that are in no menu


def _files() -> tuple[Entry, ...]:
    return (
        Entry("new", Words("New network", "新建网络"), "file", ("Ctrl+N",), "file"),
        Entry("examples", Words("New from template…", "从模板新建…"), "file", ("Ctrl+Shift+O",), "grid"),
        Entry("open", Words("Open…", "打开…"), "file", ("Ctrl+O",), "open"),
        Entry("save", Words("Save", "保存"), "file", ("Ctrl+S",), "save", begins_group=True),
        Entry("save_as", Words("Save as…", "另存为…"), "file", ("Ctrl+Shift+S",)),
        Entry(
            "export_weights", Words("Export weights…", "导出权重…"), "file", ("Ctrl+E",), "export", begins_group=True
        ),
        Entry("export_picture", Words("Export as a picture…", "导出为图片…"), "file", ("Ctrl+Shift+E",), "image"),
        Entry("print", Words("Print…", "打印…"), "file", ("Ctrl+P",)),
        Entry("preferences", Words("Preferences…", "首选项…"), "file", ("Ctrl+,",), "settings", begins_group=True),
        Entry("quit", Words("Quit", "退出"), "file", ("Ctrl+Q",), begins_group=True),
    )


def _edits() -> tuple[Entry, ...]:
    return (
        Entry("undo", Words("Undo", "撤销"), "edit", ("Ctrl+Z",), "undo", ("undo",)),
        Entry("redo", Words("Redo", "重做"), "edit", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", ("redo",)),
        Entry("history", Words("History", "历史记录"), "edit", (), "history"),
        Entry("cut", Words("Cut", "剪切"), "edit", ("Ctrl+X",), "", ("cut",), begins_group=True),
        Entry("copy", Words("Copy", "复制"), "edit", ("Ctrl+C",), "copy", ("copy",)),
        Entry("paste", Words("Paste", "粘贴"), "edit", ("Ctrl+V",), "", ("paste",)),
        Entry("paste_wired", Words("Paste with incoming wires", "粘贴并保留输入连线"), "edit", ("Ctrl+Shift+V",), "", ("paste_wired",)),
        Entry("duplicate", Words("Duplicate", "创建副本"), "edit", ("Ctrl+D", "Shift+D"), "", ("duplicate",)),
        Entry("duplicate_wired", Words("Duplicate with incoming wires", "创建副本并保留输入连线"), "edit", ("Ctrl+Shift+D",), "", ("duplicate_wired",)),
        Entry("delete", Words("Delete", "删除"), "edit", ("Del", "Backspace", "X"), "trash", ("delete",), begins_group=True),
        Entry("delete_and_heal", Words("Delete and close the gap", "删除并接合"), "edit", ("Ctrl+Del", "Ctrl+Backspace"), "", ("delete_and_heal",)),
        Entry("extract", Words("Pull out of the wires", "从连线中抽出"), "edit", ("Alt+Del",), "unlink", ("extract",)),
        Entry("select_all", Words("Select all", "全选"), "edit", ("Ctrl+A", "A"), "", ("select_all",), begins_group=True),
        Entry("invert_selection", Words("Invert the selection", "反选"), "edit", ("Ctrl+I",), "", ("invert_selection",)),
        Entry("extend_left", Words("Select all upstream", "选中全部上游模块"), "edit", ("Ctrl+Shift+Left",), "", ("extend", "left")),
        Entry("extend_right", Words("Select all downstream", "选中全部下游模块"), "edit", ("Ctrl+Shift+Right",), "", ("extend", "right")),
        Entry("find", Words("Find in the network…", "在网络中查找…"), "edit", ("Ctrl+F",), "search", ("look_for",)),
        Entry("add_block", Words("Add block…", "添加模块…"), "edit", ("Tab", "Shift+A"), "add", ("add_block",), begins_group=True),
        Entry("wire_on", Words("Wire to another block…", "连线到其他模块…"), "edit", ("W",), "", ("wire_on",)),
        Entry("link_selected", Words("Wire the selected blocks in a row", "依次连接所选模块"), "edit", ("F",), "link", ("link_selected",), when="several"),
        Entry("mend", Words("Mend…", "修复…"), "edit", ("Ctrl+.",), "", ("mend",)),
        Entry("type_net", Words("Type a net…", "输入网络…"), "edit", ("Ctrl+Shift+N",), "text", ("type_net",)),
        Entry("copy_line", Words("Copy as a line of text", "复制为一行文字"), "edit", (), "", ("copy_line",)),
        Entry("copy_picture", Words("Copy as a picture", "复制为图片"), "edit", (), "image"),
        Entry("insert_block", Words("Insert block into the wire…", "在连线中插入模块…"), "edit", (), "add", ("insert_block",)),
    )  # fmt: skip


def _structure() -> tuple[Entry, ...]:
    return (
        Entry("group", Words("Group into a composite", "组合"), "structure", ("Ctrl+G",), "layers", ("group",)),
        Entry("ungroup", Words("Ungroup", "取消组合"), "structure", ("Ctrl+Shift+G",), "", ("ungroup",)),
        Entry("open_inside", Words("Open the composite", "进入组合模块"), "structure", ("PgDown",), "", ("open_inside",)),
        Entry("leave_inside", Words("Leave the composite", "退出组合模块"), "structure", ("PgUp",), "", ("leave_inside",)),
        Entry("make_unique", Words("Make unique", "设为独立"), "structure", (), "", ("make_unique",)),
        Entry("retitle", Words("Title of the composite…", "组合模块的标题…"), "structure", ("F2",), "", ("retitle",)),
        Entry("keep_block", Words("Keep among my blocks", "收藏到我的模块"), "structure", (), "star", ("keep_block",)),
        Entry("promote", Words("Settings seen from outside…", "外部可见的设置…"), "structure", (), "", ("promote",)),
        Entry("repeat", Words("Repeat ×N…", "重复 ×N…"), "structure", ("R",), "", ("repeat",)),
        Entry("bypass", Words("Bypass", "旁路"), "structure", ("B", "Ctrl+B"), "", ("bypass",), begins_group=True),
        Entry("mute", Words("Mute", "静音"), "structure", ("M", "Ctrl+M"), "", ("mute",)),
        Entry("collapse", Words("Collapse", "折叠"), "structure", ("H", "Alt+C"), "", ("collapse",)),
        Entry("lock", Words("Lock in place", "锁定位置"), "structure", ("L", "P"), "pin", ("lock",)),
        Entry("wider", Words("Wider layers", "加宽所选层"), "structure", ("Alt+Up",), "", ("step_width", "up"), begins_group=True),
        Entry("narrower", Words("Narrower layers", "变窄所选层"), "structure", ("Alt+Down",), "", ("step_width", "down")),
        Entry("deeper", Words("One layer more", "增加一层"), "structure", ("Alt+Right",), "", ("step_depth", "up")),
        Entry("shallower", Words("One layer less", "减少一层"), "structure", ("Alt+Left",), "", ("step_depth", "down")),
        Entry("frame", Words("Frame the selection", "用框圈住所选"), "structure", ("C", "Ctrl+J", "Ctrl+Alt+G"), "", ("frame",), begins_group=True),
        Entry("note", Words("Add a note", "添加注释"), "structure", ("Shift+C",), "text", ("note",)),
    )  # fmt: skip


def _places() -> tuple[Entry, ...]:
    return (
        Entry("arrange", Words("Arrange left to right", "从左到右整理布局"), "arrange", ("Ctrl+L",), "layout", ("arrange",)),
        Entry("arrange_down", Words("Arrange top to bottom", "从上到下整理布局"), "arrange", ("Ctrl+Alt+L",), "layout-down", ("arrange", "down")),
        Entry("straighten", Words("Straighten wires", "拉直连线"), "arrange", ("Q",), "", ("straighten",)),
        Entry("align_left", Words("Align left edges", "左对齐"), "arrange", ("Shift+A", "Alt+A"), "align-left", ("align", "left"), begins_group=True, when="several"),
        Entry("align_right", Words("Align right edges", "右对齐"), "arrange", ("Shift+D", "Alt+D"), "align-right", ("align", "right"), when="several"),
        Entry("align_top", Words("Align top edges", "上对齐"), "arrange", ("Shift+W", "Alt+W"), "align-top", ("align", "top"), when="several"),
        Entry("align_bottom", Words("Align bottom edges", "下对齐"), "arrange", ("Shift+S", "Alt+S"), "align-bottom", ("align", "bottom"), when="several"),
        Entry("distribute_across", Words("Equal gaps across", "水平均匀分布"), "arrange", (), "distribute-across", ("distribute", "across"), begins_group=True, when="several"),
        Entry("distribute_down", Words("Equal gaps down", "垂直均匀分布"), "arrange", (), "distribute-down", ("distribute", "down"), when="several"),
    )  # fmt: skip


def _views() -> tuple[Entry, ...]:
    return (
        Entry("fit", Words("Fit everything", "适应窗口"), "view", ("F", "Home"), "fit", ("fit",)),
        Entry("fit_selection", Words("Fit the selection", "适应所选"), "view", ("Shift+F", "."), "target", ("fit_selection",)),
        Entry("zoom_in", Words("Zoom in", "放大"), "view", ("Ctrl++", "Ctrl+=", "+", "="), "zoom-in", ("zoom_in",)),
        Entry("zoom_out", Words("Zoom out", "缩小"), "view", ("Ctrl+-", "-"), "zoom-out", ("zoom_out",)),
        Entry("zoom_100", Words("Actual size", "实际大小"), "view", ("Ctrl+0",), "", ("life_size",)),
        Entry("minimap", Words("Minimap", "缩略图"), "view", ("N",), "map", ("toggle_minimap",)),
        *(Entry(f"view_{n}", Words(f"Go to view {n}", f"转到视图 {n}"), "view/bookmarks", (f"Ctrl+{n}",), "", ("go_to_view", str(n))) for n in range(1, 10)),
        *(Entry(f"keep_view_{n}", Words(f"Keep this as view {n}", f"存为视图 {n}"), "view/bookmarks", (f"Ctrl+Shift+{n}",), "", ("keep_view", str(n)), begins_group=n == 1) for n in range(1, 10)),
        Entry("outline", Words("Outline", "大纲"), "view", ("Ctrl+Alt+O",), "table"),
        Entry("palette", Words("Command palette…", "命令面板…"), "view", ("Ctrl+Shift+P", "Ctrl+K"), "command", begins_group=True),
        Entry("canvas_alone", Words("Canvas alone", "仅显示画布"), "view", ("Ctrl+\\", "Ctrl+Space")),
        Entry("next_part", Words("Next part of the window", "下一个窗口区域"), "view", ("F6",)),
        Entry("previous_part", Words("Previous part of the window", "上一个窗口区域"), "view", ("Shift+F6",)),
        Entry("reset_panels", Words("Panels as at first", "恢复默认面板布局"), "view"),
        Entry("present", Words("Present to a class", "演示模式"), "view", ("F11",), "present", begins_group=True),
        Entry("language", Words("中文", "English"), "view", ("Ctrl+Shift+L",), "language", begins_group=True),
        Entry("dark", Words("Dark or light", "深色或浅色"), "view", ("Ctrl+Shift+T",), "theme"),
        Entry("theme_system", Words("As the system", "跟随系统"), "view/theme"),
        Entry("theme_light", Words("Light", "浅色"), "view/theme", begins_group=True),
        Entry("theme_dark", Words("Dark", "深色"), "view/theme"),
        Entry("theme_contrast", Words("High contrast", "高对比度"), "view/theme"),
    )  # fmt: skip


def _training() -> tuple[Entry, ...]:
    return (
        Entry("train", Words("Train / pause", "训练 / 暂停"), "train", ("F5", "Ctrl+Return"), "play"),
        Entry("stop", Words("Stop", "停止"), "train", ("Shift+F5",), "stop"),
        Entry("step_batch", Words("One batch", "训练一批"), "train", ("F10",), "step-batch"),
        Entry("step_epoch", Words("One epoch", "训练一轮"), "train", ("Shift+F10",), "step-epoch"),
        Entry("reset", Words("Reset to the same start", "重置为相同初始权重"), "train", ("Ctrl+R",), "reset", begins_group=True),
        Entry("reseed", Words("New random start", "更换随机初始权重"), "train", ("Ctrl+Shift+R",), "reseed"),
        Entry("resume", Words("Resume after a crash", "从崩溃中恢复"), "train", (), "play"),
    )  # fmt: skip


def _help() -> tuple[Entry, ...]:
    return (
        Entry("explain", Words("Help on the selected block", "所选模块的帮助"), "help", ("F1",), "help"),
        Entry("shortcuts", Words("Keyboard shortcuts", "键盘快捷键"), "help", ("?", "Ctrl+F1"), "keyboard"),
        Entry("legend", Words("Legend of the canvas", "画布图例"), "help", (), "map"),
        Entry("about", Words("About Neuroloom", "关于神经织机"), "help", (), "info"),
    )


def _by_key_alone() -> tuple[Entry, ...]:
    sides = {
        "left": Words("left", "左"),
        "right": Words("right", "右"),
        "up": Words("up", "上"),
        "down": Words("down", "下"),
    }
    made = [
        Entry("activate", Words("Open the selected block", "打开所选模块"), "", ("Return", "Enter"), "", ("activate",)),
        Entry("move_along", Words("Move with the pointer", "跟随指针移动"), "", ("G",), "", ("move_along",)),
        Entry("probe", Words("Watch this block", "固定观察此模块"), "", (), "eye", ("probe",)),
        Entry("add_behind", Words("Add a block behind this port…", "在该端口之后添加模块…"), "", (), "add", ("add_at_port",)),
        Entry("add_before", Words("Add a block before this port…", "在该端口之前添加模块…"), "", (), "add", ("add_at_port",)),
        Entry("unplug", Words("Remove the wires of this port", "删除该端口的连线"), "", (), "unlink", ("unplug",)),
    ]  # fmt: skip
    for side, word in sides.items():
        key, zh = side.title(), word.zh
        made += [
            Entry(f"nudge_{side}", Words(f"Move {word.en} by a step", f"向{zh}移动一格"), "", (key,), "", ("nudge", side, "1")),
            Entry(f"push_{side}", Words(f"Move {word.en} by ten steps", f"向{zh}移动十格"), "", (f"Shift+{key}",), "", ("nudge", side, "10")),
            Entry(f"walk_{side}", Words(f"Go to the block {_where(side)}", f"转到{zh}侧的模块"), "", (f"Ctrl+{key}",), "", ("walk", side)),
        ]  # fmt: skip
    return tuple(made)


def _where(side: str) -> str:
    return {"left": "before", "right": "behind", "up": "above", "down": "below"}[side]


ENTRIES: tuple[Entry, ...] = (
    *_files(), *_edits(), *_structure(), *_places(), *_views(), *_training(), *_help(), *_by_key_alone(),
)  # fmt: skip
BY_ID: Mapping[str, Entry] = {entry.id: entry for entry in ENTRIES}
