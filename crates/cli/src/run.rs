//! From arguments to one function of `app`, and its result as JSON and as text. Decides nothing.

use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use clap_complete::Shell;
use serde_json::{Value, json};
use yokoten_app::catalogue::text;
use yokoten_app::{
    Action, ActionQuery, ActionView, Clock, Error, Format, Google, Lang, ListQuery, MaskHit as Hit,
    PublishOptions, SearchQuery, Status, Workspace, places,
};

use crate::args::{Alerts, Book, Cli, Command, Connect, FormatArg, Import, Publish, StatusArg, ViewArg};
use crate::team;

/// What a command says.
pub(crate) struct Output {
    /// For programs.
    pub(crate) json: Value,
    /// For people.
    pub(crate) text: String,
    /// 0, or 1 where something was found wrong.
    pub(crate) code: u8,
}

impl Output {
    pub(crate) fn new(json: impl serde::Serialize, text: impl Into<String>) -> Result<Self, Error> {
        let json = serde_json::to_value(json).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Self { json, text: text.into(), code: 0 })
    }
}

/// Where to work, in which language, and what to warn of.
pub(crate) struct Session {
    folder: PathBuf,
    lang: Option<Lang>,
    /// Said on the error output: what was restored of a damaged workspace.
    pub(crate) warnings: Vec<String>,
}

impl Session {
    pub(crate) fn new(cli: &Cli, lang: Option<Lang>) -> Result<Self, Error> {
        let folder = match &cli.workspace {
            Some(folder) => folder.clone(),
            None => places::default_workspace()?,
        };
        Ok(Self { folder, lang, warnings: Vec::new() })
    }

    fn open(&mut self) -> Result<(Workspace, Lang), Error> {
        let workspace = Workspace::open(&self.folder, Clock::system())?;
        let lang = match self.lang {
            Some(lang) => lang,
            None => workspace.settings()?.language,
        };
        if let Some(recovery) = workspace.recovery() {
            let warning = text(
                lang,
                "cli.recovered",
                &[
                    ("entries", &recovery.entries.to_string()),
                    ("lost", &recovery.lost.len().to_string()),
                    ("path", &recovery.set_aside),
                ],
            );
            self.warnings.push(warning);
        }
        Ok((workspace, lang))
    }

    pub(crate) fn run(&mut self, command: Command) -> Result<Output, Error> {
        match command {
            Command::Schema => {
                let schema = yokoten_app::postmortem::schema();
                let shown = serde_json::to_string_pretty(&schema).unwrap_or_default();
                Output::new(schema, shown)
            }
            Command::Completions { shell } => Ok(completions(shell, self.lang.unwrap_or_default())),
            Command::Forget { dir } => {
                places::forget(&dir)?;
                let path = dir.display().to_string();
                Output::new(
                    json!({"path": path}),
                    text(self.lang.unwrap_or_default(), "cli.forgotten", &[("path", &path)]),
                )
            }
            Command::ImportBackup { file } => {
                let made = yokoten_app::import_backup(&file, &self.folder)?;
                let said = text(
                    self.lang.unwrap_or_default(),
                    "cli.restored_backup",
                    &[("path", &made.path), ("changes", &made.changes.to_string())],
                );
                Output::new(made, said)
            }
            Command::Recover => {
                let recovery = yokoten_app::recover(&self.folder, &Clock::system())?;
                let values = [
                    ("entries", recovery.entries.to_string()),
                    ("lost", recovery.lost.len().to_string()),
                    ("path", recovery.set_aside.clone()),
                ];
                let said = filled(self.lang.unwrap_or_default(), "cli.recovered", &values);
                Output::new(recovery, said)
            }
            Command::Metrics(_) => not_built("metrics"),
            Command::Improvement(_) => not_built("improvement"),
            Command::Connect(Connect::Pagerduty(_)) => not_built("connect pagerduty"),
            Command::Connect(Connect::Slack(_)) => not_built("connect slack"),
            Command::Connect(Connect::Backlog(_)) => not_built("connect backlog"),
            Command::Connect(Connect::Google { client_id: Some(id), client_secret, .. }) => {
                let (workspace, lang) = self.open()?;
                let secret = client_secret.map(|file| input(&file)).transpose()?;
                let secret = secret.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
                self.google(&workspace)?;
                let client = workspace.set_google_client(&id, secret.as_deref())?;
                let said = text(lang, "google.client_set", &[("id", &client.id)]);
                Output::new(client, said)
            }
            Command::Connect(Connect::Google { pick, sign_out, .. }) => self.connect(pick, sign_out),
            Command::Publish(options) => {
                let (workspace, lang) = self.open()?;
                let google = self.google(&workspace)?;
                publish(&workspace, &google, lang, options)
            }
            Command::Remote(_) => not_built("remote"),
            Command::Sync(_) => not_built("sync"),
            Command::Import(Import::PagerdutyCsv(_)) => not_built("import pagerduty-csv"),
            Command::Import(Import::SlackExport(_)) => not_built("import slack-export"),
            Command::Import(Import::SlackThread(_)) => not_built("import slack-thread"),
            Command::Import(Import::Markdown(_)) => not_built("import markdown"),
            command => {
                let (workspace, lang) = self.open()?;
                let output = in_workspace(&workspace, lang, command);
                // Snapshots and the backup of the day; failing here loses nothing, the next command says what is wrong.
                let _ = workspace.tidy();
                output
            }
        }
    }
}

