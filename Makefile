# The project's commands. Each works from a bare clone: what it needs is installed first, pinned by the lock files.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
PIPENV_VERSION := 2026.10.3
PYTHON ?= python3.11
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 1
export CHECKPOINT_DISABLE := 1
side_by_side = -n "$(or $(WORKERS),$(1))" --dist loadfile --no-loadscope-reorder --durations 10
# a deployment waits for Terraform most of its time, so that two go on a core
TWO_A_CORE = $(shell expr 2 \* $$(getconf _NPROCESSORS_ONLN))
install_ops = .venv/bin/python -m toolchain.packages ops && touch build/installed.ops
NOT_INSTALLED = { echo "The packages could not be installed, for the reason above. If it is a connection, check the network and pip's index settings; then run 'make install' again." >&2; exit 1; }
NOT_INSTALLED_BY_NPM = { echo "$(1) could not be installed, for npm's reason above. If it is a connection, check the network and npm's registry settings; then run the command again." >&2; exit 1; }
SECOND_OPINION := tests/second_opinion
CHECKOV_LOCK := toolchain/checkov.txt

.PHONY: help install affected allowances demo chaos bench branch browser cost corpora deploy deployments destroy diff docs emulator fuzz ops pictures policy review second-opinion strangers synth lint types unit test pr lock clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

install: build/installed build/installed.ops ## make the virtual environment and install everything, pinned
	@python -m toolchain.terraform

build/installed: Pipfile.lock pyproject.toml
	@command -v "$(PYTHON)" >/dev/null || { echo "Python 3.11 is needed and '$(PYTHON)' is not on PATH: install it, or run 'make PYTHON=/path/to/python3.11'." >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "Python 3.11 is needed and '$(PYTHON)' is another version: run 'make PYTHON=/path/to/python3.11'." >&2; exit 1; }
	test -x .venv/bin/pip || "$(PYTHON)" -m venv .venv
	@.venv/bin/python -m toolchain.packages default develop function || $(NOT_INSTALLED)
	@.venv/bin/python -m pip --disable-pip-version-check install --quiet --no-index --no-deps --no-build-isolation --editable . || $(NOT_INSTALLED)
	@mkdir -p build
	touch $@

# the operator's packages: the demo begins without them, and installs them while it runs
build/installed.ops: build/installed
	@$(install_ops) || $(NOT_INSTALLED)

build/pipenv/bin/pipenv:
	@{ "$(PYTHON)" -m venv build/pipenv && build/pipenv/bin/pip install --quiet "pipenv==$(PIPENV_VERSION)"; } || $(NOT_INSTALLED)

node_modules/.package-lock.json: package-lock.json build/installed
	@npm ci --loglevel=error --no-audit --no-fund || $(call NOT_INSTALLED_BY_NPM,cdktf-cli)
	touch $@

$(SECOND_OPINION)/node_modules/.package-lock.json: $(SECOND_OPINION)/package-lock.json build/installed
	@npm ci --prefix $(SECOND_OPINION) --ignore-scripts --loglevel=error --no-audit --no-fund || $(call NOT_INSTALLED_BY_NPM,dynalite and s3rver)
	touch $@

demo: build/installed ## the whole pipeline on this machine: apply, upload samples (or LOGS=PATH), account; on a terminal it stays (KEEP=0: not)
	@python -m toolchain.terraform
	@{ test build/installed.ops -nt build/installed || { $(install_ops); }; } >build/ops-packages.txt 2>&1 || \
		{ cat build/ops-packages.txt >&2; $(NOT_INSTALLED); } & code=0; \
	python -m emulator.demo --build-dir build/demo $(if $(LOGS),--logs "$$LOGS") $(if $(KEEP),--keep "$(KEEP)") || code=$$?; \
	wait $$!; exit $$code

emulator: install ## an empty local AWS until Ctrl-C, for cdktf, ops, boto3 and the AWS CLI (PORT=4566)
	@python -m emulator --build-dir build/emulator $(if $(PORT),--port "$(PORT)")

chaos: install ## the deployed pipeline under faults (SEED=N repeats a run); writes build/chaos.json
	@python -m emulator.chaos $(if $(SEED),--seed "$(SEED)") $(if $(RECORDS),--records "$(RECORDS)") $(if $(BROKEN),--broken "$(BROKEN)")

bench: install ## speed and memory beside their goals; QUICK=1: within three minutes; BASE=PATH: speed against another checkout
	@python -m toolchain.packages bench || echo "pyVRL could not be installed, for the reason above: the rows that need it are not measured." >&2
	@PYTHONPATH=functions python -m $(if $(BASE),benchmarks.reading "$(BASE)" && PYTHONPATH=functions python -m benchmarks.opening "$(BASE)",benchmarks.table $(if $(QUICK),--quick,&& PYTHONPATH=functions python -m benchmarks.memory))

cost: install ## what a GB of logs costs as records and as packs, beside the goals, from measured sizes and stacks/prices.toml
	@PYTHONPATH=functions python -m benchmarks.cost && PYTHONPATH=functions python -m benchmarks.packs && PYTHONPATH=functions python -m benchmarks.table_classes && PYTHONPATH=functions python -m benchmarks.goals

corpora: install ## what is found in objects of several formats and in the corpora (LOG_CORPORA), against what it is
	@PYTHONPATH=functions python -m tests.corpora.confusion

ops: install ## the operator's command line: make ops ARGS="parse app.log"; the same as .venv/bin/ops
	@ops $(ARGS)

