"""An editor with the official Cucumber extension understands the features: its own library says so.

The library reads the steps' Python as text, so a phrase has to be written in a way that it can read.
"""

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.errors import PlumblineError
from support.evidence import node_tools

ROOT = Path(__file__).parents[2]
LANGUAGE_SERVICE = "1.7.0"
PHRASE = "write a phrase as one string without backslashes, or join strings by +"

# What the extension's server does with settings, steps and features; the questions come on the command line.
SERVER = """
const fs = require("fs"), path = require("path");
const [library, root, draft, wanted] = process.argv.slice(1);
const service = require(library);
const dist = path.join(library, "dist");
const { WasmParserAdapter } = require(path.join(dist, "cjs/src/tree-sitter-wasm/WasmParserAdapter.js"));
const all = (folder, ending) => fs.readdirSync(folder, { recursive: true })
  .filter((name) => name.endsWith(ending)).sort().map((name) => path.join(folder, name));
(async () => {
  const parser = new WasmParserAdapter(dist);
  await parser.init();
  const settings = JSON.parse(fs.readFileSync(path.join(root, ".vscode/settings.json"), "utf8"));
  const glue = all(path.join(root, "steps"), ".py")
    .map((uri) => ({ languageName: "python", uri, content: fs.readFileSync(uri, "utf8") }));
  const built = new service.ExpressionBuilder(parser).build(glue, settings["cucumber.parameterTypes"]);
  const expressions = built.expressionLinks.map((link) => link.expression);
  const features = [...all(path.join(root, "features"), ".feature"), draft];
  const sources = features.map((uri) => [uri, fs.readFileSync(uri, "utf8")]);
  const texts = sources.flatMap(([, source]) =>
    service.extractStepTexts(service.parseGherkinDocument(source).gherkinDocument, []));
  const index = service.jsSearchIndex(service.buildSuggestions(built.registry, texts, expressions));
  const drafted = sources.at(-1)[1], line = Number(wanted);
  const end = { line, character: drafted.split("\\n")[line].length };
  const above = { line: line - 1, character: 12 };
  console.log(JSON.stringify({
    errors: built.errors.map((error) => error.message),
    defined: built.expressionLinks.map(({ locationLink }) =>
      [path.relative(root, locationLink.targetUri), locationLink.targetSelectionRange.start.line + 1]),
    problems: sources.flatMap(([uri, source]) => service.getGherkinDiagnostics(source, expressions)
      .map((problem) => [path.relative(root, uri), problem.range.start.line + 1, problem.message])),
    completions: service.getGherkinCompletionItems(drafted, end, index).map((item) => item.label),
    jumps: service.getStepDefinitionLocationLinks(drafted, above, built.expressionLinks)
      .map((link) => [path.relative(root, link.targetUri), link.targetRange.start.line]),
  }));
})().catch((error) => { console.error(error); process.exit(1); });
"""
DRAFT = """\
Feature: A draft
  Scenario: Somebody writes it
    Given Linus has an account
    And Ada has
    When Linus dances on the table
"""
UNFINISHED = 3  # the line, counted from 0, that somebody is typing


@dataclass(frozen=True)
class Editor:
    """What the extension made of the suite and of the draft."""

    errors: list[str]
    defined: list[tuple[str, int]]
    problems: list[tuple[str, int, str]]
    completions: list[str]
    jumps: list[tuple[str, int]]


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Editor:
    try:
        library = node_tools.fetch("@cucumber/language-service", LANGUAGE_SERVICE)
    except PlumblineError as missing:
        pytest.skip(f"the extension's library cannot be had here: {missing}")
    draft = tmp_path_factory.mktemp("editor") / "draft.feature"
    draft.write_text(DRAFT)
    command = [node_tools.node(), "-e", SERVER, str(library), str(ROOT), str(draft), str(UNFINISHED)]
    told: dict[str, list[Any]] = json.loads(node_tools.run(command, "the library failed", timeout=60))
    return Editor(
        **{name: [tuple(one) if isinstance(one, list) else one for one in told[name]] for name in told}
    )


def phrases() -> Iterator[tuple[str, int]]:
    """File and line of every phrase in the steps."""
    for path in sorted((ROOT / "steps").glob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                for decorator in node.decorator_list:
                    if isinstance(decorator, ast.Call):
                        yield str(path.relative_to(ROOT)), decorator.args[0].lineno


def test_it_can_read_every_phrase(editor: Editor) -> None:
    assert not editor.errors, f"{PHRASE}; is .vscode/settings.json of today? {editor.errors}"
    unread = set(phrases()) - set(editor.defined)
    assert not unread, f"{PHRASE}: {sorted(unread)}"


def test_it_knows_every_step_of_every_feature(editor: Editor) -> None:
    unknown = [problem for problem in editor.problems if problem[0].startswith("features/")]
    assert unknown == [], f"{PHRASE}; is .vscode/settings.json of today?"


def test_it_marks_a_step_that_nobody_defines(editor: Editor) -> None:
    marked = [(line, message) for file, line, message in editor.problems if file.endswith("draft.feature")]
    assert (5, "Undefined step: Linus dances on the table") in marked
    assert 3 not in [line for line, _ in marked]


def test_it_completes_the_beginning_of_a_step(editor: Editor) -> None:
    assert "{person:Person} has an account" in editor.completions
    assert "{person:Person} has signed up" in editor.completions


def test_it_jumps_from_a_step_to_its_definition(editor: Editor) -> None:
    (jump,) = editor.jumps
    file, line = jump
    assert file == "steps/account_steps.py"
    definition = (ROOT / file).read_text("utf-8").splitlines()[line:]
    assert definition[0].startswith('@given("{person:Person} has an account")')