impl Session {
    /// How Google is reached; warns where secrets are in a file.
    fn google(&mut self, workspace: &Workspace) -> Result<Google, Error> {
        let google = workspace.google()?;
        if let Some(path) = google.secrets_file() {
            let path = path.display().to_string();
            self.warnings.push(text(
                self.lang.unwrap_or_default(),
                "google.secrets_file",
                &[("path", &path)],
            ));
        }
        Ok(google)
    }

    fn connect(&mut self, pick: bool, sign_out: bool) -> Result<Output, Error> {
        let (workspace, lang) = self.open()?;
        let google = self.google(&workspace)?;
        if sign_out {
            google.sign_out()?;
            return Output::new(json!({"connected": false}), text(lang, "google.signed_out", &[]));
        }
        let documents = google.sign_in(pick, lang)?;
        let said = [vec![text(lang, "google.signed_in", &[])], documents.clone()].concat().join("\n");
        Output::new(json!({"connected": true, "documents": documents}), said)
    }
}

fn publish(workspace: &Workspace, google: &Google, lang: Lang, args: Publish) -> Result<Output, Error> {
    let options = PublishOptions {
        document: args.document,
        folder: args.folder,
        accept_masking: args.accept_masking,
        inline_pictures: args.inline_pictures,
        keep: args.keep,
        overwrite: args.overwrite,
        take: args.take,
    };
    let published = if args.plan {
        workspace.publish_plan(google, &args.book, &options)?
    } else {
        workspace.publish_book(google, &args.book, &options, &mut |progress| {
            if std::io::stderr().is_terminal() {
                let _ = writeln!(std::io::stderr(), "{}/{}  {}", progress.done, progress.of, progress.title);
            }
        })?
    };
    let mut lines = Vec::new();
    for difference in published.differences.iter().filter(|_| args.plan).chain(&published.conflicts) {
        let kind = text(lang, &format!("google.kind.{}", difference.kind), &[]);
        lines.push(format!("{kind}  {}  {}", difference.chapter, difference.key));
        for (sign, side) in [("-", &difference.theirs), ("+", &difference.ours)] {
            lines.extend(side.iter().flat_map(|side| side.lines()).map(|line| format!("  {sign} {line}")));
        }
    }
    let count = |number: usize| number.to_string();
    let values = [
        ("added", count(published.added)),
        ("changed", count(published.changed)),
        ("same", count(published.same)),
        ("removed", count(published.removed)),
        ("conflicts", count(published.conflicts.len())),
    ];
    lines.push(filled(lang, if args.plan { "google.planned" } else { "google.published" }, &values));
    lines.extend(published.url.clone());
    Output::new(published, lines.join("\n"))
}

