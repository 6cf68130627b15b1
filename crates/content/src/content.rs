//! All of `content/`, read once, checked as a whole.

use std::collections::BTreeMap;
use std::path::Path;

use daymark_vocab::{AreaCode, EntityKind};
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::area::{self, Area};
use crate::avoid::{self, Avoided};
use crate::calendar::{self, Calendar};
use crate::case::{self, Case};
use crate::catalogue::{Catalogue, CatalogueBuilder};
use crate::file::{self, ContentFile};
use crate::header::{self, Header, Status};
use crate::help::{self, HelpWords};
use crate::home::{self, HomeWords};
use crate::journey::{self, JourneyQuestion};
use crate::law::{self, Law};
use crate::platform::{self, Platform};
use crate::preferred_term::{self, PreferredTerm};
use crate::problem::{Check, Findings, Problem};
use crate::respond_words::{self, RespondWords};
use crate::response::{self, Response};
use crate::route::{self, Route};
use crate::rule::{self, Rule};
use crate::section::{self, Section};
use crate::wording::guard_words::{self, GuardWords};
use crate::wording::{self, WordingRule};
use crate::{check, word};

/// The content that shapes what Daymark asks, shows and offers.
#[derive(Debug, Clone, Default)]
pub struct Content {
    version: String,
    headers: BTreeMap<String, Header>,
    catalogue: Catalogue,
    areas: Vec<Area>,
    platforms: Vec<Platform>,
    calendar: Calendar,
    routes: BTreeMap<String, Route>,
    help: HelpWords,
    home: HomeWords,
    wording: BTreeMap<String, WordingRule>,
    guard_words: GuardWords,
    terms: Vec<PreferredTerm>,
    pub(crate) avoided: Vec<Avoided>,
    rules: Vec<Rule>,
    cases: Vec<Case>,
    questions: Vec<JourneyQuestion>,
    response: Response,
    laws: Vec<Law>,
    respond: RespondWords,
}

impl Content {
    /// The content in the binary, with whatever is wrong in it (nothing: a test keeps it so).
    pub fn embedded() -> (Self, Vec<Problem>) {
        Self::read(file::EMBEDDED, &file::embedded(), Findings::default())
    }

    /// The content of a folder, with whatever is wrong in it.
    pub fn read_dir(dir: &Path) -> (Self, Vec<Problem>) {
        let findings = Findings::default();
        if !dir.is_dir() {
            file::not_a_folder(dir, &findings);
            return (Self::default(), findings.into_sorted());
        }
        let files = file::in_dir(dir, &findings);
        Self::read(&file::shown(dir), &files, findings)
    }

    /// Reads the files and runs the four passes.
    pub(crate) fn read(folder: &str, files: &[ContentFile], findings: Findings) -> (Self, Vec<Problem>) {
        let content = read_shape(files, &findings);
        check::references(&content, &findings);
        check::meaning(&content, folder, &findings);
        check::words(&content, files, &findings);
        (content, findings.into_sorted())
    }

    /// The version of the whole: sixteen hexadecimal digits that change when any file does.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What is recorded.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The police force areas of England and Wales, by code.
    pub fn areas(&self) -> &[Area] {
        &self.areas
    }

    /// One area.
    pub fn area(&self, code: &AreaCode) -> Option<&Area> {
        self.areas.iter().find(|area| area.code == *code)
    }

    /// The platforms, in the order in which they are offered.
    pub fn platforms(&self) -> &[Platform] {
        &self.platforms
    }

    /// School terms and bank holidays.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// One route by its id: `routes/999`.
    pub fn route(&self, id: &str) -> Option<&Route> {
        self.routes.get(id)
    }

    /// All routes, drafts and retired ones too, by id.
    pub fn routes(&self) -> &BTreeMap<String, Route> {
        &self.routes
    }

    /// The live route that rules and answers call by this code: `police_101`.
    pub fn route_by_code(&self, code: &str) -> Option<&Route> {
        route::by_code(&self.routes, code)
    }

    /// The rules of the decision table, from R1 on; drafts and retired ones too.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The cases that say who should be led where.
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// The questions of the journey, life and safety first.
    pub fn questions(&self) -> &[JourneyQuestion] {
        &self.questions
    }

