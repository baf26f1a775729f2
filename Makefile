# Chalice for Go. `make help` lists the targets.

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
ACTIONLINT  := github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
VENV        := .tools/conformance
SAM         := .tools/sam
CDK         := .tools/cdk
WS          := .tools/ws
BROWSER     := .tools/browser
FUZZER      := .tools/fuzzer
CLIENTS     := .tools/clients
RUFF        := .tools/ruff
TERRAFORM   := .tools/terraform
CHECKOV     := .tools/checkov
REFERENCE   := .tools/reference
SITE        := .tools/site
SPELLING    := .tools/spelling
TEMPLATES   := testdata/templates
# What the reference really outputs, where a copy of it lies beside this checkout.
CHALICE_ORACLE ?= ../shared/oracle
# Tested without the race detector. The CDK's packages and the analysis start no
# goroutines; it takes a minute to compile the CDK's libraries with it, and the
# analysis takes three times as long. The command is flags, wiring
# and printing; what it wires is tested with the detector, and its scripts start the
# whole command hundreds of times, as the pages of the documentation do. What looks at
# the source alone takes four times as long with it.
UNRACED := cdkconstruct examples/cdk internal/policy internal/layout cmd/chalice docs internal/docstest synth internal/scaffold
# Programs for Lambda are compiled without cgo. So is everything here, or most libraries
# would be compiled twice; but the race detector needs it, where there is a C compiler.
export CGO_ENABLED := 0
WITH_CGO := env -u CGO_ENABLED
# Modules of their own, for what nobody who imports ours should have to download.
MODULES      := bench examples/mounted tools/licenses tools/terraform
# What these depend on has to have a license of the list, as for ours. HCL, with which
# tools/terraform reads, is under the MPL: only who checks this repository runs that.
LICENSED     := $(filter-out tools/terraform,$(MODULES))

# As chalice package compiles programs, so that what the command and a program for this
# machine have in common is compiled once: the standard library above all. Without paths
# the command still has to know its checkout, which new projects refer to. The AWS SDK
# waits for AWS, so nothing is inlined in it: 1.3 MB. No service needs HTTP/2: 0.5 MB.
TAGS  := nethttpomithttp2
BUILT := -trimpath -tags $(TAGS) -gcflags 'github.com/aws/...=-l' -ldflags "-s -w -X 'github.com/chalice-go/chalice/internal/scaffold.madeIn=$(CURDIR)'"

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
# files than Go knows of when it takes a result from its cache. The analysis takes
# minutes, and more than ten where a machine is busy.
test: ## run all tests, with the race detector where a C compiler is
	go mod download
	@command -v node >/dev/null || echo "no Node: tests of the CDK's construct are skipped, or in CI fail" >&2
	@for program in curl git; do command -v $$program >/dev/null || echo "no $$program: pages of the documentation are not run, or in CI fail" >&2; done
	$(WITH_CGO) go test -count=1 -timeout 30m -exec 'env CGO_ENABLED=0' $$($(WITH_CGO) tools/race) $$(go list ./... | grep -v $(foreach p,$(UNRACED),-e /$p$$))
	go test -count=1 -timeout 30m $(addprefix ./,$(UNRACED))
	for module in $(MODULES); do (cd $$module && go test -count=1 ./...) || exit; done

oracle: ## compare our output with the reference's (CHALICE_ORACLE says where that is)
	CHALICE_ORACLE=$(CHALICE_ORACLE) go test -count=1 -run Oracle -v ./... | grep -v -e '^ *=== ' -e '^ *--- PASS' -e 'no test'

# The CDK's libraries take minutes to compile for one more system, and have nothing of it.
# Nobody runs what is compiled for it here: without inlining that takes less.
check: check-python ## what has to pass before a commit: format, vet, staticcheck, tidy, imports, licenses, golden files, ruff
	@files=$$(find . -name '*.go' -not -path './.tools/*' | xargs gofmt -l); [ -z "$$files" ] || { echo "gofmt these files:"; echo "$$files"; exit 1; }
	go vet ./...
	GOOS=windows go vet -gcflags=all=-l $$(go list ./... | grep -v -e /cdkconstruct -e /examples/cdk)
	go run $(STATICCHECK) ./...
	go mod tidy -diff
	for module in $(MODULES); do (cd $$module && go vet ./... && go run $(STATICCHECK) ./... && go mod tidy -diff) || exit; done
	go test -count=1 ./internal/layout
	for module in . $(LICENSED); do go -C tools/licenses run . ../../$$module || exit; done
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
CONFORMANCE := $(addprefix conformance-,deploy examples local lifecycle sources fronts pipelines projects deploying oracle cdk openapi migrate production large templates terraform sockets docs site workflows)
conformance: ## have the tools of others judge us: cfn-lint, the CLIs of SAM and AWS, the CDK's toolkit, Terraform's AWS provider, checkov, actionlint, Chalice for Python
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