fn in_workspace(workspace: &Workspace, lang: Lang, command: Command) -> Result<Output, Error> {
    match command {
        Command::Sample => {
            let made = workspace.sample()?;
            let said = text(lang, "cli.sampled", &[("count", &made.postmortems.to_string())]);
            Output::new(made, said)
        }
        Command::New { title } => {
            let entry = workspace.create(&title)?.document;
            Output::new(json!({"id": entry.id, "number": entry.number}), entry.number)
        }
        Command::Put { file } => {
            let (created, many) = workspace.put(&input(&file)?)?;
            let said = created.iter().map(|entry| entry.number.as_str()).collect::<Vec<_>>().join("\n");
            match created.as_slice() {
                [one] if !many => Output::new(one, said),
                all => Output::new(all, said),
            }
        }
        Command::Show { id } => {
            let entry = workspace.show(&id)?;
            let shown = workspace.as_markdown(&entry, lang);
            Output::new(entry.document, shown)
        }
        Command::List { status, deleted, limit } => {
            let query = ListQuery {
                status: status.map(state),
                deleted,
                limit: limit.unwrap_or(usize::MAX),
                ..ListQuery::default()
            };
            let page = workspace.list(query)?;
            let lines: Vec<String> = page
                .items
                .iter()
                .map(|row| {
                    let status = text(lang, &format!("status.{}", row.status.as_str()), &[]);
                    format!("{}  {status}  {}", row.number, row.title)
                })
                .collect();
            let total = text(lang, "cli.total", &[("count", &page.total.to_string())]);
            Output::new(page, [lines, vec![total]].concat().join("\n"))
        }
        Command::Search { query, limit } => {
            let hits = workspace.search(&SearchQuery { text: query, limit, ..SearchQuery::default() })?;
            let mut lines: Vec<String> = hits
                .hits
                .iter()
                .map(|hit| format!("{}  {}\n    {}", hit.number, hit.title, unmarked(&hit.snippet)))
                .collect();
            lines.push(text(lang, "cli.total", &[("count", &hits.total.to_string())]));
            Output::new(hits, lines.join("\n"))
        }
        Command::Similar { id, text: described } => {
            let similar = match (id, described) {
                (Some(id), _) => workspace.similar(&id, lang)?,
                (None, described) => workspace.similar_to_text(&described.unwrap_or_default(), lang)?,
            };
            let mut lines: Vec<String> = similar
                .hits
                .iter()
                .map(|hit| format!("{}  {}\n    {}", hit.number, hit.title, hit.because.join(" / ")))
                .collect();
            lines.push(text(lang, "cli.total", &[("count", &similar.hits.len().to_string())]));
            Output::new(similar, lines.join("\n"))
        }
        Command::Synonyms { file } => {
            let groups = match file {
                None => workspace.synonyms()?,
                Some(file) => {
                    let lines = String::from_utf8(input(&file)?).map_err(|error| Error::Io {
                        path: file,
                        source: std::io::Error::new(std::io::ErrorKind::InvalidData, error),
                    })?;
                    let groups =
                        lines.lines().map(|line| line.split(['=', '＝']).map(str::to_owned).collect());
                    workspace.set_synonyms(&groups.collect::<Vec<Vec<String>>>())?
                }
            };
            let said = groups.iter().map(|words| words.join(" = ")).collect::<Vec<_>>().join("\n");
            Output::new(json!({"groups": groups}), said)
        }
        Command::Advise { id, field, text: described, batch } => {
            advise(workspace, lang, id, field.zip(described), batch)
        }
        Command::History { id } => {
            let history = workspace.history(&id, lang)?;
            let lines: Vec<String> = history
                .changes
                .iter()
                .map(|change| format!("{}  {}  {}  {}", change.change, change.at, change.by, change.summary))
                .collect();
            Output::new(history, lines.join("\n"))
        }
        Command::Actions { view, limit, output } => {
            let query = ActionQuery {
                view: action_view(view),
                limit: limit.unwrap_or(usize::MAX),
                ..ActionQuery::default()
            };
            if let Some(path) = output {
                return written(workspace.export_actions(&query, &path, lang)?, lang);
            }
            let actions = workspace.actions(&query)?;
            let mut lines: Vec<String> =
                actions.items.iter().map(|action| action_line(action, lang)).collect();
            lines.push(text(lang, "cli.total", &[("count", &actions.total.to_string())]));
            Output::new(json!({"total": actions.total, "items": actions.items}), lines.join("\n"))
        }
        Command::Alerts(command) => {
            let counts = match command {
                Alerts::Add { alert, month, count } => workspace.add_alert_count(&alert, &month, count)?,
                Alerts::List => workspace.alert_counts()?,
            };
            let mut lines: Vec<String> =
                counts.iter().map(|one| format!("{}  {:>6}  {}", one.month, one.count, one.alert)).collect();
            lines.push(text(lang, "cli.total", &[("count", &counts.len().to_string())]));
            Output::new(json!({"total": counts.len(), "items": counts}), lines.join("\n"))
        }
        Command::Recurrence { id } => {
            let found = workspace.recurrences(&id)?;
            let mut lines = Vec::new();
            for older in &found {
                let values = [
                    ("number", older.number.clone()),
                    ("title", older.title.clone()),
                    ("categories", older.categories.join(" ")),
                ];
                lines.push(filled(lang, "recurrence.one", &values));
                lines.extend(older.actions.iter().map(|action| format!("  {}", action_line(action, lang))));
            }
            if found.is_empty() {
                lines.push(text(lang, "recurrence.none", &[("number", &id)]));
            }
            Output::new(found, lines.join("\n"))
        }
        Command::Attach { id, file } => {
            let bytes = workspace.read_attachment(&file)?;
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let attached = workspace.attach(&id, &name, &bytes)?;
            let hash = attached.hash.clone();
            Output::new(json!({"hash": hash, "name": attached.name, "media_type": attached.media_type}), hash)
        }
        Command::Transition { id, state: to } => {
            let entry = workspace.transition(&id, state(to))?.document;
            let status = text(lang, &format!("status.{}", entry.status.as_str()), &[]);
            let said = format!("{}  {status}", entry.number);
            Output::new(entry, said)
        }
        command @ (Command::Review { .. }
        | Command::Checklist { .. }
        | Command::Comment { .. }
        | Command::Runbook { .. }
        | Command::Template(_)) => team::run(workspace, lang, command),
        Command::Delete { id } => {
            let row = workspace.delete(&id)?;
            let said = text(lang, "cli.deleted", &[("number", &row.number)]);
            Output::new(json!({"id": row.id, "number": row.number}), said)
        }
        Command::Restore { id } => {
            let row = workspace.restore(&id)?;
            let said = text(lang, "cli.restored", &[("number", &row.number)]);
            Output::new(json!({"id": row.id, "number": row.number}), said)
        }
        Command::Book(command) => book(workspace, lang, command),
        Command::Export { id, format, output, accept_masking } => {
            let format = match format {
                FormatArg::Markdown => Format::Markdown,
                FormatArg::Html => Format::Html,
                FormatArg::Docx => Format::Docx,
                FormatArg::Pdf => Format::Pdf,
                FormatArg::Anki => Format::Anki,
                FormatArg::Json => Format::Json,
            };
            written(workspace.export(&id, format, output.as_deref(), lang, accept_masking)?, lang)
        }
        Command::Bundle { ids, output } => written(workspace.bundle(&ids, &output)?, lang),
        Command::Import(Import::Bundle { file }) => {
            let result = workspace.import_bundle(&file)?;
            let values = [
                ("added", result.added.to_string()),
                ("updated", result.updated.to_string()),
                ("skipped", result.skipped.to_string()),
                ("problems", result.problems.len().to_string()),
            ];
            let said = filled(lang, "cli.imported", &values);
            Output::new(result, said)
        }
        Command::Backup { file } => {
            let made = workspace.backup(&file)?;
            let values = [("path", made.path.clone()), ("changes", made.changes.to_string())];
            let said = filled(lang, "cli.backed_up", &values);
            Output::new(made, said)
        }
        Command::Verify => {
            let checked = workspace.verify()?;
            let values = [
                ("entries", checked.entries.to_string()),
                ("changes", checked.changes.to_string()),
                ("attachments", checked.attachments.to_string()),
            ];
            let key = if checked.faults.is_empty() { "cli.verified" } else { "cli.faults" };
            let said = [vec![filled(lang, key, &values)], checked.faults.clone()].concat().join("\n");
            let code = u8::from(!checked.faults.is_empty());
            Ok(Output { code, ..Output::new(checked, said)? })
        }
        Command::Rebuild => {
            let entries = workspace.rebuild()?;
            let said = text(lang, "cli.rebuilt", &[("entries", &entries.to_string())]);
            Output::new(json!({"entries": entries}), said)
        }
        other => Err(Error::NotBuilt(format!("{other:?}"))),
    }
}

