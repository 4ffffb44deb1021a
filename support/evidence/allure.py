"""The Allure formatter: allure-behave with its gaps closed and the suite's evidence added.

allure-behave 2.16.2 leaves out every scenario inside a Rule, crashes on an attachment there, and reports hook
errors as skipped or passed. Here a result is opened by behave's scenario event and closed by the next event
after the scenario's hooks have run, so rules, outlines, hooks and clean-up all count.
"""

import json
import queue
import random
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import allure_commons
from allure_behave.formatter import AllureFormatter
from allure_behave.listener import AllureListener
from allure_behave.utils import scenario_links, step_table
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import Label, Parameter, StatusDetails, TestResult, TestStepResult
from allure_commons.utils import md5, now

from support.evidence import model, outcome, risk, run
from support.evidence.meter import measure
from support.evidence.outcome import Outcome, Trouble
from support.evidence.recorder import CSV, HTML, HTTP, JSON, TEXT, Evidence
from support.evidence.redaction import redact

EXTENSIONS = {HTTP: "json", JSON: "json", CSV: "csv", HTML: "html", TEXT: "txt"}
OUR_FILES = ("*-result.json", "*-container.json", "*-globals.json", "*-attachment.*", "*-attachment")
TROUBLE_LABEL = "trouble"  # the report sorts by it; hidden labels are not matched

_ids = random.Random()  # noqa: S311 - names of files, no secrets; asking the system for each costs 1 ms a scenario


def _new_id() -> str:
    return str(UUID(int=_ids.getrandbits(128), version=4))


class PlumblineAllureFormatter(AllureFormatter):  # type: ignore[misc]
    """Writes a run's results; on a dry run it writes nothing and keeps what is there.

    The results of the run before are removed when the first feature begins, unless behave is called with
    `-D AllureFormatter.keep_results=yes` (several processes that fill one folder).
    """

    name = "plumbline.allure"
    description = "Allure results with the suite's evidence"

    def __init__(self, stream_opener: Any, config: Any) -> None:
        super(AllureFormatter, self).__init__(stream_opener, config)  # its own listener is not wanted
        self._results = Path(stream_opener.name)
        self._listener = PlumblineListener(config)
        self._plugins: list[Any] = []
        self._files: BackgroundFileLogger | None = None
        self._feature: Any = None
        self._reported: set[int] = set()

    def uri(self, uri: str) -> None:
        if self.config.dry_run or self._plugins:
            return
        self._files = BackgroundFileLogger(self._results)
        self._plugins = [self._listener, self._files]
        for plugin in self._plugins:
            allure_commons.plugin_manager.register(plugin)
        run.subscribe(self._listener.attach)
        if self.config.userdata.get("AllureFormatter.keep_results") != "yes":
            _clear(self._results)
        write_run_files(self._results)

    def feature(self, feature: Any) -> None:
        self._feature = feature

    def rule(self, rule: Any) -> None:
        self._finish()

    def scenario(self, scenario: Any) -> None:
        self._finish()
        if not self.config.dry_run and model.is_chosen(scenario, self.config):
            with measure("evidence"):
                self._reported.add(id(scenario))
                self._listener.start_scenario(scenario)

    def step(self, step: Any) -> None:
        if self._listener.scenario is not None:
            self._listener.schedule_step(step)

    def match(self, match: Any) -> None:
        if self._listener.scenario is not None:
            with measure("evidence"):
                self._listener.match_step(match)

    def result(self, result: Any) -> None:
        if self._listener.scenario is not None:
            with measure("evidence"):
                self._listener.stop_behave_step(result)

    def rule_finished(self) -> None:
        self._finish()

    def eof(self) -> None:
        self._finish()
        if not self.config.dry_run and self._feature is not None:
            self._report_missed(self._feature)
            self._report_late_hooks(self._feature)

    def close(self) -> None:
        self._finish()
        run.unsubscribe(self._listener.attach)
        for plugin in self._plugins:
            allure_commons.plugin_manager.unregister(plugin)
        if self._files is not None:
            self._files.close()

    def _finish(self) -> None:
        if self._listener.scenario is not None:
            with measure("evidence"):
                self._listener.stop_scenario(self._listener.scenario)

    def _report_missed(self, feature: Any) -> None:
        """Scenarios that never began because a hook of their feature or rule failed before them."""
        for scenario in feature.walk_scenarios():
            broken_before = any(container.hook_failed for container in (feature, *feature.rules))
            if (
                broken_before
                and id(scenario) not in self._reported
                and model.is_chosen(scenario, self.config)
            ):
                self._reported.add(id(scenario))
                self._listener.start_scenario(scenario)
                for step in scenario.all_steps:
                    self._listener.schedule_step(step)
                self._listener.stop_scenario(scenario)

    def _report_late_hooks(self, feature: Any) -> None:
        """A hook after a feature or rule has no scenario that could carry its failure: it gets a result."""
        for container in (feature, *feature.rules):
            problem = outcome.of_container(container)
            if problem is not None:
                self._listener.report_container(container, problem)


