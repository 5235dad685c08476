# Everything that is done with this project. Without a target: help.
# Only Node.js with npm, Go (or Docker), Git and make have to be there; the rest is fetched or built once, into .tools/.

STACK ?= local-fabric
LEVEL ?=
MONITORING ?=

bin := node_modules/.bin
cache := .local/cache

.DEFAULT_GOAL := help

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r target text; do \
		printf '  make %-14s %s\n' "$$target" "$$text"; done
	@printf '\nSTACK is a file stacks/Pulumi.STACK.yaml, now %s. LEVEL is unit, golden, program, nodes, engine or e2e.\n' "$(STACK)"
	@printf 'Stacks that are not local ask before up and down; where there is no terminal, CONFIRM=STACK answers.\n'
	@printf 'Other commands run with the same tools by tools/run, for example: tools/run pulumi stack output\n'

up: ## Bring up the network of STACK, from whatever is there, and prove it with a transaction (MONITORING=1: with Prometheus)
	@tools/run tools/cli/main.ts up $(STACK) $(if $(filter 1,$(MONITORING)),--monitoring)

preview: ## Show what up would change
	@tools/run tools/cli/main.ts preview $(STACK)

preview-report: ## Judge what up would change: what holds data or keys and would be lost (FILE= a recorded one, MARKDOWN= a file)
	@tools/run tools/preview-report/main.ts $(STACK) $(if $(FILE),--file $(FILE)) $(if $(MARKDOWN),--markdown $(MARKDOWN))

verify: ## Prove the network of STACK with a transaction
	@tools/run tools/cli/main.ts verify $(STACK)

refresh: ## Read what is really there into the state of STACK
	@tools/run tools/cli/main.ts refresh $(STACK)

restore-drill: ## Restore the newest backup of STACK beside its network, compare, print RPO and RTO, and remove it
	@tools/run restore-drill/main.ts $(STACK)

exchange: ## Write the public part of STACK for partners to .local/exchange, and print its fingerprint
	@tools/run tools/cli/main.ts exchange $(STACK)

down: ## Remove the network of STACK, then its local cluster
	@tools/run tools/cli/main.ts down $(STACK)

consortium: ## Bring up three companies that share a channel, each with a stack and a cluster of its own, and tell how it is done
	@tools/run tools/consortium/main.ts up

consortium-down: ## Remove the consortium with its clusters
	@tools/run tools/consortium/main.ts down

test: ## Run all tests, or those of one LEVEL
	@tools/run tools/test-runner/main.ts $(LEVEL)

soak: ## Run the long stories, which `make test` leaves out
	@tools/run tools/test-runner/main.ts soak

bench: ## Measure, and print tables
	@tools/run tools/installer/main.ts engine fabric ethereum cluster
	@tools/run bench/main.ts

check: ## Check format, style, types and imports
	@tools/run true
	@$(MAKE) --no-print-directory --output-sync --jobs=4 format lint types circles
	@echo "Format, style, types and imports are fine."

tools: ## Install all tools, and list them
	@tools/run tools/installer/main.ts
	@tools/run tools/installer/main.ts --list

cluster: ## Start a local cluster alone (NAME= another one than the default)
	@tools/run tools/installer/main.ts fabric cluster
	@tools/run local-cluster/main.ts up $(if $(NAME),--name $(NAME))

format:
	@tools/run $(bin)/prettier --check --log-level warn --cache --cache-location $(cache)/prettier .

lint:
	@tools/run $(bin)/eslint --max-warnings 0 --cache --cache-location $(cache)/eslint --cache-strategy content .

types:
	@tools/run $(bin)/tsc --noEmit --incremental --tsBuildInfoFile $(cache)/types.json

# Every import counts, those of types too.
circles:
	@tools/run $(bin)/dpdm --no-tree --no-warning --no-progress --transform=false --exit-code circular:1 \
		'*.ts' '!(node_modules)/**/*.ts'

.PHONY: help up preview preview-report verify refresh restore-drill exchange down consortium consortium-down test soak bench check tools cluster format lint types circles