fn advise(
    workspace: &Workspace,
    lang: Lang,
    id: Option<String>,
    described: Option<(String, String)>,
    batch: Option<PathBuf>,
) -> Result<Output, Error> {
    let or_none = |lines: Vec<String>| {
        if lines.is_empty() { text(lang, "cli.no_advice", &[]) } else { lines.join("\n") }
    };
    if let Some(file) = batch {
        let lines = workspace.advise_batch(&input(&file)?, lang)?;
        let said = lines.iter().flat_map(|line| {
            let id = line.id.as_str().map_or_else(|| line.id.to_string(), str::to_owned);
            line.advice
                .iter()
                .map(move |one| format!("{id}  {}  {}\n    {}", one.field, one.found, one.question))
        });
        let said = or_none(said.collect());
        return Output::new(lines, said);
    }
    if let Some((field, described)) = described {
        let advice = workspace.advise_text(&field, &described, lang)?;
        let said = advice.iter().map(|one| format!("{}  {}\n    {}", one.field, one.found, one.question));
        let said = or_none(said.collect());
        return Output::new(json!({"advice": advice}), said);
    }
    let advised = workspace.advise(&id.unwrap_or_default(), lang)?;
    let said = advised.advice.iter().map(|one| format!("{}  {}\n    {}", one.field, one.found, one.question));
    let said = or_none(said.collect());
    Output::new(json!({"advice": advised.advice}), said)
}

