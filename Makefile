# Everything a contributor does. `make test` is what must pass; it sets itself up, and says so when it cannot.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup check messages accessibility docs test proofs mutants torture bench demo clean

UV := $(shell command -v uv 2>/dev/null || echo .make/uv/bin/uv)
RUN := $(UV) run --frozen --no-sync
COMPILED := $(patsubst %.po,%.mo,$(wildcard hygie/locale/*/LC_MESSAGES/*.po))
PORT ?= 8600
# As root, PostgreSQL runs as another account, which cannot walk into root's closed home.
DATA ?= $(shell if [ "$$(id -u)" = 0 ] && ! setpriv --reuid=65534 --clear-groups test -x "$(CURDIR)" 2>/dev/null; \
	then echo /var/lib/hygie-demo; else echo "$(CURDIR)/data/demo"; fi)

help: ## This list
	@sed -nE 's/^([a-z]+):.*## (.*)/\1\t\2/p' Makefile | expand -t 12

setup: .make/setup ## Libraries in .venv, from the lock file

.make/setup: uv.lock pyproject.toml
	@mkdir -p .make
	@if ! command -v uv >/dev/null && [ ! -x .make/uv/bin/uv ]; then \
		echo "Installing uv in .make/uv"; \
		{ python3 -m venv .make/uv 2>/dev/null && .make/uv/bin/pip install --quiet uv; } \
		|| { rm -rf .make/uv && python3 -m pip install --quiet --target .make/uv uv; } \
		|| { rm -rf .make/uv; echo "Hygie is set up with uv: install it (pip install uv), then run make again."; exit 1; }; fi
	@uv="$$(command -v uv || echo .make/uv/bin/uv)"; "$$uv" sync --frozen --quiet
	@touch $@

.make/system:
	@mkdir -p .make
	@missing=""; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	fc-list 2>/dev/null | grep -qi dejavu || missing="$$missing fontconfig fonts-dejavu-core"; \
	tesseract --list-langs 2>/dev/null | grep -qx fra || missing="$$missing tesseract-ocr tesseract-ocr-fra"; \
	if [ -n "$$missing" ]; then \
		as_root=""; [ "$$(id -u)" = 0 ] || as_root="sudo -n"; \
		if command -v apt-get >/dev/null && $$as_root true 2>/dev/null; then \
			echo "Installing$$missing"; \
			$$as_root apt-get update -qq >/dev/null; \
			$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
		else \
			echo "The tests drive a browser and read scanned pages. Install what they need, then run make again:"; \
			echo "    apt-get install$$missing"; exit 1; \
		fi; fi
	@touch $@

messages: setup ## Bring the translations up to date with the sources, and compile them
	$(RUN) python -m lint.messages

%.mo: %.po .make/setup
	@$(RUN) python -m lint.messages --compile

accessibility: setup .make/system $(COMPILED) ## Check the key pages in a browser, and write the figures of the accessibility statement
	RECORD_ACCESSIBILITY=1 $(RUN) pytest -q -n 0 hygie/portal/tests/test_accessibility_in_a_browser.py

docs: setup ## Write docs/reference from the code
	$(RUN) python -m lint.reference

check: setup ## Style, types, contracts between rooms, migrations
	$(RUN) ruff check
	$(RUN) ruff format --check
	$(RUN) mypy
	$(RUN) lint-imports --no-cache
	$(RUN) pytest -q hygie/ops/tests/test_migrations.py

test: .make/system $(COMPILED) check ## Everything that must pass
	$(RUN) pytest -n 2 --dist worksteal -q

proofs: setup ## Compare with others, in an environment of its own: the survey's weights and errors, and every paper with PDF/UA
	$(UV) run --frozen --isolated --group proofs python -m hygie.observatory.tests.packages
	$(UV) run --frozen --isolated --group proofs python -m hygie.tests.papers

mutants: setup ## Put a thousand faults into the access policy, one at a time, and see that each is noticed
	$(RUN) python -m hygie.access.tests.mutants

torture: setup .make/system $(COMPILED) ## The long proofs: kill -9, crashes, full disks, millions of decisions
	HYGIE_TORTURE=1 $(RUN) pytest -q

bench: setup ## Figures, with this machine's own baseline beside them
	$(RUN) hygie bench

demo: setup $(COMPILED) ## A running personal health space with invented people, on http://localhost:8600
	$(RUN) hygie up --demo --data "$(DATA)" --port $(PORT)

clean: ## Forget what was installed and made here; your data folders stay
	rm -rf .make .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
