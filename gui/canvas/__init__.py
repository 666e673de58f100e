"""The canvas: blocks as boxes, wires as curves, gestures as edits of the document."""