class PlumblineListener(AllureListener):  # type: ignore[misc]
    """Turns behave's events into Allure results with our labels, statuses and descriptions."""

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self.scenario: Any = None
        self.current_scenario_uuid: str | None = None
        self._feature_part: tuple[Any, str, list[Label]] = (None, "", [])

    def start_scenario(self, scenario: Any) -> None:
        self.scenario = scenario
        self.steps.clear()
        self.current_scenario_uuid = _new_id()
        self.group_context.enter()
        self.logger.schedule_test(self.current_scenario_uuid, self._result(scenario))

    def stop_scenario(self, scenario: Any) -> None:
        ending = outcome.of_scenario(scenario)
        self.flush_steps()
        self._close(ending)

    def start_behave_step(self, step: Any) -> None:
        self.current_step_uuid = _new_id()
        self.logger.start_step(
            None, self.current_step_uuid, TestStepResult(name=redact(model.steps_line(step)), start=now())
        )
        if step.text:
            self._attach(Evidence("Text of the step", TEXT, redact(step.text)))
        if step.table:
            self._attach(Evidence("Table of the step", CSV, redact(step_table(step))))

    def stop_behave_step(self, step: Any) -> None:
        ending = outcome.of_step(step)
        self.logger.stop_step(
            self.current_step_uuid, stop=now(), status=ending.result.value, statusDetails=_details(ending)
        )

    def attach(self, evidence: Sequence[Evidence]) -> None:
        """Show evidence with the step under way, else with the scenario; outside one there is no place."""
        if self.scenario is not None:
            with measure("evidence"):
                for piece in evidence:
                    self._attach(piece)

    def report_container(self, container: Any, problem: Outcome) -> None:
        """Report a failed hook of a feature or rule as a result of its own."""
        feature = container if container.type == "feature" else container.feature
        self.current_scenario_uuid = _new_id()
        self.group_context.enter()
        name = f"Preparing and cleaning up: {container.name}"
        result = self._named(feature, container if container.type == "rule" else None, name)
        self.logger.schedule_test(self.current_scenario_uuid, result)
        self._close(problem)

    def _close(self, ending: Outcome) -> None:
        result = self.logger.get_test(self.current_scenario_uuid)
        result.stop = now()
        result.status = ending.result.value
        result.statusDetails = _details(ending)
        if ending.trouble is not None:
            result.labels.append(Label(name=TROUBLE_LABEL, value=ending.trouble.value))
        self.logger.close_test(self.current_scenario_uuid)
        self.group_context.append_test(self.current_scenario_uuid)
        self.group_context.exit()
        self.scenario = None

    def _attach(self, piece: Evidence) -> None:
        self.logger.attach_data(
            _new_id(),
            piece.body,
            name=piece.name,
            attachment_type=piece.media_type,
            extension=EXTENSIONS.get(piece.media_type, "txt"),
        )

    def _result(self, scenario: Any) -> TestResult:
        feature, rule = scenario.feature, model.rule_of(scenario)
        result = self._named(feature, rule, model.title_of(scenario), key=model.name_of(scenario))
        row = model.row_of(scenario)
        result.parameters = [Parameter(name=name, value=redact(value)) for name, value in row.items()]
        result.historyId = md5(result.fullName, *(f"{name}={value}" for name, value in row.items()))
        result.description = "\n\n".join(filter(None, ["\n".join(scenario.description), result.description]))
        tags = scenario.effective_tags
        result.labels.append(Label(name="severity", value=_severity(tags)))
        result.labels.extend(Label(name="tag", value=str(tag)) for tag in sorted(tags))
        result.links.extend(
            scenario_links(scenario, issue_pattern=self.issue_pattern, link_pattern=self.link_pattern)
        )
        return result

    def _named(self, feature: Any, rule: Any, name: str, key: str | None = None) -> TestResult:
        description, labels = self._of_feature(feature)
        result = TestResult(uuid=self.current_scenario_uuid, start=now(), name=redact(name))
        place = [str(feature.filename), *([rule.name] if rule is not None else []), key or name]
        result.fullName = redact(": ".join(place))
        result.testCaseId = result.historyId = md5(result.fullName)
        result.titlePath = [
            model.capability(feature),
            feature.name,
            *([rule.name] if rule is not None else []),
        ]
        result.description = description
        result.labels = list(labels)
        if rule is not None:
            result.labels.append(Label(name="story", value=rule.name))
            rule_text = "\n".join(rule.description)
            result.description = "\n\n".join(filter(None, [rule_text, description]))
        return result

    def _of_feature(self, feature: Any) -> tuple[str, list[Label]]:
        known, description, labels = self._feature_part
        if known is feature:
            return description, labels
        labels = [
            Label(name="epic", value=model.capability(feature)),
            Label(name="feature", value=feature.name),
        ]
        owner = risk.owner(feature)
        if owner:
            labels.append(Label(name="owner", value=owner))
        description = redact(risk.as_markdown(feature.description))
        self._feature_part = (feature, description, labels)
        return description, labels


