"""The phrasebook: `python -m support.evidence.phrasebook` writes down every phrase, and who uses it.

It writes docs/phrasebook.md, reports/phrasebook.html and the values that an editor has to know
(.vscode/settings.json). With `--check` it writes nothing and says what is out of date, which phrases no
feature uses, and which say the same thing; it then exits with 1 if there is anything to mend.
"""

import argparse
import ast
import difflib
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import behave.runner
from behave.configuration import Configuration
from behave.matchers import ParseMatcher
from behave.parser import ParserError, parse_file

from support.errors import PlumblineError
from support.evidence import editor, phrasebook_pages, phrases
from support.evidence.terminal import explain

FEATURES = Path("features")
STEPS = Path("steps")
MARKDOWN = Path("docs/phrasebook.md")
PAGE = Path("reports/phrasebook.html")

LOOK_ALIKE = 0.9
"""From this likeness on, 0 to 1, two phrases are shown beside each other."""

_FILLERS = {"a", "an", "the", "that"}
_NEGATIONS = {"no", "not", "never", "nobody", "nothing"}
_VALUE = re.compile(r"\{\w*:?(\w*)[^}]*\}")
_LITERAL = re.compile(r"(?:[^\\\[\](){}*+?.^$|]|\\\W)+")

_Definition = tuple[Path, int, str]  # file, line and pattern: one function can have several wordings


@dataclass(frozen=True)
class Kind:
    """What can stand for a parameter: what it reads, its pattern, and every choice where it is a choice."""

    name: str
    meaning: str
    regexp: str
    choices: tuple[str, ...] = ()

    @property
    def spoken(self) -> str:
        """The name as it stands in a phrase."""
        return phrases.spoken(self.name)


@dataclass(frozen=True)
class Use:
    """A phrase in a feature: the feature's file and name, and the words that stand there."""

    path: Path
    feature: str
    words: str


@dataclass(frozen=True)
class Phrase:
    """One phrase of the steps. `keywords` are Given, When or Then; `uses` follow the features' order."""

    keywords: tuple[str, ...]
    pattern: str
    file: Path
    line: int
    meaning: str
    uses: tuple[Use, ...] = ()

    @property
    def words(self) -> str:
        """The phrase as a person reads it."""
        return phrases.readable(self.pattern)

    @property
    def place(self) -> str:
        """Where it is defined, `steps/account_steps.py:12`."""
        return f"{self.file}:{self.line}"

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """Name and kind of each parameter; the kind is empty where any words will do."""
        return phrases.parameters(self.pattern)


@dataclass(frozen=True)
class Noun:
    """One file of steps: its name, what it is about, and its phrases in their order."""

    name: str
    about: str
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True)
class Phrasebook:
    """All phrases by noun, the kinds of values, and how many scenarios are made of them."""

    nouns: tuple[Noun, ...]
    kinds: dict[str, Kind]
    scenarios: int

    @property
    def phrases(self) -> list[Phrase]:
        """Every phrase, noun by noun."""
        return [phrase for noun in self.nouns for phrase in noun.phrases]

    def summary(self) -> str:
        """How much the phrases serve, in one sentence."""
        return f"{len(self.phrases)} phrases serve {self.scenarios} scenarios."


def load() -> Phrasebook:
    """Read the steps and features of the current folder.

    Raises PlumblineError for a feature that cannot be read, and for a value that does not say what it reads.
    """
    runner = behave.runner.Runner(Configuration([]))
    runner.setup_paths()
    runner.load_hooks()
    runner.load_step_definitions()
    features = [_feature(path) for path in sorted(FEATURES.rglob("*.feature"))]
    registry = behave.runner.the_step_registry
    used = _uses(registry, features)
    found = [_phrase(matchers, used) for matchers in _by_definition(registry)]
    nouns = tuple(_noun(path, found) for path in sorted({phrase.file for phrase in found}))
    scenarios = sum(len(feature.walk_scenarios()) for feature in features)
    return Phrasebook(nouns, kinds(ParseMatcher.TYPE_REGISTRY), scenarios)


def kinds(types: dict[str, Callable[[str], Any]]) -> dict[str, Kind]:
    """The kinds of values by the name they were registered under.

    Raises PlumblineError for one whose parser has no docstring.
    """
    known = {"d": Kind("d", "a whole number, such as `3`", r"-?\d+")}
    for name, parser in sorted(types.items()):
        said = (parser.__doc__ or "").strip().splitlines()
        if not said:
            raise PlumblineError(
                f"The value {name!r} does not say what it reads: give {parser.__module__}.{parser.__name__} "
                'a docstring such as: Read "twice".'
            )
        regexp: str = getattr(parser, "pattern", ".+")
        meaning = said[0].rstrip(".").removeprefix("Read ")
        known[name] = Kind(name, meaning, regexp, _choices(regexp))
    return known


def unused(book: Phrasebook) -> list[str]:
    """A sentence for every phrase that no feature uses."""
    return [
        f"{phrase.place}: no feature uses the phrase “{phrase.words}”: use it or delete it."
        for phrase in book.phrases
        if not phrase.uses
    ]


def doubles(book: Phrasebook) -> list[str]:
    """A sentence for every two phrases that say the same thing in the same words, fillers and order aside."""
    return [
        f"{second.place}: “{second.words}” says what “{first.words}” ({first.place}) says: keep one of them."
        for first, second in _pairs(book)
        if first.pattern == second.pattern or sorted(_words(first)) == sorted(_words(second))
    ]