# The examples, as docs/production.md configures apps in production.
conformance-production: $(VENV)/ready $(CHECKOV)/ready build
	$(VENV)/bin/python tools/conformance/production.py bin/chalice $(CHECKOV)/bin/checkov

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

# Each example as its README says: run here and called, deployed by our own command and
# called, and deleted.
conformance-examples: $(VENV)/ready build
	$(IN_AWS) tools/conformance/called.py bin/chalice
	PATH=$(CURDIR)/$(VENV)/bin:$$PATH $(VENV)/bin/python tools/endpoint go test -count=1 -run 'Members|Stores' ./examples/chat ./examples/todo

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

# Websockets that Python's and Node's libraries make, in examples/chat.
conformance-sockets: $(VENV)/ready $(WS)/ready build
	NODE_PATH=$(CURDIR)/$(WS)/node_modules $(VENV)/bin/python tools/conformance/sockets.py bin/chalice

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

# The documents of chalice openapi: others judge them, make clients of one that call
# chalice local, and make up requests to compare its answers with.
conformance-openapi: $(CLIENTS)/ready $(FUZZER)/ready $(VENV)/ready build
	PATH=$(CURDIR)/$(CLIENTS)/node_modules/.bin:$$PATH $(VENV)/bin/python tools/conformance/openapi.py bin/chalice
	PATH=$(CURDIR)/$(CLIENTS)/node_modules/.bin:$$PATH python3 tools/conformance/clients.py bin/chalice
	$(FUZZER)/bin/python tools/conformance/answers.py bin/chalice

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
		go test -count=1 -run 'Migrat|ReferenceNames' ./package ./cmd/chalice ./internal/migrate ./internal/layout

# Projects of all types that chalice new-project makes, deployed.
conformance-projects: $(VENV)/ready $(CDK)/ready build
	PATH=$(CURDIR)/$(CDK)/node_modules/.bin:$(CURDIR)/$(VENV)/bin:$$PATH $(VENV)/bin/python tools/endpoint \
		python tools/conformance/projects.py bin/chalice

# Every page of the site in Debian's Chromium, as conformance-local has it, the
# spelling of whatever people read, and whether terminals print what pictures show.
conformance-site: $(BROWSER)/ready $(SPELLING)/ready $(VENV)/ready site build
	$(SITE)/bin/python tools/conformance/strict.py $(SITE)/bin/mkdocs
	python3 tools/conformance/spelling.py $(SPELLING)/node_modules/.bin/cspell
	$(DRAWN) --check terminal
	$(IN_EMPTY_AWS) $(DRAWN) --check deploy
	bin/chalice graph --project-dir examples/orders --format svg | diff -u docs/images/graph.svg -
	@if [ -z "$(CHROMIUM)" ]; then \
		echo "no Chromium: the site is not looked at (Debian: apt-get install chromium)" >&2; test -z "$$CI"; exit; fi; \
	NODE_PATH=$(CURDIR)/$(BROWSER)/node_modules CHROMIUM=$(CHROMIUM) node tools/conformance/site.js dist/site .tools/screenshots