class BackgroundFileLogger(AllureFileLogger):  # type: ignore[misc]
    """Writes the results' files in a thread of its own: creating a file takes as long as a step.

    Nothing reads them during the run, so each is written in one go. `close` waits for the last one.
    """

    def __init__(self, report_dir: Path) -> None:
        super().__init__(report_dir)
        self._files: queue.SimpleQueue[tuple[str, bytes] | None] = queue.SimpleQueue()
        self._lost: list[OSError] = []
        self._writer = threading.Thread(target=self._write, name="evidence writer", daemon=True)
        self._writer.start()

    def close(self) -> None:
        """Wait until everything is written; what could not be is told on stderr."""
        self._files.put(None)
        self._writer.join()
        if self._lost:
            print(
                f"plumbline: {len(self._lost)} files of evidence could not be written: {self._lost[0]}.",
                file=sys.stderr,
            )

    @allure_commons.hookimpl  # type: ignore[untyped-decorator]
    def report_attached_data(self, body: str | bytes, file_name: str) -> None:
        """Write an attachment."""
        data = body.encode("utf-8", "replace") if isinstance(body, str) else body
        self._files.put((file_name, data))

    def _report_item(self, item: Any) -> None:
        name = item.file_pattern.format(prefix=_new_id())
        self._files.put((name, json.dumps(_plain(item), ensure_ascii=False).encode("utf-8", "replace")))

    def _write(self) -> None:
        while (file := self._files.get()) is not None:
            name, data = file
            try:
                (self._report_dir / name).write_bytes(data)
            except OSError as error:
                self._lost.append(error)


def write_run_files(results: Path) -> None:
    """Write what the report says about the run as a whole: its environment and the categories."""
    lines = [f"{_property(name)}={value}" for name, value in run.facts().environment().items()]
    (results / "environment.properties").write_text("\n".join(lines) + "\n", "utf-8")
    categories = [
        {"name": Trouble.PRODUCT.value, "matchedStatuses": ["failed"]},
        {
            "name": Trouble.ENVIRONMENT.value,
            "matchedStatuses": ["broken"],
            "messageRegex": r"(?s).*(?:OSError|OperationalError|Connection\w*Error|Timeout|RequestExc).*",
        },
        {"name": Trouble.SUITE.value, "matchedStatuses": ["broken"]},
    ]
    (results / "categories.json").write_text(json.dumps(categories, indent=2), "utf-8")


def _property(name: str) -> str:
    return name.replace(" ", "_").replace("=", "_").replace(":", "_")


def _clear(results: Path) -> None:
    for pattern in OUR_FILES:
        for path in results.glob(pattern):
            path.unlink(missing_ok=True)


def _details(ending: Outcome) -> StatusDetails | None:
    if not ending.message:
        return None
    return StatusDetails(message=ending.message, trace=ending.trace or None)


def _severity(tags: Sequence[str]) -> str:
    if "smoke" in tags:
        return "blocker"
    return "critical" if "critical" in tags else "normal"


def _plain(value: Any) -> Any:
    """An Allure model object as JSON-ready data without its empty fields."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    fields: Iterator[tuple[str, Any]] = iter(vars(value).items())
    return {name: _plain(item) for name, item in fields if item or item is False}