    /// The steps of a response, its prompts, safety plan and reviews.
    pub fn response(&self) -> &Response {
        &self.response
    }

    /// The law in plain words, in the order of its files.
    pub fn laws(&self) -> &[Law] {
        &self.laws
    }

    /// The words that stand around a plan.
    pub fn respond_words(&self) -> &RespondWords {
        &self.respond
    }

    /// The words of the help page.
    pub fn help(&self) -> &HelpWords {
        &self.help
    }

    /// The words of the home page.
    pub fn home(&self) -> &HomeWords {
        &self.home
    }

    /// The phrases that our own words avoid.
    pub fn avoided(&self) -> &[Avoided] {
        &self.avoided
    }

    /// The wording rules, drafts and retired ones too, by id: `wording/puts-self-at-risk`.
    pub fn wording(&self) -> &BTreeMap<String, WordingRule> {
        &self.wording
    }

    /// The lists behind the guards of the wording rules.
    pub fn guard_words(&self) -> &GuardWords {
        &self.guard_words
    }

    /// The terms that we prefer, in the order of their file.
    pub fn terms(&self) -> &[PreferredTerm] {
        &self.terms
    }

    /// The term that somebody means who searches for `asked`, be it by an old word.
    pub fn term_for(&self, asked: &str) -> Option<&PreferredTerm> {
        preferred_term::find(&self.terms, asked)
    }

    /// What each file says about itself, by id.
    pub fn headers(&self) -> &BTreeMap<String, Header> {
        &self.headers
    }

    /// Files whose review is overdue on `today`. Retired files are left alone.
    pub fn overdue(&self, today: Date) -> Vec<Problem> {
        let findings = Findings::default();
        for header in self.headers.values() {
            if header.status != Status::Retired && header.review_due < today {
                findings.at(
                    &header.place,
                    Check::Review,
                    format!("the review of `{}` was due on {}", header.id, header.review_due),
                    format!("{} compares it with its sources and sets a new `review_due`", header.owner),
                );
            }
        }
        findings.into_sorted()
    }
}

/// The shape pass: each file into its value.
fn read_shape(files: &[ContentFile], findings: &Findings) -> Content {
    let mut content = Content { version: version(files), ..Content::default() };
    let mut catalogue = CatalogueBuilder::default();
    for file in files {
        if file.path == case::FILE {
            content.cases = case::read(file, findings);
            continue;
        }
        let Some(reader) = reader_of(file) else {
            findings.span(
                file,
                &(0..0),
                Check::UnreadFile,
                "nothing reads this file",
                "move it to a folder that has a reader, or give its folder one in `crates/content`",
            );
            continue;
        };
        let Some(table) = section::parse(file, findings) else { continue };
        let mut section = Section::new(file, findings, table.get_ref(), table.span());
        let header = header::read(&mut section, file.id());
        content.headers.insert(header.id.clone(), header.clone());
        match reader {
            Reader::Entity(kind) => catalogue.read_entity(&mut section, header, kind),
            Reader::Identity => catalogue.read_identity(&mut section, &header),
            Reader::Steps => catalogue.read_steps(&mut section),
            Reader::Template => catalogue.read_template(&mut section),
            Reader::Areas => content.areas = area::read(&mut section),
            Reader::Platforms => content.platforms = platform::read(&mut section),
            Reader::Terms => calendar::read_terms(&mut section, &mut content.calendar),
            Reader::BankHolidays => calendar::read_bank_holidays(&mut section, &mut content.calendar),
            Reader::Route => {
                if let Some(route) = route::read(&mut section, header) {
                    content.routes.insert(route.id.clone(), route);
                }
            }
            Reader::Help => content.help = help::read(&mut section),
            Reader::Rule => content.rules.push(rule::read(&mut section, header)),
            Reader::Questions => content.questions = journey::read(&mut section),
            Reader::ResponseSteps => response::read_steps(&mut section, &mut content.response),
            Reader::Prompts => response::read_prompts(&mut section, &mut content.response),
            Reader::SafetyPlan => response::read_safety_plan(&mut section, &mut content.response),
            Reader::Reviews => response::read_reviews(&mut section, &mut content.response),
            Reader::Law => content.laws.extend(law::read(&mut section, &header)),
            Reader::RespondWords => content.respond = respond_words::read(&mut section),
            Reader::Home => content.home = home::read(&mut section),
            Reader::Avoid => content.avoided = avoid::read(&mut section),
            Reader::GuardWords => content.guard_words = guard_words::read(&mut section),
            Reader::PreferredTerms => content.terms = preferred_term::read(&mut section),
            Reader::Wording => {
                if let Some(rule) = wording::read(&mut section, header) {
                    content.wording.insert(rule.header.id.clone(), rule);
                }
            }
        }
        section.finish();
    }
    content.rules.sort_by_key(Rule::number);
    let lists = BTreeMap::from([("platforms", platform::as_values(&content.platforms))]);
    content.catalogue = catalogue.build(&lists, findings);
    content
}

