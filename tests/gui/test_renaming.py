"""Renamings one after the other are one renaming, in whatever order they are done and undone."""

from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from core.graph import edits, line
from core.graph.document import Document
from core.words import same
from gui.document.store import Store
from gui.training.run import renamed_on


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from("pqrstu")), max_size=8))
@limits(deadline=None, max_examples=50)
def test_names_lead_from_the_first_document_to_the_last(steps):
    store = Store(line.add(Document(), line.read("8 > 16 tanh > 4"))[0])
    first, known = store.document, {}
    heard = []
    store.renamed.connect(heard.append)
    for at, name in steps:
        old = list(store.document.nodes)[at]
        if name not in store.document.nodes:
            store.apply(same("rename"), lambda d, old=old, name=name: edits.rename(d, old, name))
        else:
            store.undo()
    for names in heard:
        known = renamed_on(known, names)
    where = {id(node): name for name, node in store.document.nodes.items()}
    wanted = {name: where[id(node)] for name, node in first.nodes.items() if where[id(node)] != name}
    assert known == wanted
