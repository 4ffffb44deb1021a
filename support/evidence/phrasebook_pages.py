"""The phrasebook as pages: Markdown for the repository, HTML to lie beside the report."""

import html
import os
from typing import TYPE_CHECKING

from support.evidence import phrases

if TYPE_CHECKING:
    from support.evidence.phrasebook import Kind, Noun, Phrase, Phrasebook

HOME = "docs"
"""The folder that links in the Markdown page start from."""

_INTRODUCTION = """\
# The phrasebook

Every phrase that a scenario can be put together from, by what it is about. What stands in `<angle
brackets>` is a value; [Values](#values) says what each can be.

`make phrasebook` writes this page out of the steps and the features: do not edit it.
"""


def markdown(book: "Phrasebook") -> str:
    """The page in the repository. It holds nothing that changes from run to run."""
    contents = "\n".join(f"- [{noun.name}](#{_anchor(noun.name)}): {noun.about}" for noun in book.nouns)
    parts = [_INTRODUCTION, contents + "\n- [Values](#values): what can stand for them\n"]
    parts += [_noun(book, noun) for noun in book.nouns]
    parts.append("## Values\n")
    parts += [_kind(kind) for kind in _used_kinds(book)]
    return "\n".join(parts)


def _noun(book: "Phrasebook", noun: "Noun") -> str:
    return "\n".join([f"## {noun.name}\n", f"{noun.about}\n", *(_phrase(book, one) for one in noun.phrases)])


def _phrase(book: "Phrasebook", phrase: "Phrase") -> str:
    lines = [f"### {' / '.join(phrase.keywords)} `{phrase.words}`\n", f"{phrase.meaning}\n"]
    lines += [f"- `<{name}>`: {said}" for name, said in _parameters(book, phrase, link=True)]
    if phrase.uses:
        lines.append(f"- Example: `{phrase.uses[0].words}`")
    features = {use.path: use.feature for use in phrase.uses}
    links = [f"[{name}]({os.path.relpath(path, HOME)})" for path, name in features.items()]
    lines.append(f"- Used by: {', '.join(links) or 'no feature'}")
    return "\n".join(lines) + "\n"


def _parameters(book: "Phrasebook", phrase: "Phrase", link: bool) -> list[tuple[str, str]]:
    """Each kind of value in a phrase once: its name there, and what it can be."""
    said: dict[str, str] = {}
    for name, kind in phrase.parameters:
        known = book.kinds.get(kind)
        if known is None:
            said[phrases.spoken(kind or name)] = "any words"
        elif link:
            said[known.spoken] = f"[{known.meaning}](#{_anchor(known.spoken)})"
        else:
            said[known.spoken] = known.meaning
    return list(said.items())


def _used_kinds(book: "Phrasebook") -> list["Kind"]:
    used = {kind for phrase in book.phrases for _, kind in phrase.parameters}
    return sorted((kind for name, kind in book.kinds.items() if name in used), key=lambda kind: kind.spoken)


def _kind(kind: "Kind") -> str:
    lines = [f"### {kind.spoken.capitalize()}\n", f"{_sentence(kind.meaning)}\n"]
    lines += [f"- {choice}" for choice in kind.choices]
    return "\n".join(lines) + ("\n" if kind.choices else "")


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _anchor(heading: str) -> str:
    return heading.lower().replace(" ", "-")


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>The phrasebook</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root {{ color-scheme: light dark; --line: #8884; --soft: #888 }}
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 62rem; padding: 1.5rem }}
h1 {{ margin: 0 0 .25rem }} h2 {{ margin: 2.5rem 0 .25rem }}
p {{ margin: .25rem 0 }} .soft {{ color: var(--soft) }}
input {{ font: inherit; width: 100%; box-sizing: border-box; padding: .5rem .75rem; margin: 1rem 0 }}
.phrase {{ border-top: 1px solid var(--line); padding: .75rem 0 }}
.phrase > b {{ font-size: 1.05em }} var {{ font-style: normal; color: #7a4fd0 }}
code {{ background: #8882; padding: .1em .35em; border-radius: 4px }}
ul {{ margin: .25rem 0; padding-left: 1.25rem }}
</style></head><body>
<h1>The phrasebook</h1>
<p class="soft">{summary}</p>
<input type="search" aria-label="Find a phrase" autofocus
  placeholder="Find a phrase: pays, refused, e-mail …">
{nouns}
<section id="values"><h2>Values</h2>{kinds}</section>
<script>
const phrases = [...document.querySelectorAll(".phrase")];
document.querySelector("input").addEventListener("input", (event) => {{
  const wanted = event.target.value.toLowerCase().split(/\\s+/).filter(Boolean);
  for (const phrase of phrases)
    phrase.hidden = !wanted.every((word) => phrase.textContent.toLowerCase().includes(word));
  for (const noun of document.querySelectorAll("section"))
    noun.hidden = !noun.querySelector(".phrase:not([hidden])");
}});
</script></body></html>
"""


def page(book: "Phrasebook") -> str:
    """The page beside the report: one file, with a field that finds phrases."""
    return _PAGE.format(
        summary=html.escape(book.summary()),
        nouns="\n".join(_noun_html(book, noun) for noun in book.nouns),
        kinds="\n".join(_kind_html(kind) for kind in _used_kinds(book)),
    )


def _noun_html(book: "Phrasebook", noun: "Noun") -> str:
    phrases_html = "\n".join(_phrase_html(book, phrase) for phrase in noun.phrases)
    about = html.escape(noun.about)
    return f'<section><h2>{html.escape(noun.name)}</h2><p class="soft">{about}</p>\n{phrases_html}</section>'


def _phrase_html(book: "Phrasebook", phrase: "Phrase") -> str:
    words = html.escape(phrase.words).replace("&lt;", "<var>&lt;").replace("&gt;", "&gt;</var>")
    facts = [
        f"<li><var>&lt;{html.escape(name)}&gt;</var>: {html.escape(said)}</li>"
        for name, said in _parameters(book, phrase, link=False)
    ]
    if phrase.uses:
        facts.append(f"<li>Example: <code>{html.escape(phrase.uses[0].words)}</code></li>")
    features = dict.fromkeys(use.feature for use in phrase.uses)
    facts.append(f"<li>Used by: {html.escape(', '.join(features) or 'no feature')}</li>")
    head = f"<b>{' / '.join(phrase.keywords)} {words}</b>"
    return f'<div class="phrase">{head}<p>{html.escape(phrase.meaning)}</p><ul>{"".join(facts)}</ul></div>'


def _kind_html(kind: "Kind") -> str:
    choices = "".join(f"<li>{html.escape(choice)}</li>" for choice in kind.choices)
    said = (
        f"<b><var>&lt;{html.escape(kind.spoken)}&gt;</var></b><p>{html.escape(_sentence(kind.meaning))}</p>"
    )
    return f'<div class="phrase">{said}{f"<ul>{choices}</ul>" if choices else ""}</div>'