fn filled(lang: Lang, key: &str, values: &[(&str, String)]) -> String {
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    text(lang, key, &values)
}

fn written(file: yokoten_app::Exported, lang: Lang) -> Result<Output, Error> {
    let said = text(lang, "cli.written", &[("path", &file.path)]);
    Output::new(file, said)
}

fn book(workspace: &Workspace, lang: Lang, command: Book) -> Result<Output, Error> {
    let summary = match command {
        Book::New { title } => workspace.book_new(&title, lang)?,
        Book::Add { book, ids } => workspace.book_add(&book, &ids, false)?,
        Book::Show { book } => workspace.book_summary(&book)?,
        Book::Take { book, chapter } => workspace.book_take(&book, chapter)?,
        Book::List => {
            let books = workspace.books()?;
            let mut lines: Vec<String> =
                books.iter().map(|book| format!("{}  {}", book.id, book.title)).collect();
            lines.push(text(lang, "cli.total", &[("count", &books.len().to_string())]));
            return Output::new(json!({"total": books.len(), "items": books}), lines.join("\n"));
        }
        Book::Mask { book } => {
            let found = workspace.book_review(&book)?;
            let mut lines: Vec<String> = found.review.hits.iter().map(|hit| hit_line(hit, lang)).collect();
            lines.extend(found.review.images.iter().map(|image| {
                let state = decided(image.reviewed, false, lang);
                format!("{state}  {}  {}", text(lang, "book.image", &[]), image.caption)
            }));
            lines.push(text(lang, "book.unreviewed", &[("count", &found.unreviewed.to_string())]));
            return Output::new(found, lines.join("\n"));
        }
    };
    let mut lines = vec![format!("{}  {}", summary.id, summary.title)];
    lines.extend(summary.chapters.iter().enumerate().map(|(index, chapter)| {
        let state = serde_json::to_value(chapter.state).unwrap_or_default();
        let state = text(lang, &format!("book.state.{}", state.as_str().unwrap_or_default()), &[]);
        format!("{:>3}  {}  [{}]  {state}", index + 1, chapter.title, chapter.entries.join(" "))
    }));
    Output::new(summary, lines.join("\n"))
}

