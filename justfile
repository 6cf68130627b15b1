# Every task, with a line of explanation. `just` lists them; each is a plain cargo call that works without `just`.

# Lists the tasks.
default:
    @just --list

# Builds Daymark, invents a region and serves it on http://127.0.0.1:8080: the place to look around.
demo *options:
    cargo xtask demo {{options}}

# Runs everything that CI runs; `just test --only clippy` for one step.
test *options:
    cargo xtask test {{options}}

# Runs the long tests: `kill -9` of the real server, spreadsheets that explode, many cases for each property. Results go to `reports/`.
deep *options:
    cargo xtask deep {{options}}

# Measures `linkage`, `watch`, `web` or `wording`; `--write` puts the figures into `docs/benchmarks.md`.
bench what *options:
    cargo xtask bench {{what}} {{options}}

# Builds style sheet, scripts and fonts from the pinned npm packages.
assets:
    cargo xtask assets

# Writes anew the committed files that are made from the code.
generate *options:
    cargo xtask generate {{options}}

# Looks for what no compiler finds: long files, inline styles, ignored tests, threats without a test.
tidy:
    cargo xtask tidy

# Takes a picture of every page at 1280 and 390 pixels, into `target/shots`; `--readme` those of README.md.
shots *pages:
    cargo xtask shots {{pages}}

# Lays out all Rust code.
fmt:
    cargo fmt --all

# Checks the authored content: shape, references, meaning, words, overdue reviews.
content:
    cargo run --package daymark-cli -- content check content
