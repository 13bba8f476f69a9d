"""Turns texts of a notebook into HTML, each on its own, with nbconvert's filters.

Reads from stdin a list of {"as": "markdown" | "code" | "terminal", "text": …, "language": …} as JSON,
and writes to stdout a list as long: the HTML, or {"wrong": why it cannot be read}.
"""

import json
import re
import site
import sys
from html import escape

# Isolated (-I), Python leaves out what its user installed.
site.addsitedir(site.getusersitepackages())

from nbconvert.filters import ansi2html, markdown2html, markdown_mistune
from nbconvert.filters.highlight import Highlight2HTML
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

highlighted = markdown_mistune.IPythonRenderer.block_code


def block_code(renderer, code, info=None):
    """Code of a fence; nbconvert would print a language that Pygments does not know as its first line."""
    language = info.split()[0] if info and info.strip() else None
    try:
        if language:
            get_lexer_by_name(language)
        return highlighted(renderer, code, language)
    except ClassNotFound:
        name = re.sub(r"[^\w-]", "", language)
        return f'\n<pre><code class="language-{name}">{escape(code)}</code></pre>\n'


markdown_mistune.IPythonRenderer.block_code = block_code

DEEPEST_LIST = 12


def read_lists_as_jupyter(lexer):
    """nbconvert 6 knows no table and no heading in a list, and makes one line of what is in more than six lists."""
    start = lexer.__init__

    def start_deeper(self, *args, **kwargs):
        start(self, *args, max_recursive_depth=DEEPEST_LIST, **kwargs)

    lexer.__init__ = start_deeper
    lexer.list_rules = ("heading", "table", "nptable", *lexer.list_rules)


# The elements of blocks of CommonMark's sixth kind that hold text.
CONTAINERS = (
    "address|article|aside|blockquote|center|dd|details|dir|div|dl|dt|fieldset|figcaption|figure|footer|form"
    "|header|legend|li|main|nav|ol|p|search|section|summary|ul"
)
TAG = rf"(?i: {{0,3}}</?(?:{CONTAINERS})(?=[\s/>]))"
# What stands in <pre> is one, whatever lines it has.
LINE = r"(?=[^\n]*\S)(?:(?i:<pre\b[\s\S]*?</pre>)|[^\n])*(?:\n|$)"
CONTAINER = re.compile(rf"(?={TAG})(?:{LINE})+\n*")


def read_containers_as_jupyter(lexer):
    """To nbconvert 6 all of an element is HTML; to CommonMark, and Jupyter, it ends at an empty line."""

    def parse_container(self, match):
        self.tokens.append({"type": "close_html", "text": match.group(0)})

    start = lexer.__init__

    def start_with_containers(self, *args, **kwargs):
        start(self, *args, **kwargs)
        self.rules.container = CONTAINER
        paragraph = self.rules.paragraph.pattern
        self.rules.paragraph = re.compile(paragraph.replace("(?!", f"(?!{TAG}|", 1))

    lexer.__init__ = start_with_containers
    lexer.parse_container = parse_container

    def before_html(rules):
        index = rules.index("block_html")
        return (*rules[:index], "container", *rules[index:])

    lexer.default_rules = [*before_html(lexer.default_rules)]
    lexer.list_rules = before_html(lexer.list_rules)


def read_deep_lists_as_jupyter(parser):
    """nbconvert 7 knows no table in a list or a quotation, and makes one line of what is in more than six lists."""
    start = parser.__init__

    def start_deeper(self, *args, **kwargs):
        start(self, *args, max_nested_level=DEEPEST_LIST, **kwargs)
        for rules in (self.list_rules, self.block_quote_rules):
            rules.extend(("table", "nptable"))

    parser.__init__ = start_deeper


if hasattr(markdown_mistune, "MathBlockLexer"):
    read_lists_as_jupyter(markdown_mistune.MathBlockLexer)
    read_containers_as_jupyter(markdown_mistune.MathBlockLexer)
elif markdown_mistune.MISTUNE_V3:
    read_deep_lists_as_jupyter(markdown_mistune.MathBlockParser)
    # Without it a footnote of one word is a link to that word, and the word is not printed.
    markdown_mistune.MarkdownWithMath.DEFAULT_PLUGINS += ("footnotes",)


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
