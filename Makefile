# Chalice for Go. `make help` lists the targets.

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
ACTIONLINT  := github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
VENV        := .tools/conformance
SAM         := .tools/sam
CDK         := .tools/cdk
WS          := .tools/ws
BROWSER     := .tools/browser
FUZZER      := .tools/fuzzer
RUFF        := .tools/ruff
TERRAFORM   := .tools/terraform
REFERENCE   := .tools/reference
TEMPLATES   := testdata/templates
# What the reference really outputs, where a copy of it lies beside this checkout.
CHALICE_ORACLE ?= ../shared/oracle
# Tested without the race detector. The CDK's packages and the analysis start no
# goroutines; it takes a minute to compile the CDK's libraries with it, and the
# analysis takes three times as long. The command is flags, wiring
# and printing; what it wires is tested with the detector, and its scripts start the
# whole command hundreds of times.
UNRACED := cdkconstruct examples/cdk internal/policy cmd/chalice
# Modules of their own, for what nobody who imports ours should have to download.
MODULES      := bench tools/terraform

# As chalice package compiles programs, so that what the command and a program for this
# machine have in common is compiled once: the standard library above all. Without paths
# the command still has to know its checkout, which new projects refer to. The AWS SDK
# waits for AWS, so nothing is inlined in it: 1.3 MB. No service needs HTTP/2: 0.5 MB.
TAGS  := nethttpomithttp2
BUILT := -trimpath -tags $(TAGS) -gcflags 'github.com/aws/...=-l' -ldflags "-s -w -X 'github.com/chalice-go/chalice/internal/scaffold.madeIn=$(CURDIR)'"
build install demo: export CGO_ENABLED := 0

SHELL       := bash
.SHELLFLAGS := -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help build install demo test oracle check golden bench conformance soak endpoint clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## compile the command to bin/chalice
	go build $(BUILT) -o bin/chalice ./cmd/chalice

install: ## compile the command into Go's own bin folder
	go install $(BUILT) ./cmd/chalice

demo: ## package an example and call what was packaged, here
	go run -trimpath -tags $(TAGS) ./tools/demo

# -count=1, since tests that compile programs or list packages depend on more
# files than Go knows of when it takes a result from its cache.
test: ## run all tests, with the race detector where a C compiler is
	go mod download
	@command -v node >/dev/null || echo "no Node: tests of the CDK's construct are skipped, or in CI fail" >&2
	go test -count=1 $$(tools/race) $$(go list ./... | grep -v $(foreach p,$(UNRACED),-e /$p$$))
	go test -count=1 $(addprefix ./,$(UNRACED))
	for module in $(MODULES); do (cd $$module && go test -count=1 ./...) || exit; done

oracle: ## compare our output with the reference's (CHALICE_ORACLE says where that is)
	CHALICE_ORACLE=$(CHALICE_ORACLE) go test -count=1 -run Oracle -v ./... | grep -v -e '^ *=== ' -e '^ *--- PASS' -e 'no test'

check: check-python ## what has to pass before a commit: format, vet, staticcheck, tidy, imports, golden files, ruff
	@files=$$(find . -name '*.go' -not -path './.tools/*' | xargs gofmt -l); [ -z "$$files" ] || { echo "gofmt these files:"; echo "$$files"; exit 1; }
	go vet ./...
	go run $(STATICCHECK) ./...
	go mod tidy -diff
	for module in $(MODULES); do (cd $$module && go vet ./... && go run $(STATICCHECK) ./... && go mod tidy -diff) || exit; done
	go test -count=1 ./internal/layout
	tools/check-golden $(TEMPLATES) config/config.schema.json docs/configuration.md docs/architecture.md docs/commands.md internal/layout/api.txt internal/scaffold/templates

# Ruff is a program of its own: Python only installs it.
.PHONY: check-python
check-python:
	@if ! command -v python3 >/dev/null; then \
		echo "no Python 3: the Python of tools/ is not checked, or in CI fails" >&2; test -z "$$CI"; exit; fi; \
	$(MAKE) --silent --no-print-directory $(RUFF)/ready && $(RUFF)/bin/ruff format --check && $(RUFF)/bin/ruff check