def look_alikes(book: Phrasebook) -> list[tuple[Phrase, Phrase]]:
    """Pairs worth a second look: nearly the same words, though neither the same nor the opposite."""
    return [
        (first, second)
        for first, second in _pairs(book)
        if first.place != second.place
        and sorted(_words(first)) != sorted(_words(second))
        and not _NEGATIONS & (set(_words(first)) ^ set(_words(second)))
        and _likeness(first, second) >= LOOK_ALIKE
    ]


def outdated(book: Phrasebook) -> list[str]:
    """A sentence for each file that does not say what the steps and features say."""
    wanted = {MARKDOWN: phrasebook_pages.markdown(book), editor.SETTINGS: editor.settings(book)}
    return [
        f"{path} is out of date: run make phrasebook."
        for path, text in wanted.items()
        if not path.is_file() or path.read_text("utf-8") != text
    ]


def write(book: Phrasebook) -> None:
    """Write the pages and the editor's settings."""
    for path, text in (
        (MARKDOWN, phrasebook_pages.markdown(book)),
        (PAGE, phrasebook_pages.page(book)),
        (editor.SETTINGS, editor.settings(book)),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def _feature(path: Path) -> Any:
    try:
        feature = parse_file(str(path))
    except ParserError as error:
        raise PlumblineError(explain(error)) from None
    if feature is None:
        raise PlumblineError(f"{path}:1: there is no feature in this file.")
    return feature


def _uses(registry: Any, features: Sequence[Any]) -> dict[_Definition, list[Use]]:
    """Where the features use each phrase, each wording once a feature."""
    used: dict[_Definition, list[Use]] = {}
    matched: dict[tuple[str, str], Any] = {}
    for feature in features:
        for step in _steps(feature):
            said = (step.step_type, step.name)
            if said not in matched:
                matched[said] = registry.find_step_definition(step)
            if matched[said] is None:
                continue
            use = Use(Path(feature.filename), feature.name, f"{step.step_type.capitalize()} {step.name}")
            uses = used.setdefault(_definition(matched[said]), [])
            if use not in uses:
                uses.append(use)
    return used


def _steps(feature: Any) -> Iterator[Any]:
    """All steps in the order of the file, the backgrounds' before those of every scenario."""
    for scenario in feature.walk_scenarios():
        yield from scenario.all_steps


def _definition(matcher: Any) -> _Definition:
    return Path(matcher.location.filename), matcher.location.line, matcher.pattern


def _by_definition(registry: Any) -> list[list[Any]]:
    """The matchers of each definition: one for every keyword that its function is decorated with."""
    definitions: dict[_Definition, list[Any]] = {}
    for keyword in ("given", "when", "then"):
        for matcher in registry.steps[keyword]:
            definitions.setdefault(_definition(matcher), []).append(matcher)
    return [definitions[definition] for definition in sorted(definitions)]


def _phrase(matchers: Sequence[Any], used: dict[_Definition, list[Use]]) -> Phrase:
    first = matchers[0]
    file, line, pattern = definition = _definition(first)
    said = (first.func.__doc__ or "").strip().splitlines()
    if not said:
        raise PlumblineError(f"{file}:{line}: the step {first.func.__name__!r} has no docstring: add one.")
    keywords = tuple(matcher.step_type.capitalize() for matcher in matchers)
    return Phrase(keywords, pattern, file, line, said[0], tuple(used.get(definition, ())))


def _noun(path: Path, found: Sequence[Phrase]) -> Noun:
    about = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    name = path.stem.removesuffix("_steps").replace("_", " ").capitalize()
    mine = tuple(phrase for phrase in found if phrase.file == path)
    return Noun(name, about.partition("\n")[0], mine)


def _choices(regexp: str) -> tuple[str, ...]:
    """Every choice of a pattern that is nothing but a choice of words; empty for any other."""
    pieces = re.split(r"(?<!\\)\|", regexp)
    if not all(_LITERAL.fullmatch(piece) for piece in pieces):
        return ()
    return tuple(re.sub(r"\\(\W)", r"\1", piece) for piece in pieces)


def _pairs(book: Phrasebook) -> Iterator[tuple[Phrase, Phrase]]:
    """Every two phrases that could stand for one another: they share a keyword."""
    for first, second in combinations(book.phrases, 2):
        if set(first.keywords) & set(second.keywords):
            yield first, second


def _words(phrase: Phrase) -> list[str]:
    """What a phrase says, without fillers and endings, and only the kinds of its values."""
    plain = _VALUE.sub(lambda value: f" <{value[1]}> ", phrase.pattern).lower()
    return [_stem(word) for word in re.findall(r"<\w*>|[\w-]+", plain) if word not in _FILLERS]


def _stem(word: str) -> str:
    return word.removesuffix("s") if len(word) > 3 else word


def _likeness(first: Phrase, second: Phrase) -> float:
    return difflib.SequenceMatcher(None, " ".join(_words(first)), " ".join(_words(second))).ratio()


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the phrasebook, or say what is to be mended in it; 1 if there is anything."""
    parser = argparse.ArgumentParser(prog="python -m support.evidence.phrasebook")
    parser.add_argument("--check", action="store_true", help="write nothing, and exit with 1 if it is wrong")
    chosen = parser.parse_args(arguments)
    try:
        book = load()
        if not chosen.check:
            write(book)
        problems = outdated(book) + unused(book) + doubles(book)
    except PlumblineError as error:
        print(f"plumbline: {error}", file=sys.stderr)
        return 1
    for problem in problems:
        print(problem)
    if chosen.check:
        return 1 if problems else 0
    print(f"{book.summary()} They are in {MARKDOWN} and {PAGE}.")
    for first, second in look_alikes(book):
        print(f"Look alike: “{first.words}” ({first.place}) and “{second.words}” ({second.place}).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
