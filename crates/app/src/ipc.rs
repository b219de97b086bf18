//! Every call of the window, by name: arguments in, result out, as JSON.
//!
//! One table says name, arguments and result; the dispatcher and the window's types are made from it.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use serde_json::Value;
use ts_rs::{Config, TS};
use yokoten_model::book::{self, Decision, Mask, Slot};
use yokoten_model::masking::{self, HitKind};
use yokoten_model::postmortem::{self, Attachment, Postmortem, ReviewVerdict, Side, Status};
use yokoten_model::{Assignment, Step, guidance, runbook, template};
use yokoten_store::attachments;

use crate::{
    Action, ActionCounts, ActionQuery, ActionSort, ActionView, Actions, BackedUp, ChangePage, ChangeRow,
    Checked, Edited, Entry, Error, Exported, Format, Hit, Hits, ImportProblem, ImportResult, Lang, LastPlace,
    Lesson, ListQuery, Member, Page, Problem, Proven, PublishOptions, Recovery, Recurrence, Result, Resumed,
    Row, RunbookTerm, SavedSearch, SearchQuery, Settings, Spread, Start, Suggestions, Suspect, Unread, Work,
    Works, Workspace,
};

macro_rules! calls {
    ($($name:ident ($($arg:ident : $type:ty = $ts:literal),*) -> $result:literal = |$workspace:ident| $body:expr;)+) => {
        /// Carries out the call `name` of the window.
        ///
        /// # Errors
        /// What went wrong, in the person's language.
        pub fn call(workspace: &Workspace, name: &str, args: Value) -> std::result::Result<Value, Problem> {
            dispatch(workspace, name, args).map_err(|error| error.problem(language(workspace)))
        }

        fn dispatch(workspace: &Workspace, name: &str, args: Value) -> Result<Value> {
            match name {
                $(stringify!($name) => {
                    #[derive(Deserialize)]
                    #[allow(dead_code, reason = "a call without arguments has none to read")]
                    struct Args { $($arg: $type),* }
                    let Args { $($arg),* } = serde_json::from_value(args)
                        .map_err(|error| Error::Internal(format!("{name}: {error}")))?;
                    let $workspace = workspace;
                    let result = $body?;
                    serde_json::to_value(result).map_err(|error| Error::Internal(error.to_string()))
                })+
                _ => Err(Error::NotBuilt(name.to_owned())),
            }
        }

        fn table() -> String {
            let mut out = String::from("/** Every call of the window, by name. */\nexport interface Calls {\n");
            $(
                let args: Vec<String> = vec![$(format!("{}: {}", stringify!($arg), $ts)),*];
                let args = if args.is_empty() { "Record<string, never>".to_owned() } else { format!("{{ {} }}", args.join("; ")) };
                out.push_str(&format!("  {}: {{ args: {args}; result: {} }};\n", stringify!($name), $result));
            )+
            out.push_str("}\n");
            out
        }
    };
}

