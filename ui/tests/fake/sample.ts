// Entries for tests and pictures. Invented companies only.
import type { Countermeasure, Postmortem, Template, WhyNode } from "../../src/core.gen";
import json from "./template.json";

export const template = json as unknown as Template;

export function blank(id: string, number: string): Postmortem {
  return {
    format: "yokoten/postmortem/1", id, number, title: "", status: "draft", defect: true,
    occurred_at: null, noticed_at: null, reported_at: null, resolved_at: null, customer: "", service: "", found_by: null, customer_impact: null,
    occurrence_category: null, escape_category: null, tags: [], alert: { source: "", name: "", incident: "", url: "" },
    runbook: { title: "", url: "", revision: "", step: "", steps: [] }, sections: { overview: "", problem: "", occurrence_cause: "", escape_cause: "", lessons: "" },
    causes: { occurrence: [], escape: [] }, countermeasures: [], timeline: [], applies_to: [], reviews: [], checklist: [], comments: [], dismissed: [], agreed: [],
    template: "standard@1", attachments: [],
  };
}

const node = (id: string, text: string, children: WhyNode[] = [], more: Partial<WhyNode> = {}): WhyNode => ({ id, text, kind: "assumption", evidence: "", root: false, children, ...more });
const measure = (id: string, causes: string[], text: string, more: Partial<Countermeasure>): Countermeasure => ({
  id, side: "occurrence", term: "permanent", text, causes, method: null, strength: null, owner: "", due: null, state: "open", closed_on: null, link: "", exception: "",
  effect: { measure: "", denominator: "", check_on: null, judge: "", verdict: "pending", note: "" }, ...more,
});

export function main(): Postmortem {
  return {
    ...blank("00000000-0000-7000-8000-000000000142", "PM-0142"),
    title: "ALB 5xx アラートで、正常な EC2 を再起動した",
    occurred_at: "2025-11-14T03:12:00+09:00", noticed_at: "2025-11-14T03:41:00+09:00", resolved_at: "2025-11-14T03:52:00+09:00",
    customer: "みなと物産", service: "EC サイト", found_by: "customer", customer_impact: "affected", occurrence_category: "O1", escape_category: "E4",
    alert: { source: "CloudWatch", name: "a-ec-prd-alb-5xx", incident: "Q2XK71", url: "https://example.pagerduty.com/incidents/Q2XK71" },
    runbook: { title: "RB-A-017 ALB 5xx", url: "https://wiki.example.com/rb-a-017", revision: "2025-09-02", step: "手順4", steps: [] },
    sections: {
      overview: "CloudWatch アラーム `a-ec-prd-alb-5xx`。ALB の `HTTPCode_Target_5XX_Count` が 5分間に 50件以上、2回続くと PagerDuty に届く。\n\n一次対処は手順 [RB-A-017](https://wiki.example.com/rb-a-017)。\n\n- Target Group で unhealthy のターゲットを確かめる\n- 対象の EC2 を再起動し、10分ようすを見る\n- 戻らなければ、お客さまへ電話する",
      problem: "unhealthy は `web-01` だったが、手順のとおり `web-03` を再起動した。正常に動くサーバーが 3台のうち 1台になり、5xx の割合がおよそ 3倍に増えた。\n\n03:41 にお客さまから電話があり、03:44 に二次運用へ連絡。`web-01` を再起動し、03:52 に復旧した。影響は 40分。",
      occurrence_cause: "", escape_cause: "", lessons: "",
    },
    causes: {
      occurrence: [
        node("o1", "手順に、対象が web-03 と書いてあった", [node("o2", "10月28日の切り替えで対象が変わったが、手順は直されなかった", [node("o3", "構成変更の完了条件に、手順の見直しが入っていない", [], { root: true })])], { kind: "fact", evidence: "手順 RB-A-017 2025-09-02版" }),
        node("o4", "食い違いに気づいたが、手順を優先した", [node("o5", "「食い違ったら、止まって聞く」という基準が手順書にない", [], { root: true })]),
      ],
      escape: [
        node("e1", "二人目の確認でも、見つからなかった", [node("e2", "確認するのはコマンドの文字列だけで、対象の照合がない", [], { root: true })]),
        node("e3", "再起動のあと、ALB の状態を見ていなかった", [node("e4", "完了の条件が「再起動できた」になっている")]),
      ],
    },
    countermeasures: [
      measure("m1", ["o3"], "ホスト名の固定をやめ、unhealthy のターゲットを表示するスクリプトに替える", { method: "replace", owner: "佐伯", due: "2025-11-21", link: "https://example.backlog.jp/view/OPS-2217" }),
      measure("m2", ["o3"], "構成変更の課題に「手順の見直し」欄を足し、空欄では閉じられないようにする", { method: "ease", owner: "大西", due: "2025-11-28" }),
      measure("m3", ["e2"], "実行前に、対象の ID・Name・環境を並べて照合する画面を挟む", { side: "escape", method: "detect", owner: "佐伯", due: "2025-12-05" }),
      measure("m4", ["e2"], "朝会で、確認の観点を共有する", { side: "escape", method: "inform", term: "interim", owner: "森下", due: "2025-11-19", state: "done" }),
    ],
    timeline: [
      ["03:12", "監視", "アラーム発生", null], ["03:14", "MSP一次担当", "対応開始", "done"], ["03:19", "MSP一次担当", "web-03 を再起動", "done"], ["03:20", "監視", "稼働 1台、5xx が増加", null],
      ["03:41", "顧客", "電話で問い合わせ", null], ["03:44", "MSP一次担当", "二次運用へ連絡", "not_in_runbook"], ["03:50", "二次運用", "web-01 を再起動", null], ["03:52", "監視", "復旧", null],
    ].map(([at, actor, text, outcome], index) => ({ id: `t${index}`, at: `2025-11-14T${at}:00+09:00`, actor: actor!, text: text!, source: "manual" as const, step: "", step_outcome: outcome as null })),
    applies_to: [{ target: "ほかの EC2 再起動の手順 12本", decision: "needed", reason: "同じ書き方でホスト名を固定している", link: "" }],
  };
}

