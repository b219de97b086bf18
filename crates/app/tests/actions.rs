//! Countermeasures of all entries, what is learned from them, and how lessons are read.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and files made for it need not survive a crash"
)]

use serde_json::{Value, json};
use tempfile::TempDir;
use yokoten_app::postmortem::{Side, Team, Verdict};
use yokoten_app::{ActionQuery, ActionView, Assignment, Clock, Lang, Member, Settings, Step, Workspace};

/// 2026-11-25 12:00 in Japan.
const NOON: i64 = 1_795_575_600_000;

fn workspace(name: &str, team: Team) -> (TempDir, Workspace) {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::open(&folder.path().join("w"), Clock::new(|| NOON)).unwrap();
    be(&workspace, name, team);
    (folder, workspace)
}

fn be(workspace: &Workspace, name: &str, team: Team) {
    let settings = Settings { name: name.into(), team: Some(team), ..Settings::default() };
    workspace.set_settings(&settings).unwrap();
}

fn put(workspace: &Workspace, document: &Value) -> String {
    workspace.put(document.to_string().as_bytes()).unwrap().0.remove(0).id
}

fn texts(workspace: &Workspace, view: ActionView) -> Vec<String> {
    let query = ActionQuery { view, limit: 100, ..ActionQuery::default() };
    workspace.actions(&query).unwrap().items.into_iter().map(|action| action.text).collect()
}

/// A past defect like the draft comes with what it was and what worked against it.
#[test]
fn what_worked_comes_with_a_similar_defect() {
    let (_folder, workspace) = workspace("大西", Team::Msp);
    let entry = |serial: u8, title: &str, verdict: &str| {
        json!({"id": format!("019aa1b2-0000-7000-8000-0000000000{serial:02x}"), "title": title, "customer": "青葉商店",
            "occurred_at": "2026-04-13T10:41:00+09:00",
            "sections": {"occurrence_cause": "作業の後に監視の抑止を戻し忘れ、朝まで通知が止まっていた"},
            "countermeasures": [{"text": "抑止に期限を必須にする", "effect": {"verdict": verdict}},
                                {"text": "注意を呼びかける", "effect": {"verdict": "ineffective"}}]})
    };
    put(&workspace, &entry(1, "抑止を戻し忘れた", "effective"));
    let draft = put(&workspace, &entry(2, "ミュートの解除が漏れた", "pending"));
    let similar = workspace.similar(&draft, Lang::Ja).unwrap();
    let [hit] = &similar.hits[..] else { panic!("{similar:?}") };
    assert_eq!(hit.worked, ["抑止に期限を必須にする"]);
    assert_eq!(hit.customer, "青葉商店");
    assert_eq!(hit.occurred_at.as_deref(), Some("2026-04-13T10:41:00+09:00"));
    assert!(hit.because.contains(&"起こり方: アラート抑止の解除を忘れた".to_owned()), "{:?}", hit.because);
}

#[test]
fn the_sample_shows_every_view_and_its_recurrence() {
    let (_folder, workspace) = workspace("大西", Team::Msp);
    workspace.sample().unwrap();
    let all = workspace.actions(&ActionQuery { limit: 5, ..ActionQuery::default() }).unwrap();
    assert_eq!((all.total, all.items.len()), (77, 5));
    assert_eq!(all.counts.all, 77);
    assert!(all.counts.overdue > 0 && all.counts.due > 0 && all.counts.checks > 0 && all.counts.mine > 0);
    let late = workspace
        .actions(&ActionQuery { view: ActionView::Overdue, limit: 99, ..ActionQuery::default() })
        .unwrap();
    assert!(late.items.iter().all(|action| action.overdue && action.due.as_deref() < Some("2026-11-25")));

    // PM-0012 repeats PM-0002, whose record of the date did not work.
    let suspects = workspace.suspects().unwrap();
    assert_eq!(suspects.iter().map(|one| one.entry.number.as_str()).collect::<Vec<_>>(), ["PM-0012"]);
    let older = &suspects[0].older;
    assert_eq!(
        (older[0].number.as_str(), older[0].categories.as_slice()),
        ("PM-0002", ["O3".into(), "E3".into()].as_slice())
    );
    assert!(older[0].actions.iter().any(|action| action.verdict == Verdict::Ineffective));
    assert_eq!(workspace.recurrences("PM-0012").unwrap(), *older);
    assert!(workspace.recurrences("PM-0002").unwrap().is_empty());
}

