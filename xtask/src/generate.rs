//! Which committed files are made from the code, and are they what the code makes now?

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail, ensure};

use crate::console::say;
use crate::step::Passed;
use crate::test::built_for_tests;
use crate::workspace::Workspace;

/// What `cargo xtask generate` is asked.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write nothing: say what would change.
    #[arg(long)]
    check: bool,
}

/// A committed file and how the program makes it.
struct Made {
    path: &'static str,
    by: fn(&Path) -> Result<String>,
}

const MADE: [Made; 2] = [
    Made { path: "docs/commands.md", by: manual },
    Made { path: "docs/link-model.schema.json", by: |daymark| printed(daymark, &["link", "--schema"]) },
];

/// Writes the files, or checks them.
///
/// # Errors
/// When the program does not build or does not answer.
pub fn run(args: &Args) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    let daymark = built_for_tests(&workspace)?;
    if args.check {
        check(&workspace, &daymark)?;
        return Ok(ExitCode::SUCCESS);
    }
    for made in &MADE {
        fs::write(workspace.join(made.path), (made.by)(&daymark)?)
            .with_context(|| format!("write {}", made.path))?;
        say(made.path);
    }
    Ok(ExitCode::SUCCESS)
}

/// Compares every such file with what the program makes now.
///
/// # Errors
/// Names each file that differs or is missing.
pub fn check(workspace: &Workspace, daymark: &Path) -> Result<Passed> {
    let mut stale = Vec::new();
    for made in &MADE {
        let wanted = (made.by)(daymark)?;
        if fs::read_to_string(workspace.join(made.path)).ok().as_deref() != Some(wanted.as_str()) {
            say(format_args!("{}: is not what the code makes now", made.path));
            stale.push(made.path);
        }
    }
    if stale.is_empty() {
        return Passed::noting(format!("{} files", MADE.len()));
    }
    bail!("out of date: {}; `cargo xtask generate` writes them anew", stale.join(", "))
}

fn printed(daymark: &Path, arguments: &[&str]) -> Result<String> {
    // The width of somebody's terminal must not show in a committed file.
    let output =
        Command::new(daymark).args(arguments).env_remove("COLUMNS").output().context("start `daymark`")?;
    let said = || format!("daymark {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), said());
    String::from_utf8(output.stdout).context("`daymark` printed no text")
}

/// The help of every command, one below the other.
fn manual(daymark: &Path) -> Result<String> {
    let mut text =
        String::from("# Commands\n\nMade by `cargo xtask generate` from what each `--help` says.\n");
    let mut waiting = vec![Vec::<String>::new()];
    while let Some(path) = waiting.pop() {
        let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
        arguments.push("--help");
        let help = printed(daymark, &arguments)?;
        let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
        let name: Vec<&str> = std::iter::once("daymark").chain(path.iter().map(String::as_str)).collect();
        text.push_str(&format!(
            "\n## `{}`\n\n```text\n{}\n```\n",
            name.join(" "),
            lines.join("\n").trim_end()
        ));
        for command in commands(&lines).into_iter().rev() {
            let mut deeper = path.clone();
            deeper.push(command.to_owned());
            waiting.push(deeper);
        }
    }
    Ok(text)
}

/// The commands that a help text lists, but for `help` itself.
fn commands<'a>(help: &[&'a str]) -> Vec<&'a str> {
    let listed =
        help.iter().skip_while(|line| **line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let first_lines = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    first_lines.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_in_help() {
        let help = "Does things\n\nUsage: daymark <COMMAND>\n\nCommands:\n  serve  Serves the application,\n         on one machine\n  link   Links\n  help   Print this\n\nOptions:\n  -h, --help";
        assert_eq!(commands(&help.lines().collect::<Vec<_>>()), ["serve", "link"]);
        assert!(commands(&["Options:", "  -h"]).is_empty());
    }
}
