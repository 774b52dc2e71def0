"""Pages of HTML as their elements, without a browser."""

from html.parser import HTMLParser

_VOID = {"meta", "br", "wbr", "img", "input", "link"}


class Page(HTMLParser):
    """The elements of a page, in order, with their attributes and their text; raises where one is not closed."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self._open, self._read = [], [], []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs)
        element = {"tag": tag, "attributes": dict(attrs), "text": "", "within": [e["tag"] for e, _ in self._open]}
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append((element, len(self._read)))

    def handle_endtag(self, tag):
        element, start = self._open.pop()
        assert element["tag"] == tag
        element["text"] = "".join(self._read[start:])

    def handle_data(self, data):
        self._read.append(data)

    def all(self, *tags):
        """Return the elements of some tags."""
        return [element for element in self.elements if element["tag"] in tags]

    def values(self, attribute):
        """Return the values of an attribute, wherever it stands."""
        return [e["attributes"][attribute] for e in self.elements if attribute in e["attributes"]]

    def at(self, id):
        """Return the element of an id."""
        (element,) = [element for element in self.elements if element["attributes"].get("id") == id]
        return element
