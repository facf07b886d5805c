# Each target installs what it needs first, which takes a moment where that is done already.
.PHONY: run demo test lint bench

# `make run PORT=8001 HOST=0.0.0.0`. Only what is written so: some shells keep a HOST of their own in the environment.
told = $(if $(filter command,$(origin $(1))),--$(2) '$($(1))')
where = $(call told,HOST,host) $(call told,PORT,port)

run:
	@sh tools/setup.sh
	@exec .venv/bin/anyam run $(where)

demo:
	@sh tools/setup.sh
	@exec .venv/bin/anyam demo $(where)

test:
	@sh tools/setup.sh --dev
	.venv/bin/python -m pytest -q -n auto --maxprocesses 4 --dist loadfile --cov --cov-report=term

lint:
	@sh tools/setup.sh --dev
	.venv/bin/python -m ruff check
	.venv/bin/python -m ruff format --check
	.venv/bin/python -m mypy
	.venv/bin/lint-imports

# `make bench SIZES="50000 100000 500000"`: the sizes of the window at which the story engine is measured.
bench:
	@sh tools/setup.sh --dev
	.venv/bin/python tools/bench_stories.py $(if $(SIZES),--sizes $(SIZES))
