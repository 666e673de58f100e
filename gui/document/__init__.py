"""The open document: one door for every change, undo, and the clipboard."""
