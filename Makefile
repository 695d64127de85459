# Everything there is to do with the source: `make help` lists it.

VERSION = 0.1.0

.DEFAULT_GOAL := build
.DELETE_ON_ERROR:
.SUFFIXES:
SHELL := /bin/bash
comma := ,

# A compiler of your choice: make CC=clang
ifeq ($(origin CC),default)
CC := gcc
endif

# make SANITIZE=address,undefined or SANITIZE=thread builds beside the ordinary build, not over it.
SANITIZE :=
BUILD := build$(if $(SANITIZE),/$(subst $(comma),-,$(SANITIZE)))

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wvla -Wformat=2 -Werror
ifeq ($(SANITIZE),)
CODE := -O2 -g -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2
else
CODE := -O1 -g -fno-omit-frame-pointer -fsanitize=$(SANITIZE) $(if $(findstring undefined,$(SANITIZE)),-fno-sanitize-recover=undefined)
endif
CFLAGS := -std=c17 -D_GNU_SOURCE -I. $(WARNINGS) $(CODE) -fPIE -pthread
LDFLAGS := -pie -Wl,-z,relro,-z,now $(if $(SANITIZE),-fsanitize=$(SANITIZE)) -pthread

# Asked for when first used: pkg-config itself may have to be installed before.
RECORD_LIBRARIES := jansson uuid liburiparser libxxhash libutf8proc zlib
PACKAGES := libmicrohttpd gnutls libpq $(RECORD_LIBRARIES)
PACKAGE_CFLAGS = $(eval PACKAGE_CFLAGS := $$(shell pkg-config --cflags $(PACKAGES)))$(PACKAGE_CFLAGS)
SERVER_LIBS = $(shell pkg-config --libs $(PACKAGES)) -lm
UNIT_LIBS = $(shell pkg-config --libs $(RECORD_LIBRARIES) check) -lm

