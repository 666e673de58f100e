"""The style sheet: what Fusion and a palette cannot say. `$names` are tokens; `$art` is a folder of recoloured icons."""

from __future__ import annotations

from dataclasses import fields
from string import Template

from gui.theme.tokens import Tokens

_SHEET = Template("""
QToolTip { background: $raised; color: $text; border: 1px solid $stroke; padding: 6px 8px; }
QFrame[line="true"] { background: $stroke; border: 0; max-height: 1px; min-height: 1px; }
*[ground="surface"] { background: $surface; }
QLabel[tone="secondary"] { color: $text_secondary; }
QLabel[tone="error"] { color: $error; }
QLabel:disabled { color: $text_disabled; }

QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit {
  background: $field; color: $text; border: 1px solid $stroke_control; border-radius: 6px; padding: 3px 7px;
  selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit, QComboBox { min-height: 20px; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: $text_secondary; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus {
  border: 2px solid $focus; padding: 2px 6px; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {
  color: $text_disabled; border-color: $stroke; background: $window; }
QComboBox[mixed="true"] { color: $text_secondary; }
*[invalid="true"], *[invalid="true"]:hover, *[invalid="true"]:focus {
  border: 2px solid $error; padding: 2px 6px; background: $error_tint; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {
  border: 0; padding: 0; background: transparent; min-height: 0; }
QLineEdit[quiet="true"] { border-color: transparent; background: transparent; }
QLineEdit[quiet="true"]:hover { border-color: $stroke_control; }
QLineEdit[quiet="true"]:focus { border-color: $focus; background: $field; }
QComboBox { padding-right: 24px; }
QComboBox::drop-down { border: 0; width: 22px; }
QComboBox::down-arrow { image: url("$art/chevron-down.svg"); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $stroke; outline: 0; padding: 4px; }
QComboBox QAbstractItemView::item { padding: 5px 6px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: 0; width: 18px; }
QAbstractSpinBox::up-arrow { image: url("$art/chevron-up.svg"); width: 12px; height: 12px; }
QAbstractSpinBox::down-arrow { image: url("$art/chevron-down.svg"); width: 12px; height: 12px; }

QPushButton { background: $surface; color: $text; border: 1px solid $stroke_control; border-radius: 6px;
  padding: 3px 12px; min-height: 20px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed, QPushButton:checked { background: $pressed; }
QPushButton:focus { border: 2px solid $focus; padding: 2px 11px; }
QPushButton:disabled { color: $text_disabled; border-color: $stroke; background: $window; }
QPushButton:default, QPushButton[primary="true"] { background: $accent; color: $on_accent; border-color: $accent; }
QPushButton:default:hover, QPushButton[primary="true"]:hover { background: $accent_hover; }
QPushButton:default:focus, QPushButton[primary="true"]:focus { border: 2px solid $text; }
QPushButton[primary="true"]:disabled { background: $pressed; color: $text_disabled; border-color: $pressed; }
QPushButton[quiet="true"] { text-align: left; background: $surface; border-color: $stroke; }
QPushButton[quiet="true"]:hover { border-color: $accent; }
QToolButton { background: transparent; color: $text; border: 2px solid transparent; border-radius: 6px; padding: 4px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:checked { background: $pressed; }
QToolButton:focus { border-color: $focus; }
QToolButton:disabled { color: $text_disabled; }
QToolButton[tab="true"] { color: $text_secondary; padding: 6px 10px; border: 0; border-radius: 0;
  border-bottom: 2px solid transparent; }
QToolButton[tab="true"]:hover { color: $text; }
QToolButton[tab="true"]:checked { color: $text; background: transparent; border-bottom-color: $accent_text; }
QToolButton[tab="true"]:focus { border-bottom-color: $focus; background: $hover; }
QToolButton[section="true"] { text-align: left; padding: 2px 0; margin-left: -8px; }
QToolButton::menu-indicator { image: none; }

QCheckBox, QRadioButton { spacing: 8px; color: $text; min-height: 24px; }
QCheckBox:disabled, QRadioButton:disabled { color: $text_disabled; }
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator {
  width: 14px; height: 14px; border: 1px solid $stroke_control; background: $field; border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {
  background: $accent; border-color: $accent; image: url("$art/check.svg"); }
QRadioButton::indicator:checked { border: 5px solid $accent; width: 6px; height: 6px; background: $on_accent; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 2px solid $focus; width: 12px; height: 12px; }
QCheckBox::indicator:disabled { background: $window; border-color: $stroke; }

QFrame#steppers, QFrame#values { background: $raised; border: 1px solid $stroke; border-radius: 8px; }
QMenuBar { background: $window; color: $text; padding: 2px 4px; }
QMenuBar::item { padding: 4px 10px; border-radius: 6px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $raised; color: $text; border: 1px solid $stroke; padding: 5px; }
QMenu::item { padding: 5px 28px 5px 10px; border-radius: 5px; min-height: 18px; }
QMenu::icon { padding-left: 8px; }
QMenu::item:selected { background: $selected; color: $text; }
QMenu::item:disabled { color: $text_disabled; }
QMenu::separator { height: 1px; background: $stroke; margin: 5px 8px; }

QMainWindow::separator { background: $window; width: 4px; height: 4px; }
QMainWindow::separator:horizontal { border-top: 1px solid $stroke; }
QMainWindow::separator:vertical { border-left: 1px solid $stroke; }
QMainWindow::separator:hover, QSplitter::handle:hover { background: $accent; }
QSplitter::handle { background: $stroke; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QDockWidget > QWidget { background: $surface; }
QToolBar { background: $window; border: 0; border-bottom: 1px solid $stroke; padding: 4px 6px; spacing: 2px; }
QToolBar::separator { background: $stroke; width: 1px; margin: 6px 6px; }
QStatusBar { background: $window; color: $text_secondary; border-top: 1px solid $stroke; }
QStatusBar::item { border: 0; }
QTabWidget::pane { border: 0; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $text_secondary; padding: 6px 12px; border: 0;
  border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: $text; background: $hover; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent_text; }
QTabBar::tab:focus { border-bottom-color: $focus; background: $hover; }

QAbstractScrollArea { border: 0; }
QTreeView, QListView, QTableView { background: $surface; color: $text; outline: 0; alternate-background-color: $window;
  selection-background-color: $selected; selection-color: $text; gridline-color: $stroke; }
QScrollArea, QScrollArea > QWidget { background: transparent; }
QListView[ground="none"] { background: transparent; }
QTreeView { show-decoration-selected: 1; }
QTreeView::item, QListView::item { padding: 5px 2px; }
QTreeView::item:hover, QListView::item:hover { background: $hover; }
QTreeView::item:selected, QListView::item:selected { background: $selected; color: $text; }
QTreeView::branch:closed:has-children { image: url("$art/chevron-right.svg"); }
QTreeView::branch:open:has-children { image: url("$art/chevron-down.svg"); }
QHeaderView::section { background: $window; color: $text_secondary; border: 0; border-bottom: 1px solid $stroke;
  padding: 5px 8px; }
QScrollBar { background: transparent; border: 0; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: $stroke_control; border-radius: 3px; margin: 3px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $text_secondary; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: $sunken; border: 0; border-radius: 3px; max-height: 6px; min-height: 6px; color: $text; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QSlider::groove:horizontal { height: 4px; background: $stroke_control; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent_text; border-radius: 2px; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -6px 0; border-radius: 8px; background: $surface;
  border: 2px solid $accent_text; }
QSlider::handle:horizontal:focus { background: $focus; }
""")


def sheet(tokens: Tokens, art: str) -> str:
    """The style sheet of a theme; `art` is the folder with its arrows and ticks, written with `/`."""
    colours = {f.name: getattr(tokens, f.name) for f in fields(tokens)}
    return _SHEET.substitute(colours, art=art)