fn hit_line(hit: &Hit, lang: Lang) -> String {
    let kind = text(lang, &format!("book.kind.{}", hit.kind.as_str()), &[]);
    let state = decided(hit.reviewed, hit.keep, lang);
    let shown = hit.text.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{state}  {kind}  {shown} → {}  ({})", hit.mask, hit.places.len())
}

fn decided(reviewed: bool, keep: bool, lang: Lang) -> String {
    let key = match (reviewed, keep) {
        (false, _) => "book.open",
        (true, false) => "book.decided",
        (true, true) => "book.kept",
    };
    text(lang, key, &[])
}

fn not_built(what: &str) -> Result<Output, Error> {
    Err(Error::NotBuilt(what.to_owned()))
}

fn action_view(view: ViewArg) -> ActionView {
    match view {
        ViewArg::All => ActionView::All,
        ViewArg::Mine => ActionView::Mine,
        ViewArg::Due => ActionView::Due,
        ViewArg::Overdue => ActionView::Overdue,
        ViewArg::Interim => ActionView::Interim,
        ViewArg::Checks => ActionView::Checks,
    }
}

fn action_line(action: &Action, lang: Lang) -> String {
    let due = action.due.as_deref().unwrap_or("----------");
    let state = text(lang, &format!("report.state.{}", action.state.as_str()), &[]);
    let verdict = text(lang, &format!("report.verdict.{}", action.verdict.as_str()), &[]);
    [action.number.as_str(), due, &state, &verdict, &action.text, &action.owner].join("  ")
}

fn state(state: StatusArg) -> Status {
    match state {
        StatusArg::Draft => Status::Draft,
        StatusArg::InReview => Status::InReview,
        StatusArg::Published => Status::Published,
        StatusArg::Verified => Status::Verified,
    }
}

/// A file, or standard input for `-`.
pub(crate) fn input(file: &Path) -> Result<Vec<u8>, Error> {
    let failed = |source| Error::Io { path: file.to_owned(), source };
    if file.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map_err(failed)?;
        return Ok(bytes);
    }
    std::fs::read(file).map_err(failed)
}

/// A snippet as a terminal shows it: `[match]`.
fn unmarked(snippet: &str) -> String {
    snippet
        .replace("<mark>", "[")
        .replace("</mark>", "]")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

fn completions(shell: Shell, lang: Lang) -> Output {
    let mut command = crate::command(lang);
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "yokoten", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    Output { json: Value::from(script.as_str()), text: script, code: 0 }
}
