# giaoban: `make run` to try it, `make test` for everything CI runs. Both install what they need.
.DEFAULT_GOAL := help
SHELL := /bin/bash

.PHONY: help run test lint test-rust test-web test-e2e test-bad-links test-interop fuzz bench soak faults build generate setup deb bundle test-deb clean sbom audit

help:            ## This list
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/: *##/\t/; s/: [^#]*## */\t/' | expand -t 16

run:             ## Build and serve the demonstration briefing on http://localhost:8080
	@scripts/run

test:            ## Everything CI runs, from a machine with only Rust and Node
	@scripts/test

lint:            ## Formatting, Clippy, licences, ESLint, tsc
	@scripts/test lint

test-rust:       ## Unit, property, contract and scenario tests of the Rust crates
	@scripts/test rust

test-web:        ## Unit tests of the web client
	@scripts/test web

test-e2e:        ## Three Chromiums hold a briefing
	@scripts/test e2e

test-interop:    ## aiortc and GStreamer publish with WHIP and watch with WHEP
	@scripts/test interop

sbom:            ## Bill of materials of what is shipped (CycloneDX): target/sbom/giaoban.cdx.json
	@scripts/sbom

audit:           ## Known vulnerabilities of dependencies; needs the Internet, exit 3 = not everything could be checked
	@scripts/audit

fuzz:            ## Fuzz every parser of network input, a minute each; scripts/fuzz SECONDS TARGET… for more
	@scripts/fuzz

test-bad-links:  ## Chromium behind cables that lose, delay and queue (as root: it makes network namespaces)
	@scripts/test bad-links

bench:           ## Media path measurements, as ratios to the floor row; writes target/bench.json
	@scripts/bench

soak:            ## Half an hour of joins, leaves, switches and loss; fails if memory or files grow. Writes target/soak
	@scripts/soak

faults:          ## 200 crashes, full disks, lost databases, clock jumps and pauses; scripts/faults RUNS SEED for others
	@scripts/faults

build:           ## The release binary with the web client inside: target/release/giaoban
	@scripts/build

deb:             ## The Debian package: target/giaoban_VERSION_ARCH.deb
	@scripts/deb

bundle:          ## Everything for an installation without Internet: target/giaoban-VERSION-ARCH.tar.gz
	@scripts/bundle

test-deb:        ## Install, start, upgrade and purge the package in an empty Debian (root, some minutes)
	@scripts/test-deb

generate:        ## Regenerate OpenAPI, TypeScript types and other committed generated files
	@scripts/generate

setup:           ## Install the Debian packages, tools and Node packages that the tests need
	@scripts/setup test

clean:           ## Remove build output and installed Node packages
	rm -rf target web-client/dist web-client/node_modules tests/e2e/node_modules