enum Reader {
    Entity(EntityKind),
    Identity,
    Steps,
    Template,
    Areas,
    Platforms,
    Terms,
    BankHolidays,
    Route,
    Help,
    Rule,
    Questions,
    ResponseSteps,
    Prompts,
    SafetyPlan,
    Reviews,
    Law,
    RespondWords,
    Home,
    Avoid,
    GuardWords,
    PreferredTerms,
    Wording,
}

fn reader_of(file: &ContentFile) -> Option<Reader> {
    let reader = match file.path.as_str() {
        "record/identity.toml" => Reader::Identity,
        "lists/record-steps.toml" => Reader::Steps,
        "lists/report-template.toml" => Reader::Template,
        "lists/areas.toml" => Reader::Areas,
        "lists/platforms.toml" => Reader::Platforms,
        "calendar/england-school-terms.toml" => Reader::Terms,
        "calendar/bank-holidays.toml" => Reader::BankHolidays,
        "words/help.toml" => Reader::Help,
        "words/home.toml" => Reader::Home,
        "words/avoid.toml" => Reader::Avoid,
        "words/respond.toml" => Reader::RespondWords,
        "respond/questions.toml" => Reader::Questions,
        "response/steps.toml" => Reader::ResponseSteps,
        "response/prompts.toml" => Reader::Prompts,
        "response/safety-plan.toml" => Reader::SafetyPlan,
        "response/reviews.toml" => Reader::Reviews,
        "words/guards.toml" => Reader::GuardWords,
        "words/terms.toml" => Reader::PreferredTerms,
        path => {
            let (folder, name) = path.strip_suffix(".toml")?.split_once('/')?;
            match folder {
                "record" => Reader::Entity(name.parse().ok()?),
                "routes" if word::is_code(name) => Reader::Route,
                "rules" if word::is_code(name) => Reader::Rule,
                "law" if word::is_code(name) => Reader::Law,
                "wording" if word::is_code(name) => Reader::Wording,
                _ => return None,
            }
        }
    };
    Some(reader)
}

