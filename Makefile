# The menu. `make demo` and `make test` need nothing done before them.
SIZE ?= city
PY := .venv/bin/python

.PHONY: help setup demo test lint types imports check-code bench fresh clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## install what is missing; leaves the command at .venv/bin/gridmap
	@bash scripts/setup.sh run

demo: ## serve the demo city on http://127.0.0.1:8050 (SIZE=city, subdistrict or community)
	@bash scripts/setup.sh run
	@exec .venv/bin/gridmap demo --size $(SIZE)

test: ## every test, on a real PostGIS and a real browser, in two processes
	@bash scripts/setup.sh test
	@$(PY) -m pytest --numprocesses 2 --no-loadscope-reorder

lint: ## ruff and the size of files
	@bash scripts/setup.sh test
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && $(PY) scripts/file_sizes.py

types: ## basedpyright
	@bash scripts/setup.sh test
	@.venv/bin/basedpyright

imports: ## who may import whom
	@bash scripts/setup.sh test
	@.venv/bin/lint-imports

check-code: lint types imports ## all three

bench: ## every figure of tests/benchmarks/RESULTS.md, measured side by side with its peer
	@bash scripts/setup.sh test
	@$(PY) -m tests.benchmarks

fresh: ## both commands in an empty Debian root (needs root and debootstrap)
	@bash scripts/fresh.sh

clean: ## forget the environment; the city under .gridmap stays
	rm -rf .venv build *.egg-info
