"""What can be put on the canvas, and how it is found."""
