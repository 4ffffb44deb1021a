# Every target sets up what it needs by itself, inside .venv; nothing outside this folder is changed
# but the servers' warm data in the user's cache folder.

VENV := .venv
BIN := $(VENV)/bin
TAGS ?=
ARGS ?=
BEHAVE = $(BIN)/behave $(if $(TAGS),--tags="$(TAGS)") $(ARGS)

.PHONY: help acceptance test lint types unit report phrasebook bench clean
.DEFAULT_GOAL := help

help:
	@echo "make acceptance              run every feature and make the report"
	@echo "make acceptance TAGS=@smoke  run the scenarios with a tag"
	@echo "make test                    all checks of this project: style, types, its own tests, every feature"
	@echo "make report                  make reports/allure.html again from the last run's results"
	@echo "make phrasebook              write docs/phrasebook.md, its page beside the report, and the editor's settings"
	@echo "make bench                   what the harness costs a scenario, and the reset beside TRUNCATE"
	@echo "make clean                   remove .venv and reports"

acceptance: $(VENV)/installed $(VENV)/report-tool
	@$(BEHAVE); code=$$?; $(BIN)/python -m support.evidence.report || true; exit $$code

test: lint types unit acceptance

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m support.evidence.lint
	@echo "$(BIN)/behave --dry-run"
	@said=$$($(BIN)/behave --dry-run 2>&1) || { echo "$$said"; exit 1; }

types: $(VENV)/installed
	$(BIN)/mypy

unit: $(VENV)/installed $(VENV)/report-tool
	$(BIN)/pytest

report: $(VENV)/installed $(VENV)/report-tool
	@$(BIN)/python -m support.evidence.report

phrasebook: $(VENV)/installed
	@$(BIN)/python -m support.evidence.phrasebook

bench: $(VENV)/installed
	@$(BIN)/python -m support.database.bench
	@said=$$($(BEHAVE) 2>&1) || { echo "$$said"; exit 1; }
	@$(BIN)/python -m support.evidence.meter

$(VENV)/installed: requirements.txt
	@command -v python3 >/dev/null || { echo "plumbline: python3 is missing: install Python 3.11 or later."; exit 1; }
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "plumbline: $$(python3 --version) is too old: put Python 3.11 or later first in PATH."; exit 1; }
	@test -x $(BIN)/python || python3 -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "plumbline: python3 cannot make a virtual environment: install its venv package."; exit 1; }
	@echo "Installing the pinned requirements into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

# The report is a convenience: without it the results are kept, so its absence stops nothing.
$(VENV)/report-tool: support/evidence/report.py support/evidence/node_tools.py | $(VENV)/installed
	@$(BIN)/python -m support.evidence.report --install && touch $@ || true

clean:
	rm -rf $(VENV) reports
