"""Turns texts of a notebook into HTML, each on its own, with nbconvert's filters.

Reads from stdin a list of {"as": "markdown" | "code" | "terminal", "text": …, "language": …} as JSON,
and writes to stdout a list as long: the HTML, or {"wrong": why it cannot be read}.
"""

import json
import site
import sys

# Isolated (-I), Python leaves out what its user installed.
site.addsitedir(site.getusersitepackages())

from nbconvert.filters import ansi2html, markdown2html
from nbconvert.filters.highlight import Highlight2HTML


def html_of(text):
    if text["as"] == "markdown":
        return markdown2html(text["text"])
    if text["as"] == "terminal":
        return "<pre>" + ansi2html(text["text"]) + "</pre>"
    return Highlight2HTML(pygments_lexer=text["language"])(text["text"])


def html_or_reason(text):
    try:
        return str(html_of(text))
    except RecursionError:
        return {"wrong": "it is nested too deeply"}
    except Exception as error:  # whatever a parser raises is said, and the next text is read
        return {"wrong": f"{type(error).__name__}: {error}"}


sys.stdin.reconfigure(encoding="utf-8")
json.dump([html_or_reason(text) for text in json.load(sys.stdin)], sys.stdout)