calls! {
    start() -> "Start" = |workspace| workspace.start();
    settings_set(settings: Settings = "Settings") -> "Settings" = |workspace| workspace.set_settings(&settings);
    remember_place(place: Option<LastPlace> = "LastPlace | null") -> "null"
        = |workspace| workspace.remember_place(place.as_ref());
    list(query: ListQuery = "ListQuery") -> "Page" = |workspace| workspace.list(query);
    search(query: SearchQuery = "SearchQuery") -> "Hits" = |workspace| workspace.search_as_typed(&query);
    facets(query: SearchQuery = "SearchQuery") -> "Facets" = |workspace| workspace.facets(&query);
    marks(id: String = "string", query: String = "string") -> "Marked[]" = |workspace| workspace.marks(&id, &query);
    synonyms() -> "string[][]" = |workspace| workspace.synonyms();
    synonyms_set(groups: Vec<Vec<String>> = "string[][]") -> "string[][]" = |workspace| workspace.set_synonyms(&groups);
    saved_searches() -> "SavedSearch[]" = |workspace| workspace.saved_searches();
    saved_searches_set(searches: Vec<SavedSearch> = "SavedSearch[]") -> "SavedSearch[]"
        = |workspace| workspace.set_saved_searches(&searches);
    similar(id: String = "string") -> "Similar" = |workspace| workspace.similar(&id, language(workspace));
    suggestions() -> "Suggestions" = |workspace| workspace.suggestions();
    create(title: String = "string") -> "Entry" = |workspace| workspace.create(&title);
    open(id: String = "string") -> "Entry" = |workspace| workspace.show(&id);
    edit(id: String = "string", base: String = "string", set: Vec<Assignment> = "Assignment[]") -> "Edited"
        = |workspace| workspace.edit(&id, &base, set);
    delete(id: String = "string") -> "Row" = |workspace| workspace.delete(&id);
    restore(id: String = "string") -> "Row" = |workspace| workspace.restore(&id);
    transition(id: String = "string", status: Status = "Status") -> "Edited"
        = |workspace| workspace.transition(&id, status);
    history(id: String = "string", offset: usize = "number", limit: usize = "number") -> "ChangePage"
        = |workspace| workspace.history_page(&id, offset, limit, language(workspace));
    history_at(id: String = "string", change: i64 = "number") -> "Postmortem"
        = |workspace| workspace.as_of(&id, change);
    history_restore(id: String = "string", change: i64 = "number") -> "Edited"
        = |workspace| workspace.go_back(&id, change);
    attach(id: String = "string", name: String = "string", base64: String = "string") -> "Attachment"
        = |workspace| attach(workspace, &id, &name, &base64);
    attachment_data(hash: String = "string") -> "string" = |workspace| attachment_data(workspace, &hash);
    export(id: String = "string", format: Format = "Format", path: PathBuf = "string") -> "Exported"
        = |workspace| workspace.export(&id, format, Some(&path), language(workspace), false);
    books() -> "BookSummary[]" = |workspace| workspace.books();
    book_new(title: String = "string") -> "BookSummary" = |workspace| workspace.book_new(&title, language(workspace));
    book_open(id: String = "string") -> "OpenBook" = |workspace| workspace.book(&id);
    book_add(id: String = "string", entries: Vec<String> = "string[]", together: bool = "boolean") -> "BookSummary"
        = |workspace| workspace.book_add(&id, &entries, together);
    book_edit(id: String = "string", base: String = "string", set: Vec<Assignment> = "Assignment[]") -> "BookEdited"
        = |workspace| workspace.book_edit(&id, &base, set);
    book_decide(id: String = "string", chapter: String = "string", slot: Slot = "Slot", decision: Decision = "BookDecision")
        -> "OpenBook" = |workspace| workspace.book_decide(&id, &chapter, &slot, decision);
    book_delete(id: String = "string", deleted: bool = "boolean") -> "null"
        = |workspace| workspace.book_delete(&id, deleted);
    book_review(id: String = "string") -> "BookReview" = |workspace| workspace.book_review(&id);
    book_mask(id: String = "string", masks: Vec<Mask> = "Mask[]") -> "BookReview"
        = |workspace| workspace.book_mask(&id, masks);
    book_unmask(id: String = "string", text: String = "string") -> "BookReview"
        = |workspace| workspace.book_unmask(&id, &text);
    book_seen(id: String = "string", hash: String = "string", seen: bool = "boolean") -> "BookReview"
        = |workspace| workspace.book_seen(&id, &hash, seen);
    book_picture(base64: String = "string") -> "string" = |workspace| keep_picture(workspace, &base64);
    masking_words() -> "string[]" = |workspace| workspace.masking_words();
    masking_words_set(words: Vec<String> = "string[]") -> "string[]"
        = |workspace| workspace.set_masking_words(words);
    question_of_the_day() -> "Asked | null" = |workspace| workspace.question_of_the_day();
    study_answers() -> "Record<string, Answer>" = |workspace| workspace.study_answers();
    study_answer(chapter: String = "string", question: String = "string", choice: String = "string")
        -> "Record<string, Answer>" = |workspace| workspace.study_answer(&chapter, &question, &choice);
    google_state(book: Option<String> = "string | null") -> "GoogleState"
        = |workspace| workspace.google_state(book.as_deref(), language(workspace));
    google_client_set(id: String = "string", secret: Option<String> = "string | null") -> "GoogleClient"
        = |workspace| workspace.set_google_client(&id, secret.as_deref());
    google_sign_in(pick: bool = "boolean") -> "string[]"
        = |workspace| workspace.google_sign_in(pick, language(workspace));
    google_sign_out() -> "null" = |workspace| workspace.google().and_then(|google| google.sign_out());
    google_plan(id: String = "string", options: PublishOptions = "PublishOptions") -> "Published"
        = |workspace| workspace.google_plan(&id, &options);
    google_take(id: String = "string", keys: Vec<String> = "string[]", options: PublishOptions = "PublishOptions") -> "Chapter[]"
        = |workspace| workspace.google().and_then(|google| workspace.google_take(&google, &id, &keys, &options));
    google_publish(id: String = "string", options: PublishOptions = "PublishOptions") -> "Published"
        = |workspace| workspace.google_publish(&id, &options);
    work(what: Work = "Work") -> "WorkProgress | null"
        = |workspace| Ok::<_, Error>(workspace.works().progress(what));
    work_cancel(what: Work = "Work") -> "null"
        = |workspace| { workspace.works().cancel(what); Ok::<_, Error>(()) };
    import_bundle(path: PathBuf = "string") -> "ImportResult" = |workspace| workspace.import_bundle(&path);
    backup(path: PathBuf = "string") -> "BackedUp" = |workspace| workspace.backup(&path);
    verify() -> "Checked" = |workspace| workspace.verify();
    actions(query: ActionQuery = "ActionQuery") -> "Actions" = |workspace| workspace.actions(&query);
    actions_export(query: ActionQuery = "ActionQuery", path: PathBuf = "string") -> "Exported"
        = |workspace| workspace.export_actions(&query, &path, language(workspace));
    actions_message(query: ActionQuery = "ActionQuery") -> "string"
        = |workspace| workspace.actions_message(&query, language(workspace));
    alert_counts() -> "AlertMonth[]" = |workspace| workspace.alert_counts();
    alert_count_add(alert: String = "string", month: String = "string", count: u64 = "number") -> "AlertMonth[]"
        = |workspace| workspace.add_alert_count(&alert, &month, count);
    advise(document: Postmortem = "Postmortem") -> "Advised"
        = |workspace| Ok::<_, Error>(workspace.advise_document(&document, language(workspace)));
    recurrences(id: String = "string") -> "Recurrence[]" = |workspace| workspace.recurrences(&id);
    suspects() -> "Suspect[]" = |workspace| workspace.suspects();
    proven(side: Side = "Side", category: Option<String> = "string | null", text: String = "string", limit: usize = "number")
        -> "Proven[]" = |workspace| workspace.proven(side, category.as_deref(), &text, limit);
    quoted(addresses: Vec<String> = "string[]") -> "Record<string, Action>" = |workspace| workspace.quoted(&addresses);
    unread(limit: usize = "number") -> "Unread" = |workspace| workspace.unread(limit);
    spread(id: String = "string") -> "Spread" = |workspace| workspace.spread(&id);
    mark_read(id: String = "string", note: String = "string") -> "Spread"
        = |workspace| workspace.mark_read(&id, &note);
    review_state(id: String = "string") -> "ReviewState"
        = |workspace| workspace.review_state(&id, language(workspace));
    review(id: String = "string", verdict: ReviewVerdict = "ReviewVerdict", note: String = "string") -> "Edited"
        = |workspace| workspace.review(&id, verdict, None, &note);
    review_requests(limit: usize = "number") -> "ReviewRequests" = |workspace| workspace.review_requests(limit);
    comment(id: String = "string", on: String = "string", text: String = "string") -> "Edited"
        = |workspace| workspace.comment(&id, &on, &text);
    reply(id: String = "string", comment: String = "string", text: String = "string") -> "Edited"
        = |workspace| workspace.reply(&id, &comment, &text);
    resolve(id: String = "string", comment: String = "string", resolved: bool = "boolean") -> "Edited"
        = |workspace| workspace.resolve(&id, &comment, resolved);
    paste_steps(text: String = "string") -> "string[]" = |_workspace| Ok::<_, Error>(runbook::steps(&text));
    divergence(id: String = "string") -> "Divergence | null"
        = |workspace| workspace.runbook(&id).map(|runbook| runbook.divergence);
    template_text() -> "TemplateText" = |workspace| workspace.template_text(language(workspace));
    template_check(text: String = "string") -> "Template" = |workspace| workspace.check_template(&text);
    template_set(text: String = "string") -> "TemplateText" = |workspace| workspace.set_template(&text);
    template_move(id: String = "string") -> "Entry"
        = |workspace| workspace.move_to_template(&id).and_then(|_| workspace.show(&id));
    members() -> "Member[]" = |workspace| workspace.members();
    members_set(members: Vec<Member> = "Member[]") -> "Member[]" = |workspace| workspace.set_members(members);
}