/// Length-prefixed, so that no text can slip from one file into the next unseen.
fn version(files: &[ContentFile]) -> String {
    let mut digest = Sha256::new();
    for file in files {
        for part in [file.path.as_bytes(), file.text().as_bytes()] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
    }
    digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::route::ChannelKind;

    #[test]
    fn the_content_has_no_problem() {
        let (_, problems) = Content::embedded();
        let shown: Vec<String> = problems.iter().map(Problem::to_string).collect();
        assert!(shown.is_empty(), "{}", shown.join("\n"));
    }

    #[test]
    fn nothing_is_overdue_on_the_day_it_was_written() {
        let (content, _) = Content::embedded();
        assert_eq!(content.overdue("2026-11-23".parse().unwrap()), []);
        let years_later = content.overdue("2036-11-23".parse().unwrap());
        assert_eq!(years_later.len(), content.headers().len(), "every file has a review date");
    }

    #[test]
    fn the_43_areas_are_there() {
        let (content, _) = Content::embedded();
        assert_eq!(content.areas().len(), 43);
        let york = content.area(&"E23000009".parse().unwrap()).unwrap();
        assert_eq!(
            (york.name.as_str(), york.abbreviation.as_str(), york.tile),
            ("North Yorkshire", "NYK", (5, 2))
        );
        let inhabitants: u32 = content.areas().iter().map(|area| area.population_thousands).sum();
        assert!((59_000..60_000).contains(&inhabitants), "{inhabitants}");
    }

    #[track_caller]
    fn number(route: &str, expected: &str) {
        let (content, _) = Content::embedded();
        let route = content.route(route).unwrap();
        let channel = route.channel(ChannelKind::Phone).unwrap();
        assert_eq!(channel.value, expected);
        assert_eq!(channel.tel().unwrap(), expected.replace(' ', ""));
    }

    #[test]
    fn the_numbers_people_call() {
        number("routes/999", "999");
        number("routes/police-101", "101");
        number("routes/childline", "0800 1111");
    }

    #[test]
    fn an_unchecked_route_says_so() {
        let (content, _) = Content::embedded();
        assert!(content.route("routes/police-101").unwrap().check_before_use());
        assert!(!content.route_by_code("ceop").unwrap().check_before_use());
        assert_eq!(content.route_by_code("police_101").unwrap().id, "routes/police-101");
    }

    #[test]
    fn who_is_stuck_is_sent_to_a_person() {
        let (content, _) = Content::embedded();
        assert!(content.help().asks.len() >= 5);
        assert!(content.help().asks.iter().any(|ask| ask.who.contains("administrator")));
        assert!(content.help().asks.iter().all(|ask| ask.how.ends_with('.') && !ask.who.ends_with('.')));
    }

    #[test]
    fn an_old_word_finds_the_term() {
        let (content, _) = Content::embedded();
        assert_eq!(content.term_for("Sextortion").unwrap().key, "osce");
        assert_eq!(content.term_for("self generated imagery").unwrap().key, "sgcsam");
        assert_eq!(content.term_for("Self-Generated Imagery").unwrap().key, "sgcsam");
        assert!(content.term_for("weather").is_none());
    }

    #[test]
    fn danger_comes_first_on_the_home_page() {
        let (content, _) = Content::embedded();
        let number = &content.route("routes/999").unwrap().channels[0].value;
        assert!(content.home().danger_line.contains(number));
        assert!(content.home().say_first.iter().any(|line| line.contains("not your fault")));
        assert!(content.home().please_do_not.iter().any(|line| line.contains("look at")));
    }

    /// The folder of the repository and the content in the binary are the same, and a change is noticed.
    #[test]
    fn a_folder_reads_like_the_binary() {
        let (embedded, _) = Content::embedded();
        let dir = tempfile::tempdir().unwrap();
        for file in file::embedded() {
            let path = dir.path().join(&file.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file.text()).unwrap();
        }
        let (read, problems) = Content::read_dir(dir.path());
        assert_eq!(problems, []);
        assert_eq!(read.version(), embedded.version());

        let home = dir.path().join("words/home.toml");
        let text = fs::read_to_string(&home).unwrap().replace("owner =", "ovner =");
        fs::write(&home, text).unwrap();
        let (changed, problems) = Content::read_dir(dir.path());
        assert_ne!(changed.version(), embedded.version());
        let shown: Vec<String> = problems.iter().map(Problem::to_string).collect();
        assert_eq!(shown.len(), 2, "{shown:?}");
        let folder = dir.path().display();
        assert!(shown.contains(&format!(
            "{folder}/words/home.toml:5:1: unknown key `ovner` (this table takes `id`, `status`, `version`, `owner`, \
             `verified_on`, `review_due`, `sources`, `danger_line`, `danger_more`, `say_first`, `please_do_not`)"
        )));
    }

    #[test]
    fn a_folder_that_is_not_there_is_one_problem() {
        let (_, problems) = Content::read_dir(Path::new("no/such/folder/"));
        let shown: Vec<String> = problems.iter().map(Problem::to_string).collect();
        assert_eq!(
            shown,
            ["no/such/folder:1:1: there is no such folder (name the folder that holds `record/`)"]
        );
    }

    #[test]
    fn a_missing_file_is_named_in_its_folder() {
        let dir = tempfile::tempdir().unwrap();
        let (_, problems) = Content::read_dir(dir.path());
        let missing = format!("{}/record/child.toml", dir.path().display());
        assert!(problems.iter().any(|problem| problem.file == missing), "{problems:?}");
    }
}