const short = (number: number, title: string, status: Postmortem["status"], customer: string, alert: string, lesson: string): Postmortem => ({
  ...blank(`00000000-0000-7000-8000-${String(number).padStart(12, "0")}`, `PM-${String(number).padStart(4, "0")}`),
  title, status, customer, service: "EC2", alert: { source: "CloudWatch", name: alert, incident: "", url: "" }, occurred_at: `2025-0${1 + (number % 9)}-12T02:14:00+09:00`,
  sections: { overview: `アラート \`${alert}\`。`, problem: `${title}。02:14、手順3で対象を取り違え、02:31 に二次運用が指摘した。`, occurrence_cause: "", escape_cause: "", lessons: lesson },
  causes: { occurrence: [node(`${number}o`, "アラーム名に環境が入っていない", [], { root: true })], escape: [node(`${number}e`, "照合する画面が二つに分かれ、見比べるのが人任せだった", [], { root: true })] },
  countermeasures: [measure(`${number}m`, [`${number}o`], "アラーム名を「環境-系統-項目」に統一する", { method: "ease", owner: "大西", state: "done" }), measure(`${number}n`, [`${number}e`], "対象の ID・Name・環境を並べる画面を挟む", { side: "escape", method: "detect", owner: "佐伯", state: "done" })],
});

export function sampleEntries(): Postmortem[] {
  return [
    short(76, "ECS タスクの再起動で、台数を 0 から戻し忘れた", "verified", "こもれび不動産", "ecs-prd-api-cpu", "戻す手順は、止める手順と同じ紙に書く。"),
    short(97, "再起動する EC2 を、アラーム名から読み違えた", "verified", "白樺証券", "web-prd-status", "名前ではなく、ID で照らす。\n見比べる二つの画面は、一つにできる。"),
    short(104, "切り替えのあと、古い踏み台の手順で止まった", "published", "あおば印刷", "bastion-ssh", "切り替えの完了に、手順の見直しを入れる。"),
    short(118, "踏み台から、別環境の RDS を再起動した", "verified", "みなと物産", "rds-stg-conn", "端末に、環境の名前を出す。"),
    short(131, "Auto Scaling の EC2 を停止・起動し、別の台に替わった", "published", "白樺証券", "asg-prd-unhealthy", "Auto Scaling の下では、止めると別の台に替わる。"),
    short(138, "Lambda エラーの通知先が、検証環境のままだった", "in_review", "こもれび不動産", "lambda-prd-errors", ""),
    short(141, "証明書の期限アラートを、静観のまま閉じた", "in_review", "あおば印刷", "acm-expiry", ""),
    { ...short(139, "RDS 空き容量アラートで、前の担当者に電話した", "draft", "みなと物産", "rds-prd-free", ""), countermeasures: [] },
    main(),
  ];
}
