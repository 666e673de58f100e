"""Makes the files of this folder; the program itself never runs it.

`python resources/data/make.py village_tales`, or with the originals that README.md names
`… digits28 MNIST_FOLDER`, `… digits8 SKLEARN_CSV`, `… iris CSV`, `… breast_cancer CSV`.
"""

from __future__ import annotations

import gzip
import random
import struct
import sys
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

HERE = Path(__file__).parent
TALES_SEED = 2026
DIGITS_SEED = 28
T = TypeVar("T")

# village tales --------------------------------------------------------------------------------------------------------

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FOLK = (
    ("Mila", "fox", "she"), ("Otto", "bear", "he"), ("Nora", "owl", "she"), ("Pip", "mouse", "he"),
    ("Hugo", "hedgehog", "he"), ("Lena", "goose", "she"), ("Tom", "frog", "he"), ("Ida", "cat", "she"),
    ("Max", "mole", "he"), ("Bella", "hare", "she"),
)  # fmt: skip
GOODS = (
    ("apple", "apples"), ("pear", "pears"), ("plum", "plums"), ("button", "buttons"), ("candle", "candles"),
    ("cake", "cakes"), ("loaf", "loaves"), ("egg", "eggs"),
)  # fmt: skip
FOOD = tuple(g for g in GOODS if g[0] not in {"button", "candle"})
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
WEATHER = (
    ("It is raining", "umbrella", "the rain stops"), ("It is snowing", "scarf", "the snow is deep"),
    ("The sun is shining", "straw hat", "the sun goes down"), ("The wind is blowing", "kite", "the wind is tired"),
    ("The fog is thick", "lantern", "the fog lifts"),
)  # fmt: skip
PLACES = ("mill", "bridge", "market", "pond", "old oak", "bakery")
COLOURS = ("red", "blue", "green", "white", "yellow")
CLOTHES = ("scarf", "blanket", "cap", "ribbon")
THINGS = ("key", "spoon", "comb", "bell")
HIDING = ("under the bed", "behind the clock", "in the teapot", "on the shelf", "beside the stove")
HIS = {"he": ("his", "him"), "she": ("her", "her")}


