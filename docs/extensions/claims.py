"""On the pages of claims the index of the site has what the papers print: who searches Lemma 3 is led to its claims."""

from docutils import nodes
from sphinx.addnodes import index
from sphinx.transforms import SphinxTransform

from verify.registry.declare import REGISTRY
from verify.registry.loading import load_papers


class Labels(SphinxTransform):
    """Put the label of a claim into the index, before the domains of Sphinx collect it."""

    default_priority = 700

    def apply(self, **_):
        """Find the sections of claims."""
        if not self.env.docname.startswith("reference/claims/"):
            return
        load_papers()
        for section in list(self.document.findall(nodes.section)):
            claim = REGISTRY.get(section[0].astext())
            if claim is not None:
                label = claim.label.replace(";", ",")
                section.insert(1, index(entries=[("single", label, section["ids"][0], "main", None)]))


def setup(app):
    """Let Sphinx index them."""
    app.add_transform(Labels)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