pictures: install ## draw the end of the demo and `ops status` anew, into docs/pictures
	@python -m emulator.pictures

docs: install ## write the pages of docs/ that are made from the code
	@PYTHONPATH=functions python -m docs.generator

fuzz: install ## look for input that breaks reading, for SECONDS=60; INPUT=FILE tries one again
	@python -m toolchain.packages fuzz || $(NOT_INSTALLED)
	@PYTHONPATH=functions python -m tests.fuzz --seconds "$(or $(SECONDS),60)" $(if $(RUNS),--runs "$(RUNS)") $(if $(INPUT),--input "$$INPUT")

browser: install node_modules/.package-lock.json ## the pages of `ops view` in a real browser, which is installed if there is none, also over a demo
	@python -m toolchain.packages browser || $(NOT_INSTALLED)
	@chromium="$$(python -m toolchain.browser)" && CHROMIUM="$$chromium" python -m pytest -n 0 -m browser tests/unit/ops/view tests/integration/test_view.py

second-opinion: install $(SECOND_OPINION)/node_modules/.package-lock.json ## the whole path over a DynamoDB and an S3 of others, dynalite and s3rver
	@PYTHONPATH=functions python -m tests.second_opinion

strangers: install ## try all that README and docs show as a new user does, for an hour; WITHOUT="make test,make chaos"
	@PYTHONPATH=functions python -m tests.strangers $(if $(WITHOUT),--without "$(WITHOUT)")

build/policy/bin/checkov: $(CHECKOV_LOCK)
	@{ "$(PYTHON)" -m venv build/policy && build/policy/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement $(CHECKOV_LOCK); } || $(NOT_INSTALLED)
	touch $@

policy: install build/policy/bin/checkov ## check the Terraform JSON of every environment by checkov's rules, but for toolchain/policy.toml
	@python -m toolchain.policy

synth: install node_modules/.package-lock.json ## write the Terraform JSON to cdktf.out/, of ENV if it is given
	$(if $(ENV),STACK_NAME_SUFFIX="$(ENV)") npx cdktf synth

deployments: install node_modules/.package-lock.json ## each kind of environment deployed, fed, planned empty and destroyed in the local AWS
	python -m pytest -n 0 tests/integration/test_cdktf.py tests/integration/test_deployments.py tests/infrastructure/test_cloud.py tests/infrastructure/test_validate.py

diff: install node_modules/.package-lock.json ## what a deployment of ENV would change; fails if something would, or without a plan (CHANGES=allowed: only then; REPORT=FOLDER)
	@PATH="$(CURDIR)/node_modules/.bin:$$PATH" $(if $(ENV),STACK_NAME_SUFFIX="$(ENV)") python -m ops.diff $(if $(REPORT),"$(REPORT)") $(if $(CHANGES),|| test $$? -eq 2)

deploy: install node_modules/.package-lock.json ## deploy ENV by a plan that loses no data (DATA_LOSS=allowed), without a question: for CI
	@PATH="$(CURDIR)/node_modules/.bin:$$PATH" $(if $(ENV),STACK_NAME_SUFFIX="$(ENV)") DATA_LOSS="$(DATA_LOSS)" python -m ops.deploy

destroy: install node_modules/.package-lock.json ## destroy ENV with all that it holds, unless its settings keep it; where CI is set, without a question
	@PATH="$(CURDIR)/node_modules/.bin:$$PATH" $(if $(ENV),STACK_NAME_SUFFIX="$(ENV)") python -m ops.destroy $(if $(CI),--auto-approve)

affected: install ## list the environments whose stacks changed since the commit BASE; without it, all
	@python -m toolchain.affected $(if $(BASE),"$(BASE)")

review: install ## judge the plans in build/plans, and write them into the comment of the pull request PR
	@python -m toolchain.review

allowances: install ## what the labels of the pull request that COMMIT merged allow its deployment
	@python -m toolchain.allowances "$(COMMIT)"

branch: synth ## push the stack of ENV to the branch terraform/TapStack<ENV>, for Terraform Cloud
	@.ci/push_stack "cdktf.out/stacks/TapStack$(or $(ENV),dev)" "terraform/TapStack$(or $(ENV),dev)"

lint: install node_modules/.package-lock.json ## check style, and the syntax of the workflows
	ruff check .
	ruff format --check .
	node toolchain/lint_workflows.cjs .github/workflows/*.yml

types: install ## check types
	mypy

unit: install ## the quick tests, for an editor's loop: no Terraform, no server, no measurement
	@python -m pytest -q -n auto -m "not server and not slow" tests/unit

test: lint types node_modules/.package-lock.json $(SECOND_OPINION)/node_modules/.package-lock.json ## lint, types and all tests, WORKERS=N at a time (default: one a core, two if they deploy)
	python -m pytest -m "not deployments" $(call side_by_side,$(TWO_A_CORE)) tests/integration
	python -m pytest --ignore tests/integration $(call side_by_side,auto)

pr: test ## what CI runs

lock: install build/pipenv/bin/pipenv ## lock again after a change of the Pipfile
	VIRTUAL_ENV="$$PWD/.venv" build/pipenv/bin/pipenv lock --dev --categories "packages dev-packages function ops browser bench fuzz installer"
	python .ci/clean_lock.py

clean: ## remove everything that the commands made
	rm -rf .venv node_modules $(SECOND_OPINION)/node_modules build cdktf.out .pytest_cache .mypy_cache .ruff_cache .hypothesis