#[test]
fn a_state_is_changed_by_an_ordinary_edit_and_taken_back_by_another() {
    let (_folder, workspace) = workspace("森下", Team::Msp);
    let id = put(
        &workspace,
        &json!({"title": "T", "countermeasures": [{"id": "m", "text": "表にする", "due": "2026-11-01", "owner": "森下"}]}),
    );
    assert_eq!(texts(&workspace, ActionView::Overdue), ["表にする"]);
    assert_eq!(texts(&workspace, ActionView::Mine), ["表にする"]);
    let entry = workspace.show(&id).unwrap();
    let set = |value: &str| {
        let key = |key: &str| Step::Key(key.into());
        vec![Assignment {
            path: vec![key("countermeasures"), Step::Index(0), key("state")],
            value: value.into(),
        }]
    };
    let edited = workspace.edit(&id, &entry.revision, set("done")).unwrap();
    assert_eq!(texts(&workspace, ActionView::Overdue), [""; 0]);
    workspace.edit(&id, &edited.revision, set("open")).unwrap();
    assert_eq!(texts(&workspace, ActionView::Overdue), ["表にする"]);
    assert_eq!(workspace.history(&id, Lang::Ja).unwrap().changes.len(), 3);
}

#[test]
fn the_table_reads_back_and_holds_no_formula() {
    let (folder, workspace) = workspace("森下", Team::Msp);
    put(
        &workspace,
        &json!({"title": "=cmd|' /C calc'!A0", "countermeasures": [
        {"text": "一行目\n\"二行目\", 三つ目", "owner": "@here", "link": "https://backlog.example.com/view/OPS-1"}]}),
    );
    let path = folder.path().join("対策.csv");
    let query = ActionQuery { limit: 1, offset: 1, ..ActionQuery::default() };
    let written = workspace.export_actions(&query, &path, Lang::Ja).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(written.bytes, bytes.len() as u64);
    let text = String::from_utf8(bytes).unwrap();
    let rest = text.strip_prefix('\u{feff}').expect("Excel wants the mark");
    assert!(rest.starts_with("番号,表題,発生・流出,区分,対策,強さ,担当,期限,状態,課題のリンク,"));
    assert!(rest.ends_with("\r\n"));
    let mut reader = csv::Reader::from_reader(rest.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 1, "a table holds every page");
    assert_eq!(&rows[0][1], "'=cmd|' /C calc'!A0");
    assert_eq!(&rows[0][4], "一行目\n\"二行目\", 三つ目");
    assert_eq!(&rows[0][6], "'@here");

    let nowhere = workspace.export_actions(&query, &folder.path().join("no/such.csv"), Lang::Ja);
    assert!(nowhere.is_err());
}

#[test]
fn a_message_for_slack_names_what_is_late_and_injects_nothing() {
    let (_folder, workspace) = workspace("森下", Team::Msp);
    put(
        &workspace,
        &json!({"title": "T", "countermeasures": [
        {"text": "<!channel> を & 直す", "owner": "二次運用", "due": "2026-11-01", "link": "https://backlog.example.com/view/OPS-1"},
        {"text": "表にする", "link": "javascript:alert(1)"}]}),
    );
    let message = workspace.actions_message(&ActionQuery::default(), Lang::Ja).unwrap();
    assert_eq!(
        message,
        "*対策 2件（2026-11-25 時点）*\n\
         • PM-0001 <https://backlog.example.com/view/OPS-1|&lt;!channel&gt; を &amp; 直す> ／ 担当 二次運用 ／ *期限 2026-11-01 を過ぎています*\n\
         • PM-0001 表にする ／ 担当未定 ／ 未完了"
    );
    let none =
        workspace.actions_message(&ActionQuery { text: "ない".into(), ..ActionQuery::default() }, Lang::En);
    assert_eq!(none.unwrap(), "No countermeasure is found");
}

