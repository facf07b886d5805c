"""Compiles CSS selectors. It knows no page, and no file that a selector stands in."""

import cssselect
from lxml import etree


def compiled(selector: str) -> etree.XPath:
    """Turn a CSS selector into the XPath that finds the same in HTML; raises ValueError, in one line why."""
    try:
        return etree.XPath(cssselect.HTMLTranslator().css_to_xpath(selector))
    except (cssselect.SelectorError, etree.XPathError, RecursionError) as error:
        raise ValueError(" ".join(str(error).split()) or "too deep") from error
