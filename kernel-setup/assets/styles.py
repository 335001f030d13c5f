"""Style sheets and SVG pictures without references to elsewhere."""

import re

import tinycss2
from defusedxml import minidom

from local import is_elsewhere, plain

# Functions of CSS whose strings are addresses.
ADDRESSES = ("url", "src", "image", "image-set", "-webkit-image-set", "cross-fade")


class Styles:
    """The styles of one notebook."""

    def __init__(self, files, report):
        self.files = files
        self.report = report

    def css(self, text):
        """The same style sheet or list of declarations; what it names becomes part of it or is left out."""
        if not re.search(r"url|image|src|import|cross-fade|\\", text, re.I):
            return text
        return tinycss2.serialize(self.nodes(tinycss2.parse_component_value_list(text)))

    def nodes(self, nodes, addresses=False):
        result, nodes = [], iter(nodes)
        for node in nodes:
            if node.type == "at-keyword" and node.lower_value in ("import", "namespace"):
                rest = []
                for following in nodes:
                    rest.append(following)
                    if following == ";":
                        break
                result += [node, *rest] if node.lower_value == "namespace" else self.imported(rest)
            elif node.type == "url" or (node.type == "string" and addresses):
                result.append(self.address(node.value))
            elif node.type == "function":
                if node.lower_name == "url" and node.arguments:
                    strings = [argument.value for argument in node.arguments if argument.type == "string"]
                    result += [self.address(value) for value in strings[:1]]
                else:
                    node.arguments = self.nodes(node.arguments, node.lower_name in ADDRESSES)
                    result.append(node)
            else:
                if hasattr(node, "content"):
                    node.content = self.nodes(node.content)
                result.append(node)
        return result

    def address(self, url):
        """`url(..)` with the content in it."""
        address = plain(url)
        if address.startswith(("#", "data:")):
            embedded = address
        elif is_elsewhere(address):
            self.report.elsewhere("style", address)
            embedded = None
        else:
            embedded = self.files.data(address)
        quoted = (embedded or "data:,").replace("\\", "\\\\").replace('"', '\\"').replace("\n", "")
        return tinycss2.parse_one_component_value(f'url("{quoted}")')

    def imported(self, nodes):
        """The style sheet that `@import` names."""
        named = [node for node in nodes if node.type in ("string", "url", "function")]
        if not named:
            return []
        first = named[0]
        url = first.value if first.type != "function" else next((node.value for node in first.arguments if node.type == "string"), "")
        if is_elsewhere(url):
            self.report.elsewhere("style", url)
            return []
        text = self.files.text(url, ("css",))
        return [] if text is None else self.nodes(tinycss2.parse_component_value_list(text))

    def svg(self, text):
        """An SVG picture: a browser loads nothing for it, so what it names is put into it or left out."""
        if not re.search(r"href|url|@import|src", text, re.I):
            return text
        try:
            document = minidom.parseString(text)
        except Exception:  # no XML: a browser does not show it either
            return text
        for element in document.getElementsByTagName("*"):
            name = element.tagName.rpartition(":")[2]
            if name == "style":
                css = self.css("".join(child.data for child in element.childNodes if child.nodeType in (3, 4)))
                for child in list(element.childNodes):
                    element.removeChild(child)
                element.appendChild(document.createTextNode(css))
            for attribute in list(element.attributes.keys()):
                value = element.getAttribute(attribute)
                if attribute.rpartition(":")[2] in ("href", "src") and name != "a":
                    self.reference(element, name, attribute, value)
                elif not attribute.startswith("xmlns") and (attribute == "style" or "url(" in value.lower()):
                    element.setAttribute(attribute, self.css(value))
        return document.documentElement.toxml()

    def reference(self, element, name, attribute, value):
        if plain(value).startswith(("#", "data:")):
            return
        embedded = None
        if is_elsewhere(value):
            self.report.elsewhere(name, value)
        elif name in ("image", "feImage"):
            embedded = self.files.data(value)
        else:
            self.report.missing(value, f"in a picture's <{name}>")
        if embedded:
            element.setAttribute(attribute, embedded)
        else:
            element.removeAttribute(attribute)
