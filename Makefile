# The targets of the project; `make help` lists them.
SHELL := /bin/bash
JOBS ?= $(shell nproc)
HTTP ?= 127.0.0.1:8080
MODE ?= development

.DEFAULT_GOAL := help
.PHONY: help setup build package run clips-demo stream-producer stream-consumer stream-demo flink-demo test test-long bench bench-publish bench-stream bench-clips bench-dashboard format lint docs fuzz clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install what building and running needs (Debian 12)
	@scripts/setup run

build: setup ## Build build/release/kinesight
	@scripts/build release kinesight

package: build ## Make the Debian package: build/packages/kinesight_VERSION_amd64.deb
	@cpack --config build/release/CPackConfig.cmake -B build/packages

run: build ## Run the demo: two rendered cameras, http://127.0.0.1:8080/ (ARGS="--stop-after 20" ends by itself)
	@HTTP=$(HTTP) scripts/demo --http $(HTTP) $(ARGS)

clips-demo: build ## A clip from a task: RabbitMQ, Redis, a camera and the clip service here (ARGS="--stay" goes on until Ctrl-C)
	@scripts/setup demo
	@scripts/clips-demo $(ARGS)

stream-producer: build ## Simulated measurements into the stream of config/stream.yaml (MODE=development, production, burst)
	@build/release/kinesight produce --config config/stream.yaml --mode $(MODE) $(ARGS)

stream-consumer: build ## Records from Kinesis into windows and DynamoDB (CONFIG=stream.yaml; ARGS="--local" keeps them in SQLite)
	@build/release/kinesight consume --config $(or $(CONFIG),config/stream.yaml) $(ARGS)

stream-demo: build ## A simulated feed through kinesight consume, here: the newest, windows, dead letters (ARGS="--seconds 60")
	@$(or $(wildcard .deps/test/bin/python),python3) scripts/stream-demo $(ARGS)

flink-demo: build ## The same windows by Apache Flink: Kinesis, the job of deploy/flink and DynamoDB, here (ARGS="--seconds 60")
	@scripts/setup test
	@.deps/test/bin/python scripts/flink-demo $(ARGS)

test: ## Build everything and run unit, contract and short integration tests
	@scripts/setup test
	@scripts/test $(ARGS)

test-long: ## Run also what takes long: ten cameras for a minute
	@scripts/setup test
	@scripts/test --long $(ARGS)

bench: ## Measure CPU and memory per camera, the latency of Kinesis video, clips a second and the dashboard, beside peers and the limit
	@scripts/setup test bench
	@scripts/build release kinesight -DKINESIGHT_BENCH=ON bench_pipeline bench_kvs
	@.deps/test/bin/python bench/run.py $(ARGS)
	@.deps/test/bin/python bench/kvs.py
	@.deps/test/bin/python bench/clips.py
	@.deps/test/bin/python bench/dashboard.py

bench-publish: ## Measure events a second into Kinesis, beside boto3 and HTTP alone
	@scripts/setup test
	@scripts/build release -DKINESIGHT_BENCH=ON bench_publish fake_aws
	@.deps/test/bin/python bench/publish.py $(ARGS)

bench-stream: ## Measure records a second, produced beside boto3 and windowed beside Flink and DuckDB, and what a million keys take
	@scripts/setup test
	@scripts/build release kinesight fake_aws
	@.deps/test/bin/python bench/stream.py $(ARGS)

bench-clips: ## The part of bench that is about clips
	@scripts/setup test bench
	@scripts/build release kinesight
	@.deps/test/bin/python bench/clips.py $(ARGS)

bench-dashboard: ## The part of bench that is about the dashboard: 64 cameras and 100,000 stored events in Chromium
	@scripts/setup test
	@scripts/build release kinesight
	@.deps/test/bin/python bench/dashboard.py $(ARGS)

format: ## Format every C++ file
	@scripts/setup lint
	@git ls-files '*.h' '*.cpp' | xargs clang-format-19 -i

lint: ## Check format, house rules and clang-tidy
	@scripts/setup test lint
	@scripts/lint

docs: build ## Generate docs/reference/ and deploy/iam/ from the option tables
	@build/release/kinesight reference --output docs/reference
	@mkdir -p deploy/iam
	@build/release/kinesight iam-policy --config config/aws.yaml > deploy/iam/infer.json
	@build/release/kinesight iam-policy --config config/aws.yaml --provision > deploy/iam/provision.json
	@build/release/kinesight iam-policy --config config/kvs.yaml > deploy/iam/kvs.json
	@build/release/kinesight iam-policy --of clips --config config/clips.yaml > deploy/iam/clips.json
	@build/release/kinesight iam-policy --of stream --config config/stream.yaml > deploy/iam/stream.json
	@build/release/kinesight iam-policy --of stream --config config/stream.yaml --provision > deploy/iam/stream-provision.json

fuzz: ## Run every fuzz target for EACH seconds (60)
	@scripts/setup run fuzz
	@scripts/fuzz $(or $(EACH),60)

clean: ## Remove build folders (keeps .deps and data)
	@rm -rf build