/// Carries out a call that is answered while a workspace is being opened, too: how far work is, and stopping it. `None`
/// where the call is another.
#[must_use]
pub fn call_beside(works: &Works, name: &str, args: &Value) -> Option<Value> {
    let what = || Work::deserialize(args.get("what")?).ok();
    match name {
        "work" => serde_json::to_value(works.progress(what()?)).ok(),
        "work_cancel" => {
            works.cancel(what()?);
            Some(Value::Null)
        }
        _ => None,
    }
}

fn language(workspace: &Workspace) -> Lang {
    workspace.settings().map(|settings| settings.language).unwrap_or_default()
}

fn attach(workspace: &Workspace, id: &str, name: &str, base64: &str) -> Result<Attachment> {
    workspace.attach(id, name, &decode(base64)?)
}

fn decode(base64: &str) -> Result<Vec<u8>> {
    // Three bytes are four characters: refuse before decoding what is too large anyway.
    let bytes = base64.len() as u64 / 4 * 3;
    if bytes > attachments::LIMIT + 3 {
        return Err(yokoten_store::Error::TooLarge { bytes, limit: attachments::LIMIT }.into());
    }
    BASE64.decode(base64).map_err(|error| Error::Internal(error.to_string()))
}

/// Keeps a picture that a chapter shows. Returns its hash.
fn keep_picture(workspace: &Workspace, base64: &str) -> Result<String> {
    Ok(workspace.store().keep_attachment(&decode(base64)?)?)
}

