//! The command line: its contract with other programs, and the words people read.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and files made for it need not survive a crash"
)]

use std::fs;
use std::process::Command;

use serde_json::{Value, json};
use yokoten_tests::Home;

fn document(title: &str) -> Value {
    json!({"title": title, "customer": "顧客A社", "x_team": {"tool": [1, 2.5, null]},
        "sections": {"problem": "02:14、手順3の連絡先表で旧版を参照し、B社窓口へ架電。"},
        "causes": {"escape": [{"text": "照合する地点がなかった", "root": true, "x_note": 18_446_744_073_709_551_615_u64}]},
        "countermeasures": [{"text": "宛先を自動で照合する", "method": "replace", "side": "escape"}]})
}

fn put(home: &Home, document: &Value) -> Value {
    home.feed_json(&["put", "-"], document.to_string().as_bytes())
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

#[test]
fn what_is_put_is_shown_and_put_again_changes_nothing() {
    let home = Home::new();
    let created = put(&home, &document("誤った宛先に架電した"));
    assert_eq!(created["number"], "PM-0001");
    let shown = home.json(&["show", "PM-0001"]);
    assert_eq!(shown["id"], created["id"]);
    assert_eq!(shown["x_team"], json!({"tool": [1, 2.5, null]}), "unknown keys are kept");
    assert_eq!(shown["causes"]["escape"][0]["x_note"], json!(18_446_744_073_709_551_615_u64));
    assert_eq!(shown["countermeasures"][0]["strength"], 4, "the method proposes the strength");
    let schema = home.json(&["schema"]);
    assert!(jsonschema::is_valid(&schema, &shown), "the schema accepts what is shown");

    assert_eq!(put(&home, &shown)["number"], "PM-0001");
    assert_eq!(home.json(&["show", text(&created, "id")]), shown);
    assert_eq!(home.json(&["history", "PM-0001"])["total"], 1, "nothing changed, nothing was stored");

    let mut edited = shown.clone();
    edited["title"] = "正しい宛先に架電した".into();
    edited["number"] = "PM-0999".into();
    put(&home, &edited);
    let history = home.json(&["history", "PM-0001"]);
    assert_eq!(history["total"], 2);
    assert_eq!(history["changes"][1]["summary"], "題名 を編集");
    assert_eq!(history["changes"][1]["by"], "森");
    assert_eq!(home.json(&["show", "PM-0001"])["number"], "PM-0001", "a number never changes");
}

#[test]
fn an_array_answers_with_an_array() {
    let home = Home::new();
    let created =
        home.feed_json(&["put", "-"], json!([document("一"), document("二")]).to_string().as_bytes());
    assert_eq!((&created[0]["number"], &created[1]["number"]), (&json!("PM-0001"), &json!("PM-0002")));
    let file = home.path().join("三.json");
    fs::write(&file, json!([document("三")]).to_string()).unwrap();
    assert_eq!(home.json(&["put", file.to_str().unwrap()])[0]["number"], "PM-0003");
    let list = home.json(&["list", "--limit", "2"]);
    assert_eq!(list["total"], 3);
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
}

#[test]
fn deleted_entries_come_back() {
    let home = Home::new();
    put(&home, &document("要る記事"));
    assert_eq!(home.json(&["delete", "PM-0001"])["number"], "PM-0001");
    assert_eq!(home.json(&["list"])["total"], 0);
    assert_eq!(home.json(&["search", "架電"])["total"], 0);
    assert_eq!(home.json(&["list", "--deleted"])["items"][0]["number"], "PM-0001");
    assert_eq!(text(&home.refused(&["transition", "PM-0001", "in_review"], b""), "kind"), "in_trash");
    assert_eq!(home.json(&["restore", "PM-0001"])["number"], "PM-0001");
    assert_eq!(home.json(&["list"])["total"], 1);
}

#[test]
fn states_attachments_and_search() {
    let home = Home::new();
    put(&home, &document("ALB 5xx アラート"));
    assert_eq!(home.json(&["transition", "PM-0001", "in_review"])["status"], "in_review");
    assert_eq!(home.json(&["list", "--status", "in_review"])["total"], 1);
    assert_eq!(home.json(&["list", "--status", "draft"])["total"], 0);
    let picture = home.path().join("画面.png");
    fs::write(&picture, b"\x89PNG\r\n\x1a\nnot a whole picture").unwrap();
    let attached = home.json(&["attach", "PM-0001", picture.to_str().unwrap()]);
    assert_eq!(text(&attached, "hash"), blake3::hash(&fs::read(&picture).unwrap()).to_hex().as_str());
    assert_eq!(home.json(&["show", "PM-0001"])["attachments"][0]["media_type"], "image/png");

    let hits = home.json(&["search", "照合 alb"]);
    assert_eq!(hits["total"], 1);
    assert!(text(&hits["hits"][0], "snippet").contains("<mark>"));
    assert_eq!(home.json(&["search", "照合 ない言葉"])["total"], 0);
    for odd in ["\"", "-", "(", "NEAR(", "😀", "%", "", "'; DROP TABLE change", &"長".repeat(30_000)] {
        assert_eq!(home.run(&["search", "--", odd]).code, 0, "`{odd}` is no error");
    }
}

#[test]
fn an_entry_goes_through_all_states_by_the_word_of_both_teams() {
    let home = Home::new();
    let mut entry = document("誤った宛先に架電した");
    entry["countermeasures"][0]["id"] = "m".into();
    put(&home, &entry);
    assert_eq!(home.json(&["transition", "PM-0001", "in_review"])["status"], "in_review", "with gaps");

    let refused = home.refused(&["transition", "PM-0001", "published"], b"");
    assert_eq!(text(&refused, "kind"), "not_publishable");
    let hints: Vec<&str> = refused["hints"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(hints.len(), 1 + 2 + 11);
    assert!(hints.contains(&"二次運用の承認がまだです"), "{hints:?}");
    assert!(hints.contains(&"チェックリスト：顧客情報を伏せたか"), "{hints:?}");

    assert_eq!(text(&home.refused(&["review", "PM-0001", "approve"], b""), "kind"), "no_team");
    home.json(&["review", "PM-0001", "approve", "--team", "msp"]);
    home.json(&[
        "review",
        "PM-0001",
        "changes",
        "--team",
        "second_line",
        "--note",
        "宛先の版を足してください",
    ]);
    let state = home.json(&["review", "PM-0001"]);
    assert_eq!(state["teams"][1]["verdict"], "changes");
    assert_eq!(state["lacks"][0]["kind"], "changes");
    let comment = home.json(&["comment", "PM-0001"])[0].clone();
    assert_eq!((&comment["text"], &comment["on"]), (&json!("宛先の版を足してください"), &json!("reviews")));
    home.json(&["comment", "PM-0001", "--reply", text(&comment, "id"), "足しました"]);
    let settled = home.json(&["comment", "PM-0001", "--resolve", text(&comment, "id")]);
    assert_eq!(settled[0]["replies"][0]["text"], "足しました");
    assert_eq!(settled[0]["resolved"], true);
    home.json(&["comment", "PM-0001", "--on", "m", "自動照合の対象は"]);
    assert_eq!(text(&home.refused(&["comment", "PM-0001", "--on", "nowhere", "?"], b""), "kind"), "no_place");

    for point in 1..=10 {
        home.json(&["checklist", "PM-0001", &point.to_string()]);
    }
    home.json(&["review", "PM-0001", "approve", "--team", "second_line"]);
    let refused = home.refused(&["transition", "PM-0001", "published"], b"");
    assert_eq!(refused["hints"].as_array().unwrap().len(), 2, "one point is open: {refused}");
    home.json(&["checklist", "PM-0001", "11", "--reason", "口頭で確認した"]);
    assert_eq!(home.json(&["transition", "PM-0001", "published"])["status"], "published");

    let refused = home.refused(&["--lang", "en", "transition", "PM-0001", "verified"], b"");
    assert_eq!(text(&refused, "kind"), "not_verifiable");
    assert_eq!(refused["hints"][1], "Still open: 宛先を自動で照合する");
    let mut shown = home.json(&["show", "PM-0001"]);
    shown["countermeasures"][0]["state"] = "done".into();
    put(&home, &shown);
    let refused = home.refused(&["transition", "PM-0001", "verified"], b"");
    assert_eq!(refused["hints"][1], "効果が判定されていません：宛先を自動で照合する");
    shown["countermeasures"][0]["effect"]["verdict"] = "effective".into();
    put(&home, &shown);
    assert_eq!(home.json(&["transition", "PM-0001", "verified"])["status"], "verified");
    assert_eq!(home.json(&["transition", "PM-0001", "draft"])["status"], "draft", "going back is free");
    assert_eq!(home.run(&["comment", "PM-0001", "words without a place"]).code, 2);
}

#[test]
fn a_runbook_is_pasted_and_the_first_divergence_found() {
    let home = Home::new();
    let at = |time: &str| format!("2025-11-14T{time}:00+09:00");
    put(
        &home,
        &json!({"title": "t", "timeline": [{"id": "a", "at": at("03:14")}, {"id": "b", "at": at("03:19")}]}),
    );
    let pasted = "■手順\n①連絡先表を開く\n②照らす\n　・番号\n③電話する".as_bytes();
    let runbook = home.feed_json(&["runbook", "PM-0001", "-"], pasted);
    let texts: Vec<&str> =
        runbook["steps"].as_array().unwrap().iter().map(|step| text(step, "text")).collect();
    assert_eq!(texts, ["連絡先表を開く", "照らす", "2-1 番号", "電話する"]);
    assert_eq!(runbook["divergence"], Value::Null);
    let mut shown = home.json(&["show", "PM-0001"]);
    shown["timeline"][0]["step"] = runbook["steps"][0]["id"].clone();
    shown["timeline"][1]["step"] = runbook["steps"][3]["id"].clone();
    put(&home, &shown);
    let again = home.feed_json(&["runbook", "PM-0001", "-"], pasted);
    assert_eq!(again["steps"], runbook["steps"], "what is there keeps its ties");
    assert_eq!(
        again["divergence"],
        json!({"row": "b", "step": runbook["steps"][1]["id"], "outcome": "skipped"})
    );
    assert!(
        home.run(&["runbook", "PM-0001"]).out.contains("最初の食い違い: 手順 2"),
        "and is told to people"
    );
}

#[test]
fn bundles_merge_what_two_offices_wrote_apart() {
    let (msp, second_line) = (Home::new(), Home::new());
    let mut sample = document("二つの拠点");
    sample["attachments"] = json!([]);
    put(&msp, &sample);
    let picture = msp.path().join("図.png");
    fs::write(&picture, b"\x89PNG\r\n\x1a\npicture").unwrap();
    msp.json(&["attach", "PM-0001", picture.to_str().unwrap()]);
    let file = msp.path().join("渡す.yokoten");
    let file = file.to_str().unwrap();
    assert_eq!(msp.json(&["bundle", "PM-0001", "-o", file])["path"], file);
    let first = second_line.json(&["import", "bundle", file]);
    assert_eq!(first, json!({"added": 1, "updated": 0, "skipped": 0, "problems": []}));

    // Both write the same field, apart.
    for (home, from, to) in [
        (&msp, "02:14、", "2026-11-14 02:14、夜勤帯、"),
        (&second_line, "架電。", "架電。02:31に二次運用が指摘。"),
    ] {
        let mut entry = home.json(&["show", "PM-0001"]);
        entry["sections"]["problem"] = text(&entry["sections"], "problem").replace(from, to).into();
        entry["tags"] = json!([if from.starts_with('0') { "夜勤" } else { "指摘" }]);
        put(home, &entry);
    }
    let back = second_line.path().join("返す.yokoten");
    second_line.json(&["bundle", "PM-0001", "-o", back.to_str().unwrap()]);
    msp.json(&["bundle", "PM-0001", "-o", file]);
    assert_eq!(msp.json(&["import", "bundle", back.to_str().unwrap()])["updated"], 1);
    assert_eq!(second_line.json(&["import", "bundle", file])["updated"], 1);
    assert_eq!(second_line.json(&["import", "bundle", file])["skipped"], 1, "again is fine");

    let merged = msp.json(&["show", "PM-0001"]);
    assert_eq!(merged, second_line.json(&["show", "PM-0001"]), "both offices read the same");
    let problem = text(&merged["sections"], "problem");
    for word in ["夜勤帯", "手順3の連絡先表", "02:31に二次運用が指摘"] {
        assert!(problem.contains(word), "`{word}` was lost: {problem}");
    }
    assert_eq!(merged["tags"].as_array().unwrap().len(), 2);
    assert_eq!(second_line.json(&["verify"])["faults"], json!([]), "the picture came along");
    let history = |home: &Home| home.json(&["history", "PM-0001"])["total"].clone();
    assert_eq!(history(&msp), history(&second_line));
}

#[test]
fn a_bundle_with_a_damaged_line_is_taken_in_but_for_that_line() {
    let (here, there) = (Home::new(), Home::new());
    put(&here, &document("一"));
    put(&here, &document("二"));
    let file = here.path().join("b.zip");
    here.json(&["bundle", "PM-0001", "PM-0002", "-o", file.to_str().unwrap()]);
    // Repack with one changed letter in the first line.
    let mut zip = zip::ZipArchive::new(fs::File::open(&file).unwrap()).unwrap();
    let bad = here.path().join("bad.zip");
    let mut out = zip::ZipWriter::new(fs::File::create(&bad).unwrap());
    for name in ["manifest.json", "changes.jsonl"] {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut zip.by_name(name).unwrap(), &mut text).unwrap();
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut out, text.replacen("\"at\":1", "\"at\":2", 1).as_bytes()).unwrap();
    }
    out.finish().unwrap();
    let result = there.json(&["import", "bundle", bad.to_str().unwrap()]);
    assert_eq!(result["added"], 1);
    assert!(text(&result["problems"][0], "message").contains("wrong hash"));

    assert_eq!(
        text(&there.refused(&["import", "bundle", bad.with_extension("no").to_str().unwrap()], b""), "kind"),
        "io"
    );
    fs::write(&bad, "no zip").unwrap();
    assert_eq!(
        text(&there.refused(&["import", "bundle", bad.to_str().unwrap()], b""), "kind"),
        "not_a_bundle"
    );
}