ARCHIVE_SOURCES := $(wildcard schema/*.c handlers/*.c)
SERVER_SOURCES := $(wildcard server/*.c)
UNIT_SOURCES := $(wildcard tests/unit/*.c tests/unit/*/*.c)
HEADERS := $(wildcard schema/*.h handlers/*.h server/*.h tests/unit/*.h tests/unit/*/*.h)
SOURCES := $(ARCHIVE_SOURCES) $(SERVER_SOURCES) $(UNIT_SOURCES)
MAPS := $(sort $(wildcard examples/maps/*.json))
MIGRATIONS := $(sort $(wildcard migrations/*.sql))

object = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
ARCHIVE_OBJECTS := $(call object,$(ARCHIVE_SOURCES)) $(BUILD)/obj/version.o $(BUILD)/obj/docs_assets.o $(BUILD)/obj/maps.o
SERVER_OBJECTS := $(call object,$(SERVER_SOURCES)) $(BUILD)/obj/migrations.o
UNIT_OBJECTS := $(call object,$(UNIT_SOURCES))

PYTHON := /usr/bin/python3
PYTEST_WORKERS := 4 # on two cores: half of the tests wait

.PHONY: help build run test unit api contract-fuzz docs-assets image image-test deps deps-test deps-bench deps-lint bench bench-export bench-changes bench-import bench-match bench-match-speed bench-match-train bench-search bench-networks format clean FORCE
.PHONY: lint lint-openapi lint-format lint-tidy lint-cppcheck lint-shell lint-unit lint-image lint-layers check-headers

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo "  SANITIZE=address,undefined or SANITIZE=thread, CC=gcc or CC=clang and BUILD=folder go with any of them."

build: $(BUILD)/stanced ## build/stanced

run: deps ## install what is missing, build, start PostgreSQL under ./var, serve
	@$(MAKE) --no-print-directory build
	@STANCED_BINARY=$(BUILD)/stanced server/run

test: deps-test ## unit tests, and the API tests against a PostgreSQL of their own
	@$(MAKE) --no-print-directory unit api

# The sanitizers' own allocator and TSan's address layout do not get along with every kernel's randomisation.
STILL := $(if $(SANITIZE),$(shell setarch -R true 2>/dev/null && echo setarch -R))

unit: $(BUILD)/unit
	@$(STILL) $(BUILD)/unit

# What is asked and answered meanwhile is held against the API's description; after a part of the tests, as far as it goes.
EXCHANGES := $(abspath $(BUILD))/exchanges.ndjson

api: $(BUILD)/stanced $(BUILD)/openapi.json tests/contract/node_modules
	@rm -f $(EXCHANGES)
	@STANCED_BINARY=$(abspath $(BUILD)/stanced) STANCED_SANITIZE=$(SANITIZE) STANCED_RECORD=$(EXCHANGES) PYTHONDONTWRITEBYTECODE=1 \
	    $(STILL) $(PYTHON) -m pytest tests -n $(PYTEST_WORKERS) -q -p no:cacheprovider $(PYTEST)
	@node tests/contract/check.mjs $(BUILD)/openapi.json $(EXCHANGES) $(if $(PYTEST),--partial)

$(BUILD)/openapi.json: $(BUILD)/stanced
	@$(STILL) $< openapi >$@

tests/%/node_modules: tests/%/package-lock.json
	@cd $(@D) && npm ci --omit=optional --ignore-scripts --no-audit --no-fund --silent && touch node_modules

# FUZZ_SEED, FUZZ_REQUESTS: another course, or a longer one.
contract-fuzz: $(BUILD)/stanced ## 20,000 requests made from the API's description, valid and broken; best with SANITIZE=address,undefined
	@STANCED_BINARY=$(abspath $(BUILD)/stanced) STANCED_SANITIZE=$(SANITIZE) PYTHONDONTWRITEBYTECODE=1 \
	    $(STILL) $(PYTHON) -m pytest tests/contract/fuzz.py -q -s -p no:cacheprovider

deps: ## Debian packages for building and running
	@.ci/deps run
deps-test: ## … for the tests
	@.ci/deps test
bench: deps-bench ## the service beside its peers, pgbench and a bare libmicrohttpd reply; BENCH_RESULTS=bench writes bench/RESULTS.md anew
	@$(MAKE) --no-print-directory $(BUILD)/stanced $(BUILD)/bare bench/peers/node/node_modules bench/peers/postgraphile/node_modules
	@folder=$$(mktemp -d); chmod 755 $$folder; BUILD=$(BUILD) server/cluster run --ephemeral -c shared_buffers=256MB -c max_connections=300 \
	    $$folder/pg -- bench/run; status=$$?; rm -rf $$folder; exit $$status

bench-import: deps-bench ## import of 870,109 votes beside COPY of the same rows; reads by id meanwhile
	@$(MAKE) --no-print-directory $(BUILD)/stanced
	@folder=$$(mktemp -d); chmod 755 $$folder; BUILD=$(BUILD) server/cluster run --ephemeral -c shared_buffers=256MB -c max_wal_size=4GB \
	    $$folder/pg -- bench/import; status=$$?; rm -rf $$folder; exit $$status

bench-match: deps-bench ## how well claims are matched: MAP and MRR on the tweets under STANCED_TEST_DATA
	@$(MAKE) --no-print-directory $(BUILD)/stanced
	@$(call on_a_cluster,bench/match)

bench-networks: deps-bench ## networks of the United Nations' votes under STANCED_TEST_DATA beside a self-join in SQL
	@$(MAKE) --no-print-directory $(BUILD)/stanced
	@$(call on_a_cluster,bench/networks)

bench-match-speed: deps-bench ## what a match costs beside a read by id, and what its index adds to writes
	@$(MAKE) --no-print-directory $(BUILD)/stanced
	@$(call on_a_cluster,bench/match_speed)

bench-match-train: deps-bench ## learn the weights of handlers/likeness_model.c anew
	@$(MAKE) --no-print-directory $(BUILD)/stanced
	@$(call on_a_cluster,bench/match_train)

bench-search: deps-bench ## what searches, suggestions and the indexes behind them cost; BENCH_CLAIMS=1000000 for a large database
	@$(MAKE) --no-print-directory $(BUILD)/stanced
	@$(call on_a_cluster,bench/search)

# Runs a command with a PostgreSQL of its own.
on_a_cluster = folder=$$(mktemp -d); chmod 755 $$folder; BUILD=$(BUILD) server/cluster run --ephemeral -c shared_buffers=256MB \
    $$folder/pg -- $(1); status=$$?; rm -rf $$folder; exit $$status

# Bun's and Node's packages fetch their binaries when they are installed, so their scripts have to run.
bench/peers/%/node_modules: bench/peers/%/package-lock.json
	@cd $(@D) && npm ci --no-audit --no-fund --silent && touch node_modules

bench-export: deps-bench ## an export beside COPY … TO of the same tables, and by-id reads meanwhile
	@$(MAKE) --no-print-directory $(BUILD)/stanced
	@folder=$$(mktemp -d); chmod 755 $$folder; BUILD=$(BUILD) server/cluster run --ephemeral -c shared_buffers=512MB -c max_connections=300 \
	    $$folder/pg -- bench/export; status=$$?; rm -rf $$folder; exit $$status

bench-changes: deps-bench ## 5,000 idle subscribers of the feed: memory, and by-id reads with and without them
	@$(MAKE) --no-print-directory $(BUILD)/stanced
	@folder=$$(mktemp -d); chmod 755 $$folder; BUILD=$(BUILD) server/cluster run --ephemeral -c max_connections=300 \
	    $$folder/pg -- bench/changes; status=$$?; rm -rf $$folder; exit $$status

$(BUILD)/bare: bench/bare.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $< $(LDFLAGS) $$(pkg-config --cflags --libs libmicrohttpd)

# With buildah, podman or docker, whichever is there.
IMAGE := stanced:latest
ENGINE = $(firstword $(shell for name in buildah podman docker; do command -v $$name; done))

image: ## the container image, stanced:latest
	@$(if $(ENGINE),,$(error "make image needs buildah, podman or docker"))$(ENGINE) build $(if $(filter %docker,$(ENGINE)),,--format docker) \
	    -f docker/Dockerfile -t $(IMAGE) --build-arg VERSION=$(VERSION) --build-arg REVISION=$(DESCRIBED) \
	    --build-arg CREATED=$$(date -u +%Y-%m-%dT%H:%M:%SZ) .

image-test: tests/image/node_modules ## build the image as root and try it out; takes minutes
	@.ci/deps image
	@$(MAKE) --no-print-directory docs-assets
	@VERSION=$(VERSION) REVISION=$(DESCRIBED) tests/image/run

deps-lint: ## … for lint
	@.ci/deps lint test
deps-bench: ## … for the benchmark
	@.ci/deps bench

lint: deps-lint ## format, static analysis, and what the layers may know of each other
	@$(MAKE) --no-print-directory --keep-going -j 2 --output-sync=target \
	    lint-format lint-cppcheck lint-shell lint-unit lint-image lint-layers lint-openapi check-headers lint-tidy
	@echo "lint: clean"

format: ## let clang-format lay out the code
	clang-format -i $(SOURCES) $(HEADERS)

clean: ## remove what was built; the data under ./var stays
	rm -rf build

# --- What is built

$(BUILD)/stanced: $(SERVER_OBJECTS) $(BUILD)/libstanced.a
	$(CC) $(LDFLAGS) -o $@ $^ $(SERVER_LIBS)

$(BUILD)/libstanced.a: $(ARCHIVE_OBJECTS)
	rm -f $@
	$(AR) rcs $@ $^

# Linked without libmicrohttpd and libpq: a handler that does I/O does not get this far.
$(BUILD)/unit: $(UNIT_OBJECTS) $(BUILD)/libstanced.a
	$(CC) $(LDFLAGS) -o $@ $^ $(UNIT_LIBS)

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(PACKAGE_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/%.o: $(BUILD)/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(PACKAGE_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/migrations.o: $(MIGRATIONS)

# What follows from something other than files is made every time, and kept where it came out the same.
keep = { cmp -s $@.new $@ && rm $@.new || mv $@.new $@; }

DESCRIBED = $(shell git --git-dir=.git describe --always --dirty --exclude='*' 2>/dev/null)

$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CFLAGS) $(LDFLAGS)' >$@.new && $(keep)

$(BUILD)/version.c: FORCE
	@mkdir -p $(@D)
	@printf '#include "schema/version.h"\n\nconst char stanced_version[] = "%s";\n' \
	    '$(VERSION)$(addprefix +g,$(DESCRIBED))' >$@.new && $(keep)

$(BUILD)/migrations.c: migrations/embed FORCE
	@mkdir -p $(@D)
	@migrations/embed $(MIGRATIONS) >$@.new && $(keep)

# The maps of tables that come with the binary.
$(BUILD)/obj/maps.o: $(MAPS)

$(BUILD)/maps.c: handlers/embed_maps $(MAPS) FORCE
	@mkdir -p $(@D)
	@handlers/embed_maps $(MAPS) >$@.new && $(keep)

# The page at /docs, by a library from npm: part of the binary where its files are there when that is built.
DOCS := build/docs

docs-assets: ## fetch what the page at /docs is made of; the next build takes it in
	@mkdir -p $(DOCS) && cp handlers/docs/package.json handlers/docs/package-lock.json $(DOCS)/
	@cd $(DOCS) && npm ci --ignore-scripts --no-audit --no-fund --silent

$(BUILD)/docs_assets.c: handlers/embed_docs FORCE
	@mkdir -p $(@D)
	@handlers/embed_docs $(DOCS)/node_modules/swagger-ui-dist >$@.new && $(keep)

$(BUILD)/obj/docs_assets.o: $(wildcard $(DOCS)/node_modules/swagger-ui-dist/swagger-ui*)

# --- What lint looks at

# A header compiles alone, and twice, with either compiler.
check-headers: $(addprefix check-header/,$(HEADERS)) ## every header compiles alone

check-header/%: FORCE
	@for compiler in gcc clang; do \
	    printf '#include "%s"\n#include "%s"\nint one_declaration_at_least;\n' $* $* | \
	        $$compiler $(CFLAGS) $(PACKAGE_CFLAGS) -fsyntax-only -x c - || exit 1; \
	done

lint-format:
	@clang-format --dry-run -Werror $(SOURCES) $(HEADERS)

# One process per file, so that make spreads them over the cores; a file that passed is looked at again once it or a header changed.
lint-tidy: $(patsubst %.c,build/tidy/%.ok,$(SOURCES))

build/tidy/%.ok: %.c .clang-tidy $(HEADERS)
	@mkdir -p $(@D)
	@clang-tidy --quiet $< -- $(CFLAGS) $(PACKAGE_CFLAGS) 2>$@.log || { cat $@.log; exit 1; }
	@touch $@

lint-cppcheck:
	@mkdir -p build/cppcheck
	@cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability --inline-suppr \
	    --suppress=missingIncludeSystem --suppress=uninitvar:server/* -j 2 --cppcheck-build-dir=build/cppcheck -I. $(SOURCES)

lint-shell:
	@shellcheck .ci/run .ci/deps .ci/layers server/cluster server/run migrations/embed handlers/embed_docs handlers/embed_maps \
	    docker/database.sh tests/image/run tests/image/try

lint-image: tests/image/node_modules
	@node tests/image/check.mjs compose docker/compose.yaml
	@node tests/image/check.mjs kubernetes docker/kubernetes.yaml

# An exposure of at most 2.0 on its scale to 10.
lint-unit:
	@mkdir -p build
	@systemd-analyze security --offline=true --threshold=20 server/stanced.service >build/systemd.log || { cat build/systemd.log; exit 1; }

lint-openapi: $(BUILD)/openapi.json tests/contract/node_modules
	@REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true tests/contract/node_modules/.bin/redocly lint \
	    --config tests/contract/redocly.yaml --max-problems 20 $< >$<.log 2>&1 || { cat $<.log; exit 1; }

# What the layers may know of each other: by include, by symbol, by text.
lint-layers: $(BUILD)/libstanced.a
	@.ci/layers $<

-include $(patsubst %.o,%.d,$(ARCHIVE_OBJECTS) $(SERVER_OBJECTS) $(UNIT_OBJECTS))
