# Chalice for Go. `make help` lists the targets.

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
VENV        := .tools/conformance
CDK         := .tools/cdk
TEMPLATES   := testdata/templates
# What the reference really outputs, where a copy of it lies beside this checkout.
CHALICE_ORACLE ?= ../shared/oracle
# Tested without the race detector: they start no goroutines, and it takes a
# minute to compile the CDK's libraries with it.
CDK_PACKAGES := cdkconstruct examples/cdk

SHELL       := bash
.SHELLFLAGS := -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help build install demo test oracle check golden bench conformance clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## compile the command to bin/chalice
	go build -o bin/chalice ./cmd/chalice

install: ## compile the command into Go's own bin folder
	go install ./cmd/chalice

demo: build ## package an example and call what was packaged, here
	go run ./tools/demo

# -count=1, since tests that compile programs or list packages depend on more
# files than Go knows of when it takes a result from its cache.
test: ## run all tests, with the race detector where a C compiler is
	go mod download
	@command -v node >/dev/null || echo "no Node: tests of the CDK's construct are skipped, or in CI fail" >&2
	go test -count=1 $$(tools/race) $$(go list ./... | grep -v $(foreach p,$(CDK_PACKAGES),-e /$p$$))
	go test -count=1 $(addprefix ./,$(CDK_PACKAGES))
	cd bench && go test -count=1 ./...

oracle: ## compare our output with the reference's (CHALICE_ORACLE says where that is)
	CHALICE_ORACLE=$(CHALICE_ORACLE) go test -count=1 -run Oracle -v ./... | grep -v -e '^ *=== ' -e '^ *--- PASS' -e 'no test'

check: ## what has to pass before a commit: format, vet, staticcheck, tidy, imports, golden files
	@files=$$(find . -name '*.go' -not -path './.tools/*' | xargs gofmt -l); [ -z "$$files" ] || { echo "gofmt these files:"; echo "$$files"; exit 1; }
	go vet ./...
	go run $(STATICCHECK) ./...
	go mod tidy -diff
	cd bench && go vet ./... && go run $(STATICCHECK) ./... && go mod tidy -diff
	go test -count=1 ./internal/layout
	tools/check-golden $(TEMPLATES) config/config.schema.json docs/configuration.md internal/scaffold/cdktemplate

golden: ## rewrite the expected templates, the schema, the table of keys and what a new CDK project needs; the diff is the review
	go test ./synth -count=1 -run Golden -update
	go test ./config -count=1 -run 'SchemaFile|ConfigurationDoc' -update
	go test ./internal/scaffold -count=1 -run CDKRequirements -update

bench: ## run all benchmarks, and compare the runtime with others (bench/)
	go test -run '^$$' -bench . -benchmem ./...
	cd bench && go run ./report

conformance: $(VENV)/ready ## have cfn-lint and AWS's SAM translator judge the expected templates, and moto's S3 take them
	$(VENV)/bin/python tools/conformance/templates.py $(TEMPLATES)
	$(VENV)/bin/python tools/conformance/notifications.py $(TEMPLATES)/buckets/sam.yaml
	@if [ -d $(CHALICE_ORACLE) ]; then $(MAKE) --no-print-directory conformance-oracle; \
	else echo "the reference's cases are not beside this checkout: their templates are not judged"; fi

# The CDK's toolkit deploys examples/cdk into the same endpoint.
.PHONY: conformance-cdk
conformance-cdk: $(VENV)/ready $(CDK)/ready
	PATH=$(CURDIR)/$(CDK)/node_modules/.bin:$(CURDIR)/$(VENV)/bin:$$PATH $(VENV)/bin/python tools/endpoint \
		python tools/conformance/cdk.py

$(CDK)/ready: tools/conformance/cdk.txt
	@command -v npm >/dev/null || { echo "the CDK's toolkit needs Node: install Node 20 or later, with npm" >&2; exit 1; }
	npm install --prefix $(@D) --no-save --no-audit --no-fund --silent $$(cat $<)
	touch $@

.PHONY: conformance-oracle
conformance-oracle: $(VENV)/ready
	rm -rf .tools/oracle
	CHALICE_ORACLE=$(CHALICE_ORACLE) CHALICE_ORACLE_TEMPLATES=$(CURDIR)/.tools/oracle go test -count=1 -run OracleTemplates ./package
	$(VENV)/bin/python tools/conformance/templates.py --invented .tools/oracle

# A virtual environment of its own, so that the versions are the pinned ones.
$(VENV)/ready: tools/conformance/requirements.txt
	python3 -m venv --clear $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

clean: ## remove what the targets above made
	rm -rf bin dist .tools