#[test]
fn backups_restore_into_empty_places_only() {
    let home = Home::new();
    put(&home, &document("残す"));
    let file = home.path().join("全部.zip");
    assert_eq!(home.json(&["backup", file.to_str().unwrap()])["changes"], 1);
    assert_eq!(text(&home.refused(&["import-backup", file.to_str().unwrap()], b""), "kind"), "exists");
    let other = Home::new();
    other.json(&["import-backup", file.to_str().unwrap()]);
    assert_eq!(other.json(&["show", "PM-0001"]), home.json(&["show", "PM-0001"]));
    let today: Vec<_> = fs::read_dir(home.workspace().join("backups")).unwrap().collect();
    assert_eq!(today.len(), 1, "a backup is made by itself on a day of use");
}

#[test]
fn handlings_of_an_alert_are_counted_by_month_and_a_check_waits_for_them() {
    let home = Home::new();
    put(
        &home,
        &json!({"title": "t", "alert": {"name": "disk-usage"}, "countermeasures": [{"id": "m", "state": "done",
            "closed_on": "2025-09-20", "effect": {"denominator": "対応 300件", "check_on": "2099-01-01"}}]}),
    );
    let add = |month: &str, count: &str| {
        home.json(&["alerts", "add", "Disk-Usage", "--month", month, "--count", count])
    };
    add("2025-10", "100");
    let counts = add("2025-10", "120");
    assert_eq!(counts["total"], 1, "the later count replaces the earlier");
    assert_eq!(
        (&counts["items"][0]["month"], &counts["items"][0]["count"]),
        (&json!("2025-10"), &json!(120))
    );
    let action = || home.json(&["actions", "--view", "checks"])["items"][0].clone();
    assert_eq!(
        (&action()["handled"], &action()["needed"], &action()["ripe"]),
        (&json!(120), &json!(300), &json!(false))
    );
    add("2025-11", "180");
    assert_eq!((&action()["handled"], &action()["ripe"]), (&json!(300), &json!(true)));
    assert!(home.run(&["alerts", "list"]).out.contains("2025-11"));
    assert_eq!(home.run(&["alerts", "add", "x", "--month", "10月", "--count", "1"]).code, 1);
    assert_eq!(home.run(&["alerts", "add", "x", "--month", "2025-10", "--count", "-1"]).code, 2);
}