golden: ## rewrite the expected templates, the tables of the docs, the schema, the recorded API and what a new CDK project needs; the diff is the review
	go test ./synth -count=1 -run Golden -update
	go test ./config -count=1 -run 'SchemaFile|ConfigurationDoc' -update
	go test ./internal/scaffold -count=1 -run Requirements -update
	go test ./internal/layout -count=1 -run 'Architecture|API' -update
	go test ./cmd/chalice -count=1 -run CommandsDoc -update

# Chalice for Python is one of those that we are compared with, if it can be installed.
bench: $(VENV)/ready build ## run all benchmarks, compare the runtime with others (bench/), and time what people wait for (docs/performance.md)
	@$(MAKE) --no-print-directory $(REFERENCE)/ready || echo "Chalice for Python can't be installed: nothing is compared with it"
	go test -run '^$$' -bench . -benchmem ./...
	cd bench && go run ./report
	python3 tools/conformance/waiting.py bin/chalice
	PATH=$(CURDIR)/$(VENV)/bin:$$PATH $(VENV)/bin/python tools/endpoint python tools/conformance/speed.py bin/chalice

# Two at a time, since each waits much for processes of its own; the longest first.
CONFORMANCE := $(addprefix conformance-,deploy local lifecycle sources fronts pipelines projects deploying oracle cdk migrate large templates terraform sockets docs)
conformance: ## have the tools of others judge us: cfn-lint, the CLIs of SAM and AWS, the CDK's toolkit, Terraform's AWS provider, actionlint, Chalice for Python
	@$(MAKE) --no-print-directory --jobs=2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) $(CONFORMANCE)

.PHONY: $(CONFORMANCE)
conformance-templates: $(VENV)/ready
	$(VENV)/bin/python tools/conformance/templates.py $(TEMPLATES)
	$(VENV)/bin/python tools/conformance/notifications.py $(TEMPLATES)/buckets/sam.yaml

# The templates of an app that is too large for one, made by the command itself.
conformance-large: $(VENV)/ready build
	rm -rf .tools/large
	$(VENV)/bin/python tools/conformance/large.py bin/chalice .tools/large
	$(VENV)/bin/python tools/conformance/templates.py .tools/large

# The templates of the reference's cases, where these are.
conformance-oracle: $(VENV)/ready
	@if [ ! -d $(CHALICE_ORACLE) ]; then \
		echo "the reference's cases are not beside this checkout: their templates are not judged"; exit; fi; \
	rm -rf .tools/oracle; \
	CHALICE_ORACLE=$(CHALICE_ORACLE) CHALICE_ORACLE_TEMPLATES=$(CURDIR)/.tools/oracle go test -count=1 -run OracleTemplates ./package && \
	$(VENV)/bin/python tools/conformance/templates.py --invented .tools/oracle

