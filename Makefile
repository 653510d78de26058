# The first Python found makes the environments; everything else runs in them.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do $$p -c '' 2>/dev/null && echo $$p && break; done)
FIRSTLINE := .venv/bin/firstline
# Each worker holds models and a browser of its own: about 2 GB.
WORKERS ?= 2
# With a thread for each core in each worker, BLAS would spend almost half of the processor's time waiting for itself.
PYTEST := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 .venv/bin/pytest

SERVICE_TESTS := tests/services tests/upgrade tests/backup tests/customer_data tests/doctor/test_servers.py tests/core tests/conversations tests/chat tests/desk tests/promises tests/staff tests/serve/test_schema.py

.PHONY: run test test-services chaos fuzz audit check setup train clean-state help

help: ## Show what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## Make both environments
	@test -n "$(PYTHON)" || { echo "No Python was found. Install Python 3.11 and run the same command again."; exit 1; }
	@$(PYTHON) tools/bootstrap.py

run: setup ## Set up what is missing and serve (PORT=8000)
	@exec $(FIRSTLINE) run

train: setup ## Train the bot anew
	@$(FIRSTLINE) train

test: setup ## Set up what is missing and run all tests that need no outside service
	@$(FIRSTLINE) prepare
	@$(PYTEST) -m "not services" -n $(WORKERS) --dist loadgroup $(ARGS)

test-services: setup ## Run the suites that store something against DATABASE_URL (emptied!) and REDIS_URL
	@test -n "$(DATABASE_URL)" -a -n "$(REDIS_URL)" || { echo "Say which servers: make test-services DATABASE_URL=postgresql://USER@HOST/NAME REDIS_URL=redis://HOST:6379/0 - the tests empty that database."; exit 1; }
	@.venv/bin/python tools/reachable.py "$(DATABASE_URL)" "$(REDIS_URL)"
	@FIRSTLINE_TEST_DATABASE_URL="$(DATABASE_URL)" DATABASE_URL="$(DATABASE_URL)" REDIS_URL="$(REDIS_URL)" \
	  $(PYTEST) -q -n $(WORKERS) --dist loadgroup $(SERVICE_TESTS) $(ARGS)

chaos: setup ## Hold CONVERSATIONS=5000 while app, bot, database and Redis are killed (most of an hour)
	@$(FIRSTLINE) prepare
	@CHAOS_CONVERSATIONS=$(or $(CONVERSATIONS),5000) .venv/bin/pytest tests/services/test_chaos.py -q -s $(ARGS)

fuzz: setup ## Try far more inputs than make test does (EXAMPLES=20 times as many)
	@FUZZ_EXAMPLES=$(or $(EXAMPLES),20) .venv/bin/pytest tests/fuzz -q -s $(ARGS)

audit: setup ## Hold the lock files against published advisories (OSV=FILE.zip reads an export instead of the net)
	@.venv/bin/python tools/audit.py $(if $(OSV),--osv $(OSV))

check: setup ## Linters, types, import rules
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

clean-state: ## Delete everything Firstline made: database, indexes, models
	@rm -rf var