#[test]
fn commands_that_are_not_built_yet_say_so() {
    let home = Home::new();
    put(&home, &document("t"));
    for args in [
        &["improvement", "add"][..],
        &["metrics", "--from", "2025-04"],
        &["improvement", "list"],
        &["connect", "slack"],
        &["remote", "set", "s3://x"],
        &["sync"],
        &["import", "pagerduty-csv", "a.csv"],
        &["import", "slack-export", "a.zip", "--channel", "c"],
    ] {
        let said = home.run(&[args, &["--json"]].concat());
        assert_eq!(said.code, 2, "{args:?}: {}", said.err);
        assert!(said.err.contains("not_built"), "{args:?}: {}", said.err);
    }
}

#[test]
fn advice_on_a_text_an_entry_and_many_lines() {
    let home = Home::new();
    let one = home.json(&["advise", "--field", "occurrence_cause", "--text", "😀担当者の ﾁｪｯｸ漏れ だった"]);
    assert_eq!(one["advice"].as_array().unwrap().len(), 1);
    let advice = &one["advice"][0];
    assert_eq!(
        (text(advice, "code"), text(advice, "field"), text(advice, "found")),
        ("weak_check", "occurrence_cause", "ﾁｪｯｸ漏れ")
    );
    assert_eq!((&advice["start"], &advice["end"]), (&json!(7), &json!(13)), "UTF-16 units");
    assert!(text(advice, "question").contains("手順書"));
    let english = home.json(&["--lang", "en", "advise", "--field", "lessons", "--text", "気をつける"]);
    assert_eq!(english["advice"][0]["question"], "Which thing does it change?");

    let mut entry = document("t");
    entry["countermeasures"] = json!([{"id": "m", "text": "全員に周知徹底する"}]);
    put(&home, &entry);
    let all = home.json(&["advise", "PM-0001"]);
    let found =
        all["advice"].as_array().unwrap().iter().find(|one| one["field"] == "countermeasure").unwrap();
    assert_eq!((&found["node"], &found["code"]), (&json!("m"), &json!("weak_action")));

    let lines: Vec<String> = (0..1_000)
        .map(|id| json!({"id": id, "field": "problem", "text": if id % 2 == 0 { "担当者の確認不足で誤連絡した" } else { "02:14に架電した" }}).to_string())
        .collect();
    let batch = home.feed_json(&["advise", "--batch", "-"], lines.join("\n").as_bytes());
    assert_eq!(batch.as_array().unwrap().len(), 1_000);
    for (id, line) in batch.as_array().unwrap().iter().enumerate() {
        assert_eq!((&line["id"], line["advice"].as_array().unwrap().len()), (&json!(id), 1 - id % 2));
    }
    for (bad, line) in [("{\"id\":1}", "2"), ("no json", "2"), (r#"{"id":1,"field":"title","text":""}"#, "2")]
    {
        let lines = [lines[0].as_str(), bad].join("\n");
        let error = home.refused(&["advise", "--batch", "-"], lines.as_bytes());
        assert_eq!(text(&error, "kind"), "line");
        assert!(text(&error, "message").contains(line), "{error}");
    }
    assert_eq!(text(&home.refused(&["advise", "--field", "title", "--text", "x"], b""), "kind"), "no_field");
    assert_eq!(home.run(&["advise"]).code, 2);
    assert_eq!(home.run(&["advise", "--field", "problem"]).code, 2);
}

#[test]
fn wrong_usage_is_two_and_refusal_is_one() {
    let home = Home::new();
    assert_eq!(home.run(&["list", "--no-such"]).code, 2);
    assert_eq!(home.run(&[]).code, 2);
    assert_eq!(home.run(&["transition", "PM-0001", "done"]).code, 2);
    assert_eq!(home.run(&["show", "PM-0404"]).code, 1);
    assert_eq!(home.run(&["--help"]).code, 0);
    assert_eq!(home.run(&["--version"]).code, 0);
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let home = Home::new();
    put(&home, &document("t"));
    let mut child = home.command(&["schema"]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn completions_know_the_commands() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish"] {
        let said = home.run(&["completions", shell]);
        assert!(said.out.contains("import-backup"), "{shell}");
    }
    let script = home.path().join("c.bash");
    fs::write(&script, home.run(&["completions", "bash"]).out).unwrap();
    assert!(Command::new("bash").arg("-n").arg(&script).status().unwrap().success(), "bash reads it");
}

mod words {
    //! What people read, word for word. `INSTA_UPDATE=always cargo test` writes it anew.
    use super::*;

    fn settings() -> insta::Settings {
        let mut settings = insta::Settings::clone_current();
        settings.add_filter(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID");
        settings.add_filter(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME");
        settings.add_filter(r"/tmp/\.tmp\w+", "HOME");
        settings.add_filter(r"\b[0-9a-f]{64}\b", "HASH");
        settings.set_prepend_module_to_snapshot(false);
        settings
    }

    fn transcript(home: &Home, commands: &[&[&str]]) -> String {
        let mut all = String::new();
        for args in commands {
            let said = home.run(args);
            all.push_str(&format!("$ yokoten {}\n{}{}", args.join(" "), said.out, said.err));
            if said.code != 0 {
                all.push_str(&format!("(exit {})\n", said.code));
            }
            all.push('\n');
        }
        all
    }

    #[test]
    fn help() {
        let home = Home::new();
        settings().bind(|| {
            let ja = [&["--help"][..], &["put", "--help"], &["export", "--help"], &["import", "--help"]];
            insta::assert_snapshot!("help_ja", transcript(&home, &ja));
            let en = [&["--lang", "en", "--help"][..], &["--lang", "en", "export", "--help"]];
            insta::assert_snapshot!("help_en", transcript(&home, &en));
        });
    }

    #[test]
    fn a_day() {
        let home = Home::new();
        put(&home, &document("誤った宛先に架電した"));
        let commands: [&[&str]; 14] = [
            &["new", "--title", "証明書の期限アラートを、静観のまま閉じた"],
            &["list"],
            &["show", "PM-0001"],
            &["search", "架電 旧版"],
            &["transition", "PM-0001", "in_review"],
            &["history", "PM-0001"],
            &["delete", "PM-0002"],
            &["list", "--deleted"],
            &["restore", "PM-0002"],
            &["export", "PM-0001", "--format", "json", "-o", "a.json"],
            &["bundle", "PM-0001", "-o", "b.zip"],
            &["import", "bundle", "b.zip"],
            &["verify"],
            &["rebuild"],
        ];
        settings().bind(|| insta::assert_snapshot!("day_ja", transcript(&home, &commands)));
        let english: Vec<Vec<&str>> = [&["list"][..], &["delete", "PM-0002"], &["verify"]]
            .iter()
            .map(|args| [&["--lang", "en"], *args].concat())
            .collect();
        let english: Vec<&[&str]> = english.iter().map(Vec::as_slice).collect();
        settings().bind(|| insta::assert_snapshot!("day_en", transcript(&home, &english)));
    }

    #[test]
    fn errors() {
        let home = Home::new();
        put(&home, &document("t"));
        fs::write(home.path().join("bad.json"), r#"{"causes": {"escape": [{"root": "yes"}]}}"#).unwrap();
        let commands: [&[&str]; 8] = [
            &["show", "PM-0404"],
            &["show", "PM-0404", "--json"],
            &["--lang", "en", "show", "PM-0404"],
            &["put", "bad.json"],
            &["put", "missing.json"],
            &["metrics"],
            &["--workspace", "no/where", "list"],
            &["export", "PM-0001", "--format", "docx", "-o", "no/where.docx"],
        ];
        settings().bind(|| insta::assert_snapshot!("errors", transcript(&home, &commands)));
    }
}