class Teller:
    """Draws from lists; only `random()` is used, which Python promises to keep the same for a seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311  no secrets here

    def below(self, limit: int) -> int:
        """A whole number from 0, below the limit."""
        return int(self.chance.random() * limit)

    def some(self, things: tuple[T, ...], count: int) -> list[T]:
        """Different things, in the order they were drawn."""
        left = list(things)
        return [left.pop(self.below(len(left))) for _ in range(count)]

    def one(self, things: tuple[T, ...]) -> T:
        """One of these."""
        return self.some(things, 1)[0]


def village_tales(length: int = 60_000) -> str:
    """Day after day, two or three tales, until there are enough characters."""
    teller, day = Teller(TALES_SEED), 0
    days: list[str] = []
    while sum(len(d) for d in days) < length:
        tales = [teller.one(TALES)(teller) for _ in range(2 + teller.below(2))]
        days.append("\n".join([f"{DAYS[day % 7]}.", *tales]) + "\n\n")
        day += 1
    return "".join(days)


def many(count: int, thing: tuple[str, str]) -> str:
    """One apple, two apples."""
    return f"{NUMBERS[count]} {thing[0] if count == 1 else thing[1]}"


def gift(t: Teller) -> str:
    """A sum of two numbers."""
    (a, kind, she), (b, other, _) = t.some(FOLK, 2)
    thing, first, more = t.one(GOODS), 1 + t.below(6), 1 + t.below(6)
    return (
        f"{a} the {kind} has {many(first, thing)}. {b} the {other} gives {HIS[she][1]} {NUMBERS[more]} more. "
        f'Now {a} has {many(first + more, thing)}. "Thank you, {b}!" says {a}.'
    )


def meal(t: Teller) -> str:
    """What is left when some are eaten and some given away."""
    (a, kind, she), (b, other, _) = t.some(FOLK, 2)
    thing, eaten, given, left = t.one(FOOD), 1 + t.below(3), 1 + t.below(3), t.below(4)
    rest = "Nothing is left." if left == 0 else f"{many(left, thing).capitalize()} {'is' if left == 1 else 'are'} left."
    return (
        f"{a} the {kind} has {many(eaten + given + left, thing)}. {she.capitalize()} eats {NUMBERS[eaten]} "
        f"and gives {NUMBERS[given]} to {b} the {other}. {rest}"
    )


def walk(t: Teller) -> str:
    """The weather decides what is taken along."""
    (a, kind, she), (b, other, _) = t.some(FOLK, 2)
    (sky, thing, end), place = t.one(WEATHER), t.one(PLACES)
    return (
        f"{sky} today. {a} the {kind} takes {HIS[she][0]} {thing} and walks to the {place}. At the {place} {she} meets {b} the "
        f'{other}. "Good morning, {b}!" says {a}. "Good morning, {a}!" says {b}. "What a fine {thing} you have!" '
        f"When {end}, {a} walks home from the {place}."
    )


def loom(t: Teller) -> str:
    """The colours of the threads come again in the cloth."""
    a, kind, she = t.one(FOLK)
    (first, second), made = t.some(COLOURS, 2), t.one(CLOTHES)
    threads = ", ".join([f"{first} thread, {second} thread"] * (2 + t.below(2)))
    return (
        f"{a} the {kind} sits at {HIS[she][0]} loom. {threads.capitalize()}. "
        f"In the evening {a} has a new {made}, {first} and {second}."
    )


def search(t: Teller) -> str:
    """A thing is looked for until it is found."""
    a, kind, she = t.one(FOLK)
    thing, places = t.one(THINGS), t.some(HIDING, 2 + t.below(2))
    missed = " ".join(f"{she.capitalize()} looks {p}. It is not {p}." for p in places[:-1])
    return (
        f'"Where is my {thing}?" asks {a} the {kind}. {missed} {she.capitalize()} looks {places[-1]}. There it is! '
        f"{a} is happy to have {HIS[she][0]} {thing} again."
    )


def count(t: Teller) -> str:
    """The last number counted is the answer."""
    thing, end, place = t.one(GOODS), 3 + t.below(4), t.one(PLACES)
    steps = ", ".join(NUMBERS[1 : end + 1])
    return (
        f"How many {thing[1]} are at the {place}? Let us count: {steps}. There are {many(end, thing)} at the {place}."
    )


def night(t: Teller) -> str:
    """The end of a day."""
    (a, *_), (b, *_) = t.some(FOLK, 2)
    return f"The moon is over the {t.one(PLACES)}. Good night, {a}! Good night, {b}! Good night, moon!"


TALES = (gift, meal, walk, loom, search, count, night)

# real data ------------------------------------------------------------------------------------------------------------


def digits28(folder: Path) -> None:
    """600 training and 150 test pictures of each digit, drawn by a seed, in the order of MNIST."""
    for part, theirs, each in (("train", "train", 600), ("test", "t10k", 150)):
        images = idx(folder / f"{theirs}-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)
        labels = idx(folder / f"{theirs}-labels-idx1-ubyte.gz", 8)
        rng = np.random.default_rng(DIGITS_SEED)
        rows = np.sort(np.concatenate([rng.permutation(np.flatnonzero(labels == d))[:each] for d in range(10)]))
        write_idx(f"digits28-{part}-images-idx3-ubyte.gz", images[rows])
        write_idx(f"digits28-{part}-labels-idx1-ubyte.gz", labels[rows])


def digits8(path: Path) -> None:
    """The table of scikit-learn, 64 greys and a digit a row, as pictures and labels."""
    rows = np.loadtxt(path, delimiter=",").astype(np.uint8)
    write_idx("digits8-images-idx3-ubyte.gz", rows[:, :64].reshape(-1, 8, 8))
    write_idx("digits8-labels-idx1-ubyte.gz", rows[:, 64])


def iris(path: Path) -> None:
    """A row of names on top, and species without their prefix."""
    rows = path.read_text("utf-8").split()
    names = "sepal length,sepal width,petal length,petal width,species"
    (HERE / "iris.csv").write_bytes("\n".join([names, *(r.replace("Iris-", "") for r in rows), ""]).encode())


def breast_cancer(path: Path) -> None:
    """A row of names on top, and the diagnosis in words."""
    names = (
        "clump thickness,cell size uniformity,cell shape uniformity,marginal adhesion,epithelial cell size,bare nuclei,"
        "bland chromatin,normal nucleoli,mitoses,diagnosis"
    )
    words = {"2": "benign", "4": "malignant"}
    rows = [r.rsplit(",", 1) for r in path.read_text("utf-8").split()]
    (HERE / "breast_cancer.csv").write_bytes("\n".join([names, *(f"{r},{words[c]}" for r, c in rows), ""]).encode())


def idx(path: Path, head: int) -> npt.NDArray[np.uint8]:
    """The bytes of a packed IDX file after its head."""
    return np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=head)


def write_idx(name: str, array: npt.NDArray[np.uint8]) -> None:
    """An array of bytes as a packed IDX file of this folder; the same bytes whenever it is made."""
    head = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    (HERE / name).write_bytes(gzip.compress(head + array.tobytes(), 9, mtime=0))


if __name__ == "__main__":
    what, *given = sys.argv[1:]
    if what == "village_tales":
        (HERE / "village_tales.txt").write_bytes(village_tales().encode())
    else:
        {"digits28": digits28, "digits8": digits8, "iris": iris, "breast_cancer": breast_cancer}[what](Path(given[0]))