fn attachment_data(workspace: &Workspace, hash: &str) -> Result<String> {
    let (bytes, media_type) = workspace.attachment(hash)?;
    Ok(format!("data:{media_type};base64,{}", BASE64.encode(bytes)))
}

/// The window's types: `ui/src/core.gen.ts`.
#[must_use]
pub fn typescript() -> String {
    let mut out =
        String::from("// Generated from the Rust types by `cargo xtask generate`. Do not edit.\n\n");
    let config = Config::default();
    macro_rules! export {
        ($($type:ty),+ $(,)?) => { $(
            out.push_str(&format!("export {}\n", <$type as TS>::decl(&config)));
        )+ };
    }
    export!(
        postmortem::Status,
        postmortem::FoundBy,
        postmortem::CustomerImpact,
        postmortem::Side,
        postmortem::Term,
        postmortem::Method,
        postmortem::ActionState,
        postmortem::Verdict,
        postmortem::Kind,
        postmortem::Source,
        postmortem::StepOutcome,
        postmortem::Decision,
        postmortem::Team,
        postmortem::ReviewVerdict,
        postmortem::Moment,
        postmortem::Date,
        postmortem::Strength,
        Postmortem,
        postmortem::Sections,
        postmortem::Alert,
        postmortem::Runbook,
        postmortem::RunbookStep,
        postmortem::Causes,
        postmortem::WhyNode,
        postmortem::Effect,
        postmortem::Countermeasure,
        postmortem::TimelineRow,
        postmortem::AppliesTo,
        postmortem::Review,
        postmortem::ChecklistItem,
        postmortem::Reply,
        postmortem::Comment,
        postmortem::Dismissed,
        postmortem::Agreed,
        Attachment,
        Step,
        Assignment,
        template::Localised,
        template::Example,
        template::TemplateSection,
        template::Category,
        template::MethodInfo,
        guidance::Field,
        guidance::Form,
        template::Hint,
        template::Template,
        Lang,
        crate::settings::Theme,
        Settings,
        Problem,
        Recovery,
        LastPlace,
        Resumed,
        Start,
        Row,
        Page,
        ListQuery,
        Entry,
        Edited,
        ChangeRow,
        ChangePage,
        Hit,
        Hits,
        SearchQuery,
        crate::Facet,
        crate::Facets,
        crate::Marked,
        SavedSearch,
        crate::Alike,
        crate::Similar,
        RunbookTerm,
        Suggestions,
        Format,
        Exported,
        ImportProblem,
        ImportResult,
        BackedUp,
        Checked,
        crate::Changed,
        ActionView,
        ActionSort,
        ActionQuery,
        Action,
        ActionCounts,
        crate::AlertMonth,
        Actions,
        guidance::Hinted,
        guidance::Chain,
        guidance::Proposal,
        crate::Advised,
        Recurrence,
        Suspect,
        Proven,
        Spread,
        Lesson,
        Unread,
        Member,
        crate::TeamReview,
        crate::PointView,
        crate::LackView,
        crate::ReviewState,
        crate::ReviewRequest,
        crate::ReviewRequests,
        runbook::Divergence,
        HitKind,
        Mask,
        book::SeenImage,
        book::Choice,
        book::Question,
        book::Parts,
        book::ChapterSource,
        book::Chapter,
        book::Book,
        Slot,
        Decision,
        book::Change,
        masking::Place,
        masking::Hit,
        masking::Picture,
        crate::BookReview,
        crate::ChapterState,
        crate::ChapterSummary,
        crate::BookSummary,
        crate::ChapterChanges,
        crate::OpenBook,
        crate::BookEdited,
        crate::Answer,
        crate::Asked,
        crate::TemplateText,
        crate::GoogleClient,
        crate::GoogleDocument,
        Work,
        crate::WorkPart,
        crate::WorkProgress,
        crate::GoogleState,
        PublishOptions,
        crate::Difference,
        crate::Published,
    );
    out.push('\n');
    out.push_str(&table());
    out
}

/// The window's texts: `ui/src/catalogue.gen.ts`.
///
/// # Errors
/// Where the catalogue cannot be read.
pub fn catalogue_typescript() -> std::result::Result<String, String> {
    let mut texts = std::collections::BTreeMap::new();
    for part in crate::catalogue::WINDOW {
        texts.extend(crate::catalogue::parse(part).map_err(|error| error.to_string())?);
    }
    let mut out =
        String::from("// Generated from crates/app/catalogue by `cargo xtask generate`. Do not edit.\n\n");
    out.push_str("export const messages = {\n");
    for lang in [Lang::Ja, Lang::En] {
        out.push_str(&format!("  {}: {{\n", lang.as_str()));
        for (key, text) in &texts {
            let text = if lang == Lang::Ja { &text.ja } else { &text.en };
            out.push_str(&format!("    {}: {},\n", Value::from(key.as_str()), Value::from(text.as_str())));
        }
        out.push_str("  },\n");
    }
    out.push_str("} as const;\n\nexport type Key = keyof typeof messages.ja;\n");
    Ok(out)
}
