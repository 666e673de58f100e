"""Gestures: one tool each, from the press of a button to its release, and always cleaned up after."""
