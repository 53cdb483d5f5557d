# For hands that type make. Everything happens in poll.py, which works where there is no make.
PYTHON ?= python3

install demo test bench lint:
	$(PYTHON) poll.py $@ $(ARGS)

.PHONY: install demo test bench lint