DRAWN := $(SITE)/bin/python tools/site/terminal.py bin/chalice docs/images
IN_EMPTY_AWS := PATH=$(CURDIR)/$(VENV)/bin:$$PATH $(VENV)/bin/python tools/endpoint
# What the docs show of the console is pictured while it is tested, and terminals are drawn
# from what is printed.
.PHONY: pictures
pictures: $(BROWSER)/ready $(VENV)/ready $(SITE)/ready build ## make the pictures of docs/images anew
	$(DRAWN) terminal
	$(IN_EMPTY_AWS) $(DRAWN) deploy
	bin/chalice graph --project-dir examples/orders --format svg > docs/images/graph.svg
	NODE_PATH=$(CURDIR)/$(BROWSER)/node_modules CHROMIUM=$(CHROMIUM) \
		node tools/conformance/console.js bin/chalice .tools/screenshots docs/images
	$(SITE)/bin/python tools/site/smaller.py docs/images/*.png

# A warning, of a link to nowhere for one, fails the build.
.PHONY: site
site: $(SITE)/ready ## build the documentation's site in dist/site
	NO_MKDOCS_2_WARNING=1 $(SITE)/bin/mkdocs build --strict # --quiet would hide warnings from --strict, too

# The pages of the documentation, with the commands that only AWS can answer: each
# page has an endpoint of its own.
conformance-docs: $(VENV)/ready $(SAM)/ready $(CDK)/ready
	python3 tools/conformance/workflow.py | go run $(ACTIONLINT) -shellcheck= -pyflakes= -
	@echo "actionlint finds nothing in the workflow of docs/pipelines.md"
	PATH=$(CURDIR)/$(CDK)/node_modules/.bin:$(CURDIR)/$(VENV)/bin:$(CURDIR)/$(SAM)/bin:$$PATH \
		DOCSTEST_PYTHON=$(CURDIR)/$(VENV)/bin/python go test -count=1 -run 'Tutorial|Readme|Pages' ./docs

# A release of this commit, made by goreleaser: some minutes, of which it takes the most to
# compile goreleaser, once. So it isn't among the others.
GORELEASER := v2.12.7
.PHONY: conformance-release
conformance-release: .tools/goreleaser-$(GORELEASER)/goreleaser build
	python3 tools/conformance/release.py $< bin/chalice

.tools/goreleaser-%/goreleaser:
	GOBIN=$(CURDIR)/$(@D) go install github.com/goreleaser/goreleaser/v2@$*

# Our own workflows, and the pins of the actions that they use.
conformance-workflows:
	go run $(ACTIONLINT) -shellcheck= -pyflakes=
	@! grep -nE '^ *-? *uses: [^.]' .github/workflows/*.yml | grep -vE '@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+$$' || { echo "an action is pinned by its commit, since tags can be moved: @COMMIT # v1.2.3" >&2; exit 1; }
	@echo "actionlint finds nothing in our workflows"

soak: $(VENV)/ready build ## keep chalice local busy for a minute, then deploy for some more while AWS fails and deploy is killed
	python3 tools/conformance/soak.py bin/chalice
	PATH=$(CURDIR)/$(VENV)/bin:$$PATH $(VENV)/bin/python tools/endpoint python tools/conformance/faults.py bin/chalice

endpoint: $(VENV)/ready ## serve an AWS for tests on loopback, until interrupted
	$(VENV)/bin/python tools/endpoint

$(CDK)/ready: tools/conformance/cdk.txt
$(WS)/ready: tools/conformance/sockets.txt
$(BROWSER)/ready: tools/conformance/browser.txt
$(CLIENTS)/ready: tools/conformance/openapi.txt
$(SPELLING)/ready: tools/site/spelling.txt
$(CDK)/ready $(WS)/ready $(BROWSER)/ready $(CLIENTS)/ready $(SPELLING)/ready:
	@command -v npm >/dev/null || { echo "the CDK's toolkit, ws, playwright-core, cspell, Spectral and openapi-typescript need Node: install Node 20.18 or later, with npm" >&2; exit 1; }
	npm install --prefix $(@D) --no-save --no-audit --no-fund --silent $$(cat $<)
	touch $@

# The wheel alone, of 60 MB: it is read, and not installed.
$(TERRAFORM)/ready: tools/conformance/terraform.txt | $(VENV)/ready
	rm -rf $(@D)
	$(VENV)/bin/python -m pip download --quiet --disable-pip-version-check --no-deps --dest $(@D) --requirement $<
	touch $@

# Virtual environments, so that the versions are the pinned ones. The SAM CLI and
# the fuzzer have their own, since their pins exclude those of the others, as have
# checkov and Chalice for Python, and so has Ruff, which `make check` installs without them.
$(VENV)/ready: tools/conformance/requirements.txt
$(SAM)/ready: tools/conformance/sam.txt
$(FUZZER)/ready: tools/conformance/fuzzer.txt
$(CHECKOV)/ready: tools/conformance/checkov.txt
$(CHECKOV)/ready: export PIP_NO_DEPS := 1
$(REFERENCE)/ready: tools/conformance/reference.txt
$(RUFF)/ready: tools/ruff.txt
$(SITE)/ready: tools/site/requirements.txt
# All of it takes longer to compile than what is used of it, which Python compiles then.
.tools/%/ready: export PIP_NO_COMPILE := 1
.tools/%/ready:
	python3 -m venv --clear $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

clean: ## remove what the targets above made
	rm -rf bin dist .tools