# Terraform's AWS provider and its language: the schema of the one is in the
# provider's bindings for Python, and the other is a library. The tool for it has to
# find what is wrong with modules first. What a configuration refers to is in another
# file of the module: beside.tf.json, which one of the reference's cases lacks.
conformance-terraform: $(TERRAFORM)/ready
	rm -rf .tools/modules
	@if [ ! -d $(CHALICE_ORACLE) ]; then \
		echo "the reference's cases are not beside this checkout: their modules are not judged"; exit; fi; \
	CHALICE_ORACLE=$(CHALICE_ORACLE) CHALICE_ORACLE_MODULES=$(CURDIR)/.tools/modules go test -count=1 -run OracleModules ./package && \
	echo '{"resource": {"aws_s3_bucket": {"media": {}}}}' > .tools/modules/s3-terraform-reference/beside.tf.json
	cd tools/terraform && wheel=$$(echo $(CURDIR)/$(TERRAFORM)/*.whl) && TERRAFORM_WHEEL=$$wheel go test -count=1 . && \
		go run . $$wheel $(CURDIR)/$(TEMPLATES) $$(ls -d $(CURDIR)/.tools/modules 2>/dev/null)

# The SAM CLI and the AWS CLI deploy the examples into an endpoint of our own,
# which has to stand its own tests first. Every caller may do there what its
# policies say, and so may the functions that custom resources call. Each script
# has an endpoint of its own, which is empty at first.
IN_AWS := PATH=$(CURDIR)/$(VENV)/bin:$(CURDIR)/$(SAM)/bin:$$PATH $(VENV)/bin/python tools/endpoint --enforce-iam python
conformance-deploy: $(VENV)/ready $(SAM)/ready build
	$(VENV)/bin/python -m unittest discover --start-directory tools/endpoint
	$(IN_AWS) tools/conformance/deploy.py bin/chalice
	$(IN_AWS) tools/conformance/nested.py bin/chalice
	$(IN_AWS) tools/conformance/permissions.py bin/chalice
	$(IN_AWS) tools/conformance/leastprivilege.py bin/chalice

# One app behind each kind of API.
conformance-fronts: $(VENV)/ready $(SAM)/ready build
	$(IN_AWS) tools/conformance/fronts.py bin/chalice

# One app with every kind of event source, and all that these can be told.
conformance-sources: $(VENV)/ready $(SAM)/ready build
	$(IN_AWS) tools/conformance/sources.py bin/chalice

# The CDK's toolkit deploys examples/cdk into the same endpoint.
conformance-cdk: $(VENV)/ready $(CDK)/ready
	PATH=$(CURDIR)/$(CDK)/node_modules/.bin:$(CURDIR)/$(VENV)/bin:$$PATH $(VENV)/bin/python tools/endpoint \
		python tools/conformance/cdk.py

# Websockets that Python's and Node's libraries make, in examples/chat, which
# keeps its members in a table of the endpoint as well.
conformance-sockets: $(VENV)/ready $(WS)/ready build
	NODE_PATH=$(CURDIR)/$(WS)/node_modules $(VENV)/bin/python tools/conformance/sockets.py bin/chalice
	PATH=$(CURDIR)/$(VENV)/bin:$$PATH $(VENV)/bin/python tools/endpoint go test -count=1 -run Members ./examples/chat

# chalice local: requests of our own making and of a fuzzer's, queues and streams
# of an endpoint, and its console in Debian's Chromium. .ci/run installs that;
# without it the console isn't looked at, which in CI is a failure.
CHROMIUM ?= $(shell command -v chromium)
conformance-local: $(BROWSER)/ready $(FUZZER)/ready $(VENV)/ready $(SAM)/ready build
	$(VENV)/bin/python tools/conformance/invoke.py bin/chalice
	$(VENV)/bin/python tools/conformance/happenings.py bin/chalice
	python3 tools/conformance/emulator.py $(SAM)
	python3 tools/conformance/exchanges.py bin/chalice
	python3 tools/conformance/shop.py bin/chalice
	python3 tools/conformance/malformed.py bin/chalice
	$(FUZZER)/bin/python tools/conformance/fuzzed.py bin/chalice
	python3 tools/conformance/endings.py bin/chalice
	PATH=$(CURDIR)/$(VENV)/bin:$$PATH $(VENV)/bin/python tools/endpoint python tools/conformance/queues.py bin/chalice
	PATH=$(CURDIR)/$(VENV)/bin:$$PATH $(VENV)/bin/python tools/endpoint python tools/conformance/failures.py bin/chalice
	@if [ -z "$(CHROMIUM)" ]; then \
		echo "no Chromium: the console is not looked at (Debian: apt-get install chromium)" >&2; test -z "$$CI"; exit; fi; \
	NODE_PATH=$(CURDIR)/$(BROWSER)/node_modules CHROMIUM=$(CHROMIUM) node tools/conformance/console.js bin/chalice .tools/screenshots

# The rooms of internal/deploy change stacks in the endpoint.
conformance-deploying: $(VENV)/ready
	$(VENV)/bin/cfn-lint internal/deploy/artifact/bucket.yaml
	PATH=$(CURDIR)/$(VENV)/bin:$$PATH $(VENV)/bin/python tools/endpoint sh -c \
		"go test -count=1 -parallel 8 ./internal/deploy/... && go test -count=1 -run Endpoint ./cmd/chalice"

# Our own command takes stages through their lives there, and the AWS CLI is asked
# how they are.
conformance-lifecycle: $(VENV)/ready $(SAM)/ready build
	rm -rf .tools/lifecycle
	$(IN_AWS) tools/conformance/lifecycle.py bin/chalice

# What chalice generate-pipeline writes, run as CodeBuild, CodePipeline and GitHub
# Actions would.
conformance-pipelines: $(VENV)/ready $(SAM)/ready build
	$(IN_AWS) tools/conformance/pipelines.py bin/chalice

# Apps in Python become Go projects, which have the templates that Chalice for Python
# makes of the apps: those of testdata, its own new projects, and those that the
# reference's cases describe, where these are. What can't be migrated says why.
conformance-migrate: $(REFERENCE)/ready
	CHALICE_ORACLE=$(if $(wildcard $(CHALICE_ORACLE)/synth),$(CHALICE_ORACLE)) CHALICE_PYTHON=$(REFERENCE)/bin/python \
		go test -count=1 -run 'Migrat' ./package ./cmd/chalice ./internal/migrate

# Projects of all types that chalice new-project makes, deployed.
conformance-projects: $(VENV)/ready $(CDK)/ready build
	PATH=$(CURDIR)/$(CDK)/node_modules/.bin:$(CURDIR)/$(VENV)/bin:$$PATH $(VENV)/bin/python tools/endpoint \
		python tools/conformance/projects.py bin/chalice

conformance-docs:
	python3 tools/conformance/readme.py | go run $(ACTIONLINT) -shellcheck= -pyflakes= -
	@echo "actionlint finds nothing in the workflow of the README"

soak: $(VENV)/ready build ## keep chalice local busy for a minute, then deploy for some more while AWS fails and deploy is killed
	python3 tools/conformance/soak.py bin/chalice
	PATH=$(CURDIR)/$(VENV)/bin:$$PATH $(VENV)/bin/python tools/endpoint python tools/conformance/faults.py bin/chalice

endpoint: $(VENV)/ready ## serve an AWS for tests on loopback, until interrupted
	$(VENV)/bin/python tools/endpoint

$(CDK)/ready: tools/conformance/cdk.txt
$(WS)/ready: tools/conformance/sockets.txt
$(BROWSER)/ready: tools/conformance/browser.txt
$(CDK)/ready $(WS)/ready $(BROWSER)/ready:
	@command -v npm >/dev/null || { echo "the CDK's toolkit, ws and playwright-core need Node: install Node 20 or later, with npm" >&2; exit 1; }
	npm install --prefix $(@D) --no-save --no-audit --no-fund --silent $$(cat $<)
	touch $@

# The wheel alone, of 60 MB: it is read, and not installed.
$(TERRAFORM)/ready: tools/conformance/terraform.txt | $(VENV)/ready
	rm -rf $(@D)
	$(VENV)/bin/python -m pip download --quiet --disable-pip-version-check --no-deps --dest $(@D) --requirement $<
	touch $@

# Virtual environments, so that the versions are the pinned ones. The SAM CLI and
# the fuzzer have their own, since their pins exclude those of the others, as has
# Chalice for Python, and so has Ruff, which `make check` installs without them.
$(VENV)/ready: tools/conformance/requirements.txt
$(SAM)/ready: tools/conformance/sam.txt
$(FUZZER)/ready: tools/conformance/fuzzer.txt
$(REFERENCE)/ready: tools/conformance/reference.txt
$(RUFF)/ready: tools/ruff.txt
.tools/%/ready:
	python3 -m venv --clear $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

clean: ## remove what the targets above made
	rm -rf bin dist .tools
