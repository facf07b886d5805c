# Each target installs what it needs first, which takes a moment where that is done already.
.PHONY: run demo test lint

run:
	@sh tools/setup.sh
	@exec .venv/bin/anyam run

demo:
	@sh tools/setup.sh
	@exec .venv/bin/anyam demo

test:
	@sh tools/setup.sh --dev
	.venv/bin/python -m pytest -q --cov --cov-report=term

lint:
	@sh tools/setup.sh --dev
	.venv/bin/python -m ruff check
	.venv/bin/python -m ruff format --check
	.venv/bin/python -m mypy
	.venv/bin/lint-imports