#[test]
fn what_worked_is_offered_by_side_near_ones_first_and_quoting_counts() {
    let (_folder, workspace) = workspace("森下", Team::Msp);
    let measure = |id: &str, text: &str, link: &str, verdict: &str| json!({"id": id, "text": text, "method": "replace", "link": link, "state": "done", "effect": {"verdict": verdict, "check_on": "2026-10-01"}});
    let first = put(
        &workspace,
        &json!({"title": "A", "occurrence_category": "O1", "countermeasures": [
        measure("m", "対象を選ばせるスクリプトにする", "", "effective"), measure("n", "気をつける", "", "ineffective")]}),
    );
    put(
        &workspace,
        &json!({"title": "B", "occurrence_category": "O4", "countermeasures": [measure("o", "連絡先表を一つにする", "", "effective")]}),
    );
    put(
        &workspace,
        &json!({"title": "C", "countermeasures": [measure("p", "スクリプトにする", &format!("postmortem:{first}#m"), "effective")]}),
    );
    let found = |category, text| {
        let found = workspace.proven(Side::Occurrence, category, text, 10).unwrap();
        found.into_iter().map(|one| (one.action.id, one.effective)).collect::<Vec<_>>()
    };
    assert_eq!(found(None, ""), [("m".to_owned(), 2), ("o".to_owned(), 1)]);
    assert_eq!(found(Some("O4"), "")[0].0, "o", "of the same category first");
    assert_eq!(found(None, "ｽｸﾘﾌﾟﾄ"), [("m".to_owned(), 2)]);
    assert_eq!(workspace.proven(Side::Escape, None, "", 10).unwrap(), []);

    let address = workspace.proven(Side::Occurrence, None, "", 1).unwrap().remove(0).quote;
    let gone = "postmortem:019aa1b2-0000-7000-8000-000000000099#x".to_owned();
    let quoted = workspace.quoted(&[address.clone(), gone, "https://a.jp".into()]).unwrap();
    assert_eq!(quoted.keys().collect::<Vec<_>>(), [&address]);
    assert_eq!(quoted[&address].text, "対象を選ばせるスクリプトにする");
}

#[test]
fn a_lesson_spreads_from_reader_to_reader() {
    let (_folder, workspace) = workspace("大西", Team::Msp);
    let member = |name: &str, team| Member { name: name.into(), team: Some(team) };
    let members = vec![
        member(" 大西 ", Team::Msp),
        member("佐伯", Team::SecondLine),
        member("", Team::Msp),
        member("大西", Team::Msp),
        member("藤井", Team::Msp),
    ];
    assert_eq!(workspace.set_members(members).unwrap().len(), 3, "the unnamed and the repeated are left out");
    assert_eq!(workspace.suggestions().unwrap().people, ["大西", "佐伯", "藤井"]);
    let id = put(
        &workspace,
        &json!({"title": "T", "status": "published", "sections": {"lessons": "名前ではなく**状態**で選ぶ"}}),
    );
    put(&workspace, &json!({"title": "まだ下書き"}));

    let unread = workspace.unread(10).unwrap();
    assert_eq!((unread.total, unread.lessons[0].lesson.as_str()), (1, "名前ではなく状態で選ぶ"));
    let spread = workspace.mark_read(&id, "  RDS の手順も\n同じでした ").unwrap();
    assert_eq!((spread.read, spread.readers, spread.members), (true, 1, 3));
    assert_eq!(workspace.unread(10).unwrap().total, 0);
    let comments = workspace.show(&id).unwrap().document.comments;
    assert_eq!(
        (comments[0].on.as_str(), comments[0].by.as_str(), comments[0].text.as_str()),
        ("sections.lessons", "大西", "RDS の手順も 同じでした")
    );

    // The same machine, another person: unread again, and reading twice is reading once.
    be(&workspace, "佐伯", Team::SecondLine);
    assert_eq!(workspace.unread(10).unwrap().total, 1);
    workspace.mark_read(&id, "").unwrap();
    assert_eq!(workspace.mark_read(&id, "").unwrap().readers, 2);
    assert_eq!(workspace.show(&id).unwrap().document.comments.len(), 1);

    // Someone who is not listed reads, too, but the count never passes the number of members.
    be(&workspace, "見学者", Team::Msp);
    assert_eq!(workspace.mark_read(&id, "").unwrap().readers, 2);
    assert!(workspace.mark_read("PM-0099", "").is_err());
}

#[test]
fn the_window_calls_them_by_name() {
    let (_folder, workspace) = workspace("大西", Team::Msp);
    let call = |name: &str, args: Value| yokoten_app::ipc::call(&workspace, name, args);
    put(&workspace, &json!({"title": "T", "countermeasures": [{"text": "表にする"}]}));
    assert_eq!(call("actions", json!({"query": {"limit": 10}})).unwrap()["items"][0]["text"], "表にする");
    assert_eq!(call("suspects", json!({})).unwrap(), json!([]));
    assert_eq!(
        call("members_set", json!({"members": [{"name": "大西", "team": "msp"}]})).unwrap(),
        call("members", json!({})).unwrap()
    );
    assert!(call("actions", json!({"query": {"view": "everyone"}})).is_err());
    assert!(call("spread", json!({"id": "PM-0099"})).is_err());
}
